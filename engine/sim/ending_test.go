package sim_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
)

// end makes the weather good and lets people finish everything: then nothing
// may be left that nobody can finish, and the desk's books are the provider's.
func (w *world) end() {
	w.Helper()
	w.calm = true
	for _, s := range w.seats {
		s.kill()
		s.network.Deliver(context.Background())
	}
	w.note("the weather is good")
	desk := w.seats[0]
	desk.ctx = context.Background()
	if err := desk.configure(false).do(); err != nil {
		w.fail("good weather: %v", err)
	}
	if state, err := desk.Account(desk.ctx, "usd"); err != nil || state.State.Pause != nil {
		if _, err := desk.ResumeGateway(desk.ctx, as("admin1"), "usd"); err != nil {
			w.fail("good weather: %v", err)
		}
	}
	const rounds, patient = 100, 12 // somebody may pay a hundredth of all that is asked
	for round := range rounds {
		w.clock.Advance(3 * time.Hour)
		if round == patient && w.kind.routing != "" {
			whole := strings.ReplaceAll(w.kind.routing, `"splitMode": true`, `"splitMode": false`)
			if err := desk.reconfigure("parts are not divided again", whole).do(); err != nil {
				w.fail("good weather: %v", err)
			}
		}
		if err := desk.RunUntilIdle(context.Background()); err != nil {
			w.fail("good weather: %v", err)
		}
		w.oracle.look(false)
		if round < 2 { // providers call about what nobody heard: money that came back
			w.news(desk)
		}
		open := 0
		for _, id := range w.oracle.order {
			if f := w.oracle.files[id]; !finished(f) {
				open++
				desk.help(f, round)
			} else if !w.kind.truthful && round%10 == 9 && desk.audit(f) {
				open++
			}
		}
		if open == 0 && (w.kind.truthful || round%10 == 9) {
			break
		}
		if round == rounds-1 {
			w.fail("good weather: %d requests cannot be finished", open)
		}
	}
	w.oracle.look(true)
	w.settled()
}

// news has every payout looked up that nobody looks up any more.
func (w *world) news(desk *seat) {
	for _, id := range w.oracle.order {
		for _, p := range w.oracle.files[id].payouts {
			if err := desk.NotifyPayout(context.Background(), p.AllocationID); err != nil {
				w.fail("good weather: news of %s: %v", p.AllocationID, err)
			}
		}
	}
}

// finished reports whether nothing is left to do for a request.
func finished(f *file) bool {
	for _, a := range f.allocations {
		if a.Live() || a.Conflict {
			return false
		}
	}
	taking := func(p engine.Payout) bool { return p.Status == engine.PayoutCanceling }
	return f.request.Status.Final() && !slices.ContainsFunc(f.payouts, taking)
}

// help does what a person can do next for a request. The more rounds went by,
// the more they want to be done with it.
func (s *seat) help(f *file, round int) {
	r, ctx := f.request, context.Background()
	try := func(what string, err error) {
		s.note("good weather, round %d: %s %s: %s", round, what, r.ID, outcome(err))
		if code := engine.CodeOf(err); err != nil && code != engine.Refused && code != engine.Forbidden {
			s.fail("good weather: %s %s: %v", what, r.ID, err)
		}
	}
	if s.settle(f, try) {
		return
	}
	if r.Block != nil {
		_, err := s.Unblock(ctx, as("rev1"), r.ID, r.Version)
		try("unblock", err)
		return
	}
	if r.Status == engine.RequestInProgress {
		s.pay(f, round, try)
		return
	}
	if round < 6 {
		switch r.Status {
		case engine.RequestPending:
			_, err := s.Ready(ctx, as("rev2"), r.ID, r.Version)
			try("ready", err)
		case engine.RequestReady:
			_, err := s.Approve(ctx, as(pick(s.world, people)), r.ID, engine.Approving{Seen: r.Version})
			try("approve", err)
		default:
			_, _, err := s.AutoAllocate(ctx, as("rev1"), r.ID, r.Version, nil)
			try("allocate", err)
		}
		return
	}
	_, err := s.Cancel(ctx, as("rev1"), r.ID, r.Version, engine.Cancellation{By: engine.CanceledByMerchant})
	try("cancel", err)
}

// settle lets a senior end what is unknown or disputed, by the provider's books.
func (s *seat) settle(f *file, try func(string, error)) (busy bool) {
	for _, p := range f.payouts {
		word, known := s.truth(p)
		switch {
		case !known || p.LeaseUntil.After(s.clock.Now()):
		case p.Conflict:
			_, err := s.ResolveConflict(context.Background(), as("senior1"), p.AllocationID, word)
			try("resolve", err)
			busy = true
		case (p.Verdict == "" || p.Status == engine.PayoutCanceling) && s.clock.Now().Sub(p.IntentAt) > 24*time.Hour:
			word.Sent = p.Sent
			_, err := s.StateOutcome(context.Background(), as("senior1"), p.AllocationID, word)
			try("state", err)
			busy = true
		}
	}
	return busy
}

// pay brings a request in progress to its end.
func (s *seat) pay(f *file, round int, try func(string, error)) {
	r, ctx := f.request, context.Background()
	var pending []engine.AllocationID
	for _, a := range f.allocations {
		if a.Status == engine.AllocationPending {
			pending = append(pending, a.ID)
		}
	}
	switch {
	case len(pending) > 0:
		_, _, err := s.Process(ctx, as("rev1"), pending)
		try("process", err)
	case r.Live.Positive(): // it is on its way
	case round < 12 && r.Available().Positive():
		_, _, err := s.AutoAllocate(ctx, as("rev1"), r.ID, r.Version, nil)
		try("allocate", err)
	case r.Paid.Positive():
		_, _, err := s.SettleShort(ctx, as("senior1"), r.ID, engine.Settling{
			Seen: r.Version, Override: "nothing else works",
			CancelRest: &engine.Cancellation{By: engine.CanceledByMerchant},
		})
		try("settle short", err)
	default:
		_, err := s.Release(ctx, as("rev1"), r.ID, r.Version)
		try("release", err)
	}
}

// audit asks the provider about payouts whose books differ, because somebody
// erred, and reports whether it contradicted.
func (s *seat) audit(f *file) (contradicted bool) {
	for _, a := range f.allocations {
		if !s.kind.can.LookUp || a.Status == engine.AllocationCanceled || accounted(a, s.effects(a.ID)) == nil {
			continue
		}
		p, err := s.LookUp(context.Background(), as("rev1"), a.ID)
		s.note("good weather: ask about %s: %s", a.ID, outcome(err))
		contradicted = contradicted || err == nil && p.Conflict
		s.untold[a.ID] = err != nil || !p.Conflict
	}
	return contradicted
}

// settled checks that what the desk counts is what the provider did, unless
// somebody erred and the provider does not contradict.
func (w *world) settled() {
	w.Helper()
	for _, id := range w.oracle.order {
		for _, a := range w.oracle.files[id].allocations {
			known := w.kind.truthful || w.kind.can.LookUp && !w.untold[a.ID]
			if err := accounted(a, w.effects(a.ID)); err != nil && known {
				w.fail("in the end, %v", err)
			}
		}
	}
}
