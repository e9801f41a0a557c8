package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
)

// A ConfigFile is the configuration of a desk, or a part of it, as people
// write it. What it does not name stays as it is.
type ConfigFile struct {
	Points          []Point           `json:"points,omitempty"`
	Services        []Service         `json:"services,omitempty"`
	Gateways        []GatewayAccount  `json:"gateways,omitempty"`
	Routes          []Route           `json:"routes,omitempty"`
	Schemes         []route.Scheme    `json:"schemes,omitempty"` // routing
	Rates           []fx.Scheme       `json:"rates,omitempty"`   // rate schemes
	Sources         []RateSource      `json:"sources,omitempty"` // of rates
	AllocationOrder []string          `json:"allocationOrder,omitempty"`
	Reviewers       []Reviewer        `json:"reviewers,omitempty"`
	Webhooks        []json.RawMessage `json:"webhooks,omitempty"`
	Views           []View            `json:"views,omitempty"`
}

// ReadConfigFile reads the JSON form of a configuration file. Properties that
// it does not know are errors.
func ReadConfigFile(raw []byte) (f ConfigFile, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return f, &Error{Code: Invalid, Message: fmt.Sprintf("the configuration cannot be read: %v", err)}
	}
	return f, nil
}

// ExportConfig returns the whole configuration as a file that Apply takes.
func (e *Engine) ExportConfig(ctx context.Context) (f ConfigFile, err error) {
	c, err := e.Config(ctx)
	if err != nil {
		return f, err
	}
	return c.file(), nil
}

func (c *Config) file() ConfigFile {
	return ConfigFile{
		Points: inOrder(c.Points), Services: inOrder(c.Services), Gateways: inOrder(c.Gateways),
		Routes: c.Routes, Schemes: inOrder(c.Schemes), Rates: inOrder(c.Rates), Sources: inOrder(c.Sources),
		AllocationOrder: c.AllocationOrder, Reviewers: inOrder(c.Reviewers), Views: inOrder(c.Views),
	}
}

func inOrder[K ~string, V any](m map[K]V) []V {
	var list []V
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[key])
	}
	return list
}

// A configObject is one object of the configuration as it is kept.
type configObject struct {
	kind, id string
	body     []byte
	balance  *money.Number // of a new gateway account
}

// settingsID is the id of the one object that holds the organisation's own
// settings.
const settingsID = "organisation"

// settings are the organisation's own.
type settings struct {
	AllocationOrder []string `json:"allocationOrder,omitempty"`
}

// objects lists what a file names, in the order of the file.
func (f ConfigFile) objects() ([]configObject, error) {
	for name, list := range map[string][]json.RawMessage{
		"webhooks": f.Webhooks,
	} {
		if len(list) > 0 {
			return nil, invalid(name, "this version keeps no %s", name).Or("leave the list empty")
		}
	}
	var list []configObject
	add := func(kind, id string, v any) { list = append(list, configObject{kind: kind, id: id, body: mustJSON(v)}) }
	for _, s := range f.Services {
		add(KindService, s.ID, s)
	}
	for _, g := range f.Gateways {
		balance := g.Balance
		g.Balance = nil
		if g.Instruction == "" {
			g.Instruction = InstructionNone
		}
		add(KindGateway, g.ID, g)
		list[len(list)-1].balance = balance
	}
	for _, r := range f.Routes {
		add(KindRoute, r.ID, r)
	}
	for _, s := range f.Schemes {
		list = append(list, configObject{kind: KindScheme, id: s.ID, body: s.Canonical()})
	}
	for _, s := range f.Sources {
		add(KindSource, s.ID, s)
	}
	for _, s := range f.Rates {
		add(KindRates, s.ID, s)
	}
	for _, p := range f.Points {
		add(KindPoint, p.ID, p)
	}
	if len(f.AllocationOrder) > 0 {
		add(KindSettings, settingsID, settings{f.AllocationOrder})
	}
	for _, r := range f.Reviewers {
		add(KindReviewer, string(r.ID), r)
	}
	for _, v := range f.Views {
		add(KindView, v.id(), v.masked())
	}
	return list, nil
}

// objects lists the whole configuration.
func (c *Config) objects() []configObject {
	list, err := c.file().objects()
	if err != nil { // what was kept can be kept
		panic(err)
	}
	return list
}

func find(list []configObject, kind, id string) (configObject, bool) {
	i := slices.IndexFunc(list, func(o configObject) bool { return o.kind == kind && o.id == id })
	if i < 0 {
		return configObject{}, false
	}
	return list[i], true
}
