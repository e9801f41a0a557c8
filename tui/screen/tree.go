package screen

import (
	"strings"

	"github.com/purserhq/purser/engine/route"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// A Branch is a part of a tree on the screen: what it says, and what follows
// from each answer.
type Branch struct {
	Answer text.Safe // by which one comes here; "" at the root
	Says   canvas.Span
	More   []canvas.Span // on lines of their own
	Below  []Branch
}

// TreeLines draws a tree in w cells, one answer below the other.
func TreeLines(b Branch, w int) []Line {
	return b.lines(nil, "", "", w)
}

// lines adds a branch, whose first line begins with first and whose others with
// rest.
func (b Branch) lines(lines []Line, first, rest text.Safe, w int) []Line {
	if b.Answer != "" {
		first += PadRight(b.Answer, answers) + " "
		rest += PadRight("", answers+1)
	}
	below := rest
	if len(b.Below) > 0 {
		rest += "│ "
	}
	for i, said := range append([]canvas.Span{b.Says}, b.More...) {
		for j, part := range canvas.Wrap(said.Text, max(w-canvas.Width(first), 12)) {
			lead := first
			if i > 0 || j > 0 {
				lead = rest
			}
			lines = append(lines, Line{Spans: []canvas.Span{
				{Text: lead, Style: theme.Muted}, {Text: part, Style: said.Style},
			}})
		}
	}
	for i, next := range b.Below {
		fork, on := text.Safe("├ "), text.Safe("│ ")
		if i == len(b.Below)-1 {
			fork, on = "└ ", "  "
		}
		lines = next.lines(lines, below+fork, below+on, w)
	}
	return lines
}

// answers is how wide an answer stands.
const answers = 3

// SchemeTree is the tree of a routing scheme's node, as it is drawn.
func SchemeTree(n route.Node, answer text.Safe) Branch {
	if n.If != nil && n.Then != nil && n.Else != nil {
		return Branch{
			Answer: answer, Says: canvas.Span{Text: text.Line(n.If.String()) + "?"},
			Below: []Branch{SchemeTree(*n.Then, "yes"), SchemeTree(*n.Else, "no")},
		}
	}
	if len(n.Use) == 0 {
		return Branch{Answer: answer, Says: canvas.Span{Text: "blocked: no route may pay", Style: theme.Held}}
	}
	b := Branch{Answer: answer, Says: canvas.Span{Text: text.Line(n.Use[0].String()), Style: theme.Accent}}
	for _, s := range n.Use[1:] {
		b.More = append(b.More, canvas.Span{Text: "then " + text.Line(s.String()), Style: theme.Accent})
	}
	return b
}

// Difference is what was and what is, line by line: lines of before that are
// not in after with a minus, the others of after with a plus.
func Difference(before, after string) []Line {
	was, is := strings.Split(strings.TrimRight(before, "\n"), "\n"), strings.Split(strings.TrimRight(after, "\n"), "\n")
	// common[i][j] is how many lines was[i:] and is[j:] have in common.
	common := make([][]int, len(was)+1)
	for i := range common {
		common[i] = make([]int, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if was[i] == is[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var lines []Line
	add := func(mark, line string, style theme.Style) {
		lines = append(lines, Line{Spans: []canvas.Span{{Text: text.Line(mark + line), Style: style}}})
	}
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		switch {
		case i < len(was) && j < len(is) && was[i] == is[j]:
			add("  ", was[i], theme.Muted)
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && common[i+1][j] >= common[i][j+1]:
			add("- ", was[i], theme.Error)
			i++
		default:
			add("+ ", is[j], theme.Done)
			j++
		}
	}
	return lines
}
