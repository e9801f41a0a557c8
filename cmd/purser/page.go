package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

// A page is one request for a person to read. Its first failed write is kept
// and makes the later ones do nothing.
type page struct {
	out io.Writer
	err error
}

func newPage(out io.Writer) *page { return &page{out: out} }

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.out, strings.TrimRight(string(text.Line(fmt.Sprintf(format, args...))), " "))
	}
}

// field writes a labelled line, unless there is nothing to write.
func (p *page) field(label, value string) {
	if value != "" {
		p.line("%-12s  %s", label, value)
	}
}

// join joins what is not empty.
func join(separator string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), separator)
}

func (p *page) request(d engine.Dossier) {
	r := d.Request
	p.line("%s", join(" · ", string(r.ID), r.PointID, string(r.Mode)))
	p.line("")
	original := ""
	if r.OriginalAmount != r.Amount {
		original = "originally " + r.OriginalAmount.Text()
	}
	p.field("amount", join(" · ", r.Amount.Text(), original,
		"available "+r.Available().Text(), "live "+r.Live.Text(), "paid "+r.Paid.Text()))
	p.field("status", fmt.Sprintf("%s since %s", r.Status, moment(r.StatusSince)))
	if b := r.Block; b != nil {
		p.field("blocked", join(": ", fmt.Sprintf("for %s by %s since %s", b.Reason, b.By, moment(b.At)), b.Description))
	}
	if c := r.Cancellation; c != nil {
		p.field("canceled", join(": ", "for the "+string(c.By), c.Description))
	}
	p.field("approvals", approvals(d))
}

func approvals(d engine.Dossier) string {
	var by []string
	for _, a := range d.Request.Approvals {
		by = append(by, fmt.Sprintf("%s %s", a.By, moment(a.At)))
	}
	return join("  ", fmt.Sprintf("%d/%d", len(d.Request.Approvals), d.Needed), strings.Join(by, ", "))
}

func (p *page) payee(d engine.Dossier) {
	c, payouts := d.Customer, ""
	if !c.PayoutEnabled {
		payouts = "payouts are off"
	}
	p.field("customer", join(" · ", named(c.Name, c.Reference), c.Email, c.Country, payouts))
	chosen := "none chosen"
	for _, i := range d.Instruments {
		if i.ID == d.Request.InstrumentID {
			chosen = join(" · ", instrumentName(i), string(i.Status), string(i.ID))
		}
	}
	p.field("instrument", chosen)
}

func (p *page) origin(d engine.Dossier) {
	r := d.Request
	p.field("reference", r.Reference)
	p.field("description", r.Description)
	p.field("created", join(" · ", moment(r.CreatedAt), "makers "+orNone(r.Makers), fmt.Sprintf("version %d", r.Version)))
	if !r.ReadyAt.IsZero() {
		p.field("ready at", moment(r.ReadyAt))
	}
	if !r.ExpireAt.IsZero() && !r.Status.Final() {
		p.field("expires", moment(r.ExpireAt))
	}
	p.field("split from", string(r.SplitFrom))
	p.field("merged into", string(r.MergedInto))
	p.field("rest of", string(r.RemainderOf))
	p.field("pays again", string(r.PaysAgain))
	for i, relative := range d.Relatives {
		label := ""
		if i == 0 {
			label = "family"
		}
		p.line("%-12s  %s  %s  %s", label, relative.ID, relative.Amount.Text(), statusOfRequest(relative))
	}
}

// money writes where the money goes: allocations, each with its payout.
func (p *page) money(d engine.Dossier) {
	payouts := map[engine.AllocationID]engine.Payout{}
	for _, payout := range d.Payouts {
		payouts[payout.AllocationID] = payout
	}
	if len(d.Allocations) == 0 {
		return
	}
	p.line("")
	p.line("allocations")
	for _, a := range d.Allocations {
		p.line("  %s", join("  ", string(a.ID), a.Amount.Text(), a.GatewayID, statusOfAllocation(a), text.Masked(a.Reason)))
		if payout, ok := payouts[a.ID]; ok {
			p.line("    %s", join("  ", string(payout.ID), statusOfPayout(payout), processed(payout),
				string(payout.Resolution), text.Masked(payout.Message)))
		}
	}
	p.line("")
}

func processed(payout engine.Payout) string {
	if payout.Processed.IsZero() {
		return ""
	}
	return payout.Processed.Text() + " paid"
}

// comments writes what people said, oldest first.
func (p *page) comments(d engine.Dossier) {
	for _, e := range d.Timeline {
		if c, ok := d.Comments[e.Subject.ID]; ok && e.Type == "timeline-comment-created" && c.Text != "" {
			p.field("comment", fmt.Sprintf("%s %s: %s", c.By, moment(c.At), c.Text))
		}
	}
}

// signals writes what is worth a look before deciding, and who is at work on
// it.
func (p *page) signals(d engine.Dossier) {
	if by := d.Claim.By; by != "" {
		p.field("claimed", fmt.Sprintf("by %s until %s", by, moment(d.Claim.Until)))
	}
	var here []engine.ReviewerID
	for _, presence := range d.Present {
		here = append(here, presence.By)
	}
	if len(here) > 0 {
		p.field("looked at", "by "+orNone(here))
	}
	if len(d.Signals) == 0 || d.Request.Status.Final() {
		return
	}
	p.line("")
	p.line("signals")
	for _, s := range d.Signals {
		p.line("  %-7s  %s (%s)", s.Weight, s.Evidence, s.Kind)
	}
}
