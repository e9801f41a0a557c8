package engine_test

import (
	"testing"

	"github.com/purserhq/purser/engine"
)

// What an account holds, reserves and has used of its limits is told as
// allocating and paying leave it.
func TestAccountsAsTheyStand(t *testing.T) {
	d := newDesk(t)
	find := func() engine.Account {
		accounts, err := d.Accounts(t.Context(), engine.ModeTest)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range accounts {
			if a.ID == "usd" {
				return a
			}
		}
		t.Fatalf("the account is not among %+v", accounts)
		return engine.Account{}
	}
	before := find()
	r, _ := d.allocated(d.customer(), "100")
	reserved := find()
	if got := before.Spendable.Minus(reserved.Spendable); got != usd("101") { // and a fee of 1 %
		t.Errorf("allocating takes %s of what is spendable", got)
	}
	if len(reserved.Used) != 1 || reserved.Used[0].Used != usd("100") || reserved.Used[0].Limit != usd("10000") {
		t.Errorf("used of its limits: %+v", reserved.Used)
	}
	d.process(r.ID)
	d.work()
	paid := find()
	if paid.Spendable != reserved.Spendable || !paid.Holds.Reserved.IsZero() || paid.Used[0].Used != usd("100") {
		t.Errorf("once paid it has %s spendable and %s reserved", paid.Spendable, paid.Holds.Reserved)
	}
	if live, err := d.Accounts(t.Context(), engine.ModeLive); err != nil || len(live) != 0 {
		t.Errorf("among live accounts are %v, %v", live, err)
	}
	if len(paid.Routes) == 0 || paid.Routes[0].Gateway != "usd" {
		t.Errorf("its routes are %+v", paid.Routes)
	}
}
