package money

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"
)

// A Number is an exact decimal whose currency, if it has one, stands
// elsewhere: a threshold, a rate, a fee. It is written and read as a JSON
// number without ever being a float.
type Number struct{ decimal.Decimal }

// longestNumber bounds what is read: nothing that people configure is longer.
const longestNumber = 40

// NumberOf reads a decimal literal as JSON has it, exponents included.
func NumberOf(literal string) (Number, error) {
	if len(literal) > longestNumber {
		return Number{}, fmt.Errorf("%s is too long for a number", quote(literal))
	}
	d, err := decimal.NewFromString(literal)
	if err != nil || d.Exponent() > longestNumber {
		return Number{}, fmt.Errorf("%s is not a number", quote(literal))
	}
	return Number{d}, nil
}

// MarshalJSON writes the exact literal.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalJSON reads a number, or a string that holds one.
func (n *Number) UnmarshalJSON(raw []byte) error {
	literal := string(bytes.TrimSpace(raw))
	if len(literal) > 0 && literal[0] == '"' {
		if err := json.Unmarshal(raw, &literal); err != nil {
			return err
		}
	}
	parsed, err := NumberOf(literal)
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}

// Exact returns the number as an amount of c, or says why it is none.
func (n Number) Exact(c Currency) (Amount, error) { return FromDecimal(n.Decimal, c, Exact) }

// In is Exact for numbers that were checked before they were kept; one that
// does not fit is zero.
func (n Number) In(c Currency) Amount {
	a, err := n.Exact(c)
	if err != nil {
		return Zero(c)
	}
	return a
}
