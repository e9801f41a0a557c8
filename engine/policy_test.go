package engine_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// What a row of a screen asks of a point's policy is what the filter asks it:
// the first of its steps that the amount is above.
func TestApprovalsNeeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := engine.Point{ID: "p"}
		for range rapid.IntRange(0, 6).Draw(t, "rules") {
			above, err := money.NumberOf(fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "above")))
			if err != nil {
				t.Fatal(err)
			}
			point.Approvals = append(point.Approvals, engine.ApprovalRule{
				Currency: rapid.SampledFrom([]money.Currency{"USD", "EUR"}).Draw(t, "currency"),
				Above:    above, Need: rapid.IntRange(0, 10).Draw(t, "need"),
			})
		}
		amount := money.New(rapid.Int64Range(1, 500).Draw(t, "amount"), "USD")
		want := 1
		for _, step := range point.NeedSteps() {
			if step.Above.Currency == amount.Currency && amount.Cmp(step.Above) > 0 {
				want = step.Need
				break
			}
		}
		config := engine.Config{Points: map[string]engine.Point{"p": point}}
		if got := config.Needed(engine.Request{PointID: "p", PolicyAmount: amount}); got != want {
			t.Fatalf("%s needs %d of %+v, want %d", amount.Text(), got, point.Approvals, want)
		}
	})
}
