package tui_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

// What a reviewer chose to see of a view that every desk has is theirs, and there
// when they come back.
func TestColumnsAreRemembered(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	var kept map[string][]string
	remember := func(o *tui.Options) {
		o.Columns, o.KeepColumns = kept, func(columns map[string][]string) error { kept = columns; return nil }
	}
	s := d.sit("viewer1", remember)
	s.shows("CUR  STATUS")
	s.press("c", "j", "j", "j", "space", "G", "space", "K", "l", "l", "enter")
	s.hides("CUR  STATUS")
	s.shows("the view Ready shows them from now on")
	want := map[string][]string{"ready": {"id", "customer", "amount", "status", "age", "flag", "instrument", "point", "since:14", "reference"}}
	if !reflect.DeepEqual(kept, want) {
		t.Errorf("kept %q, want %q", kept, want)
	}
	s.press("!")
	s.shows("purser request list --view ready --columns", "'id,customer,amount,status,age,flag,instrument,point,since:14,refere")

	s = d.sit("viewer1", remember)
	s.hides("CUR  STATUS")
	s.press("2")
	s.shows("CUR  STATUS")
	s.press("1", "c", "r", "enter")
	s.shows("CUR  STATUS")
	if len(kept) != 0 {
		t.Errorf("kept %q of the usual columns", kept)
	}
}

// Those of a saved view are saved with it by whoever may change it; others have
// their own.
func TestColumnsOfASavedView(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	d.keep("senior1", engine.View{Name: "Seen", Filter: "status:ready", Columns: []string{"id", "email:30"}})
	s := d.sit("senior1", func(o *tui.Options) { o.View = "seen" })
	s.shows("REQUEST EMAIL   ", "sample1@example.com")
	s.hides("STATUS ")
	s.press("c", "j", "space", "enter")
	s.hides("sample1@example.com")
	s.press("!")
	s.shows("purser view set seen --columns 'id'")
	if v := must(d.View(t.Context(), "rev1", "seen")); !reflect.DeepEqual(v.Columns, []string{"id"}) {
		t.Errorf("saved %q", v.Columns)
	}
	failing := func(o *tui.Options) {
		o.View, o.KeepColumns = "seen", func(map[string][]string) error { return errors.New("the disk is full") }
	}
	s = d.sit("viewer1", failing)
	s.press("c", "G")
	for range 8 {
		s.press("k")
	}
	s.press("m")
	s.typed("order")
	s.press("enter", "enter")
	s.shows("shown until you leave, but not remembered: the disk is full", "ORDER")
}

// A viewer sees no details, whatever columns there are.
func TestColumnsHideDetailsFromViewers(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	d.keep("senior1", engine.View{Name: "Details", Columns: []string{"email", "ending", "description"}})
	s := d.sit("viewer1", func(o *tui.Options) { o.View = "details" })
	s.shows("s···@example.com", "1111")
	s.hides("sample1@")
}

// Columns that there is no room for go from the right, and the reviewer hears
// which.
func TestColumnsThatDoNotFit(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	s := d.sit("senior1")
	s.press("c", "j")
	for range 30 {
		s.press("l")
	}
	s.shows("customer", "46 wide", "80 wide: 3 of 10 fit, without CUSTOMER CUR AGE FLAG TO POINT REFERENCE")
	s.press("space", "space", "j", "enter")
	s.press("c")
	for range 10 {
		s.press("g", "space")
	}
	s.press("enter")
	s.shows("nothing would be shown: space shows the column under the cursor")
}
