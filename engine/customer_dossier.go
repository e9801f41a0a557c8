package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// A CustomerQuery asks for a page of customers: the latest first, or those that
// a search finds.
type CustomerQuery struct {
	Mode   Mode       // of the requests that are counted
	Search string     // what references begin with, ids begin or end with, or names and email addresses contain; empty for all
	Before CustomerID // where the page before this one ended; of a search there is one page
	Limit  int        // 1 to 1000
}

// CountedRequests bounds what is counted of one customer's requests.
const CountedRequests = 100

// A CustomerRow is a customer as a list shows them.
type CustomerRow struct {
	Customer
	Requests int       // in the mode, at most CountedRequests
	Latest   time.Time // when the last of them was made; zero if there is none
}

// A CustomerPage is a window of a list of customers.
type CustomerPage struct {
	Rows []CustomerRow
	More bool // there are more; a search has to say more to find them
}

// CustomerRows returns a page of customers.
func (e *Engine) CustomerRows(ctx context.Context, q CustomerQuery) (CustomerPage, error) {
	q.Search = strings.TrimSpace(q.Search)
	return view(ctx, e, func(tx ReadTx) (CustomerPage, error) { return tx.CustomerRows(q) })
}

// A CustomerDossier is everything about one customer in a mode, read at one
// moment.
type CustomerDossier struct {
	Customer    Customer
	Instruments []Instrument
	Payments    []Payment
	Exposures   []Exposure
	Requests    []RequestRow // the latest first
	More        bool         // there are earlier ones, which the sums leave out
	Sums        []StatusSum
	Blocks      []PastBlock // of their requests, the latest first
}

// An Exposure is what a customer paid with an instrument through an account,
// less what was or is being paid back that way.
type Exposure struct {
	InstrumentID InstrumentID
	GatewayID    string
	Amount       money.Amount
}

// A StatusSum is what requests in one status amount to, by currency.
type StatusSum struct {
	Status RequestStatus
	Totals []Total
}

// latestRequests is how many of a customer's requests are read.
const latestRequests = 200

// CustomerDossier reads everything about one customer, or fails with
// [NotFound].
func (e *Engine) CustomerDossier(ctx context.Context, mode Mode, id CustomerID) (CustomerDossier, error) {
	return view(ctx, e, func(tx ReadTx) (d CustomerDossier, err error) {
		if d.Customer, err = tx.Customer(id); err != nil {
			return d, err
		}
		if d.Instruments, err = tx.Instruments(id); err != nil {
			return d, err
		}
		if d.Payments, err = tx.Payments(id); err != nil {
			return d, err
		}
		if d.Exposures, err = exposures(tx, id, d.Payments); err != nil {
			return d, err
		}
		page, err := requestsIn(tx, RequestQuery{
			Mode: mode, Now: e.Now(), Signals: true, Limit: latestRequests, Order: Order{Key: "created", Descending: true},
			Filter: filter.Expr{Clauses: []filter.Clause{{Field: "customer", Kind: filter.ID, Values: []filter.Value{{Text: string(id)}}}}},
		})
		if err != nil {
			return d, err
		}
		d.Requests, d.More, d.Sums = page.Rows, page.More, sumsByStatus(page.Rows)
		d.Blocks, err = tx.CustomerBlocks(id, mode)
		return d, err
	})
}

// exposures are those of every way in which a customer paid, the largest first
// within a currency.
func exposures(tx ReadTx, id CustomerID, payments []Payment) ([]Exposure, error) {
	var list []Exposure
	sheets := map[money.Currency]*sheet{}
	for _, p := range payments {
		c := p.Amount.Currency
		if sheets[c] == nil {
			allocations, err := tx.CustomerAllocations(id, c)
			if err != nil {
				return nil, err
			}
			sheets[c] = &sheet{r: Request{Amount: money.Zero(c)}, payments: payments, allocations: allocations}
		}
		known := slices.ContainsFunc(list, func(x Exposure) bool {
			return x.InstrumentID == p.InstrumentID && x.GatewayID == p.GatewayID && x.Amount.Currency == c
		})
		if !known {
			amount := money.Most(money.Zero(c), sheets[c].exposure(p.InstrumentID, p.GatewayID))
			list = append(list, Exposure{p.InstrumentID, p.GatewayID, amount})
		}
	}
	slices.SortStableFunc(list, func(a, b Exposure) int {
		return cmp.Or(cmp.Compare(a.Amount.Currency, b.Amount.Currency), cmp.Compare(b.Amount.Minor, a.Amount.Minor))
	})
	return list, nil
}

// sumsByStatus sums requests up, in the order of their lives.
func sumsByStatus(rows []RequestRow) []StatusSum {
	var sums []StatusSum
	for _, status := range RequestStatuses() {
		var totals []Total
		for _, row := range rows {
			if row.Status == status {
				totals = plusTotal(totals, row.Amount)
			}
		}
		if len(totals) > 0 {
			sums = append(sums, StatusSum{status, totals})
		}
	}
	return sums
}

// WhyNotVerify says why somebody may not vouch for an instrument, or nil.
func WhyNotVerify(actor Reviewer, i Instrument) error {
	switch {
	case !actor.Role.AtLeast(RoleReviewer):
		return mayAct(actor, RoleReviewer, "verify an instrument")
	case i.Status != InstrumentUnverified:
		return Errorf(Refused, "instrument %s is %s", i.ID, i.Status)
	case i.CreatedBy == actor.ID:
		return Errorf(Forbidden, "%s added instrument %s", actor.ID, i.ID).Or("somebody else has to vouch for it")
	}
	return nil
}
