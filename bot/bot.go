package bot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"exchangebot/bot/knowledge"
	"exchangebot/bot/query"
)

// grace is how long turns under way may take after the program was told to
// stop: the operator is promised 10 s for all of it.
const grace = 5 * time.Second

// Config is what a bot is made of. All fields are required, but those that say
// what they are without.
type Config struct {
	Store     Store
	Texts     *Texts
	Knowledge *knowledge.Index // nil: for a bot that only sends announcements
	Log       *slog.Logger
	Now       func() time.Time
	Periods   Periods                               // zero fields: the default ones
	Reference func() string                         // draws a volunteer's; nil: [NewReference]
	Workbook  func(rows [][]string) ([]byte, error) // writes an XLSX file; nil: none is offered
	Approval  int64                                 // recipients, above which a second person approves an announcement; 0: 100
	Board     Language                              // of the [Board], which all staff read; empty: the first of Texts
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

	lanes    lanes
	sent     recent
	approval int64 // see [Config.Approval]
	batch    int   // recipients in one document

	// For staff.
	queries      func() *query.Reader // made at the first question: most of the bot does without
	workbook     func(rows [][]string) ([]byte, error)
	deskCommands map[string]deskCommand // by name
	deskWords    map[string]deskCommand // by every word that calls one
	board        atomic.Pointer[Board]  // while it runs, if there is one
	boardSpeaks  Language
	channels     atomic.Pointer[map[string]Channel]
	wake         map[DocumentKind]chan struct{}
	taskEvery    time.Duration // see [taskEvery]; shorter in tests
	subtotals    subtotals
	tenures      tenures
	replica      string // names this process

	// What is known: the files, and what staff have published.
	files        atomic.Pointer[knowledge.Index]
	learn        chan struct{} // holds a value when the files have changed
	learning     sync.Mutex    // held while the two below are compared and set
	learned      *knowledge.Index
	learnedState string
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
	b.batch = defaultBatch
	if b.approval = c.Approval; b.approval <= 0 {
		b.approval = defaultApproval
	}
	b.learn, b.taskEvery = make(chan struct{}, 1), taskEvery
	b.workbook = c.Workbook
	b.boardSpeaks = c.Board
	if !c.Texts.Speaks(c.Board) {
		b.boardSpeaks = c.Texts.Languages()[0]
	}
	b.queries = sync.OnceValue(func() *query.Reader { return newQueryReader(c.Texts) })
	b.deskCommands, b.deskWords = deskNames(), deskWords(c.Texts)
	b.replica, b.wake = NewReference()+NewReference(), map[DocumentKind]chan struct{}{}
	b.wake[DocumentAnnouncement] = make(chan struct{}, 1)
	for _, l := range taskLanes() {
		b.wake[l.kind] = make(chan struct{}, 1)
	}
	b.Learn(c.Knowledge)
	return b
}

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
	b.Know(channels...)
	b.learnFirst(ctx)
	if board := boardOf(channels); board != nil {
		b.board.Store(&board)
		for _, l := range taskLanes() {
			group.Go(func() error { return b.work(ctx, board, l) })
		}
	}
	for _, channel := range channels {
		group.Go(func() error {
			if err := channel.Run(ctx, b.sink(turns, channel)); err != nil {
				return fmt.Errorf("run %s: %w", channel.Name(), err)
			}
			return nil
		})
	}
	if len(b.announcers()) > 0 {
		group.Go(func() error { return b.Broadcast(ctx) })
	}
	group.Go(func() error { return b.retain(ctx, channels) })
	group.Go(func() error { return b.keepLearning(ctx) })
	err := group.Wait()
	b.lanes.wait()
	return err
}

// Know makes the channels known without serving them: what announcements can
// be sent on, and how they are seen there. [Bot.Run] does it as well.
func (b *Bot) Know(channels ...Channel) {
	byName := namedChannels(channels)
	b.channels.Store(&byName)
}

// boardOf is the channel on which staff are told; nil when there is none.
func boardOf(channels []Channel) Board {
	for _, channel := range channels {
		board, is := channel.(Board)
		if maybe, may := channel.(MaybeBoard); is && (!may || maybe.HasBoard()) {
			return board
		}
	}
	return nil
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
