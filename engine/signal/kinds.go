package signal

import (
	"fmt"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

const day = 24 * time.Hour

// The borders of the kinds. A request that stands exactly on one is inside.
const (
	nearDuplicate   = day      // as near as this, the same twice is a warning
	manyFrom        = 4        // requests within 24 hours, this one among them
	tooManyFrom     = 8        // then it is a warning
	under           = 20       // one twentieth: as near under a threshold is a hair
	young           = 7 * day  // a customer
	brandNew        = day      // a customer, for a note
	recentBlock     = 90 * day // a block of suspected fraud, for a warning
	fraudBlock      = "fraud-suspected"
	amlBlock        = "aml-review"
	namesTold       = 3  // other customers who are told by name
	farBeyondFactor = 10 // asked for so many times what was paid in
)

func controlCharacters(in Input) *Signal {
	if text.HasControl(in.Customer.Name) {
		return found(ControlCharacters, Warning, "the customer's name holds characters that cannot be shown: %s", in.Customer.Name)
	}
	if holder := Holder(in.Instrument.Fields); text.HasControl(holder) {
		return found(ControlCharacters, Warning, "the instrument's name holds characters that cannot be shown: %s", holder)
	}
	return nil
}

func sharedInstrument(in Input) *Signal {
	n := len(in.Shared)
	if n == 0 {
		return nil
	}
	who := strings.Join(in.Shared[:min(n, namesTold)], ", ")
	has := "has"
	if n > namesTold || in.SharedCut {
		who, has = who+" and others", "have"
	} else if n > 1 {
		has = "have"
	}
	for _, value := range in.Instrument.Fields {
		if strings.Contains(value, "*") {
			return found(SharedInstrument, Note, "%s %s a card that looks the same: of its number a part is kept", who, has)
		}
	}
	return found(SharedInstrument, Warning, "%s %s an instrument with the same details", who, has)
}

func nameDiffers(in Input) *Signal {
	holder := Holder(in.Instrument.Fields)
	if holder == "" || in.Customer.Name == "" || sameName(holder, in.Customer.Name) {
		return nil
	}
	return found(NameDiffers, Warning, "the account is in the name of %s, the customer is %s", holder, in.Customer.Name)
}

// duplicate finds the nearest other request that asks for the same.
func duplicate(in Input) *Signal {
	if in.Derived || in.Instrument.ID == "" {
		return nil
	}
	var nearest *Other
	for i, o := range in.Others {
		if o.Void || o.Derived || o.Amount != in.Amount || o.Instrument != in.Instrument.ID || apart(in.At, o.At) > Window {
			continue
		}
		if nearest == nil || apart(in.At, o.At) < apart(in.At, nearest.At) {
			nearest = &in.Others[i]
		}
	}
	if nearest == nil {
		return nil
	}
	weight := Note
	if apart(in.At, nearest.At) <= nearDuplicate {
		weight = Warning
	}
	return found(Duplicate, weight, "%s to the same instrument was asked for %s as well: %s, %s",
		in.Amount.Text(), when(nearest.At.Sub(in.At)), ending(nearest.ID), nearest.Status)
}

// manyRequests counts what the customer asked for in the 24 hours before.
func manyRequests(in Input) *Signal {
	if in.Derived {
		return nil
	}
	n := 1
	for _, o := range in.Others {
		before := in.At.Sub(o.At)
		if !o.Derived && before >= 0 && before <= day {
			n++
		}
	}
	if n < manyFrom {
		return nil
	}
	weight, least := Note, ""
	if n >= tooManyFrom {
		weight = Warning
	}
	if in.OthersCut {
		least = "at least "
	}
	return found(ManyRequests, weight, "it is request %s%d of the customer within 24 hours", least, n)
}

func firstPayout(in Input) *Signal {
	switch {
	case in.Instrument.ID == "" || in.Instrument.Paid:
		return nil
	case in.Instrument.PaidElsewhere:
		return found(FirstPayout, Note, "nothing was paid to this instrument yet; the customer was paid elsewhere before")
	default:
		return found(FirstPayout, Hint, "nothing was paid to this instrument yet, nor to another one of the customer")
	}
}

func aboveExposure(in Input) *Signal {
	e := in.Exposure
	if !e.Known {
		return nil
	}
	if !e.In.Positive() {
		return found(AboveExposure, Hint, "the customer never paid in any %s; %s is asked for", in.Amount.Currency, in.Amount.Text())
	}
	left := e.In.Minus(e.Out)
	if in.Amount.Cmp(left) <= 0 {
		return nil
	}
	weight := Note
	if farBeyond(in.Amount, left) {
		weight = Warning
	}
	return found(AboveExposure, weight, "%s is asked for; the customer paid in %s and got out %s",
		in.Amount.Text(), e.In.Text(), e.Out.Text())
}

// farBeyond reports whether asked is many times what is left, of which there is
// some: who got out everything before is no worse for it.
func farBeyond(asked, left money.Amount) bool {
	return left.Positive() && asked.Minor/farBeyondFactor >= left.Minor
}

// underThreshold finds the threshold that the request stays under by a hair.
func underThreshold(in Input) *Signal {
	var nearest *Threshold
	for i, t := range in.Thresholds {
		gap := t.Amount.Minor - in.Policy.Minor
		if t.Amount.Currency != in.Policy.Currency || gap < 0 || gap > t.Amount.Minor/under {
			continue
		}
		if nearest == nil || t.Amount.Minor < nearest.Amount.Minor {
			nearest = &in.Thresholds[i]
		}
	}
	if nearest == nil {
		return nil
	}
	gap := nearest.Amount.Minus(in.Policy)
	if gap.IsZero() {
		return found(UnderThreshold, Note, "it is exactly %s, above which %s", nearest.Amount.Text(), nearest.Beyond)
	}
	return found(UnderThreshold, Note, "it is %s under %s, above which %s", gap.Text(), nearest.Amount.Text(), nearest.Beyond)
}

func countryMismatch(in Input) *Signal {
	there := Country(in.Instrument.Fields)
	if there == "" || in.Customer.Country == "" || there == in.Customer.Country {
		return nil
	}
	return found(CountryMismatch, Note, "the account is in %s, the customer in %s", there, in.Customer.Country)
}

// earlierBlock tells of the block that weighs most: of another request before
// one of this request, suspected fraud before the rest.
func earlierBlock(in Input) *Signal {
	for _, b := range in.Blocks {
		age := in.At.Sub(b.At)
		if b.Request != in.Request && age <= recentBlock && (b.Reason == fraudBlock || b.Reason == amlBlock) {
			return found(EarlierBlock, Warning, "another request, %s, %s for %s %s",
				ending(b.Request), wasBlocked(b), b.Reason, when(-age))
		}
	}
	for _, b := range in.Blocks {
		if b.Request != in.Request {
			return found(EarlierBlock, Note, "another request, %s, %s for %s %s",
				ending(b.Request), wasBlocked(b), b.Reason, when(b.At.Sub(in.At)))
		}
	}
	for _, b := range in.Blocks {
		if !b.Stands {
			return found(EarlierBlock, Hint, "this request was blocked for %s before, and unblocked", b.Reason)
		}
	}
	return nil
}

func wasBlocked(b Block) string {
	if b.Stands {
		return "is blocked"
	}
	return "was blocked"
}

func newCustomer(in Input) *Signal {
	age := in.At.Sub(in.Customer.Since)
	switch {
	case in.Customer.Since.IsZero() || age > young:
		return nil
	case age <= brandNew:
		return found(NewCustomer, Note, "the customer joined %s", when(-age))
	default:
		return found(NewCustomer, Hint, "the customer joined %s", when(-age))
	}
}

// apart is how far two times are from each other.
func apart(a, b time.Time) time.Duration { return a.Sub(b).Abs() }

// when tells a time from the request's creation.
func when(from time.Duration) string {
	side := "later"
	if from <= 0 {
		side = "before"
	}
	far := from.Abs()
	n, unit := int64(far/time.Second), "second"
	switch {
	case far >= 2*day:
		n, unit = int64(far/day), "day"
	case far >= 2*time.Hour:
		n, unit = int64(far/time.Hour), "hour"
	case far >= time.Minute:
		n, unit = int64(far/time.Minute), "minute"
	case n == 0:
		return "at the same moment"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s %s", n, unit, side)
}

// ending is how people call an id: by its end.
func ending(id string) string {
	const told = 6
	runes := []rune(id)
	if len(runes) <= told {
		return id
	}
	return "…" + string(runes[len(runes)-told:])
}
