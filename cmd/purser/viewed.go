package main

import (
	"encoding/json"

	"github.com/purserhq/purser/engine"
)

// A viewed request is one with how both bodies of practice see it and its
// payouts.
type viewed struct {
	engine.Request
	views   engine.Views
	payouts []viewedPayout
}

type viewedPayout struct {
	AllocationID engine.AllocationID `json:"allocationId"`
	engine.Views
}

func viewedOf(d engine.Dossier) viewed {
	v := viewed{Request: d.Request, views: engine.ViewsOfRequest(d.Request, d.Allocations, d.Payouts)}
	for _, a := range d.Allocations {
		var payout *engine.Payout
		for i := range d.Payouts {
			if d.Payouts[i].AllocationID == a.ID {
				payout = &d.Payouts[i]
			}
		}
		v.payouts = append(v.payouts, viewedPayout{a.ID, engine.ViewsOfPayout(a, payout)})
	}
	return v
}

// MarshalJSON implements json.Marshaler: the request, and behind it the views.
func (v viewed) MarshalJSON() ([]byte, error) {
	request, err := json.Marshal(v.Request)
	if err != nil {
		return nil, err
	}
	views, err := json.Marshal(struct {
		Views   engine.Views   `json:"views"`
		Payouts []viewedPayout `json:"payoutViews,omitempty"`
	}{v.views, v.payouts})
	if err != nil {
		return nil, err
	}
	return append(append(request[:len(request)-1], ','), views[1:]...), nil
}

// viewedKind is written as requests are.
func viewedKind() kind[viewed] {
	return kind[viewed]{id: func(v viewed) string { return string(v.ID) }, csv: requestKind().csv}
}
