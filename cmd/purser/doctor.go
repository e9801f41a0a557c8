package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// A check is one thing that doctor looked at.
type check struct {
	Name   string `json:"check"`
	OK     bool   `json:"ok"`
	Found  string `json:"found"`
	Advice string `json:"advice,omitempty"` // what to do
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "doctor",
		Short:   "Check store, clock, gateway accounts and record, and say what to do",
		Long:    "Exit status 1 if something needs attention.",
		Example: `  purser doctor`,
		Args:    takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			checks := a.examine(cmd.Context())
			if err := answerList(a, checkKind(), checks); err != nil {
				return err
			}
			ill := 0
			for _, c := range checks {
				if !c.OK {
					ill++
				}
			}
			switch ill {
			case 0:
				return nil
			case 1:
				return engine.Errorf(engine.Unavailable, "1 check needs attention")
			default:
				return engine.Errorf(engine.Unavailable, "%d checks need attention", ill)
			}
		},
	}
}

func checkKind() kind[check] {
	return kind[check]{
		id: func(c check) string { return c.Name },
		columns: []column[check]{
			{name: "CHECK", cell: func(c check) string { return c.Name }},
			{name: "STATE", cell: func(c check) string { return okay(c.OK) }},
			{name: "FOUND", cell: func(c check) string { return join("; ", c.Found, c.Advice) }},
		},
		csv: []string{"check", "ok", "found", "advice"},
	}
}

func okay(ok bool) string {
	if ok {
		return "ok"
	}
	return "look"
}

// examine makes every check that can be made.
func (a *app) examine(ctx context.Context) []check {
	dsn, err := a.dsn()
	if err == nil {
		err = a.desk(ctx)
	}
	if err != nil {
		return []check{ill("store", err)}
	}
	checks := []check{a.checkStore(ctx, dsn), a.checkClock(ctx)}
	checks = append(checks, a.checkGateways(ctx)...)
	return append(checks, a.checkRecord(ctx))
}

// ill is a check that could not be made.
func ill(name string, err error) check { return check{Name: name, Found: err.Error()} }

func (a *app) checkStore(ctx context.Context, dsn string) check {
	organisation, err := a.engine.Organisation(ctx)
	if err != nil {
		return ill("store", err)
	}
	c := check{Name: "store", OK: true, Found: fmt.Sprintf("%s, organisation %s", dsn, organisation.ID)}
	if why := a.store.ReadOnly(); why != "" {
		c.OK, c.Found, c.Advice = false, why, "check who owns the file and its folder"
	}
	const others = 0o077
	if info, err := os.Stat(dsn); err == nil && info.Mode().Perm()&others != 0 {
		c.OK, c.Advice = false, fmt.Sprintf("others may read it; chmod 600 %s", dsn)
	}
	return c
}

// checkClock compares the clock with the last entry of the journal.
func (a *app) checkClock(ctx context.Context) check {
	now := a.engine.Now()
	c := check{Name: "clock", OK: true, Found: now.Format("2006-01-02 15:04:05 MST")}
	last, err := a.engine.LastSeq(ctx)
	if err != nil {
		return ill("clock", err)
	}
	events, err := a.engine.Journal(ctx, max(0, last-1), 1)
	if err != nil {
		return ill("clock", err)
	}
	if len(events) > 0 && events[0].At.After(now) {
		c.OK = false
		c.Found = fmt.Sprintf("%s, but the journal has got to %s", c.Found, events[0].At.Format("2006-01-02 15:04:05"))
		c.Advice = "set the clock; whatever waits for a time waits longer until then"
	}
	return c
}

func (a *app) checkGateways(ctx context.Context) []check {
	if len(a.config.Gateways) == 0 {
		return []check{{
			Name: "gateways", Found: "there is none, so nothing can be paid", Advice: "add one with purser apply",
		}}
	}
	var checks []check
	for _, account := range values(a.config.Gateways) {
		checks = append(checks, a.checkGateway(ctx, account))
	}
	return checks
}

func (a *app) checkGateway(ctx context.Context, account engine.GatewayAccount) check {
	c := check{Name: "gateway " + account.ID, OK: true, Found: "enabled"}
	stands, err := a.engine.Account(ctx, account.ID)
	if err != nil {
		return ill(c.Name, err)
	}
	switch {
	case account.Disabled:
		c.Found = "disabled; nothing leaves from it"
	case !a.engine.Speaks(account.Provider):
		c.OK, c.Found = false, fmt.Sprintf("this purser has no connector for %s", account.Provider)
		c.Advice = "its allocations stay queued; use one that has, or disable the account"
	case account.Instruction == engine.InstructionNone:
		c.OK, c.Found, c.Advice = false, "its payout instruction is none", "give it another to pay from it"
	case stands.Attention != "":
		c.OK, c.Found, c.Advice = false, stands.Attention, "purser gateway show "+account.ID+" tells more"
	case stands.Holds.Known:
		c.Found = fmt.Sprintf("%s, of which %s reserved", stands.Holds.Balance.Text(), stands.Holds.Reserved.Text())
	}
	return c
}

func (a *app) checkRecord(ctx context.Context) check {
	v, err := a.engine.VerifyRecord(ctx)
	switch {
	case err != nil:
		return ill("record", err)
	case v.Broken != nil:
		return check{
			Name: "record", Found: v.Broken.String(),
			Advice: "stop everything that writes to the store, and keep a copy of it",
		}
	}
	found := fmt.Sprintf("whole, %d entries over %s", v.Events, countOf(int(v.Requests), "request"))
	return check{Name: "record", OK: true, Found: found}
}
