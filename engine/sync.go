package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// How long after an answer, and after none, a provider is asked for a balance
// again.
const (
	syncGap      = 5 * time.Minute
	syncRetryGap = time.Minute
)

// stepBalance asks one provider for one account's balance, if that is due.
func (e *Engine) stepBalance(ctx context.Context) (more bool, err error) {
	due, err := view(ctx, e, e.syncDue)
	if err != nil || due == "" {
		return false, err
	}
	var account GatewayAccount
	var before Balance
	_, err = e.do(ctx, engineCaller, "", func(w *work) error {
		account = GatewayAccount{}
		id, err := e.syncDue(w.tx)
		if err != nil || id == "" { // another worker was quicker
			return err
		}
		state, err := w.tx.GatewayState(id)
		if err != nil {
			return err
		}
		state.SyncAt = w.now.Add(lease) // until then it is nobody else's
		w.tx.PutGatewayState(state)
		account = w.config.Gateways[id]
		before, err = w.tx.Balance(id)
		return err
	})
	if err != nil || account.ID == "" {
		return false, err
	}
	_, err = e.sync(ctx, engineCaller, account, before)
	return true, err
}

// syncDue is the account whose balance is to be asked for now, "" for none.
func (e *Engine) syncDue(tx ReadTx) (string, error) {
	config, err := tx.Config()
	if err != nil {
		return "", err
	}
	for _, account := range inOrder(config.Gateways) {
		if account.Disabled || e.whyNotTold(account) != nil {
			continue
		}
		state, err := tx.GatewayState(account.ID)
		if err != nil {
			return "", err
		}
		if !state.SyncAt.After(e.Now()) {
			return account.ID, nil
		}
	}
	return "", nil
}

// SyncBalance asks the provider for an account's balance now, for an admin. To
// ask twice is harmless, so a caller's idempotency key is not looked at. That
// the provider could not tell is kept as the account's health, and no error.
func (e *Engine) SyncBalance(ctx context.Context, c Caller, id string) (GatewayState, error) {
	c.Key = ""
	var account GatewayAccount
	var before Balance
	_, err := e.do(ctx, c, "", func(w *work) (err error) {
		if err := w.least(RoleAdmin, "sync a balance"); err != nil {
			return err
		}
		if account, err = w.config.gateway(id); err != nil {
			return err
		}
		before, err = w.tx.Balance(id)
		return err
	})
	if err == nil {
		err = e.whyNotTold(account)
	}
	if err != nil {
		return GatewayState{}, fmt.Errorf("cannot sync gateway account %s: %w", id, err)
	}
	return e.sync(ctx, c, account, before)
}

// whyNotTold says why the provider of an account cannot be asked what it holds,
// or nil.
func (e *Engine) whyNotTold(account GatewayAccount) error {
	switch gateway := e.world.Gateways[account.Provider]; {
	case gateway == nil || !gateway.Capabilities().Balance:
		return Errorf(Refused, "provider %s does not tell balances", account.Provider).
			Or("purser gateway balance %s AMOUNT sets it by hand", account.ID)
	case account.ExternalID == "":
		return Errorf(Refused, "it has no externalId, by which provider %s knows it", account.Provider).
			Or("purser gateway set %s externalId=NAME, or purser gateway balance %s AMOUNT sets the balance by hand",
				account.ID, account.ID)
	}
	return nil
}

// sync asks, and keeps the answer. What left the account while the provider
// was asked is taken from its figure, which may or may not know of it: until
// the next answer the balance is rather too low than too high.
func (e *Engine) sync(ctx context.Context, c Caller, account GatewayAccount, before Balance) (state GatewayState, err error) {
	told, failure := e.askBalance(ctx, account)
	if failure != nil && errors.Is(ctx.Err(), context.Canceled) {
		return state, ctx.Err()
	}
	_, err = e.do(context.WithoutCancel(ctx), c, "", func(w *work) error {
		was, err := w.tx.GatewayState(account.ID)
		if err != nil {
			return err
		}
		state = was
		event := "gateway-recovered"
		state.Unhealthy, state.SyncAt = "", w.now.Add(syncGap)
		if failure != nil {
			event = "gateway-degraded"
			state.Unhealthy, state.SyncAt = clip(failure.Error()), w.now.Add(syncRetryGap)
		}
		if (state.Unhealthy == "") != (was.Unhealthy == "") {
			state.HealthSince = w.now
		} else {
			state.Unhealthy = was.Unhealthy // the first reason stands: one entry for one outage
		}
		if failure == nil {
			state.SyncedAt = w.now
			if err := w.keepTold(account.ID, told, before); err != nil {
				return err
			}
		}
		return w.putState(was, state, event)
	})
	return state, err
}

// keepTold keeps a balance that a provider told, if it is another.
func (w *work) keepTold(id string, told money.Amount, before Balance) error {
	b, err := w.tx.Balance(id)
	if err != nil {
		return err
	}
	if b.Known && before.Known {
		told = told.Minus(before.Balance.Minus(b.Balance))
	}
	if b.Known && b.Balance == told {
		return nil
	}
	b.Known, b.Balance = true, told
	return w.putBalance(b, "gateway-balance-synced")
}

// askBalance asks a connector, which never takes the engine down.
func (e *Engine) askBalance(ctx context.Context, account GatewayAccount) (told money.Amount, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the connector failed: %v", failure)
		}
	}()
	told, err = e.world.Gateways[account.Provider].Balance(ctx, account)
	if err == nil && told.Currency != account.Currency {
		err = fmt.Errorf("it told a balance of %s for an account in %s", told.Text(), account.Currency)
	}
	return told, err
}
