package money_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine/money"
)

func TestNumber(t *testing.T) {
	for raw, want := range map[string]string{
		`120.50`: "120.5", `"0.0300"`: "0.03", `-7`: "-7", ` 1e3 `: "1000",
		`0.123456789012345678901234567890`: "0.12345678901234567890123456789",
	} {
		var n money.Number
		if err := json.Unmarshal([]byte(raw), &n); err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if got, err := json.Marshal(n); err != nil || string(got) != want {
			t.Errorf("%s is written %s, %v, want %s", raw, got, err, want)
		}
	}
}

func TestNumberRefuses(t *testing.T) {
	for raw, says := range map[string]string{
		`"ten"`: `"ten" is not a number`, `null`: "is not a number", `""`: `"" is not a number`, `"NaN"`: "is not a number",
		`1e41`: "is not a number", `1e9999999999`: "is not a number", `true`: "is not a number",
		`"\u001b[2J"`:           `"\x1b[2J" is not a number`,
		strings.Repeat("1", 41): `"111111111111111111111111…" is too long for a number`,
	} {
		var n money.Number
		if err := json.Unmarshal([]byte(raw), &n); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, %v, want %s", raw, n, err, says)
		}
	}
	var n money.Number
	if err := n.UnmarshalJSON([]byte(`"1`)); err == nil {
		t.Errorf("half a string is %v", n)
	}
}

func TestNumberAsAmount(t *testing.T) {
	n, err := money.NumberOf("120.505")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := n.Exact("KWD"); err != nil || got != money.New(120505, "KWD") || n.In("KWD") != got {
		t.Errorf("%v, %v, %v", got, n.In("KWD"), err)
	}
	if got, err := n.Exact("USD"); err == nil || n.In("USD") != money.Zero("USD") {
		t.Errorf("%v and %v, want an error and nothing", got, n.In("USD"))
	}
}
