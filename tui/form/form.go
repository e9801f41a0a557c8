// Package form asks for values: words, some of a few options, amounts.
//
// The nouns are [Input], what one value is typed or chosen in; [Field], an
// input with its label and its check; [Form], fields in order with the
// keyboard on one of them; and [Prompt], the one line in which filters and
// commands are typed.
//
// Invariants: what an input holds is clean text, however it came in; a form is
// submitted only when every check passes, and else the keyboard is on the
// first field that fails, with the reason under it.
//
// It refuses to know what the values are for. An amount is digits here, and
// what they are worth is told elsewhere.
package form

import (
	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// An Input is what a value is typed or chosen in: [Text], [Choice],
// [Amount].
type Input interface {
	// Key offers a key to the input and reports whether it took it.
	Key(k tea.KeyMsg) bool
	// Value is what was entered; "" for nothing.
	Value() string
	// Typing reports whether characters are text here, and not keys.
	Typing() bool
	// Problem says why the last key was refused; "" if it was not.
	Problem() text.Safe
	// Height is how many lines the input takes in w columns.
	Height(w int) int
	// Draw draws the input, with its cursor if it is focused.
	Draw(c *canvas.Canvas, r canvas.Rect, focused bool)
}

// A Field is one line of a form.
type Field struct {
	ID    string
	Label text.Safe
	Help  text.Safe // shown under the input while it is focused
	Input Input
	Check func(value string) text.Safe // what is wrong with the value; nil if nothing can be

	problem text.Safe
	initial string
}

// Required is a [Field.Check] for fields that must not be empty.
func Required(value string) text.Safe {
	if value == "" {
		return "is needed"
	}
	return ""
}

// A Result says what a key meant to a form or a prompt.
type Result uint8

// The results.
const (
	Stay   Result = iota // goes on
	Submit               // every value is in and passes its check
	Leave                // gave up
)

// A Form is fields with the keyboard on one of them.
type Form struct {
	// Quick makes enter submit from any field, not only from the last.
	Quick bool

	fields []*Field
	at     int
	top    int // the first line shown, when there is not room for all
}

// New returns a form with the keyboard on the first field.
func New(fields ...Field) *Form {
	f := &Form{fields: make([]*Field, len(fields))}
	for i, field := range fields {
		field.initial = field.Input.Value()
		f.fields[i] = &field
	}
	return f
}

// Key offers a key to the form.
func (f *Form) Key(k tea.KeyMsg) Result {
	if len(f.fields) == 0 {
		return Leave
	}
	field := f.fields[f.at]
	switch k.String() {
	case "esc":
		return Leave
	case "ctrl+s":
		return f.submit()
	case "tab":
		f.leave(f.at + 1)
		return Stay
	case "shift+tab":
		f.leave(f.at - 1)
		return Stay
	case "enter":
		if f.Quick || f.at == len(f.fields)-1 {
			return f.submit()
		}
		f.leave(f.at + 1)
		return Stay
	}
	if field.Input.Key(k) {
		field.problem = field.Input.Problem()
		return Stay
	}
	switch k.String() {
	case "down":
		f.leave(min(f.at+1, len(f.fields)-1))
	case "up":
		f.leave(max(f.at-1, 0))
	}
	return Stay
}

// leave checks the field that the keyboard leaves and goes to the i-th, around
// the ends.
func (f *Form) leave(i int) {
	f.check(f.fields[f.at])
	f.at = (i + len(f.fields)) % len(f.fields)
	if amount, ok := f.fields[f.at].Input.(*Amount); ok {
		amount.Select()
	}
}

func (f *Form) check(field *Field) {
	field.problem = ""
	if field.Check != nil {
		field.problem = field.Check(field.Input.Value())
	}
}

func (f *Form) submit() Result {
	bad := -1
	for i, field := range f.fields {
		if f.check(field); field.problem != "" && bad < 0 {
			bad = i
		}
	}
	if bad >= 0 {
		f.at = bad
		return Stay
	}
	return Submit
}

// Refuse shows why the values were not accepted after all, under the field
// with that id, and puts the keyboard there.
func (f *Form) Refuse(id string, why text.Safe) {
	for i, field := range f.fields {
		if field.ID == id {
			field.problem, f.at = why, i
		}
	}
}

// Focus puts the keyboard on the field with that id.
func (f *Form) Focus(id string) {
	for i, field := range f.fields {
		if field.ID == id {
			f.at = i
		}
	}
}

// Fields are those of the form, for who asks for them in another way than on a
// screen.
func (f *Form) Fields() []*Field { return f.fields }

// Focused is the id of the field that has the keyboard.
func (f *Form) Focused() string {
	if len(f.fields) == 0 {
		return ""
	}
	return f.fields[f.at].ID
}

// Value is what the field with that id holds.
func (f *Form) Value(id string) string {
	for _, field := range f.fields {
		if field.ID == id {
			return field.Input.Value()
		}
	}
	return ""
}

// Edited reports whether leaving would lose something that was written: a
// choice is made again with one key.
func (f *Form) Edited() bool {
	for _, field := range f.fields {
		if field.Input.Typing() && field.Input.Value() != field.initial {
			return true
		}
	}
	return false
}

// Typing reports whether characters are text to the field that has the keyboard.
func (f *Form) Typing() bool { return len(f.fields) > 0 && f.fields[f.at].Input.Typing() }

// Height is how many lines the form takes in w columns.
func (f *Form) Height(w int) int {
	lines := 0
	for i := range f.fields {
		lines += f.height(i, w-f.labelWidth())
	}
	return lines
}

func (f *Form) labelWidth() int {
	w := 0
	for _, field := range f.fields {
		w = max(w, canvas.Width(field.Label))
	}
	return w + 2
}

func (f *Form) height(i, w int) int {
	n := f.fields[i].Input.Height(w)
	if f.note(i).Text != "" {
		n++
	}
	return n
}

// note is the line under a field: what is wrong, else help.
func (f *Form) note(i int) canvas.Span {
	field := f.fields[i]
	switch {
	case field.problem != "":
		return canvas.Span{Text: "! " + field.problem, Style: theme.Error}
	case i == f.at:
		return canvas.Span{Text: field.Help, Style: theme.Muted}
	}
	return canvas.Span{}
}

// Draw draws labels at the left and inputs beside them. Where not all have
// room, the field that has the keyboard is shown.
func (f *Form) Draw(c *canvas.Canvas, r canvas.Rect) {
	labels, inputs := r.Left(f.labelWidth())
	f.scroll(inputs.W, r.H)
	y := -f.top
	for i := range f.fields {
		height := f.height(i, inputs.W)
		if at := (canvas.Rect{X: inputs.X, Y: inputs.Y + y, W: inputs.W, H: height}); y >= 0 {
			f.drawField(c, i, labels.Line(y), at.Clip(inputs))
		}
		y += height
	}
}

func (f *Form) drawField(c *canvas.Canvas, i int, label, at canvas.Rect) {
	field, style := f.fields[i], theme.Muted
	if i == f.at {
		style = theme.Accent
	}
	c.Text(label, field.Label, style)
	input, below := at.Top(field.Input.Height(at.W))
	field.Input.Draw(c, input, i == f.at)
	note := f.note(i)
	c.Text(below, note.Text, note.Style)
}

// scroll moves the view as little as it takes to show the focused field.
func (f *Form) scroll(w, lines int) {
	top := 0
	for i := range f.at {
		top += f.height(i, w)
	}
	bottom := top
	if len(f.fields) > 0 {
		bottom += f.height(f.at, w)
	}
	f.top = min(top, max(f.top, bottom-lines))
}
