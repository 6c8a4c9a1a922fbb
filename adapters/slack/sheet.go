package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// sheet is a message being drawn.
type sheet struct {
	message
	bytes, tables, charts int
}

// takes tells whether there is room for a block, and for a sign that more
// would follow.
func (s *sheet) takes(b slackapi.Block) bool {
	kind := b.BlockType()
	return len(s.blocks) < maxBlocks-1 && s.bytes+weigh(b) <= maxBytes &&
		(kind != slackapi.MBTTable || s.tables < maxTables) && (kind != slackapi.MBTDataVisualization || s.charts < maxCharts)
}

// takesAll tells whether there is room for all that belongs together.
func (s *sheet) takesAll(blocks []slackapi.Block) bool {
	with := *s
	with.blocks = slices.Clone(s.blocks)
	for _, b := range blocks {
		if !with.takes(b) {
			return false
		}
		with.add(b)
	}
	return true
}

func (s *sheet) add(b slackapi.Block) {
	s.blocks = append(s.blocks, b)
	s.bytes += weigh(b)
	switch b.BlockType() {
	case slackapi.MBTTable:
		s.tables++
	case slackapi.MBTDataVisualization:
		s.charts++
	}
}

func weigh(b slackapi.Block) int {
	data, _ := json.Marshal(b)
	return len(data)
}

// drawMessages makes a view fit into at most most messages. Tables and charts
// that are too many are drawn as text; of what is still too much, the rest is
// left out, with a sign.
func drawMessages(v bot.View, most int) []message {
	p := pen{}
	text := cmp.Or(fallback(v.Text), "…")
	list := []*sheet{{}}
	fits := func(b slackapi.Block) bool {
		last := list[len(list)-1]
		if !last.takes(b) && len(list) < most && len(last.blocks) > 0 {
			last = &sheet{}
			list = append(list, last)
		}
		if !last.takes(b) {
			return false
		}
		last.add(b)
		return true
	}
draw:
	for i, b := range v.Blocks {
		all := p.block(b)
		if b.Table != nil || b.Chart != nil { // with its title, or else as text
			if last := list[len(list)-1]; len(list) < most && len(last.blocks) > 0 && !last.takesAll(all) {
				list = append(list, &sheet{})
			}
			if !list[len(list)-1].takesAll(all) {
				all = (&pen{surface: onView}).block(b)
			}
		}
		for _, drawn := range all {
			if !fits(drawn) {
				last := list[len(list)-1]
				last.blocks = append(last.blocks, note(fmt.Sprintf("… (+%d)", len(v.Blocks)-i)))
				break draw
			}
		}
	}
	var messages []message
	for _, s := range list {
		messages = append(messages, message{text, s.blocks})
	}
	return messages
}
