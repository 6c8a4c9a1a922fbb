package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// slowBoard is one replica's way to a platform that takes its time, for which
// what is under way cannot be found.
type slowBoard struct {
	*bottest.Board
	*platform
}

type platform struct {
	mu    sync.Mutex
	waits []time.Duration // of the next posts
	keys  []string        // of what was posted
}

func (p *platform) posted(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.keys, key)
}

func (p *platform) wait() (d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waits) > 0 {
		d, p.waits = p.waits[0], p.waits[1:]
	}
	return d
}

func (b slowBoard) Post(ctx context.Context, p bot.Post) (string, error) {
	if b.posted(p.Key) {
		return p.Key, nil
	}
	select {
	case <-time.After(b.wait()):
	case <-ctx.Done():
		return "", ctx.Err()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys = append(b.keys, p.Key)
	return p.Key, nil
}

// However long a platform takes, of two replicas only one tells staff of a thing.
func TestOfTwoReplicasOneTells(t *testing.T) {
	for _, waits := range [][]time.Duration{{4 * time.Second, 8 * time.Second}, {time.Minute, time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			store, shared := filled(t, 3), &platform{waits: waits}
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 2)
			var desk *bot.Desk
			for range 2 {
				b := newBotAt(t, store, time.Now)
				desk = b.Desk()
				go func() { ended <- b.Run(ctx, slowBoard{bottest.NewBoard(), shared}) }()
			}
			for i := range 3 {
				v := bottest.Signed(i)
				desk.Press(ctx, clara, fmt.Sprintf("mark %s %s declined", v.Reference, v.Status))
			}
			time.Sleep(3 * time.Minute)
			stop()
			if err := errors.Join(<-ended, <-ended); err != nil {
				t.Error(err)
			}
			if len(shared.keys) != 3 || len(slices.Compact(slices.Sorted(slices.Values(shared.keys)))) != 3 {
				t.Errorf("posted: %v", shared.keys)
			}
		})
	}
}
