package filter

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/id"
)

// read makes sense of one value of f.
func (f Field) read(s string, now time.Time) (Value, *Error) {
	switch f.Kind {
	case Enum:
		for _, v := range f.Values {
			if strings.EqualFold(v, s) {
				return Value{Text: v}, nil
			}
		}
		return Value{}, problemf("%s is never %s", f.Name, quote(s)).suggest(nearest(s, f.Values)...)
	case ID:
		if err := id.Valid(s); err != nil {
			return Value{}, problemf("%s: %v", f.Name, err)
		}
	case Amount:
		return readAmount(f, s)
	case Time:
		return readTime(f, s, now)
	case Bool:
		lower := strings.ToLower(s)
		if lower != "true" && lower != "false" {
			return Value{}, problemf("%s is never %s", f.Name, quote(s)).suggest(f.Examples()...)
		}
		return Value{Text: lower, Bool: lower == "true"}, nil
	case Age:
		return readAge(f, s, now)
	case Count:
		return readCount(f, s)
	case Text:
	}
	return Value{Text: s}, nil
}

// Examples returns values that f could have; none if any text will do.
func (f Field) Examples() []string {
	switch f.Kind {
	case Enum:
		return nearest("", f.Values)
	case Amount:
		return []string{"100", "99.50..5000", "100..", "..5000"}
	case Time:
		return []string{"2026-11-01", "2026-11-01..2026-11-30", "-7d..", "2026-11-01T09:30:00Z.."}
	case Bool:
		return []string{"true", "false"}
	case Age:
		return []string{"48h..", "..2d", "30m..2h"}
	case Count:
		return []string{"0", "2", "1..", "1..3"}
	case ID, Text:
	}
	return nil
}

// ends are the two sides of a value; one that is no range has both the same.
type ends struct {
	low, high string
	isRange   bool
}

func split(s string) ends {
	low, high, isRange := strings.Cut(s, "..")
	if !isRange {
		high = low
	}
	return ends{low, high, isRange}
}

// unbounded reports a range that is open at both ends.
func (e ends) unbounded() bool { return e.low == "" && e.high == "" }

// spelling returns the value with both sides in canonical spelling.
func (e ends) spelling(low, high string) string {
	if !e.isRange {
		return low
	}
	return low + ".." + high
}

// Bounds of an amount: as many digits as the largest amount has in a currency
// without decimals, and as many decimals as the finest currency.
const (
	maxWhole    = 16
	maxDecimals = 9
)

func readAmount(f Field, s string) (Value, *Error) {
	return readNumbers(s, amount, problemf("%s is no amount or range of amounts", quote(s)).suggest(f.Examples()...))
}

// maxCount bounds the digits of a whole number.
const maxCount = 6

func readCount(f Field, s string) (Value, *Error) {
	count := func(s string) (*decimal.Decimal, bool) {
		if s != "" && !number(s, maxCount) {
			return nil, false
		}
		return amount(s)
	}
	return readNumbers(s, count, problemf("%s is no whole number or range of them", quote(s)).suggest(f.Examples()...))
}

// readNumbers reads one number or a range; what is neither is the problem.
func readNumbers(s string, one func(string) (*decimal.Decimal, bool), problem *Error) (Value, *Error) {
	sides := split(s)
	low, lowOK := one(sides.low)
	high, highOK := one(sides.high)
	switch {
	case !lowOK || !highOK || sides.unbounded():
		return Value{}, problem
	case low != nil && high != nil && low.GreaterThan(*high):
		return Value{}, backwards(s, sides)
	}
	v := Value{Range: sides.isRange, From: low, To: high}
	v.Text = sides.spelling(digits(low), digits(high))
	return v, nil
}

// amount reads -?digits[.digits]; "" is an open end. A leading zero is refused,
// since 1,000 would otherwise mean "one or nothing".
func amount(s string) (d *decimal.Decimal, ok bool) {
	if s == "" {
		return nil, true
	}
	unsigned := strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(unsigned, ".")
	switch {
	case !number(whole, maxWhole), len(whole) > 1 && whole[0] == '0':
		return nil, false
	case point && !number(fraction, maxDecimals):
		return nil, false
	}
	if point {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	read, err := decimal.NewFromString(s)
	return &read, err == nil
}

// number reports whether s is one to most ASCII digits.
func number(s string, most int) bool {
	return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

func digits(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func backwards(s string, sides ends) *Error {
	if sides.low == sides.high {
		return problemf("%s ends where it starts and holds nothing", quote(s))
	}
	return problemf("%s runs backwards", quote(s)).suggest(sides.high + ".." + sides.low)
}

// A moment is one side of a time as it was written.
type moment struct {
	spelling string
	from     time.Time
	span     time.Duration // how long what was written lasts: a day, or a second
	relative bool
}

func readTime(f Field, s string, now time.Time) (Value, *Error) {
	sides := split(s)
	low, lowOK := readMoment(sides.low, now)
	high, highOK := readMoment(sides.high, now)
	switch {
	case !lowOK || !highOK || sides.unbounded():
		return Value{}, problemf("%s is no time or range of times", quote(s)).suggest(f.Examples()...)
	case !sides.isRange && low.relative:
		return Value{}, problemf("%s alone is a single instant", quote(s)).suggest(s+"..", ".."+s)
	}
	v := Value{Range: sides.isRange}
	if sides.low != "" {
		v.After = &low.from
	}
	if sides.high != "" {
		before := high.from
		if !sides.isRange || high.span == day {
			before = before.Add(high.span)
		}
		v.Before = &before
	}
	if v.After != nil && v.Before != nil && !v.After.Before(*v.Before) {
		return Value{}, backwards(s, sides)
	}
	v.Text = sides.spelling(low.spelling, high.spelling)
	return v, nil
}

const day = 24 * time.Hour

// readMoment reads a date, an RFC 3339 time or a relative time; "" is an open
// end.
func readMoment(s string, now time.Time) (moment, bool) {
	if s == "" {
		return moment{}, true
	}
	if back, isRelative := strings.CutPrefix(s, "-"); isRelative {
		ago, spelling, ok := readSpan(back)
		return moment{spelling: "-" + spelling, from: now.Add(-ago), relative: true}, ok
	}
	if date, err := time.Parse(time.DateOnly, s); err == nil {
		return moment{spelling: s, from: date, span: day}, date.Year() > 0
	}
	t, err := time.Parse(time.RFC3339, s)
	t = t.UTC().Truncate(time.Microsecond)
	m := moment{spelling: t.Format(time.RFC3339Nano), from: t, span: time.Second}
	return m, err == nil && t.Year() > 0 && t.Year() < 10_000
}

// units are those of relative times and ages. In UTC a day is 24 hours.
var units = map[string]time.Duration{
	"m": time.Minute, "h": time.Hour, "d": day, "w": 7 * day,
}

// maxSpan bounds how far back a filter can look; nothing here is older.
const maxSpan = 100 * 365 * day

// readSpan reads a number and a unit: 30m, 48h, 7d, 2w.
func readSpan(s string) (d time.Duration, spelling string, ok bool) {
	if s == "" || !number(s[:len(s)-1], 9) {
		return 0, "", false
	}
	count, unit := s[:len(s)-1], s[len(s)-1:]
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil || units[unit] == 0 || n > int64(maxSpan/units[unit]) {
		return 0, "", false
	}
	return time.Duration(n) * units[unit], strconv.FormatInt(n, 10) + unit, true
}

func readAge(f Field, s string, now time.Time) (Value, *Error) {
	sides := split(s)
	low, lowText, lowOK := readSpan(sides.low)
	high, highText, highOK := readSpan(sides.high)
	lowOpen, highOpen := sides.low == "", sides.high == ""
	switch {
	case !lowOK && !lowOpen, !highOK && !highOpen, sides.unbounded():
		return Value{}, problemf("%s is no range of ages", quote(s)).suggest(f.Examples()...)
	case !sides.isRange:
		return Value{}, problemf("%s alone is a single instant", quote(s)).suggest(s+"..", ".."+s)
	case !lowOpen && !highOpen && low > high:
		return Value{}, backwards(s, sides)
	}
	v := Value{Text: sides.spelling(lowText, highText), Range: true}
	if !lowOpen {
		hours, before := hours(low), now.Add(-low).Add(time.Microsecond)
		v.From, v.Before = &hours, &before
	}
	if !highOpen {
		hours, after := hours(high), now.Add(-high)
		v.To, v.After = &hours, &after
	}
	return v, nil
}

// hours returns d in hours, to the millionth.
func hours(d time.Duration) decimal.Decimal {
	return decimal.NewFromInt(int64(d/time.Minute)).DivRound(decimal.NewFromInt(60), 6)
}
