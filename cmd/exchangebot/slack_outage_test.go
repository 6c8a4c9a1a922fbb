package main

import (
	"net/http"
	"strings"
	"testing"

	"exchangebot/adapters/slack/slacktest"
	"exchangebot/adapters/telegram/telegramtest"
)

// outage is the whole program on both platforms, of which Slack breaks.
type outage struct {
	*testing.T
	telegram *telegramtest.Server
	slack    *slacktest.Server
	settings []string
	*process
}

func newOutage(t *testing.T, store ...string) *outage {
	o := &outage{T: t, telegram: telegramtest.New(t), slack: slacktest.New(t)}
	o.telegram.Limit(telegramtest.Limits{})
	for _, name := range []string{"clara", "denis", "emma", "farid"} {
		o.slack.AddUser(slacktest.User{ID: "U0" + strings.ToUpper(name), Name: name, Locale: "de-DE"})
	}
	o.slack.AddChannel("C0DESK", "U0CLARA")
	o.settings = append(telegramSettings(o.telegram), "TELEGRAM_RATE=300",
		"SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_APP_TOKEN="+slacktest.AppToken, "SLACK_API_URL="+o.slack.URL(), "SLACK_CHANNEL=C0DESK", "SLACK_STAFF=U0CLARA")
	o.settings = append(o.settings, store...)
	o.process = start(t, o.settings...)
	o.waitReady()
	return o
}

// restart kills the program and starts it anew.
func (o *outage) restart() {
	o.kill()
	o.process = start(o.T, o.settings...)
}

// signUp has a citizen sign up on Telegram, who waits for every answer.
func (o *outage) signUp(user int) {
	o.Helper()
	for n, text := range killedSignUp(user) {
		o.telegram.SendText(int64(user), text)
		waitReplies(o.T, o.telegram, int64(user), n+1)
	}
	o.waitFor(func() bool { return o.reference(user) != "" })
}

// reference is what a citizen was told.
func (o *outage) reference(user int) string {
	for _, m := range o.telegram.Replies(int64(user)) {
		if _, rest, found := strings.Cut(m.Text, "Ihre Nummer ist "); found {
			return strings.Trim(strings.Fields(rest)[0], ".*<>b/")
		}
	}
	return ""
}

// cards are the texts of the posts on the board.
func (o *outage) cards() []string {
	var list []string
	for _, m := range o.slack.Replies("C0DESK", "U0CLARA") {
		list = append(list, m.Text)
	}
	return list
}

// TestSlackIsDown breaks Slack in several ways, kills the program meanwhile,
// and finds every card on the board afterwards: in order, and once.
func TestSlackIsDown(t *testing.T) {
	t.Parallel() // mostly it waits
	o := newOutage(t, "DATA_DIR="+t.TempDir())
	all := func(kind string) slacktest.Fault { return slacktest.Fault{Kind: kind, Count: -1} }

	o.slack.Inject(all("503"))
	o.slack.Drop()
	o.signUp(1)
	o.waitStatus(http.StatusServiceUnavailable)
	if _, why := o.get("/readyz"); !strings.Contains(why, "slack: ") || !strings.Contains(why, "503") {
		t.Errorf("/readyz says %q", why)
	}
	o.slack.Heal()
	o.waitFor(func() bool { return len(o.cards()) == 1 })
	o.waitReady()

	// Somebody revokes the token; the program is killed and finds it so.
	o.slack.Inject(all("token_revoked"))
	o.signUp(2)
	o.waitStatus(http.StatusServiceUnavailable)
	o.restart()
	o.waitStatus(http.StatusServiceUnavailable)
	o.waitFor(func() bool { _, why := o.get("/readyz"); return strings.Contains(why, "token_revoked") })
	o.signUp(3)
	o.slack.Heal()

	// The first card is posted, its answer never comes, and the program dies.
	o.slack.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "hang-after"})
	o.restart()
	o.waitFor(func() bool { return len(o.cards()) == 2 })
	o.restart()
	o.signUp(4)
	o.waitFor(func() bool { return len(o.cards()) >= 4 })
	if code := o.stop(); code != 0 {
		t.Errorf("stopped with %d", code)
	}
	for n, card := range o.cards() {
		if want := "Anmeldung " + o.reference(n+1) + " · Verein · Düsseldorf · neu"; card != want {
			t.Errorf("card %d is %q, want %q", n+1, card, want)
		}
	}
	if n := len(o.cards()); n != 4 {
		t.Errorf("%d cards", n)
	}
	for _, violation := range o.slack.Violations() {
		t.Errorf("violation: %s", violation)
	}
	noViolations(t, o.telegram)
}

// TestKilledOnSlack kills the program while what it has acknowledged is still
// to be answered.
func TestKilledOnSlack(t *testing.T) {
	t.Parallel()
	stores(t, killedOnSlack)
}

func killedOnSlack(t *testing.T, store []string) {
	o := newOutage(t, store...)
	o.slack.Inject(slacktest.Fault{Method: "chat.postMessage", Kind: "hang", Count: -1})
	o.slack.Inject(slacktest.Fault{Method: "response_url", Kind: "hang", Count: -1})
	for _, who := range []string{"DENIS", "EMMA", "FARID"} {
		if said := o.slack.Say("U0"+who, "D0"+who, "", "Wer ist Denis Coderre?"); !said.Ack.OK {
			t.Fatalf("not acknowledged: %+v", said)
		}
	}
	if a := o.slack.Command("U0CLARA", "C0DESK", "hilfe"); !a.OK {
		t.Fatalf("not acknowledged: %+v", a)
	}
	o.waitFor(func() bool {
		return len(o.slack.Calls("response_url")) > 0 && len(o.slack.Calls("chat.postMessage")) > 0
	})
	o.kill()
	o.slack.Heal()
	o.process = start(t, o.settings...)
	o.waitFor(func() bool {
		n := len(o.slack.Replies("C0DESK", "U0CLARA"))
		for _, who := range []string{"DENIS", "EMMA", "FARID"} {
			n += len(o.slack.Replies("D0"+who, "U0"+who))
		}
		return n >= 1+3*2
	})
	if code := o.stop(); code != 0 {
		t.Errorf("stopped with %d", code)
	}
	for _, who := range []string{"DENIS", "EMMA", "FARID"} {
		got := o.slack.Replies("D0"+who, "U0"+who)
		if len(got) != 2 || !strings.Contains(got[0].Text, "automatische Assistent") || !strings.Contains(got[1].Text, "Coderre") {
			t.Errorf("%s got %+v", who, got)
		}
	}
	for _, violation := range o.slack.Violations() {
		t.Errorf("violation: %s", violation)
	}
}
