package text

import "strings"

// A card number has 12 to 19 digits.
const (
	minCard = 12
	maxCard = 19
)

// MaskCard hides the middle of a card number: the first six digits, six stars
// and the last four, however many there were. Anything shorter than sixteen
// keeps its last four only.
func MaskCard(digits string) string {
	runes := []rune(digits)
	n := len(runes)
	if n < 16 {
		return strings.Repeat("*", max(n-4, 0)) + Ending(digits)
	}
	return string(runes[:6]) + "******" + string(runes[n-4:])
}

// Ending returns the last four characters of s, or all of a shorter one.
func Ending(s string) string {
	runes := []rune(s)
	return string(runes[max(len(runes)-4, 0):])
}

// Luhn reports whether digits ends in its own check digit. Anything but two or
// more ASCII digits does not.
func Luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return len(digits) > 1 && sum%10 == 0
}

// Masked returns s with every card number in it masked: 12 to 19 digits that
// pass [Luhn], written in one piece or in groups with a space or a dash
// between. One number in ten passes by chance and is masked as well.
func Masked(s string) string {
	var out strings.Builder
	copied := 0
	for i := 0; i < len(s); {
		groups := digitGroups(s, i)
		if len(groups) == 0 {
			i++
			continue
		}
		for _, card := range cards(s, groups) {
			out.WriteString(s[copied:card.from])
			out.WriteString(MaskCard(digitsOf(s, card)))
			copied = card.to
		}
		i = groups[len(groups)-1].to
	}
	if copied == 0 {
		return s
	}
	out.WriteString(s[copied:])
	return out.String()
}

// A stretch is s[from:to] of some text.
type stretch struct{ from, to int }

// digitGroups returns the runs of digits that start at s[i], one space or dash
// apart.
func digitGroups(s string, i int) []stretch {
	var groups []stretch
	for i < len(s) && isDigit(s[i]) {
		from := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		groups = append(groups, stretch{from, i})
		if i < len(s) && (s[i] == ' ' || s[i] == '-') {
			i++
		}
	}
	return groups
}

// cards returns the stretches that hold card numbers. Other digits may stand
// around one, so every sequence of whole groups is tried; those that overlap
// become one stretch, since nobody can tell which of them is the card.
func cards(s string, groups []stretch) []stretch {
	var found []stretch
	for first := range groups {
		to, digits := 0, 0
		for _, g := range groups[first:] {
			if digits += g.to - g.from; digits > maxCard {
				break
			}
			if digits >= minCard && Luhn(digitsOf(s, stretch{groups[first].from, g.to})) {
				to = g.to
			}
		}
		last := len(found) - 1
		switch {
		case to == 0:
		case last >= 0 && groups[first].from < found[last].to:
			found[last].to = max(found[last].to, to)
		default:
			found = append(found, stretch{groups[first].from, to})
		}
	}
	return found
}

// digitsOf returns a stretch without what separates its groups.
func digitsOf(s string, at stretch) string {
	digits := make([]byte, 0, maxCard)
	for _, b := range []byte(s[at.from:at.to]) {
		if isDigit(b) {
			digits = append(digits, b)
		}
	}
	return string(digits)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// brands are the beginnings of card numbers, as ranges of their first four
// digits.
var brands = []struct{ from, to, brand string }{
	{"2200", "2204", "mir"},
	{"2221", "2720", "mastercard"},
	{"3000", "3059", "diners"},
	{"3095", "3095", "diners"},
	{"3400", "3499", "amex"},
	{"3528", "3589", "jcb"},
	{"3600", "3699", "diners"},
	{"3700", "3799", "amex"},
	{"3800", "3999", "diners"},
	{"4000", "4999", "visa"},
	{"5018", "5018", "maestro"},
	{"5020", "5020", "maestro"},
	{"5038", "5038", "maestro"},
	{"5100", "5599", "mastercard"},
	{"6011", "6011", "discover"},
	{"6200", "6299", "unionpay"},
	{"6304", "6304", "maestro"},
	{"6440", "6599", "discover"},
	{"6759", "6763", "maestro"},
}

// CardBrand returns the brand of a card by its number, in small letters, and ""
// for what is no card number or of a brand that is not known.
func CardBrand(digits string) string {
	if len(digits) < minCard || len(digits) > maxCard || !Luhn(digits) {
		return ""
	}
	for _, b := range brands {
		if first := digits[:4]; b.from <= first && first <= b.to {
			return b.brand
		}
	}
	return ""
}
