package engine

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/plan"
	"github.com/purserhq/purser/engine/text"
)

// configID is what a configured object can be called.
var configID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$`)

// checkConfig finds what makes no sense in a configuration as it will be: each
// object by itself, then what they say of each other.
func checkConfig(objects []configObject) error {
	c := NewConfig(0)
	for _, o := range objects {
		if !configID.MatchString(o.id) && o.kind != KindReviewer && o.kind != KindView {
			return invalid(o.kind, "%q cannot be the id of a %s", o.id, o.kind).Or("up to 50 letters, digits and ._-")
		}
		if err := o.checkScheme(); err != nil {
			return err
		}
		if err := c.Add(o.kind, o.id, o.body); err != nil {
			return err
		}
	}
	for i, o := range objects {
		if _, twice := find(objects[i+1:], o.kind, o.id); twice {
			return invalid(o.kind, "%s %s stands there twice", o.kind, o.id)
		}
	}
	checks := []func() error{
		func() error { return each(c.Services, Service.checkSelf) },
		func() error { return each(c.Gateways, GatewayAccount.check) },
		func() error { return each(c.Points, Point.check) },
		func() error { return each(c.Reviewers, Reviewer.check) },
		func() error { return each(c.Views, View.Check) },
		c.checkRoutes,
		c.checkSchemes,
		c.checkRates,
		c.checkPoints,
		c.checkOrder,
		c.checkAdmin,
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func each[K ~string, V any](m map[K]V, check func(V) error) error {
	for _, v := range inOrder(m) {
		if err := check(v); err != nil {
			return err
		}
	}
	return nil
}

// longestWords bounds a name or label that people configure; public keys are
// the longest of them.
const longestWords = 1000

// checkWords refuses what would not be fit to be shown.
func checkWords(where string, list ...string) error {
	for _, s := range list {
		if err := text.Check(where, s, longestWords); err != nil {
			return invalid(where, "%v", err)
		}
	}
	return nil
}

// checkAmounts checks numbers that have to be amounts of c, from zero up.
func checkAmounts(where string, c money.Currency, numbers map[string]money.Number) error {
	for _, name := range keys(numbers) {
		n := numbers[name]
		if _, err := n.Exact(c); err != nil {
			return invalid(name, "%s: %s: %v", where, name, err)
		}
		if n.IsNegative() {
			return invalid(name, "%s: %s is negative", where, name)
		}
	}
	return nil
}

func checkLimits(where string, limits []Limit) error {
	seen := map[money.Currency]bool{}
	for _, l := range limits {
		switch {
		case !l.Currency.Known():
			return invalid("currency", "%s: %q is no currency", where, l.Currency)
		case seen[l.Currency]:
			return invalid("currency", "%s: two limits in %s", where, l.Currency)
		case !l.Amount.IsPositive():
			return invalid("amount", "%s: a limit of %s %s; it has to be above zero", where, l.Amount, l.Currency)
		}
		seen[l.Currency] = true
		if err := checkAmounts(where, l.Currency, map[string]money.Number{"amount": l.Amount}); err != nil {
			return err
		}
	}
	return nil
}

func (s Service) checkSelf() error {
	where := "service " + s.ID
	if err := checkWords(where, s.Method); err != nil {
		return err
	}
	if s.Method == "" || !s.Currency.Known() {
		return invalid("currency", "%s needs a method and a known currency, not %q", where, s.Currency)
	}
	if err := checkAmounts(where, s.Currency, map[string]money.Number{"min": s.Min, "max": s.Max}); err != nil {
		return err
	}
	if s.Max.IsPositive() && s.Max.LessThan(s.Min.Decimal) {
		return invalid("max", "%s: max %s is below min %s", where, s.Max, s.Min)
	}
	for i, f := range s.Fields {
		if err := checkWords(where, f.Key, f.Label); err != nil {
			return err
		}
		if f.Key == "" || slices.ContainsFunc(s.Fields[:i], func(g ServiceField) bool { return g.Key == f.Key }) {
			return invalid("fields", "%s: field %d needs a key of its own", where, i+1)
		}
		if _, err := f.form(); err != nil {
			return invalid("fields", "%s: the pattern of %s: %v", where, f.Key, err)
		}
	}
	return nil
}

func (g GatewayAccount) check() error {
	where := "gateway account " + g.ID
	if err := checkWords(where, g.Name, g.Provider, g.ExternalID); err != nil {
		return err
	}
	switch {
	case g.Provider == "":
		return invalid("provider", "%s needs a provider", where)
	case g.Mode != ModeLive && g.Mode != ModeTest:
		return invalid("mode", "%s: the mode is %q; live or test", where, g.Mode)
	case g.Mode == ModeLive && g.Provider == "sandbox":
		return invalid("mode", "%s: the sandbox exists only in test", where)
	case !g.Currency.Known():
		return invalid("currency", "%s: %q is no currency", where, g.Currency)
	case !slices.Contains(Instructions(), g.Instruction):
		return invalid("instruction", "%s: the instruction is %q", where, g.Instruction).
			Or("one of %s", orNone(words(Instructions())))
	}
	if g.Archived && !g.Disabled {
		return archivedInUse(where)
	}
	numbers := map[string]money.Number{
		"minimalBalance": g.MinimalBalance, "overdraft": g.Overdraft, "turnoverLimit": g.TurnoverLimit,
	}
	if g.Balance != nil {
		numbers["balance"] = *g.Balance
	}
	if err := checkAmounts(where, g.Currency, numbers); err != nil {
		return err
	}
	if err := checkLimits(where+": limits.perTransaction", g.Limits.PerTransaction); err != nil {
		return err
	}
	return checkLimits(where+": limits.per24Hours", g.Limits.Per24Hours)
}

func archivedInUse(where string) error {
	return invalid("archived", "%s is enabled and cannot be archived", where).Or("disable it first")
}

// Bounds of a point's settings; each is beyond what a person would mean.
const (
	mostApprovals   = 10
	longestExpiry   = 10 * 8760 // hours
	longestUndo     = 86400     // seconds
	mostAttempts    = 20
	fewestApprovals = 0
)

func (p Point) check() error {
	where := "point " + p.ID
	if err := checkWords(where, p.Name); err != nil {
		return err
	}
	if p.Mode != ModeLive && p.Mode != ModeTest {
		return invalid("mode", "%s: the mode is %q; live or test", where, p.Mode)
	}
	if len(p.Currencies) == 0 {
		return invalid("currencies", "%s needs at least one currency", where)
	}
	for _, c := range p.Currencies {
		if !c.Known() {
			return invalid("currencies", "%s: %q is no currency", where, c)
		}
	}
	if err := p.Readiness.check(where + ": readiness"); err != nil {
		return err
	}
	for _, a := range p.Approvals {
		if !a.Currency.Known() || a.Need < fewestApprovals || a.Need > mostApprovals {
			return invalid("approvals", "%s: a rule for %q with need %d; %d to %d can be needed",
				where, a.Currency, a.Need, fewestApprovals, mostApprovals)
		}
		if err := checkAmounts(where, a.Currency, map[string]money.Number{"above": a.Above}); err != nil {
			return err
		}
	}
	return p.Options.check(where)
}

func (o Options) check(where string) error {
	if err := checkDescriptor(where, o.Descriptor); err != nil {
		return err
	}
	undo := int(o.Undo() / time.Second)
	for _, n := range []struct {
		name        string
		value, most int
	}{
		{"expireAfterHours", o.ExpireAfterHours, longestExpiry},
		{"undoSeconds", undo, longestUndo},
		{"attemptsLimit", o.AttemptsLimit, mostAttempts},
	} {
		if n.value < 0 || n.value > n.most {
			return invalid("options", "%s: %s is %d; 0 to %d can be", where, n.name, n.value, n.most)
		}
	}
	return nil
}

func (r Reviewer) check() error {
	where := fmt.Sprintf("reviewer %s", r.ID)
	if err := checkWords(where, append(slices.Clone(r.SSHKeys), r.Name)...); err != nil {
		return err
	}
	switch {
	case r.ID == ByEngine || !reviewerForm.MatchString(string(r.ID)):
		return invalid("id", "%q cannot be the name of a reviewer", r.ID).Or("up to 64 letters, digits and ._@-")
	case !slices.Contains(Roles(), r.Role):
		return invalid("role", "%s: the role is %q", where, r.Role).Or("one of %s", orNone(words(Roles())))
	}
	return checkLimits(where, r.Limits)
}

func (c *Config) checkRoutes() error {
	for _, r := range c.Routes {
		where := "route " + r.ID
		if _, ok := c.Services[r.Service]; !ok {
			return invalid("service", "%s: there is no service %q", where, r.Service)
		}
		account, ok := c.Gateways[r.Gateway]
		if !ok {
			return invalid("gateway", "%s: there is no gateway account %q", where, r.Gateway)
		}
		err := checkAmounts(where, account.Currency, map[string]money.Number{
			"min": r.Min, "max": r.Max, "fee.fixed": r.Fee.Fixed, "fee.min": r.Fee.Min, "fee.max": r.Fee.Max,
		})
		switch {
		case err != nil:
			return err
		case r.Max.IsPositive() && r.Max.LessThan(r.Min.Decimal):
			return invalid("max", "%s: max %s is below min %s", where, r.Max, r.Min)
		case r.Fee.Rate.IsNegative():
			return invalid("fee.rate", "%s: the fee rate is negative", where)
		case r.Archived && !r.Disabled:
			return archivedInUse(where)
		}
	}
	return nil
}

// Bounds of an allocation order.
const (
	shortestOrder = 2
	longestOrder  = 25
)

func (c *Config) checkOrder() error { return checkOrder(c.AllocationOrder) }

// checkOrder wants an allocation order to be empty, or 2 to 25 different words
// of which one is the selected instrument.
func checkOrder(order []string) error {
	if len(order) == 0 {
		return nil
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(order)))
	switch {
	case len(order) < shortestOrder || len(order) > longestOrder:
		return invalid("allocationOrder", "the allocation order has %d entries; %d to %d can be", len(order), shortestOrder, longestOrder)
	case len(sorted) != len(order):
		return invalid("allocationOrder", "the allocation order names something twice")
	case !slices.Contains(order, plan.Selected):
		return invalid("allocationOrder", "the allocation order lacks %s", plan.Selected)
	}
	return nil
}

// checkAdmin keeps a desk from losing its last admin.
func (c *Config) checkAdmin() error {
	for _, r := range c.Reviewers {
		if r.Role == RoleAdmin {
			return nil
		}
	}
	return Errorf(Refused, "nobody would be an admin any more").Or("leave at least one reviewer with the role admin")
}
