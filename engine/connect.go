package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// A ProviderAccount is an account as its provider tells of it: in one currency,
// so that one name there can stand for several.
type ProviderAccount struct {
	ExternalID string // the provider's own name for it
	Currency   money.Currency
	Name       string
	Services   []string // ids of those it can pay; what the desk does not have is passed over
}

// Bounds of what a provider tells of its accounts.
const (
	mostAccounts    = 1000
	longestExternal = 64
)

// ConnectProvider asks a provider for its accounts of a mode, for an admin, and
// makes a gateway account and its routes of what the desk does not know yet: an
// account is known again by its external id and currency. Nothing that is there
// is changed, enabled or taken away, so that to connect again is how a new
// currency, or a new service, comes in. Nothing is paid by what is new before
// an admin says so: accounts come with the instruction none, and a route of an
// account that has another instruction comes disabled.
//
// To connect twice is harmless, so a caller's idempotency key is not looked at.
func (e *Engine) ConnectProvider(ctx context.Context, c Caller, provider string, mode Mode) (changed []ConfigChange, err error) {
	c.Key = ""
	defer func() {
		if err != nil {
			err = fmt.Errorf("cannot connect provider %s: %w", text.Line(provider), err)
		}
	}()
	_, err = e.do(ctx, c, "", func(w *work) error { return MayConfigure(w.actor) })
	if err != nil {
		return nil, err
	}
	told, err := e.askAccounts(ctx, provider, mode)
	if err != nil {
		return nil, err
	}
	_, err = e.do(ctx, c, "", func(w *work) error {
		if err := MayConfigure(w.actor); err != nil {
			return err
		}
		changed, err = w.apply(w.config.connecting(provider, mode, told), false)
		return err
	})
	return changed, err
}

// askAccounts asks a connector, which never takes the engine down.
func (e *Engine) askAccounts(ctx context.Context, provider string, mode Mode) (told []ProviderAccount, err error) {
	gateway, ok := e.world.Gateways[provider]
	switch {
	case !ok:
		return nil, Errorf(NotFound, "there is no such provider").Or("providers: %s", orNone(keys(e.world.Gateways)))
	case mode != ModeLive && mode != ModeTest:
		return nil, invalid("mode", "the mode is %q; live or test", mode)
	case !gateway.Capabilities().Accounts:
		return nil, Errorf(Refused, "it does not tell of its accounts").Or("write them into a file for purser apply")
	}
	defer func() {
		if failure := recover(); failure != nil {
			told, err = nil, Errorf(Unavailable, "the connector failed: %v", failure)
		}
	}()
	told, err = gateway.Accounts(ctx, mode)
	switch {
	case err != nil && errors.Is(ctx.Err(), context.Canceled):
		return nil, ctx.Err()
	case err != nil:
		return nil, Errorf(Unavailable, "it could not be asked: %s", clip(err.Error())).Or("try again later")
	case len(told) == 0:
		return nil, Errorf(Refused, "it has no %s account", mode)
	}
	if err := checkTold(told); err != nil {
		return nil, Errorf(Unavailable, "what it tells of its accounts cannot be used: %v", err).Or("ask the provider")
	}
	return told, nil
}

// checkTold refuses what no account can be made of: all or nothing, as half of
// a provider would be taken for the whole of it.
func checkTold(told []ProviderAccount) error {
	if len(told) > mostAccounts {
		return fmt.Errorf("there are %d accounts, and %d can be", len(told), mostAccounts)
	}
	for i, account := range told {
		err := errors.Join(
			text.Check("external id", account.ExternalID, longestExternal), text.Check("name", account.Name, longestWords))
		switch {
		case err != nil:
			return fmt.Errorf("account %d: %w", i+1, err)
		case account.ExternalID == "":
			return fmt.Errorf("account %d has no external id", i+1)
		case !account.Currency.Known():
			return fmt.Errorf("account %d is in %q, which is no currency", i+1, clip(string(account.Currency)))
		case slices.ContainsFunc(told[:i], account.same):
			return fmt.Errorf("%s in %s is there twice", account.ExternalID, account.Currency)
		}
	}
	return nil
}

func (a ProviderAccount) same(b ProviderAccount) bool {
	return a.ExternalID == b.ExternalID && a.Currency == b.Currency
}

// connecting is the part of a configuration that a provider's accounts lack in
// c. An archived account stays out of sight, and gets no routes.
func (c *Config) connecting(provider string, mode Mode, told []ProviderAccount) (f ConfigFile) {
	for _, account := range told {
		gateway, known := c.toldBefore(provider, mode, account)
		if !known {
			gateway = GatewayAccount{
				Name: account.Name, Provider: provider, Mode: mode, Currency: account.Currency,
				Instruction: InstructionNone, ExternalID: account.ExternalID,
			}
			gateway.ID = unused(madeID(provider, account.ExternalID, string(account.Currency)), func(id string) bool {
				_, taken := c.Gateways[id]
				return taken || slices.ContainsFunc(f.Gateways, func(g GatewayAccount) bool { return g.ID == id })
			})
			f.Gateways = append(f.Gateways, gateway)
		}
		if !gateway.Archived {
			f.Routes = append(f.Routes, c.lackingRoutes(gateway, account.Services, f.Routes)...)
		}
	}
	return f
}

// toldBefore is the account of the desk that a provider's account is.
func (c *Config) toldBefore(provider string, mode Mode, account ProviderAccount) (GatewayAccount, bool) {
	for _, g := range inOrder(c.Gateways) {
		if g.Provider == provider && g.Mode == mode && g.ExternalID == account.ExternalID && g.Currency == account.Currency {
			return g, true
		}
	}
	return GatewayAccount{}, false
}

// lackingRoutes are the routes that an account lacks to services of the desk.
// One that is disabled or archived is not lacking: an admin wants it so.
func (c *Config) lackingRoutes(gateway GatewayAccount, services []string, others []Route) (lacking []Route) {
	for _, service := range slices.Compact(slices.Sorted(slices.Values(services))) {
		_, offered := c.Services[service]
		if !offered || slices.ContainsFunc(c.Routes, func(r Route) bool { return r.Gateway == gateway.ID && r.Service == service }) {
			continue
		}
		id := unused(madeID(gateway.ID, service), func(id string) bool {
			same := func(r Route) bool { return r.ID == id }
			return slices.ContainsFunc(c.Routes, same) || slices.ContainsFunc(others, same) || slices.ContainsFunc(lacking, same)
		})
		lacking = append(lacking, Route{
			ID: id, Service: service, Gateway: gateway.ID, Disabled: gateway.Instruction != InstructionNone,
		})
	}
	return lacking
}

// longestMade leaves room behind an id that we make for what tells it from others.
const longestMade = 44

// madeID is an id of the words that people know a thing by: small letters and
// digits, dashes for all else.
func madeID(parts ...string) string {
	words := strings.FieldsFunc(strings.ToLower(strings.Join(parts, "-")), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
	})
	id := strings.Join(words, "-")
	return id[:min(len(id), longestMade)]
}

// unused is id, or the first of id-2, id-3 and so on that is not taken.
func unused(id string, taken func(string) bool) string {
	free := id
	for n := 2; taken(free); n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	return free
}
