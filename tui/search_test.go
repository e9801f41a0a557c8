package tui_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
)

// A shortSighted store looks at few requests for one page.
type shortSighted struct{ engine.Store }

func (s shortSighted) View(ctx context.Context, fn func(engine.ReadTx) error) error {
	return s.Store.View(ctx, func(tx engine.ReadTx) error { return fn(shortSightedTx{tx}) })
}

type shortSightedTx struct{ engine.ReadTx }

func (t shortSightedTx) Requests(q engine.RequestQuery) (engine.RequestPage, error) {
	q.Look = 3
	return t.ReadTx.Requests(q)
}

// A search that stopped says how far it came, and goes on when told to.
func TestSearchGoesOn(t *testing.T) {
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(0, store.Close()) })
	d := deskOn(t, shortSighted{store})
	card := d.card()
	wanted := d.ready(card, "5")
	for n := range 8 {
		d.ready(card, fmt.Sprint(n+10))
	}
	s := d.sit("senior1")
	s.press("/")
	s.typed("amount:..9")
	s.press("enter")
	s.shows("nothing found so far: searched back to 2026-", ". continues")
	s.press(".")
	s.shows("nothing found so far")
	s.press(".")
	s.shows("5.00 EUR")
	if got := s.cursor(); len(got) == 0 {
		t.Errorf("no cursor on %s", wanted.ID)
	}
	s.press(".")
	s.hides("continues")
}
