package canvas_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/theme"
)

func TestText(t *testing.T) {
	tests := []struct {
		name  string
		text  text.Safe
		w     int
		align canvas.Align
		want  string
	}{
		{"fits", "ready", 8, canvas.Left, "ready"},
		{"to the right", "1,250.00", 10, canvas.Right, "  1,250.00"},
		{"in the middle", "empty", 9, canvas.Center, "  empty"},
		{"exact", "ready", 5, canvas.Right, "ready"},
		{"cut", "in-progress", 8, canvas.Left, "in-prog…"},
		{"cut keeps the start", "1,250.00", 5, canvas.Right, "1,25…"},
		{"one cell", "ready", 1, canvas.Left, "…"},
		{"no cell", "ready", 0, canvas.Left, ""},
		{"wide", "示例客户", 8, canvas.Left, "示例客户"},
		{"wide cut between characters", "示例客户", 6, canvas.Left, "示例…"},
		{"combining", "Zoe\u0301", 6, canvas.Right, "   Zoe\u0301"},
		{"controls are dropped", "a\x1b[2Jb\u009bc", 9, canvas.Left, "a[2Jbc"},
		{"bad bytes are replaced", "a\xffb", 9, canvas.Left, "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := canvastest.New(t, theme.Mono, 20, 1)
			c.Put(canvas.Rect{W: tt.w, H: 1}, tt.text, theme.Text, tt.align)
			if got := canvastest.Plain(c.String()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSequences(t *testing.T) {
	tests := []struct {
		name string
		draw func(c *canvas.Canvas)
		want string
	}{
		{"plain text has none", func(c *canvas.Canvas) {
			c.Text(c.Bounds(), "ready", theme.Text)
		}, "ready"},
		{"one run per style", func(c *canvas.Canvas) {
			c.Spans(c.Bounds(), canvas.Left, canvas.Span{"a", theme.Key}, canvas.Span{" approve", theme.Text})
		}, "\x1b[0;1ma\x1b[m approve"},
		{"styles that look alike are one run", func(c *canvas.Canvas) {
			c.Spans(c.Bounds(), canvas.Left, canvas.Span{"a", theme.Key}, canvas.Span{"b", theme.Strong})
		}, "\x1b[0;1mab\x1b[m"},
		{"reversed blanks stay", func(c *canvas.Canvas) {
			c.Text(c.Bounds(), "ready", theme.Text)
			c.Restyle(canvas.Rect{W: 8, H: 1}, theme.Selected)
		}, "\x1b[0;7mready   \x1b[m"},
		{"a name of another script is followed by its column", func(c *canvas.Canvas) {
			c.Text(c.Bounds(), "Zoë", theme.Text)
			c.Text(canvas.Rect{X: 5, W: 5, H: 1}, "1.00", theme.Text)
		}, "Zoë\x1b[4G  1.00"},
		{"room for wide characters is erased first", func(c *canvas.Canvas) {
			c.Text(c.Bounds(), "示例", theme.Text)
			c.Text(canvas.Rect{X: 5, W: 5, H: 1}, "1.00", theme.Text)
		}, "\x1b[4X示例\x1b[5G 1.00"},
		{"right to left is not isolated unless asked for", func(c *canvas.Canvas) {
			c.Text(c.Bounds(), "אב", theme.Text)
		}, "אב"},
		{"right to left is isolated where asked for", func(c *canvas.Canvas) {
			c.Isolate = true
			c.Text(c.Bounds(), "אב", theme.Text)
			c.Text(canvas.Rect{X: 3, W: 5, H: 1}, "1.00", theme.Text)
		}, "\u2068אב\u2069\x1b[3G 1.00"},
		{"half a wide character is a blank", func(c *canvas.Canvas) {
			c.Text(c.Bounds(), "示例客", theme.Text)
			c.Text(canvas.Rect{X: 1, W: 2, H: 1}, "ab", theme.Text)
		}, "\x1b[1X \x1b[2Gab\x1b[3X 客"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := canvastest.New(t, theme.Dark, 20, 1)
			tt.draw(c)
			if got := c.String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRulesJoin(t *testing.T) {
	c := canvastest.New(t, theme.Mono, 9, 5)
	c.HRule(canvas.Rect{X: 0, Y: 0, W: 9, H: 1}, theme.Border)
	c.HRule(canvas.Rect{X: 0, Y: 4, W: 9, H: 1}, theme.Border)
	c.VRule(canvas.Rect{X: 4, Y: 0, W: 1, H: 5}, theme.Border)
	c.HRule(canvas.Rect{X: 4, Y: 2, W: 5, H: 1}, theme.Border)
	want := "" +
		"────┬────\n" +
		"    │\n" +
		"    ├────\n" +
		"    │\n" +
		"────┴────"
	if got := canvastest.Plain(c.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBoxCoversWhatIsBelow(t *testing.T) {
	c := canvastest.New(t, theme.Mono, 24, 5)
	for y := range 5 {
		c.Text(c.Bounds().Line(y), "示例客户示例客户示例客户", theme.Text)
	}
	inside := c.Box(canvas.Rect{X: 3, Y: 1, W: 16, H: 3}, "Block", theme.Border)
	c.Text(inside, "two words", theme.Text)
	want := "" +
		"示例客户示例客户示例客户\n" +
		"示 ┌─ Block ──────┐ 客户\n" +
		"示 │ two words    │ 客户\n" +
		"示 └──────────────┘ 客户\n" +
		"示例客户示例客户示例客户"
	if got := canvastest.Plain(c.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCharts(t *testing.T) {
	solid := func(v int64) canvas.Part { return canvas.Part{Value: v, Glyph: '█'} }
	light := func(v int64) canvas.Part { return canvas.Part{Value: v, Glyph: '▒'} }
	tests := []struct {
		name string
		draw func(c *canvas.Canvas, r canvas.Rect)
		want string
	}{
		{"bar", func(c *canvas.Canvas, r canvas.Rect) { c.Bar(r, 100, solid(50), light(25)) }, "█████▒▒···"},
		{"bar full", func(c *canvas.Canvas, r canvas.Rect) { c.Bar(r, 3, solid(1), light(2)) }, "███▒▒▒▒▒▒▒"},
		{"bar shows the smallest part", func(c *canvas.Canvas, r canvas.Rect) { c.Bar(r, 1000, solid(1)) }, "█·········"},
		{"bar of nothing", func(c *canvas.Canvas, r canvas.Rect) { c.Bar(r, 0, solid(1)) }, "··········"},
		{"bar overfull", func(c *canvas.Canvas, r canvas.Rect) { c.Bar(r, 10, solid(8), light(8)) }, "████████▒▒"},
		{"bar of very much", func(c *canvas.Canvas, r canvas.Rect) { c.Bar(r, 1<<62, solid(1<<61)) }, "█████·····"},
		{"progress", func(c *canvas.Canvas, r canvas.Rect) { c.Progress(r, 58, 100, theme.Moving) }, "█████▊░░░░"},
		{"progress done", func(c *canvas.Canvas, r canvas.Rect) { c.Progress(r, 7, 7, theme.Done) }, "██████████"},
		{"progress beyond", func(c *canvas.Canvas, r canvas.Rect) { c.Progress(r, 9, 7, theme.Done) }, "██████████"},
		{"progress of nothing", func(c *canvas.Canvas, r canvas.Rect) { c.Progress(r, 0, 0, theme.Done) }, "░░░░░░░░░░"},
		{"spark", func(c *canvas.Canvas, r canvas.Rect) {
			c.Spark(r, []int64{0, 1, 2, 3, 4, 5, 6, 7}, theme.Text)
		}, "▁▂▃▄▅▆▇█"},
		{"spark keeps the last", func(c *canvas.Canvas, r canvas.Rect) {
			c.Spark(r, []int64{9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1000}, theme.Text)
		}, "▁▁▁▁▁▁▁▁▂█"},
		{"spark of nothing", func(c *canvas.Canvas, r canvas.Rect) { c.Spark(r, []int64{0, 0}, theme.Text) }, "▁▁"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := canvastest.New(t, theme.Mono, 12, 1)
			tt.draw(c, canvas.Rect{W: 10, H: 1})
			if got := canvastest.Plain(c.String()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParagraph(t *testing.T) {
	tests := []struct {
		name string
		text text.Safe
		w, h int
		want string
	}{
		{"wraps at words", "no approve while blocked", 10, 4, "no approve\nwhile\nblocked\n"},
		{"says that there is more", "no approve while blocked", 10, 2, "no approve\nwhile …"},
		{"breaks a long word", "account-verification", 8, 3, "account-\nverifica\ntion"},
		{"keeps line feeds", "one\n\ntwo", 8, 4, "one\n\ntwo\n"},
		{"nothing", "", 8, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := canvastest.New(t, theme.Mono, tt.w, tt.h)
			c.Paragraph(c.Bounds(), tt.text, theme.Text)
			if got := canvastest.Plain(c.String()); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// hostile are texts as somebody might write them who wishes us no good, and
// those that terminals disagree about.
var hostile = []string{
	"pout_7T80", "1,250.00", "", " ", "張偉", "محمد علي", "שלום", "क्षत्रिय", "தமிழ்", "น้ำ", "👨‍👩‍👧‍👦",
	"👍🏽", "1️⃣", "❤️", "🇩🇪🇫🇷", "한국어", "각", "e\u0301\u0301\u0301", "\u0301", "\u200d", "\x1b[2J", "\x1b]52;c;aGk=\x07",
	"\u009b31m", "\r\n", "\t", "\u202e", "\xff\xfe", "\x9b\u0301", "…", "─", "\U0001FAE9", "ﷺ", "🇩", "\u2060", "ﬁ",
}

func drawText() *rapid.Generator[text.Safe] {
	return rapid.Custom(func(t *rapid.T) text.Safe {
		var b strings.Builder
		for range rapid.IntRange(0, 6).Draw(t, "pieces") {
			if rapid.Bool().Draw(t, "hostile") {
				b.WriteString(rapid.SampledFrom(hostile).Draw(t, "piece"))
			} else {
				b.WriteString(rapid.String().Draw(t, "piece"))
			}
		}
		return text.Safe(b.String()) // not cleaned: the canvas has to hold on its own
	})
}

func drawRect(t *rapid.T, w, h int) canvas.Rect {
	return canvas.Rect{
		X: rapid.IntRange(-2, w).Draw(t, "x"), Y: rapid.IntRange(-2, h).Draw(t, "y"),
		W: rapid.IntRange(-1, w+2).Draw(t, "w"), H: rapid.IntRange(-1, h+2).Draw(t, "h"),
	}
}

// scribble draws one random thing.
func scribble(t *rapid.T, c *canvas.Canvas, w, h int) {
	r := drawRect(t, w, h)
	s := drawText().Draw(t, "text")
	style := theme.Style(rapid.IntRange(0, 40).Draw(t, "style"))
	values := rapid.SliceOfN(rapid.Int64(), 0, 40)
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		c.Fill(r, style)
	case 1:
		c.Restyle(r, style)
	case 2:
		c.HRule(r, style)
	case 3:
		c.VRule(r, style)
	case 4:
		c.Box(r, s, style)
	case 5:
		c.Paragraph(r, s, style)
	case 6:
		c.Spark(r, values.Draw(t, "values"), style)
	case 7:
		c.Progress(r, rapid.Int64().Draw(t, "done"), rapid.Int64().Draw(t, "total"), style)
		c.Bar(r, rapid.Int64().Draw(t, "total"), canvas.Part{Value: rapid.Int64().Draw(t, "part"), Glyph: '█'})
	default:
		c.Spans(r, canvas.Align(rapid.IntRange(0, 2).Draw(t, "align")),
			canvas.Span{Text: s, Style: style}, canvas.Span{Text: "end", Style: theme.Text})
	}
}

// Whatever is drawn: a frame has its lines, none is too wide, and in every
// terminal each line stays a line and leaves nothing of an earlier frame.
func TestFrameIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 300).Draw(t, "height")
		if rapid.Bool().Draw(t, "small") {
			w, h = w%24+1, h%6+1
		}
		c := canvastest.New(t, rapid.SampledFrom(theme.Names()).Draw(t, "theme"), w, h)
		c.Isolate = rapid.Bool().Draw(t, "isolate")
		for range rapid.IntRange(1, 12).Draw(t, "drawings") {
			scribble(t, c, w, h)
		}
		lines := strings.Split(c.String(), "\n")
		if len(lines) != h {
			t.Fatalf("%d lines, want %d", len(lines), h)
		}
		for _, line := range lines {
			if n := ansi.StringWidth(line); n > w {
				t.Fatalf("%d cells, want at most %d: %q", n, w, line)
			}
			for name, width := range widths {
				term := terminal{t: t, width: width}
				for x, cell := range term.show(line, w) {
					if cell == stale {
						t.Fatalf("a terminal that %s keeps an old cell at %d: %q", name, x, line)
					}
				}
			}
		}
	})
}

// What terminals draw wider than we count never reaches over the right edge,
// for there it would wrap and scroll the screen.
func TestNoTerminalWraps(t *testing.T) {
	names := []text.Safe{"क्षत्रिय", "தமிழ்", "ಕೳ", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪🇫🇷", "각", "Zoë"}
	for _, name := range names {
		for _, align := range []canvas.Align{canvas.Left, canvas.Right, canvas.Center} {
			for w := 1; w < 12; w++ {
				c := canvastest.New(t, theme.Dark, w, 1)
				c.Put(c.Bounds(), name, theme.Text, align)
				for _, width := range widths {
					term := terminal{t: t, width: width}
					term.show(c.String(), w)
				}
			}
		}
	}
}

// What is left of a name behind something drawn over its start does not go on
// from where a terminal thinks the new piece ends.
func TestRestOfAPieceIsAnchored(t *testing.T) {
	c := canvastest.New(t, theme.Dark, 12, 1)
	c.Text(c.Bounds(), "éééééééé", theme.Text)
	c.Text(canvas.Rect{W: 1, H: 1}, "क्ष", theme.Text)
	if got, want := c.String(), "\x1b[1Xक्ष\x1b[2Gééééééé"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A mark without a base would land on what stands to its left.
func TestMarkWithoutBaseIsDropped(t *testing.T) {
	for _, mark := range []text.Safe{"\u0301", "\u0903", "\U0001F3FD", "\uFF9E"} {
		c := canvastest.New(t, theme.Dark, 12, 1)
		c.Text(c.Bounds(), mark+"name", theme.Text)
		if got := canvastest.Plain(c.String()); got != "name" {
			t.Errorf("%+q: got %q", mark, got)
		}
	}
}

// A column after a name stays where it is in every terminal.
func TestColumnsLineUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := drawText().Draw(t, "name")
		nameWidth := rapid.IntRange(0, 20).Draw(t, "name width")
		c := canvastest.New(t, theme.Dark, 60, 1)
		left, rest := c.Bounds().Left(nameWidth)
		c.Text(left, name, theme.Text)
		c.Text(rest, "|1,250.00", theme.Strong)
		for in, width := range widths {
			term := terminal{t: t, width: width}
			got := strings.Join(term.show(c.String(), 60)[nameWidth:nameWidth+9], "")
			if got != "|1,250.00" {
				t.Fatalf("a terminal that %s shows %q after %q", in, got, name)
			}
		}
	})
}

func TestRectSplits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRect(t, 30, 30)
		r.W, r.H = max(r.W, 0), max(r.H, 0)
		n := rapid.IntRange(-3, 40).Draw(t, "n")
		a, b := r.Top(n)
		if a.H+b.H != r.H || a.H < 0 || b.H < 0 || a.Y+a.H != b.Y || a.W != r.W || b.W != r.W {
			t.Fatalf("%v.Top(%d) = %v, %v", r, n, a, b)
		}
		a, b = r.Right(n)
		if a.W+b.W != r.W || a.W < 0 || b.W < 0 || a.X+a.W != b.X || b.W > max(n, 0) {
			t.Fatalf("%v.Right(%d) = %v, %v", r, n, a, b)
		}
		widths := rapid.SliceOfN(rapid.IntRange(-1, 9), 1, 6).Draw(t, "widths")
		for _, column := range r.Columns(1, widths...) {
			if column.Clip(r) != column || column.W < 0 {
				t.Fatalf("%v.Columns(1, %v) leaves it: %v", r, widths, column)
			}
		}
		if inner := r.Inset(n, 1); inner.W < 0 || inner.H < 0 || inner.Clip(r) != inner {
			t.Fatalf("%v.Inset(%d, 1) = %v", r, n, inner)
		}
	})
}
