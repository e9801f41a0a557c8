package tui_test

import (
	"cmp"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/canvas/canvastest"
	"github.com/purserhq/purser/tui/screen"
)

// busyDesk is a desk with something of everything.
func busyDesk(t *testing.T) *desk {
	d := newDesk(t)
	card, account := d.card(), d.account()
	d.request(account, "75")
	d.sent(d.account("script", "unknown:general"), "640")
	d.sent(d.account("script", "partial:40"), "2000")
	d.sent(d.card(), "86.20")
	d.approved(d.card(), "3310")
	blocked := d.ready(d.card(), "2000")
	must(d.Block(t.Context(), as("rev1"), blocked.ID, "aml-review", "case 812"))
	d.clock.Advance(3 * time.Hour)
	d.ready(d.account(), "12000")
	d.ready(card, "1250")
	must(d.Create(t.Context(), as("senior1"), engine.NewRequest{
		PointID:    "main",
		CustomerID: account.CustomerID, InstrumentID: account.ID, Amount: eur("49999.99"),
	}))
	d.ready(card, "310")
	last := d.ready(card, "45.50")
	must(d.Comment(t.Context(), as("support1"), last.ID, "asked by phone how long it takes"))
	for i := range 8 {
		d.ready(d.card(), fmt.Sprint(90+i*7))
	}
	return d
}

// runs leaves a desk with a run that was stopped, one that goes on, and one of
// which something was refused.
func runs(d *desk) {
	start := func(action engine.RunAction, ids ...engine.RequestID) engine.Run {
		plan := must(d.PreviewRun(d.t.Context(), as("senior2"), engine.Selection{IDs: ids}, action))
		return must(d.StartRun(d.t.Context(), as("senior2"), plan))
	}
	approve := engine.RunAction{Verb: engine.VerbApprove}
	var ids []engine.RequestID
	for i := range 4 {
		ids = append(ids, d.request(d.card(), fmt.Sprint(400+i)).ID)
	}
	ready := start(engine.RunAction{Verb: engine.VerbReady}, ids...)
	must(d.Block(d.t.Context(), as("rev1"), ids[1], "fraud-suspected", ""))
	must(d.Cancel(d.t.Context(), as("rev1"), ids[2], 1, engine.Cancellation{By: engine.CanceledByCustomer}))
	d.work()
	d.clock.Advance(time.Minute)
	start(approve, append(ids, must(d.RunItems(d.t.Context(), ready.ID, engine.RunItemQuery{Limit: 1}))[0].RequestID)...)
	d.clock.Advance(2 * time.Second)
	must(d.StopRun(d.t.Context(), as("rev1"), start(approve, ids...).ID, "the wrong ones"))
}

// The screens as the eye sees them, without colour, at the two sizes that
// matter.
func TestGolden(t *testing.T) {
	unverified := func(d *desk) {
		i := d.account()
		added := must(d.CreateInstrument(d.t.Context(), as("rev1"), engine.NewInstrument{
			CustomerID: i.CustomerID, ServiceID: "test_eur", Fields: map[string]string{"account": "111111"},
		}))
		d.ready(added, "120.50")
	}
	routed := func(d *desk) {
		for _, amount := range []string{"250.55", "400"} {
			i := d.card()
			r := must(d.Create(d.t.Context(), as(engine.ByEngine), engine.NewRequest{
				PointID: "shop-eu", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: eur(amount),
			}))
			must(d.Ready(d.t.Context(), as("rev1"), r.ID, r.Version))
		}
	}
	signals := func(d *desk) {
		i := d.card()
		d.ready(i, "500")
		d.ready(i, "500")
		r := d.ready(d.card(), "75")
		must(d.Claim(d.t.Context(), as("rev2"), r.ID, false))
		d.sent(d.account("script", "declined:recipient-not-found"), "320")
	}
	revised := func(d *desk) {
		d.clock.Advance(time.Hour)
		must(d.Configure(d.t.Context(), as("admin1"), engine.KindScheme, "standard", 0, []byte(`{"name": "Renamed"}`)))
	}
	saved := func(d *desk) {
		d.ready(d.card(), "120.50")
		d.ready(d.card(), "2000")
		d.keep("senior1", engine.View{Name: "Big EUR", Filter: "status:ready;currency:EUR;amount:1000..", Private: true})
		d.keep("rev1", engine.View{Name: "Last week", Filter: "created:-7d.."})
	}
	batched := func(d *desk) {
		ids := d.readies("10", "20.50", "300", "4000", "50")
		must(d.Block(d.t.Context(), as("rev1"), ids[1], "aml-review", ""))
		approve := engine.RunAction{Verb: engine.VerbApprove}
		begin := func(b engine.Batch) {
			plan := must(d.PreviewRun(d.t.Context(), as("senior2"), engine.Selection{Batch: b.ID}, approve))
			must(d.StartRun(d.t.Context(), as("senior2"), plan))
		}
		begin(d.batched("monday", ids[:3]...))
		d.work()
		d.clock.Advance(time.Minute)
		feed := must(d.FeedBatch(as("rev1"), engine.BatchFile{Reference: "payouts", Description: "of the second half of October", PointID: "main"},
			strings.NewReader("service,service_amount,fields_data,reference_id,description,customer,customer_metadata\n"+
				"test_eur,100.00,account:1234567890,BI28,first,reference_id:c-x;email:x@example.com,level:gold\n"+
				"card_eur,1.00,card_number:4111111111111112,BI29,second,,\n"+
				"test_eur,50.00,account:1234567891,BI30,third,reference_id:c-x,\n")))
		must(feed.Next(d.t.Context()))
		d.clock.Advance(time.Minute)
		begin(d.batched("the big ones", ids[3]))
	}
	imports := func(d *desk) {
		runs(d)
		d.clock.Advance(10 * time.Minute)
		d.give("rev1", "customers.csv", customersFile)
		d.work()
		d.clock.Advance(time.Minute)
		d.give("senior2", "more.csv", "reference,name\nc-90,Sample Ninety\n")
		d.clock.Advance(time.Minute)
		read := must(table.Open(&shortFile{strings.NewReader("reference,name\n" + strings.Repeat("c-7,Sample\n", 1500))}, "", engine.ImportCustomers.KnowsColumn))
		if _, err := d.CopyImport(d.t.Context(), as("rev2"), engine.NewImport{Kind: engine.ImportCustomers, File: "left.csv"}, read, nil); err == nil {
			t.Error("it was copied")
		}
		d.clock.Advance(2 * time.Minute)
	}
	screens := []struct {
		name  string
		by    engine.ReviewerID
		set   func(*desk)
		steps []string
		text  string // typed after the steps
	}{
		{name: "queue", steps: []string{"j", "j"}},
		{name: "queue_signals", set: signals, steps: []string{"j"}},
		{name: "signals", set: signals, steps: []string{"j", "enter"}},
		{name: "sheet_signals", set: signals, steps: []string{"j", "a"}},
		{name: "sheet_take_over", set: signals, steps: []string{"o"}},
		{name: "attention", set: signals, steps: []string{"g", "a", "j"}},
		{name: "queue_marked", steps: []string{"j", "space", "space", "j", "space"}},
		{name: "queue_range", steps: []string{"j", "v", "j", "j", "j"}},
		{name: "queue_all_marked", steps: []string{"8", "*", "j", "space"}},
		{name: "many_plan", steps: []string{"8", "*", "a"}},
		{name: "many_plan_few", steps: []string{"j", "space", "space", "a"}, text: "2"},
		{name: "many_plan_wrong", steps: []string{"8", "*", "a"}, text: "12\r"},
		{name: "many_plan_warned", set: signals, steps: []string{"*", "a"}},
		{name: "many_warned_list", set: signals, steps: []string{"*", "a", "l", "j"}},
		{name: "many_out", steps: []string{"8", "*", "a", "n"}},
		{name: "many_block", steps: []string{"*", "b", "3"}},
		{name: "many_run", steps: []string{"g", "b", "2", "j", "enter"}},
		{name: "many_refused", steps: []string{"g", "b", "2", "j", "j", "enter"}},
		{name: "many_refused_list", steps: []string{"g", "b", "2", "j", "j", "enter", "2"}},
		{name: "batches", steps: []string{"g", "b"}},
		{name: "batch_list", set: batched, steps: []string{"g", "b", "j"}},
		{name: "batch_requests", set: batched, steps: []string{"g", "b", "G", "enter"}},
		{name: "batch_runs", set: batched, steps: []string{"g", "b", "G", "enter", "2"}},
		{name: "batch_rows", set: batched, by: "rev2", steps: []string{"g", "b", "j", "enter", "3", "j"}},
		{name: "batch_skipped", set: batched, by: "rev2", steps: []string{"g", "b", "j", "enter", "4"}},
		{name: "batch_mend", set: batched, by: "rev2", steps: []string{"g", "b", "j", "enter", "4", "enter"}},
		{name: "batch_change", set: batched, steps: []string{"g", "b", "j", "enter", "e", "tab", "tab"}, text: "payment-card,"},
		{name: "batch_add", set: batched, steps: []string{"g", "b", "j", "enter", "+"}, text: "amount:x\r"},
		{name: "batch_armed", set: batched, steps: []string{"g", "b", "j", "enter", "X"}},
		{name: "batch_plan", set: batched, steps: []string{"g", "b", "j", "enter", "r"}},
		{name: "batch_file", set: batched, steps: []string{"g", "b", "N"}, text: "nowhere.csv\r"},
		{name: "batch_put", set: batched, steps: []string{"*", "+"}},
		{name: "jobs", set: imports, steps: []string{"g", "j", "j"}},
		{name: "jobs_empty", set: func(*desk) {}, steps: []string{"g", "j"}},
		{name: "import_refused", set: imports, steps: []string{"g", "j", "j", "j", "enter", "2", "j"}},
		{name: "import_left", set: imports, steps: []string{"g", "j", "enter"}},
		{name: "import_ask", steps: []string{"g", "j", "i", "1", "tab"}, text: "~/customers.csv"},
		{name: "import_file", steps: []string{"g", "j", "i", "1", "tab"}, text: "customers.csv\r"},
		{name: "import_no_file", steps: []string{"g", "j", "i", "1", "tab"}, text: "none.csv\r"},
		{name: "customers", steps: []string{"g", "u", "j"}},
		{name: "customers_found", steps: []string{"g", "u", "/"}, text: "sample customer 1"},
		{name: "customers_none", steps: []string{"g", "u", "/"}, text: "nobody\r"},
		{name: "customers_empty", set: func(*desk) {}, steps: []string{"g", "u"}},
		{name: "payee", steps: []string{"/"}, text: "amount:1250\rgp"},
		{name: "payee_instruments", set: unverified, steps: []string{"g", "u", "enter", "2", "j"}},
		{name: "payee_requests", set: signals, steps: []string{"g", "u", "j", "j", "enter", "3"}},
		{name: "payee_payments", steps: []string{"/"}, text: "amount:1250\rgp4"},
		{name: "queue_teaching", steps: []string{"j"}},
		{name: "queue_all", steps: []string{"8"}},
		{name: "queue_filter", steps: []string{"/"}, text: "amount:100..;point:"},
		{name: "columns", steps: []string{"c", "j", "j"}},
		{name: "columns_chosen", steps: []string{"c", "j", "j", "j", "j", "space", "G", "space", "K", "K", "K", "l", "l"}},
		{name: "columns_metadata", steps: []string{"c", "m"}, text: "order"},
		{name: "queue_columns", steps: []string{"c", "j", "l", "l", "J", "G", "k", "k", "space", "enter"}},
		{name: "export", steps: []string{"w"}},
		{name: "export_marked", steps: []string{"space", "space", "w", "tab"}},
		{name: "export_replace", steps: []string{"w", "enter"}},
		{name: "view_saved", set: saved, steps: []string{"shift+tab", "shift+tab", "W"}},
		{name: "view_editor", set: saved, steps: []string{"0", "1", "W", "2", "tab"}, text: ";amount:x"},
		{name: "views_saved", set: saved, steps: []string{"0"}},
		{name: "sort", steps: []string{"8", "s"}},
		{name: "view_of_another", set: saved, steps: []string{"shift+tab", "W", "2"}},
		{name: "view_new", set: saved, steps: []string{"8", "W"}, text: "Big"},
		{name: "armed", steps: []string{"j", "a"}},
		{name: "sheet", set: unverified, steps: []string{"a"}},
		{name: "block", steps: []string{"b", "3"}},
		{name: "cancel", steps: []string{"C", "1", "enter"}},
		{name: "overview", steps: []string{"8", "/"}, text: "amount:1250\r\r"},
		{name: "allocations", steps: []string{"5", "enter", "2"}},
		{name: "payouts", steps: []string{"5", "enter", "3"}},
		{name: "timeline", steps: []string{"5", "enter", "4"}},
		{name: "customer", steps: []string{"5", "enter", "5"}},
		{name: "raw", steps: []string{"5", "enter", "6"}},
		{name: "plan", steps: []string{"3", "A"}},
		{name: "split", steps: []string{"8", "/"}, text: "amount:12000\rx"},
		{name: "split_wrong", steps: []string{"8", "/"}, text: "amount:12000\rx-"},
		{name: "merge", steps: []string{"/"}, text: "amount:45.50\rmjj 2"},
		{name: "help", steps: []string{"?"}},
		{name: "palette", steps: []string{":"}, text: "bl"},
		{name: "metrics", steps: []string{"g", "m", "j", "j", "j"}},
		{name: "gateways", steps: []string{"g", "w", "j"}},
		{name: "points", steps: []string{"g", "c"}},
		{name: "services", steps: []string{"g", "c", "2", "j"}},
		{name: "routes", steps: []string{"g", "c", "3"}},
		{name: "reviewers", steps: []string{"g", "c", "4", "j", "j"}},
		{name: "routing", steps: []string{"g", "r"}},
		{name: "revisions", by: "admin1", set: revised, steps: []string{"g", "r", "2"}},
		{name: "rates", steps: []string{"g", "x", "w", "backspace", "backspace", "backspace"}, text: "250.55"},
		{name: "explain", set: routed, steps: []string{"8", "H"}},
		{name: "scheme_trial", by: "admin1", set: routed, steps: []string{"g", "r", "e", "down", "down", "down", "down", "down", "down", "end", "left", "backspace", "down", "end", "left", "left", "left", "left", "-", "a", "n", "y", "ctrl+s"}},
		{name: "draft", by: "admin1", steps: []string{"g", "c", "2", "j", "e", "down", "down", "down", "down", "down", "end", "x", "ctrl+s"}},
		{name: "draft_sheet", by: "admin1", steps: []string{"g", "c", "2", "j", "e", "down", "down", "down", "down", "down", "end", "backspace", "ctrl+s"}},
		{name: "empty", set: func(*desk) {}},
	}
	busy, bulk := busyDesk(t), busyDesk(t)
	runs(bulk)
	now, then := busy.clock.Now(), bulk.clock.Now()
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 36}} {
		for _, sc := range screens {
			name := fmt.Sprintf("%s_%dx%d", sc.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				d := busy
				d.clock.Set(now)
				if strings.HasPrefix(sc.name, "many") || sc.name == "batches" {
					d = bulk
					d.clock.Set(then)
				}
				if sc.set != nil {
					d = newDesk(t)
					sc.set(d)
				}
				s := d.sit(cmp.Or(sc.by, "senior1"), func(o *tui.Options) {
					o.Teach = strings.HasSuffix(sc.name, "teaching")
					o.CreateFile = func(string, bool) (screen.File, error) { return nil, fs.ErrExist }
					o.OpenFile = files
				})
				s.send(tea.WindowSizeMsg{Width: size.w, Height: size.h})
				s.press(sc.steps...)
				for _, r := range sc.text {
					key := string(r)
					if r == '\r' {
						key = "enter"
					}
					if r == ' ' {
						key = "space"
					}
					s.press(key)
				}
				canvastest.Golden(t, name, s.screen())
			})
		}
	}
}
