package text_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
)

func TestMaskCard(t *testing.T) {
	for digits, want := range map[string]string{
		"5123810000000000":    "512381******0000",
		"4111111111111111110": "411111******1110",
		"378282246310005":     "***********0005",
		"123456789012":        "********9012",
		"12345":               "*2345",
		"4417":                "4417",
		"":                    "",
		"512381******0000":    "512381******0000",
	} {
		if got := text.MaskCard(digits); got != want {
			t.Errorf("%s: %s, want %s", digits, got, want)
		}
	}
}

func TestEnding(t *testing.T) {
	for s, want := range map[string]string{"5123810000004417": "4417", "0071": "0071", "71": "71", "": "", "DE…äöü7": "äöü7"} {
		if got := text.Ending(s); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}

func TestLuhn(t *testing.T) {
	for digits, want := range map[string]bool{
		"4111111111111111": true, "4111111111111112": false, "378282246310005": true, "18": true, "00": true,
		"": false, "0": false, "4111 1111 1111 1111": false, "411111111111111١": false, "4111-": false,
	} {
		if got := text.Luhn(digits); got != want {
			t.Errorf("%s: %v, want %v", digits, got, want)
		}
	}
}

func TestMasked(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"no digits", "declined: try another card", "declined: try another card"},
		{"in a sentence", "card 4111111111111111 declined", "card 411111******1111 declined"},
		{"in groups", "card 4111 1111 1111 1111 declined", "card 411111******1111 declined"},
		{"with dashes", "4111-1111-1111-1111", "411111******1111"},
		{"fifteen digits", "378282246310005", "***********0005"},
		{"in groups of its own", "3782 822463 10005", "***********0005"},
		{"in JSON", `{"pan":"4111111111111111"}`, `{"pan":"411111******1111"}`},
		{"glued to letters", "PAN4111111111111111x", "PAN411111******1111x"},
		{"two", "4111111111111111,5555555555554444", "411111******1111,555555******4444"},
		{"with numbers around", "no 7 4111 1111 1111 1111 12 times", "no 7 411111******1111 12 times"},
		{"overlapping candidates", "4000 0004 4111 1111 1111 1111", "400000******1111"},
		{"wrong check digit", "4111111111111112", "4111111111111112"},
		{"too short", "18 and 42 000 018", "18 and 42 000 018"},
		{"too long", "41111111111111111115", "41111111111111111115"},
		{"two spaces apart", "4111  1111  1111  1111", "4111  1111  1111  1111"},
		{"a time", "2026-11-01 12:30:00", "2026-11-01 12:30:00"},
		{"already masked", "512381******0000", "512381******0000"},
		{"beside other letters", "карта 4111111111111111 ✓", "карта 411111******1111 ✓"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := text.Masked(test.in); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// Whatever stands around a card number, and however it is grouped, no more than
// its first six and last four digits can be read afterwards.
func TestNoCardNumberSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		card := cardNumber().Draw(t, "card")
		before := rapid.StringMatching(`([a-z]|[0-9]{1,5}[ -])*[a-z: -]?`).Draw(t, "before")
		after := rapid.StringMatching(`([., a-z][a-z0-9 ]*)?`).Draw(t, "after")
		masked := text.Masked(before + grouped(t, card) + after)

		for _, part := range []string{card[:7], card[len(card)-5:]} {
			if strings.Contains(joined(masked), part) && !strings.Contains(joined(before)+"/"+joined(after), part) {
				t.Fatalf("%s of %s is still in %q", part, card, masked)
			}
		}
	})
}

// joined returns s without what separates groups of digits.
func joined(s string) string { return strings.NewReplacer(" ", "", "-", "").Replace(s) }

// cardNumber draws 12 to 19 digits that pass the check.
func cardNumber() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		middle := rapid.StringMatching(`[1-9]{7,14}`).Draw(t, "middle")
		for check := '0'; ; check++ {
			if card := "4000" + middle + string(check); text.Luhn(card) {
				return card
			}
		}
	})
}

// grouped puts spaces or dashes into a number here and there.
func grouped(t *rapid.T, digits string) string {
	var s strings.Builder
	for i, d := range digits {
		if i > 0 {
			s.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-"}).Draw(t, "gap"))
		}
		s.WriteRune(d)
	}
	return s.String()
}

func TestCardBrand(t *testing.T) {
	for digits, want := range map[string]string{
		"4111111111111111": "visa", "5555555555554444": "mastercard", "2223003122003222": "mastercard",
		"378282246310005": "amex", "6011111111111117": "discover", "30569309025904": "diners",
		"3530111333300000": "jcb", "6200000000000005": "unionpay",
		"4111111111111112": "", "587964": "", "": "", "9999999999999995": "", "41111111111111x1": "",
	} {
		if got := text.CardBrand(digits); got != want {
			t.Errorf("%s is %q, not %q", digits, got, want)
		}
	}
}
