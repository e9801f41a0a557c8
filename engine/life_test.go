package engine

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestRequestLifeGolden shows the table of moves as a picture, so that a
// change of the life cycle is seen as one in review.
func TestRequestLifeGolden(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-18s", "")
	for _, s := range RequestStatuses() {
		fmt.Fprintf(&b, "%-22s", s)
	}
	b.WriteString("\n")
	for _, verb := range Verbs() {
		fmt.Fprintf(&b, "%-18s", verb)
		for _, from := range RequestStatuses() {
			to := requestLife[move[RequestStatus, Verb]{from, verb}]
			cell := "."
			if len(to) > 0 {
				cell = strings.Join(words(to), "|")
			}
			fmt.Fprintf(&b, "%-22s", cell)
		}
		b.WriteString("\n")
	}
	golden(t, "request_life.golden", b.String())
}

func TestAllocationLifeGolden(t *testing.T) {
	var b strings.Builder
	for _, from := range append([]AllocationStatus{""}, AllocationStatuses()...) {
		var moves []string
		for m, to := range allocationLife {
			if m.from == from {
				moves = append(moves, fmt.Sprintf("%s→%s", m.verb, strings.Join(words(to), "|")))
			}
		}
		slices.Sort(moves)
		fmt.Fprintf(&b, "%s: %s\n", orNothing(string(from)), strings.Join(moves, " "))
	}
	golden(t, "allocation_life.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got = strings.Join(lines, "\n")
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s (run with -update if this is meant):\ngot\n%s\nwant\n%s", name, got, want)
	}
}

func TestEveryVerbHasARule(t *testing.T) {
	for _, verb := range Verbs() {
		rule, ok := rules[verb]
		if !ok || rule.least == "" || rule.doing == "" || rule.event == "" {
			t.Errorf("%s: rule %+v", verb, rule)
		}
	}
	if len(rules) != len(Verbs()) {
		t.Errorf("%d rules for %d verbs", len(rules), len(Verbs()))
	}
	for m := range requestLife {
		if !slices.Contains(Verbs(), m.verb) {
			t.Errorf("the table moves by %q, which is no verb", m.verb)
		}
	}
}

// TestFinalStatuses: only words about payouts reach a final request, and none
// leads out of it.
func TestFinalStatuses(t *testing.T) {
	for m, to := range requestLife {
		if m.from.Final() && (len(to) != 1 || to[0] != m.from) {
			t.Errorf("%s leads from %s to %v", m.verb, m.from, to)
		}
	}
}

// TestChainVector pins the form in which entries are hashed. It never changes:
// a change here would break every chain on every disk.
func TestChainVector(t *testing.T) {
	at := time.Date(2026, 11, 1, 12, 0, 0, 123456000, time.UTC)
	first := Event{
		Chain: "pout_req_1", At: at, By: "rev1", OSUser: "root", Door: DoorCLI,
		Type: "payout-request-created", Subject: Subject{Kind: KindRequest, ID: "pout_req_1"}, Version: 1,
		Changes: []Change{{"amount", "", "120.50"}, {"status", "", `"pending"`}},
		Details: []Field{{"reason", `"other"`}}, Key: "k1",
	}
	head := first.Seal(1, Head{})
	second := Event{
		Chain: "pout_req_1", At: at.Add(time.Second), By: "senior1", Door: DoorConsole,
		Type: "payout-request-ready", Subject: Subject{Kind: KindRequest, ID: "pout_req_1"}, Version: 2,
		Changes: []Change{{"status", `"pending"`, `"ready"`}},
	}
	second.Seal(2, head)
	for i, want := range []struct{ got, want string }{
		{first.Hash.String(), "870c500067a3f86bca64d83e3dc1e28dc35526ccd5221dcc5e815ec7eb3267b0"},
		{second.Hash.String(), "2e665300778980b85e31b6e09db16d7c8d4bd1b5b01ef33f8fd034c364e4a6be"},
	} {
		if want.got != want.want {
			t.Errorf("entry %d hashes to %s, want %s", i+1, want.got, want.want)
		}
	}
	elsewhere := second
	elsewhere.Seal(2, Head{Number: 1})
	if elsewhere.Hash == second.Hash {
		t.Error("the hash of an entry ignores its predecessor")
	}
}

func TestReadinessDue(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, test := range []struct {
		name      string
		readiness Readiness
		from      string
		want      string // "" for never
	}{
		{"F5: the first daily time at the period's end", Readiness{ReadinessTimed, 48, "10:00:00Z"}, "2026-07-01T09:00:00Z", "2026-07-03T10:00:00Z"},
		{"F5: the next day's, when that has passed", Readiness{ReadinessTimed, 48, "10:00:00Z"}, "2026-07-01T11:00:00Z", "2026-07-04T10:00:00Z"},
		{"exactly then counts", Readiness{ReadinessTimed, 48, "10:00"}, "2026-07-01T10:00:00Z", "2026-07-03T10:00:00Z"},
		{"no daily time: as soon as the period ends", Readiness{ReadinessTimed, 0, ""}, "2026-07-01T11:00:00Z", "2026-07-01T11:00:00Z"},
		{"an offset of half an hour", Readiness{ReadinessTimed, 0, "10:00+05:30"}, "2026-07-01T05:00:00Z", "2026-07-02T04:30:00Z"},
		{"an offset across the date line", Readiness{ReadinessTimed, 0, "10:00:00+14:00"}, "2026-07-01T19:00:00Z", "2026-07-01T20:00:00Z"},
		{"a negative offset", Readiness{ReadinessTimed, 0, "23:30-11"}, "2026-07-01T00:00:00Z", "2026-07-01T10:30:00Z"},
		{"manual", Readiness{Policy: ReadinessManual}, "2026-07-01T00:00:00Z", ""},
		{"immediate", Readiness{Policy: ReadinessImmediate}, "2026-07-01T00:00:00Z", "2026-07-01T00:00:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.readiness.check("readiness"); err != nil {
				t.Fatal(err)
			}
			got := test.readiness.due(at(test.from), "inst_1")
			if test.want == "" && !got.IsZero() || test.want != "" && !got.Equal(at(test.want)) {
				t.Errorf("got %s, want %q", got, test.want)
			}
		})
	}
	if due := (Readiness{Policy: ReadinessImmediate}).due(at("2026-07-01T00:00:00Z"), ""); !due.IsZero() {
		t.Errorf("without an instrument it is ready at %s", due)
	}
}

func TestReadinessRefuses(t *testing.T) {
	for _, r := range []Readiness{
		{},
		{Policy: "later"},
		{Policy: ReadinessTimed, PendingPeriodHours: -1},
		{Policy: ReadinessTimed, PendingPeriodHours: 8761},
		{Policy: ReadinessTimed, Time: "24:00:00Z"},
		{Policy: ReadinessTimed, Time: "10:00:60Z"},
		{Policy: ReadinessTimed, Time: "1:00:00"},
		{Policy: ReadinessTimed, Time: "10:00+14:30"},
		{Policy: ReadinessTimed, Time: "10:00-13:00"},
		{Policy: ReadinessManual, PendingPeriodHours: 5},
		{Policy: ReadinessImmediate, Time: "10:00"},
	} {
		if err := r.check("readiness"); CodeOf(err) != Invalid {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
