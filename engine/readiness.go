package engine

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Readiness says when a pending request comes up for review.
type Readiness struct {
	Policy             ReadinessPolicy `json:"policy"`
	PendingPeriodHours int             `json:"pendingPeriodHours,omitempty"` // timed: 0 to 8760
	Time               string          `json:"time,omitempty"`               // timed: a daily time such as 10:00:00Z or 10:00+05:30
}

// A ReadinessPolicy is one of three ways to become ready.
type ReadinessPolicy string

// The policies.
const (
	ReadinessManual    ReadinessPolicy = "manual"    // a reviewer makes it ready
	ReadinessTimed     ReadinessPolicy = "timed"     // the clock does, after the pending period
	ReadinessImmediate ReadinessPolicy = "immediate" // at once, or once an instrument is chosen
)

// longestPending is a year: what people mean by more is "never".
const longestPending = 8760

// due returns when a request that became pending at from is made ready by the
// clock; the zero time means never.
func (r Readiness) due(from time.Time, instrument InstrumentID) time.Time {
	switch r.Policy {
	case ReadinessTimed:
		end := from.Add(time.Duration(r.PendingPeriodHours) * time.Hour)
		if r.Time == "" {
			return end
		}
		daily, err := parseDaily(r.Time)
		if err != nil { // checked when it was configured
			return end
		}
		return daily.atOrAfter(end)
	case ReadinessImmediate:
		if instrument != "" {
			return from
		}
	}
	return time.Time{}
}

// check finds what makes no sense in r.
func (r Readiness) check(field string) error {
	switch r.Policy {
	case ReadinessManual, ReadinessImmediate:
		if r.PendingPeriodHours != 0 || r.Time != "" {
			return invalid(field, "%s: a period and a time belong to the policy timed, not %s", field, r.Policy)
		}
		return nil
	case ReadinessTimed:
		if r.PendingPeriodHours < 0 || r.PendingPeriodHours > longestPending {
			return invalid(field, "%s: pendingPeriodHours is %d; 0 to %d can be", field, r.PendingPeriodHours, longestPending)
		}
		if r.Time != "" {
			if _, err := parseDaily(r.Time); err != nil {
				return invalid(field, "%s: %v", field, err)
			}
		}
		return nil
	default:
		return invalid(field, "%s: the policy %q is none of manual, timed, immediate", field, r.Policy)
	}
}

// A daily is a time of day at an offset from UTC.
type daily struct {
	sinceMidnight time.Duration
	zone          *time.Location
}

var dailyForm = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?$`)

// parseDaily reads HH:MM[:SS][offset]; without an offset it is UTC. Offsets
// reach from -12:00 to +14:00, as real ones do.
func parseDaily(s string) (daily, error) {
	m := dailyForm.FindStringSubmatch(s)
	if m == nil {
		return daily{}, fmt.Errorf("%q is not a time of day such as 10:00:00Z or 09:30+05:30", s)
	}
	d := daily{zone: time.UTC}
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[i+1]) // the form lets only digits through
		d.sinceMidnight += time.Duration(n) * unit
	}
	if offset := m[4]; offset != "" && offset != "Z" {
		hours, _ := strconv.Atoi(offset[1:3])
		minutes, _ := strconv.Atoi(offset[max(3, len(offset)-2):])
		seconds := hours*3600 + minutes*60
		if offset[0] == '-' {
			seconds = -seconds
		}
		if seconds < -12*3600 || seconds > 14*3600 {
			return daily{}, fmt.Errorf("%q: no place on earth is at %s", s, offset)
		}
		d.zone = time.FixedZone(offset, seconds)
	}
	return d, nil
}

// atOrAfter returns the first such time at or after t, in UTC.
func (d daily) atOrAfter(t time.Time) time.Time {
	local := t.In(d.zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, d.zone)
	at := midnight.Add(d.sinceMidnight)
	if at.Before(t) {
		at = at.Add(24 * time.Hour)
	}
	return at.UTC()
}
