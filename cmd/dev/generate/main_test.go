package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/storage"
)

// A store that was filled in two goes is the one that was filled in one, its
// record is whole and its counters equal a recount.
func TestFill(t *testing.T) {
	var heads []engine.Head
	for _, goes := range [][]int{{600}, {200, 600}} {
		path := filepath.Join(t.TempDir(), "store.db")
		var out bytes.Buffer
		for _, requests := range goes {
			if err := run(context.Background(), &out, path, requests, 7, false); err != nil {
				t.Fatal(err)
			}
		}
		if goesOn := strings.Contains(out.String(), "going on after 200 requests"); goesOn != (len(goes) > 1) {
			t.Errorf("filling %v said:\n%s", goes, &out)
		}
		s, err := storage.Open(t.Context(), path, storage.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e := engine.New(s, engine.World{Clock: clock.System{}})
		verified, err := e.VerifyRecord(t.Context()) // counters among it
		if err != nil || verified.Broken != nil || verified.Requests != 600 {
			t.Errorf("verified %+v, %v", verified, err)
		}
		organisation, err := e.Organisation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, organisation.Head)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if heads[0] != heads[1] {
		t.Errorf("one seed made two stores: %+v", heads)
	}
}

func TestMeasure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	var out bytes.Buffer
	if err := run(t.Context(), &out, path, bite, 1, false); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), &out, path, 0, 0, true); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got < len(measured) {
		t.Errorf("it tells of %d lists:\n%s", got, &out)
	}
}
