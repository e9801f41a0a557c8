package form_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/theme"
)

// plain is a frame as the eye sees it, with the cells that are reversed
// between brackets.
func plain(frame string) string {
	frame = strings.NewReplacer("\x1b[0;7m", "[", "\x1b[0;4m", "", "\x1b[m", "\x1b[m").Replace(frame)
	return canvastest.Plain(frame)
}

func TestText(t *testing.T) {
	tests := []struct {
		name string
		keys []string
		want string
	}{
		{"typed", []string{"a", "b"}, "ab"},
		{"a run", []string{"case", "space", "812"}, "case 812"},
		{"in the middle", []string{"ac", "left", "b"}, "abc"},
		{"at the start", []string{"bc", "home", "a", "end", "d"}, "abcd"},
		{"backspace", []string{"abc", "left", "backspace"}, "ac"},
		{"delete", []string{"abc", "home", "delete"}, "bc"},
		{"backspace takes a whole character", []string{"a👨‍👩‍👧‍👦", "backspace"}, "a"},
		{"left goes over a whole character", []string{"ae\u0301", "left", "b"}, "abe\u0301"},
		{"word before", []string{"two  words", "ctrl+w"}, "two  "},
		{"word before, over blanks", []string{"two words", "space", "ctrl+w"}, "two "},
		{"word after", []string{"two words", "home", "alt+d"}, " words"},
		{"by words", []string{"two words", "ctrl+left", "ctrl+left", "x", "ctrl+right", "y"}, "xtwoy words"},
		{"to the start", []string{"abc", "left", "ctrl+u"}, "c"},
		{"to the end", []string{"abc", "home", "right", "ctrl+k"}, "a"},
		{"nothing to take", []string{"backspace", "delete", "left", "right", "ctrl+w"}, ""},
		{"a paste is cleaned", []string{"paste:one\r\ntwo\x1b[2J"}, "one  two␛[2J"},
		{"at most the limit", []string{"paste:0123456789abcdefghijklmnop"}, "0123456789abcdefghij"},
		{"alt is no text", []string{"alt+x"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			input := form.NewText("", 20)
			for _, name := range tt.keys {
				input.Key(canvastest.Key(name))
			}
			if got := input.Value(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever is typed, pasted and cut: the value stays clean, within its limit,
// and can be drawn at any width.
func TestTextStaysClean(t *testing.T) {
	names := []string{
		"left", "right", "home", "end", "backspace", "delete", "ctrl+w", "alt+d", "ctrl+u", "ctrl+k",
		"ctrl+left", "ctrl+right", "space", "up", "down", "paste:\u0301\u0301\u0301", "paste:\u200d", "👩", "क्ष", "示例",
		"paste:\x1b]0;x\x07", "\u202e", "word",
	}
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(0, 30).Draw(t, "limit")
		input := form.NewText("", limit)
		input.Lines = rapid.IntRange(0, 4).Draw(t, "lines")
		w := rapid.IntRange(1, 40).Draw(t, "width")
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 1, 30).Draw(t, "keys") {
			input.Key(canvastest.Key(name))
			got := input.Value()
			if got != string(text.Line(got)) || !utf8.ValidString(got) {
				t.Fatalf("after %s: %q is not clean", name, got)
			}
			if n := utf8.RuneCountInString(got); limit > 0 && n > limit {
				t.Fatalf("after %s: %d runes, at most %d", name, n, limit)
			}
			c := canvastest.New(t, theme.Mono, w, 4)
			input.Draw(c, c.Bounds(), true)
			frame := c.String()
			if n := ansi.StringWidth(strings.Split(frame, "\n")[0]); n > w {
				t.Fatalf("%d cells, want at most %d", n, w)
			}
			if !strings.Contains(frame, "\x1b[0;7m") {
				t.Fatalf("after %s the cursor is not seen in %q", name, frame)
			}
		}
	})
}

func TestTextWraps(t *testing.T) {
	input := form.NewText("asked by phone, call back", 0)
	input.Lines = 3
	c := canvastest.New(t, theme.Mono, 12, 3)
	input.Draw(c, c.Bounds(), true)
	if got, want := plain(c.String()), "asked by\nphone, call\nback["; got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
	for _, name := range []string{"up", "up", "home", "down", "x"} {
		input.Key(canvastest.Key(name))
	}
	if got := input.Value(); got != "asked by xphone, call back" {
		t.Errorf("got %q", got)
	}
	if input.Key(canvastest.Key("up")); input.Key(canvastest.Key("up")) {
		t.Error("there is a line above the first")
	}
}

func TestAmount(t *testing.T) {
	tests := []struct {
		name    string
		places  int
		keys    []string
		want    string
		problem string // its start
	}{
		{"typed", 2, []string{"1", "2", ".", "5"}, "12.5", ""},
		{"a comma is refused", 2, []string{"1", ","}, "1", "digits and one point only"},
		{"and the next key forgets it", 2, []string{"1", ",", "5"}, "15", ""},
		{"one point", 2, []string{"1", ".", "."}, "1.", "digits and one point only"},
		{"too many decimals", 2, []string{"1.25", "5"}, "1.25", "EUR has 2 decimals"},
		{"no decimals", 0, []string{"1", "."}, "1", "EUR has no decimals"},
		{"pasted", 2, []string{"paste: 1250.00\n"}, "1250.00", ""},
		{"pasted with commas", 2, []string{"paste:1,250.00"}, "", "digits and one point only"},
		{"pasted other things", 2, []string{"paste:\x1b[2J1"}, "", "digits and one point only"},
		{"minus", 2, []string{"-", "5"}, "5", ""},
		{"leading zeros", 2, []string{"007.50"}, "7.50", ""},
		{"no whole part", 2, []string{".50"}, "0.50", ""},
		{"only a point", 2, []string{"."}, "", ""},
		{"very long", 2, []string{"paste:12345678901234567890"}, "", "no amount is that long"},
		{"deleting the point joins", 2, []string{"12.50", "home", "right", "right", "delete"}, "1250", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			input := form.NewAmount("", "EUR", tt.places)
			for _, name := range tt.keys {
				input.Key(canvastest.Key(name))
			}
			want := strings.TrimSuffix(tt.want, ".")
			if got := input.Value(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			got := string(input.Problem())
			if tt.problem == "" && got != "" || !strings.HasPrefix(got, tt.problem) {
				t.Errorf("problem %q, want %q", got, tt.problem)
			}
		})
	}
}

func TestAmountCanBeFilledIn(t *testing.T) {
	input := form.NewAmount("", "EUR", 2)
	input.Key(canvastest.Key(","))
	input.Set("4900.00")
	input.Key(canvastest.Key("end"))
	input.Key(canvastest.Key("backspace"))
	if input.Value() != "4900.0" || input.Problem() != "" {
		t.Errorf("got %q (%q)", input.Value(), input.Problem())
	}
}

// What is proposed gives way to the first digit typed, and only to what can
// stand there.
func TestProposedAmountIsReplaced(t *testing.T) {
	tests := []struct {
		name string
		keys []string
		want string
	}{
		{"a digit", []string{"7"}, "7"},
		{"digits", []string{"7", "5", ".", "5"}, "75.5"},
		{"taken back", []string{"backspace"}, ""},
		{"the cursor first", []string{"home", "1"}, "14900.00"},
		{"the end first", []string{"end", "backspace", "1"}, "4900.01"},
		{"what cannot stand there", []string{",", "7"}, "7"},
		{"only what cannot", []string{","}, "4900.00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			input := form.NewAmount("4900.00", "EUR", 2)
			for _, name := range tt.keys {
				input.Key(canvastest.Key(name))
			}
			if got := input.Value(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAmountIsGroupedWhileNobodyEditsIt(t *testing.T) {
	input := form.NewAmount("1250000.00", "EUR", 2)
	for _, tt := range []struct {
		focused bool
		want    string
	}{
		{false, "              1,250,000.00 EUR"},
		{true, "               [1250000.00  EUR"},
	} {
		c := canvastest.New(t, theme.Mono, 40, 1)
		input.Draw(c, c.Bounds(), tt.focused)
		if got := plain(c.String()); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func reasons() *form.Choice {
	return form.NewChoice("",
		form.Option{Value: "fraud-suspected", Label: "fraud-suspected"},
		form.Option{Value: "aml-review", Label: "aml-review"},
		form.Option{Value: "duplicate", Label: "duplicate", Off: "there is no other request"},
		form.Option{Value: "other", Label: "other"})
}

func TestChoice(t *testing.T) {
	tests := []struct {
		name    string
		keys    []string
		want    string
		problem string
	}{
		{"none at first", nil, "", ""},
		{"digit", []string{"2"}, "aml-review", ""},
		{"another digit", []string{"2", "4"}, "other", ""},
		{"no such digit", []string{"2", "9"}, "aml-review", ""},
		{"one that is off", []string{"2", "3"}, "aml-review", "duplicate: there is no other request"},
		{"arrows", []string{"down", "down"}, "aml-review", ""},
		{"arrows go over what is off", []string{"2", "down"}, "other", ""},
		{"not beyond the last", []string{"4", "right", "right"}, "other", ""},
		{"letters", []string{"l", "l", "h"}, "fraud-suspected", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			input := reasons()
			for _, name := range tt.keys {
				input.Key(canvastest.Key(name))
			}
			if got := input.Value(); got != tt.want || string(input.Problem()) != tt.problem {
				t.Errorf("got %q (%q), want %q (%q)", got, input.Problem(), tt.want, tt.problem)
			}
		})
	}
}

func TestChoiceFitsItsRoom(t *testing.T) {
	input := reasons()
	input.Key(canvastest.Key("2"))
	for _, tt := range []struct {
		w    int
		want string
	}{
		{60, "1 ( ) fraud-suspected  3 ( ) duplicate\n[2 (•) aml-review       4 ( ) other\n\n"},
		{30, "1 ( ) fraud-suspected\n[2 (•) aml-review\n3 ( ) duplicate\n4 ( ) other"},
	} {
		c := canvastest.New(t, theme.Mono, tt.w, 4)
		input.Draw(c, c.Bounds(), true)
		if got := plain(c.String()); got != tt.want {
			t.Errorf("%d wide:\n%s\nwant\n%s", tt.w, got, tt.want)
		}
	}
	input.Compact = true
	c := canvastest.New(t, theme.Mono, 40, 1)
	input.Draw(c, c.Bounds(), true)
	if got, want := plain(c.String()), "[(2 of 4) aml-review  ← → change"; got != want {
		t.Errorf("compact: %q, want %q", got, want)
	}
}

func blockForm() *form.Form {
	return form.New(
		form.Field{ID: "reason", Label: "REASON", Input: reasons(), Check: form.Required},
		form.Field{ID: "note", Label: "NOTE", Help: "seen on the timeline", Input: form.NewText("", 255)},
		form.Field{ID: "amount", Label: "AMOUNT", Input: form.NewAmount("", "EUR", 2)},
	)
}

func TestForm(t *testing.T) {
	tests := []struct {
		name    string
		keys    []string
		want    form.Result
		focused string
	}{
		{"starts at the first", nil, form.Stay, "reason"},
		{"tab", []string{"tab"}, form.Stay, "note"},
		{"tab around", []string{"tab", "tab", "tab"}, form.Stay, "reason"},
		{"back around", []string{"shift+tab"}, form.Stay, "amount"},
		{"enter goes on", []string{"1", "enter"}, form.Stay, "note"},
		{"enter on the last submits", []string{"1", "enter", "enter", "enter"}, form.Submit, "amount"},
		{"ctrl+s submits from anywhere", []string{"1", "ctrl+s"}, form.Submit, "reason"},
		{"not with something missing", []string{"tab", "ctrl+s"}, form.Stay, "reason"},
		{"esc leaves", []string{"esc"}, form.Leave, "reason"},
		{"arrows leave a field that does not use them", []string{"tab", "down", "up", "up"}, form.Stay, "reason"},
		{"arrows stay in one that does", []string{"down", "down"}, form.Stay, "reason"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := blockForm()
			got := form.Stay
			for _, name := range tt.keys {
				got = f.Key(canvastest.Key(name))
			}
			if got != tt.want || f.Focused() != tt.focused {
				t.Errorf("got %d on %s, want %d on %s", got, f.Focused(), tt.want, tt.focused)
			}
		})
	}
}

func TestQuickFormSubmitsWithEnter(t *testing.T) {
	f := blockForm()
	f.Quick = true
	if f.Key(canvastest.Key("2")); f.Key(canvastest.Key("enter")) != form.Submit {
		t.Error("a digit and enter are not enough")
	}
	if f.Value("reason") != "aml-review" || f.Value("nothing") != "" {
		t.Errorf("values %q, %q", f.Value("reason"), f.Value("nothing"))
	}
}

func TestFormShowsWhatIsWrong(t *testing.T) {
	f := blockForm()
	f.Key(canvastest.Key("ctrl+s"))
	f.Refuse("amount", "at most 1,250.00 EUR is available")
	c := canvastest.New(t, theme.Mono, 60, 7)
	f.Draw(c, c.Bounds())
	want := "" +
		"REASON  1 ( ) fraud-suspected  3 ( ) duplicate\n" +
		"        2 ( ) aml-review       4 ( ) other\n" +
		"        ! is needed\n" +
		"NOTE\n" +
		"AMOUNT                           [  EUR\n" +
		"        ! at most 1,250.00 EUR is available\n"
	if got := plain(c.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if f.Height(60) != 6 {
		t.Errorf("height %d, want 6", f.Height(60))
	}
}

func TestFormScrollsToTheKeyboard(t *testing.T) {
	f := blockForm()
	f.Key(canvastest.Key("shift+tab"))
	c := canvastest.New(t, theme.Mono, 60, 2)
	f.Draw(c, c.Bounds())
	if got, want := plain(c.String()), "NOTE\nAMOUNT                           [  EUR"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEdited(t *testing.T) {
	f := form.New(form.Field{ID: "note", Input: form.NewText("old", 0)})
	if f.Edited() {
		t.Error("edited before a key was pressed")
	}
	if f.Key(canvastest.Key("x")); !f.Edited() {
		t.Error("not edited after a key was pressed")
	}
	if f.Key(canvastest.Key("backspace")); f.Edited() {
		t.Error("edited though it is as before")
	}
	f = form.New(form.Field{ID: "why", Input: form.NewChoice("", form.Option{Value: "other", Label: "other"})})
	if f.Key(canvastest.Key("1")); f.Value("why") != "other" || f.Edited() {
		t.Error("a choice is asked about, which is made again with one key")
	}
}

// What is wrong has all the room that the text leaves.
func TestPromptGivesTheProblemRoom(t *testing.T) {
	p := form.Prompt{Label: "/ "}
	p.Open("status:foo")
	p.Blame(`status is never "foo"`, 7)
	c := canvastest.New(t, theme.Mono, 36, 1)
	p.Draw(c, c.Bounds(), false)
	if got, want := ansi.Strip(c.String()), `/ status:foo   status is never "foo"`; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !p.Fits(36) || p.Fits(35) {
		t.Errorf("fits 36: %v, 35: %v", p.Fits(36), p.Fits(35))
	}
}

func TestPrompt(t *testing.T) {
	tests := []struct {
		name   string
		keys   []string
		want   string
		result form.Result
	}{
		{"typed", []string{"status:ready", "enter"}, "is:opstatus:ready", form.Submit},
		{"esc brings back what was there", []string{"x", "y", "esc"}, "is:op", form.Leave},
		{"the last one", []string{"up"}, "newer", form.Stay},
		{"the one before", []string{"up", "up", "up"}, "older", form.Stay},
		{"and back to what was typed", []string{"x", "up", "up", "down", "down"}, "is:opx", form.Stay},
		{"an earlier one is edited", []string{"up", "x", "down"}, "newerx", form.Stay},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var p form.Prompt
			p.Open("is:op", "older", "newer")
			result := form.Stay
			for _, name := range tt.keys {
				result = p.Key(canvastest.Key(name))
			}
			if p.Value() != tt.want || result != tt.result {
				t.Errorf("got %q, %d; want %q, %d", p.Value(), result, tt.want, tt.result)
			}
		})
	}
}

func TestPromptPointsAtTheProblem(t *testing.T) {
	p := form.Prompt{Label: "/ ", Note: "17 match"}
	p.Open("status:redy")
	draw := func() string {
		c := canvastest.New(t, theme.Mono, 40, 1)
		p.Draw(c, c.Bounds(), false)
		return strings.TrimRight(c.String(), " ")
	}
	if got := ansi.Strip(draw()); got != "/ status:redy                   17 match" {
		t.Errorf("got %q", got)
	}
	p.Blame("no such status", 7)
	if got := draw(); !strings.Contains(got, "status:\x1b[0;4;7mr\x1b[medy") || !strings.Contains(got, "no such status") {
		t.Errorf("got %q", got)
	}
	p.Key(canvastest.Key("x"))
	if got := ansi.Strip(draw()); !strings.HasSuffix(got, "17 match") {
		t.Errorf("after a key: %q", got)
	}
}

func TestFormDrawsAtAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 60).Draw(t, "height")
		f := blockForm()
		for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{
			"tab", "shift+tab", "1", "down", "示例 name", "ctrl+s", "paste:\x1b[2J", "left",
		}), 0, 12).Draw(t, "keys") {
			f.Key(canvastest.Key(name))
			f.Refuse("note", text.Safe(rapid.String().Draw(t, "problem")))
		}
		c := canvastest.New(t, theme.Mono, w, h)
		f.Draw(c, c.Bounds())
		lines := strings.Split(c.String(), "\n")
		if len(lines) != h {
			t.Fatalf("%d lines, want %d", len(lines), h)
		}
		for _, line := range lines {
			if n := ansi.StringWidth(line); n > w {
				t.Fatalf("%d cells, want at most %d: %q", n, w, line)
			}
		}
	})
}
