package screen

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/theme"
)

// Int writes a small number.
func Int(n int) string { return strconv.Itoa(n) }

// Count writes a number for reading: 4,812.
func Count(n int64) text.Safe { return canvas.Grouped(text.Safe(strconv.FormatInt(n, 10))) }

// Plural writes a number of things: 1 request, 2 requests.
func Plural(n int, thing text.Safe) text.Safe {
	if n != 1 {
		thing += "s"
	}
	return Count(int64(n)) + " " + thing
}

// Short is an id as a screen has room for it: its end, which the command line
// takes as well.
func Short(long string) text.Safe { return text.Line(id.Short(long)) }

// Amount is an amount without its currency, which stands in a column beside.
func Amount(a money.Amount) text.Safe { return text.Safe(a.Grouped()) }

// OrNothing is an amount, or a plain 0: nothing has no decimals to compare.
func OrNothing(a money.Amount) text.Safe {
	if a.IsZero() {
		return "0"
	}
	return Amount(a)
}

// Money is an amount with its currency.
func Money(a money.Amount) text.Safe { return text.Line(a.Text()) }

// Clock is a time of day in UTC.
func Clock(t time.Time) text.Safe { return text.Safe(t.UTC().Format("15:04:05")) }

// Moment is a time as far as it differs from now: 14:02, yesterday's with the
// day, last year's with the year.
func Moment(t, now time.Time) text.Safe {
	t, now = t.UTC(), now.UTC()
	switch {
	case t.IsZero():
		return "-"
	case t.Year() != now.Year():
		return text.Safe(t.Format("2006-01-02"))
	case t.YearDay() != now.YearDay():
		return text.Safe(t.Format("Jan 02 15:04"))
	}
	return text.Safe(t.Format("15:04"))
}

// Day is a time in six cells: the time of today, else the day.
func Day(t, now time.Time) text.Safe {
	t, now = t.UTC(), now.UTC()
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return text.Safe(t.Format("15:04"))
	}
	return text.Safe(t.Format("Jan 02"))
}

// Age is how long something lasts, in its largest unit: 4m, 3h, 12d.
func Age(d time.Duration) text.Safe {
	switch {
	case d < 0:
		return "0s"
	case d < time.Minute:
		return text.Safe(strconv.Itoa(int(d/time.Second)) + "s")
	case d < time.Hour:
		return text.Safe(strconv.Itoa(int(d/time.Minute)) + "m")
	case d < 48*time.Hour:
		return text.Safe(strconv.Itoa(int(d/time.Hour)) + "h")
	case d < 1000*24*time.Hour:
		return text.Safe(strconv.Itoa(int(d/(24*time.Hour))) + "d")
	}
	return text.Safe(strconv.Itoa(int(d/(365*24*time.Hour))) + "y")
}

// Status is where a request stands, in its own word and style.
func Status(r engine.Request) canvas.Span {
	style := theme.Text
	switch {
	case r.Block != nil:
		style = theme.Held
	case r.Attention != "":
		style = theme.Attention
	case r.Status == engine.RequestInProgress:
		style = theme.Moving
	case r.Status == engine.RequestFulfilled:
		style = theme.Done
	case r.Status == engine.RequestPending, r.Status.Final():
		style = theme.Muted
	}
	return canvas.Span{Text: text.Line(string(r.Status)), Style: style}
}

// AllocationStatus is where an allocation stands.
func AllocationStatus(a engine.Allocation) canvas.Span {
	style := theme.Text
	switch a.Status {
	case engine.AllocationQueued, engine.AllocationProcessing, engine.AllocationWaiting:
		style = theme.Moving
	case engine.AllocationCompleted:
		style = theme.Done
	case engine.AllocationFailed, engine.AllocationDeclined:
		style = theme.Error
	case engine.AllocationCanceled:
		style = theme.Muted
	}
	if a.Conflict {
		return canvas.Span{Text: text.Line(string(a.Status)) + ", disputed", Style: theme.Attention}
	}
	return canvas.Span{Text: text.Line(string(a.Status)), Style: style}
}

// PayoutStatus is where a payout stands, with what is known of its money.
func PayoutStatus(p engine.Payout) canvas.Span {
	word := text.Line(string(p.Status))
	switch {
	case p.Conflict:
		return canvas.Span{Text: word + ", disputed", Style: theme.Attention}
	case p.Verdict == engine.VerdictPaid:
		return canvas.Span{Text: word, Style: theme.Done}
	case p.Verdict == engine.VerdictNotPaid, p.Status == engine.PayoutCreateFailed:
		return canvas.Span{Text: word, Style: theme.Error}
	case Unknown(p):
		return canvas.Span{Text: word + ", unknown", Style: theme.Attention}
	}
	return canvas.Span{Text: word, Style: theme.Moving}
}

// Unknown reports whether nobody knows how a payout ended, and nobody is busy
// finding out but by asking.
func Unknown(p engine.Payout) bool {
	return p.ID != "" && p.Verdict == "" && !p.Conflict && !p.Accepted &&
		p.Status != engine.PayoutInvoking && p.Status != engine.PayoutCreateFailed
}

// Customer is who is paid: the name, else the reference.
func Customer(row engine.RequestRow) text.Safe {
	if row.CustomerName != "" {
		return text.Line(row.CustomerName)
	}
	return text.Line(row.CustomerReference)
}

// Instrument is where the money goes, with all but its end hidden:
// "card ···· 4417".
func (d *Desk) Instrument(i engine.Instrument) text.Safe {
	if i.ID == "" {
		return "none chosen"
	}
	method := text.Line(Method(i.Method))
	key := ""
	for _, f := range d.Config.Services[i.ServiceID].Fields {
		if i.Fields[f.Key] != "" {
			key = f.Key
			break
		}
	}
	if key == "" {
		return method + " " + Short(string(i.ID))
	}
	return method + " " + Hidden(i.Fields[key])
}

// Method is a way to pay, in a word: its end matters more where room is short.
func Method(method string) string {
	if method == "payment-card" {
		return "card"
	}
	first, _, _ := strings.Cut(method, "-")
	return first
}

// Hidden is the end of a detail, which is enough to recognise it by; of an
// email address its first letter and its domain.
func Hidden(detail string) text.Safe {
	if name, domain, ok := strings.Cut(detail, "@"); ok && name != "" {
		first, _ := canvas.Split(text.Line(name), 1)
		return first + "···@" + text.Line(domain)
	}
	return "···· " + text.Line(text.Ending(detail))
}

// Detail is a field of an instrument as the reviewer may see it: card numbers
// masked for everybody, everything hidden from viewers.
func (d *Desk) Detail(value string) text.Safe {
	if !d.Actor.Role.AtLeast(engine.RoleSupport) {
		return Hidden(value)
	}
	return text.Line(text.Masked(value))
}

// Email is an address as the reviewer may see it.
func (d *Desk) Email(address string) text.Safe {
	if address == "" || d.Actor.Role.AtLeast(engine.RoleSupport) {
		return text.Line(address)
	}
	return Hidden(address)
}

// Flag is the one thing to know of a request beyond its status.
func (d *Desk) Flag(row engine.RequestRow) canvas.Span {
	r := row.Request
	need := d.Config.Needed(r)
	switch {
	case r.Block != nil:
		return canvas.Span{Text: "blocked " + BlockWord(r.Block.Reason), Style: theme.Held}
	case r.Attention != "":
		return canvas.Span{Text: AttentionWord(r.Attention), Style: theme.Attention}
	case r.Status.Final():
		return canvas.Span{}
	case d.Claimant(row) != "":
		return canvas.Span{Text: Actor(d.Claimant(row)) + " has it", Style: theme.Accent}
	case len(row.Signals) > 0 && row.Signals[0].Weight == signal.Warning:
		return canvas.Span{Text: SignalWord(row.Signals[0].Kind), Style: theme.Warning}
	case row.Claim.By != "":
		return canvas.Span{Text: "claimed", Style: theme.Accent}
	case r.Status == engine.RequestReady && (len(r.Approvals) > 0 || need > 1):
		return canvas.Span{
			Text:  text.Safe(Int(len(r.Approvals))+"/"+Int(need)) + " approvals",
			Style: theme.Text,
		}
	case r.InstrumentID == "":
		return canvas.Span{Text: "no instrument", Style: theme.Warning}
	case row.Instrument.Status != engine.InstrumentActive:
		return canvas.Span{Text: text.Line(string(row.Instrument.Status)), Style: theme.Warning}
	case r.Status == engine.RequestReady && r.MadeBy(d.Actor.ID):
		return canvas.Span{Text: "yours", Style: theme.Muted}
	case len(row.Signals) > 0 && row.Signals[0].Weight == signal.Note:
		return canvas.Span{Text: SignalWord(row.Signals[0].Kind), Style: theme.Text}
	case r.HeldBack && r.Status == engine.RequestPending:
		return canvas.Span{Text: "returned", Style: theme.Muted}
	case r.RemainderOf != "":
		return canvas.Span{Text: "remainder", Style: theme.Muted}
	case r.SplitFrom != "":
		return canvas.Span{Text: "part", Style: theme.Muted}
	}
	return canvas.Span{}
}

// Claimant is who else has claimed a request; "" if nobody has.
func (d *Desk) Claimant(row engine.RequestRow) engine.ReviewerID {
	return row.Claim.HeldFrom(d.Actor.ID, d.Engine.Now())
}

// SignalWord is a signal in as few words as can be.
func SignalWord(k signal.Kind) text.Safe {
	switch k {
	case signal.ControlCharacters:
		return "odd name"
	case signal.SharedInstrument:
		return "shared"
	case signal.NameDiffers:
		return "other name"
	case signal.EarlierBlock:
		return "blocked before"
	case signal.ManyRequests:
		return "many a day"
	case signal.AboveExposure:
		return "above paid in"
	case signal.UnderThreshold:
		return "just under"
	case signal.CountryMismatch:
		return "other country"
	}
	return text.Line(strings.ReplaceAll(string(k), "-", " "))
}

// AttentionWord is a reason for attention, in as few words as can be.
func AttentionWord(a engine.Attention) text.Safe {
	if a == engine.AttentionUnknown {
		return "unknown"
	}
	return text.Line(strings.ReplaceAll(string(a), "-", " "))
}

// BlockWord is a reason to block, in a word.
func BlockWord(reason engine.BlockReason) text.Safe {
	short, _, _ := strings.Cut(string(reason), "-")
	return text.Line(short)
}

// Warnings are what speaks against approving a request without looking twice,
// in sentences; none of a plain one. What forbids it is not among them.
func (d *Desk) Warnings(row engine.RequestRow) []text.Safe {
	var found []text.Safe
	r := row.Request
	if r.InstrumentID == "" {
		found = append(found, "no instrument is chosen: nothing says where the money should go")
	} else if i := row.Instrument; i.Status != engine.InstrumentActive {
		why := text.Safe("the instrument is " + text.Line(string(i.Status)))
		if i.Status == engine.InstrumentUnverified {
			why += ", added by " + text.Line(string(i.CreatedBy))
			if i.CreatedBy != d.Actor.ID {
				why += ": approving vouches for it"
			}
		}
		found = append(found, why)
	}
	if r.Attention != "" {
		found = append(found, "it needs attention: "+text.Line(strings.ReplaceAll(string(r.Attention),
			"-", " ")))
	}
	_, sentences := engine.Warnings(row.Signals, row.Claim, d.Actor.ID, d.Engine.Now())
	return append(found, sentences...)
}

// Overruled names the warnings that somebody who goes on overrules, as the
// record keeps them.
func (d *Desk) Overruled(row engine.RequestRow) []string {
	names, _ := engine.Warnings(row.Signals, row.Claim, d.Actor.ID, d.Engine.Now())
	return names
}

// Approvable reports whether the reviewer could approve a request now.
func (d *Desk) Approvable(row engine.RequestRow) bool {
	return d.Why(engine.VerbApprove, row.Request) == ""
}

// People joins who did something.
func People(ids []engine.ReviewerID) text.Safe {
	if len(ids) == 0 {
		return "nobody"
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = string(id)
	}
	return text.Line(strings.Join(slices.Compact(names), ", "))
}
