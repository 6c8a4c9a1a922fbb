package slacktest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What holds blocks.
const (
	inMessage = "message"
	inModal   = "modal"
	inHome    = "home"
)

// checker finds what Slack would refuse (docs.slack.dev/reference/block-kit).
type checker struct {
	surface string
	found   []string
	blocks  map[string]bool // ids
	count   map[string]int  // of types
}

func checkBlocks(surface string, list []any) []string {
	c := &checker{surface: surface, blocks: map[string]bool{}, count: map[string]int{}}
	limit := 100
	if surface == inMessage {
		limit = 50
	}
	c.check(len(list) <= limit, "", "more than %d blocks", limit)
	for i, b := range list {
		c.block(fmt.Sprintf("/blocks/%d", i), asObject(b))
	}
	c.check(c.count["table"] <= 1, "", "more than one table")
	c.check(c.count["data_visualization"] <= 2, "", "more than two charts")
	return c.found
}

func (c *checker) check(ok bool, at, format string, values ...any) {
	if !ok {
		c.found = append(c.found, "[ERROR] "+fmt.Sprintf(format, values...)+" [json-pointer:"+at+"]")
	}
}

func (c *checker) block(at string, b object) {
	kind := asText(b["type"])
	c.count[kind]++
	if id := asText(b["block_id"]); id != "" {
		c.check(!c.blocks[id] && utf8.RuneCountInString(id) <= 255, at, "block_id %q is not unique or too long", id)
		c.blocks[id] = true
	}
	switch kind {
	case "divider":
	case "section":
		fields, _ := b["fields"].([]any)
		c.check(b["text"] != nil || len(fields) > 0, at, "neither text nor fields")
		if b["text"] != nil {
			c.text(at+"/text", b["text"], 3000, false)
		}
		c.check(len(fields) <= 10, at, "more than 10 fields")
		for _, f := range fields {
			c.text(at+"/fields", f, 2000, false)
		}
		if b["accessory"] != nil {
			c.element(at+"/accessory", asObject(b["accessory"]), map[string]bool{})
		}
	case "header":
		c.text(at+"/text", b["text"], 150, true)
	case "context":
		elements, _ := b["elements"].([]any)
		c.check(len(elements) >= 1 && len(elements) <= 10, at, "%d elements", len(elements))
		for _, e := range elements {
			c.text(at+"/elements", e, 3000, false)
		}
	case "actions":
		elements, _ := b["elements"].([]any)
		c.check(len(elements) >= 1 && len(elements) <= 25, at, "%d elements", len(elements))
		ids := map[string]bool{}
		for _, e := range elements {
			c.element(at+"/elements", asObject(e), ids)
		}
	case "image":
		alt := utf8.RuneCountInString(asText(b["alt_text"]))
		c.check(strings.HasPrefix(asText(b["image_url"]), "https://") && len(asText(b["image_url"])) <= 3000, at, "no address of a picture")
		c.check(alt >= 1 && alt <= 2000, at, "alt_text of %d characters", alt)
	case "input":
		c.check(c.surface == inModal, at, "an input outside of a modal")
		c.text(at+"/label", b["label"], 2000, true)
		if b["hint"] != nil {
			c.text(at+"/hint", b["hint"], 2000, true)
		}
		c.element(at+"/element", asObject(b["element"]), map[string]bool{})
		config := asObject(asObject(b["element"])["dispatch_action_config"])
		c.check(config == nil || b["dispatch_action"] == true, at, "a dispatch_action_config without dispatch_action")
	case "table":
		c.check(c.surface == inMessage, at, "a table outside of a message")
		c.table(at, b)
	case "data_visualization":
		c.check(c.surface == inMessage, at, "a chart outside of a message")
		title := utf8.RuneCountInString(asText(b["title"]))
		c.check(title >= 1 && title <= 50, at, "title of %d characters", title)
		c.check(b["chart"] != nil, at, "no chart")
	case "rich_text":
	default:
		c.check(false, at, "unsupported type: %s", kind)
	}
}

func (c *checker) table(at string, b object) {
	rows, _ := b["rows"].([]any)
	c.check(len(rows) >= 1 && len(rows) <= 100, at, "%d rows", len(rows))
	width := -1
	for _, r := range rows {
		cells, _ := r.([]any)
		c.check(len(cells) >= 1 && len(cells) <= 20 && (width < 0 || len(cells) == width), at, "a row of %d cells", len(cells))
		width = len(cells)
		for _, cell := range cells {
			c.check(asText(asObject(cell)["text"]) != "", at, "an empty cell")
		}
	}
}

func (c *checker) text(at string, v any, limit int, plain bool) {
	t := asObject(v)
	kind, n := asText(t["type"]), utf8.RuneCountInString(asText(t["text"]))
	c.check(kind == "plain_text" || kind == "mrkdwn" && !plain, at, "text of type %q", kind)
	c.check(n >= 1 && n <= limit, at, "text of %d characters, of %d", n, limit)
	c.check(kind != "mrkdwn" || t["emoji"] == nil, at, "emoji in mrkdwn")
}

func (c *checker) element(at string, e object, ids map[string]bool) {
	kind, id := asText(e["type"]), asText(e["action_id"])
	c.check(utf8.RuneCountInString(id) <= 255 && (id == "" || !ids[id]), at, "action_id %q is not unique or too long", id)
	ids[id] = true
	switch kind {
	case "button":
		c.text(at+"/text", e["text"], 75, true)
		c.check(utf8.RuneCountInString(asText(e["value"])) <= 2000, at, "value too long")
		c.check(utf8.RuneCountInString(asText(e["url"])) <= 3000, at, "url too long")
	case "plain_text_input":
		c.check(utf8.RuneCountInString(asText(e["initial_value"])) <= 3000, at, "initial_value too long")
		limit, _ := e["max_length"].(float64)
		c.check(limit <= 3000, at, "max_length of %v", limit)
	case "datepicker":
		c.moment(at, e["initial_date"], time.DateOnly)
	case "timepicker":
		c.moment(at, e["initial_time"], "15:04")
	case "static_select", "multi_static_select":
		c.options(at, e)
	default:
		c.check(false, at, "unsupported type: %s", kind)
	}
}

// moment checks what a picker shows at first.
func (c *checker) moment(at string, v any, form string) {
	if v == nil {
		return
	}
	parsed, err := time.Parse(form, asText(v))
	c.check(err == nil && parsed.Format(form) == v, at, "%v is not of the form %s", v, form)
}

func (c *checker) options(at string, e object) {
	options, _ := e["options"].([]any)
	c.check(len(options) >= 1 && len(options) <= 100, at, "%d options", len(options))
	var known []string
	for _, o := range options {
		c.text(at+"/options", asObject(o)["text"], 75, true)
		n := utf8.RuneCountInString(asText(asObject(o)["value"]))
		c.check(n >= 1 && n <= 150, at, "value of %d characters", n)
		known = append(known, encode(o))
	}
	initial, _ := e["initial_options"].([]any)
	if e["initial_option"] != nil {
		initial = append(initial, e["initial_option"])
	}
	for _, o := range initial {
		c.check(slices.Contains(known, encode(o)), at, "an initial option that is none of the options")
	}
}

// checkView finds what Slack would refuse in a modal or home page.
func checkView(kind string, v object) []string {
	list, isList := v["blocks"].([]any)
	c := &checker{surface: kind}
	c.check(asText(v["type"]) == kind, "/view/type", "view of type %q", v["type"])
	c.check(isList, "/view", "no blocks")
	c.check(utf8.RuneCountInString(asText(v["private_metadata"])) <= 3000, "/view/private_metadata", "too long")
	c.check(utf8.RuneCountInString(asText(v["callback_id"])) <= 255, "/view/callback_id", "too long")
	if kind == inModal {
		c.text("/view/title", v["title"], 24, true)
		for _, name := range []string{"submit", "close"} {
			if v[name] != nil {
				c.text("/view/"+name, v[name], 24, true)
			}
		}
		inputs := strings.Contains(encode(list), `"type":"input"`)
		c.check(!inputs || v["submit"] != nil, "/view", "inputs, and no submit")
	}
	return append(c.found, checkBlocks(kind, list)...)
}

func asObject(v any) object {
	o, _ := v.(object)
	return o
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}

func encode(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

// decode is v as it would be after a way through JSON.
func decode(v any) any {
	var out any
	_ = json.Unmarshal([]byte(encode(v)), &out)
	return out
}

// Check lists what Slack would refuse in the blocks of a "message", a "modal"
// or a "home" page.
func Check(surface string, blocks any) []string {
	list, _ := decode(blocks).([]any)
	return checkBlocks(surface, list)
}
