package sim

import (
	"context"
	"slices"
	"sync"

	"github.com/purserhq/purser/engine"
)

// A Gateway is a gateway whose connection to its provider fails where its
// meeting says so. It is as safe for concurrent use as the meeting is.
type Gateway struct {
	engine.Gateway
	mortal

	mu   sync.Mutex
	late []engine.PayOrder
}

// NewGateway returns gateway behind seams; see [NewStore] for death.
func NewGateway(gateway engine.Gateway, meeting Meeting, death func()) *Gateway {
	return &Gateway{Gateway: gateway, mortal: mortal{meeting, death}}
}

// Pay implements [engine.Gateway].
func (g *Gateway) Pay(ctx context.Context, o engine.PayOrder) engine.Outcome {
	switch g.meet(BeforePay) {
	case Lost:
		return unheard
	case Late:
		g.mu.Lock()
		defer g.mu.Unlock()
		g.late = append(g.late, o)
		return unheard
	case Again:
		g.Gateway.Pay(ctx, o)
	}
	return g.answer(AfterPay, g.Gateway.Pay(ctx, o))
}

// LookUp implements [engine.Gateway].
func (g *Gateway) LookUp(ctx context.Context, o engine.PayOrder) engine.Outcome {
	switch g.meet(BeforeLookUp) {
	case Lost, Late:
		return unheard
	case Again:
		g.Gateway.LookUp(ctx, o)
	}
	return g.answer(AfterLookUp, g.Gateway.LookUp(ctx, o))
}

// TakeBack implements [engine.Gateway]. On its way it meets what a look-up does.
func (g *Gateway) TakeBack(ctx context.Context, o engine.PayOrder) engine.Outcome {
	switch g.meet(BeforeLookUp) {
	case Lost, Late:
		return unheard
	case Again:
		g.Gateway.TakeBack(ctx, o)
	}
	return g.answer(AfterLookUp, g.Gateway.TakeBack(ctx, o))
}

// answer brings a provider's answer home, if it comes home.
func (g *Gateway) answer(after Seam, heard engine.Outcome) engine.Outcome {
	if fault := g.meet(after); fault == Lost || fault == Late {
		return unheard
	}
	return heard
}

// unheard is the outcome of a call that got no answer, for whatever reason.
var unheard = engine.Outcome{Resolution: engine.ResolutionConnection, Message: "connection reset"}

// Late lists the orders that are still on their way.
func (g *Gateway) Late() []engine.PayOrder {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.late)
}

// Deliver hands the provider every order that was late. Nobody waits for the
// answers any more.
func (g *Gateway) Deliver(ctx context.Context) {
	g.mu.Lock()
	late := g.late
	g.late = nil
	g.mu.Unlock()
	for _, o := range late {
		g.Gateway.Pay(ctx, o)
	}
}
