package engine

import (
	"context"
	"fmt"
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
	State     GatewayState
	Spendable money.Amount // beyond what is reserved; meaningless while the balance is unknown
	Used      []Usage      // of the last 24 hours: one for each currency that has a limit
	Turnover  money.Amount // of today, in UTC
	Routes    []Route      // that lead to it, in file order; archived ones are left out
	Uses      []RouteUse   // of them and those before them, over the last seven days
	Days      []RouteUse   // the same by day, today last, its routes together
	Attention string       // what a person must look at, as a sentence; empty for nothing
}

// A Usage is how much of a limit is used.
type Usage struct {
	Used, Limit money.Amount
}

// Accounts returns the gateway accounts of a mode as they stand now, by id;
// archived ones are left out.
func (e *Engine) Accounts(ctx context.Context, mode Mode) ([]Account, error) {
	return view(ctx, e, func(tx ReadTx) ([]Account, error) {
		config, err := tx.Config()
		if err != nil {
			return nil, err
		}
		uses, err := byDay(tx, e.Now())
		if err != nil {
			return nil, err
		}
		var list []Account
		for _, g := range config.Gateways {
			if g.Mode != mode || g.Archived {
				continue
			}
			account, err := accountOf(tx, config, g, uses, e.Now())
			if err != nil {
				return nil, err
			}
			list = append(list, account)
		}
		slices.SortFunc(list, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
		return list, nil
	})
}

// Account returns a gateway account as it stands now, archived or not.
func (e *Engine) Account(ctx context.Context, id string) (Account, error) {
	return view(ctx, e, func(tx ReadTx) (Account, error) {
		config, err := tx.Config()
		if err != nil {
			return Account{}, err
		}
		g, err := config.gateway(id)
		if err != nil {
			return Account{}, err
		}
		uses, err := byDay(tx, e.Now())
		if err != nil {
			return Account{}, err
		}
		return accountOf(tx, config, g, uses, e.Now())
	})
}

func accountOf(tx ReadTx, config *Config, g GatewayAccount, uses [latelyDays][]RouteUse, now time.Time) (Account, error) {
	account := Account{GatewayAccount: g}
	var err error
	if account.Holds, err = tx.Balance(g.ID); err != nil {
		return account, err
	}
	if account.State, err = tx.GatewayState(g.ID); err != nil {
		return account, err
	}
	if account.Turnover, err = tx.Turnover(g.ID, g.Currency, day(now)); err != nil {
		return account, err
	}
	for _, use := range uses[0] {
		if use.GatewayID == g.ID {
			account.Uses = append(account.Uses, use)
		}
	}
	for i := range uses {
		day := sumOf(g.ID, uses[i])
		if i+1 < len(uses) {
			later := sumOf(g.ID, uses[i+1])
			day.Used, day.Ended, day.Succeeded = day.Used-later.Used, day.Ended-later.Ended, day.Succeeded-later.Succeeded
		}
		account.Days = append(account.Days, day)
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
		if r.Gateway == g.ID && !r.Archived {
			account.Routes = append(account.Routes, r)
		}
	}
	account.Attention = account.attention()
	return account, nil
}

// Use sums up what the account's routes were used for.
func (s Account) Use() RouteUse { return sumOf(s.ID, s.Uses) }

// attention is what a person must look at on an account that is in use.
func (s Account) attention() string {
	limit := s.TurnoverLimit.In(s.Currency)
	switch {
	case s.Disabled || s.Instruction == InstructionNone:
		return ""
	case s.State.Stopped() != "":
		return s.State.Stopped()
	case s.Holds.Known && !s.Spendable.Positive():
		return fmt.Sprintf("short of balance: %s can be spent; top it up", s.Spendable.Text())
	case limit.Positive() && s.Turnover.Cmp(limit) >= 0:
		return fmt.Sprintf("its turnover of %s a day is used up until midnight UTC", limit.Text())
	default:
		return ""
	}
}

// Speaks reports whether this process has a connector for a provider.
func (e *Engine) Speaks(provider string) bool { return e.world.Gateways[provider] != nil }

// MayConfigure says why somebody may not change the configuration, or nil.
func MayConfigure(actor Reviewer) error { return mayAct(actor, RoleAdmin, "change the configuration") }
