package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"exchangebot/bot"
)

// announce sends what stands in the file, or shows it.
func (a *announcing) announce(ctx context.Context) error {
	written, err := readAnnouncement(a.File)
	if wrong := (unreadable)(nil); errors.As(err, &wrong) {
		return a.misread(wrong)
	}
	if err != nil {
		return err
	}
	written.Author, written.Created, written.State = a.by, time.Now(), bot.Drafted
	size, err := a.campaigns.Size(ctx, written.Audience)
	if err != nil {
		return err
	}
	problems := a.campaigns.Problems(written)
	if len(problems) == 0 && bot.SumReached(size) == 0 && a.Test == nil {
		problems = []bot.Problem{{Field: "audience", Message: "announce-problem-empty"}}
	}
	if a.DryRun && !slices.ContainsFunc(problems, unknown) {
		sheet, err := a.campaigns.Sheet(ctx, written, a.lang)
		if err != nil {
			return err
		}
		draw(a.out, sheet)
	}
	if len(problems) > 0 {
		a.tell("cli-announce-problems", bot.Values{"File": a.File})
		for _, p := range problems {
			fmt.Fprintf(a.err, "  %s: %s\n", key(p.Field), a.say(p.Message, p.Values))
		}
		return errTold
	}
	if a.Test != nil {
		return a.test(ctx, written)
	}
	if err := a.onlyOnce(ctx, written); err != nil || a.DryRun {
		return err
	}
	n := bot.SumReached(size)
	if !a.Yes {
		if confirmed, err := a.confirmed(ctx, written, n); err != nil || !confirmed {
			return errors.Join(err, a.fail("cli-announce-nothing-sent", nil))
		}
	}
	released, err := a.release(ctx, written, n)
	if err != nil {
		return err
	}
	return a.released(ctx, released, true)
}

// misread says line by line what in the file cannot be understood.
func (a *announcing) misread(wrong unreadable) error {
	a.tell("cli-announce-problems", bot.Values{"File": a.File})
	for _, m := range wrong {
		problem := bot.Markdown(a.texts.Say(a.lang, m.message, m.values))
		fmt.Fprintf(a.err, "  %s\n", a.say("cli-file-line", bot.Values{"Line": m.line, "Problem": problem}))
	}
	return errTold
}

// onlyOnce refuses what was released before: somebody who saw nothing of it
// may have called the command again.
func (a *announcing) onlyOnce(ctx context.Context, written *bot.Announcement) error {
	before, err := a.campaigns.ReleasedBefore(ctx, written)
	if err != nil || before == nil || a.Anew {
		return err
	}
	a.print(a.campaigns.Headline(before, a.lang))
	return a.fail("cli-announce-before", bot.Values{"Command": bot.Markdown("`exchangebot announce --watch " + before.ID + "`")})
}

// release stores the announcement and lets it go out to n people; what cannot
// be released is not kept.
func (a *announcing) release(ctx context.Context, written *bot.Announcement, n int64) (released *bot.Announcement, err error) {
	if err := a.campaigns.Save(ctx, written); err != nil {
		return nil, err
	}
	if err = a.campaigns.Note(ctx, a.by, "announce-release", written.ID); err == nil {
		released, err = a.campaigns.Release(ctx, written.ID, a.by, n, a.Repeat)
	}
	if err != nil {
		err = errors.Join(err, a.discard(ctx, written))
	}
	return released, err
}

// unknown reports whether something was chosen that there is not, and has no name.
func unknown(p bot.Problem) bool { return p.Message == "announce-problem-unknown" }

// confirmed shows what would be sent, and asks for the number of recipients.
func (a *announcing) confirmed(ctx context.Context, of *bot.Announcement, n int64) (bool, error) {
	if !isTerminal(a.in) {
		a.tell("cli-announce-yes", nil)
		return false, nil
	}
	sheet, err := a.campaigns.Sheet(ctx, of, a.lang)
	if err != nil {
		return false, err
	}
	draw(a.err, sheet)
	fmt.Fprint(a.err, a.say("cli-announce-confirm", bot.Values{"Count": n}), " ")
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.in).ReadString('\n') // what was not written is no number
		lines <- line
	}()
	select {
	case line := <-lines:
		typed, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		return err == nil && typed == n, nil
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return false, nil
	}
}

// discard forgets a draft, also of a command that was interrupted.
func (a *announcing) discard(ctx context.Context, draft *bot.Announcement) error {
	return a.campaigns.Discard(context.WithoutCancel(ctx), draft.ID, a.by)
}

func (a *announcing) test(ctx context.Context, written *bot.Announcement) error {
	chat := bot.ChatID(*a.Test)
	if !strings.Contains(*a.Test, ":") {
		chat = bot.NewChatID("telegram", *a.Test)
	}
	if err := a.campaigns.Save(ctx, written); err != nil {
		return err
	}
	err := a.campaigns.Note(ctx, a.by, "announce-test", written.ID)
	if err == nil {
		err = a.campaigns.Test(ctx, written.ID, chat)
	}
	if err := errors.Join(err, a.discard(ctx, written)); err != nil {
		return err
	}
	a.tell("cli-announce-tested", nil)
	return nil
}
