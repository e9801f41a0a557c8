package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

// A fate is what becomes of a new order that meets a step.
type fate string

const (
	lost    fate = "lost"    // it never arrives
	taken   fate = "taken"   // it arrives; a later step tells how it ends
	pending fate = "pending" // it waits for a step that pays or refuses
	paid    fate = "paid"
	refused fate = "refused"
	back    fate = "back" // paid, and it comes back
)

// tells reports whether f says how an order stands.
func (f fate) tells() bool { return f == pending || f == paid || f == refused || f == back }

// A reply is what we are told.
type reply string

const (
	theTruth    reply = "the truth"
	theOpposite reply = "the opposite"
	nothing     reply = "nothing"
	noSuchKey   reply = "no such key"
	sameKey     reply = "same key"
)

// A step is what happens in one exchange.
type step struct {
	word       string
	fate       fate
	reply      reply
	percent    int64             // of the amount, for partial, over and returned-part; 0 for others
	keeps      bool              // what was paid is not taken back
	resolution engine.Resolution // of a refusal, or of having been told nothing
	message    string            // with having been told nothing
}

// A vocable is a step with the argument that its word can take: a percentage,
// which it needs, or a resolution of a group, which it has one of already.
type vocable struct {
	step
	least, most int64
	group       engine.ResolutionGroup
}

const (
	fatal = engine.GroupFatal
	open  = engine.GroupUnknown
)

// vocabulary is every step; the package comment is its other half.
var vocabulary = []vocable{
	{step: step{word: "processed", fate: paid, reply: theTruth}},
	{step: step{word: "found", fate: paid, reply: theTruth}, group: fatal},
	{step: step{word: "partial", fate: paid, reply: theTruth}, least: 1, most: 99},
	{step: step{word: "over", fate: paid, reply: theTruth}, least: 101, most: 200},
	{step: refusing("declined", engine.ResolutionDeclined), group: fatal},
	{step: refusing("decline", engine.ResolutionDeclined), group: fatal},
	{step: refusing("process-failed", engine.ResolutionProcessingError), group: fatal},
	{step: step{word: "keep", fate: paid, reply: theTruth, keeps: true}},
	{step: step{word: "returned", fate: back, reply: theTruth}},
	{step: step{word: "returned-part", fate: back, reply: theTruth}, least: 1, most: 99},
	{step: step{word: "accept", fate: pending, reply: theTruth}},
	{step: step{word: "duplicate", fate: taken, reply: sameKey}},
	{step: step{word: "contradict", fate: paid, reply: theOpposite}},
	{step: silent("timeout", taken, engine.ResolutionTimeout, "no answer in time")},
	{step: silent("reset-after", taken, engine.ResolutionConnection, "connection reset")},
	{step: silent("error-500-after", taken, engine.ResolutionProviderInternal, "500 internal server error")},
	{step: silent("garbage", taken, engine.ResolutionGeneral, "unreadable answer: <html>\x1b[31m{\"sta")},
	{step: silent("silence", taken, "", "")},
	{step: silent("unknown", taken, engine.ResolutionUnknown, "outcome unknown"), group: open},
	{step: silent("timeout-before", lost, engine.ResolutionTimeout, "no answer in time")},
	{step: silent("reset", lost, engine.ResolutionConnection, "connection reset")},
	{step: silent("error-500", lost, engine.ResolutionProviderInternal, "500 internal server error")},
	{step: silent("error-429", lost, engine.ResolutionGeneral, "429 too many requests")},
	{step: silent("unknown-before", lost, engine.ResolutionUnknown, "outcome unknown"), group: open},
	{step: step{word: "not-found", fate: taken, reply: noSuchKey}},
}

func refusing(word string, r engine.Resolution) step {
	return step{word: word, fate: refused, reply: theTruth, resolution: r}
}

func silent(word string, f fate, r engine.Resolution, message string) step {
	return step{word: word, fate: f, reply: nothing, resolution: r, message: message}
}

// A script is what happens in the exchanges under one key, one step each. It
// is never empty.
type script []step

const (
	mostSteps     = 64
	longestScript = 2000 // bytes
)

// parseScript reads a script as people write it.
func parseScript(s string) (script, error) {
	if len(s) > longestScript || strings.Count(s, ",") >= mostSteps {
		return nil, fmt.Errorf("the script is too long (at most %d steps)", mostSteps)
	}
	var list script
	for literal := range strings.SplitSeq(s, ",") {
		next, err := parseStep(literal)
		if err != nil {
			return nil, err
		}
		list = append(list, next)
	}
	return list, nil
}

func parseStep(literal string) (step, error) {
	word, argument, given := strings.Cut(literal, ":")
	word, argument = normal(word), normal(argument)
	for _, v := range vocabulary {
		if v.word != word {
			continue
		}
		next, err := v.with(argument, given)
		if err != nil {
			return step{}, fmt.Errorf("step %s: %w", word, err)
		}
		return next, nil
	}
	return step{}, fmt.Errorf("no step is called %s (write one of %s)", shown(word), words())
}

// with returns the step as its argument makes it.
func (v vocable) with(argument string, given bool) (step, error) {
	next := v.step
	switch {
	case v.most > 0:
		percent, err := strconv.ParseInt(argument, 10, 64)
		if err != nil || percent < v.least || percent > v.most {
			return step{}, fmt.Errorf("%s is no percentage (write one from %d to %d, as %s:%d)",
				shown(argument), v.least, v.most, v.word, v.least)
		}
		next.percent = percent
	case !given:
		return next, nil
	case v.group == "":
		return step{}, fmt.Errorf("it takes no argument, such as %s", shown(argument))
	default:
		r, err := resolutionOf(argument)
		if err != nil {
			return step{}, err
		}
		if r.Group() != v.group {
			return step{}, fmt.Errorf("%s is of the group %s (name one of the group %s)",
				r, r.Group(), v.group)
		}
		next.resolution = r
		if v.group == fatal {
			next.fate = refused
		}
	}
	next.word += ":" + argument
	return next, nil
}

// at returns the step of the exchange after n others.
func (s script) at(n int) step { return s[min(n, len(s)-1)] }

// fateAt returns the step that tells what becomes of an order that arrives in
// the exchange after n others; its fate is never taken.
func (s script) fateAt(n int) step {
	here := s.at(n)
	if here.fate != taken {
		return here
	}
	for _, later := range s[min(n+1, len(s)):] {
		if later.fate.tells() {
			return later
		}
	}
	if s[len(s)-1].reply == noSuchKey {
		return step{fate: lost}
	}
	return step{fate: paid}
}

// resolutionOf reads a resolution as people write it.
func resolutionOf(s string) (engine.Resolution, error) {
	word := engine.Resolution(normal(s))
	for _, r := range engine.Resolutions() {
		if r == word || r == word+"-error" {
			return r, nil
		}
	}
	return "", fmt.Errorf("no resolution is called %s (write one as %s)",
		shown(s), engine.ResolutionInsufficientFunds)
}

// normal removes the differences in spelling that do not count.
func normal(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r == '-' || r == '_' || unicode.IsSpace(r)
	}), "-")
}

// shown quotes the beginning of a value for an error.
func shown(s string) string {
	const most = 40
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return strconv.Quote(string(text.Clean(s)))
}

func words() string {
	var list []string
	for _, v := range vocabulary {
		list = append(list, v.word)
	}
	return strings.Join(list, ", ")
}
