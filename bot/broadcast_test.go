package bot_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"exchangebot/bot"
	"exchangebot/bot/bottest"
)

// cast is announcements on their way, on a clock of the test's own.
type cast struct {
	*testing.T
	*bot.Campaigns
	store *bottest.Store
	crowd *bottest.Crowd

	// Of the process that was started last.
	channel *bottest.Announcer
	stop    func()
}

const castBatch = 25

// casting runs a test of announcements to so many subscribers.
func casting(t *testing.T, subscribers int, test func(t *testing.T, c *cast)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &cast{T: t, store: bottest.NewStore()}
		c.crowd = bottest.NewCrowd(c.store)
		subscribe(t, c.store, subscribers)
		c.Campaigns = c.start(c.store, 100).Campaigns()
		test(t, c)
		if err := c.crowd.Problems(); err != nil {
			t.Error(err)
		}
	})
}

// start starts another process that sends.
func (c *cast) start(store bot.Store, rate float64) *bot.Bot {
	c.Helper()
	b, announcer := newBotAt(c.T, store, time.Now), c.crowd.Announcer("test", rate)
	c.channel = announcer
	b.Batches(castBatch)
	ctx, cancel := context.WithCancel(c.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx, announcer) }()
	c.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			c.Error(err)
		}
	})
	c.Cleanup(c.stop)
	synctest.Wait()
	return b
}

// release lets an announcement go out.
func (c *cast) release(a *bot.Announcement, repeat bool) *bot.Announcement {
	c.Helper()
	ctx := c.Context()
	err := c.Save(ctx, a)
	size, sizeErr := c.Size(ctx, a.Audience)
	released, releaseErr := c.Release(ctx, a.ID, releaser, bot.SumReached(size), repeat)
	if err := errors.Join(err, sizeErr, releaseErr); err != nil {
		c.Fatal(err)
	}
	if released.State == bot.Proposed {
		if released, err = c.Approve(ctx, a.ID, approver); err != nil {
			c.Fatal(err)
		}
	}
	return released
}

// await waits until the announcement is in a state, and returns its progress.
func (c *cast) await(id string, state bot.AnnouncementState) (*bot.Announcement, bot.Progress) {
	c.Helper()
	for range 3600 {
		a, err := c.Announcement(c.Context(), id)
		if err != nil {
			c.Fatal(err)
		}
		if a.State == state {
			time.Sleep(time.Second) // what is under way is finished
			return a, c.progress(id)
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.Fatalf("%s is not %s: %+v", id, state, c.progress(id))
	return nil, bot.Progress{}
}

// progress is that of an announcement; its numbers add up.
func (c *cast) progress(id string) bot.Progress {
	c.Helper()
	p, err := c.Progress(c.Context(), id)
	sum := p.Waiting + p.Sent + p.Unknown + p.Withdrawn
	for _, n := range p.Failed {
		sum += n
	}
	if err != nil || sum != p.Total {
		c.Errorf("%+v does not add up (%v)", p, err)
	}
	return p
}

func chatOf(i int) bot.ChatID { return bot.NewChatID("test", fmt.Sprintf("%06d", i)) }

// wantProgress compares what came of an announcement: as in "total waiting
// sent unknown withdrawn".
func wantProgress(t *testing.T, p bot.Progress, want string, failed map[bot.Reason]int64) {
	t.Helper()
	got := fmt.Sprint(p.Total, p.Waiting, p.Sent, p.Unknown, p.Withdrawn)
	if got != want || fmt.Sprint(p.Failed) != fmt.Sprint(failed) {
		t.Errorf("progress %s %v, want %s %v", got, p.Failed, want, failed)
	}
}

func undelivered(reason bot.Reason) error {
	return &bot.Undelivered{Reason: reason, Err: errors.New(string(reason))}
}

func TestAnAnnouncementReachesEverybodyOnce(t *testing.T) {
	casting(t, 130, func(t *testing.T, c *cast) {
		start := time.Now()
		a := c.release(written(), false)
		a, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "130 0 130 0 0", nil)
		for i := range 130 {
			if got := len(c.crowd.Got(chatOf(i))); got != 1 {
				t.Errorf("%s got it %d times", chatOf(i), got)
			}
		}
		if took := a.Ended.Sub(start); took > 1500*time.Millisecond {
			t.Errorf("130 at 100 a second took %v", took)
		}
		if first := c.crowd.Calls()[0].Sub(start); first > 100*time.Millisecond {
			t.Errorf("the first was reached after %v", first)
		}
		if a.Batches != 6 || a.Total != 130 || !a.Listed || a.Cursor != "" || a.Result == nil {
			t.Errorf("finished: %+v", a)
		}
	})
}

func TestAnEmptiedAudienceIsFinished(t *testing.T) {
	casting(t, 1, func(t *testing.T, c *cast) {
		a := written()
		a.Schedule = bot.Schedule{Local: time.Now().In(zone(t, bot.Montreal)).Add(time.Hour).Format("2006-01-02T15:04"), City: bot.Montreal}
		a = c.release(a, false)
		if a.State != bot.Scheduled {
			t.Errorf("state %s", a.State)
		}
		unsubscribe(t, c.store, 0)
		time.Sleep(time.Hour)
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "0 0 0 0 0", nil)
	})
}

func TestAnAudienceThatGrowsNeedsASecondPerson(t *testing.T) {
	casting(t, 100, func(t *testing.T, c *cast) {
		a := written()
		a.Schedule = bot.Schedule{Local: time.Now().In(zone(t, bot.Montreal)).Add(time.Hour).Format("2006-01-02T15:04"), City: bot.Montreal}
		a = c.release(a, false)
		late := &bot.Subscriber{Chat: chatOf(999), State: bot.Subscribed, Language: bot.German}
		if err := c.store.SaveSubscriber(t.Context(), late); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if a, _ = c.await(a.ID, bot.Proposed); a.Released != 101 || c.crowd.Reached() > 0 {
			t.Errorf("%d reached: %+v", c.crowd.Reached(), a)
		}
		if _, err := c.Approve(t.Context(), a.ID, approver); err != nil {
			t.Fatal(err)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "101 0 101 0 0", nil)
	})
}

func zone(t *testing.T, city bot.City) *time.Location {
	t.Helper()
	zone, err := city.Zone()
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func unsubscribe(t *testing.T, store bot.SubscriberStore, i int) {
	t.Helper()
	s, err := store.Subscriber(t.Context(), chatOf(i))
	if err == nil {
		s.State, s.Since = bot.Unsubscribed, time.Now().UTC()
		err = store.SaveSubscriber(t.Context(), s)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestWhatFailsIsToldByReason(t *testing.T) {
	casting(t, 60, func(t *testing.T, c *cast) {
		answers := map[bot.ChatID]error{
			chatOf(1): undelivered(bot.ReasonBlocked), chatOf(2): undelivered(bot.ReasonDeactivated), chatOf(3): undelivered(bot.ReasonNotFound),
			chatOf(4): undelivered(bot.ReasonRejected), chatOf(5): undelivered(bot.ReasonUnreachable), chatOf(6): undelivered(bot.ReasonUnknown),
			chatOf(7): errors.New("out of contract"),
		}
		var limited, flaky atomic.Int64
		c.crowd.Answer(func(chat bot.ChatID) (bool, error) {
			switch {
			case answers[chat] != nil:
				return false, answers[chat]
			case chat == chatOf(8) && limited.Add(1) <= 7:
				return false, undelivered(bot.ReasonLimited)
			case chat == chatOf(9) && flaky.Add(1) <= 4:
				return false, undelivered(bot.ReasonUnreachable)
			}
			return true, nil
		})
		a := c.release(written(), false)
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "60 0 53 2 0", map[bot.Reason]int64{bot.ReasonBlocked: 1, bot.ReasonDeactivated: 1, bot.ReasonNotFound: 1, bot.ReasonRejected: 1, bot.ReasonUnreachable: 1})
		for i, want := range []bot.SubscriberState{bot.Subscribed, bot.Lost, bot.Lost, bot.Lost, bot.Subscribed, bot.Subscribed} {
			if s, err := c.store.Subscriber(t.Context(), chatOf(i)); err != nil || s.State != want {
				t.Errorf("%s is %s (%v)", chatOf(i), s.State, err)
			}
		}
		var failures string
		err := c.Failures(t.Context(), a.ID, func(f bot.Failure) error {
			failures += fmt.Sprintln(f.Channel, f.Language, f.Reason, f.Reference)
			return nil
		})
		want := "test de blocked \ntest de deactivated \ntest fr not-found \ntest de rejected \ntest de unreachable \ntest fr unknown \ntest de unknown \n"
		if failures != want || err != nil {
			t.Errorf("failures:\n%swant:\n%s(%v)", failures, want, err)
		}

		// Only who was unreachable is tried again, once it works.
		c.crowd.Answer(nil)
		if _, err := c.Again(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		_, p = c.await(a.ID, bot.Finished)
		wantProgress(t, p, "60 0 54 2 0", map[bot.Reason]int64{bot.ReasonBlocked: 1, bot.ReasonDeactivated: 1, bot.ReasonNotFound: 1, bot.ReasonRejected: 1})
		_, err = c.Again(t.Context(), a.ID, releaser)
		wantRefused(t, err, "announce-nothing-again")
	})
}

func TestTheUnknownAreSentToAgainWhereThatWasChosen(t *testing.T) {
	casting(t, 30, func(t *testing.T, c *cast) {
		var lost atomic.Int64
		c.crowd.Answer(func(chat bot.ChatID) (bool, error) {
			if chat == chatOf(3) && lost.Add(1) <= 2 || chat == chatOf(4) {
				return true, undelivered(bot.ReasonUnknown)
			}
			return true, nil
		})
		a := c.release(written(), true)
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "30 0 29 1 0", nil)
		if got := len(c.crowd.Got(chatOf(4))); got != 5 {
			t.Errorf("tried %d times", got)
		}
		c.crowd.Answer(nil)
		if _, err := c.Again(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		_, p = c.await(a.ID, bot.Finished)
		wantProgress(t, p, "30 0 30 0 0", nil)
	})
}

func TestTooManyFailuresPause(t *testing.T) {
	for name, c := range map[string]struct {
		fails func(call int) bool
		why   string
		most  int // calls until then
	}{
		"all":                {func(int) bool { return true }, bot.PauseRow, 50},
		"fifty after many":   {func(n int) bool { return n >= 200 }, bot.PauseRow, 250},
		"a quarter":          {func(n int) bool { return n%4 == 0 }, bot.PauseFailing, 50},
		"a quarter, later":   {func(n int) bool { return n > 100 && n%2 == 0 }, bot.PauseFailing, 160},
		"few at the start":   {func(n int) bool { return n < 40 && n%4 == 0 }, "", 0},
		"a fifth is not yet": {func(n int) bool { return n%5 == 4 }, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			casting(t, 300, func(t *testing.T, cast *cast) {
				var calls atomic.Int64
				cast.crowd.Answer(func(bot.ChatID) (bool, error) {
					if c.fails(int(calls.Add(1)) - 1) {
						return false, undelivered(bot.ReasonBlocked)
					}
					return true, nil
				})
				a := cast.release(written(), false)
				if c.why == "" {
					cast.await(a.ID, bot.Finished)
					return
				}
				a, _ = cast.await(a.ID, bot.Paused)
				if n := int(calls.Load()); a.Pause != c.why || n < c.most || n > c.most+10 {
					t.Errorf("paused with %q after %d", a.Pause, n)
				}
				// Whoever goes on starts counting afresh.
				was := calls.Load()
				if _, err := cast.Resume(t.Context(), a.ID, releaser); err != nil {
					t.Fatal(err)
				}
				time.Sleep(300 * time.Millisecond)
				if more := calls.Load() - was; more < 20 {
					t.Errorf("%d more after resuming", more)
				}
			})
		})
	}
}

// A share that fails is one of all that was sent, whatever interrupts the sending.
func TestFailuresAreAShareOfAll(t *testing.T) {
	casting(t, 400, func(t *testing.T, c *cast) {
		var calls atomic.Int64
		c.crowd.Answer(func(bot.ChatID) (bool, error) {
			if n := calls.Add(1); n > 250 && n%3 == 0 {
				return false, undelivered(bot.ReasonBlocked)
			}
			return true, nil
		})
		a := c.release(written(), false)
		for calls.Load() < 250 {
			time.Sleep(10 * time.Millisecond)
		}
		if _, err := c.Pause(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if _, err := c.Resume(t.Context(), a.ID, releaser); err != nil {
			t.Fatal(err)
		}
		c.await(a.ID, bot.Finished)
	})
}

// What fails at the very end stops nothing.
func TestNothingIsLeftToPause(t *testing.T) {
	casting(t, 50, func(t *testing.T, c *cast) {
		c.crowd.Answer(func(bot.ChatID) (bool, error) { return false, undelivered(bot.ReasonRejected) })
		_, p := c.await(c.release(written(), false).ID, bot.Finished)
		wantProgress(t, p, "50 0 0 0 0", map[bot.Reason]int64{bot.ReasonRejected: 50})
	})
}

// Whoever goes on has seen that much fails: only fifty in a row stop it again.
func TestGoingOnInsists(t *testing.T) {
	casting(t, 400, func(t *testing.T, c *cast) {
		var calls atomic.Int64
		var all atomic.Bool
		c.crowd.Answer(func(bot.ChatID) (bool, error) {
			if n := calls.Add(1); n%3 == 0 || all.Load() {
				return false, undelivered(bot.ReasonUnreachable)
			}
			return true, nil
		})
		resume := func(id string) {
			if a, err := c.Resume(t.Context(), id, releaser); err != nil || !a.Insisted || a.Pause != "" {
				t.Fatalf("%+v %v", a, err)
			}
		}
		a := c.release(written(), false)
		all.Store(true)
		if a, _ = c.await(a.ID, bot.Paused); a.Pause != bot.PauseRow || a.Insisted {
			t.Errorf("paused with %q", a.Pause)
		}
		resume(a.ID)
		if a, _ = c.await(a.ID, bot.Paused); a.Pause != bot.PauseRow {
			t.Errorf("paused with %q", a.Pause)
		}
		all.Store(false)
		resume(a.ID)
		if a, err := c.Pause(t.Context(), a.ID, releaser); err != nil || a.Pause != "" {
			t.Fatalf("%+v %v", a, err)
		}
		resume(a.ID) // it stays insisted upon
		a, p := c.await(a.ID, bot.Finished)
		if p.Waiting != 0 || p.Sent < 200 {
			t.Errorf("%+v", p)
		}
		// Another round is another matter.
		all.Store(true)
		if a, err := c.Again(t.Context(), a.ID, releaser); err != nil || a.Insisted {
			t.Fatalf("%+v %v", a, err)
		}
		c.await(a.ID, bot.Paused)
	})
}

func TestTheStaffDecidesWithinASecond(t *testing.T) {
	for name, elsewhere := range map[string]bool{"in this process": false, "in another": true} {
		t.Run(name, func(t *testing.T) {
			casting(t, 500, func(t *testing.T, c *cast) {
				desk := c.Campaigns
				if elsewhere {
					other := newBotAt(t, c.store, time.Now)
					other.Know(c.crowd.Announcer("test", 100))
					desk = other.Campaigns()
				}
				a := c.release(written(), false)
				time.Sleep(2 * time.Second)
				moment := func(do func(context.Context, string, bot.Person) (*bot.Announcement, error)) {
					if _, err := do(t.Context(), a.ID, releaser); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Second)
				}
				moment(desk.Pause)
				was := c.crowd.Reached()
				time.Sleep(10 * time.Second)
				if now := c.crowd.Reached(); was < 100 || now != was {
					t.Errorf("%d and then %d while paused", was, now)
				}
				wantProgress(t, c.progress(a.ID), fmt.Sprint(500, 500-was, was, 0, 0), nil)
				moment(desk.Resume)
				if now := c.crowd.Reached(); now < was+30 {
					t.Errorf("%d and then %d after resuming", was, now)
				}
				moment(desk.Cancel)
				was = c.crowd.Reached()
				time.Sleep(10 * time.Second)
				wantProgress(t, c.progress(a.ID), fmt.Sprint(500, 500-was, was, 0, 0), nil)
			})
		})
	}
}

func TestWhoLeavesMeanwhileGetsNothing(t *testing.T) {
	casting(t, 300, func(t *testing.T, c *cast) {
		a := c.release(written(), false)
		time.Sleep(time.Second)
		unsubscribe(t, c.store, 200)
		if err := c.store.DeleteSubscriber(t.Context(), chatOf(201)); err != nil {
			t.Fatal(err)
		}
		// Who comes after the start is not in the audience.
		late := &bot.Subscriber{Chat: chatOf(999), State: bot.Subscribed, Language: bot.German, Since: time.Now()}
		if err := c.store.SaveSubscriber(t.Context(), late); err != nil {
			t.Fatal(err)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "300 0 298 0 2", nil)
		if n := len(c.crowd.Got(chatOf(200))) + len(c.crowd.Got(chatOf(201))) + len(c.crowd.Got(chatOf(999))); n != 0 {
			t.Errorf("%d messages to people who are not there", n)
		}
	})
}

func TestOneAnnouncementAfterTheOther(t *testing.T) {
	casting(t, 100, func(t *testing.T, c *cast) {
		first := c.release(written(), false)
		time.Sleep(100 * time.Millisecond)
		second := c.release(written(), false)
		time.Sleep(500 * time.Millisecond)
		if p := c.progress(second.ID); p.Sent != 0 {
			t.Errorf("the second has begun: %+v", p)
		}
		// A paused one blocks nobody.
		if _, err := c.Pause(t.Context(), first.ID, releaser); err != nil {
			t.Fatal(err)
		}
		c.await(second.ID, bot.Finished)
		if _, err := c.Resume(t.Context(), first.ID, releaser); err != nil {
			t.Fatal(err)
		}
		_, p := c.await(first.ID, bot.Finished)
		wantProgress(t, p, "100 0 100 0 0", nil)
	})
}

func TestOfTwoReplicasOneSends(t *testing.T) {
	casting(t, 400, func(t *testing.T, c *cast) {
		stopFirst := c.stop
		c.start(c.store, 100)
		a := c.release(written(), false)
		time.Sleep(2 * time.Second)
		stopFirst()
		stopped := time.Now()
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "400 0 400 0 0", nil)
		calls := c.crowd.Calls()
		for i := 110; i < len(calls); i++ {
			if gap := calls[i].Sub(calls[i-110]); gap < time.Second {
				t.Fatalf("110 calls within %v", gap)
			}
		}
		for i := 1; i < len(calls); i++ {
			if gap := calls[i].Sub(calls[i-1]); gap > time.Second {
				t.Errorf("%v without a call, %v after the first was stopped", gap, calls[i].Sub(stopped))
			}
		}
	})
}

// slowly is an announcer whose calls take their time.
type slowly struct {
	*bottest.Announcer
	takes time.Duration
}

func (s *slowly) Announce(ctx context.Context, _ bot.ChatID, _ bot.Message, claim func() error) error {
	if err := claim(); err != nil {
		return err
	}
	select {
	case <-time.After(s.takes):
		return nil
	case <-ctx.Done():
		return undelivered(bot.ReasonUnknown)
	}
}

// Whoever is told to stop finishes the calls under way, but for those that take
// too long.
func TestStoppingFinishesCalls(t *testing.T) {
	for takes, want := range map[time.Duration]string{4 * time.Second: "2 0 2 0 0", time.Hour: "2 0 0 2 0"} {
		synctest.Test(t, func(t *testing.T) {
			c := &cast{T: t, store: bottest.NewStore()}
			subscribe(t, c.store, 2)
			b := newBotAt(t, c.store, time.Now)
			b.Know(&slowly{bottest.NewAnnouncer("test", 100), takes})
			c.Campaigns = b.Campaigns()
			a := c.release(written(), false)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			if err := b.Broadcast(ctx); err != nil {
				t.Error(err)
			}
			if took := time.Since(a.Started); took > 7*time.Second {
				t.Errorf("stopped after %v", took)
			}
			c.crowd = bottest.NewCrowd(nil)
			c.start(c.store, 100)
			_, p := c.await(a.ID, bot.Finished)
			wantProgress(t, p, want, nil)
		})
	}
}

// A sender that is dead, and whose clock was wrong, holds nothing up.
func TestALeaseOfAnotherClockEnds(t *testing.T) {
	casting(t, 10, func(t *testing.T, c *cast) {
		until := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		lease := &bot.Document{Kind: bot.DocumentLease, Key: string(bot.DocumentAnnouncement), Data: `{"holder":"dead","until":"` + until + `"}`}
		if err := c.store.SaveDocument(t.Context(), lease); err != nil {
			t.Fatal(err)
		}
		a := c.release(written(), false)
		if attended, err := c.Attended(t.Context()); err != nil || !attended {
			t.Errorf("attended: %v (%v)", attended, err)
		}
		a, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "10 0 10 0 0", nil)
		if took := a.Ended.Sub(a.Started); took < 4*time.Second || took > 6*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestAPlatformThatWasAwayIsReached(t *testing.T) {
	casting(t, 200, func(t *testing.T, c *cast) {
		away := time.Now().Add(4 * time.Second)
		c.crowd.Answer(func(bot.ChatID) (bool, error) {
			if time.Now().Before(away) {
				return false, undelivered(bot.ReasonUnreachable)
			}
			return true, nil
		})
		a := c.release(written(), false)
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "200 0 200 0 0", nil)
	})
}

func TestAStoreThatWasAwayLosesNothing(t *testing.T) {
	casting(t, 200, func(t *testing.T, c *cast) {
		a := c.release(written(), false)
		for range 5 {
			time.Sleep(300 * time.Millisecond)
			c.store.Fail(errors.New("away"))
			synctest.Wait() // for a call that was claimed before
			was := c.crowd.Reached()
			time.Sleep(10 * time.Second)
			if now := c.crowd.Reached(); now != was {
				t.Errorf("%d were called without a store", now-was)
			}
			c.store.Fail(nil)
		}
		_, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "200 0 200 0 0", nil)
	})
}

func TestWhatPilesUpIsNotClaimed(t *testing.T) {
	casting(t, 500, func(t *testing.T, c *cast) {
		slow := time.Now().Add(2 * time.Second)
		var under, most atomic.Int64
		c.crowd.Answer(func(bot.ChatID) (bool, error) {
			most.Store(max(most.Load(), under.Add(1)))
			time.Sleep(20 * time.Millisecond)
			if time.Now().After(slow) && time.Now().Before(slow.Add(time.Second)) {
				time.Sleep(time.Second)
			}
			under.Add(-1)
			return true, nil
		})
		a := c.release(written(), false)
		a, p := c.await(a.ID, bot.Finished)
		wantProgress(t, p, "500 0 500 0 0", nil)
		if took := a.Ended.Sub(a.Started); most.Load() > 10 || took > 8*time.Second {
			t.Errorf("%d calls were under way at a time, and 500 took %v", most.Load(), took)
		}
	})
}
