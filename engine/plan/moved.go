package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Digest names what a plan would do: plans with the same digest make the same
// allocations.
func (p Plan) Digest() string {
	h := sha256.New()
	for _, line := range p.Taken() {
		fmt.Fprintf(h, "%q %q %q %s %s\n", line.Instrument, line.Route, line.Gateway, line.Amount.Text(), line.Fee.Text())
		if line.converted() {
			fmt.Fprintf(h, "%s at %s\n", line.Payout.Text(), line.Quote.Rate)
		}
	}
	fmt.Fprintf(h, "left %s\n", p.Left.Text())
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// Moved says in sentences what now does otherwise than shown; nothing if both
// would make the same allocations.
func Moved(shown, now Plan) []string {
	if shown.Digest() == now.Digest() {
		return nil
	}
	before := map[where]Line{}
	places := map[where]int{}
	for _, line := range shown.Taken() {
		before[line.where(places)] = line
	}
	var moved []string
	clear(places)
	for _, line := range now.Lines {
		at := line.where(places)
		was, planned := before[at]
		delete(before, at)
		switch {
		case !planned && line.Amount.Positive():
			moved = append(moved, sentence("%s now takes %s", line.Gateway, line.Amount.Text()))
		case planned && line.Amount.IsZero():
			moved = append(moved, sentence("%s no longer takes %s: %s", line.Gateway, was.Amount.Text(), why(line)))
		case planned && line.Amount != was.Amount:
			moved = append(moved, sentence("%s now takes %s, not %s: %s", line.Gateway, line.Amount.Text(), was.Amount.Text(), why(line)))
		case planned && line.Payout != was.Payout:
			moved = append(moved, sentence("%s now pays %s, not %s: the rate is %s",
				line.Gateway, line.Payout.Text(), was.Payout.Text(), line.Quote.Rate))
		case planned && line.Fee != was.Fee:
			moved = append(moved, sentence("%s now costs %s, not %s", line.Gateway, line.Fee.Text(), was.Fee.Text()))
		}
	}
	clear(places)
	for _, line := range shown.Taken() {
		if _, gone := before[line.where(places)]; gone {
			moved = append(moved, sentence("%s is no longer a route for %s", line.Gateway, line.Amount.Text()))
		}
	}
	if shown.Left != now.Left {
		moved = append(moved, sentence("%s would be left, not %s", now.Left.Text(), shown.Left.Text()))
	}
	return moved
}

// where tells lines apart: of several parts of one route by their number.
type where struct {
	instrument, route, gateway string
	part                       int
}

func (l Line) where(places map[where]int) where {
	at := where{instrument: l.Instrument, route: l.Route, gateway: l.Gateway}
	places[at]++
	at.part = places[at]
	return at
}

// converted reports whether the account pays in another currency.
func (l Line) converted() bool { return l.Payout.Currency != l.Amount.Currency }

// why is the last reason of a line: the one that decided.
func why(line Line) string {
	if len(line.Reasons) == 0 {
		return "no reason is known"
	}
	return line.Reasons[len(line.Reasons)-1]
}
