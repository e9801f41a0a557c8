package sandbox

import (
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

// cards says how each test card ends. They are known by what is left of them
// after masking, because an instrument keeps no more.
var cards = map[string]fate{
	"512381******0000": paid,
	"551928******0000": paid,
	"441239******0000": refused,
	"430291******0000": refused,
}

// expiries says what a card that fails fails with, by the month and year it
// expires in. Other dates mean a general fatal error.
var expiries = map[string]string{
	"0529": "declined:insufficient-funds",
	"0238": "declined:invalid-amount",
	"0137": "declined:limit-violation",
	"0642": "declined:antifraud-error",
	"0933": "declined:declined-error",
	"0856": "declined:access-denied",
	"0553": "unknown-before:unknown",
	"0654": "unknown-before:provider-internal-error",
}

// expiryPending leaves a card that succeeds pending.
const expiryPending = "0777"

// cardScript returns what a test card does; nil if it is none.
func cardScript(number, expiry string) script {
	number, expiry = text.MaskCard(compact(number)), monthYear(expiry)
	literal := "declined:" + string(engine.ResolutionGeneralFatal)
	switch cards[number] {
	case paid:
		literal = "processed"
		if expiry == expiryPending {
			literal = "accept"
		}
	case refused:
		if known, ok := expiries[expiry]; ok {
			literal = known
		}
	default:
		return nil
	}
	list, _ := parseScript(literal) // all of them parse
	return list
}

// compact removes what people put between digits.
func compact(s string) string { return strings.NewReplacer(" ", "", "-", "", "/", "").Replace(s) }

// monthYear returns an expiry date as four digits: 05/29, 05/2029 and 0529 are
// the same.
func monthYear(s string) string {
	s = compact(s)
	if len(s) == len("052029") {
		s = s[:2] + s[4:]
	}
	return s
}
