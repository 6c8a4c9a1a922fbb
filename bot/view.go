package bot

// View is what staff see in one place: a message, a page, the head of a form.
// It says what there is to see; how it looks is for the channel that draws it,
// which cuts what is too long for it and says so.
//
// Views are stored until they are shown, so their fields are never renamed.
type View struct {
	// Text says the same in a line or two of plain text: for notifications, for
	// screen readers, and where nothing else can be drawn. It is never empty.
	Text string `json:"text"`
	// Blocks follow each other from top to bottom. None: Text is all there is.
	Blocks []Block `json:"blocks,omitempty"`
}

// Block is one part of a [View]. One of its fields is set.
type Block struct {
	Heading string   `json:"heading,omitempty"` // plain text, at most 150 characters
	Text    string   `json:"text,omitempty"`    // CommonMark, as in [Message]
	Note    string   `json:"note,omitempty"`    // CommonMark, less prominent
	Card    *Card    `json:"card,omitempty"`
	List    *List    `json:"list,omitempty"`
	Table   *Table   `json:"table,omitempty"`
	Chart   *Chart   `json:"chart,omitempty"`
	Buttons []Button `json:"buttons,omitempty"` // one row; see [Card.Buttons]
}

// Card is one thing with its properties and what can be done with it.
type Card struct {
	Title  string `json:"title"`            // plain text
	Fields []Pair `json:"fields,omitempty"` // at most 10
	Text   string `json:"text,omitempty"`   // CommonMark
	Note   string `json:"note,omitempty"`   // CommonMark, less prominent
	// Buttons are one row of at most 5. Their Data is a line for [Desk.Press],
	// at most 1,500 bytes long, or they open a URL.
	Buttons []Button `json:"buttons,omitempty"`
}

// Pair is a property: plain text both.
type Pair struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// List is a page of at most 15 things of one kind.
type List struct {
	Items []Item `json:"items"`
}

// Item is one line of a list, with a button at most.
type Item struct {
	Text   string  `json:"text"` // CommonMark, a few lines
	Button *Button `json:"button,omitempty"`
}

// Table has as many cells in each row as in its header: plain text all.
type Table struct {
	Title  string     `json:"title"`
	Header []string   `json:"header"`         // at most 10
	Rows   [][]string `json:"rows,omitempty"` // at most 90
	// Numbers tells which columns hold numbers; shorter: the others do not.
	Numbers []bool `json:"numbers,omitempty"`
}

// ChartKind is how a chart shows its values.
type ChartKind string

// The kinds of chart.
const (
	ChartBar  ChartKind = "bar"  // amounts side by side
	ChartLine ChartKind = "line" // a course of time
	ChartPie  ChartKind = "pie"  // the parts of a whole: one series
)

// Chart shows numbers, each series with one value for each label.
type Chart struct {
	Kind   ChartKind `json:"kind"`
	Title  string    `json:"title"`
	Labels []string  `json:"labels"` // at most 20
	Series []Series  `json:"series"` // at most 5
}

// Series is a row of values with a name.
type Series struct {
	Name   string  `json:"name"`
	Values []int64 `json:"values"`
}

// Form asks for several things at once.
type Form struct {
	// ID comes back with the [Submission]. It names what is changed, and with
	// its last word the version that was shown; see [Desk.Reopen]. At most
	// 1,500 bytes.
	ID     string  `json:"id"`
	Title  string  `json:"title"`            // at most 24 characters
	Submit string  `json:"submit,omitempty"` // the button's label, at most 24 characters; empty: there is nothing to submit
	Cancel string  `json:"cancel"`           // likewise
	Blocks []Block `json:"blocks,omitempty"` // above the inputs; their buttons work
	Inputs []Input `json:"inputs,omitempty"`
	Draft  bool    `json:"draft,omitempty"` // what is entered is kept before it is submitted: see [Desk.Keep]
}

// InputKind is how something is entered.
type InputKind string

// The kinds of input.
const (
	InputLine    InputKind = "line"    // one line of text
	InputText    InputKind = "text"    // several lines
	InputChoice  InputKind = "choice"  // one of the options
	InputChoices InputKind = "choices" // any number of them
	InputDate    InputKind = "date"    // a day, such as "2027-03-29"
	InputTime    InputKind = "time"    // of day, such as "09:00", by a clock that the form names
)

// Input is one thing that a form asks for.
type Input struct {
	Name     string    `json:"name"` // names it in [Submission.Values] and [Response.Errors]
	Kind     InputKind `json:"kind"`
	Label    string    `json:"label"`
	Hint     string    `json:"hint,omitempty"`
	Value    []string  `json:"value,omitempty"` // what it shows at first: a text, a day or time, or values of options
	Options  []Option  `json:"options,omitempty"`
	Optional bool      `json:"optional,omitempty"`
	Max      int       `json:"max,omitempty"` // characters of a text; 0: 3,000
}

// Option is one of the things to choose from: at most 100, labels of at most 75 characters.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}
