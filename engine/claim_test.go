package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
)

// another is an engine of another process on the same store and clock.
func (d *desk) another() *engine.Engine {
	d.t.Helper()
	store, err := storage.Open(d.t.Context(), d.path, storage.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = store.Close() })
	return engine.New(store, engine.World{Clock: d.clock, Worker: "another", IDs: d.ids})
}

// refused fails the test unless err is of a code and says words.
func refused(t *testing.T, err error, code engine.Code, says string) {
	t.Helper()
	if engine.CodeOf(err) != code || err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("%v, want %s: %s", err, code, says)
	}
}

func (d *desk) claimant(id engine.RequestID) engine.ReviewerID {
	d.t.Helper()
	dossier, err := d.Dossier(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	if !dossier.Claim.Holds(d.Now()) {
		return ""
	}
	return dossier.Claim.By
}

func TestClaimsBetweenTwoProcesses(t *testing.T) {
	d := newDesk(t)
	other, ctx := d.another(), t.Context()
	r := d.request(d.customer(), "10")
	claim := func(e *engine.Engine, by engine.ReviewerID, take bool) error {
		_, err := e.Claim(ctx, as(by), r.ID, take)
		return err
	}
	is := func(what string, want engine.ReviewerID) {
		t.Helper()
		if got := d.claimant(r.ID); got != want {
			t.Errorf("%s: claimed by %q, want %q", what, got, want)
		}
	}
	if err := claim(d.Engine, "rev1", false); err != nil {
		t.Fatal(err)
	}
	is("claimed", "rev1")
	refused(t, claim(other, "rev2", false), engine.Refused, "rev1 has claimed it until 09:05")
	refused(t, other.Unclaim(ctx, as("rev2"), r.ID), engine.Refused, "rev1 has claimed it, not rev2")
	refused(t, claim(other, "support1", false), engine.Forbidden, "support1 is a support")

	d.clock.Advance(4 * time.Minute)
	if err := claim(d.Engine, "rev1", false); err != nil { // again is for longer
		t.Fatal(err)
	}
	d.clock.Advance(5*time.Minute - time.Microsecond)
	is("not yet lapsed", "rev1")
	d.clock.Advance(time.Microsecond)
	is("lapsed", "")
	if err := claim(other, "rev2", false); err != nil {
		t.Fatal(err)
	}
	is("claimed by the next", "rev2")
	if err := claim(d.Engine, "rev1", true); err != nil {
		t.Fatal(err)
	}
	is("taken over", "rev1")
	for range 2 { // twice is once
		if err := d.Unclaim(ctx, as("rev1"), r.ID); err != nil {
			t.Fatal(err)
		}
	}
	is("released", "")
	if now := d.must(d.Request(ctx, r.ID)); now.Version != r.Version || now.Head != r.Head || !now.UpdatedAt.Equal(r.UpdatedAt) {
		t.Errorf("claims changed the request: %+v", now)
	}
}

// A claim is renewed by what its holder does, not by what others do, and ends
// with the holder's part of the work.
func TestClaimFollowsTheWork(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	r := d.request(d.customer(), "1500")
	if _, err := d.Claim(ctx, as("senior1"), r.ID, false); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(4 * time.Minute)
	r = d.must(d.Ready(ctx, as("senior1"), r.ID, r.Version))
	d.clock.Advance(4 * time.Minute)
	if by := d.claimant(r.ID); by != "senior1" {
		t.Errorf("after 8 minutes of work it is claimed by %q", by)
	}
	if _, err := d.Comment(ctx, as("rev2"), r.ID, "looks fine"); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Minute)
	if by := d.claimant(r.ID); by != "" {
		t.Errorf("somebody else's comment kept the claim of %q", by)
	}
	if _, err := d.Claim(ctx, as("senior1"), r.ID, false); err != nil {
		t.Fatal(err)
	}
	r = d.must(d.Approve(ctx, as("senior1"), r.ID, engine.Approving{Seen: r.Version}))
	if by := d.claimant(r.ID); by != "" || r.Status != engine.RequestReady {
		t.Errorf("an approval was given, 1 of 2 (%s), and it is claimed by %q", r.Status, by)
	}
	if _, err := d.Claim(ctx, as("rev2"), r.ID, false); err != nil {
		t.Fatal(err)
	}
	d.must(d.Cancel(ctx, as("rev3"), r.ID, r.Version, engine.Cancellation{By: "merchant"}))
	if by := d.claimant(r.ID); by != "" {
		t.Errorf("it is canceled, and claimed by %q", by)
	}
	_, err := d.Claim(ctx, as("rev2"), r.ID, false)
	refused(t, err, engine.Refused, "it is canceled")
}

func TestPresence(t *testing.T) {
	d := newDesk(t)
	other, ctx := d.another(), t.Context()
	r := d.request(d.customer(), "10")
	look := func(e *engine.Engine, by engine.ReviewerID) {
		t.Helper()
		if err := e.Look(ctx, as(by), r.ID); err != nil {
			t.Fatal(err)
		}
	}
	here := func(want ...engine.ReviewerID) {
		t.Helper()
		all, err := d.Presences(ctx, r.ID)
		var by []engine.ReviewerID
		for _, p := range all {
			by = append(by, p.By)
		}
		if err != nil || !slices.Equal(by, want) {
			t.Errorf("%v look at it (%v), want %v", by, err, want)
		}
	}
	look(d.Engine, "viewer1")
	d.clock.Advance(40 * time.Second)
	look(other, "rev2")
	here("viewer1", "rev2")
	d.clock.Advance(20 * time.Second)
	here("rev2")
	if err := other.LookAway(ctx, as("rev2"), r.ID); err != nil {
		t.Fatal(err)
	}
	here()
	if err := d.Look(ctx, as("viewer1"), "nothing"); engine.CodeOf(err) != engine.NotFound {
		t.Errorf("to look at nothing: %v", err)
	}
}
