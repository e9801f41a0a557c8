package sqlite

import (
	"errors"
	"strconv"
)

// Lists are kept as JSON arrays of arrays of strings, so that SQL can look
// into them: changes as [["status","\"ready\"","\"approved\""]]. They are
// written and read on every move of a request, which is why by hand.

var errList = errors.New("a list in the store is not written as the store writes them")

// appendRow adds one row to the list that b holds so far.
func appendRow(b []byte, cells ...string) []byte {
	if len(b) == 0 {
		b = append(b, '[')
	} else {
		b[len(b)-1] = ','
	}
	b = append(b, '[')
	for i, cell := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, cell)
	}
	return append(b, ']', ']')
}

// appendString adds s as a JSON string. Whatever bytes it has come back as they
// were: they are part of a hash.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

const hexDigits = "0123456789abcdef"

// readRows reads a list; "" is an empty one.
func readRows(text string) (rows [][]string, err error) {
	if text == "" {
		return nil, nil
	}
	r := listReader{text: text}
	r.each(func() {
		var row []string
		r.each(func() { row = append(row, r.string()) })
		rows = append(rows, row)
	})
	if r.bad || r.at != len(text) {
		return nil, errList
	}
	return rows, nil
}

// A listReader reads text from at on, which never passes the end. Once something
// is bad, nothing more is read.
type listReader struct {
	text string
	at   int
	bad  bool
}

// peek is the next character, 0 if there is none.
func (r *listReader) peek() byte {
	if r.bad || r.at == len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// next reads one character, 0 if there is none.
func (r *listReader) next() byte {
	c := r.peek()
	if r.bad = r.bad || r.at == len(r.text); !r.bad {
		r.at++
	}
	return c
}

func (r *listReader) take(c byte) { r.bad = r.next() != c || r.bad }

// each reads an array, its elements by element.
func (r *listReader) each(element func()) {
	r.take('[')
	if r.peek() != ']' {
		for element(); r.peek() == ','; element() {
			r.at++
		}
	}
	r.take(']')
}

func (r *listReader) string() string {
	r.take('"')
	for start := r.at; ; {
		switch c := r.peek(); {
		case c == '"':
			r.at++
			return r.text[start : r.at-1]
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			r.bad = true
			return ""
		}
		r.at++
	}
}

// escaped reads on where a string has its first backslash.
func (r *listReader) escaped(start int) string {
	s := []byte(r.text[start:r.at])
	for !r.bad {
		switch c := r.next(); {
		case c == '"':
			return string(s)
		case c == '\\':
			s = append(s, r.escape())
		case c < ' ':
			r.bad = true
		default:
			s = append(s, c)
		}
	}
	return ""
}

// escape reads what follows a backslash: a character, or u00XX for one that has
// no other form.
func (r *listReader) escape() byte {
	switch c := r.next(); c {
	case '"', '\\':
		return c
	case 'u':
		high, low := [2]byte{r.next(), r.next()}, [2]byte{r.next(), r.next()}
		n, err := strconv.ParseUint(string(low[:]), 16, 8)
		r.bad = r.bad || high != [2]byte{'0', '0'} || err != nil || n >= ' '
		return byte(n)
	}
	r.bad = true
	return 0
}

// writeList keeps the strings of a list as rows of one.
func writeList[S ~string](list []S) string {
	var b []byte
	for _, s := range list {
		b = appendRow(b, string(s))
	}
	return string(b)
}

// readList reads what writeList wrote.
func readList[S ~string](text string) ([]S, error) {
	rows, err := readRows(text)
	if len(rows) == 0 || err != nil {
		return nil, err
	}
	list := make([]S, len(rows))
	for i, row := range rows {
		if len(row) > 0 {
			list[i] = S(row[0])
		}
	}
	return list, nil
}
