package slack

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// Limits of modals and of what is entered in them
// (docs.slack.dev/reference/views and …/block-kit/block-elements).
const (
	maxTitle    = 24
	maxHint     = 2000
	maxInput    = 3000
	maxOptions  = 100
	maxOption   = 150 // of its value
	maxMetadata = 3000
)

// drawForm makes a modal of a form, which remembers where it was asked for.
//
// What people have typed stays in an input for as long as its block keeps its
// name; so the name changes with the version that the form shows.
func drawForm(f *bot.Form, answerTo string) slackapi.ModalViewRequest {
	v := slackapi.ModalViewRequest{
		Type:            slackapi.VTModal,
		Title:           words(f.Title, maxTitle),
		Close:           words(f.Cancel, maxTitle),
		CallbackID:      formWindow,
		PrivateMetadata: metadata(f.ID, answerTo),
		NotifyOnClose:   f.Draft,
	}
	room := maxViewBlocks - len(f.Inputs)
	blocks := drawBlocks(f.Blocks, max(room, 1))
	inputs := 0
	for _, in := range f.Inputs {
		if b := drawInput(f.ID, in); b != nil && len(blocks) < maxViewBlocks {
			if f.Draft {
				dispatch(b)
			}
			blocks = append(blocks, b)
			inputs++
		}
	}
	if f.Submit != "" || inputs > 0 {
		v.Submit = words(cmp.Or(f.Submit, "OK"), maxTitle)
	}
	v.Blocks = slackapi.Blocks{BlockSet: blocks}
	return v
}

// metadata are a form's id, behind the address where its answer goes, which is
// left out where there is no room.
func metadata(form, answerTo string) string {
	if len(answerTo)+1+len(form) > maxMetadata {
		answerTo = ""
	}
	return answerTo + "\n" + form
}

// readMetadata gives back what metadata joined.
func readMetadata(s string) (form, answerTo string) {
	answerTo, form, _ = strings.Cut(s, "\n")
	return form, answerTo
}

// inputBlock is the id of an input's block.
func inputBlock(form, input string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(form)) // a hash takes everything
	return shorten(fmt.Sprintf("%08x.%s", h.Sum32(), input), 255)
}

// drawInput is nil for one that cannot be filled in.
func drawInput(form string, in bot.Input) *slackapi.InputBlock {
	var element slackapi.BlockElement
	switch in.Kind {
	case bot.InputChoice, bot.InputChoices:
		element = drawChoice(in)
		if element == nil {
			return nil
		}
	case bot.InputDate:
		picker := slackapi.NewDatePickerBlockElement(in.Name)
		picker.InitialDate = moment(in, time.DateOnly)
		element = picker
	case bot.InputTime:
		picker := slackapi.NewTimePickerBlockElement(in.Name)
		picker.InitialTime = moment(in, "15:04")
		element = picker
	default:
		limit := in.Max
		if limit <= 0 || limit > maxInput {
			limit = maxInput
		}
		text := slackapi.NewPlainTextInputBlockElement(nil, in.Name).WithMultiline(in.Kind == bot.InputText).WithMaxLength(limit)
		if len(in.Value) > 0 {
			text = text.WithInitialValue(shorten(in.Value[0], limit))
		}
		element = text
	}
	var hint *slackapi.TextBlockObject
	if in.Hint != "" {
		hint = words(in.Hint, maxHint)
	}
	block := slackapi.NewInputBlock(inputBlock(form, in.Name), words(in.Label, maxHint), hint, element)
	block.Optional = in.Optional
	return block
}

// moment is what a picker shows at first: Slack refuses a view with another form.
func moment(in bot.Input, form string) string {
	if len(in.Value) == 0 {
		return ""
	}
	at, err := time.Parse(form, in.Value[0])
	if err != nil {
		return ""
	}
	return at.Format(form)
}

// drawChoice is nil when there is nothing to choose from.
func drawChoice(in bot.Input) slackapi.BlockElement {
	var options, chosen []*slackapi.OptionBlockObject
	for _, o := range in.Options {
		if o.Value == "" || len(o.Value) > maxOption || len(options) == maxOptions {
			continue
		}
		option := slackapi.NewOptionBlockObject(o.Value, words(o.Label, maxLabel), nil)
		options = append(options, option)
		if slices.Contains(in.Value, o.Value) {
			chosen = append(chosen, option)
		}
	}
	switch {
	case options == nil:
		return nil
	case in.Kind == bot.InputChoices:
		element := slackapi.NewOptionsMultiSelectBlockElement(slackapi.MultiOptTypeStatic, nil, in.Name, options...)
		element.InitialOptions = chosen
		return element
	}
	element := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeStatic, nil, in.Name, options...)
	if chosen != nil {
		element.InitialOption = chosen[0]
	}
	return element
}
