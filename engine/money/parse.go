package money

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxLiteral bounds the bytes of an amount in text; sixteen digits, a sign
// and a point are the most that can be meant.
const maxLiteral = 64

// Parse reads an amount of c in major units: an optional minus, digits, and
// optionally a point and more digits. Whatever else a number can look like is
// refused, and so are more decimals than c has, zeros included: Parse never
// rounds and never guesses.
func Parse(s string, c Currency) (Amount, error) {
	if !c.Known() {
		return Amount{}, fmt.Errorf("no currency is called %s", quote(string(c)))
	}
	if s == "" {
		return Amount{}, fmt.Errorf("the amount is missing (write it like %s)", example(c))
	}
	unsigned, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(unsigned, ".")
	exponent := c.Exponent()
	switch {
	case len(s) > maxLiteral:
		return Amount{}, fmt.Errorf("amount %s is longer than %d characters (write it like %s)",
			quote(s), maxLiteral, example(c))
	case !digits(whole) || point && !digits(fraction):
		return Amount{}, fmt.Errorf("amount %s is no plain number (write digits only, like %s)",
			quote(s), example(c))
	case len(fraction) > exponent && exponent == 0:
		return Amount{}, fmt.Errorf("amount %s has decimals, but %s has none (write it like %s)",
			quote(s), c, example(c))
	case len(fraction) > exponent:
		return Amount{}, fmt.Errorf("amount %s has %d decimals, but %s has %d (write it like %s)",
			quote(s), len(fraction), c, exponent, example(c))
	}
	padding := strings.Repeat("0", exponent-len(fraction))
	minor, err := strconv.ParseInt(whole+fraction+padding, 10, 64)
	if err != nil || minor > MaxMinor {
		return Amount{}, fmt.Errorf("amount %s is too large (at most %s)",
			quote(s), New(MaxMinor, c).Text())
	}
	if negative {
		minor = -minor
	}
	return Amount{minor, c}, nil
}

// ParseJSON reads an amount of c from a JSON value: a number, or a string that
// holds one, each under the rules of [Parse].
func ParseJSON(raw []byte, c Currency) (Amount, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return Parse("", c)
	}
	if raw[0] != '"' {
		return Parse(string(raw), c)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return Amount{}, errors.New("the amount is no valid JSON (write a number or a string)")
	}
	return Parse(s, c)
}

// example shows how an amount of c is written.
func example(c Currency) string { return New(12050, c).String() }

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
