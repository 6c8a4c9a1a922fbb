package slack

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

// Limits of the blocks for figures (docs.slack.dev/reference/block-kit/blocks,
// table-block and data-visualization-block).
const (
	maxRows      = 100
	maxColumns   = 20
	maxCell      = 200  // characters
	maxTable     = 9000 // bytes of all cells, to keep a table within maxBytes
	maxName      = 20   // of a label or series in a chart
	maxCaption   = 50
	maxSegments  = 6
	maxSeries    = 6
	maxPoints    = 20
	maxBar       = 16 // characters of a bar drawn as text
	maxTextTable = 40 // rows of a table drawn as text
)

// table draws the native block with its title above, or on a view text.
func (p *pen) table(t *bot.Table) []slackapi.Block {
	var list []slackapi.Block
	if title := oneLine(t.Title); title != "" {
		list = append(list, slackapi.NewSectionBlock(markup("*"+fit(title, maxHeading)+"*"), nil, nil))
	}
	if len(t.Header) == 0 {
		return list
	}
	if p.surface == onView {
		return append(list, fixed(textTable(t))...)
	}
	block := slackapi.NewTableBlock("")
	columns := min(len(t.Header), maxColumns)
	for i := range columns {
		setting := slackapi.ColumnSetting{Align: slackapi.ColumnAlignmentLeft, IsWrapped: true}
		if i < len(t.Numbers) && t.Numbers[i] {
			setting.Align = slackapi.ColumnAlignmentRight
		}
		block.ColumnSettings = append(block.ColumnSettings, setting)
	}
	size := 0
	for n, row := range append([][]string{t.Header}, t.Rows[:min(len(t.Rows), maxRows-1)]...) {
		var cells []slackapi.TableCell
		for i := range columns {
			cell := "–" // Slack refuses an empty one
			if i < len(row) {
				cell = cmp.Or(shorten(oneLine(row[i]), maxCell), cell)
			}
			cells = append(cells, slackapi.NewTableRawTextCell(cell))
			size += len(cell) + len(`{"type":"raw_text","text":""},`)
		}
		if size > maxTable && n > 0 {
			break
		}
		block.AddRow(cells...)
	}
	list = append(list, block)
	if more := len(t.Rows) - len(block.Rows) + 1; more > 0 {
		list = append(list, note(fmt.Sprintf("… (+%d)", more)))
	}
	return list
}

// textTable is a table in letters of one width.
func textTable(t *bot.Table) string {
	rows := append([][]string{t.Header}, t.Rows[:min(len(t.Rows), maxTextTable)]...)
	widths := make([]int, len(t.Header))
	cell := func(row []string, i int) string {
		if i >= len(row) {
			return ""
		}
		return shorten(oneLine(row[i]), 30)
	}
	for _, row := range rows {
		for i := range widths {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell(row, i)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, width := range widths {
			line.WriteString(pad(cell(row, i), width, i < len(t.Numbers) && t.Numbers[i]) + "  ")
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	if more := len(t.Rows) - maxTextTable; more > 0 {
		fmt.Fprintf(&b, "… (+%d)\n", more)
	}
	return b.String()
}

// chart draws the native block where the chart fits into one, else text.
func (p *pen) chart(c *bot.Chart) []slackapi.Block {
	if p.surface == onMessage {
		block := slackapi.DataVisualizationBlock{
			Type:  slackapi.MBTDataVisualization,
			Title: shorten(cmp.Or(oneLine(c.Title), "…"), maxCaption),
			Chart: figure(c),
		}
		if block.Chart != nil && block.Validate() == nil {
			return []slackapi.Block{block}
		}
	}
	list := []slackapi.Block{}
	if title := oneLine(c.Title); title != "" {
		list = append(list, slackapi.NewSectionBlock(markup("*"+fit(title, maxHeading)+"*"), nil, nil))
	}
	return append(list, fixed(textChart(c))...)
}

// figure is nil for what cannot be drawn.
func figure(c *bot.Chart) slackapi.DataVisualizationChart {
	if len(c.Labels) == 0 || len(c.Labels) > maxPoints || len(c.Series) == 0 || len(c.Series) > maxSeries {
		return nil
	}
	labels := distinct(c.Labels)
	if c.Kind == bot.ChartPie {
		return pie(labels, c.Series[0].Values)
	}
	names := make([]string, 0, len(c.Series))
	for _, s := range c.Series {
		names = append(names, s.Name)
	}
	names = distinct(names)
	var series []slackapi.DataVisualizationDataSeries
	for i, s := range c.Series {
		var points []slackapi.DataVisualizationDataPoint
		for j, label := range labels {
			value := 0.0
			if j < len(s.Values) {
				value = float64(s.Values[j])
			}
			points = append(points, slackapi.NewDataVisualizationDataPoint(label, value))
		}
		series = append(series, slackapi.NewDataVisualizationDataSeries(names[i], points...))
	}
	axis := slackapi.NewDataVisualizationAxisConfig(labels...)
	if c.Kind == bot.ChartLine {
		return &slackapi.DataVisualizationLineChart{Type: slackapi.DataVisualizationChartLine, Series: series, AxisConfig: axis}
	}
	return slackapi.NewDataVisualizationBarChart(axis, series...)
}

// pie leaves out parts of nothing, and puts together what is too many. It is
// nil when nothing is left.
func pie(labels []string, values []int64) slackapi.DataVisualizationChart {
	var segments []slackapi.DataVisualizationSegment
	for i, label := range labels {
		if i >= len(values) || values[i] <= 0 {
			continue
		}
		if len(segments) == maxSegments {
			segments[maxSegments-1].Label = "…"
			segments[maxSegments-1].Value += float64(values[i])
			continue
		}
		segments = append(segments, slackapi.NewDataVisualizationSegment(label, float64(values[i])))
	}
	if segments == nil {
		return nil
	}
	return slackapi.NewDataVisualizationPieChart(segments...)
}

// distinct makes names short enough for a chart, and none of them equal.
func distinct(names []string) []string {
	used := map[string]bool{}
	var list []string
	for _, n := range names {
		short := shorten(cmp.Or(oneLine(n), "–"), maxName)
		for i := 2; used[short]; i++ {
			number := " " + strconv.Itoa(i)
			short = shorten(cmp.Or(oneLine(n), "–"), maxName-len(number)) + number
		}
		used[short] = true
		list = append(list, short)
	}
	return list
}

// textChart is a chart in letters of one width.
func textChart(c *bot.Chart) string {
	width, most := 0, int64(1)
	for _, label := range c.Labels {
		width = max(width, utf8.RuneCountInString(shorten(oneLine(label), 30)))
	}
	for _, s := range c.Series {
		for _, v := range s.Values {
			most = max(most, v)
		}
	}
	var b strings.Builder
	for _, s := range c.Series {
		if len(c.Series) > 1 {
			b.WriteString(shorten(oneLine(s.Name), 60) + "\n")
		}
		for i, label := range c.Labels {
			value := int64(0)
			if i < len(s.Values) {
				value = s.Values[i]
			}
			bar := strings.Repeat("█", int(max(value, 0)*maxBar/most))
			fmt.Fprintf(&b, "%s  %s %d\n", pad(shorten(oneLine(label), 30), width, false), bar, value)
		}
	}
	return b.String()
}

// fixed sets text in letters of one width, in as many sections as it takes.
func fixed(text string) []slackapi.Block {
	text = escape.Replace(strings.ReplaceAll(strings.TrimRight(text, "\n"), "```", "'''"))
	var list []slackapi.Block
	for text != "" {
		n := breakAt(text, maxSection-10)
		list = append(list, slackapi.NewSectionBlock(markup("```\n"+strings.TrimRight(text[:n], "\n")+"\n```"), nil, nil))
		text = text[n:]
	}
	return list
}
