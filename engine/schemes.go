package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine/route"
)

// A SchemeRevision is a routing scheme as it once was. None is ever lost: an
// archived scheme keeps its revisions, too.
type SchemeRevision struct {
	Scheme string
	Number int // from 1
	At     time.Time
	By     ReviewerID
	Body   []byte // [route.Scheme.Canonical]
}

// Read returns the scheme that the revision is of.
func (r SchemeRevision) Read() (s route.Scheme, err error) {
	if err := json.Unmarshal(r.Body, &s); err != nil {
		return s, Errorf(Internal, "revision %d of routing scheme %s cannot be read: %v", r.Number, r.Scheme, err)
	}
	return s, nil
}

// SchemeRevisions lists the revisions of a routing scheme, oldest first.
func (e *Engine) SchemeRevisions(ctx context.Context, id string) ([]SchemeRevision, error) {
	revisions, err := view(ctx, e, func(tx ReadTx) ([]SchemeRevision, error) { return tx.SchemeRevisions(id) })
	if err == nil && len(revisions) == 0 {
		err = Errorf(NotFound, "there is no routing scheme %q", id)
	}
	return revisions, err
}

// RestoreScheme makes an earlier revision of a routing scheme the one that
// counts. That is a revision of its own.
func (e *Engine) RestoreScheme(ctx context.Context, c Caller, id string, number int) (s route.Scheme, err error) {
	_, err = e.do(ctx, c, mark("restore-scheme", id, number), func(w *work) error {
		if err := w.least(RoleAdmin, "change the configuration"); err != nil {
			return err
		}
		revisions, err := w.tx.SchemeRevisions(id)
		if err != nil {
			return err
		}
		if number < 1 || number > len(revisions) {
			return Errorf(NotFound, "it has no revision %d", number).Or("it has %d", len(revisions))
		}
		restored := revisions[number-1]
		if s, err = restored.Read(); err != nil {
			return err
		}
		have := w.config.objects()
		old, _ := find(have, KindScheme, id)
		if bytes.Equal(old.body, restored.Body) {
			return Errorf(Refused, "revision %d is what counts now", number)
		}
		want := configObject{kind: KindScheme, id: id, body: restored.Body}
		if err := checkConfig(merged(have, []configObject{want}, false, ConfigFile{})); err != nil {
			return err
		}
		return w.putConfig(KindScheme, id, old.body, restored.Body, numberField("restored", number))
	})
	if err != nil {
		return s, fmt.Errorf("cannot restore routing scheme %s: %w", id, err)
	}
	if s.ID == "" { // the key was seen before
		config, err := e.Config(ctx)
		return config.Schemes[id], err
	}
	return s, nil
}

// revise keeps what a routing scheme is from now on as its next revision.
func (w *work) revise(id string, body []byte) (number int, err error) {
	earlier, err := w.tx.SchemeRevisions(id)
	if err != nil {
		return 0, err
	}
	number = len(earlier) + 1
	w.tx.PutSchemeRevision(SchemeRevision{Scheme: id, Number: number, At: w.now, By: w.actor.ID, Body: body})
	return number, nil
}

// checkScheme refuses a routing scheme that makes no sense by itself.
func (o configObject) checkScheme() error {
	if o.kind != KindScheme {
		return nil
	}
	if _, err := route.Parse(o.body); err != nil {
		return invalid("schemes", "%v", err)
	}
	return nil
}

// checkSchemes holds the schemes against the services and routes that they
// name.
func (c *Config) checkSchemes() error {
	services := c.routeServices()
	for _, s := range inOrder(c.Schemes) {
		for _, service := range s.Services {
			if _, ok := c.Services[service.Service]; !ok {
				return invalid("schemes", "routing scheme %s: there is no service %q", s.ID, service.Service).
					Or("services: %s", orNone(keys(c.Services)))
			}
		}
		if err := s.CheckRoutes(services); err != nil {
			return invalid("schemes", "%v", err)
		}
	}
	return nil
}

// routeServices is which service each route pays, by the route's id. Archived
// routes are none.
func (c *Config) routeServices() map[string]string {
	services := make(map[string]string, len(c.Routes))
	for _, r := range c.Routes {
		if !r.Archived {
			services[r.ID] = r.Service
		}
	}
	return services
}

// checkPoints holds the points against the schemes that they name.
func (c *Config) checkPoints() error {
	for _, p := range inOrder(c.Points) {
		if _, ok := c.Schemes[p.Scheme]; p.Scheme != "" && !ok {
			return invalid("scheme", "point %s: there is no routing scheme %q", p.ID, p.Scheme).
				Or("routing schemes: %s", orNone(keys(c.Schemes)))
		}
		if _, ok := c.Rates[p.Rates]; p.Rates != "" && !ok {
			return invalid("rates", "point %s: there is no rate scheme %q", p.ID, p.Rates).
				Or("rate schemes: %s", orNone(keys(c.Rates)))
		}
	}
	return nil
}
