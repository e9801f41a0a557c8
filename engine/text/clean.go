// Package text handles text that others wrote.
//
// Names, descriptions, provider messages and imported files can hold anything:
// terminal commands, characters that turn a line around, card numbers. Whatever
// is shown passes [Clean] or [Line] and is of type [Safe] from then on, which
// is the only kind of text that screens and tables take, so the compiler finds
// what was forgotten. Whatever is stored passes [Check] first, and logs pass
// [Masked].
//
// Cleaning replaces a character by a visible one and keeps the rest, so that a
// reviewer sees that something was there. Text that is already clean costs no
// allocation.
//
// The package does not measure, cut, align or colour; it knows no screen and
// no language.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Safe is text that can be written to a terminal: valid UTF-8 without control
// characters, without ones that reorder or hide others, and with a bounded
// number of marks on each character. Only [Clean] and [Line] make it from what
// came from outside; converting a constant of our own is fine.
type Safe string

// maxMarks bounds how many combining marks and joiners one character carries.
// No writing system needs eight; a hundred paint over the lines above.
const maxMarks = 8

const (
	joiner    = '\u200d' // emoji and Indic names need it
	nonJoiner = '\u200c' // Persian and Bengali names need it
)

// Clean makes s fit for a terminal. Control characters become their pictures
// (␛ ␊ ␡); characters that reorder, hide or mean nothing become U+FFFD; marks
// beyond the eighth on one character are dropped. Cleaning twice is cleaning
// once.
func Clean(s string) Safe { return rewrite(s, visible) }

// Line is [Clean] for text that must stay on one line and read as prose: line
// ends and tabs become a space instead of a picture.
func Line(s string) Safe {
	return rewrite(s, func(r rune) rune {
		switch r {
		case '\t', '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
			return ' '
		}
		return visible(r)
	})
}

// HasControl reports whether s holds a character that [Clean] would replace:
// in a name, a warning in itself.
func HasControl(s string) bool {
	for i := plain(s); i < len(s); {
		r, size := decode(s[i:])
		if visible(r) != r {
			return true
		}
		i += size
	}
	return false
}

// Check returns nil if s may be stored in field: valid UTF-8 of at most max
// characters, none of which [Clean] would replace. The error names the field,
// and the first bad character by its code and its place, counted from one.
func Check(field, s string, max int) error {
	if n := utf8.RuneCountInString(s); n > max {
		return fmt.Errorf("%s has %d characters (at most %d)", field, n, max)
	}
	place := 0
	for i := 0; i < len(s); {
		r, size := decode(s[i:])
		place++
		switch {
		case r == invalid:
			return fmt.Errorf("%s is no valid UTF-8: byte 0x%02X at character %d (send it as UTF-8)",
				field, s[i], place)
		case visible(r) != r:
			return fmt.Errorf("%s holds U+%04X at character %d, which cannot be shown (remove it)",
				field, r, place)
		}
		i += size
	}
	return nil
}

// invalid stands for a byte that is no UTF-8, as distinct from a U+FFFD that
// somebody wrote.
const invalid rune = -1

func decode(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		return invalid, 1
	}
	return r, size
}

// rewrite replaces each character of s by what show makes of it, and drops
// marks beyond the limit. It copies nothing until something changes.
func rewrite(s string, show func(rune) rune) Safe {
	i := plain(s)
	if i == len(s) {
		return Safe(s)
	}
	var out strings.Builder
	copied, marks := 0, 0 // s[:copied] is in out
	for i < len(s) {
		r, size := decode(s[i:])
		shown := show(r)
		marks = countMarks(marks, shown)
		if shown != r || marks > maxMarks {
			out.WriteString(s[copied:i])
			if marks <= maxMarks {
				out.WriteRune(shown)
			}
			copied = i + size
		}
		i += size
	}
	if copied == 0 {
		return Safe(s)
	}
	out.WriteString(s[copied:])
	return Safe(out.String())
}

// countMarks returns how many marks the current character carries after r.
// Joiners count too, or marks could hide behind them.
func countMarks(marks int, r rune) int {
	if r < 0x300 || !isMark(r) { // the first mark is U+0300
		return 0
	}
	return marks + 1
}

func isMark(r rune) bool {
	return r == joiner || r == nonJoiner || unicode.Is(unicode.M, r)
}

// plain returns the length of the printable ASCII at the start of s.
func plain(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return i
		}
	}
	return len(s)
}

// visible returns r, or what is shown in its place.
func visible(r rune) rune {
	switch {
	case r == invalid:
		return utf8.RuneError
	case r < ' ':
		return r + 0x2400 // ␀ and following: control pictures
	case r < 0x7f:
		return r
	case r == 0x7f:
		return '␡'
	case hidden(r):
		return utf8.RuneError
	}
	return r
}

// hidden reports whether a character beyond ASCII steers, reorders or hides
// others, or means nothing to anybody but its sender: C1 controls, line and
// paragraph separators, format characters (direction, zero width, tags), private
// use, and code points that are no characters.
func hidden(r rune) bool {
	switch {
	case r < 0xa0, r == '\u2028', r == '\u2029':
		return true
	case r < 0x300: // Latin: most names end here
		return r == '\u00ad'
	case r == joiner, r == nonJoiner:
		return false
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return true
	case unicode.Is(unicode.Co, r):
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}
