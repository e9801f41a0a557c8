package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/purserhq/purser/engine/money"
)

// A Verification is what proving the record found.
type Verification struct {
	Events   int64 // entries whose place, hash and predecessor are right
	Requests int64 // requests that their entries rebuild
	Broken   *Broken
}

// A Broken link is the first place where the record does not hold.
type Broken struct {
	Chain  string // of the request, or of the desk
	Number int    // place in the chain; 0 when it is a whole chain or row
	Seq    int64  // place in the journal; 0 if the entry is missing
	What   string
}

// String says where the record is broken.
func (b Broken) String() string {
	where := "chain " + b.Chain
	if b.Number > 0 {
		where += fmt.Sprintf(", entry %d", b.Number)
	}
	if b.Seq > 0 {
		where += fmt.Sprintf(" (journal %d)", b.Seq)
	}
	return where + ": " + b.What
}

// What the record alone cannot prove.
const VerifyCaveat = "whoever can rewrite the whole store could rewrite every hash in it; " +
	"only a copy of it kept elsewhere proves that nobody did"

// verifyBite is how many entries or rows are read at a time.
const verifyBite = 500

// VerifyRecord proves the record: every entry stands in its place and hashes to what
// it says over its predecessor, every request's row holds its chain's end,
// replaying the entries rebuilds the rows, and counters and reservations equal
// a recount. It stops at the first broken link.
func (e *Engine) VerifyRecord(ctx context.Context) (v Verification, err error) {
	err = e.store.View(ctx, func(tx ReadTx) error {
		a := auditor{
			tx: tx, counts: map[Count]Count{}, reserved: map[string]money.Amount{}, told: map[string]toldBalance{},
			recorded: map[string]int{}, rows: map[BatchID]rowsSaid{},
		}
		if err := a.desk(); err != nil {
			return err
		}
		for _, mode := range []Mode{ModeLive, ModeTest} {
			if err := a.requests(mode); err != nil {
				return err
			}
		}
		if err := a.strays(); err != nil {
			return err
		}
		err := a.recount()
		v = a.Verification
		return err
	})
	return v, err
}

// An auditor walks the chains until one is broken.
type auditor struct {
	Verification
	tx ReadTx

	recorded map[string]int          // what was let go, by kind; see verify_people.go
	counts   map[Count]Count         // what they come to
	reserved map[string]money.Amount // by account
	told     map[string]toldBalance  // by account
	rows     map[BatchID]rowsSaid    // of files, as entries tell of them
}

func (a *auditor) broken(chain string, number int, seq int64, format string, args ...any) {
	if a.Broken == nil {
		a.Broken = &Broken{Chain: chain, Number: number, Seq: seq, What: fmt.Sprintf(format, args...)}
	}
}

// chain proves one chain up to head and rebuilds what its entries say of their
// subjects.
func (a *auditor) chain(chain string, end Head) (rebuilt map[Subject]map[string]string, err error) {
	rebuilt = map[Subject]map[string]string{}
	var head Head
	var seq int64
	for a.Broken == nil {
		events, err := a.tx.Events(chain, head.Number, verifyBite)
		if err != nil {
			return rebuilt, err
		}
		if len(events) == 0 {
			break
		}
		for _, event := range events {
			switch {
			case event.Number != head.Number+1:
				a.broken(chain, head.Number+1, 0, "the entry is missing")
			case event.Seq <= seq:
				a.broken(chain, event.Number, event.Seq, "it stands before its predecessor in the journal")
			case event.hash(head.Hash) != event.Hash:
				a.broken(chain, event.Number, event.Seq, "it was changed, or its predecessor was: its hash does not fit")
			default:
				if err := a.replay(rebuilt, event); err != nil {
					return rebuilt, err
				}
				a.reckon(event, rebuilt)
				a.heard(event)
			}
			if err := a.letGo(rebuilt, event.Subject); err != nil {
				return rebuilt, err
			}
			if a.Broken != nil {
				return rebuilt, nil
			}
			head, seq = Head{event.Number, event.Hash}, event.Seq
			a.Events++
		}
	}
	if a.Broken == nil && head != end {
		a.broken(chain, min(head.Number, end.Number)+1, 0,
			"the chain ends at entry %d, but its row says %d", head.Number, end.Number)
	}
	return rebuilt, nil
}

// replay applies an entry to what was rebuilt so far.
func (a *auditor) replay(rebuilt map[Subject]map[string]string, event Event) (err error) {
	fields := rebuilt[event.Subject]
	if fields == nil {
		if fields, err = a.begin(event); err != nil {
			return err
		}
		rebuilt[event.Subject] = fields
	}
	for _, c := range event.Changes {
		if fields[c.Field] != c.Before {
			a.broken(event.Chain, event.Number, event.Seq, "%s was %s before it, not %s", c.Field, fields[c.Field], c.Before)
			return nil
		}
		fields[c.Field] = c.After
	}
	return nil
}

// row compares a row with what its entries rebuilt.
func (a *auditor) row(chain string, rebuilt map[Subject]map[string]string, kind, id string, fields []Field) {
	subject := Subject{Kind: kind, ID: id}
	said, ok := rebuilt[subject]
	if !ok {
		a.broken(chain, 0, 0, "%s %s has no entry", kind, id)
		return
	}
	for _, f := range fields {
		if said[f.Name] != f.Value {
			a.broken(chain, 0, 0, "%s %s: its row says %s %s, its entries %s", kind, id, f.Name, orNothing(f.Value), orNothing(said[f.Name]))
			return
		}
	}
	delete(rebuilt, subject)
}

func orNothing(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}

// requests proves every request of a mode.
func (a *auditor) requests(mode Mode) error {
	query := RequestQuery{Mode: mode, Order: Order{Key: "created"}, Limit: verifyBite}
	for a.Broken == nil {
		page, err := a.tx.Requests(query)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			if err := a.request(row.Request); err != nil || a.Broken != nil {
				return err
			}
		}
		if !page.More {
			return nil
		}
		query.After = page.Last
	}
	return nil
}

func (a *auditor) request(r Request) error {
	chain := string(r.ID)
	a.tally(r)
	rebuilt, err := a.chain(chain, r.Head)
	if err != nil || a.Broken != nil {
		return err
	}
	a.row(chain, rebuilt, KindRequest, chain, r.fields())
	allocations, err := a.tx.Allocations(r.ID)
	if err != nil {
		return err
	}
	live, paid := money.Zero(r.Amount.Currency), money.Zero(r.Amount.Currency)
	for _, allocation := range allocations {
		a.row(chain, rebuilt, KindAllocation, string(allocation.ID), allocation.fields())
		live, paid = live.Plus(allocation.Held), paid.Plus(allocation.Paid)
		a.reserved[allocation.GatewayID] = a.reserved[allocation.GatewayID].Plus(allocation.Reserved)
	}
	if live != r.Live || paid != r.Paid {
		a.broken(chain, 0, 0, "its row says %s live and %s paid, its allocations %s and %s", r.Live, r.Paid, live, paid)
	}
	payouts, err := a.tx.Payouts(r.ID)
	if err != nil {
		return err
	}
	for _, payout := range payouts {
		a.row(chain, rebuilt, KindPayout, string(payout.ID), payout.fields())
	}
	if err := a.comments(r.ID, rebuilt); err != nil {
		return err
	}
	a.leftOver(chain, rebuilt)
	a.Requests++
	return nil
}

// comments proves that what stands on the timeline is what was written.
func (a *auditor) comments(id RequestID, rebuilt map[Subject]map[string]string) error {
	comments, err := a.tx.Comments(id)
	if err != nil || len(comments) == 0 {
		return err
	}
	events, err := a.tx.Events(string(id), 0, longestTimeline)
	if err != nil {
		return err
	}
	for _, comment := range comments {
		delete(rebuilt, Subject{Kind: KindComment, ID: comment.ID})
		for _, event := range events {
			if event.Subject.ID != comment.ID || event.Detail("digest") == "" || !comment.WithdrawnAt.IsZero() {
				continue
			}
			if event.Detail("digest") != digest(comment.ID, comment.Text) {
				a.broken(string(id), event.Number, event.Seq, "comment %s was changed", comment.ID)
			}
		}
	}
	return nil
}

// leftOver reports subjects that entries tell of and no row holds.
func (a *auditor) leftOver(chain string, rebuilt map[Subject]map[string]string) {
	for _, subject := range slices.SortedFunc(maps.Keys(rebuilt), func(x, y Subject) int {
		return len(x.Kind) - len(y.Kind)
	}) {
		a.broken(chain, 0, 0, "%s %s is gone", subject.Kind, subject.ID)
	}
}

// desk proves the chain of everything else: what is configured, the customers
// and their money.
func (a *auditor) desk() error {
	organisation, err := a.tx.Organisation()
	if err != nil {
		return err
	}
	rebuilt, err := a.chain(DeskChain, organisation.Head)
	if err != nil || a.Broken != nil {
		return err
	}
	if err := a.configured(rebuilt); err != nil || a.Broken != nil {
		return err
	}
	if err := a.runs(rebuilt); err != nil || a.Broken != nil {
		return err
	}
	if err := a.imports(rebuilt); err != nil || a.Broken != nil {
		return err
	}
	if err := a.batches(rebuilt); err != nil || a.Broken != nil {
		return err
	}
	return a.customers(rebuilt)
}

// strays finds entries that no walk came across: of requests whose rows are
// gone, or cut out of the journal.
func (a *auditor) strays() error {
	last, err := a.tx.LastSeq()
	if err != nil || a.Broken != nil || last == a.Events {
		return err
	}
	seen, err := a.listed()
	if err != nil {
		return err
	}
	var seq int64
	for a.Broken == nil {
		events, err := a.tx.Journal(seq, verifyBite)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, event := range events {
			if event.Seq != seq+1 {
				a.broken(DeskChain, 0, seq+1, "entry %d of the journal is missing", seq+1)
				return nil
			}
			seq = event.Seq
			if event.Chain == DeskChain || seen[RequestID(event.Chain)] {
				continue
			}
			seen[RequestID(event.Chain)] = true
			r, err := a.tx.Request(RequestID(event.Chain))
			if CodeOf(err) == NotFound {
				a.broken(event.Chain, event.Number, event.Seq, "the request's row is gone")
				return nil
			}
			if err == nil { // its row was made such that no list shows it
				err = a.request(r)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// listed are the requests that were walked.
func (a *auditor) listed() (seen map[RequestID]bool, err error) {
	seen = map[RequestID]bool{}
	for _, mode := range []Mode{ModeLive, ModeTest} {
		query := RequestQuery{Mode: mode, Order: Order{Key: "created"}, Limit: verifyBite}
		for more := true; more; {
			page, err := a.tx.Requests(query)
			if err != nil {
				return nil, err
			}
			for _, row := range page.Rows {
				seen[row.ID] = true
			}
			query.After, more = page.Last, page.More
		}
	}
	return seen, nil
}

// tally adds a request to the recount.
func (a *auditor) tally(r Request) {
	key := Count{
		Mode: r.Mode, Status: r.Status, Blocked: r.Block != nil, Attention: r.Attention, Currency: r.Amount.Currency,
	}
	count := a.counts[key]
	count.Requests++
	count.Sum += r.Amount.Minor
	a.counts[key] = count
}

// recount compares the counters and the accounts' reservations with what the
// requests and their allocations come to.
func (a *auditor) recount() error {
	for _, mode := range []Mode{ModeLive, ModeTest} {
		counts, err := a.tx.Counts(mode)
		if err != nil {
			return err
		}
		for _, count := range counts {
			key := count
			key.Requests, key.Sum = 0, 0
			if is := a.counts[key]; is.Requests != count.Requests || is.Sum != count.Sum {
				a.broken(DeskChain, 0, 0, "the counter of %s requests that are %s says %d, there are %d",
					count.Currency, count.Status, count.Requests, is.Requests)
			}
			delete(a.counts, key)
		}
	}
	for key, count := range a.counts {
		a.broken(DeskChain, 0, 0, "no counter knows of %d requests that are %s", count.Requests, key.Status)
	}
	config, err := a.tx.Config()
	if err != nil {
		return err
	}
	for _, id := range keys(config.Gateways) {
		balance, err := a.tx.Balance(id)
		if err != nil {
			return err
		}
		a.balance(id, balance)
	}
	return nil
}

// configured compares what is configured with what its entries rebuilt.
func (a *auditor) configured(rebuilt map[Subject]map[string]string) error {
	config, err := a.tx.Config()
	if err != nil {
		return err
	}
	for _, o := range config.objects() {
		var fields []Field
		is := properties(o.body)
		for _, name := range slices.Sorted(maps.Keys(is)) {
			fields = append(fields, Field{Name: name, Value: string(is[name])})
		}
		a.row(DeskChain, rebuilt, o.kind, o.id, fields)
	}
	for _, id := range keys(config.Gateways) {
		state, err := a.tx.GatewayState(id)
		if err != nil {
			return err
		}
		if _, said := rebuilt[Subject{Kind: KindGatewayState, ID: id}]; said || state.Stopped() != "" {
			a.row(DeskChain, rebuilt, KindGatewayState, id, state.fields())
		}
	}
	return nil
}
