package engine_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
)

// A scheme asks for what the merchant keeps with a request, and parts of a
// request keep it too.
func TestMetadataRoutes(t *testing.T) {
	d := newRoutedDesk(t, "", "")
	ctx := t.Context()
	d.tree(`{"if": {"attribute": "metadata", "key": "tier", "operator": "=", "value": "gold"},
		"then": {"use": [{"strategy": "direct", "routes": ["r3"]}]}, "else": {"use": [{"strategy": "direct", "routes": ["r1"]}]}}`)
	i := d.customer()
	for _, test := range []struct {
		metadata map[string]string
		want     string
	}{{nil, "r1"}, {map[string]string{"tier": "silver"}, "r1"}, {map[string]string{"tier": "gold", "shop": "7"}, "r3"}} {
		r := d.must(d.Create(ctx, as("rev1"), engine.NewRequest{
			PointID: "routed", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("100"), Metadata: test.metadata,
		}))
		_, parts, err := d.Split(ctx, as("rev1"), r.ID, halves(r))
		d.must(r, err)
		for _, r := range append(parts, r) {
			p, err := d.Explain(ctx, r.ID)
			if r.ID == parts[0].ID && (err != nil || len(p.Routed) == 0 || p.Routed[0].Decision.Candidates[0].Route != test.want) {
				t.Errorf("%v: %+v, %v", test.metadata, p.Routed, err)
			}
			if !maps.Equal(d.now(r.ID).Metadata, test.metadata) {
				t.Errorf("%s has %v, want %v", r.ID, d.now(r.ID).Metadata, test.metadata)
			}
		}
	}
}

func TestMetadataIsBounded(t *testing.T) {
	d := newDesk(t)
	i := d.customer()
	many := map[string]string{}
	for n := range 21 {
		many[fmt.Sprint("key", n)] = ""
	}
	for name, metadata := range map[string]map[string]string{
		"too many": many, "no key": {"": "x"}, "a long key": {strings.Repeat("k", 65): ""},
		"a long value": {"k": strings.Repeat("v", 256)}, "a control character": {"k": "a\x1b[2J"},
	} {
		_, err := d.Create(t.Context(), as("rev1"), engine.NewRequest{
			PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("1"), Metadata: metadata,
		})
		if engine.CodeOf(err) != engine.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := d.must(d.Create(t.Context(), as("rev1"), engine.NewRequest{
		PointID: "main", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: usd("1"),
		Metadata: map[string]string{"card": "4111111111111111"},
	}))
	if got := d.now(r.ID).Metadata["card"]; strings.Contains(got, "411111111111") {
		t.Errorf("a card number is kept: %s", got)
	}
}
