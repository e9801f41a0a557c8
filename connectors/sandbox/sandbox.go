package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// Options say how a sandbox behaves where no field of an instrument does. The
// zero Options are good weather.
type Options struct {
	Seed    uint64      // of whatever chance decides; the same seed and key, the same luck
	Clock   clock.Clock // nil: the machine's
	Weather Weather

	// Capabilities is what the provider can do, and does: it deduplicates keys
	// for exactly KeyLife. Nil: [Capabilities].
	Capabilities *engine.Capabilities

	// Opening tells what an account held before anything was paid from it. Nil:
	// [Opening].
	Opening func(account engine.GatewayAccount) (money.Amount, error)

	// Accounts tells which accounts there are in a mode. Nil: [Accounts].
	Accounts func(mode engine.Mode) ([]engine.ProviderAccount, error)

	// Sleep waits for d, or returns why it could not. Nil waits in real time.
	Sleep func(ctx context.Context, d time.Duration) error

	// Fault, if not nil, is called at every point of every exchange, without
	// locks held. An error breaks the connection there; runtime.Goexit or the
	// end of the process is a crash there.
	Fault func(at Point, key engine.AllocationID) error
}

// A Point is a place in an exchange where it can be interrupted.
type Point string

// The points, in their order.
const (
	BeforeEffect Point = "before-effect" // the provider has not heard of it
	AfterEffect  Point = "after-effect"  // the provider's books changed; passed over if they did not
	BeforeAnswer Point = "before-answer" // the answer, however long it took, is on its way
)

// Weather says how many of a hundred orders do not simply get paid. The five
// make at most 100 together; what is beyond does not count.
type Weather struct {
	Declined int
	TimedOut int // paid, but the answer is lost
	Lost     int // never arrives
	Partial  int
	Slow     int // accepted, and paid only when looked up
}

// Capabilities returns what a sandbox can do unless its Options say otherwise.
func Capabilities() engine.Capabilities {
	return engine.Capabilities{
		LookUp: true, Partial: true, Balance: true, TakeBack: true, Accounts: true,
		KeyLife: 24 * time.Hour, NotFoundFinalAfter: time.Minute, Settling: 5 * time.Minute,
	}
}

// A Sandbox is the provider and the connector to it in one. It is safe for
// concurrent use.
type Sandbox struct {
	options      Options
	capabilities engine.Capabilities
	ledger       *ledger
}

var _ engine.Gateway = (*Sandbox)(nil)

// Open returns a sandbox whose ledger is the file at path, which is made if it
// is not there. Any number of processes can share one.
func Open(path string, o Options) (*Sandbox, error) {
	l, err := openLedger(path)
	if err != nil {
		return nil, fmt.Errorf("open sandbox ledger %s: %w", path, err)
	}
	return with(l, o), nil
}

// Memory returns a sandbox whose ledger ends with it.
func Memory(o Options) *Sandbox { return with(newLedger(), o) }

func with(l *ledger, o Options) *Sandbox {
	s := &Sandbox{options: o, capabilities: Capabilities(), ledger: l}
	if o.Capabilities != nil {
		s.capabilities = *o.Capabilities
	}
	if o.Opening == nil {
		s.options.Opening = Opening
	}
	if o.Accounts == nil {
		s.options.Accounts = Accounts
	}
	if o.Clock == nil {
		s.options.Clock = clock.System{}
	}
	if o.Sleep == nil {
		s.options.Sleep = Wait
	}
	return s
}

// Close gives the ledger's file back. The sandbox cannot be used afterwards.
func (s *Sandbox) Close() error { return s.ledger.close() }

// Capabilities implements [engine.Gateway].
func (s *Sandbox) Capabilities() engine.Capabilities { return s.capabilities }

// Pay implements [engine.Gateway].
func (s *Sandbox) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	if resolution, err := refuse(o); err != nil {
		return refusal(resolution, err)
	}
	return s.exchange(ctx, callPay, o)
}

// LookUp implements [engine.Gateway].
func (s *Sandbox) LookUp(ctx context.Context, o engine.PayOrder) engine.Outcome {
	if !s.capabilities.LookUp {
		return unknown(engine.ResolutionUnknown, "this provider cannot be asked")
	}
	return s.exchange(ctx, callLookUp, o)
}

// TakeBack implements [engine.Gateway].
func (s *Sandbox) TakeBack(ctx context.Context, o engine.PayOrder) engine.Outcome {
	if !s.capabilities.TakeBack {
		return unknown(engine.ResolutionUnknown, "this provider takes nothing back")
	}
	return s.exchange(ctx, callCancel, o)
}

// Balance implements [engine.Gateway].
func (s *Sandbox) Balance(ctx context.Context, account engine.GatewayAccount) (money.Amount, error) {
	switch {
	case ctx.Err() != nil:
		return money.Amount{}, ctx.Err()
	case !s.capabilities.Balance:
		return money.Amount{}, errors.New("this provider does not tell balances")
	case account.Mode != engine.ModeTest:
		return money.Amount{}, errors.New("the sandbox serves accounts in test mode only")
	}
	held, err := s.options.Opening(account)
	if err != nil {
		return held, err
	}
	orders, err := s.ledger.all()
	for _, order := range orders {
		if order.Account == account.ID && order.Status != engine.PayoutPending && order.Paid.Currency == held.Currency {
			held = held.Minus(order.Paid).Plus(order.Returned)
		}
	}
	return held, err
}

// Opening is what an account held before anything was paid from it, unless the
// Options say otherwise: a million of its currency.
func Opening(account engine.GatewayAccount) (money.Amount, error) {
	return money.Number{Decimal: decimal.NewFromInt(1_000_000)}.In(account.Currency), nil
}

// Accounts implements [engine.Gateway].
func (s *Sandbox) Accounts(ctx context.Context, mode engine.Mode) ([]engine.ProviderAccount, error) {
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !s.capabilities.Accounts:
		return nil, errors.New("this provider does not tell of its accounts")
	}
	return s.options.Accounts(mode)
}

// Accounts returns the accounts that a sandbox has unless its Options say
// otherwise: in test mode one each in EUR, GBP, UAH and USD, which pays test
// and card payouts in its currency.
func Accounts(mode engine.Mode) ([]engine.ProviderAccount, error) {
	if mode != engine.ModeTest {
		return nil, nil
	}
	var list []engine.ProviderAccount
	for _, currency := range []money.Currency{"EUR", "GBP", "UAH", "USD"} {
		small := strings.ToLower(string(currency))
		list = append(list, engine.ProviderAccount{
			ExternalID: "main", Currency: currency, Name: "Sandbox " + string(currency),
			Services: []string{"test_" + small, "payment_card_" + small},
		})
	}
	return list, nil
}

// longestKey bounds a key, in characters.
const longestKey = 200

// refuse says what is wrong with an order before its details are looked at.
func refuse(o engine.PayOrder) (engine.Resolution, error) {
	if err := text.Check("key", string(o.Key), longestKey); err != nil {
		return engine.ResolutionInvalidRequest, err
	}
	switch {
	case o.Key == "":
		return engine.ResolutionInvalidRequest, errors.New("an order needs a key")
	case o.Gateway.Mode != engine.ModeTest:
		return engine.ResolutionAccessDenied, errors.New("the sandbox serves accounts in test mode only")
	case !o.Amount.Currency.Known() || o.Gateway.Currency != o.Amount.Currency:
		return engine.ResolutionInvalidRequest, fmt.Errorf("an account in %s cannot pay %s",
			text.Line(string(o.Gateway.Currency)), text.Line(o.Amount.Text()))
	case !o.Amount.Positive() || o.Amount.Minor > money.MaxMinor:
		return engine.ResolutionInvalidAmount, fmt.Errorf("%s cannot be paid", o.Amount.Text())
	}
	return "", nil
}

// exchange is one question and its answer, with all that can happen between.
func (s *Sandbox) exchange(ctx context.Context, c call, o engine.PayOrder) (answer engine.Outcome) {
	defer func() {
		if failure := recover(); failure != nil {
			answer = unknown(engine.ResolutionUnknown, fmt.Sprint("the sandbox failed: ", failure))
		}
	}()
	if err := errors.Join(ctx.Err(), s.reach(BeforeEffect, o.Key)); err != nil {
		return broken(err)
	}
	answer, delay, changed, err := s.meet(c, o)
	if err != nil {
		return unknown(engine.ResolutionProviderInternal, err.Error())
	}
	if changed {
		if err := s.reach(AfterEffect, o.Key); err != nil {
			return broken(err)
		}
	}
	if err := s.options.Sleep(ctx, delay); err != nil {
		return broken(err)
	}
	if err := s.reach(BeforeAnswer, o.Key); err != nil {
		return broken(err)
	}
	return answer
}

func (s *Sandbox) reach(at Point, key engine.AllocationID) error {
	if s.options.Fault == nil {
		return nil
	}
	return s.options.Fault(at, key)
}

// Wait waits for d in the machine's time, or until ctx ends, and then says why.
func Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// broken is the outcome of an exchange that ended without an answer.
func broken(err error) engine.Outcome {
	if errors.Is(err, context.DeadlineExceeded) {
		return unknown(engine.ResolutionTimeout, "no answer in time")
	}
	return unknown(engine.ResolutionConnection, err.Error())
}

func unknown(r engine.Resolution, message string) engine.Outcome {
	return engine.Outcome{Resolution: r, Message: message}
}

// refusal is the outcome of an order that left no trace.
func refusal(r engine.Resolution, err error) engine.Outcome {
	return engine.Outcome{Verdict: engine.VerdictNotPaid, Resolution: r, Message: err.Error()}
}
