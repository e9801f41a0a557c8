package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
)

// TestParity04FieldRules: the rules of a service's fields, wherever an
// instrument comes in.
func TestParity04FieldRules(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	for says, fields := range map[string]map[string]string{
		"card_number is required":                        {},
		"card_number has a wrong check digit":            {"card_number": "4111111111111112"},
		`card_number "512381******0000" does not fit`:    {"card_number": "5123817234060000x0000"},
		`service payment_card_usd has no field "colour"`: {"card_number": "4111111111111111", "colour": "red"},
	} {
		_, err := d.CreateInstrument(t.Context(), as("admin1"), engine.NewInstrument{
			CustomerID: i.CustomerID, ServiceID: "payment_card_usd", Fields: fields,
		})
		refusedAs(t, err, engine.Invalid, says)
	}
}

// TestParity52Masking: a card number that came in is nowhere afterwards but as
// six digits, six stars and four digits: not in the record, not in what any
// door shows, not in an error, not on the disk.
func TestParity52Masking(t *testing.T) {
	const number, masked = "5123817234060000", "512381******0000"
	d := newDesk(t)
	ledger := filepath.Join(t.TempDir(), "ledger")
	bank, err := sandbox.Open(ledger, sandbox.Options{Clock: d.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer bank.Close()
	d.Engine = engine.New(d.store, engine.World{
		Clock: d.clock, Worker: "worker", IDs: d.ids, Gateways: map[string]engine.Gateway{"sandbox": bank},
	})
	i := d.customer()
	i, err = d.CreateInstrument(t.Context(), as("admin1"), engine.NewInstrument{
		CustomerID: i.CustomerID, ServiceID: "payment_card_usd", Fields: map[string]string{"card_number": number},
	})
	if err != nil || i.Fields["card_number"] != masked {
		t.Fatalf("%v: %v", i.Fields, err)
	}
	if i, err = d.VerifyInstrument(t.Context(), as("senior2"), i.ID); err != nil {
		t.Fatal(err)
	}
	d.paid(i, "covered", "500")
	spaced := "his card is 5123 8172 3406 0000"
	r, err := d.Create(t.Context(), as("rev1"), engine.NewRequest{
		PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("100"), Description: spaced,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Comment(t.Context(), as("rev1"), r.ID, "asked about "+number); err != nil {
		t.Fatal(err)
	}
	r = d.must(d.Block(t.Context(), as("rev1"), r.ID, "other", spaced))
	r = d.must(d.Unblock(t.Context(), as("rev1"), r.ID, r.Version))
	r = d.must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version))
	r = d.must(d.Approve(t.Context(), as("senior1"), r.ID, engine.Approving{Seen: r.Version}))
	if r, _, err = d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
		t.Fatal(err)
	}
	d.process(r.ID)
	d.work()
	a := d.allocations(r.ID)[0]
	_, failure := d.StateOutcome(t.Context(), as("senior1"), a.ID, engine.Word{
		Verdict: engine.VerdictReturned, Amount: usd("100"), Evidence: number + " was closed", Sent: 1,
	})
	if failure != nil {
		t.Fatal(failure)
	}
	if _, err := d.PauseGateway(t.Context(), as("admin1"), "covered", number); err != nil {
		t.Fatal(err)
	}
	if err := d.store.Update(t.Context(), func(engine.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}

	dossier, err := d.Dossier(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	events, err := d.Journal(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	config, _ := d.ExportConfig(t.Context())
	statements, _ := d.Statements(t.Context(), a.ID)
	account, _ := d.Account(t.Context(), "covered")
	shown := fmt.Sprint(dossier, account, statements) // whatever a screen can get at
	for _, v := range []any{
		dossier.Request, dossier.Instruments, dossier.Allocations, dossier.Payouts, dossier.Timeline, events, config, statements,
		account.State.Pause,
	} {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(raw)
	}
	for _, path := range []string{d.path, d.path + "-wal", ledger} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		shown += string(raw)
	}
	for _, whole := range []string{number, "5123 8172 3406 0000", "7234060000", "723406"} {
		if at := bytes.Index([]byte(shown), []byte(whole)); at >= 0 {
			t.Errorf("%s is shown: …%q…", whole, shown[max(0, at-60):min(len(shown), at+60)])
		}
	}
	if !bytes.Contains([]byte(shown), []byte(masked)) {
		t.Error("nothing tells which card it is")
	}
}

func TestParity58TestProviderSteering(t *testing.T) {
	for _, status := range []string{"process-failed", "PROCESS FAILED"} { // the field's rule forbids an underscore elsewhere
		d := newDesk(t)
		r, _ := d.sent("payout_status", status, "payout_resolution", "insufficient funds")
		if _, _, p := d.stands(r.ID); p.Status != engine.PayoutProcessFailed || p.Resolution != engine.ResolutionInsufficientFunds {
			t.Errorf("%s: %s, %s", status, p.Status, p.Resolution)
		}
	}
}

func TestParity59PayoutEnabled(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	if _, err := d.EnablePayouts(t.Context(), as("rev1"), i.CustomerID, false); err != nil {
		t.Fatal(err)
	}
	last := d.lastSeq()
	_, err := d.Create(t.Context(), as("rev1"), engine.NewRequest{
		PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("10"),
	})
	refusedAs(t, err, engine.Refused, "payouts to "+string(i.CustomerID)+" are disabled")
	if d.lastSeq() != last {
		t.Error("a refusal left a trace")
	}
	// And of a request that came in before, no route is even looked at.
	other := d.customer()
	r := d.approved(other, "10")
	if _, err := d.EnablePayouts(t.Context(), as("rev1"), other.CustomerID, false); err != nil {
		t.Fatal(err)
	}
	p, err := d.Plan(t.Context(), r.ID)
	if err != nil || len(p.Lines) != 1 || p.Lines[0].Route != "" || p.Lines[0].Reasons[0] != "payouts to the customer are disabled" {
		t.Errorf("%+v: %v", p.Lines, err)
	}
}

// told is a gateway that keeps what it was told last.
type told struct {
	engine.Gateway
	order engine.PayOrder
}

func (g *told) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	g.order = o
	return g.Gateway.Pay(ctx, o)
}

func TestParity60DescriptorTemplate(t *testing.T) {
	for _, test := range []struct{ template, want string }{
		{"", "Operation REQUEST"},
		{"Payout {reference_id}", "Payout wd-77"},
		{"{account_name}: {description} of {created}, {id}", "usd: {reference_id} it is of 2026-11-02, REQUEST"},
	} {
		d := newDesk(t)
		heard := &told{Gateway: d.bank}
		d.Engine = engine.New(d.store, engine.World{
			Clock: d.clock, Worker: "worker", IDs: d.ids, Gateways: map[string]engine.Gateway{"sandbox": heard},
		})
		patch, _ := json.Marshal(map[string]any{"options": map[string]string{"descriptor": test.template}})
		if err := d.configure(engine.KindPoint, "strict", string(patch)); err != nil {
			t.Fatal(err)
		}
		i := d.customer()
		r, err := d.Create(t.Context(), as("rev1"), engine.NewRequest{
			ID: "REQUEST", PointID: "strict", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("100"),
			Reference: "wd-77", Description: "{reference_id} it is",
		})
		r = d.must(r, err)
		r = d.must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version))
		r = d.must(d.Approve(t.Context(), as("senior1"), r.ID, engine.Approving{Seen: r.Version}))
		if _, _, err := d.AutoAllocate(t.Context(), as("rev1"), r.ID, r.Version, nil); err != nil {
			t.Fatal(err)
		}
		d.process(r.ID)
		d.work()
		if heard.order.Descriptor != test.want {
			t.Errorf("%q: %q, want %q", test.template, heard.order.Descriptor, test.want)
		}
	}
	d := newDesk(t)
	refusedAs(t, d.configure(engine.KindPoint, "main", `{"options": {"descriptor": "for {whom}"}}`), engine.Invalid, "nothing fills {whom} in the descriptor")
}
