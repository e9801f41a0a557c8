package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A place is an instrument in its turn.
type place struct {
	Instrument
	selected bool
}

// arrange brings the instruments into the allocation order. Each has one turn,
// at the first token that it matches; the selected instrument has its turn at
// its own token, for it is not bound by its exposure.
func arrange(in Input) []place {
	var places []place
	done := map[string]bool{}
	for _, token := range in.Order {
		matching := slices.Clone(in.Instruments)
		matching = slices.DeleteFunc(matching, func(i Instrument) bool {
			return !matches(token, i, in) || done[i.ID]
		})
		slices.SortStableFunc(matching, byExposure)
		for _, i := range matching {
			selected := token == Selected
			if !selected && i.ID == in.Selected {
				continue
			}
			done[i.ID] = true
			places = append(places, place{i, selected})
		}
	}
	return places
}

// matches reports whether an instrument has its turn at token.
func matches(token string, i Instrument, in Input) bool {
	switch token {
	case Selected:
		return i.ID == in.Selected
	case Alternatives:
		return i.Method != Cards && !slices.Contains(in.Order, i.Method)
	default:
		return i.Method == token
	}
}

// byExposure puts first what has more to go back, then what was paid with
// last.
func byExposure(a, b Instrument) int {
	return cmp.Or(
		mostExposed(b).Cmp(mostExposed(a)),
		lastPaid(b).Compare(lastPaid(a)),
		strings.Compare(a.ID, b.ID),
	)
}

// mostExposed is the largest exposure of the instrument's routes.
func mostExposed(i Instrument) money.Amount {
	var most money.Amount
	for n, route := range i.Routes {
		if n == 0 || route.Exposure.Cmp(most) > 0 {
			most = route.Exposure
		}
	}
	return nonNegative(most)
}

// lastPaid is when the customer last paid with the instrument.
func lastPaid(i Instrument) time.Time {
	var last time.Time
	for _, route := range i.Routes {
		if route.LastPayment.After(last) {
			last = route.LastPayment
		}
	}
	return last
}

func sentence(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func nonNegative(a money.Amount) money.Amount {
	if a.Negative() {
		return money.Zero(a.Currency)
	}
	return a
}
