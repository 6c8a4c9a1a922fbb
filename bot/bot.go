package bot

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"exchangebot/bot/knowledge"
)

// grace is how long turns under way may take after the program was told to
// stop: the operator is promised 10 s for all of it.
const grace = 5 * time.Second

// Config is what a bot is made of. All fields are required, but Periods and Reference.
type Config struct {
	Store     Store
	Texts     *Texts
	Knowledge *knowledge.Index
	Log       *slog.Logger
	Now       func() time.Time
	Periods   Periods       // zero fields: the default ones
	Reference func() string // draws a volunteer's; nil: [NewReference]
}

// Bot answers the updates of its channels.
type Bot struct {
	store     Store
	texts     *Texts
	knowledge atomic.Pointer[knowledge.Index]
	commands  map[string]command // by every word that calls one
	dialogues map[string]*dialogue
	words     *vocabulary
	periods   Periods
	reference func() string
	log       *slog.Logger
	now       func() time.Time

	lanes lanes
	sent  recent
}

// New makes a bot. It does nothing until [Bot.Run].
func New(c Config) *Bot {
	b := &Bot{store: c.Store, texts: c.Texts, log: c.Log, now: c.Now, periods: c.Periods.orDefault(), reference: c.Reference}
	if b.reference == nil {
		b.reference = NewReference
	}
	b.commands = commandWords(c.Texts)
	b.dialogues = map[string]*dialogue{"signup": signup()}
	b.words = newVocabulary(c.Texts, b.dialogues)
	b.Learn(c.Knowledge)
	return b
}

// Learn takes a new knowledge base into use, from the next turn on.
func (b *Bot) Learn(index *knowledge.Index) { b.knowledge.Store(index) }

// Run serves the channels until ctx ends, or one of them fails. Then no new
// turn is begun, and those under way are finished.
func (b *Bot) Run(ctx context.Context, channels ...Channel) error {
	turns, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	group, ctx := errgroup.WithContext(ctx)
	stopped := context.AfterFunc(ctx, func() {
		b.lanes.stop()
		time.AfterFunc(grace, abort)
	})
	defer stopped()
	for _, channel := range channels {
		group.Go(func() error {
			if err := channel.Run(ctx, b.sink(turns, channel)); err != nil {
				return fmt.Errorf("run %s: %w", channel.Name(), err)
			}
			return nil
		})
	}
	group.Go(func() error { return b.retain(ctx, channels) })
	err := group.Wait()
	b.lanes.wait()
	return err
}

// sink queues the updates of a channel in the lanes of their chats.
func (b *Bot) sink(ctx context.Context, channel Channel) Sink {
	return func(u Update, done func(error)) {
		b.lanes.add(u.Chat, func(stopping bool) {
			if stopping {
				done(errStopping)
				return
			}
			done(b.handle(ctx, channel, u))
		})
	}
}
