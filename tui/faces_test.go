package tui_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/canvas/canvastest"
)

// A failingStore cannot be read while it has an error.
type failingStore struct {
	engine.Store
	err error
}

func (s *failingStore) View(ctx context.Context, fn func(engine.ReadTx) error) error {
	if s.err != nil {
		return s.err
	}
	return s.Store.View(ctx, fn)
}

// failingDesk is a desk on such a store, with a request that waits.
func failingDesk(t *testing.T) (*desk, *failingStore) {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	failing := &failingStore{Store: store}
	d := deskOn(t, failing)
	d.ready(d.card(), "120.50")
	return d, failing
}

var (
	broken = engine.Errorf(engine.Internal, "the page at 812 is torn").Or("purser doctor tells more")
	gone   = engine.Errorf(engine.Unavailable, "the disk is full").Or("make room on it")
)

// A screen that has nothing to show says why, and what to press.
func TestFaces(t *testing.T) {
	faces := []struct {
		name string
		sit  func(d *desk, store *failingStore) *session
	}{
		{"loading", func(d *desk, _ *failingStore) *session {
			s := &session{desk: d, Console: must(tui.New(d.t.Context(), tui.Options{
				Engine: d.Engine, Caller: engine.Caller{By: "senior1"}, Clock: d.clock,
			}))}
			s.Begin() // and its answer is not there yet
			s.rest(time.Second)
			return s
		}},
		{"loading_request", func(d *desk, _ *failingStore) *session {
			s := d.sit("senior1")
			_, open := s.Update(canvastest.Key("enter"))
			s.Update(open()) // and its answer is not there yet
			return s
		}},
		{"error", func(d *desk, store *failingStore) *session {
			s := d.sit("senior1")
			store.err = broken
			s.press("8")
			return s
		}},
		{"error_request", func(d *desk, store *failingStore) *session {
			s := d.sit("senior1")
			store.err = broken
			s.press("enter")
			return s
		}},
		{"gone", func(d *desk, store *failingStore) *session {
			s := d.sit("senior1")
			store.err = gone
			s.send(tui.StoreChanged())
			return s
		}},
		{"gone_deciding", func(d *desk, store *failingStore) *session {
			s := d.sit("senior1")
			s.press("a")
			store.err = gone
			s.send(tui.StoreChanged())
			return s
		}},
		{"readonly", func(d *desk, _ *failingStore) *session {
			return d.sit("senior1", func(o *tui.Options) { o.ReadOnly = "the file may not be written" })
		}},
		{"nothing_found", func(d *desk, _ *failingStore) *session {
			s := d.sit("senior1")
			s.press("/")
			s.typed("amount:9000..")
			s.press("enter")
			return s
		}},
	}
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 36}} {
		for _, face := range faces {
			name := fmt.Sprintf("face_%s_%dx%d", face.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				d, store := failingDesk(t)
				s := face.sit(d, store)
				s.Update(tea.WindowSizeMsg{Width: size.w, Height: size.h})
				canvastest.Golden(t, name, s.screen())
			})
		}
	}
}

// The smallest screen that there is room to work on.
func TestSmallest(t *testing.T) {
	busy := busyDesk(t)
	now := busy.clock.Now()
	for name, steps := range map[string][]string{
		"queue": {}, "request": {"enter"}, "allocations": {"5", "enter", "2"}, "split": {"x"}, "merge": {"m"}, "plan": {"3", "A"},
		"block": {"b"}, "help": {"?"}, "armed": {"a"},
	} {
		t.Run(name, func(t *testing.T) {
			busy.clock.Set(now)
			s := busy.sit("senior1")
			s.send(tea.WindowSizeMsg{Width: 60, Height: 15})
			s.press(steps...)
			canvastest.Golden(t, name+"_60x15", s.screen())
		})
	}
}
