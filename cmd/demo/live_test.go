package demo_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/purserhq/purser/cmd/demo"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/storage"
)

// livingFor opens a desk, shows it to at, and lets it live for a while of the
// machine's time, of which a bubble has as much as it likes.
func livingFor(t *testing.T, o demo.Options, long time.Duration, at func(d *demo.Desk)) {
	t.Helper()
	d, err := demo.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if at != nil {
		at(d)
	}
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	if err := d.Live(ctx, nil, func(what string, err error) { t.Errorf("%s: %v", what, err) }); err != nil {
		t.Error(err)
	}
	if err := enginetest.Invariants(t.Context(), d.Store); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func kept(t *testing.T) demo.Options {
	t.Helper()
	return demo.Options{Keep: filepath.Join(t.TempDir(), "desk.db"), Requests: 60, Seed: 1, Speed: 1}
}

// reopened is what a kept desk has become.
func reopened(t *testing.T, o demo.Options, look func(d *demo.Desk)) {
	t.Helper()
	d, err := demo.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	look(d)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func byAge(t *testing.T, d *demo.Desk, expr string) []engine.RequestRow {
	t.Helper()
	return rowsOf(t, d.Engine, expr, engine.Order{Key: "created"})
}

func TestLifeGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := kept(t)
		you := engine.Caller{By: demo.You, Door: engine.DoorConsole}
		var began time.Time
		var yours []engine.RequestID // those that you approved, some of which need a second approval
		forTwo := 0
		livingFor(t, o, 20*time.Minute, func(d *demo.Desk) {
			began = d.Now()
			for _, r := range byAge(t, d, "status:ready;blocked:false") {
				done, err := d.Approve(t.Context(), you, r.ID, engine.Approving{Seen: r.Version})
				if err != nil {
					continue // one of yours, or half approved by you
				}
				if done.Status == engine.RequestReady {
					forTwo++
				}
				yours = append(yours, r.ID)
			}
		})
		reopened(t, o, func(d *demo.Desk) {
			if n := len(byAge(t, d, "created:"+began.Format(time.RFC3339)+"..")); n < 40 || n > 140 {
				t.Errorf("%d new requests in twenty minutes, want a few a minute", n)
			}
			moved := 0
			for _, id := range yours {
				r, err := d.Request(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				if r.Status == engine.RequestReady {
					t.Errorf("%s over %s still waits for a second approval", id, r.Amount.Text())
				}
				if r.Status == engine.RequestInProgress || r.Status == engine.RequestFulfilled {
					moved++
				}
			}
			if forTwo == 0 || moved < 10 {
				t.Errorf("%d needed a second approval, %d of %d were sent", forTwo, moved, len(yours))
			}
		})
	})
}

// What was there before anybody came is left for who sits at the desk.
func TestColleaguesLeaveYouYours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := kept(t)
		count := func(d *demo.Desk, until time.Time) (ready, approved int) {
			before := "created:.." + until.Format(time.RFC3339)
			return len(byAge(t, d, "status:ready;"+before)), len(byAge(t, d, "status:approved;"+before))
		}
		var began time.Time
		var ready, approved int
		livingFor(t, o, 15*time.Minute, func(d *demo.Desk) {
			began = d.Now()
			ready, approved = count(d, began)
		})
		reopened(t, o, func(d *demo.Desk) {
			if r, a := count(d, began); r != ready || a != approved || ready == 0 || approved == 0 {
				t.Errorf("%d ready and %d approved, of %d and %d before", r, a, ready, approved)
			}
		})
	})
}

func TestSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := kept(t)
		o.Speed = 60
		var began time.Time
		livingFor(t, o, time.Minute, func(d *demo.Desk) { began = d.Now() })
		o.Speed = 1
		reopened(t, o, func(d *demo.Desk) {
			fresh := byAge(t, d, "created:"+began.Format(time.RFC3339)+"..")
			if len(fresh) < 120 {
				t.Errorf("%d new requests in a minute that was an hour", len(fresh))
			}
			if last := fresh[len(fresh)-1].CreatedAt; d.Now().Before(last) {
				t.Errorf("it is %s, and the last request came at %s", d.Now(), last)
			}
		})
	})
}

// Told to stop, a desk waits for the providers that are about to answer.
func TestLeavingLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := kept(t)
		for range 5 {
			livingFor(t, o, 70*time.Second, nil)
		}
		reopened(t, o, func(d *demo.Desk) {
			for _, r := range byAge(t, d, "status:in-progress") {
				payouts, err := d.Dossier(t.Context(), r.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range payouts.Payouts {
					if p.Status == engine.PayoutInvoking {
						t.Errorf("payout %s was left while its provider was about to answer", p.ID)
					}
				}
			}
		})
	})
}

func TestAThrownAwayDeskLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	d, err := demo.Open(t.Context(), demo.Options{Requests: 3, Seed: 1, Speed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(filepath.Dir(d.Path)) != filepath.Clean(os.TempDir()) {
		t.Errorf("it is at %s", d.Path)
	}
	if info, err := os.Stat(d.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its store: %v, %v", info, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left %v: %v", left, err)
	}
}

// The provider is asked what accounts hold, and its books begin where the desk's
// past ended.
func TestProviderAgreesWithThePast(t *testing.T) {
	d, err := demo.Open(t.Context(), demo.Options{Requests: 60, Seed: 1, Speed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, id := range []string{"sandbox-usd", "sandbox-eur"} {
		before, err := d.Account(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.SyncBalance(t.Context(), engine.Caller{By: "admin1", Door: engine.DoorCLI}, id); err != nil {
			t.Fatal(err)
		}
		after, err := d.Account(t.Context(), id)
		if err != nil || after.Holds.Balance != before.Holds.Balance || after.State.SyncedAt.IsZero() {
			t.Errorf("%s held %s, and the provider told %s: %v", id, before.Holds.Balance.Text(), after.Holds.Balance.Text(), err)
		}
	}
}

func TestHeadless(t *testing.T) {
	said := func(o demo.Options) string {
		var out bytes.Buffer
		if err := demo.Headless(t.Context(), &out, o); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	o := kept(t)
	first := said(o)
	o2 := kept(t)
	if again := said(o2); again != first {
		t.Errorf("the same seed says\n%s\nand then\n%s", first, again)
	}
	o2 = kept(t)
	o2.Seed++
	if other := said(o2); other == first {
		t.Error("another seed says the same")
	}
	store, err := storage.Open(t.Context(), o.Keep, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := enginetest.Invariants(t.Context(), store); err != nil {
		t.Error(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

func TestABadSpeed(t *testing.T) {
	for _, speed := range []float64{0, -1, 1e9} {
		o := kept(t)
		o.Speed = speed
		if _, err := demo.Open(t.Context(), o); engine.CodeOf(err) != engine.Invalid {
			t.Errorf("speed %g: %v", speed, err)
		}
		if _, err := os.Stat(o.Keep); err == nil {
			t.Errorf("speed %g: a store was made", speed)
		}
	}
}
