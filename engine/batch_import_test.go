package engine_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
)

// The published example: two payments that can be made, and one whose account
// is one character too short for its service.
const batchExample = `service,service_amount,fields_data,reference_id,description,customer,customer_metadata
test_usd,100.00,account:1234567890,BI28,first,reference_id:c-1;email:c1@example.com,level:gold
swift_usd,1.00,account_number:GB94BARC193459;swift_code:BARCGB22,BI29,second,,
test_usd,50.00,account:1234567891,BI30,third,reference_id:c-1,
`

// fileDesk is a desk that can pay what the example asks for.
func fileDesk(t *testing.T) *desk {
	d := newDesk(t)
	d.clock.Set(time.Date(2026, 11, 2, 15, 54, 0, 0, time.UTC))
	file, err := engine.ReadConfigFile([]byte(`{
	  "services": [{"id": "swift_usd", "method": "swift", "currency": "USD", "min": 0.01, "max": 999999, "fields": [
	    {"key": "account_number", "pattern": "^[A-Z]{2}(\\w){13,29}$", "required": true}, {"key": "swift_code", "required": true}]},
	   {"id": "low_usd", "method": "low", "currency": "USD", "min": 1, "max": 14800, "fields": [{"key": "account", "required": true}]}],
	  "routes": [{"id": "r-swift", "service": "swift_usd", "gateway": "usd"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Apply(t.Context(), as("admin1"), file, false); err != nil {
		t.Fatal(err)
	}
	return d
}

// rows reads a file as the command line does.
func fileRows(t *testing.T, file string) (rows []engine.FileRow) {
	t.Helper()
	r, err := table.NewCSVReader(strings.NewReader(file), engine.KnowsBatchColumn)
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := r.Next()
		if err != nil {
			return rows
		}
		rows = append(rows, engine.FileRow{ImportRow: engine.ImportRow(row)})
	}
}

func (d *desk) imported(reference, file string) (engine.Batch, []engine.BatchRow) {
	d.t.Helper()
	f := engine.BatchFile{Reference: reference, PointID: "main"}
	b, rows, err := d.ImportBatch(d.t.Context(), as("rev1"), f, fileRows(d.t.(*testing.T), file))
	if err != nil {
		d.t.Fatal(err)
	}
	return b, rows
}

func (d *desk) mend(id engine.BatchID, line int, cells map[string]string) engine.BatchRow {
	d.t.Helper()
	row, err := d.EditBatchRow(d.t.Context(), as("rev1"), id, line, cells)
	if err != nil {
		d.t.Fatal(err)
	}
	return row
}

func TestParity47BatchCSVImport(t *testing.T) {
	d := fileDesk(t)
	b, rows := d.imported("", batchExample)
	state, err := d.BatchState(t.Context(), b.ID)
	if err != nil || b.Requests != 2 || state.Totals.Sums[0].Amount != usd("150.00") {
		t.Errorf("%+v, %v", state, err)
	}
	const why = `[fields_data] account_number "GB94BARC193459" does not fit ^[A-Z]{2}(\w){13,29}$`
	if rows[1].Status != engine.BatchRowSkipped || rows[1].Why != why || rows[1].Line != 3 || rows[1].RequestID != "" {
		t.Errorf("%+v", rows[1])
	}
	first := d.now(rows[0].RequestID)
	if first.Status != engine.RequestPending || first.Amount != usd("100") || first.Description != "first" ||
		d.now(rows[2].RequestID).CustomerID != first.CustomerID {
		t.Errorf("%+v", first)
	}
	if row := d.mend(b.ID, 3, map[string]string{"service_amount": "1.50"}); row.Status != engine.BatchRowSkipped || row.Cells["service_amount"] != "1.50" {
		t.Errorf("half mended: %+v", row)
	}
	row := d.mend(b.ID, 3, map[string]string{"service_amount": "1.00", "fields_data": "account_number:GB94BARC10201530093459;swift_code:BARCGB22"})
	state, err = d.BatchState(t.Context(), b.ID)
	if err != nil || row.Status != engine.BatchRowNew || state.Requests != 3 || state.Totals.Sums[0].Amount != usd("151.00") {
		t.Errorf("%+v, %+v, %v", row, state, err)
	}
	if _, err := d.EditBatchRow(t.Context(), as("rev1"), b.ID, 3, map[string]string{"description": "x"}); !errors.Is(err, engine.Refused) {
		t.Errorf("a request's row: %v", err)
	}
}

func TestParity50BatchReference(t *testing.T) {
	d := fileDesk(t)
	b, rows := d.imported("", batchExample)
	if r := d.now(rows[2].RequestID); b.Reference != "2026-11-02T15-54-00" || r.Reference != "2026-11-02T15-54-00_BI30" {
		t.Errorf("%q, %q", b.Reference, r.Reference)
	}
	if _, rows := d.imported("second", batchExample); d.now(rows[2].RequestID).Reference != "second_BI30" {
		t.Errorf("%+v", rows[2])
	}
}

// A file that is given again, whole or after it was broken off, makes nothing
// twice; another file under its reference is refused, and changes nothing.
func TestBatchFileAgain(t *testing.T) {
	d := fileDesk(t)
	lines := strings.SplitAfter(batchExample, "\n")
	b, _ := d.imported("b", lines[0]+lines[1])
	_, first := d.imported("b", batchExample)
	d.mend(b.ID, 3, map[string]string{"fields_data": "account_number:GB94BARC10201530093459;swift_code:BARCGB22"})
	again, rows := d.imported("b", batchExample)
	if again.ID != b.ID || again.Requests != 3 || rows[0].RequestID != first[0].RequestID || rows[1].Status != engine.BatchRowNew {
		t.Errorf("%+v, %+v", again, rows)
	}
	seq := len(d.members(b.ID))
	for _, f := range []engine.BatchFile{{Reference: "b", PointID: "main"}, {Reference: "b", PointID: "strict"}} {
		_, _, err := d.ImportBatch(t.Context(), as("rev1"), f, fileRows(t, strings.Replace(batchExample, "50.00", "51.00", 1)))
		if !errors.Is(err, engine.Refused) || len(d.members(b.ID)) != seq {
			t.Errorf("another file for %s: %v", f.PointID, err)
		}
	}
	dry := as("rev1")
	dry.DryRun = true
	_, rows, err := d.ImportBatch(t.Context(), dry, engine.BatchFile{Reference: "dry", PointID: "main"}, fileRows(t, batchExample))
	if err != nil || rows[0].Status != engine.BatchRowNew || rows[1].Status != engine.BatchRowSkipped {
		t.Errorf("dry: %+v, %v", rows, err)
	}
	if _, err := d.BatchByReference(t.Context(), engine.ModeTest, "dry"); !errors.Is(err, engine.NotFound) {
		t.Errorf("a dry run left a batch: %v", err)
	}
	if _, _, err := d.ImportBatch(t.Context(), as("viewer1"), engine.BatchFile{PointID: "main"}, fileRows(t, batchExample)); !errors.Is(err, engine.Forbidden) {
		t.Errorf("a viewer: %v", err)
	}
}

func TestBadRowsOfABatch(t *testing.T) {
	const head = "service,service_amount,fields_data,reference_id,description,customer,customer_metadata\n"
	d := fileDesk(t)
	for n, test := range []struct{ row, why string }{
		{"low_usd,14801,account:1,a,,,", `[service_amount] Invoice amount should be between 1 and 14800 for service "low_usd".`},
		{"low_usd,much,account:1,a,,,", "[service_amount] "},
		{"low_usd,,account:1,a,,,", "[service_amount] service_amount is missing"},
		{"nothing,1,account:1,a,,,", `[service] there is no service "nothing"`},
		{"test_jpy,10.5,account:1,a,,,", "[service_amount] "},
		{"low_usd,10,account,a,,,", `[fields_data] "account" has no value`},
		{"low_usd,10,account:1;account:2,a,,,", `[fields_data] "account" stands there twice`},
		{"low_usd,10,other:1,a,,,", `[fields_data] service low_usd has no field "other"`},
		{"payment_card_usd,10,card_number:4111111111111112,a,,,", "[fields_data] card_number has a wrong check digit"},
		{"payment_card_usd,10,card_number:411111******1111,a,,,", "[fields_data] card_number is masked"},
		{"low_usd,10,account:1,a,,email:x@example.com,", "[customer] reference_id is missing"},
		{"low_usd,10,account:1,a,,,level:gold", "[customer] reference_id is missing"},
		{"low_usd,10,account:1,a,,reference_id:c;shoe:42,", `[customer] customers have no property "shoe"`},
		{"low_usd,10,account:1,a,,reference_id:c;email:nowhere,", "[customer] "},
		{"low_usd,10,account:1," + strings.Repeat("x", 100) + ",,,", "[reference_id] "},
		{"low_usd,10,account:1,a," + strings.Repeat("x", 256) + ",,", "[description] "},
		{"low_usd,10,account:1,good,,,", `[reference_id] the reference "b16_good" belongs to `},
	} {
		b, rows := d.imported(fmt.Sprint("b", n), head+"low_usd,10,account:1,good,,,\n"+test.row+"\nlow_usd,10,account:2,last,,,\n")
		bad := rows[1]
		if bad.Status != engine.BatchRowSkipped || !strings.HasPrefix(bad.Why, test.why) || bad.Line != 3 || b.Requests != 2 {
			t.Errorf("%s: %+v", test.row, bad)
		}
		if strings.Contains(fmt.Sprint(bad), "4111111111111") {
			t.Errorf("a card number is kept: %+v", bad)
		}
		if _, err := d.Customer(t.Context(), "c"); !errors.Is(err, engine.NotFound) {
			t.Errorf("%s left a customer", test.row)
		}
	}
}

// long is a file of more rows than a run does at once.
func long(n int) string {
	var file strings.Builder
	file.WriteString("service,service_amount,fields_data,reference_id,customer\n")
	for i := range n {
		fmt.Fprintf(&file, "test_usd,1.00,account:1,%d,reference_id:c-1\n", i)
	}
	return file.String()
}

// Process is a run of the batch; to terminate it stops what was not sent.
func TestParity48BatchEditProcessTerminate(t *testing.T) {
	d := fileDesk(t)
	b, _ := d.imported("long", long(260))
	d.terminated(b, 260)
}

func TestE8Batch(t *testing.T) {
	d := fileDesk(t)
	b, _ := d.imported("e8", batchExample)
	if b.Requests != 2 {
		t.Errorf("%d requests", b.Requests)
	}
	d.mend(b.ID, 3, map[string]string{"fields_data": "account_number:GB94BARC10201530093459;swift_code:BARCGB22"})
	d.paidOut(b, 3)
}

// allocatedBatch takes all of a batch from pending to allocated.
func (d *desk) allocatedBatch(b engine.Batch, want int) {
	d.t.Helper()
	for _, verb := range []engine.Verb{engine.VerbReady, engine.VerbApprove, engine.VerbAutoAllocate} {
		if run, items := d.run(engine.Selection{Batch: b.ID}, engine.RunAction{Verb: verb}); run.Done != want {
			d.t.Fatalf("%s: %+v, %+v", verb, run, items[0])
		}
	}
}

// paidOut takes all of a batch from pending to fulfilled.
func (d *desk) paidOut(b engine.Batch, want int) {
	d.t.Helper()
	d.allocatedBatch(b, want)
	d.run(engine.Selection{Batch: b.ID}, engine.RunAction{Verb: engine.VerbProcess})
	d.work()
	for _, id := range d.members(b.ID) {
		if r := d.now(id); r.Status != engine.RequestFulfilled {
			d.t.Errorf("%s is %s", r.Reference, r.Status)
		}
	}
}

// terminated processes a batch and stops that midway.
func (d *desk) terminated(b engine.Batch, items int) {
	d.t.Helper()
	d.allocatedBatch(b, items)
	ctx := d.t.Context()
	run, err := d.StartRun(ctx, as("senior1"), d.preview(engine.Selection{Batch: b.ID}, engine.RunAction{Verb: engine.VerbProcess}))
	err = errors.Join(err, d.Work(ctx, "runs"))
	if err == nil {
		_, err = d.StopRun(ctx, as("senior1"), run.ID, "")
	}
	if err != nil {
		d.t.Fatal(err)
	}
	run, _ = d.finished(run.ID)
	d.work()
	statuses := map[engine.RequestStatus]int{}
	for _, id := range d.members(b.ID) {
		statuses[d.now(id).Status]++
	}
	sent := statuses[engine.RequestFulfilled]
	if run.Done == 0 || run.Done == items || sent != run.Done {
		d.t.Errorf("%d were sent of %d, %v", sent, items, statuses)
	}
}
