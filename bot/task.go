package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// What is to be told is stored as a task before anybody tries to tell it, by
// what it is about: several changes of the same thing are one task, which tells
// how it stands when its turn comes. The tasks of a lane are done by one
// replica at a time, in the order in which they came.

// lane is one sort of task.
type lane struct {
	kind  DocumentKind
	do    func(b *Bot, ctx context.Context, board Board, key string) error
	first func(b *Bot, ctx context.Context) error // before anything is done; may be nil
	home  bool                                    // home pages show it as well
}

func taskLanes() []lane {
	return []lane{
		{kind: DocumentTask, do: (*Bot).tellSignUp, home: true},
		{kind: DocumentHandover, do: (*Bot).relay, first: (*Bot).resumeQuestions, home: true},
		{kind: DocumentProgress, do: (*Bot).tellProgress},
	}
}

const (
	taskEvery    = time.Second      // how often tasks of other replicas are looked for
	taskPatience = 10 * time.Second // for telling one thing
	taskRetry    = 10 * time.Second // at most, until what failed is tried again
	leaseFor     = 2 * taskPatience // after which a replica that is silent is taken for dead: half of it is left at least when a task begins
	tasksAtOnce  = 50
)

// staffed reports whether staff are told what happens, so that a question can
// be passed on to them. All replicas are meant to run with the same settings.
func (b *Bot) staffed() bool { return b.board.Load() != nil }

// due stores that there is something to tell, also where there is no board:
// another replica may have one, or there will be one later.
func (b *Bot) due(ctx context.Context, kind DocumentKind, key string) error {
	err := again(func() error {
		d, err := b.store.Document(ctx, kind, key)
		if err != nil {
			return err
		}
		if d.Version == 0 {
			d.At = b.now().UTC()
		}
		d.Data = "{}"
		return b.store.SaveDocument(ctx, d)
	})
	if err != nil {
		return fmt.Errorf("save task: %w", err)
	}
	b.rouse(kind)
	if kind == DocumentTask && !b.staffed() { // of a sign-up, which home pages show
		b.refresh()
	}
	return nil
}

// refresh has home pages drawn again on channels that have no place for a
// board: where there is one, they are when it has been told.
func (b *Bot) refresh() {
	channels := b.channels.Load()
	if channels == nil {
		return
	}
	for _, channel := range *channels {
		if board, is := channel.(Board); is {
			board.Refresh()
		}
	}
}

// rouse lets whoever does what is due of a kind look for it at once.
func (b *Bot) rouse(kind DocumentKind) {
	select {
	case b.wake[kind] <- struct{}{}:
	default:
	}
}

// work does the tasks of a lane until ctx ends.
func (b *Bot) work(ctx context.Context, board Board, l lane) error {
	wait, begun := b.taskEvery, l.first == nil
	for {
		var err error
		if !begun {
			err = l.first(b, ctx)
			begun = err == nil
		}
		if begun {
			err = b.workOnce(ctx, board, l)
		}
		switch {
		case ctx.Err() != nil:
			b.release(l.kind)
			return nil
		case err != nil:
			b.log.WarnContext(ctx, "staff not told yet, trying again", "lane", l.kind, "error", err)
			wait = min(2*wait, taskRetry)
		default:
			wait = b.taskEvery
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-b.wake[l.kind]:
		}
		timer.Stop()
	}
}

// workOnce does what is due now. What staff cannot be told keeps what comes
// after it in the lane waiting; what a citizen cannot be told does not.
func (b *Bot) workOnce(ctx context.Context, board Board, l lane) error {
	var later error
	told := false
	q := DocumentQuery{Kind: l.kind, Oldest: true, Limit: tasksAtOnce}
	for {
		list, err := b.store.Documents(ctx, q)
		if err != nil || len(list) == 0 {
			return errors.Join(err, later)
		}
		for _, d := range list {
			if mine, err := b.lease(ctx, l.kind, leaseFor); err != nil || !mine {
				return err
			}
			switch err := b.doTask(ctx, board, l, d); {
			case errors.Is(err, errLater):
				later, q.After = err, d
			case errors.Is(err, errSoon):
				q.After = d
			case err != nil:
				return err
			default:
				told = true
			}
		}
		if told && l.home {
			board.Refresh()
		}
	}
}

func (b *Bot) doTask(ctx context.Context, board Board, l lane, d *Document) error {
	doing, cancel := context.WithTimeout(ctx, taskPatience)
	defer cancel()
	err := safely(func() error { return l.do(b, doing, board, d.Key) })
	switch {
	case errors.Is(err, ErrRejected) || errors.Is(err, ErrGone):
		b.log.ErrorContext(ctx, "staff cannot be told", "lane", l.kind, "error", err)
	case err != nil:
		return err
	}
	// One that has become due again meanwhile stays.
	if err := b.store.DeleteDocument(ctx, d); err != nil && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("delete task: %w", err)
	}
	return nil
}

// safely does something. A panic in it costs that, not the program.
func safely(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panicked: %T at %s", p, debug.Stack())
		}
	}()
	return do()
}
