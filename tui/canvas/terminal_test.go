package canvas_test

import (
	"regexp"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/purserhq/purser/tui/canvas/canvastest"
)

// A terminal is the little of one that a frame needs, with its own idea of how
// wide characters are. Cells start out as what an earlier frame left there.
type terminal struct {
	t     canvastest.T
	width func(cluster string) int
	cells []string
	at    int
}

const stale = "\x00"

// Three terminals that one frame has to suit.
var widths = map[string]func(string) int{
	"joins all":     ansi.StringWidth,
	"joins nothing": apart,
	"knows no wide": func(cluster string) int { return min(ansi.StringWidth(cluster), 1) },
}

func apart(cluster string) int {
	n := 0
	for _, r := range cluster {
		switch {
		case r >= 0x1F1E6 && r <= 0x1F1FF:
			n += 2
		case unicode.Is(unicode.Mc, r):
			n++
		default:
			n += ansi.StringWidthWc(string(r))
		}
	}
	return n
}

var sequences = regexp.MustCompile(`^\x1b\[([0-9;]*)([mGX])`)

// show prints one line of a frame as the renderer does and returns the cells.
// A line that wraps, an unknown sequence or a control character is a failure.
func (term *terminal) show(line string, w int) []string {
	term.t.Helper()
	term.cells, term.at = make([]string, w), 0
	for i := range term.cells {
		term.cells[i] = stale
	}
	for rest := line; rest != ""; {
		if m := sequences.FindStringSubmatch(rest); m != nil {
			term.obey(m[1], m[2])
			rest = rest[len(m[0]):]
			continue
		}
		cluster, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		rest = rest[len(cluster):]
		r, _ := utf8.DecodeRuneInString(cluster)
		if unicode.IsControl(r) {
			term.t.Fatalf("control character %U in %q", r, line)
		}
		term.print(cluster, line)
	}
	if ansi.StringWidth(line) < w { // Bubble Tea clears the rest
		for i := min(term.at, w); i < w; i++ {
			term.cells[i] = " "
		}
	}
	return term.cells
}

func (term *terminal) obey(parameter, final string) {
	n, _ := strconv.Atoi(parameter)
	switch final {
	case "G":
		term.at = n - 1
	case "X":
		for i := term.at; i < min(term.at+n, len(term.cells)); i++ {
			term.cells[i] = " "
		}
	}
}

func (term *terminal) print(cluster, line string) {
	n := term.width(cluster)
	if n == 0 {
		return
	}
	if term.at+n > len(term.cells) {
		term.t.Fatalf("at width %d the line wraps: %q", len(term.cells), line)
	}
	term.cells[term.at] = cluster
	for i := 1; i < n; i++ {
		term.cells[term.at+i] = ""
	}
	term.at += n
}
