package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"exchangebot/bot/query"
)

// relay brings the card of a question up to date, and tells each side what the
// other has said, in the order in which it was said. What was told is noted
// before anything else is: a crash repeats one thing at worst.
func (b *Bot) relay(ctx context.Context, board Board, id string) error {
	q, err := b.question(ctx, id)
	if err != nil || q == nil {
		return err
	}
	if err := b.showQuestion(ctx, board, q); err != nil {
		return err
	}
	for _, s := range q.Said {
		if s.Told {
			continue
		}
		told, err := b.pass(ctx, board, q, s)
		if errors.Is(err, errCardGone) {
			return b.loseCard(ctx, q)
		}
		if err != nil {
			return err
		}
		err = b.storeQuestion(ctx, id, func(q *Question) bool {
			for i := range q.Said {
				if q.Said[i].ID == s.ID {
					q.Said[i].Told, q.Said[i].Post = true, told.Post
				}
			}
			if told.note != "" {
				q.note(told.note, s.At)
			}
			return true
		})
		if err != nil {
			return err
		}
		if told.note != "" {
			return b.due(ctx, DocumentHandover, id)
		}
	}
	return b.eraseDeleted(ctx, board, q)
}

// errCardGone says that somebody has removed a question's card, and with it
// the thread.
var errCardGone = errors.New("card is gone")

// maxCards is how often a question gets a new card when the last one was removed.
const maxCards = 5

// loseCard has the question posted anew: what the citizen says now would stand
// nowhere.
func (b *Bot) loseCard(ctx context.Context, lost *Question) error {
	if lost.Cards >= maxCards {
		return fmt.Errorf("%w: its card was removed %d times", ErrRejected, lost.Cards)
	}
	return b.editQuestion(ctx, lost.ID, func(q *Question) bool {
		if q.Post != lost.Post {
			return false
		}
		q.Post, q.Shown, q.Cards = "", "", q.Cards+1
		return true
	})
}

// showQuestion posts or updates the card.
func (b *Bot) showQuestion(ctx context.Context, board Board, q *Question) error {
	view := b.clerk().questionCard(q)
	shown, post := digest(view), q.Post
	var err error
	switch {
	case post == "":
		if post, err = board.Post(ctx, Post{Key: q.cardKey(), View: *view, Since: q.Asked}); err != nil {
			return err
		}
		if err := b.saveThread(ctx, post, q.ID); err != nil {
			return err
		}
	case shown == q.Shown:
		return nil
	default:
		if err := board.Update(ctx, post, *view); err != nil && !errors.Is(err, ErrGone) {
			return err
		}
	}
	q.Post, q.Shown = post, shown
	return b.storeQuestion(ctx, q.ID, func(q *Question) bool {
		q.Post, q.Shown = post, shown
		return true
	})
}

const questionKey = "question:" // of posts: and the id

// cardKey is the [Post.Key] of the question's card.
func (q *Question) cardKey() string {
	if q.Cards > 0 {
		return fmt.Sprintf("%s%s card %d", questionKey, q.ID, q.Cards)
	}
	return questionKey + q.ID
}

// questionOf is the id of the question whose card has the key; empty: it is no card's.
func questionOf(key string) string {
	id, is := strings.CutPrefix(key, questionKey)
	id, _, _ = strings.Cut(id, " ")
	if !is || strings.Contains(id, ":") { // what is said about one
		return ""
	}
	return id
}

func (b *Bot) saveThread(ctx context.Context, post, id string) error {
	return again(func() error {
		var at thread
		d, err := loadDocument(ctx, b.store, DocumentCard, threadKey(post), &at)
		if err != nil || at.Question == id {
			return err
		}
		d.At = b.now().UTC()
		return saveDocument(ctx, b.store, d, thread{id})
	})
}

// passing is what came of telling something.
type passing struct {
	Post string
	note string // that staff are to be told
}

// pass tells one thing to the other side.
func (b *Bot) pass(ctx context.Context, board Board, q *Question, s Said) (passing, error) {
	clerk := b.clerk()
	if s.From == CityHall {
		err := b.sendOnce(ctx, q, s, func() error {
			m, err := b.replyOf(ctx, q, s)
			if err != nil {
				return err
			}
			return b.reach(ctx, q, m, true)
		})
		switch {
		case errors.Is(err, ErrGone):
			return passing{note: "desk-question-blocked"}, nil
		case errors.Is(err, ErrRejected):
			return passing{note: "desk-question-rejected"}, nil
		case err != nil:
			return passing{}, fmt.Errorf("%w: %w", errLater, err)
		}
		s.Text = clerk.say("desk-delivered", Values{"Name": s.Name})
	} else if s.From == Clerk {
		if s.Text == "desk-question-closed" && q.Chat != "" {
			if err := b.sendOnce(ctx, q, s, func() error { return b.endTalk(ctx, q) }); err != nil {
				return passing{}, err
			}
		}
		s.Text = clerk.say(s.Text, nil)
	} else if s.ID == q.Said[0].ID {
		return passing{}, nil // it stands on the card
	} else {
		s.Text = clerk.spoken(s)
	}
	post, err := board.Post(ctx, Post{Key: questionKey + q.ID + ":" + s.ID, Thread: q.Post, View: *clerk.view(s.Text), Since: s.At})
	if errors.Is(err, ErrGone) {
		if s.From == Citizen {
			return passing{}, errCardGone
		}
		return passing{}, nil // what staff have done, they know
	}
	return passing{Post: post}, err
}

// sendOnce tells the citizen, and notes that at once: while the board is away,
// they are not told again and again.
func (b *Bot) sendOnce(ctx context.Context, q *Question, s Said, send func() error) error {
	if s.Sent {
		return nil
	}
	if err := send(); err != nil {
		return err
	}
	return b.storeQuestion(ctx, q.ID, func(q *Question) bool {
		for i := range q.Said {
			if q.Said[i].ID == s.ID {
				q.Said[i].Sent = true
			}
		}
		return true
	})
}

// errLater says that a citizen cannot be reached now: others may be.
var errLater = errors.New("citizen not reached")

// endTalk tells the citizen that the conversation with staff is over, if there
// was one.
func (b *Bot) endTalk(ctx context.Context, q *Question) error {
	if !q.answered() {
		return b.letGo(ctx, q)
	}
	c, err := b.store.Conversation(ctx, q.Chat)
	if err != nil {
		return err
	}
	m := Message{Text: b.texts.Say(q.Language, "question-closed", nil)}
	if h := c.Handover; h != nil && h.Question != q.ID { // it is another one that they talk about
		m.Text = b.texts.Say(q.Language, "question-closed-other", Values{"Question": q.reminder()})
	}
	err = b.reach(ctx, q, m, false)
	if err != nil && !errors.Is(err, ErrGone) && !errors.Is(err, ErrRejected) {
		return fmt.Errorf("%w: %w", errLater, err)
	}
	return nil
}

// eraseDeleted takes from the board what was said about a question of which
// nothing is kept any more.
func (b *Bot) eraseDeleted(ctx context.Context, board Board, q *Question) error {
	if q.Chat != "" {
		return nil
	}
	view, posts := b.clerk().view(b.clerk().say("desk-erased", nil)), q.Left
	for _, s := range q.Said {
		if s.From != Clerk && s.Post != "" {
			posts = append(posts, s.Post)
		}
	}
	for _, post := range posts {
		if err := board.Update(ctx, post, *view); err != nil && !errors.Is(err, ErrGone) {
			return err
		}
	}
	return nil
}

// questionCard shows a question, and what can be done with it.
func (v *visit) questionCard(q *Question) *View {
	if why := q.gone(); why != "" {
		return v.view(v.say(why, nil))
	}
	status := v.say(q.status())
	how := "desk-question-how"
	if q.blocked() {
		how = "desk-question-blocked"
	}
	card := &Card{Title: v.plain("desk-question", nil), Text: quoteLines(q.text()), Note: v.say("desk-question-note", Values{
		"Asked": Markdown(v.clocks(q.Asked)), "Language": Markdown(v.valueName(query.Language, string(q.Language))), "Status": Markdown(status),
		"How": Markdown(v.say(how, nil))})}
	if !q.blocked() {
		card.Buttons = []Button{{Label: v.say("desk-button-reply", nil), Data: "reply " + q.ID}}
	}
	card.Buttons = append(card.Buttons, Button{Label: v.say("desk-button-teach", nil), Data: "teach " + q.ID})
	if q.Closed.IsZero() {
		card.Buttons = append(card.Buttons, Button{Label: v.say("desk-button-end", nil), Data: "close " + q.ID})
	}
	return &View{Text: v.plain("desk-question-told", Values{"Text": cut(q.text(), 150)}), Blocks: []Block{{Card: card}}}
}
