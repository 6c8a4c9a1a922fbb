package bot_test

import (
	"context"
	"reflect"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
)

// ledger counts the batches that are read.
type ledger struct {
	bot.Store
	read atomic.Int64
}

func (l *ledger) Documents(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	docs, err := l.Store.Documents(ctx, q)
	if q.Kind == bot.DocumentBatch {
		l.read.Add(int64(len(docs)))
	}
	return docs, err
}

// Whoever watches an announcement does not read again what is finished, and
// sees the same as somebody who reads it all.
func TestWatchingReadsWhatGoesOut(t *testing.T) {
	casting(t, 1000, func(t *testing.T, c *cast) {
		var away atomic.Bool
		away.Store(true)
		c.crowd.Answer(func(chat bot.ChatID) (bool, error) {
			if away.Load() && (chat == chatOf(330) || chat == chatOf(777)) {
				return false, undelivered(bot.ReasonUnreachable)
			}
			return true, nil
		})
		books := &ledger{Store: c.store}
		watcher := newBotAt(t, books, time.Now).Campaigns()
		watch := func(id string, atMost int64) {
			t.Helper()
			synctest.Wait()
			books.read.Store(0)
			p, err := watcher.Progress(t.Context(), id)
			fresh, freshErr := newBotAt(t, c.store, time.Now).Campaigns().Progress(t.Context(), id)
			if err != nil || freshErr != nil || !reflect.DeepEqual(p, fresh) {
				t.Errorf("%+v instead of %+v (%v, %v)", p, fresh, err, freshErr)
			}
			if n := books.read.Load(); n > atMost {
				t.Errorf("%d batches read, of 40", n)
			}
		}
		a := c.release(written(), false)
		for range 19 {
			time.Sleep(500 * time.Millisecond)
			watch(a.ID, 40)
		}
		if _, err := c.Pause(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		watch(a.ID, 40)
		watch(a.ID, 26) // somebody in the fourteenth waits to be tried again
		if _, err := c.Resume(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		c.await(a.ID, bot.Finished)
		away.Store(false)
		if _, err := c.Again(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			watch(a.ID, 40)
			time.Sleep(100 * time.Millisecond)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "1000 0 1000 0 0", nil)
	})
}
