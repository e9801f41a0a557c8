package tui_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// verbs says by which action a person uses each verb of the engine.
var verbs = map[engine.Verb]keys.ID{
	engine.VerbCreate: screen.Create, engine.VerbReady: screen.MakeReady, engine.VerbReturn: screen.Return,
	engine.VerbApprove: screen.Approve, engine.VerbUndoApproval: screen.UndoApproval, engine.VerbAllocate: screen.NewAllocation,
	engine.VerbAutoAllocate: screen.AllocateNow, engine.VerbRelease: screen.Release, engine.VerbState: screen.Settle,
	engine.VerbResolve: screen.Settle, engine.VerbSettle: screen.Settle, engine.VerbCancel: screen.Cancel,
	engine.VerbSplit: screen.SplitNow, engine.VerbMerge: screen.MergeNow, engine.VerbAbsorb: screen.MergeNow,
	engine.VerbBlock: screen.Block, engine.VerbUnblock: screen.Unblock, engine.VerbSet: screen.Edit,
	engine.VerbProcess: screen.Process, engine.VerbCancelAllocation: screen.CancelAllocation, engine.VerbLookUp: screen.LookUp,
	engine.VerbCancelPayout: screen.TakeBack, engine.VerbPayAgain: screen.PayAgain,
	engine.VerbComment: screen.Comment, engine.VerbWithdrawComment: screen.WithdrawComment,
}

// engines are the verbs that no person has, and those that batches use.
var engines = []engine.Verb{
	engine.VerbRecord, engine.VerbClaim, engine.VerbFailOver, engine.VerbAddToBatch, engine.VerbRemoveFromBatch,
}

func TestEveryVerbHasAnAction(t *testing.T) {
	c := newDesk(t).sit("senior1").Catalogue()
	for _, v := range engine.Verbs() {
		if slices.Contains(engines, v) {
			continue
		}
		if _, ok := c.Action(verbs[v]); !ok {
			t.Errorf("nobody can %s from the console", v)
		}
	}
}

// looking are the actions that have no command line, since they only move the
// eyes.
func looks(a keys.Action) bool {
	only := []keys.ID{
		screen.NextTab, screen.PreviousTab, screen.Help, screen.Palette, screen.Leave, screen.Quit, screen.CommandLine,
		screen.Exit, screen.ToQueue, screen.Reload, screen.Redraw, screen.Suspend, screen.ShowNew, screen.Mouse,
	}
	return a.Moves || screen.TabOf(a.ID) > 0 || slices.Contains(only, a.ID)
}

func TestCatalogueIsComplete(t *testing.T) {
	s := newDesk(t).sit("senior1")
	for _, a := range s.Catalogue().Actions() {
		switch {
		case a.Name == "" || a.Help == "":
			t.Errorf("%s has no name or no help", a.ID)
		case strings.HasSuffix(string(a.Help), "."):
			t.Errorf("%s: its help is a sentence without a full stop", a.ID)
		case a.Danger != keys.Harmless && a.Role == "":
			t.Errorf("%s does something, and nothing says who may", a.ID)
		case a.CLI == "" && !looks(a):
			t.Errorf("%s has no command line", a.ID)
		case len(a.Keys) == 0 && a.ID != screen.Create:
			t.Errorf("%s has no key", a.ID)
		}
	}
}

// A keyboard is a desk at the moment at which a key is pressed.
type keyboard struct {
	by    engine.ReviewerID // senior1 if nobody is named
	set   func(d *desk)
	steps []string // to where the key means something
}

// keyboards are the moments at which each dangerous action is possible.
var keyboards = map[keys.ID]keyboard{
	screen.Approve: {set: func(d *desk) { d.ready(d.card(), "10") }},
	screen.Block:   {set: func(d *desk) { d.ready(d.card(), "10") }},
	screen.Unblock: {set: func(d *desk) {
		must(d.Block(d.t.Context(), as("rev1"),
			d.ready(d.card(), "10").ID, "other", ""))
	}, steps: []string{"6"}},
	screen.MakeReady:    {set: func(d *desk) { d.request(d.card(), "10") }, steps: []string{"2"}},
	screen.Return:       {set: func(d *desk) { d.ready(d.card(), "10") }},
	screen.UndoApproval: {set: func(d *desk) { d.approved(d.card(), "10") }, steps: []string{"3"}},
	screen.OpenSplit:    {set: func(d *desk) { d.ready(d.card(), "10") }},
	screen.OpenMerge:    {set: func(d *desk) { d.ready(d.card(), "10") }},
	screen.Cancel:       {set: func(d *desk) { d.ready(d.card(), "10") }},
	screen.Release: {
		set:   func(d *desk) { d.sent(d.account("script", "declined"), "10") },
		steps: []string{"4"},
	},
	screen.Process: {
		set:   func(d *desk) { must(d.AutoAllocateOf(d.approved(d.card(), "10"))) },
		steps: []string{"4", "enter"},
	},
	screen.CancelAllocation: {
		set:   func(d *desk) { must(d.AutoAllocateOf(d.approved(d.card(), "10"))) },
		steps: []string{"4", "enter", "2"},
	},
	screen.Settle: {
		set:   func(d *desk) { d.sent(d.account("script", "partial:50"), "10") },
		steps: []string{"4", "enter"},
	},
	screen.TakeBack: {
		set:   func(d *desk) { d.sent(d.card(), "10") },
		steps: []string{"7", "enter", "3"},
	},
	screen.PayAgain: {
		set: func(d *desk) {
			r := d.sent(d.account("script", "processed,returned"), "10")
			a := must(d.Allocations(d.t.Context(), r.ID))[0]
			must(d.LookUp(d.t.Context(), as("senior1"), a.ID))
		},
		steps: []string{"5", "enter"},
	},
	screen.SplitNow: {set: func(d *desk) { d.ready(d.card(), "10") }, steps: []string{"x", "tab", "1"}},
	screen.MergeNow: {
		set:   func(d *desk) { i := d.card(); d.ready(i, "10"); d.ready(i, "20") },
		steps: []string{"m", "j", "space", "1"},
	},
	screen.KeepDraft: {by: "admin1", steps: []string{"g", "c", "2", "e", "down", "down", "end", "x"}},
	screen.Restore: {by: "admin1", steps: []string{"g", "r", "2", "j"}, set: func(d *desk) {
		must(d.Configure(d.t.Context(), as("admin1"), engine.KindScheme, "standard", 0, []byte(`{"name": "Renamed"}`)))
	}},
	screen.SetRate:  {by: "admin1", steps: []string{"g", "x"}},
	screen.PauseUse: {by: "admin1", steps: []string{"g", "w"}},
	screen.ResumeUse: {by: "admin1", steps: []string{"g", "w"}, set: func(d *desk) {
		must(d.PauseGateway(d.t.Context(), as("admin1"), "cards-eur", "maintenance"))
	}},
	screen.Archive: {by: "admin1", steps: []string{"g", "w"}},
	screen.DeleteBatch: {
		set: func(d *desk) {
			of := engine.Selection{IDs: []engine.RequestID{d.ready(d.card(), "10").ID}}
			if _, _, err := d.CreateBatch(d.t.Context(), as("rev1"), engine.NewBatch{Of: of}); err != nil {
				d.t.Fatal(err)
			}
		},
		steps: []string{"g", "b", "enter"},
	},
	screen.RunNow:     {set: func(d *desk) { d.ready(d.card(), "10") }, steps: []string{"space", "a"}},
	screen.StopRun:    {set: func(d *desk) { d.ready(d.card(), "10") }, steps: []string{"g", "g", "space", "a", "1", "enter"}},
	screen.StopJob:    {set: func(d *desk) { d.give("rev1", "a.csv", customersFile) }, steps: []string{"g", "j"}},
	screen.SetPayouts: {set: func(d *desk) { d.card() }, steps: []string{"g", "u", "enter"}},
	screen.Verify: {set: func(d *desk) {
		must(d.CreateInstrument(d.t.Context(), as("rev1"), engine.NewInstrument{
			CustomerID: d.account().CustomerID, ServiceID: "test_eur", Fields: map[string]string{"account": "111111"},
		}))
	}, steps: []string{"g", "u", "enter", "2", "j"}},
	screen.Undo:     {set: func(d *desk) { d.ready(d.card(), "10") }, steps: []string{"a", "enter"}},
	screen.UndoList: {set: func(d *desk) { d.ready(d.card(), "10") }, steps: []string{"a", "enter"}},
}

// No key that stops, pays or ends something does so at once: it asks.
func TestEveryDangerAsks(t *testing.T) {
	d := newDesk(t)
	catalogue := d.sit("senior1").Catalogue()
	for _, a := range catalogue.Actions() {
		if a.Danger == keys.Harmless || a.Danger == keys.Noted {
			continue
		}
		t.Run(string(a.ID), func(t *testing.T) {
			k, ok := keyboards[a.ID]
			if !ok {
				t.Fatal("nobody has shown that it asks")
			}
			if k.set != nil {
				k.set(d)
			}
			s := d.sit(cmp.Or(k.by, "senior1"))
			s.press(k.steps...)
			before, was := must(d.LastSeq(t.Context())), s.screen()
			s.press(a.Keys[0])
			if after := must(d.LastSeq(t.Context())); after != before {
				t.Errorf("%s did something at once\n%s", a.Keys[0], s.screen())
			}
			if s.screen() == was || strings.Contains(s.screen(), string(a.Name)+" is off: ") {
				t.Errorf("%s did not ask\n%s", a.Keys[0], s.screen())
			}
		})
	}
	for id := range maps.Keys(keyboards) {
		if a, ok := catalogue.Action(id); !ok || a.Danger == keys.Harmless {
			t.Errorf("%s is no dangerous action", id)
		}
	}
}

// Every screen says why each of its keys is off, or that it is not.
func TestEveryScreenAnswersWhy(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	d.ready(i, "10")
	d.ready(i, "20")
	d.give("rev1", "a.csv", customersFile)
	for _, steps := range [][]string{{}, {"7"}, {"enter"}, {"enter", "4"}, {"x"}, {"m"}, {"A"}, {"g", "w"}, {"g", "c"}, {"g", "c", "3"}, {"g", "r"}, {"g", "r", "2"}, {"g", "x"}, {"g", "j"}, {"g", "j", "enter"}, {"g", "u"}, {"g", "u", "enter", "2"}, {"g", "p"}, {"H"}} {
		s := d.sit("viewer1")
		if len(steps) > 0 && (steps[0] == "x" || steps[0] == "m") {
			s = d.sit("rev1")
		}
		s.press(steps...)
		for _, a := range s.Catalogue().Actions() {
			why := s.Why(a.ID)
			if strings.ContainsAny(why, "\n\x1b") || strings.Contains(why, "is no verb") {
				t.Errorf("%v: %s is off because of %q", steps, a.ID, why)
			}
		}
		s.press("?")
		s.shows("type to search")
		s.press("esc")
	}
}

// Refusals name the role that could.
func TestRolesOfTheCatalogue(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	s := d.sit("viewer1")
	for _, a := range s.Catalogue().In("requests") {
		if a.Role == "" || a.ID == screen.Undo || a.ID == screen.UndoList {
			continue
		}
		if why := s.Why(a.ID); !strings.Contains(why, "it takes a "+a.Role) {
			t.Errorf("%s for a viewer: %q, want the role %s", a.ID, why, a.Role)
		}
	}
}
