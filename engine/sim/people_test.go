package sim_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A deed is what somebody is about to do in a seat's process.
type deed struct {
	name   string
	by     engine.ReviewerID // empty: the worker
	verb   engine.Verb       // empty if it is none
	atOnce bool              // with what is known now: nothing comes between
	do     func() error
}

// A command is a keyed verb that was acknowledged.
type command struct {
	name string
	id   engine.RequestID
	send func(context.Context, *engine.Engine) (engine.Request, error)
}

// choose returns a deed, as the dice say.
func (s *seat) choose() deed {
	switch roll := s.dice.IntN(100); {
	case roll < 34:
		return s.work()
	case roll < 42 || len(s.oracle.order) == 0:
		return s.create()
	case roll < 45:
		return s.again()
	case roll < 46:
		return s.enable()
	case roll < 47:
		if s.kind.routing != "" && s.dice.IntN(2) == 0 {
			return s.newRate()
		}
		return s.configure(s.dice.IntN(2) == 0)
	case roll < 48:
		return s.file()
	case roll < 49:
		return s.batch()
	case roll < 52:
		return s.state()
	case roll < 55:
		return s.lookUp()
	case roll < 62:
		return s.afterwards()
	case roll < 71:
		return s.processing()
	}
	return s.review()
}

// work is a worker's bite, or as many as there are.
func (s *seat) work() deed {
	if s.dice.IntN(4) == 0 {
		return deed{name: "works until idle", do: func() error { return s.RunUntilIdle(s.ctx) }}
	}
	steps := s.Steps()
	step := pick(s.world, append(steps, steps[len(steps)-2:]...)) // most often, payouts and look-ups
	return deed{name: "step " + step.Name, do: func() error {
		_, err := step.Run(s.ctx)
		return err
	}}
}

// people lists everybody, those who may more than once.
var people = []engine.ReviewerID{
	"viewer1", "support1", "small1", "rev1", "rev2", "rev3", "rev1", "rev2", "rev3", "rev1", "rev2",
	"senior1", "senior2", "senior1", "senior2", "senior1", "senior2", "admin1",
}

// verb is a deed that changes a request. Half of them carry a key; with one,
// whoever did not hear what came of it asks again.
func (s *seat) verb(
	verb engine.Verb, by engine.ReviewerID, id engine.RequestID, what string, send sending,
) deed {
	c := as(by)
	if s.dice.IntN(2) == 0 {
		c.Key = "key " + strconv.Itoa(len(s.trace))
	}
	name := fmt.Sprintf("%s: %s %s %s", by, verb, id, what)
	keyed := func(ctx context.Context, e *engine.Engine) (engine.Request, error) { return send(ctx, e, c) }
	return deed{name: name, by: by, verb: verb, do: func() error {
		r, err := keyed(s.ctx, s.Engine)
		if c.Key != "" && engine.CodeOf(err) == engine.Unavailable {
			committed := !s.told
			s.told = true
			r, err = keyed(s.ctx, s.Engine)
			if committed && err != nil && engine.CodeOf(err) != engine.Unavailable && s.ctx.Err() == nil {
				s.fail("%s was done and not acknowledged; asked again: %v", name, err)
			}
		}
		if err != nil {
			return err
		}
		s.oracle.acknowledge(r)
		if c.Key != "" {
			s.commands = append(s.commands, command{name, r.ID, keyed})
		}
		return nil
	}}
}

// again sends a command that was done long ago: nothing may come of it.
func (s *seat) again() deed {
	if len(s.commands) == 0 {
		return s.create()
	}
	c := pick(s.world, s.commands)
	return deed{name: "again " + c.name, do: func() error {
		_, err := c.send(s.ctx, s.Engine)
		if err != nil && engine.CodeOf(err) != engine.Unavailable && s.ctx.Err() == nil {
			s.fail("%s was done; asked again: %v", c.name, err)
		}
		return err
	}}
}

func (s *seat) create() deed {
	mine := pick(s.world, s.instruments)
	i := pick(s.world, mine)
	n := engine.NewRequest{
		PointID: pick(s.world, []string{"main", "main", "main", "open", "timed"}), CustomerID: i.CustomerID,
		InstrumentID: i.ID, Amount: s.amount(i.Currency),
	}
	by := pick(s.world, people)
	return s.verb(engine.VerbCreate, by, "", n.Amount.Text()+" at "+n.PointID,
		func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return e.Create(ctx, c, n)
		})
}

func (s *seat) amount(c money.Currency) money.Amount {
	return money.New(1+s.dice.Int64N(pick(s.world, []int64{10, 30_000, 250_000})), c)
}

func (s *seat) enable() deed {
	customer, on := pick(s.world, s.instruments)[0].CustomerID, s.dice.IntN(3) > 0
	by := pick(s.world, people)
	name := fmt.Sprintf("%s: payouts to %s: %t", by, customer, on)
	return deed{name: name, by: by, verb: engine.VerbSet, do: func() error {
		_, err := s.EnablePayouts(s.ctx, as(by), customer, on)
		return err
	}}
}

// configure takes the account that pays most out of use, or brings it back.
func (s *seat) configure(disabled bool) deed {
	return s.reconfigure(fmt.Sprintf("account usd disabled: %t", disabled), fmt.Sprintf(`{"gateways": [{"id": "usd",
		"provider": "sandbox", "mode": "test", "currency": "USD", "instruction": "all", "disabled": %t}]}`, disabled))
}

func (s *seat) processing() deed {
	by := pick(s.world, people)
	var ids []engine.AllocationID
	for _, id := range s.oracle.order {
		for _, a := range s.oracle.files[id].allocations {
			if a.Status == engine.AllocationPending && s.dice.IntN(3) > 0 || s.dice.IntN(20) == 0 {
				ids = append(ids, a.ID)
			}
		}
	}
	if len(ids) == 0 {
		return s.review()
	}
	name := fmt.Sprintf("%s: process %v", by, ids)
	return deed{name: name, by: by, verb: engine.VerbProcess, do: func() error {
		_, _, err := s.Process(s.ctx, as(by), ids)
		return err
	}}
}

func (s *seat) lookUp() deed {
	p, ok := s.payout()
	if !ok {
		return s.review()
	}
	by := pick(s.world, people)
	name := fmt.Sprintf("%s: look up %s", by, p.AllocationID)
	return deed{name: name, by: by, verb: engine.VerbLookUp, do: func() error {
		_, err := s.LookUp(s.ctx, as(by), p.AllocationID)
		return err
	}}
}

// afterwards is what happens to money that has left, and to accounts: a payout
// is taken back, a provider calls, what came back is paid again, an account is
// paused or resumed.
func (s *seat) afterwards() deed {
	var paid []engine.Payout
	for _, id := range s.oracle.order {
		for _, p := range s.oracle.files[id].payouts {
			if p.Verdict == engine.VerdictPaid {
				paid = append(paid, p)
			}
		}
	}
	if len(paid) == 0 {
		return s.review()
	}
	p, by := pick(s.world, paid), pick(s.world, []engine.ReviewerID{"senior1", "senior2", "senior1", "rev1"})
	switch s.dice.IntN(6) {
	case 0:
		return deed{name: fmt.Sprintf("provider: news of %s", p.AllocationID), do: func() error {
			return s.NotifyPayout(s.ctx, p.AllocationID)
		}}
	case 1:
		return deed{name: fmt.Sprintf("%s: pay again %s", by, p.RequestID), by: by, verb: engine.VerbPayAgain, do: func() error {
			_, err := s.PayAgain(s.ctx, as(by), p.RequestID, s.oracle.files[p.RequestID].request.Version)
			return err
		}}
	case 2:
		pause := s.dice.IntN(3) == 0
		return deed{name: fmt.Sprintf("admin1: account usd paused: %t", pause), by: "admin1", do: func() error {
			if !pause {
				_, err := s.ResumeGateway(s.ctx, as("admin1"), "usd")
				return err
			}
			_, err := s.PauseGateway(s.ctx, as("admin1"), "usd", "the dice say so")
			return err
		}}
	default:
		return deed{name: fmt.Sprintf("%s: take back %s", by, p.AllocationID), by: by, verb: engine.VerbCancelPayout, do: func() error {
			_, err := s.CancelPayout(s.ctx, as(by), p.AllocationID, "the dice say so")
			return err
		}}
	}
}

// payout returns a payout, most often one that is not settled, if there is any.
func (s *seat) payout() (p engine.Payout, ok bool) {
	var open, all []engine.Payout
	for _, id := range s.oracle.order {
		for _, p := range s.oracle.files[id].payouts {
			all = append(all, p)
			if p.Verdict == "" || p.Conflict {
				open = append(open, p)
			}
		}
	}
	switch {
	case len(open) > 0 && s.dice.IntN(4) > 0:
		return pick(s.world, open), true
	case len(all) > 0:
		return pick(s.world, all), true
	}
	return p, false
}

// state is a senior's word on a payout: what the provider's books say, or where
// people err, anything. They look and speak in one breath, for nothing in a
// statement says what its payout was when they looked.
func (s *seat) state() deed {
	p, ok := s.payout()
	if !ok {
		return s.review()
	}
	word, known := s.truth(p)
	if !s.kind.truthful && s.dice.IntN(3) == 0 {
		word, known = engine.Word{Verdict: engine.VerdictNotPaid, Evidence: "hearsay"}, true
		if s.dice.IntN(2) == 0 {
			word.Verdict = engine.VerdictPaid
			word.Amount = money.New(1+s.dice.Int64N(2*p.Amount.Minor), p.Amount.Currency)
		}
	}
	if !known {
		return s.review()
	}
	by := pick(s.world, []engine.ReviewerID{"senior1", "senior2", "senior1", "rev1"})
	name := fmt.Sprintf("%s: states of %s: %s %s", by, p.AllocationID, word.Verdict, word.Amount.Text())
	if p.Conflict {
		name += " (conflict)"
		return deed{name: name, by: by, verb: engine.VerbResolve, atOnce: true, do: func() error {
			_, err := s.ResolveConflict(s.ctx, as(by), p.AllocationID, word)
			return err
		}}
	}
	word.Sent = p.Sent
	return deed{name: name, by: by, verb: engine.VerbState, atOnce: true, do: func() error {
		_, err := s.StateOutcome(s.ctx, as(by), p.AllocationID, word)
		return err
	}}
}

// truth is what the provider's books say of a payout. That it was not paid can
// be known only once nobody can be about to send it any more.
func (w *world) truth(p engine.Payout) (word engine.Word, known bool) {
	effects := w.effects(p.AllocationID)
	if len(effects) > 0 {
		word = engine.Word{Verdict: engine.VerdictPaid, Amount: effects[0].Paid, Evidence: "the provider's books"}
		switch back := effects[0].Returned; {
		case !back.Positive():
		case p.Conflict && back == effects[0].Paid:
			word.Verdict, word.Amount = engine.VerdictNotPaid, money.Amount{}
		case p.Conflict:
			word.Amount = effects[0].Paid.Minus(back)
		default:
			word.Verdict, word.Amount = engine.VerdictReturned, back
		}
		return word, true
	}
	for _, s := range w.seats {
		if s.process != nil || len(s.network.Late()) > 0 {
			return word, false
		}
	}
	return engine.Word{Verdict: engine.VerdictNotPaid, Evidence: "the provider's books"}, true
}

// review is a verb on some request, by somebody, of the version that they
// looked at.
func (s *seat) review() deed {
	f := s.oracle.files[pick(s.world, s.oracle.order)]
	for range 5 { // most of what people look at is open
		if f.request.Status.Final() {
			f = s.oracle.files[pick(s.world, s.oracle.order)]
		}
	}
	if f.request.Status.Final() && s.dice.IntN(5) > 0 {
		return s.work()
	}
	r, by := f.request, pick(s.world, people)
	seen := r.Version
	if s.dice.IntN(12) == 0 {
		seen = s.dice.IntN(r.Version + 2)
	}
	verb := s.verbFor(r, by)
	do, what := s.reviewing(verb, f, seen)
	return s.verb(verb, by, r.ID, what, do)
}

// verbFor is what comes next on the usual way, or else more often something
// that is possible than not.
func (s *seat) verbFor(r engine.Request, by engine.ReviewerID) engine.Verb {
	if next, ok := usual[r.Status]; ok && r.Block == nil && s.dice.IntN(2) == 0 {
		return next
	}
	var possible []engine.Verb
	config := s.oracle.config
	standing := engine.Standing{Request: r, Point: config.Points[r.PointID], Actor: config.Reviewers[by]}
	for _, verb := range reviewVerbs {
		if verb != engine.VerbComment && standing.Why(verb) == nil {
			possible = append(possible, verb)
		}
	}
	if len(possible) == 0 || s.dice.IntN(5) == 0 {
		return pick(s.world, reviewVerbs)
	}
	return pick(s.world, possible)
}

// usual is how requests go on in most cases.
var usual = map[engine.RequestStatus]engine.Verb{
	engine.RequestPending: engine.VerbReady, engine.RequestReady: engine.VerbApprove,
	engine.RequestApproved: engine.VerbAutoAllocate, engine.RequestInProgress: engine.VerbAutoAllocate,
}

// reviewVerbs lists what reviewers can do with a request; what is to happen more
// often stands there twice.
var reviewVerbs = []engine.Verb{
	engine.VerbReady, engine.VerbReturn, engine.VerbApprove, engine.VerbUndoApproval, engine.VerbAllocate,
	engine.VerbAllocate, engine.VerbAutoAllocate, engine.VerbRelease, engine.VerbCancel, engine.VerbSplit,
	engine.VerbMerge, engine.VerbMerge, engine.VerbSettle, engine.VerbBlock, engine.VerbUnblock, engine.VerbSet,
	engine.VerbCancelAllocation, engine.VerbComment,
}

// outcome is what came of a deed, in a word or a sentence.
func outcome(err error) string {
	switch {
	case err == nil:
		return "done"
	case errors.Is(err, context.Canceled):
		return "gave up"
	}
	return fmt.Sprintf("%s: %v", engine.CodeOf(err), err)
}

// others returns requests that could be merged into r, or else any.
func (s *seat) others(r engine.Request) (ids []engine.RequestID) {
	standing := func(r engine.Request) engine.Standing {
		config := s.oracle.config
		return engine.Standing{Request: r, Point: config.Points[r.PointID], Actor: config.Reviewers["senior1"]}
	}
	for _, id := range s.oracle.order {
		other := s.oracle.files[id].request
		if id != r.ID && engine.Mergeable(standing(r), standing(other)) == nil {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return []engine.RequestID{pick(s.world, s.oracle.order)}
	}
	return slices.Clone(ids[:1+s.dice.IntN(len(ids))])
}
