package signal

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// holderFields are what services call the name that an account is in.
var holderFields = []string{
	"holder", "account_holder", "accountholder", "cardholder", "card_holder", "beneficiary", "beneficiary_name",
	"recipient_name", "name",
}

// NamesHolder reports whether the field with this key holds the name that an
// instrument is in.
func NamesHolder(key string) bool { return slices.Contains(holderFields, key) }

// Holder returns the name that an instrument is in, or "".
func Holder(fields map[string]string) string {
	for _, key := range holderFields {
		if fields[key] != "" {
			return fields[key]
		}
	}
	return ""
}

// Country returns where an instrument is held, as far as its fields tell: ISO
// 3166-1 alpha-2, or "". The code that ISO leaves to users, XX, is no country.
func Country(fields map[string]string) string {
	code := strings.ToUpper(strings.TrimSpace(fields["country"]))
	if code == "" {
		code = ibanCountry(fields["iban"])
	}
	if len(code) != 2 || !isLetter(code[0]) || !isLetter(code[1]) || code == "XX" {
		return ""
	}
	return code
}

// ibanCountry is what an IBAN begins with, if it looks like one.
func ibanCountry(iban string) string {
	iban = strings.ToUpper(strings.ReplaceAll(iban, " ", ""))
	const shortest = 15
	if len(iban) < shortest || iban[2] < '0' || iban[2] > '9' || iban[3] < '0' || iban[3] > '9' {
		return ""
	}
	return iban[:2]
}

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' }

// sameName reports whether two names can be one person's: every word of the
// shorter is a word of the longer, or the initial of one, whatever the order,
// case and accents.
func sameName(a, b string) bool {
	short, long := nameWords(a), nameWords(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) == 0 {
		return len(long) == 0
	}
	for _, word := range short {
		at := place(word, long)
		if at < 0 {
			return false
		}
		long[at] = "" // each counts once
	}
	return true
}

// place finds a word among those of a name: itself, else as an initial.
func place(word string, of []string) int {
	for i, w := range of {
		if w == word {
			return i
		}
	}
	for i, w := range of {
		if w != "" && (len([]rune(word)) == 1 || len([]rune(w)) == 1) && firstRune(w) == firstRune(word) {
			return i
		}
	}
	return -1
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// nameWords are the words of a name without case, accents and signs.
func nameWords(name string) []string {
	var plain strings.Builder
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(name, " ")) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			plain.WriteRune(unicode.ToLower(r))
		default:
			plain.WriteByte(' ')
		}
	}
	return strings.Fields(plain.String())
}
