package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// An Account is a gateway account as it stands: what it holds, and how much of
// its limits is used.
type Account struct {
	GatewayAccount
	Holds     Balance
	Spendable money.Amount // beyond what is reserved; meaningless while the balance is unknown
	Used      []Usage      // of the last 24 hours: one for each currency that has a limit
	Routes    []Route      // that lead to it, in file order
}

// A Usage is how much of a limit is used.
type Usage struct {
	Used, Limit money.Amount
}

// Accounts returns the gateway accounts of a mode as they stand now, by id.
func (e *Engine) Accounts(ctx context.Context, mode Mode) ([]Account, error) {
	return view(ctx, e, func(tx ReadTx) ([]Account, error) {
		config, err := tx.Config()
		if err != nil {
			return nil, err
		}
		var list []Account
		for _, g := range config.Gateways {
			if g.Mode != mode {
				continue
			}
			account, err := accountOf(tx, config, g, e.Now())
			if err != nil {
				return nil, err
			}
			list = append(list, account)
		}
		slices.SortFunc(list, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
		return list, nil
	})
}

func accountOf(tx ReadTx, config *Config, g GatewayAccount, now time.Time) (Account, error) {
	account := Account{GatewayAccount: g}
	var err error
	if account.Holds, err = tx.Balance(g.ID); err != nil {
		return account, err
	}
	account.Spendable = spendable(g, account.Holds)
	for _, limit := range g.Limits.Per24Hours {
		used, err := tx.AllocatedSince(g.ID, limit.Currency, now.Add(-24*time.Hour))
		if err != nil {
			return account, err
		}
		account.Used = append(account.Used, Usage{Used: used, Limit: limit.Amount.In(limit.Currency)})
	}
	for _, r := range config.Routes {
		if r.Gateway == g.ID {
			account.Routes = append(account.Routes, r)
		}
	}
	return account, nil
}

// MayConfigure says why somebody may not change the configuration, or nil.
func MayConfigure(actor Reviewer) error { return mayAct(actor, RoleAdmin, "change the configuration") }
