package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
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

// A ConfigChange is what applying a file does to one object.
type ConfigChange struct {
	Kind, ID string
	Op       ConfigOp
	Changes  []Change
}

// A ConfigOp is what happens to an object.
type ConfigOp string

// The operations.
const (
	ConfigCreate  ConfigOp = "create"
	ConfigUpdate  ConfigOp = "update"
	ConfigArchive ConfigOp = "archive"
)

// Apply brings the desk's configuration to what a file says, in one
// transaction, and returns what changed; applying the same again changes
// nothing. With prune, what the file does not name of the kinds that it holds
// is taken out of use. A caller's DryRun only plans.
func (e *Engine) Apply(ctx context.Context, c Caller, f ConfigFile, prune bool) (changed []ConfigChange, err error) {
	_, err = e.do(ctx, c, mark("apply", string(mustJSON(f)), prune), func(w *work) error {
		if err := MayConfigure(w.actor); err != nil {
			return err
		}
		changed, err = w.apply(f, prune)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot apply the configuration: %w", err)
	}
	return changed, nil
}

// apply is the inside of Apply.
func (w *work) apply(f ConfigFile, prune bool) (changed []ConfigChange, err error) {
	want, err := f.objects()
	if err != nil {
		return nil, err
	}
	have := w.config.objects()
	if prune {
		want = append(want, w.config.pruned(f, want)...)
	}
	after := merged(have, want, prune, f)
	if err := checkConfig(after); err != nil {
		return nil, err
	}
	for _, o := range want {
		change, err := w.bring(o, have)
		if err != nil {
			return nil, err
		}
		if change.Op != "" {
			changed = append(changed, change)
		}
	}
	gone, err := w.archive(have, after)
	return append(changed, gone...), err
}

// pruned are the accounts and routes that a file does not name although it
// names others, archived: they stay known, for payouts went through them.
func (c *Config) pruned(f ConfigFile, want []configObject) []configObject {
	var gone ConfigFile
	for _, g := range inOrder(c.Gateways) {
		if _, named := find(want, KindGateway, g.ID); !named && f.Gateways != nil {
			g.Disabled, g.Archived = true, true
			gone.Gateways = append(gone.Gateways, g)
		}
	}
	for _, r := range c.Routes {
		if _, named := find(want, KindRoute, r.ID); !named && f.Routes != nil {
			r.Disabled, r.Archived = true, true
			gone.Routes = append(gone.Routes, r)
		}
	}
	list, err := gone.objects()
	if err != nil { // what was kept can be kept
		panic(err)
	}
	return list
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

// merged is the configuration as it will be.
func merged(have, want []configObject, prune bool, f ConfigFile) []configObject {
	after := slices.Clone(want)
	named := map[string]bool{
		KindPoint: f.Points != nil, KindService: f.Services != nil, KindGateway: f.Gateways != nil,
		KindRoute: f.Routes != nil, KindReviewer: f.Reviewers != nil,
		KindScheme: f.Schemes != nil, KindRates: f.Rates != nil, KindSource: f.Sources != nil, KindView: f.Views != nil,
	}
	for _, o := range have {
		if _, again := find(want, o.kind, o.id); !again && (!prune || !named[o.kind] || private(o)) {
			after = append(after, o)
		}
	}
	return after
}

// private reports whether an object is one reviewer's own, which no file takes
// from them.
func private(o configObject) bool {
	return o.kind == KindView && string(properties(o.body)["private"]) == "true"
}

// bring keeps one object if it differs from what is kept.
func (w *work) bring(o configObject, have []configObject) (ConfigChange, error) {
	old, exists := find(have, o.kind, o.id)
	if exists && bytes.Equal(old.body, o.body) {
		return ConfigChange{}, nil
	}
	change := ConfigChange{Kind: o.kind, ID: o.id, Op: ConfigCreate}
	if exists {
		change.Op = ConfigUpdate
	}
	change.Changes = bodyChanges(old.body, o.body)
	if archives(old.body, o.body) {
		change.Op = ConfigArchive
		if err := w.idle(o); err != nil {
			return change, err
		}
	}
	if o.kind == KindGateway && !exists {
		if err := w.openBalance(o); err != nil {
			return change, err
		}
	}
	return change, w.putConfig(o.kind, o.id, old.body, o.body)
}

// archives reports whether an object is archived by becoming after.
func archives(before, after []byte) bool {
	const yes = "true"
	return string(properties(after)["archived"]) == yes && before != nil && string(properties(before)["archived"]) != yes
}

// idle refuses to archive an account from which money may still leave.
func (w *work) idle(o configObject) error {
	if o.kind != KindGateway {
		return nil
	}
	b, err := w.tx.Balance(o.id)
	if err != nil || b.Reserved.IsZero() {
		return err
	}
	return Errorf(Refused, "gateway account %s has %s in live allocations", o.id, b.Reserved.Text()).
		Or("wait for them, or cancel them")
}

// openBalance gives a new account its balance. One that was archived keeps the
// balance it had.
func (w *work) openBalance(o configObject) error {
	if _, err := w.tx.Balance(o.id); err == nil {
		return nil
	} else if CodeOf(err) != NotFound {
		return err
	}
	var g GatewayAccount
	if err := json.Unmarshal(o.body, &g); err != nil {
		return err
	}
	balance := Balance{GatewayID: o.id, Balance: money.Zero(g.Currency), Reserved: money.Zero(g.Currency)}
	if o.balance != nil {
		balance.Known, balance.Balance = true, o.balance.In(g.Currency)
	}
	return w.putBalance(balance, "gateway-balance-opened")
}

// archive takes out of use what is not in after.
func (w *work) archive(have, after []configObject) (gone []ConfigChange, err error) {
	for _, o := range have {
		if _, stays := find(after, o.kind, o.id); stays {
			continue
		}
		gone = append(gone, ConfigChange{Kind: o.kind, ID: o.id, Op: ConfigArchive})
		if err := w.putConfig(o.kind, o.id, o.body, nil); err != nil {
			return gone, err
		}
	}
	return gone, nil
}

// putConfig keeps one object and journals what changed of it, and why.
func (w *work) putConfig(kind, id string, before, after []byte, details ...Field) error {
	w.tx.PutConfig(kind, id, after)
	if kind == KindScheme && after != nil {
		revision, err := w.revise(id, after)
		if err != nil {
			return err
		}
		details = append(details, numberField("revision", revision))
	}
	event := kind + "-modified"
	switch {
	case after == nil, archives(before, after):
		event = kind + "-archived"
	case before == nil:
		event = kind + "-created"
	}
	return w.appendDesk(kind, id, event, bodyChanges(before, after), details...)
}

// bodyChanges compares two JSON objects property by property.
func bodyChanges(before, after []byte) []Change {
	old, now := properties(before), properties(after)
	names := slices.Collect(maps.Keys(old))
	names = append(names, slices.Collect(maps.Keys(now))...)
	slices.Sort(names)
	var list []Change
	for _, name := range slices.Compact(names) {
		if was, is := string(old[name]), string(now[name]); was != is {
			list = append(list, Change{Field: name, Before: was, After: is})
		}
	}
	return list
}

func properties(body []byte) map[string]json.RawMessage {
	object := map[string]json.RawMessage{}
	if body != nil {
		if err := json.Unmarshal(body, &object); err != nil { // our own writing
			panic(err)
		}
	}
	return object
}

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
