package filter

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxAllowed bounds how many ways out an error offers.
const maxAllowed = 12

// An Error says where a filter cannot be read, and what could stand there. It
// is the type of every error of [Parse].
type Error struct {
	At      int    // offset in runes of the word, value or character
	Problem string // a clause without a full stop; text from outside in it is quoted
	Allowed []string
}

// Error returns the problem as one line, its place counted from one.
func (e *Error) Error() string {
	s := fmt.Sprintf("filter, character %d: %s", e.At+1, e.Problem)
	if len(e.Allowed) > 0 {
		s += " (try " + strings.Join(e.Allowed, ", ") + ")"
	}
	return s
}

func problemf(format string, args ...any) *Error {
	return &Error{Problem: fmt.Sprintf(format, args...)}
}

// suggest adds what could stand there instead.
func (e *Error) suggest(allowed ...string) *Error {
	e.Allowed = allowed
	return e
}

// quote shows the beginning of what was written.
func quote(s string) string {
	const shown = 32
	runes := []rune(s)
	if len(runes) > shown {
		s = string(runes[:shown]) + "…"
	}
	return strconv.Quote(s)
}

// nearest returns options instead of s. What s is the beginning of comes first,
// then what is a slip or two away, the nearest first; then the others. Those that
// are as near as each other are in the order of the alphabet.
func nearest(s string, options []string) []string {
	const (
		enough = 32 // whatever is longer resembles nothing
		far    = 4  // whatever is further away is no slip
	)
	wanted := []rune(strings.ToLower(s))
	wanted = wanted[:min(len(wanted), enough)]
	distances := make(map[string]int, len(options))
	for _, option := range options {
		lower := strings.ToLower(option)
		if !strings.HasPrefix(lower, string(wanted)) {
			distances[option] = min(1+distance(wanted, []rune(lower)), far)
		}
	}
	ranked := slices.Clone(options)
	slices.SortStableFunc(ranked, func(a, b string) int {
		return cmp.Or(cmp.Compare(distances[a], distances[b]), strings.Compare(strings.ToLower(a), strings.ToLower(b)))
	})
	return ranked[:min(len(ranked), maxAllowed)]
}

// distance counts the letters to insert, remove, replace, or swap with their
// neighbour, that make a into b.
func distance(a, b []rune) int {
	var before []int // the row before the last
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			replaced := last[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
