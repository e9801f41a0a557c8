package engine_test

import (
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/route"
)

// A scheme is tried on what is open now, both ways, and nothing comes of it.
func TestASchemeIsTriedOnOpenRequests(t *testing.T) {
	d := newRoutedDesk(t, "", priority("r1", "r3"))
	r := d.approve("100")
	d.approve("5") // r1 takes nothing below 10
	d.dispatch("50")
	before, err := d.LastSeq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	scheme := func(use string) route.Scheme {
		s, err := route.Parse([]byte(`{"id": "s", "services": [{"service": "test_usd", "tree": {"use": [` + use + `]}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	trial, err := d.TryScheme(t.Context(), scheme(priority("r3", "r1")))
	if err != nil || trial.Looked != 2 || trial.More || len(trial.Changed) != 1 {
		t.Fatalf("%+v: %v", trial, err)
	}
	got := trial.Changed[0]
	if got.Request.ID != r.ID || got.Before.Taken()[0].Route != "r1" || got.After.Taken()[0].Route != "r3" {
		t.Errorf("%+v", got)
	}
	if same, err := d.TryScheme(t.Context(), scheme(priority("r1", "r3"))); err != nil || len(same.Changed) != 0 || same.Looked != 2 {
		t.Errorf("the scheme that counts changes %+v, %v", same, err)
	}
	if none, err := d.TryScheme(t.Context(), scheme("")); err != nil || len(none.Changed) != 2 {
		t.Errorf("blocking changes %+v, %v", none, err)
	}
	_, err = d.TryScheme(t.Context(), scheme(priority("nowhere")))
	if engine.CodeOf(err) != engine.Invalid || !strings.Contains(err.Error(), `there is no route "nowhere"`) {
		t.Errorf("a route that is not there: %v", err)
	}
	if after, err := d.LastSeq(t.Context()); err != nil || after != before {
		t.Errorf("something was kept: %d, then %d, %v", before, after, err)
	}
}
