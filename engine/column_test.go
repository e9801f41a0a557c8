package engine_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

func TestReadColumns(t *testing.T) {
	for given, want := range map[string]string{
		"":                          "",
		"id customer:24":            "id customer:24",
		"CustomerReference":         "customerReference",
		"metadata.order metadata.a": "metadata.order metadata.a",
		"metadata.order:12":         "metadata.order:12",
		"metadata.a:b":              "metadata.a:b",
		"shoe":                      `! there is no column "shoe"`,
		"id id:20":                  "! the column id stands there twice",
		"id:":                       `! "nothing" is no width for the column id`,
		"id:81":                     `! "81" is no width for the column id`,
		"metadata.":                 `! there is no column "metadata."`,
		"id:x":                      `! "x" is no width for the column id`,
	} {
		columns, err := engine.ReadColumns(strings.Fields(given))
		var got []string
		for _, c := range columns {
			got = append(got, c.String())
		}
		is := strings.Join(got, " ")
		if err != nil {
			is, _, _ = strings.Cut("! "+err.Error(), " (")
		}
		if is != want {
			t.Errorf("%q is read as %q, want %q", given, is, want)
		}
	}
}

// Every column is one that a view can show, and has something to say of a row
// that has everything and of one that has nothing.
func TestColumnsShowRows(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	full := engine.RequestRow{
		Request: engine.Request{
			ID: "pout_req_1", Reference: "=1+1", PointID: "main", Status: engine.RequestReady, BatchID: "b1",
			Amount: money.New(12050, "USD"), Live: money.New(50, "USD"), Paid: money.Zero("USD"),
			Description: "4111111111111111", Metadata: map[string]string{"order": "7"},
			CreatedAt: now.Add(-3 * time.Hour), UpdatedAt: now.Add(-time.Minute), StatusSince: now.Add(-time.Hour),
			Block: &engine.Block{Reason: "aml-review"},
		},
		CustomerName: "Sample Customer", CustomerReference: "c-1", CustomerEmail: "sample@example.com",
		Gateways: []string{"bank-a", "bank-b"}, Claim: engine.Claim{By: "rev1"},
		Instrument: engine.Instrument{Method: "payment-card", Fields: map[string]string{"card_number": "4111111111111111"}},
	}
	var names []string
	for _, c := range engine.RequestColumns() {
		names = append(names, c.Name)
	}
	columns, err := engine.ReadColumns(append(names, "metadata.order"))
	if err != nil {
		t.Fatal(err)
	}
	show := func(role engine.Role, row engine.RequestRow) map[string]any {
		g := engine.Reading{Config: &engine.Config{}, By: engine.Reviewer{Role: role}, Now: now}
		raw, err := json.Marshal(g.Show(columns, row))
		if err != nil {
			t.Fatal(err)
		}
		object := map[string]any{}
		if err := json.Unmarshal(raw, &object); err != nil || len(object) != len(columns) {
			t.Fatalf("%s: %v", raw, err)
		}
		return object
	}
	got := show(engine.RoleSupport, full)
	for name, want := range map[string]any{
		"amount": 120.5, "available": 120.0, "reference": "=1+1", "description": "411111******1111", "old": 10800.0,
		"age": 3600.0, "idle": 60.0, "ending": "1111", "gateway": "bank-a bank-b", "flag": "blocked aml-review",
		"approvals": "0 of 1", "metadata.order": "7", "claimedBy": "rev1", "email": "sample@example.com",
		"created": "2026-11-02T06:00:00Z", "instrument": "payment-card 1111",
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if email := show(engine.RoleViewer, full)["email"]; email != "s···@example.com" {
		t.Errorf("a viewer sees the address %v", email)
	}
	show(engine.RoleViewer, engine.RequestRow{})
}
