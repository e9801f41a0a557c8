package sim_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/money"
)

// An oracle knows what must be true in a world. It reads what changed since it
// last looked, and everything now and then.
type oracle struct {
	*world
	config *engine.Config
	seq    int64
	order  []engine.RequestID
	files  map[engine.RequestID]*file
	heads  map[engine.RequestID]engine.Head // that somebody was told of
	handed map[engine.AllocationID]*handing

	made    map[engine.AllocationID]engine.Allocation // as the journal tells of them
	placing *placing
}

// A file is what the oracle last saw of a request.
type file struct {
	request     engine.Request
	allocations []engine.Allocation
	payouts     []engine.Payout
	approvals   int // that stand, by the journal
}

// A handing is what became of an order as the engine sees it.
type handing struct {
	order  engine.PayOrder
	times  int
	nobody bool // its provider said, for certain, that it does not have it
}

func newOracle(w *world) oracle {
	return oracle{
		world: w, files: map[engine.RequestID]*file{}, heads: map[engine.RequestID]engine.Head{},
		handed: map[engine.AllocationID]*handing{}, made: map[engine.AllocationID]engine.Allocation{},
	}
}

// acknowledge notes what somebody was told of a request.
func (o *oracle) acknowledge(r engine.Request) {
	if r.Head.Number > o.heads[r.ID].Number {
		o.heads[r.ID] = r.Head
	}
}

// judge looks at what came of a deed. Whoever may not must not, a worker is
// never refused, and nothing fails for no reason.
func (o *oracle) judge(d deed, err error) {
	code := engine.CodeOf(err)
	switch {
	case errors.Is(err, context.Canceled) || code == engine.Unavailable:
	case err == nil:
		if d.by == "viewer1" || d.by == "support1" && d.verb != engine.VerbComment {
			o.fail("%s: may not, and did", d.name)
		}
	case d.verb == "" && d.by == "" || code == engine.Internal:
		o.fail("%s: %v", d.name, err)
	}
}

// look checks what changed since the last look, or everything.
func (o *oracle) look(everything bool) {
	o.Helper()
	store := o.seats[0].store
	err := store.View(context.Background(), func(tx engine.ReadTx) error { return o.read(tx, everything) })
	if err == nil && everything {
		err = enginetest.Invariants(context.Background(), store)
	}
	if err != nil {
		o.fail("%v", err)
	}
}

func (o *oracle) read(tx engine.ReadTx, everything bool) error {
	const most = 10_000
	events, err := tx.Journal(o.seq, most)
	if err != nil {
		return err
	}
	if o.config, err = tx.Config(); err != nil {
		return err
	}
	touched := map[engine.RequestID]bool{}
	for _, e := range events {
		o.seq = e.Seq
		if e.Chain != engine.DeskChain {
			touched[engine.RequestID(e.Chain)] = true
			o.follow(e)
		}
	}
	o.converted()
	effects, err := o.books()
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		if err := o.reread(tx, id, effects); err != nil {
			return err
		}
	}
	if everything {
		o.covered()
		return o.recall(tx)
	}
	return nil
}

// covered checks that the account which pays back only what came in there did
// not pay more, or hold it ready, unless a senior said so or somebody lied.
func (o *oracle) covered() {
	out := map[engine.InstrumentID]money.Amount{}
	for _, f := range o.files {
		for _, a := range f.allocations {
			if a.GatewayID == "usd-covered" && a.Override == "" {
				out[a.InstrumentID] = out[a.InstrumentID].Plus(a.Held).Plus(a.Paid).Minus(a.Outstanding())
			}
		}
	}
	for i, sum := range out {
		if o.kind.truthful && sum.Cmp(o.paidIn[i]) > 0 {
			o.fail("%s paid in %s, and was paid out %s", i, o.paidIn[i].Text(), sum.Text())
		}
	}
}

// books returns the provider's effects, by key.
func (o *oracle) books() (map[engine.AllocationID][]sandbox.Effect, error) {
	all, err := o.bank.Effects()
	byKey := map[engine.AllocationID][]sandbox.Effect{}
	for _, e := range all {
		byKey[e.Key] = append(byKey[e.Key], e)
	}
	return byKey, err
}

// follow reads an entry of a request's chain.
func (o *oracle) follow(e engine.Event) {
	id := engine.RequestID(e.Chain)
	f := o.files[id]
	if f == nil {
		f = &file{}
		o.files[id] = f
		o.order = append(o.order, id)
	}
	if _, after, ok := e.Change("approvals"); ok {
		var list []engine.Approval
		if after != "" && json.Unmarshal([]byte(after), &list) != nil {
			o.fail("%s: approvals are %s", id, after)
		}
		f.approvals = len(list)
	}
	o.oneDeed(e)
	if e.Type == "allocation-created" {
		o.placed(e)
	} else if a, ok := o.made[engine.AllocationID(e.Subject.ID)]; ok {
		if _, status, changed := e.Change("status"); changed {
			a.Status = engine.AllocationStatus(status)
			o.made[a.ID] = a
		}
	}
	need := o.config.Needed(f.request)
	if e.Type == "allocation-created" && f.request.ID != "" && f.approvals < need {
		o.fail("%s was allocated with %d of %d approvals", id, f.approvals, need)
	}
}

// reread reads a request and checks it against the books and its own past.
func (o *oracle) reread(
	tx engine.ReadTx, id engine.RequestID, effects map[engine.AllocationID][]sandbox.Effect,
) error {
	f := o.files[id]
	was := f.request
	var err1, err2, err3 error
	f.request, err1 = tx.Request(id)
	f.allocations, err2 = tx.Allocations(id)
	f.payouts, err3 = tx.Payouts(id)
	f.payouts = slices.DeleteFunc(f.payouts, func(p engine.Payout) bool { return p.AllocationID == "" }) // no provider heard of it
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	o.sums(f)
	switch r := f.request; {
	case r.Version < was.Version || r.Head.Number < was.Head.Number:
		o.fail("%s went back from version %d to %d", id, was.Version, r.Version)
	case was.Status.Final() && r.Status != was.Status:
		o.fail("%s was %s and is %s", id, was.Status, r.Status)
	case was.ID != "" && was.OriginalAmount != r.OriginalAmount:
		o.fail("%s was for %s and is for %s", id, was.OriginalAmount, r.OriginalAmount)
	}
	o.once(f, effects)
	return nil
}

// sums checks what a request says of its allocations.
func (o *oracle) sums(f *file) {
	r := f.request
	live, paid := money.Zero(r.Amount.Currency), money.Zero(r.Amount.Currency)
	for _, a := range f.allocations {
		live, paid = live.Plus(a.Held), paid.Plus(a.Paid)
		if a.Held.Positive() && !a.Live() {
			o.fail("%s is %s and holds %s", a.ID, a.Status, a.Held)
		}
	}
	if r.Live != live || r.Paid != paid || r.Available().Negative() {
		o.fail("%s says %s live and %s paid of %s, its allocations %s and %s",
			r.ID, r.Live, r.Paid, r.Amount, live, paid)
	}
}

// once checks that nothing was paid twice: at most one effect under each key,
// and of one request no more than it was for, unless somebody lied. Where
// nobody lies, nobody contradicts what the engine concluded.
func (o *oracle) once(f *file, effects map[engine.AllocationID][]sandbox.Effect) {
	sum := money.Zero(f.request.Amount.Currency)
	for _, a := range f.allocations {
		list := effects[a.ID]
		if len(list) > 1 {
			o.fail("%s was paid %d times", a.ID, len(list))
		}
		for _, e := range list {
			sum = sum.Plus(worth(a, money.Least(e.Paid, e.Asked).Minus(money.Least(e.Returned, e.Asked))))
			if e.Asked != a.PayoutAmount {
				o.fail("%s is for %s, and the provider was asked for %s", a.ID, a.PayoutAmount, e.Asked)
			}
		}
		if o.kind.truthful && a.Conflict {
			o.fail("%s is in conflict, and nobody lied", a.ID)
		}
	}
	if o.kind.truthful && sum.Cmp(f.request.Amount) > 0 {
		o.fail("%s is for %s, and the provider paid %s", f.request.ID, f.request.Amount, sum)
	}
}

// recall checks that everything is there that anybody was told of.
func (o *oracle) recall(tx engine.ReadTx) error {
	for _, id := range o.order {
		head := o.heads[id]
		if head.Number == 0 {
			continue
		}
		events, err := tx.Events(string(id), head.Number-1, 1)
		if err != nil {
			return err
		}
		if len(events) != 1 || events[0].Hash != head.Hash {
			o.fail("entry %d of %s was acknowledged and is gone", head.Number, id)
		}
	}
	return nil
}

// witness returns gateway as an engine sees it, every order being looked at.
func (o *oracle) witness(gateway engine.Gateway) engine.Gateway { return witness{gateway, o} }

type witness struct {
	engine.Gateway
	o *oracle
}

// Pay implements [engine.Gateway].
func (w witness) Pay(ctx context.Context, order engine.PayOrder) engine.Outcome {
	w.o.handOver(order)
	return w.Gateway.Pay(ctx, order)
}

// LookUp implements [engine.Gateway].
func (w witness) LookUp(ctx context.Context, order engine.PayOrder) engine.Outcome {
	outcome := w.Gateway.LookUp(ctx, order)
	final := w.o.kind.can.NotFoundFinalAfter
	age := w.o.clock.Now().Sub(order.IntentAt)
	if h := w.o.handed[order.Key]; h != nil && outcome.NotFound && final > 0 && age >= final {
		h.nobody = true
	}
	return outcome
}

// handOver checks an order that is about to leave: its intent is on the disk, it
// is not settled yet, and if it left before, it is the same, its provider
// remembers keys, and said for certain that it does not have this one.
func (o *oracle) handOver(order engine.PayOrder) {
	var p engine.Payout
	err := o.seats[0].store.View(context.Background(), func(tx engine.ReadTx) (err error) {
		p, err = tx.Payout(order.Key)
		return err
	})
	h := o.handed[order.Key]
	if h == nil {
		h = &handing{order: order}
		o.handed[order.Key] = h
	}
	h.times++
	switch {
	case err != nil:
		o.fail("%s leaves without an intent: %v", order.Key, err)
	case p.Verdict != "":
		o.fail("%s leaves, and is %s", order.Key, p.Status)
	case p.Sent < h.times:
		o.fail("%s leaves the %d. time, with %d intents", order.Key, h.times, p.Sent)
	case h.times == 1:
	case order.Amount != h.order.Amount || !maps.Equal(order.Fields, h.order.Fields):
		o.fail("%s leaves again, and is another order", order.Key)
	case o.kind.can.KeyLife == 0:
		o.fail("%s leaves again, to a provider that remembers no keys", order.Key)
	case !h.nobody:
		o.fail("%s leaves again, and may be there", order.Key)
	}
	h.nobody = false
}
