package tui_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

// batched puts requests into a batch.
func (d *desk) batched(reference string, ids ...engine.RequestID) engine.Batch {
	d.t.Helper()
	b, _, err := d.CreateBatch(d.t.Context(), as("rev1"), engine.NewBatch{
		Reference: reference, Of: engine.Selection{IDs: ids},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// in is the batch of that name.
func (d *desk) in(reference string) engine.BatchState {
	d.t.Helper()
	b := must(d.BatchByReference(d.t.Context(), engine.ModeTest, reference))
	return must(d.BatchState(d.t.Context(), b.ID))
}

func TestMarkedArePutIntoABatch(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30", "40")
	s := d.sit("rev2")
	s.press("space", "space", "+")
	s.shows("Put 2 marked requests into a batch")
	s.typed("monday")
	s.press("enter")
	s.shows("▸ monday", "put 2 requests into the new batch monday · z takes it back", "30.00 EUR", "2 requests", "pending")
	s.press("esc")
	s.hides("marked")
	s.press("j", "+")
	s.typed("monday")
	s.press("enter")
	s.shows("added 1 request to batch monday")
	if b := d.in("monday"); b.Requests != 3 {
		t.Errorf("%d requests are in it", b.Requests)
	}
	s.press("+")
	s.shows("into batch is off: it is in a batch already: - takes it out")
	s.press("enter")
	s.shows("batch         monday")
	s.press("-")
	s.shows("out of batch monday? enter")
	s.press("enter")
	if d.now(ids[2]).BatchID != "" {
		t.Error("it is still in the batch")
	}
	s.press("esc", "z")
	s.press("enter")
	if b := d.in("monday"); b.Requests != 2 {
		t.Errorf("%d requests are in it", b.Requests)
	}
}

// All that match go into a batch, but for those that are in one.
func TestAllThatMatchArePutIntoABatch(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30", "40")
	d.batched("early", ids[0])
	s := d.sit("senior1")
	s.press("/")
	s.typed("amount:..30")
	s.press("enter", "*", "+")
	s.typed("late")
	s.press("enter")
	s.shows("put 2 requests into the new batch late")
	s.press("z", "enter")
	if d.now(ids[1]).BatchID != "" || d.now(ids[0]).BatchID == "" {
		t.Error("taking it back did another thing")
	}
}

// What is decided on a batch is about all of it, planned first, and another
// reviewer sees it go on.
func TestBatchIsRun(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30")
	must(d.Block(t.Context(), as("rev1"), ids[1], "aml-review", ""))
	d.batched("monday", ids...)
	s := d.sit("senior1")
	s.press("space", "g", "b")
	s.shows("[1 Batches 1]", "monday", "pending", "60.00 EUR", "nothing was run on it yet")
	s.press("enter", "t")
	s.shows("comment is off: it takes one request at a time: enter opens the cursor's")
	s.press("a")
	s.rest(quiet)
	s.shows("Approve  batch monday", "2 run  40.00 EUR", "1 stays out", "purser batch run 'monday' approve")
	s.press("2", "enter", "esc")
	s.shows("approving 0%: 2 and enter show it")
	other := d.sit("rev2")
	other.press("g", "b")
	other.shows("approving 0%")
	s.work()
	for _, at := range []*session{s, other} {
		at.look()
		at.shows("completed")
	}
	s.press("2", "enter")
	s.shows("100%  2 / 2  completed", "z takes back 2")
	s.press("3", "enter")
	s.is(ids[0], engine.RequestApproved)
	s.shows("approved")
	s.press("esc", "1", "z", "enter")
	s.work()
	s.is(ids[0], engine.RequestReady)
	other.look()
	other.shows("Take back approvals, ", " by senior1: 2 taken back")
	s.press("g", "q")
	s.shows("1 marked") // the marks had nothing to do with it
}

// What is planned of a batch is that batch as it was seen.
func TestPlanOfABatchSaysWhatMoved(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30")
	b := d.batched("monday", ids[:2]...)
	s := d.sit("senior1")
	s.press("g", "b", "enter", "a")
	s.rest(quiet)
	s.shows("2 run")
	if _, _, err := d.AddToBatch(t.Context(), as("rev1"), b.ID, engine.Selection{IDs: ids[2:]}); err != nil {
		t.Fatal(err)
	}
	must(d.RemoveFromBatch(t.Context(), as("rev1"), b.ID, ids[:1]))
	s.press("2", "enter")
	s.shows("MOVED SINCE YOU SAW IT", "30.00 EUR came into the batch", "10.00 EUR left the batch")
	s.is(ids[1], engine.RequestReady)
}

func TestBatchIsChanged(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30")
	d.batched("monday", ids[:2]...)
	s := d.sit("senior1")
	s.press("g", "b", "enter", "e", "tab")
	s.typed("first half")
	s.press("tab")
	s.typed("payment-card")
	s.press("enter")
	s.shows("the allocation order has 1 entries")
	s.typed(", selected-payment-instrument")
	s.press("enter")
	s.shows("changed the batch monday", "first half", "allocated to payment-card, selected-payment-instrument")
	s.press("+")
	s.typed("amount:x")
	s.press("enter")
	s.shows("amount")
	for range len("amount:x") {
		s.press("backspace")
	}
	s.typed("amount:30")
	s.press("enter")
	s.shows("added 1 request to batch monday", "3 requests", "rows 1-3 of 3")
	s.press("-")
	s.shows("out of batch monday? enter")
	s.press("enter")
	s.shows("[1 Requests 2]", "2 requests")
	s.press("X")
	s.shows("delete the batch monday; its 2 requests stay as they are? enter")
	s.press("enter")
	s.shows("[1 Batches 0]", "▸ Batches ")
	for _, id := range ids {
		if d.now(id).BatchID != "" {
			t.Errorf("%s is still in a batch", id)
		}
	}
}

// file writes a CSV file of rows below the columns that batches have.
func file(t *testing.T, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "payouts.csv")
	head := "service,service_amount,fields_data,reference_id,description,customer,customer_metadata"
	if err := os.WriteFile(path, []byte(head+"\n"+strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// here makes files those of the reviewer.
func here(o *tui.Options) { o.CreateFile = (&disk{files: map[string]string{}}).create }

// The example of the row 47 of the other system's list, as a person sees it:
// two rows are requests, one is skipped with its message, mended, and the file
// is written out again.
func TestParity47BatchCSVImport(t *testing.T) {
	d := newDesk(t)
	services := must(engine.ReadConfigFile([]byte(`{
	  "services": [{"id": "test_usd", "method": "test", "currency": "USD", "min": 0.01, "max": 9999999, "fields": [{"key": "account", "required": true}]},
	   {"id": "swift_usd", "method": "swift", "currency": "USD", "min": 0.01, "max": 999999, "fields": [
	    {"key": "account_number", "pattern": "^[A-Z]{2}(\\w){13,29}$", "required": true}, {"key": "swift_code", "required": true}]}],
	  "gateways": [{"id": "usd", "provider": "sandbox", "mode": "test", "currency": "USD", "balance": 1000, "instruction": "all"}],
	  "routes": [{"id": "r-usd", "service": "test_usd", "gateway": "usd"}, {"id": "r-swift", "service": "swift_usd", "gateway": "usd"}]}`)))
	must(d.Apply(t.Context(), as("admin1"), services, false))
	path := file(t, "test_usd,100.00,account:1234567890,BI28,first,reference_id:c-1;email:c1@example.com,level:gold",
		"swift_usd,1.00,account_number:GB94BARC193459;swift_code:BARCGB22,BI29,second,,",
		"test_usd,50.00,account:1234567891,BI30,third,reference_id:c-1,")
	files := &disk{files: map[string]string{}}
	s := d.sit("rev2", func(o *tui.Options) { o.CreateFile = files.create })
	s.press("g", "b", "N")
	s.typed(path + "x")
	s.press("tab")
	s.shows("there is no such file")
	s.press("shift+tab", "backspace", "tab", "1", "tab")
	s.typed("monday")
	s.press("tab", "enter")
	s.shows("took in payouts.csv as batch monday: 2 new, 1 skipped", "[1 Requests 2]", "150.00 USD", "made", "of a file, for main")
	s.press("4")
	s.shows("BI29", `line 3: [fields_data] account_number "GB94BARC193459" does not fit ^[A-Z]{2}(\w){13,29}$`)
	s.press("enter")
	s.shows("Mend line 3", `account_number "GB94BARC193459" does not fit`)
	s.press("end")
	for range len("193459;swift_code:BARCGB22") {
		s.press("backspace")
	}
	s.typed("1;swift_code:BARCGB22")
	s.press("ctrl+s")
	s.shows("still skipped", `account_number "GB94BARC1" does not fit`)
	for range len("1;swift_code:BARCGB22") {
		s.press("backspace")
	}
	s.typed("10201530093459;swift_code:BARCGB22")
	s.press("ctrl+s")
	s.shows("is request", "4 Skipped 0", "151.00 USD")
	s.press("3")
	s.shows("rows 1-3 of 3", "swift_usd")
	if b := d.in("monday"); b.Requests != 3 {
		t.Errorf("%+v", b)
	}
	s.press("j", "enter")
	s.shows("monday_BI29")
	s.press("esc", "w", "enter")
	s.shows("exported 3 rows to /desk/monday.csv")
	if written := files.files["monday.csv"]; !strings.Contains(written, "test_usd,50.00,account:1234567891,BI30,third,reference_id:c-1,") {
		t.Errorf("written: %s", written)
	}
	s.press("!")
	s.shows("purser batch export 'monday'")
}

// A file that makes no sense says where, and leaves nothing.
func TestFileThatMakesNoSense(t *testing.T) {
	d := newDesk(t)
	path := filepath.Join(t.TempDir(), "wrong.csv")
	if err := os.WriteFile(path, []byte("service,amount\ntest_eur,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := d.sit("rev2", here)
	s.press("g", "b", "N")
	s.typed(path)
	s.press("ctrl+s")
	s.shows(`wrong.csv: line 1`, `batches have no column "amount"`, "[1 Batches 0]")
}

// A long file is taken in bite by bite, while every key is answered; stopped,
// the same file goes on where it was.
func TestLongFileGoesOn(t *testing.T) {
	d := newDesk(t)
	rows := make([]string, 1000)
	for i := range rows {
		rows[i] = "test_eur,1.00,account:1,R" + string(rune('A'+i/676)) + string(rune('A'+i/26%26)) + string(rune('A'+i%26)) + ",,reference_id:c-1,"
	}
	path := file(t, rows...)
	s := d.sit("rev2", here)
	take := func() tea.Cmd {
		s.press("g", "b", "N")
		s.typed(path)
		s.press("tab", "1", "tab")
		s.typed("long")
		s.press("tab")
		s.rest(time.Second)
		_, cmd := s.Update(tea.KeyMsg{Type: tea.KeyEnter})
		return cmd
	}
	next := func(cmd tea.Cmd) tea.Cmd { // what follows, and not what follows from that
		_, cmd = s.Update(cmd())
		return cmd
	}
	cmd := next(next(take())) // it is open, and the first bites are in
	s.shows("taking in payouts.csv: line 301, 300 new, 0 skipped")
	s.press("N")
	s.shows("new from a file is off: a file is being taken in")
	s.press("g", "q")
	s.shows("taking in ")
	s.press("g", "b", "X")
	s.shows("stop taking it in?")
	s.press("enter")
	s.drain(cmd)
	s.shows("stopped at line 301", "the same file as batch long goes on")
	s.drain(take())
	if b := d.in("long"); b.Requests != len(rows) {
		t.Errorf("%d requests are in it", b.Requests)
	}
	s.shows("took in payouts.csv as batch long: 1,000 new, 0 skipped")
}

// Who may only look, or sits elsewhere, hears why.
func TestBatchesOfWhoMayNot(t *testing.T) {
	d := newDesk(t)
	d.batched("monday", d.readies("10")...)
	viewer := d.sit("viewer1", here)
	viewer.press("g", "b", "N")
	viewer.shows("new from a file is off: viewer1 is a viewer: it takes a reviewer")
	viewer.press("enter", "a")
	viewer.shows("approve is off: viewer1 is a viewer: it takes a reviewer")
	for _, key := range []string{"+", "-", "e", "X"} {
		viewer.press(key)
		viewer.shows("is off: viewer1 is a viewer")
	}
	viewer.press("w")
	viewer.shows("it was made of requests")
	feed := must(d.FeedBatch(as("rev1"), engine.BatchFile{Reference: "file", PointID: "main"},
		must(os.Open(file(t, "test_eur,1.00,account:1234567890,x,,email:hidden@example.com,")))))
	must(feed.Next(t.Context()))
	viewer.press("esc")
	viewer.look()
	viewer.press("g", "g", "enter", "3", "w")
	viewer.shows("details are hidden from viewers", "line 2: [customer] is wrong; what it says is hidden from viewers")
	viewer.hides("hidden@example.com")
	afar := d.sit("rev2")
	afar.press("g", "b", "N")
	afar.shows("new from a file is off: only where the console runs on your own machine")
	reader := d.sit("rev2", func(o *tui.Options) { o.ReadOnly = "the store is another version's" })
	reader.press("g", "b", "N")
	reader.shows("read-only: the store is another version's")
	reader.press("enter", "X")
	reader.shows("read-only: the store is another version's")
}

func TestOrderOfBatches(t *testing.T) {
	d := newDesk(t)
	ids := d.readies("10", "20", "30")
	d.batched("b", ids[0])
	d.clock.Advance(time.Minute)
	d.batched("a", ids[1:]...)
	s := d.sit("rev2")
	s.press("g", "b")
	listed := func() []string {
		var names []string
		for _, line := range strings.Split(s.screen(), "\n") {
			if f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), ">")); len(f) > 2 && (f[0] == "a" || f[0] == "b") && f[1] == "pending" {
				names = append(names, f[0])
			}
		}
		return names
	}
	for _, tt := range []struct {
		key  string
		want []string
	}{{"", []string{"a", "b"}}, {"2", []string{"b", "a"}}, {"3", []string{"a", "b"}}, {"4", []string{"a", "b"}}} {
		if tt.key != "" {
			s.press("s", tt.key)
		}
		if got := listed(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v\n%s", tt.key, got, tt.want, s.screen())
		}
	}
}

// A batched request that is merged away leaves its batch, and that is said before
// and afterwards.
func TestMergedRequestLeavesItsBatch(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	source, target := d.ready(i, "10"), d.ready(i, "20")
	d.batched("monday", source.ID)
	s := d.sit("senior1")
	s.press("j")
	s.shows("batch       monday")
	s.press("k", "m", "j", "space", "1", "enter")
	s.shows("10.00 EUR, leaves batch monday")
	s.press("enter")
	if d.now(source.ID).Status != engine.RequestMerged || d.now(source.ID).BatchID != "" || d.now(target.ID).Amount != eur("30") {
		t.Fatalf("%+v\n%s", d.now(source.ID), s.screen())
	}
	s.press("g", "b")
	s.shows("monday", "0 ")
	s.press("g", "q", "7", "enter", "4")
	s.shows("left its batch")
}

// A warning that comes up while a plan is on the screen is shown before anything
// runs.
func TestPlanSaysWhatWarnsNow(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	id := d.ready(i, "10").ID
	s := d.sit("senior1")
	s.press("space", "a")
	s.rest(quiet)
	s.shows("to approve it type 1 and enter")
	s.press("1")
	d.request(i, "10")
	s.press("enter")
	s.shows("MOVED SINCE YOU SAW IT", "other warnings: 10.00 EUR to the same", "LOOK TWICE", "type 1 10 and enter")
	s.is(id, engine.RequestReady)
	s.press("1", "space", "1", "0", "enter")
	s.work()
	s.is(id, engine.RequestApproved)
}

// More batches than are read at once are read as the cursor comes to the end.
func TestManyBatches(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	const n = 203
	for k := range n {
		d.batched("", d.request(i, "1").ID)
		if k == 0 {
			d.clock.Advance(time.Hour)
		}
	}
	s := d.sit("rev2")
	s.press("g", "b")
	s.shows("[1 Batches 200+]")
	s.press("G", "G", "G")
	s.shows("[1 Batches 203]", "2026-11-02T09-01-00")
	s.look()
	s.shows("[1 Batches 203]")
}
