package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
)

// A LaneKind says what the things in a lane have in common: a reason for
// attention of requests, or one of those beside them.
type LaneKind string

// The lanes beside those of requests.
const (
	LaneRuns      LaneKind = "run-with-failures"
	LaneImports   LaneKind = "import-with-failures"
	LaneUnhealthy LaneKind = "gateway-stopped"
	LaneShort     LaneKind = "short-of-balance"
)

// LaneKinds lists the lanes, what is most urgent first.
func LaneKinds() []LaneKind {
	var kinds []LaneKind
	for _, a := range Attentions() {
		kinds = append(kinds, LaneKind(a))
	}
	return append(kinds, LaneUnhealthy, LaneShort, LaneRuns, LaneImports)
}

// A Lane is all of one kind that a person must look at.
type Lane struct {
	Kind  LaneKind
	Count int64           // how many there are
	Items []AttentionItem // the first of them, the longest waiting first
}

// An AttentionItem is one thing that a person must look at, and what to do.
type AttentionItem struct {
	Subject Subject    // the request, run, import or gateway account
	Row     RequestRow // of a request
	Payout  Payout     // that it is about; zero where it is about none
	Matter  string     // what is the matter
	Next    NextStep
	Since   time.Time
}

// A NextStep is what to do about something, and who can.
type NextStep struct {
	Verb  Verb   // of the engine; "" where it is no verb on a request
	Least Role   // who can take it
	Do    string // in words
}

// recentRuns is for how long a run or an import with failures is told.
const recentRuns = 72 * time.Hour

// Lanes returns what a person must look at in a mode, up to limit things of
// each kind. Kinds of which there is nothing are left out.
func (e *Engine) Lanes(ctx context.Context, mode Mode, limit int) ([]Lane, error) {
	return view(ctx, e, func(tx ReadTx) (lanes []Lane, err error) {
		l := laner{tx: tx, mode: mode, limit: limit, now: e.Now()}
		if l.config, err = tx.Config(); err != nil {
			return nil, err
		}
		if l.counts, err = tx.Counts(mode); err != nil {
			return nil, err
		}
		for _, kind := range LaneKinds() {
			var lane Lane
			switch kind {
			case LaneRuns:
				lane, err = l.runs()
			case LaneImports:
				lane, err = l.imports()
			case LaneUnhealthy:
				lane, err = l.stopped()
			case LaneShort:
				lane, err = l.short()
			default:
				lane, err = l.requests(Attention(kind))
			}
			if err != nil {
				return nil, err
			}
			if lane.Kind = kind; lane.Count > 0 {
				lanes = append(lanes, lane)
			}
		}
		return lanes, nil
	})
}

// A laner fills lanes.
type laner struct {
	tx     ReadTx
	mode   Mode
	limit  int
	now    time.Time
	config *Config
	counts []Count
}

// requests is the lane of one reason: counted by the counters, found by an
// index.
func (l *laner) requests(why Attention) (lane Lane, err error) {
	for _, c := range l.counts {
		if c.Attention == why {
			lane.Count += c.Requests
		}
	}
	if lane.Count == 0 {
		return lane, nil
	}
	page, err := l.tx.Requests(RequestQuery{
		Mode: l.mode, Now: l.now, Filter: where("attention", string(why)), Order: Order{Key: "created"}, Limit: l.limit,
	})
	if err != nil {
		return lane, err
	}
	for _, row := range page.Rows {
		payouts, err := l.tx.Payouts(row.ID)
		if err != nil {
			return lane, err
		}
		lane.Items = append(lane.Items, itemOf(l.config, row, payouts))
	}
	return lane, nil
}

// where is the filter that wants one value of a field.
func where(field, value string) filter.Expr {
	return filter.Expr{Clauses: []filter.Clause{{Field: field, Kind: filter.Enum, Values: []filter.Value{{Text: value}}}}}
}

// itemOf tells what is the matter with a request that needs attention.
func itemOf(c *Config, row RequestRow, payouts []Payout) AttentionItem {
	item := AttentionItem{
		Subject: Subject{Kind: KindRequest, ID: string(row.ID)}, Row: row, Since: row.UpdatedAt,
		Payout: payoutOf(row.Attention, payouts),
	}
	switch {
	case row.Attention == AttentionUnknown && item.Payout.ID != "":
		item.Since = item.Payout.IntentAt // asking again makes nobody wiser
	case item.Payout.ID != "":
		item.Since = item.Payout.UpdatedAt
	case row.Attention == AttentionNoApprover:
		item.Since = row.StatusSince
	}
	item.Matter, item.Next = matter(c, row.Request, item.Payout)
	return item
}

// payoutOf is the payout that a reason is about: the last, where it could be
// several.
func payoutOf(why Attention, payouts []Payout) Payout {
	about := func(p Payout) bool {
		switch why {
		case AttentionConflict:
			return p.Conflict
		case AttentionUnknown:
			return p.Verdict == "" && p.Status != PayoutCreateFailed
		case AttentionFailed:
			return p.Verdict == VerdictNotPaid || p.Status == PayoutCreateFailed
		case AttentionOverpaid, AttentionReturned, AttentionUnplaced:
			return p.Verdict == VerdictPaid
		default:
			return false
		}
	}
	for _, p := range slices.Backward(payouts) {
		if about(p) {
			return p
		}
	}
	return Payout{}
}

// matter says what is the matter, and what follows.
func matter(c *Config, r Request, p Payout) (string, NextStep) {
	switch r.Attention {
	case AttentionConflict:
		return fmt.Sprintf("statements about %s at %s contradict each other", p.Amount.Text(), p.GatewayID),
			NextStep{VerbResolve, RoleSenior, "decide which statement is true, by the provider's own records"}
	case AttentionUnknown:
		return fmt.Sprintf("nobody knows whether %s paid %s; its key there is %s", p.GatewayID, p.Amount.Text(), p.AllocationID),
			NextStep{VerbLookUp, RoleReviewer, "ask the provider; a senior can state the outcome"}
	case AttentionOverpaid:
		return fmt.Sprintf("%s paid more than was asked", p.GatewayID),
			NextStep{"", RoleReviewer, "get back from the customer or the provider what was paid beyond"}
	case AttentionReturned:
		return fmt.Sprintf("what %s paid came back", p.GatewayID),
			NextStep{VerbPayAgain, RoleReviewer, "find out why it came back, then pay it again"}
	case AttentionFailed:
		return fmt.Sprintf("%s of it is not paid: %s said %s", r.Available().Text(), p.GatewayID, p.Resolution),
			NextStep{VerbAutoAllocate, RoleReviewer, "plan it otherwise, or release it"}
	case AttentionUnplaced:
		return fmt.Sprintf("%s of it has no place", r.Available().Text()),
			NextStep{VerbAutoAllocate, RoleReviewer, "plan the rest, or let a senior settle it short"}
	case AttentionNoApprover:
		need := c.Needed(r)
		return fmt.Sprintf("it has %d of %d approvals, and nobody is left who may approve %s", len(r.Approvals), need, r.PolicyAmount.Text()),
			NextStep{"", RoleAdmin, "add a reviewer whose limit is high enough and who did not make it"}
	default:
		return string(r.Attention), NextStep{Least: RoleReviewer}
	}
}

// runs are those that ended lately with items refused, or could not go on.
func (l *laner) runs() (lane Lane, err error) {
	runs, err := l.tx.Runs(RunQuery{Mode: l.mode, Limit: 100})
	if err != nil {
		return lane, err
	}
	for _, run := range runs {
		failed := run.Status == RunFailed && run.StoppedBy == ""
		if !run.Status.Ended() || run.Refused == 0 && !failed || l.now.Sub(run.EndedAt) > recentRuns {
			continue
		}
		if lane.Count++; len(lane.Items) == l.limit {
			continue
		}
		told := fmt.Sprintf("%s by %s: %d of %d refused", run.Action.Verb, run.By, run.Refused, run.Items)
		if failed {
			told += ", and it could not go on: " + run.Failure
		}
		lane.Items = append(lane.Items, AttentionItem{
			Subject: Subject{Kind: KindRun, ID: string(run.ID)}, Matter: told, Since: run.EndedAt,
			Next: NextStep{"", RoleReviewer, "look at what was refused, and decide those one by one"},
		})
	}
	return lane, nil
}

// imports are those that ended lately with rows refused, or could not go on, and
// copies that were left in the middle. They belong to no mode.
func (l *laner) imports() (lane Lane, err error) {
	imports, err := l.tx.Imports(ImportQuery{Limit: 100})
	if err != nil {
		return lane, err
	}
	for _, i := range imports {
		wrong := i.Refused + i.Differs
		failed := i.Status == ImportFailed && i.StoppedBy == ""
		item := AttentionItem{
			Subject: Subject{Kind: KindImport, ID: string(i.ID)}, Since: i.EndedAt,
			Matter: fmt.Sprintf("%s of %s by %s: %d of %d rows refused", i.Kind, i.File, i.By, wrong, i.Rows),
			Next:   NextStep{"", RoleReviewer, "mend the rows that were refused and give them again"},
		}
		switch {
		case i.Left(l.now):
			item.Since = i.UpdatedAt
			item.Matter = fmt.Sprintf("%s of %s by %s: left when %d rows were copied", i.Kind, i.File, i.By, i.Rows)
			item.Next.Do = "give the file again, or stop it to discard the copy"
		case !i.Status.Ended() || wrong == 0 && !failed || l.now.Sub(i.EndedAt) > recentRuns:
			continue
		case failed:
			item.Matter += ", and it could not go on: " + i.Failure
		}
		if lane.Count++; len(lane.Items) < l.limit {
			lane.Items = append(lane.Items, item)
		}
	}
	return lane, nil
}

// stopped are the accounts that nothing leaves from.
func (l *laner) stopped() (lane Lane, err error) {
	for _, id := range keys(l.config.Gateways) {
		account := l.config.Gateways[id]
		state, err := l.tx.GatewayState(id)
		if err != nil {
			return lane, err
		}
		why := state.Stopped()
		if account.Mode != l.mode || account.Disabled || why == "" {
			continue
		}
		item := AttentionItem{
			Subject: Subject{Kind: KindGateway, ID: id}, Matter: id + " is " + why, Since: state.HealthSince,
			Next: NextStep{"", RoleAdmin, "see to the provider; what is queued there waits"},
		}
		if state.Pause != nil {
			item.Since, item.Next.Do = state.Pause.At, "resume it once that is settled; what is queued there waits"
		}
		if lane.Count++; len(lane.Items) < l.limit {
			lane.Items = append(lane.Items, item)
		}
	}
	return lane, nil
}

// short are the currencies in which more is approved than can be spent.
func (l *laner) short() (lane Lane, err error) {
	var seen []money.Currency
	for _, id := range keys(l.config.Gateways) {
		account := l.config.Gateways[id]
		if account.Mode != l.mode || slices.Contains(seen, account.Currency) {
			continue
		}
		seen = append(seen, account.Currency)
		item, err := l.shortage(account.Currency)
		if err != nil {
			return lane, err
		}
		if item == nil {
			continue
		}
		if lane.Count++; len(lane.Items) < l.limit {
			lane.Items = append(lane.Items, *item)
		}
	}
	return lane, nil
}

// shortage tells what is approved beyond what the accounts of a currency can
// spend, and which top-up would pay how much of it; nil if it is enough, or if
// nobody knows.
func (l *laner) shortage(c money.Currency) (*AttentionItem, error) {
	accounts, can, err := l.spendable(c)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	var waiting int64
	need := money.Zero(c)
	for _, count := range l.counts {
		if count.Currency == c && count.Status == RequestApproved && !count.Blocked {
			waiting += count.Requests
			need = need.Plus(money.New(count.Sum, c))
		}
	}
	if need.Cmp(can) <= 0 {
		return nil, nil
	}
	enough, next, since, err := l.payable(c, can)
	if err != nil {
		return nil, err
	}
	told := fmt.Sprintf("%d approved requests want %s, and %s can be spent: enough for the %d oldest",
		waiting, need.Text(), can.Text(), enough)
	top := fmt.Sprintf("top up %s: ", either(accounts))
	if next.Positive() && next.Cmp(need.Minus(can)) < 0 {
		top += next.Text() + " pays one more, "
	}
	return &AttentionItem{
		Subject: Subject{Kind: KindGateway, ID: accounts[0]}, Matter: told, Since: since,
		Next: NextStep{"", RoleAdmin, top + need.Minus(can).Text() + " pays all, before fees"},
	}, nil
}

// spendable sums what the accounts of a currency that something leaves from can
// spend; no accounts if one of their balances is not known.
func (l *laner) spendable(c money.Currency) (accounts []string, can money.Amount, err error) {
	can = money.Zero(c)
	for _, id := range keys(l.config.Gateways) {
		account := l.config.Gateways[id]
		if account.Mode != l.mode || account.Currency != c || account.Disabled || account.Instruction == InstructionNone {
			continue
		}
		balance, err := l.tx.Balance(id)
		if err != nil || !balance.Known {
			return nil, can, err
		}
		accounts = append(accounts, id)
		can = can.Plus(money.Most(money.Zero(c), spendable(account, balance)))
	}
	return accounts, can, nil
}

// payable says for how many of the oldest approved requests a sum is enough,
// and how much more the next one takes.
func (l *laner) payable(c money.Currency, can money.Amount) (enough int, next money.Amount, since time.Time, err error) {
	const looked = 500
	wanted := where("status", string(RequestApproved))
	wanted.Clauses = append(wanted.Clauses, where("currency", string(c)).Clauses...)
	wanted.Clauses = append(wanted.Clauses, filter.Clause{Field: "blocked", Kind: filter.Bool, Values: []filter.Value{{Text: "false"}}})
	page, err := l.tx.Requests(RequestQuery{
		Mode: l.mode, Now: l.now, Filter: wanted, Order: Order{Key: "since"}, Limit: looked,
	})
	sum := money.Zero(c)
	for _, row := range page.Rows {
		sum = sum.Plus(row.Available())
		if sum.Cmp(can) > 0 {
			return enough, sum.Minus(can), row.StatusSince, err
		}
		enough++
	}
	return enough, next, since, err
}
