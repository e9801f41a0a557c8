package sim_test

import (
	"context"
	"fmt"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// use uses a verb on a request as somebody saw it. Where a verb needs more than
// that, it gets something usual.
func use(
	ctx context.Context, e *engine.Engine, c engine.Caller, verb engine.Verb, saw engine.Request,
) (r engine.Request, err error) {
	switch verb {
	case engine.VerbReady:
		return e.Ready(ctx, c, saw.ID, saw.Version)
	case engine.VerbReturn:
		return e.Return(ctx, c, saw.ID, saw.Version)
	case engine.VerbApprove:
		return e.Approve(ctx, c, saw.ID, engine.Approving{Seen: saw.Version})
	case engine.VerbUndoApproval:
		return e.UndoApproval(ctx, c, saw.ID, saw.Version)
	case engine.VerbAutoAllocate:
		r, _, err = e.AutoAllocate(ctx, c, saw.ID, saw.Version, nil)
		return r, err
	case engine.VerbRelease:
		return e.Release(ctx, c, saw.ID, saw.Version)
	case engine.VerbBlock:
		return e.Block(ctx, c, saw.ID, "risk-review", "")
	case engine.VerbUnblock:
		return e.Unblock(ctx, c, saw.ID, saw.Version)
	case engine.VerbCancel:
		return e.Cancel(ctx, c, saw.ID, saw.Version, engine.Cancellation{By: engine.CanceledByMerchant})
	case engine.VerbSplit:
		first := money.New(saw.Amount.Minor/3, saw.Amount.Currency)
		r, _, err = e.Split(ctx, c, saw.ID, engine.Splitting{
			Seen: saw.Version, Amounts: []money.Amount{first, saw.Amount.Minus(first)}, Reason: "risk-review",
		})
		return r, err
	case engine.VerbComment:
		if _, err = e.Comment(ctx, c, saw.ID, "seen"); err == nil {
			r, err = e.Request(ctx, saw.ID)
		}
		return r, err
	}
	return r, fmt.Errorf("%s needs more than that", verb)
}

// A sending is a verb with all that goes with it, but for who sends it.
type sending func(context.Context, *engine.Engine, engine.Caller) (engine.Request, error)

// reviewing returns how a verb is used on a request, with whatever it needs as
// the dice say, and a word on that.
func (s *seat) reviewing(verb engine.Verb, f *file, seen int) (do sending, what string) {
	switch verb {
	case engine.VerbCancel, engine.VerbSplit, engine.VerbMerge, engine.VerbSettle, engine.VerbSet,
		engine.VerbCancelAllocation, engine.VerbAllocate:
		do, what = s.choosing(verb, f, seen)
	default:
		saw := f.request
		saw.Version = seen
		do = func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return use(ctx, e, c, verb, saw)
		}
	}
	return do, fmt.Sprintf("v%d %s", seen, what)
}

// choosing is reviewing for verbs that need more than a version.
func (s *seat) choosing(verb engine.Verb, f *file, seen int) (do sending, what string) {
	r := f.request
	switch verb {
	case engine.VerbCancel:
		by := pick(s.world, engine.CanceledBys())
		return func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return e.Cancel(ctx, c, r.ID, seen, engine.Cancellation{By: by})
		}, "by " + string(by)
	case engine.VerbSplit:
		parts := s.parts(r.Amount)
		return func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			parent, _, err := e.Split(ctx, c, r.ID, engine.Splitting{Seen: seen, Amounts: parts, Reason: "other"})
			return parent, err
		}, fmt.Sprint(parts)
	case engine.VerbMerge:
		sources := s.others(r)
		return func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return e.Merge(ctx, c, r.ID, engine.Merging{
				Seen: seen, Sources: sources, Reason: "consolidation", OtherInstrument: true,
			})
		}, fmt.Sprint("from ", sources)
	case engine.VerbSettle:
		settling := engine.Settling{Seen: seen, Override: pick(s.world, []string{"", "the customer agrees"})}
		if s.dice.IntN(2) == 0 {
			settling.CancelRest = &engine.Cancellation{By: engine.CanceledByMerchant}
		}
		return func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			settled, _, err := e.SettleShort(ctx, c, r.ID, settling)
			return settled, err
		}, settling.Override
	case engine.VerbSet:
		i := s.instrumentOf(r).ID
		return func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			return e.Set(ctx, c, r.ID, seen, engine.Details{InstrumentID: &i})
		}, string(i)
	case engine.VerbCancelAllocation:
		return s.cancelAllocation(f)
	default:
		return s.byHand(f, seen)
	}
}

// parts splits an amount, nearly always rightly.
func (s *seat) parts(total money.Amount) []money.Amount {
	first := money.New(1+s.dice.Int64N(total.Minor), total.Currency)
	list := []money.Amount{first, total.Minus(first)}
	if s.dice.IntN(10) == 0 {
		list = append(list, first)
	}
	return list
}

// instrumentOf returns an instrument, nearly always of the request's customer.
func (s *seat) instrumentOf(r engine.Request) engine.Instrument {
	for _, mine := range s.instruments {
		if mine[0].CustomerID == r.CustomerID && s.dice.IntN(20) > 0 {
			return pick(s.world, mine)
		}
	}
	return pick(s.world, s.instruments[0])
}

func (s *seat) cancelAllocation(f *file) (do sending, what string) {
	id := engine.AllocationID("pra_none")
	if len(f.allocations) > 0 {
		id = pick(s.world, f.allocations).ID
	}
	return func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
		if _, err := e.CancelAllocation(ctx, c, id); err != nil {
			return engine.Request{}, err
		}
		return e.Request(ctx, f.request.ID)
	}, string(id)
}

func (s *seat) byHand(f *file, seen int) (do sending, what string) {
	r := f.request
	m := engine.ManualAllocation{
		Seen: seen, InstrumentID: s.instrumentOf(r).ID, Amount: r.Available(),
		GatewayID: pick(s.world, []string{"usd", "usd", "usd-covered", "jpy", "uah"}),
		Override:  pick(s.world, []string{"", "", "agreed"}),
	}
	if r.Available().Positive() && s.dice.IntN(2) == 0 {
		m.Amount.Minor = 1 + s.dice.Int64N(r.Available().Minor+1)
	}
	return func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
		allocated, _, err := e.AllocateManually(ctx, c, r.ID, m)
		return allocated, err
	}, fmt.Sprintf("%s from %s", m.Amount.Text(), m.GatewayID)
}
