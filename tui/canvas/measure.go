package canvas

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/purserhq/purser/engine/text"
)

// Width is how many cells s takes on one line.
func Width(s text.Safe) int { return measure(string(s)).cells }

// An extent is how wide a piece of text is.
type extent struct {
	cells int // by grapheme clusters, which is what we count with
	reach int // at most, in a terminal that counts characters one by one
	plain bool
	flags flags
}

func measure(s string) extent {
	if isPlain(s) {
		return extent{cells: len(s), reach: len(s), plain: true}
	}
	e := extent{flags: loose}
	for rest := s; rest != ""; {
		cluster, n := next(rest)
		rest = rest[len(cluster):]
		if n == 0 {
			continue
		}
		e.cells += n
		e.reach += max(n, apart(cluster))
		if _, size := utf8.DecodeRuneInString(cluster); n > 1 || size < len(cluster) {
			e.flags |= vague
		}
		if turns(cluster) {
			e.flags |= turned
		}
	}
	return e
}

// next returns the first character of s, which may be several runes, and its
// width. Controls have none, nor has a mark without a base: a terminal would
// put it on whatever stands to the left.
func next(s string) (cluster string, cells int) {
	if n := latin(s); n > 0 && (n == len(s) || latin(s[n:]) > 0) {
		return s[:n], 1
	}
	cluster, cells = ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	r, _ := utf8.DecodeRuneInString(cluster)
	switch {
	case r < 0x300:
	case unicode.Is(unicode.M, r), r >= 0x1F3FB && r <= 0x1F3FF, r == 0xFF9E, r == 0xFF9F:
		return cluster, 0
	}
	return cluster, cells
}

// latin returns the length of the letter s starts with, if it is one below
// U+0300, all of which take one cell and join nothing; else 0.
func latin(s string) int {
	switch {
	case s[0] >= ' ' && s[0] <= '~':
		return 1
	case len(s) < 2 || s[0] < 0xC2 || s[0] > 0xCB || s[0] == 0xC2 && (s[1] < 0xA1 || s[1] == 0xAD):
		return 0
	}
	return 2
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// apart is the most that the characters of a cluster can take one by one.
func apart(cluster string) int {
	n := 0
	for rest := cluster; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r < 0x300:
			n++
		case r >= 0x1F1E6 && r <= 0x1F1FF: // the letters that flags are made of
			n += 2
		case unicode.Is(unicode.Mc, r): // marks that stand beside their base
			n++
		default:
			n += ansi.StringWidthWc(rest[:size])
		}
		rest = rest[size:]
	}
	return n
}

// turns reports whether a cluster is written from right to left.
func turns(cluster string) bool {
	for _, r := range cluster {
		switch {
		case r < 0x590:
		case r <= 0x8FF, r >= 0xFB1D && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFC,
			r >= 0x10800 && r <= 0x10FFF, r >= 0x1E800 && r <= 0x1EFFF:
			return true
		}
	}
	return false
}

// Grouped writes the whole part of a number with a comma between thousands:
// 1250.00 becomes 1,250.00. Text that is no number stays as it is.
func Grouped(number text.Safe) text.Safe {
	whole, _, _ := strings.Cut(string(number), ".")
	sign := ""
	if rest, ok := strings.CutPrefix(whole, "-"); ok {
		sign, whole = "-", rest
	}
	if len(whole) < 4 || strings.Trim(whole, "0123456789") != "" {
		return number
	}
	out := []byte(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, whole[i])
	}
	return text.Safe(out) + number[len(sign)+len(whole):]
}
