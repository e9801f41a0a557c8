package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/storage"
	"github.com/purserhq/purser/storage/sqlite"
)

// some is a small store of several bites.
var some = world{seed: 7, requests: 2*bite + 300}

// A store that was broken off again and again is the one that was made in one
// go: its record is whole, its counters equal a recount, and everything that
// happens at a desk happened in it.
func TestFill(t *testing.T) {
	var heads []engine.Head
	for _, broken := range [][]string{nil, {"1000 of", "2000 of", "INDEX request_created", "INDEX payout_open"}} {
		path := filepath.Join(t.TempDir(), "store.db")
		for _, at := range broken {
			if err := fillUntil(t.Context(), path, at); !errors.Is(err, context.Canceled) {
				t.Fatalf("broken off at %q: %v", at, err)
			}
			if _, err := storage.Open(t.Context(), path, storage.Options{}); err == nil ||
				!strings.Contains(err.Error(), "is still being loaded") {
				t.Errorf("a store that is not whole was opened: %v", err)
			}
		}
		var out bytes.Buffer
		if err := run(t.Context(), &out, path, some, false); err != nil {
			t.Fatal(err)
		}
		if goesOn := strings.Contains(out.String(), "going on after 2300 requests"); goesOn != (broken != nil) {
			t.Errorf("after %q it said:\n%s", broken, &out)
		}
		heads = append(heads, verified(t, path))
		if err := run(t.Context(), &out, path, some, false); engine.CodeOf(err) != engine.Refused {
			t.Errorf("a whole store was filled again: %v", err)
		}
	}
	if heads[0] != heads[1] {
		t.Errorf("one seed made two stores: %+v", heads)
	}
}

// fillUntil fills a store and gives up once it says something.
func fillUntil(ctx context.Context, path, words string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return run(ctx, stopper{words, stop}, path, some, false)
}

// A stopper stops when it is told certain words.
type stopper struct {
	words string
	stop  func()
}

func (s stopper) Write(told []byte) (int, error) {
	if strings.Contains(string(told), s.words) {
		s.stop()
	}
	return len(told), nil
}

// verified proves a store and returns the end of its desk's chain.
func verified(t *testing.T, path string) engine.Head {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("the store has problems: %q, %v", problems, err)
	}
	e := engine.New(s, engine.World{Clock: clock.System{}})
	v, err := e.VerifyRecord(t.Context()) // counters among it
	if err != nil || v.Broken != nil || v.Requests < int64(some.requests) {
		t.Errorf("verified %+v, %v", v, err)
	}
	counts, err := e.Counts(t.Context(), engine.ModeTest)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range counts {
		seen[string(c.Status)], seen[string(c.Attention)], seen[string(c.Currency)] = true, true, true
		seen["blocked"] = seen["blocked"] || c.Blocked
	}
	for _, want := range []string{
		"pending", "ready", "approved", "in-progress", "fulfilled", "canceled", "split", "blocked",
		"payout-failed", "USD", "EUR", "GBP", "JPY",
	} {
		if !seen[want] {
			t.Errorf("no request is %s", want)
		}
	}
	organisation, err := e.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return organisation.Head
}

func TestWhatCannotBeMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	small := world{seed: 1, requests: 100}
	if err := fillUntil(t.Context(), path, "need about"); err == nil {
		t.Fatal("it was not broken off")
	}
	s, err := sqlite.Load(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = some.start(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path string
		w    world
		says string
	}{
		{"", small, "say with -store which file"},
		{path, world{}, "0 requests cannot be made"},
		{path, small, "the store is one of 2300 requests of seed 7"},
		{path, world{requests: 1 << 40}, "make room, or ask for fewer"},
	} {
		err := run(t.Context(), io.Discard, test.path, test.w, false)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%+v: %v, want %q", test.w, err, test.says)
		}
	}
}

func TestMeasure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	var out bytes.Buffer
	if err := run(t.Context(), &out, path, world{seed: 1, requests: 300}, false); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), &out, path, world{}, true); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got < len(measured) {
		t.Errorf("it tells of %d lists:\n%s", got, &out)
	}
}

// scratch is a folder that all tests share.
var scratch string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "generate")
	if err != nil {
		panic(err)
	}
	scratch = folder
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}
