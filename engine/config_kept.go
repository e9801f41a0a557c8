package engine

import (
	"encoding/json"
	"regexp"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/route"
)

// NewConfig makes a Config of the bodies that were kept with PutConfig, in
// order of their first keeping: what stores decode it with.
func NewConfig(revision int64) *Config {
	return &Config{
		Revision: revision, forms: map[string]*regexp.Regexp{}, Points: map[string]Point{}, Services: map[string]Service{},
		Gateways: map[string]GatewayAccount{}, Reviewers: map[ReviewerID]Reviewer{},
		Schemes: map[string]route.Scheme{}, Rates: map[string]fx.Scheme{}, Sources: map[string]RateSource{},
		routers: map[string]*route.Router{}, Views: map[string]View{},
	}
}

// Add adds one kept object.
func (c *Config) Add(kind, id string, body []byte) error {
	var err error
	switch kind {
	case KindPoint:
		err = addTo(c.Points, id, body)
	case KindService:
		if err = addTo(c.Services, id, body); err == nil {
			c.compile(c.Services[id])
		}
	case KindGateway:
		err = addTo(c.Gateways, id, body)
	case KindReviewer:
		err = addTo(c.Reviewers, ReviewerID(id), body)
	case KindScheme:
		if err = addTo(c.Schemes, id, body); err == nil {
			c.routers[id], err = route.Compile(c.Schemes[id])
		}
	case KindView:
		err = addTo(c.Views, id, body)
	case KindRates:
		err = addTo(c.Rates, id, body)
	case KindSource:
		err = addTo(c.Sources, id, body)
	case KindRoute:
		var r Route
		err = json.Unmarshal(body, &r)
		c.Routes = append(c.Routes, r)
	case KindSettings:
		var s settings
		err = json.Unmarshal(body, &s)
		c.AllocationOrder = s.AllocationOrder
	default:
		return Errorf(Internal, "a configuration holds no %s", kind)
	}
	if err != nil {
		return Errorf(Internal, "the kept %s %s cannot be read: %v", kind, id, err)
	}
	return nil
}

// compile makes ready what a service's fields have to fit, once for as long as
// the configuration stands.
func (c *Config) compile(s Service) {
	for _, f := range s.Fields {
		if form, err := f.form(); err == nil { // one that does not compile is refused by checkSelf
			c.forms[f.Pattern] = form
		}
	}
}

func addTo[K ~string, V any](m map[K]V, id K, body []byte) error {
	var v V
	err := json.Unmarshal(body, &v)
	m[id] = v
	return err
}
