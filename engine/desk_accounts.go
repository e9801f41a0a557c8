package engine

import (
	"context"
	"fmt"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// PauseGateway stops an account for now: no plan counts on it, and what is
// queued there stays queued. What is already at the provider goes on. It is
// never refused because something changed meanwhile.
func (e *Engine) PauseGateway(ctx context.Context, c Caller, id, reason string) (GatewayState, error) {
	return e.setState(ctx, c, mark("pause", id, reason), "pause", id, func(w *work, s *GatewayState) (string, error) {
		if reason == "" {
			return "", invalid("reason", "a pause needs its reason")
		}
		if err := text.Check("reason", reason, longestDescription); err != nil {
			return "", invalid("reason", "%v", err)
		}
		if s.Pause != nil {
			return "", Errorf(Refused, "it is %s", s.Stopped())
		}
		s.Pause = &Pause{Reason: text.Masked(reason), By: w.actor.ID, At: w.now}
		return "gateway-paused", nil
	})
}

// ResumeGateway lifts a pause.
func (e *Engine) ResumeGateway(ctx context.Context, c Caller, id string) (GatewayState, error) {
	return e.setState(ctx, c, mark("resume", id), "resume", id, func(_ *work, s *GatewayState) (string, error) {
		if s.Pause == nil {
			return "", Errorf(Refused, "it is not paused")
		}
		s.Pause = nil
		return "gateway-resumed", nil
	})
}

// setState is the frame of every verb of an admin on an account's state. edit
// returns what the journal calls it.
func (e *Engine) setState(
	ctx context.Context, c Caller, mark, doing, id string, edit func(*work, *GatewayState) (event string, err error),
) (state GatewayState, err error) {
	_, err = e.do(ctx, c, mark, func(w *work) error {
		w.result = id
		if err := w.least(RoleAdmin, doing+" a gateway account"); err != nil {
			return err
		}
		if _, err := w.config.gateway(id); err != nil {
			return err
		}
		was, err := w.tx.GatewayState(id)
		if err != nil {
			return err
		}
		state = was
		event, err := edit(w, &state)
		if err != nil {
			return err
		}
		return w.putState(was, state, event)
	})
	if err != nil {
		return GatewayState{}, fmt.Errorf("cannot %s gateway account %s: %w", doing, id, err)
	}
	if state.GatewayID == "" { // the key was seen before
		return e.GatewayState(ctx, id)
	}
	return state, nil
}

// putState keeps an account's state and journals what changed of it.
func (w *work) putState(was, state GatewayState, event string) error {
	w.tx.PutGatewayState(state)
	changed := changes(was.fields(), state.fields())
	if len(changed) == 0 {
		return nil
	}
	return w.appendDesk(KindGatewayState, state.GatewayID, event, changed)
}

// SetBalance says what an account holds: for those whose provider cannot be
// asked, when it was topped up. Nil makes it unknown, and what is unknown is
// not checked.
func (e *Engine) SetBalance(ctx context.Context, c Caller, id string, amount *money.Amount, reason string) (b Balance, err error) {
	_, err = e.do(ctx, c, mark("balance", id, fmt.Sprint(amount), reason), func(w *work) error {
		w.result = id
		if err := w.least(RoleAdmin, "set a balance"); err != nil {
			return err
		}
		account, err := w.config.gateway(id)
		if err != nil {
			return err
		}
		if reason == "" {
			return invalid("reason", "a balance set by hand needs its reason").Or("say where the figure is from")
		}
		if err := text.Check("reason", reason, longestDescription); err != nil {
			return invalid("reason", "%v", err)
		}
		if amount != nil && amount.Currency != account.Currency {
			return invalid("balance", "account %s is in %s", id, account.Currency)
		}
		if b, err = w.tx.Balance(id); err != nil {
			return err
		}
		b.Known, b.Balance = amount != nil, money.Zero(account.Currency)
		if amount != nil {
			b.Balance = *amount
		}
		return w.putBalance(b, "gateway-balance-set", textField("reason", text.Masked(reason)))
	})
	if err != nil {
		return Balance{}, fmt.Errorf("cannot set the balance of %s: %w", id, err)
	}
	if b.GatewayID == "" { // the key was seen before
		return e.Balance(ctx, id)
	}
	return b, nil
}

// putBalance keeps a balance that was told, rather than reckoned, and journals
// it: from there the record can reckon what it has to be.
func (w *work) putBalance(b Balance, event string, details ...Field) error {
	w.tx.PutBalance(b)
	told := []Field{textField("currency", string(b.Balance.Currency))}
	if b.Known {
		told = append(told, Field{Name: "balance", Value: b.Balance.String()})
	}
	return w.appendDesk(KindBalance, b.GatewayID, event, nil, append(told, details...)...)
}
