package sqlite

import (
	"strings"
	"unicode/utf8"

	"github.com/purserhq/purser/engine/text"
)

// A card's number is kept as it is shown, 512381******0000, and looked for as
// people have it: like that, in whole, or with stars for any part of it. It is
// the detail of an instrument that has the instrument's ending.

// hides reports whether a word is a number of which something is hidden, or
// would be if it were kept.
func hides(word string) bool {
	shown := text.Masked(word)
	return strings.Contains(shown, "*") && strings.Trim(shown, "*") != ""
}

// number wants a request with an instrument of that number: the selected one,
// or one that some of it was allocated to.
func (t *term) number(number string) string {
	return `EXISTS (SELECT 1 FROM instrument,
		json_each(iif(instrument.fields = '', '[]', instrument.fields)) AS field
		WHERE instrument.id IN (SELECT request.instrument_id
			UNION ALL SELECT instrument_id FROM allocation WHERE request_id = request.id)
		AND substr(json_extract(field.value, '$[1]'), -4) = instrument.ending
		AND json_extract(field.value, '$[1]') LIKE ` + t.bind(numbersLike(number)) + ` ESCAPE '\')`
}

// numbersLike is the pattern of numbers that are, or are shown as, number.
func numbersLike(number string) string {
	var visible []string
	for i, part := range strings.Split(text.Masked(number), "*") {
		if part != "" || i == 0 {
			visible = append(visible, literal.Replace(part))
		}
	}
	pattern := strings.Join(visible, "%")
	if strings.HasSuffix(number, "*") {
		pattern += "%"
	}
	return pattern
}

// numbered lists the customers' instruments that may have a number, if enough of
// its end is visible for the index.
func (t *reader) numbered(number string, limit int) (rows []int64, whole bool, err error) {
	visible := text.Masked(number)
	visible = visible[strings.LastIndex(visible, "*")+1:]
	if utf8.RuneCountInString(visible) < 4 {
		return nil, false, nil
	}
	return t.ended(text.Ending(visible), limit)
}
