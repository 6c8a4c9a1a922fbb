package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// leaf is a page of documents, q.Limit of them, and the buttons that turn to
// those around it. rest names it, as the buttons of call do: with "~" and what
// it ends before, or with what it follows; anything else is the first.
func (v *visit) leaf(ctx context.Context, q DocumentQuery, call, rest string) (docs []*Document, turn []Button, err error) {
	first, size := q, q.Limit
	mark, back := strings.CutPrefix(rest, "~")
	q.After = leafMark(mark)
	back = back && q.After != nil
	q.Limit, q.Oldest = size+1, q.Oldest != back
	if docs, err = v.bot.store.Documents(ctx, q); err != nil {
		return nil, nil, err
	}
	more := len(docs) > size
	docs = docs[:min(len(docs), size)]
	if q.After != nil && (back && !more || len(docs) == 0) {
		return v.leaf(ctx, first, call, "") // which may have grown
	}
	if back {
		slices.Reverse(docs)
	}
	before, after := "desk-button-newer", "desk-button-older"
	if first.Oldest {
		before, after = "button-previous", "button-next"
	}
	if q.After != nil {
		turn = append(turn, Button{Label: v.say(before, nil), Data: call + " ~" + markOf(docs[0])})
	}
	if back || more {
		turn = append(turn, Button{Label: v.say(after, nil), Data: call + " " + markOf(docs[len(docs)-1])})
	}
	return docs, turn, nil
}

// markOf names the place of a document in a list, whatever becomes of it.
func markOf(d *Document) string { return fmt.Sprintf("%d:%s", d.At.UnixMilli(), d.Key) }

func leafMark(mark string) *Document {
	at, key, _ := strings.Cut(mark, ":")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return nil
	}
	return &Document{At: time.UnixMilli(ms).UTC(), Key: key}
}
