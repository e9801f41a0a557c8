package sandbox

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// The fields of an instrument that steer the sandbox.
const (
	FieldStatus          = "test_details_payout_status"
	FieldResolution      = "test_details_payout_resolution"
	FieldSuccessRate     = "test_details_success_rate"
	FieldProcessedAmount = "test_details_processed_amount"
	FieldDelay           = "test_details_delay"
	FieldScript          = "test_details_script"
	FieldCardNumber      = "card_number"
	FieldExpiry          = "expiry"
)

// A behaviour is what the fields of an order ask for.
type behaviour struct {
	script script
	full   money.Amount // what is paid by a step that pays all
	delay  time.Duration
}

// longestDelay is more than any caller waits.
const longestDelay = time.Hour

// behaviour reads the fields of an order. Where they do not say what is to
// happen, the weather does.
func (s *Sandbox) behaviour(o engine.PayOrder) (b behaviour, err error) {
	if b.script, err = s.scriptOf(o); err != nil {
		return b, err
	}
	b.full = o.Amount
	if literal := field(o, FieldProcessedAmount); literal != "" {
		b.full, err = money.Parse(literal, o.Amount.Currency)
		if err == nil && !b.full.Positive() {
			err = errors.New("nothing cannot be paid (write an amount above zero)")
		}
		if err != nil {
			return b, fmt.Errorf("%s: %w", FieldProcessedAmount, err)
		}
	}
	if literal := field(o, FieldDelay); literal != "" {
		b.delay, err = time.ParseDuration(literal)
		if err != nil || b.delay < 0 || b.delay > longestDelay {
			return b, fmt.Errorf("%s: %s is no delay (write one from 0s to 1h, as 2s)",
				FieldDelay, shown(literal))
		}
	}
	return b, nil
}

func field(o engine.PayOrder, key string) string { return strings.TrimSpace(o.Fields[key]) }

func (s *Sandbox) scriptOf(o engine.PayOrder) (script, error) {
	literal := field(o, FieldScript)
	switch {
	case literal != "":
		list, err := parseScript(literal)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", FieldScript, err)
		}
		return list, nil
	case field(o, FieldStatus)+field(o, FieldResolution)+field(o, FieldSuccessRate) != "":
		return s.told(o)
	}
	if list := cardScript(field(o, FieldCardNumber), field(o, FieldExpiry)); list != nil {
		return list, nil
	}
	return s.weather(o.Key), nil
}

// statuses says in which step each payout status ends.
var statuses = map[string]string{
	"":                    "processed",
	"processed":           "processed",
	"partially-processed": "partial:50",
	"pending":             "accept",
	"processing":          "unknown",
	"process-failed":      "process-failed",
	"invoke-failed":       "declined:request-error",
	"expired":             "declined:operation-expired",
}

// told makes a script of the status, resolution and success rate of an order.
func (s *Sandbox) told(o engine.PayOrder) (script, error) {
	status := normal(field(o, FieldStatus))
	end, known := statuses[status]
	if !known {
		return nil, fmt.Errorf("%s: %s cannot be asked for (write one of %s)", FieldStatus, shown(status),
			strings.Join(slices.Sorted(maps.Keys(statuses))[1:], ", "))
	}
	if end == "partial:50" && field(o, FieldProcessedAmount) != "" {
		end = "processed"
	}
	why, err := resolutionIn(o)
	if err != nil {
		return nil, err
	}
	luck, err := s.luck(o)
	if err != nil {
		return nil, err
	}
	switch {
	case luck == good && fails(end):
		end, why = "processed", ""
	case luck == good:
		why = ""
	case luck == bad && !fails(end):
		status, end = "process-failed", "process-failed"
	}
	switch {
	case why == "" || why == engine.ResolutionOK:
	case why.Group() == open && status == "":
		end = "unknown:" + string(why)
	case why.Group() == open:
		end = "unknown:" + string(why) + "," + end
	case fails(end):
		word, _, _ := strings.Cut(end, ":")
		end = word + ":" + string(why)
	case status == "":
		end = "declined:" + string(why)
	default:
		return nil, fmt.Errorf("%s: %s says that nothing was paid, and %s that it is %s (leave one out)",
			FieldResolution, why, FieldStatus, status)
	}
	return parseScript(end)
}

// fails reports whether a step of statuses refuses the order.
func fails(end string) bool {
	return strings.HasPrefix(end, "process-failed") || strings.HasPrefix(end, "declined")
}

func resolutionIn(o engine.PayOrder) (engine.Resolution, error) {
	literal := field(o, FieldResolution)
	if literal == "" {
		return "", nil
	}
	r, err := resolutionOf(literal)
	if err != nil {
		return "", fmt.Errorf("%s: %w", FieldResolution, err)
	}
	return r, nil
}

// luck is what a success rate made of a key.
type luck int

const (
	none luck = iota // no rate was given
	good
	bad
)

func (s *Sandbox) luck(o engine.PayOrder) (luck, error) {
	literal := field(o, FieldSuccessRate)
	if literal == "" {
		return none, nil
	}
	percent, err := strconv.ParseUint(strings.TrimRight(literal, " %"), 10, 64)
	switch {
	case err != nil || percent > 100:
		return none, fmt.Errorf("%s: %s is no percentage (write one from 0 to 100)",
			FieldSuccessRate, shown(literal))
	case s.draw("success", o.Key)%100 < percent:
		return good, nil
	}
	return bad, nil
}

// weather is the script of an order that nothing steers.
func (s *Sandbox) weather(key engine.AllocationID) script {
	reasons := []engine.Resolution{
		engine.ResolutionDeclined, engine.ResolutionInsufficientFunds, engine.ResolutionLimitViolation,
		engine.ResolutionAntifraud, engine.ResolutionRecipientNotFound,
	}
	detail := s.draw("detail", key)
	w, roll := s.options.Weather, int(s.draw("weather", key)%100)
	literal := "processed"
	for _, kind := range []struct {
		percent int
		script  string
	}{
		{w.Declined, "declined:" + string(reasons[detail%uint64(len(reasons))])},
		{w.TimedOut, "timeout,found"},
		{w.Lost, "reset,processed"},
		{w.Partial, fmt.Sprintf("partial:%d", 30+detail%60)},
		{w.Slow, "accept,accept,processed"},
	} {
		if roll < kind.percent {
			literal = kind.script
			break
		}
		roll -= kind.percent
	}
	list, _ := parseScript(literal) // all of them parse
	return list
}

// draw returns a number that the seed, the purpose and the key decide.
func (s *Sandbox) draw(purpose string, key engine.AllocationID) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", s.options.Seed, purpose, key))
	return binary.BigEndian.Uint64(sum[:])
}
