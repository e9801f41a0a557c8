// Package signal finds what is worth a second look on a payout request. A
// signal has a kind, a weight and its evidence in words; it is a hint to a
// person and never a verdict: no rule of the engine depends on one.
//
// The weights are three. A hint is context: true of many good requests. A note
// is unusual: somebody who decides should have seen it. A warning has to be
// named before it is overruled, so that it is rare enough to be read.
//
// [Find] is a pure function of what is known of a request's surroundings. It
// looks at no clock: evidence tells times from the request's creation, so that
// the same facts give the same signals tomorrow, and a digest of them says
// whether a reviewer saw the same. Facts that are not known give no signal, and
// what was read only in part is told as "at least".
//
// The package knows no request, store or screen: its caller fills the input.
package signal

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/purserhq/purser/engine/text"
)

// A Kind says what a signal is about.
type Kind string

// The kinds, the strongest first where the weight is the same.
const (
	ControlCharacters Kind = "control-characters" // a name holds what cannot be shown
	SharedInstrument  Kind = "shared-instrument"  // another customer is paid there too
	NameDiffers       Kind = "name-differs"       // the instrument is in another name
	Duplicate         Kind = "duplicate"          // the same was asked for nearby
	EarlierBlock      Kind = "earlier-block"      // the customer's requests were blocked before
	ManyRequests      Kind = "many-requests"      // within 24 hours
	FirstPayout       Kind = "first-payout"       // nothing was ever paid to the instrument
	AboveExposure     Kind = "above-exposure"     // more than the customer paid in
	UnderThreshold    Kind = "under-threshold"    // by a hair
	CountryMismatch   Kind = "country-mismatch"   // of customer and instrument
	NewCustomer       Kind = "new-customer"
)

// Kinds lists the kinds, the strongest first.
func Kinds() []Kind {
	return []Kind{
		ControlCharacters, SharedInstrument, NameDiffers, Duplicate, EarlierBlock, ManyRequests,
		FirstPayout, AboveExposure, UnderThreshold, CountryMismatch, NewCustomer,
	}
}

// A Weight says how much a signal asks of whoever decides.
type Weight string

// The weights.
const (
	Hint    Weight = "hint"    // context
	Note    Weight = "note"    // unusual
	Warning Weight = "warning" // named before it is overruled
)

// Weights lists the weights, the strongest first.
func Weights() []Weight { return []Weight{Warning, Note, Hint} }

// A Signal is one thing worth a look.
type Signal struct {
	Kind     Kind      `json:"kind"`
	Weight   Weight    `json:"weight"`
	Evidence text.Safe `json:"evidence"` // a sentence without its full stop
}

// Find finds the signals of a request, the strongest first, one of a kind.
func Find(in Input) []Signal {
	var found []Signal
	for _, look := range []func(Input) *Signal{
		controlCharacters, sharedInstrument, nameDiffers, duplicate, earlierBlock, manyRequests,
		firstPayout, aboveExposure, underThreshold, countryMismatch, newCustomer,
	} {
		if s := look(in); s != nil {
			found = append(found, *s)
		}
	}
	slices.SortStableFunc(found, func(a, b Signal) int {
		return cmp.Compare(slices.Index(Weights(), a.Weight), slices.Index(Weights(), b.Weight))
	})
	return found
}

// Warnings are the signals that have to be named before they are overruled.
func Warnings(all []Signal) []Signal {
	return slices.DeleteFunc(slices.Clone(all), func(s Signal) bool { return s.Weight != Warning })
}

// Digest names signals: the same digest, the same signals. None have one too.
func Digest(all []Signal) string {
	h := sha256.New()
	for _, s := range all {
		fmt.Fprintf(h, "%s %s %q\n", s.Kind, s.Weight, s.Evidence)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// found makes a signal. What comes from outside is cleaned here.
func found(k Kind, w Weight, format string, args ...any) *Signal {
	return &Signal{Kind: k, Weight: w, Evidence: text.Line(fmt.Sprintf(format, args...))}
}
