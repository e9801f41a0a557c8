package manual_test

import (
	"context"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/manual"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/enginetest"
	"github.com/purserhq/purser/engine/money"
)

func TestGateway(t *testing.T) {
	enginetest.TestGateway(t,
		func(*testing.T) engine.Gateway { return manual.Gateway{} },
		func(behaviour string) map[string]string {
			if behaviour == enginetest.GatewayAccepts {
				return map[string]string{}
			}
			return nil // people do, and it does not know
		})
}

func TestWhatItTakes(t *testing.T) {
	usd := engine.GatewayAccount{ID: "till", Mode: engine.ModeLive, Currency: "USD"}
	for name, test := range map[string]struct {
		order    engine.PayOrder
		accepted bool
		wants    engine.Resolution
	}{
		"an order":         {engine.PayOrder{Key: "k", Gateway: usd, Amount: money.New(100, "USD")}, true, engine.ResolutionOK},
		"without a key":    {engine.PayOrder{Gateway: usd, Amount: money.New(100, "USD")}, false, engine.ResolutionInvalidRequest},
		"of nothing":       {engine.PayOrder{Key: "k", Gateway: usd, Amount: money.New(0, "USD")}, false, engine.ResolutionInvalidAmount},
		"another currency": {engine.PayOrder{Key: "k", Gateway: usd, Amount: money.New(100, "EUR")}, false, engine.ResolutionInvalidRequest},
	} {
		got := manual.Gateway{}.Pay(context.Background(), test.order)
		if err := enginetest.CheckOutcome(test.order, got); err != nil || got.Accepted != test.accepted || got.Resolution != test.wants {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	order := engine.PayOrder{Key: "k", Gateway: usd, Amount: money.New(100, "USD")}
	if got := (manual.Gateway{}).Pay(canceled, order); got.Accepted || got.Verdict != "" {
		t.Errorf("broken off: %+v", got)
	}
	can := manual.Gateway{}.Capabilities()
	if can.LookUp || can.Balance || can.TakeBack || can.KeyLife != 0 || can.NotFoundFinalAfter != 0 || can.Settling < 24*time.Hour {
		t.Errorf("it claims %+v", can)
	}
}
