package sqlite

import (
	"slices"
	"strings"
	"unicode"
)

// SQLite compares letters whatever their case for ASCII alone, in LIKE and in
// NOCASE; the trigram index does it for most of Unicode. Names and what else
// people type is therefore matched with GLOB, where every letter is the set of
// its forms. Turkish has two letters i, of which each is found by either: who
// types has one keyboard, and the name another.

// formsOf are the forms of a letter, r among them.
func formsOf(r rune) []rune {
	const dotted = "iIıİ"
	if strings.ContainsRune(dotted, r) {
		return []rune(dotted)
	}
	forms := []rune{r}
	for form := unicode.SimpleFold(r); form != r; form = unicode.SimpleFold(form) {
		forms = append(forms, form)
	}
	return forms
}

// pattern makes a GLOB pattern that fits s in any case.
func pattern(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch forms := formsOf(r); {
		case len(forms) > 1 || strings.ContainsRune("*?[", r):
			b.WriteString("[" + string(forms) + "]")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// within is the pattern of texts with s in them, in any case.
func within(s string) string { return "*" + pattern(s) + "*" }

// plainCase reports whether SQLite's own comparing finds s in any case.
func plainCase(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return len(formsOf(r)) > 1 && (r >= 0x80 || r == 'i' || r == 'I') })
}

// ascii reports whether s has no other letters. For references that is enough:
// they are looked up by an index, and no name of anybody.
func ascii(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }

// unfolded are scripts whose capitals are younger than the index, which keeps
// them apart.
var unfolded = []*unicode.RangeTable{unicode.Georgian, unicode.Cherokee, unicode.Osage, unicode.Adlam}

// indexed are the runs of characters under which the index may have a run: it
// makes one of most letters' forms, but not of all.
func indexed(run []rune) []string {
	list := []string{""}
	for _, r := range run {
		var forms []rune
		for _, form := range formsOf(r) {
			switch {
			case form == 'ı', form == 'İ', unicode.In(form, unfolded...):
			case r < 0x80 && form >= 0x80: // the Kelvin sign and the long s are folded
				continue
			default:
				form = unicode.ToLower(form)
			}
			if !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
		}
		var longer []string
		for _, before := range list {
			for _, form := range forms {
				longer = append(longer, before+string(form))
			}
		}
		list = longer
	}
	return list
}
