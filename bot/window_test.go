package bot_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// slowSaves is a store whose saves of letters take their time, and which counts
// how many are claimed.
type slowSaves struct {
	bot.Store
	takes time.Duration

	mu      sync.Mutex
	claimed map[string]int // by batch
	most    int            // claimed at a time
}

func (s *slowSaves) SaveDocument(ctx context.Context, d *bot.Document) error {
	if d.Kind != bot.DocumentBatch {
		return s.Store.SaveDocument(ctx, d)
	}
	time.Sleep(s.takes)
	err := s.Store.SaveDocument(ctx, d)
	var slip struct {
		Letters string `json:"letters"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if json.Unmarshal([]byte(d.Data), &slip) == nil {
		s.claimed[d.Key] = strings.Count(slip.Letters, "c")
		sum := 0
		for _, n := range s.claimed {
			sum += n
		}
		s.most = max(s.most, sum)
	}
	return err
}

// However slow the store is, no more are claimed than it takes to keep the
// rate: nobody waits for anything but the call, and for the outcome to be
// stored, which may have to wait for a save that is under way.
func TestASlowStoreClaimsNoMoreThanTheRateNeeds(t *testing.T) {
	const rate, takes, called = 300, 30 * time.Millisecond, 20 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		store := bottest.NewStore()
		slow := &slowSaves{Store: store, takes: takes, claimed: map[string]int{}}
		c := &cast{T: t, store: store, crowd: bottest.NewCrowd(nil)}
		c.crowd.Answer(func(bot.ChatID) (bool, error) {
			time.Sleep(called)
			return true, nil
		})
		subscribe(t, store, 300)
		b := c.start(slow, rate)
		b.Batches(500)
		c.Campaigns = b.Campaigns()
		a := c.release(written(), false)
		a, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "300 0 300 0 0", nil)
		c.stop()
		bound := int((rate * (called + 2*takes)).Seconds()) + 2
		if took := a.Ended.Sub(a.Started); slow.most > bound || took > 1500*time.Millisecond {
			t.Errorf("%d were claimed at a time, more than %d, and 300 took %v", slow.most, bound, took)
		}
	})
}
