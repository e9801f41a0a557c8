// Package id makes the names of things and checks those that others made.
//
// A name is a prefix that says what it names, and a ULID: 48 bits of
// milliseconds and 80 bits of chance in Crockford's base 32, so names of one
// kind sort by age as text. One [Source] never goes back: while its clock
// stands, or after it stepped back, each name is the successor of the last.
// Names are not secrets; whatever must not be guessed needs more than a name.
//
// The package has no clock and no dice of its own: given the same of both, a
// Source makes the same names. It does not know what the prefixes mean.
package id

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
)

// MaxLength bounds a name, in characters, ours and those that callers choose.
const MaxLength = 50

const (
	alphabet   = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's: no I, L, O, U
	ulidLength = 26
)

// A Source makes names. It is safe for concurrent use.
type Source struct {
	now     func() time.Time
	entropy io.Reader

	mu   sync.Mutex
	last ulid
}

// ulid is a 128-bit number: milliseconds in the upper 48 bits, chance below.
type ulid struct{ high, low uint64 }

// NewSource returns a source that takes its time from now and its chance from
// entropy, of which it reads ten bytes per name while the clock advances.
func NewSource(now func() time.Time, entropy io.Reader) *Source {
	return &Source{now: now, entropy: entropy}
}

// New returns prefix, an underscore and 26 characters that sort after those of
// every earlier call, whatever the clock did meanwhile. It panics if entropy
// runs dry: going on would make names that are not unique.
func (s *Source) New(prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ms := uint64(max(s.now().UnixMilli(), 0))
	if ms > s.last.high>>16 || s.last == (ulid{}) {
		s.last = s.draw(ms)
	} else {
		s.last = s.last.next()
	}
	return prefix + "_" + s.last.String()
}

func (s *Source) draw(ms uint64) ulid {
	var chance [10]byte
	if _, err := io.ReadFull(s.entropy, chance[:]); err != nil {
		panic(fmt.Sprintf("id: reading entropy: %v", err))
	}
	return ulid{
		high: ms<<16 | uint64(binary.BigEndian.Uint16(chance[:2])),
		low:  binary.BigEndian.Uint64(chance[2:]),
	}
}

// next counts up by one; past the last name of a millisecond it borrows the
// first of the next.
func (u ulid) next() ulid {
	u.low++
	if u.low == 0 {
		u.high++
	}
	return u
}

func (u ulid) String() string {
	var text [ulidLength]byte
	high, low := u.high, u.low
	for i := ulidLength - 1; i >= 0; i-- {
		text[i] = alphabet[low&31]
		high, low = high>>5, low>>5|high<<59
	}
	return string(text[:])
}

// Valid returns nil if s can be a name: 1 to 50 letters, digits and @ ~ - . _
// of ASCII. Names that others choose obey the same rule as ours.
func Valid(s string) error {
	switch {
	case s == "":
		return fmt.Errorf("an id is missing (write 1 to %d letters, digits or @~-._)", MaxLength)
	case len(s) > MaxLength:
		return fmt.Errorf("an id of %d bytes is too long (at most %d)", len(s), MaxLength)
	}
	for i, r := range s {
		if !allowed(r) {
			return fmt.Errorf("id %s has U+%04X at character %d (use only letters, digits and @~-._)",
				strconv.QuoteToASCII(s), r, i+1) // what precedes is ASCII
		}
	}
	return nil
}

func allowed(r rune) bool {
	switch {
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
		return true
	}
	return r == '@' || r == '~' || r == '-' || r == '.' || r == '_'
}

// Short returns the last six characters of a name, which is what a screen has
// room for.
func Short(id string) string {
	runes := []rune(id)
	return string(runes[max(len(runes)-6, 0):])
}
