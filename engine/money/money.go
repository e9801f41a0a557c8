// Package money counts money in whole minor units.
//
// An [Amount] is an int64 of minor units beside its [Currency]: cents for
// USD, yen for JPY, fils for KWD. Two amounts of one currency can be added,
// compared and divided into shares, and every unit is accounted for. Nothing
// is rounded on the way in: text with more decimals than the currency has is
// refused. Rounding happens in one place, [FromDecimal], where the caller
// names the direction.
//
// Two mistakes are panics, since no input can cause them and no caller can
// mend them: calculating with two currencies, and leaving int64.
// [MaxMinor] keeps every amount that is read far away from the latter.
//
// The package knows no rates, no fees and no floating point.
package money

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// MaxMinor bounds, in minor units and either sign, every single amount that
// is read or converted. Ten trillion dollars is more than anybody withdraws,
// and the sum of nine thousand such amounts still fits an int64.
const MaxMinor = 1_000_000_000_000_000

// An Amount is a number of minor units of a currency. Amounts can be compared
// with == and used as map keys. The zero Amount has no currency; it is nothing
// in any currency, so sums can start from it.
type Amount struct {
	Minor    int64
	Currency Currency
}

// New returns an amount of minor units: New(12050, "USD") is 120.50 USD.
func New(minor int64, c Currency) Amount { return Amount{Minor: minor, Currency: c} }

// Zero returns nothing, in c.
func Zero(c Currency) Amount { return Amount{Currency: c} }

// IsZero reports whether a is nothing, in whatever currency.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// Positive reports whether a is more than nothing.
func (a Amount) Positive() bool { return a.Minor > 0 }

// Negative reports whether a is less than nothing.
func (a Amount) Negative() bool { return a.Minor < 0 }

// Plus returns a + b. It panics on two currencies, and if the sum leaves int64.
func (a Amount) Plus(b Amount) Amount {
	a, b = match(a, b)
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) {
		panic(fmt.Sprintf("money: %s + %s does not fit", a.Text(), b.Text()))
	}
	return Amount{sum, a.Currency}
}

// Minus returns a - b. It panics on two currencies, and if the difference
// leaves int64.
func (a Amount) Minus(b Amount) Amount {
	a, b = match(a, b)
	difference := a.Minor - b.Minor
	if (difference < a.Minor) != (b.Minor > 0) {
		panic(fmt.Sprintf("money: %s - %s does not fit", a.Text(), b.Text()))
	}
	return Amount{difference, a.Currency}
}

// Cmp returns -1, 0 or +1 as a is less than, equal to or more than b. It
// panics on two currencies.
func (a Amount) Cmp(b Amount) int {
	a, b = match(a, b)
	return cmp.Compare(a.Minor, b.Minor)
}

// Least returns the smaller of two amounts of one currency.
func Least(a, b Amount) Amount {
	a, b = match(a, b)
	return Amount{min(a.Minor, b.Minor), a.Currency}
}

// Most returns the larger of two amounts of one currency.
func Most(a, b Amount) Amount {
	a, b = match(a, b)
	return Amount{max(a.Minor, b.Minor), a.Currency}
}

// match gives the zero Amount the other's currency, and panics if the
// currencies still differ.
func match(a, b Amount) (Amount, Amount) {
	switch {
	case a == Amount{}:
		a.Currency = b.Currency
	case b == Amount{}:
		b.Currency = a.Currency
	}
	if a.Currency != b.Currency {
		panic(fmt.Sprintf("money: %s and %s are of different currencies", a.Text(), b.Text()))
	}
	return a, b
}

// Decimal returns the amount in major units: 120.5 for 12050 cents.
func (a Amount) Decimal() decimal.Decimal {
	return decimal.New(a.Minor, -int32(a.Currency.Exponent()))
}

// String returns the amount in major units with all decimals of its currency
// and no currency: "1250.00". [Parse] reads it back.
func (a Amount) String() string { return a.format("") }

// Grouped returns the amount for reading: "1,250.00".
func (a Amount) Grouped() string { return a.format(",") }

// Text returns the amount for reading, with its currency: "1,250.00 USD".
func (a Amount) Text() string {
	if a.Currency == "" {
		return a.Grouped()
	}
	return a.Grouped() + " " + string(a.Currency)
}

// MarshalJSON writes the amount as a JSON number, digit for digit: 120.50.
//
// There is no UnmarshalJSON, because a number alone does not say what it is a
// number of: the currency stands beside it in the document, and the decimals
// it may have follow from that. Readers keep the raw value and call
// [ParseJSON] once they know the currency.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

func (a Amount) format(separator string) string {
	magnitude, sign := uint64(a.Minor), ""
	if a.Minor < 0 {
		magnitude, sign = -magnitude, "-"
	}
	digits := strconv.FormatUint(magnitude, 10)
	exponent := a.Currency.Exponent()
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, fraction := digits[:len(digits)-exponent], digits[len(digits)-exponent:]
	if exponent > 0 {
		fraction = "." + fraction
	}
	return sign + group(whole, separator) + fraction
}

// group puts a separator before every third digit from the right.
func group(digits, separator string) string {
	if separator == "" || len(digits) <= 3 {
		return digits
	}
	first := (len(digits)-1)%3 + 1
	grouped := digits[:first]
	for ; first < len(digits); first += 3 {
		grouped += separator + digits[first:first+3]
	}
	return grouped
}

// A Rounding says what becomes of the part of a number that is smaller than
// the currency's minor unit.
type Rounding int

// The roundings. The zero value rounds nothing.
const (
	Exact Rounding = iota // such a part is an error
	Down                  // dropped: towards zero, what a recipient gets
	Up                    // a whole unit: away from zero, what is charged
)

// FromDecimal returns d major units of c. It fails on a currency that is not
// known, on more than [MaxMinor], and under [Exact] on a part of a minor unit.
func FromDecimal(d decimal.Decimal, c Currency, r Rounding) (Amount, error) {
	if !c.Known() {
		return Amount{}, fmt.Errorf("no currency is called %s", quote(string(c)))
	}
	if minor, ok := shortMinor(d, c, r); ok {
		return Amount{minor, c}, nil
	}
	minor, whole := minorUnits(d, c)
	if !minor.Equal(whole) {
		switch r {
		case Exact:
			return Amount{}, fmt.Errorf("the amount has more than the %d decimals of %s (shorten it)",
				c.Exponent(), c)
		case Up:
			whole = whole.Add(decimal.NewFromInt(int64(d.Sign())))
		}
	}
	if whole.Abs().GreaterThan(decimal.NewFromInt(MaxMinor)) {
		return Amount{}, fmt.Errorf("the amount is too large (at most %s)", New(MaxMinor, c).Text())
	}
	return Amount{whole.IntPart(), c}, nil
}

// shortMinor is FromDecimal for numbers of few digits, which nearly all are: it
// takes a tenth of the time of big ones. It says no where it is not certain.
func shortMinor(d decimal.Decimal, c Currency, r Rounding) (minor int64, ok bool) {
	const digits = 15 // with room for a rounding below MaxMinor
	shift := int(d.Exponent()) + c.Exponent()
	if shift < -digits || shift > digits || d.NumDigits()+max(shift, 0) > digits {
		return 0, false
	}
	power := int64(1)
	for range max(shift, -shift) {
		power *= 10
	}
	coefficient := d.CoefficientInt64()
	if shift >= 0 {
		return coefficient * power, true
	}
	minor = coefficient / power
	if part := coefficient % power; part != 0 {
		switch r {
		case Exact:
			return 0, false
		case Up:
			minor += int64(d.Sign())
		}
	}
	return minor, true
}

// minorUnits returns d in minor units of c, and the same without its fraction.
// Exponents of either sign can be enormous; numbers that are plainly too large,
// or smaller than one unit, are told apart before any digits are written out.
func minorUnits(d decimal.Decimal, c Currency) (minor, whole decimal.Decimal) {
	digits := d.NumDigits() + int(d.Exponent()) + c.Exponent() // before the point, in minor units
	switch {
	case d.IsZero():
		return decimal.Zero, decimal.Zero
	case digits > 18:
		tooLarge := decimal.NewFromInt(math.MaxInt64)
		return tooLarge, tooLarge
	case digits <= 0:
		return decimal.New(int64(d.Sign()), -1), decimal.Zero
	}
	minor = d.Shift(int32(c.Exponent()))
	return minor, minor.Truncate(0)
}
