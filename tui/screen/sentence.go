package screen

import (
	"strings"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// DrawArmed puts the sentence that waits for enter in place of a row.
func DrawArmed(c *canvas.Canvas, r canvas.Rect, sentence text.Safe) {
	c.Fill(r, theme.Banner)
	_, at := r.Left(1)
	DrawQuestion(c, at, sentence)
}

// Enter is how a sentence ends that waits for it.
const Enter = "? enter"

// DrawQuestion draws a sentence that waits for enter. Where it is too long, the
// end with what to press stays.
func DrawQuestion(c *canvas.Canvas, r canvas.Rect, sentence text.Safe) {
	said, end := sentence, text.Safe("")
	if canvas.Width(sentence) > r.W && strings.HasSuffix(string(sentence), Enter) {
		said, end = sentence[:len(sentence)-len(Enter)], Enter
	}
	r, at := r.Right(canvas.Width(end))
	DrawSentence(c, r, canvas.Span{Text: said, Style: theme.Banner})
	c.Text(at, end, theme.Banner)
}

// DrawSentence draws a line of prose in which names may stand that terminals
// measure differently. Each stands in a piece of its own, so that what follows
// it is where it belongs and nothing is lost at its end.
func DrawSentence(c *canvas.Canvas, r canvas.Rect, sentence canvas.Span) {
	c.Spans(r, canvas.Left, pieces(sentence)...)
}

// pieces divides a sentence into its plain parts and those that are not.
func pieces(sentence canvas.Span) []canvas.Span {
	var parts []canvas.Span
	for rest := string(sentence.Text); rest != ""; {
		word := rest
		if i := strings.IndexByte(rest, ' '); i >= 0 {
			word = rest[:i+1]
		}
		rest = rest[len(word):]
		last := len(parts) - 1
		if last >= 0 && isPlain(word) == isPlain(string(parts[last].Text)) {
			parts[last].Text += text.Safe(word)
			continue
		}
		parts = append(parts, canvas.Span{Text: text.Safe(word), Style: sentence.Style})
	}
	return parts
}

func isPlain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '~' && r != '·' && r != '…' && r != '→' }) < 0
}
