package slack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// What Slack takes (docs.slack.dev/reference/block-kit/blocks): in a message,
// in a modal or home page, and in the parts of both.
const (
	maxBlocks     = 50
	maxViewBlocks = 100
	maxBytes      = 12_000 // of a message's blocks, as experience tells: the documents give no number
	maxFallback   = 3000   // of a message's text, which may be 4,000 when it is edited
	maxHeading    = 150
	maxItem       = 700 // of a list, so that fifteen of them fit into a message
	maxField      = 2000
	maxLabel      = 75
	maxValue      = 2000
	maxRow        = 25 // elements of an actions block
	maxTables     = 1
	maxCharts     = 2
)

// Which buttons are whose: action ids begin with these.
const (
	replyAction = "reply." // under a [bot.Message]
	deskAction  = "desk."  // in a [bot.View]
	lineAction  = "line."  // does what a slash command has said once more
	formAction  = "form."  // opens a form again, with what was entered
	linkAction  = "link."  // opens an address; pressing it means nothing
)

// surface is where a view is drawn.
type surface int

const (
	onMessage surface = iota
	onView            // a modal or a home page, which know neither tables nor charts
)

// pen draws. Its zero value draws on a message.
type pen struct {
	surface surface
	action  string // of its buttons; empty: deskAction
	buttons int    // drawn so far, to tell their ids apart
}

// message is what one call posts.
type message struct {
	text   string // what stands for the blocks in notifications
	blocks []slackapi.Block
}

// drawBlocks draws a view on a modal or home page.
func drawBlocks(blocks []bot.Block, most int) []slackapi.Block {
	p := pen{surface: onView}
	var list []slackapi.Block
	for i, b := range blocks {
		drawn := p.block(b)
		room := most - 1 - len(list)
		list = append(list, drawn[:min(len(drawn), max(room, 0))]...)
		if len(drawn) > room {
			return append(list, note(fmt.Sprintf("… (+%d)", len(blocks)-i)))
		}
	}
	return list
}

func (p *pen) block(b bot.Block) []slackapi.Block {
	switch {
	case b.Heading != "":
		return []slackapi.Block{slackapi.NewHeaderBlock(words(b.Heading, maxHeading))}
	case b.Text != "":
		return sections(b.Text)
	case b.Note != "":
		return notes(b.Note)
	case b.Card != nil:
		return p.card(b.Card)
	case b.List != nil:
		return p.list(b.List)
	case b.Table != nil:
		return p.table(b.Table)
	case b.Chart != nil:
		return p.chart(b.Chart)
	default:
		return p.rows([][]bot.Button{b.Buttons})
	}
}

func (p *pen) card(c *bot.Card) []slackapi.Block {
	var title *slackapi.TextBlockObject
	if name := fit(oneLine(c.Title), 1000); name != "" {
		title = markup("*" + name + "*")
	}
	var fields []*slackapi.TextBlockObject
	for _, pair := range c.Fields[:min(len(c.Fields), 10)] {
		fields = append(fields, markup("*"+fit(cmp.Or(oneLine(pair.Label), "–"), 300)+"*\n"+fit(cmp.Or(pair.Value, "–"), maxField-400)))
	}
	var list []slackapi.Block
	if title != nil || fields != nil {
		list = append(list, slackapi.NewSectionBlock(title, fields, nil))
	}
	list = append(list, sections(c.Text)...)
	list = append(list, notes(c.Note)...)
	return append(list, p.rows([][]bot.Button{c.Buttons})...)
}

func (p *pen) list(l *bot.List) []slackapi.Block {
	var list []slackapi.Block
	for _, item := range l.Items {
		parts := read(item.Text).split(maxItem)
		if len(parts) == 0 {
			continue
		}
		if len(parts) > 1 {
			parts[0] += " …"
		}
		section := slackapi.NewSectionBlock(markup(parts[0]), nil, nil)
		if item.Button != nil {
			if element := p.button(*item.Button); element != nil {
				section.Accessory = slackapi.NewAccessory(element)
			}
		}
		list = append(list, section)
	}
	return list
}

// rows draws buttons, a block for each row.
func (p *pen) rows(rows [][]bot.Button) []slackapi.Block {
	var list []slackapi.Block
	for _, row := range rows {
		var elements []slackapi.BlockElement
		for _, b := range row {
			if element := p.button(b); element != nil {
				elements = append(elements, element)
			}
		}
		for part := range slices.Chunk(elements, maxRow) {
			list = append(list, slackapi.NewActionBlock("", part...))
		}
	}
	return list
}

// button is nil for one that Slack would not take.
func (p *pen) button(b bot.Button) *slackapi.ButtonBlockElement {
	label := shorten(oneLine(b.Label), maxLabel)
	if label == "" || len(b.Data) > maxValue {
		return nil
	}
	p.buttons++
	if b.URL != "" {
		if safe(b.URL) == "" {
			return nil
		}
		return slackapi.NewButtonBlockElement(fmt.Sprint(linkAction, p.buttons), "", words(label, maxLabel)).WithURL(b.URL)
	}
	return slackapi.NewButtonBlockElement(fmt.Sprint(cmp.Or(p.action, deskAction), p.buttons), b.Data, words(label, maxLabel))
}

func sections(commonMark string) []slackapi.Block {
	var list []slackapi.Block
	for _, part := range Render(commonMark) {
		list = append(list, slackapi.NewSectionBlock(markup(part), nil, nil))
	}
	return list
}

func notes(commonMark string) []slackapi.Block {
	var list []slackapi.Block
	for _, part := range read(commonMark).split(maxField) {
		list = append(list, slackapi.NewContextBlock("", markup(part)))
	}
	return list
}

func note(plain string) slackapi.Block {
	return slackapi.NewContextBlock("", slackapi.NewTextBlockObject(slackapi.PlainTextType, plain, false, false))
}

func markup(mrkdwn string) *slackapi.TextBlockObject {
	return slackapi.NewTextBlockObject(slackapi.MarkdownType, mrkdwn, false, true)
}

// fit writes plain text for mrkdwn, cut to limit characters as written.
func fit(s string, limit int) string {
	return cutTo(s, limit, func(s string) string { return guard(escape.Replace(s)) })
}

// fallback writes the plain text that stands for a message.
func fallback(s string) string { return cutTo(s, maxFallback, escape.Replace) }

// cutTo cuts plain text so that it has limit characters at most once it is written.
func cutTo(s string, limit int, write func(string) string) string {
	for n := limit; ; {
		written := write(shorten(s, n))
		size := utf8.RuneCountInString(written)
		if size <= limit {
			return written
		}
		n = min(n-1, n*limit/size)
	}
}

// words is plain text on one line.
func words(s string, limit int) *slackapi.TextBlockObject {
	return slackapi.NewTextBlockObject(slackapi.PlainTextType, shorten(cmp.Or(oneLine(s), "…"), limit), false, false)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// pad fills s up with spaces to n characters.
func pad(s string, n int, right bool) string {
	fill := strings.Repeat(" ", max(n-utf8.RuneCountInString(s), 0))
	if right {
		return fill + s
	}
	return s + fill
}
