package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A member of staff shows which chat is theirs by saying a code there that the
// desk has shown them. What they write is tested in that chat.

const (
	linkFor  = 15 * time.Minute // how long a code is good
	linkWord = "link_"          // begins the payload of "/start" that says one
)

// Linker is a [Channel] whose chats can be opened from elsewhere.
type Linker interface {
	Channel

	// Link is the address of a chat with the bot that begins with "/start" and
	// the payload; empty while the platform has not told it.
	Link(payload string) string
}

// linkCode is whose code it is. The chat where it was said is the document's.
type linkCode struct {
	Staff string `json:"staff"`
	Name  string `json:"name"`
}

// codeKey finds a code, whichever way it is written.
func codeKey(code string) string { return shortHash(strings.ToUpper(code)) }

// expireCodes forgets those that nobody has said in time.
func (b *Bot) expireCodes(ctx context.Context) error {
	return b.expireDocuments(ctx, DocumentCode, b.now().Add(-linkFor), new(int))
}

// newCode makes a code that links a chat with the person.
func (v *visit) newCode(ctx context.Context) (string, error) {
	now := v.bot.now().UTC()
	code := v.bot.reference() + v.bot.reference()
	return code, again(func() error {
		d, err := v.bot.store.Document(ctx, DocumentCode, codeKey(code))
		if err != nil {
			return fmt.Errorf("read code: %w", err)
		}
		d.Chat, d.At = "", now
		return saveDocument(ctx, v.bot.store, d, linkCode{v.ID, v.Name})
	})
}

// linkForm tells how a chat is linked, with a button for what comes next, if anything.
func (v *visit) linkForm(ctx context.Context, next ...Button) (*Form, error) {
	code, err := v.newCode(ctx)
	if err != nil {
		return nil, err
	}
	form := &Form{ID: "announce-link", Title: v.plain("desk-link", nil), Cancel: v.say("desk-button-close", nil)}
	form.Blocks = []Block{
		{Text: v.say("desk-link-how", Values{"Count": int(linkFor.Minutes())})},
		{Text: "`/start " + linkWord + code + "`"},
	}
	var buttons []Button
	for _, name := range v.bot.Campaigns().Channels() {
		if linker, is := v.bot.announcers()[name].(Linker); is {
			if address := linker.Link(linkWord + code); address != "" {
				buttons = append(buttons, Button{Label: v.say("desk-button-link-open", Values{"Channel": channelName(name)}), URL: address})
			}
		}
	}
	if len(next) > 0 { // it needs the chat
		form.Blocks = slices.Insert(form.Blocks, 0, Block{Text: v.say("desk-me-unlinked", nil)})
	}
	form.Blocks = append(form.Blocks, Block{Buttons: append(buttons, next...)})
	return form, nil
}

// openLink begins to link a chat.
func openLink(ctx context.Context, v *visit, _ string) (Response, error) {
	form, err := v.linkForm(ctx)
	if err != nil {
		return Response{}, err
	}
	return Response{Form: form}, v.audit(ctx, AuditChanged, "announce-link")
}

// dropLink forgets which chat is the person's.
func dropLink(ctx context.Context, v *visit, _ string) (Response, error) {
	if err := v.audit(ctx, AuditChanged, "announce-unlink"); err != nil {
		return Response{}, err
	}
	if err := v.keep(ctx, func(h *habits) { h.Chat = "" }); err != nil {
		return Response{}, err
	}
	return *v.tell("desk-unlinked", nil), nil
}

// linked is what a person sees about their chat, and how they change it.
func (v *visit) linked() []Block {
	if !v.Admin {
		return nil
	}
	if v.habits.Chat == "" {
		return []Block{{Text: v.say("desk-me-unlinked", nil)}, {Buttons: []Button{{Label: v.say("desk-button-link", nil), Data: "announce-link"}}}}
	}
	name, _ := v.habits.Chat.Split()
	return []Block{{Text: v.say("desk-me-linked", Values{"Channel": channelName(name)})},
		{Buttons: []Button{{Label: v.say("desk-button-unlink", nil), Data: "announce-unlink"}}}}
}

// code reads whose code is said in a chat; nil for one that is none, is too
// old, or was said in another chat before.
func (b *Bot) code(ctx context.Context, chat ChatID, args []string) (*linkCode, error) {
	if len(args) != 1 {
		return nil, nil
	}
	code := new(linkCode)
	d, err := loadDocument(ctx, b.store, DocumentCode, codeKey(args[0]), code)
	if err != nil || d.Version == 0 || b.now().Sub(d.At) >= linkFor || d.Chat != "" && d.Chat != chat {
		return nil, err
	}
	return code, nil
}

// link answers a code.
func (t *Turn) link([]string) {
	if t.code == nil {
		t.Say(Message{Text: t.Text("link-unknown", nil), Buttons: t.ways()})
		return
	}
	t.links = true
	t.Say(Message{Text: t.Text("linked", Values{"Name": t.code.Name})})
}

// keepLink stores that the turn's chat is that of a member of staff: first
// that the code is used, so that it links no other one.
func (b *Bot) keepLink(ctx context.Context, t *Turn) error {
	if !t.links {
		return nil
	}
	d, err := b.store.Document(ctx, DocumentCode, codeKey(t.args[0]))
	if err != nil {
		return fmt.Errorf("read code: %w", err)
	}
	if d.Version == 0 || d.Chat != "" && d.Chat != t.Chat {
		return ErrConflict // the turn is taken again, and finds so
	}
	d.Chat = t.Chat
	if err := b.store.SaveDocument(ctx, d); err != nil {
		return fmt.Errorf("save code: %w", err)
	}
	return b.editHabits(ctx, t.code.Staff, func(h *habits) { h.Chat = t.Chat })
}

// linkedTo are the ids of those whose chat it is.
func (b *Bot) linkedTo(ctx context.Context, chat ChatID) ([]string, error) {
	list, err := b.store.Documents(ctx, DocumentQuery{Kind: DocumentStaff, Chat: chat, Limit: tasksAtOnce})
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	var ids []string
	for _, d := range list {
		ids = append(ids, d.Key)
	}
	return ids, nil
}

// unlink forgets whose a chat is.
func (b *Bot) unlink(ctx context.Context, chat ChatID) error {
	for _, kind := range []DocumentKind{DocumentStaff, DocumentCode} {
		list, err := b.store.Documents(ctx, DocumentQuery{Kind: kind, Chat: chat, Limit: tasksAtOnce})
		if err != nil {
			return fmt.Errorf("list links: %w", err)
		}
		for _, d := range list {
			if kind == DocumentStaff {
				err = b.editHabits(ctx, d.Key, func(h *habits) { h.Chat = "" })
			} else if err = b.store.DeleteDocument(ctx, d); errors.Is(err, ErrConflict) {
				err = nil
			}
			if err != nil {
				return fmt.Errorf("unlink: %w", err)
			}
		}
	}
	return nil
}

// editHabits changes what is kept about a member of staff.
func (b *Bot) editHabits(ctx context.Context, id string, change func(*habits)) error {
	return again(func() error {
		var h habits
		d, err := loadDocument(ctx, b.store, DocumentStaff, id, &h)
		if err != nil {
			return err
		}
		change(&h)
		d.Chat, d.At = h.Chat, b.now().UTC()
		return saveDocument(ctx, b.store, d, h)
	})
}
