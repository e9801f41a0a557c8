// Package rates is the screen on exchange rates: what sources say of pairs,
// what rate schemes make of it, how old it is, and what an amount would come
// to.
//
// Its noun is [Rates], the screen. Its rows are the rules of the schemes and,
// as those of the system scheme, the pairs of the system source.
//
// It refuses to know how a rate is estimated and an amount rounded.
package rates

import (
	"context"
	"maps"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/fx"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// A row is one pair at one scheme.
type row struct {
	scheme string // fx.System for that
	rule   fx.Rule
	said   fx.Rate // what the source says; zero where it says nothing
	quote  fx.Quote
	life   time.Duration // of a quote
	why    error         // it cannot be estimated
}

func (r row) key() string { return r.scheme + " " + r.rule.Pair().String() }

// A Rates is the screen. Only its session's Update and View touch it.
type Rates struct {
	desk   *screen.Desk
	config *engine.Config
	rows   []row
	source screen.Source[*engine.Config]
	list   *screen.List

	amount form.Prompt // of the what-if line
	asking bool        // the keyboard is there
}

var columns = []grid.Column{
	{ID: "pair", Title: "PAIR", Min: 8},
	{ID: "scheme", Title: "SCHEME", Min: 10, Max: 20},
	{ID: "source", Title: "SOURCE", Min: 9, Max: 18},
	{ID: "said", Title: "IT SAYS", Min: 12, Max: 18, Align: canvas.Right, Priority: 1},
	{ID: "way", Title: "", Min: 7, Priority: 3},
	{ID: "fee", Title: "FEE", Min: 14, Max: 24, Priority: 2},
	{ID: "estimate", Title: "ESTIMATED", Min: 12, Max: 18, Align: canvas.Right},
	{ID: "age", Title: "AGE", Min: 6, Align: canvas.Right},
}

// New returns the screen.
func New(d *screen.Desk) *Rates {
	s := &Rates{desk: d, list: screen.NewList(labels, columns...), amount: form.Prompt{Label: "what if "}}
	s.amount.Open("100")
	s.source.Read = func(ctx context.Context) (*engine.Config, error) { return d.Engine.Config(ctx) }
	return s
}

// Place implements the console's screen.
func (s *Rates) Place() screen.Place { return screen.Place{Kind: screen.Rates} }

// Load implements the console's screen.
func (s *Rates) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Rates) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Rates) Take(msg tea.Msg) tea.Cmd {
	config, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	s.config = config
	s.rows = s.estimates()
	rows := make([]grid.Row, len(s.rows))
	for i, r := range s.rows {
		rows[i] = grid.Row{Key: r.key(), Cells: s.cells(r)}
	}
	s.list.Set(rows)
	return cmd
}

// estimates works out every pair of every scheme.
func (s *Rates) estimates() []row {
	market, now := s.config.Market(), s.desk.Engine.Now()
	var rows []row
	for _, id := range slices.Sorted(maps.Keys(s.config.Rates)) {
		scheme := s.config.Rates[id]
		for _, rule := range scheme.Rules {
			rows = append(rows, estimate(scheme, rule, market, now))
		}
	}
	system := fx.Scheme{ID: fx.System, Fallback: true}
	for _, said := range s.config.Sources[market.System].Rates {
		r := row{
			scheme: fx.System, rule: fx.Rule{Base: said.Base, Quote: said.Quote, Source: market.System},
			said: fx.Rate{Source: market.System, Base: said.Base, Quote: said.Quote, Rate: said.Rate, AsOf: said.AsOf},
		}
		rows = append(rows, r.estimated(system, market, now))
	}
	return rows
}

func estimate(scheme fx.Scheme, rule fx.Rule, market fx.Market, now time.Time) row {
	r := row{scheme: scheme.ID, rule: rule}
	listed := rule.Pair()
	if rule.Inverse {
		listed = listed.Inverse()
	}
	r.said, _ = market.Rates(rule.Source, listed)
	return r.estimated(scheme, market, now)
}

func (r row) estimated(scheme fx.Scheme, market fx.Market, now time.Time) row {
	r.quote, r.why = scheme.Estimate(r.rule.Pair(), market, now)
	r.life = r.quote.ValidUntil.Sub(now)
	return r
}

// at is the row under the cursor.
func (s *Rates) at() (row, bool) {
	i := slices.IndexFunc(s.rows, func(r row) bool { return r.key() == s.list.Chosen() })
	if i < 0 {
		return row{}, false
	}
	return s.rows[i], true
}

// Why implements the console's screen.
func (s *Rates) Why(a keys.ID) text.Safe {
	r, ok := s.at()
	switch a {
	case screen.WhatIf:
		if !ok {
			return "there is no pair under the cursor"
		}
	case screen.NewText:
		return s.desk.WhyNotConfigure()
	case screen.EditText, screen.SetRate:
		if why := s.desk.WhyNotConfigure(); why != "" {
			return why
		}
		if !ok {
			return "there is no pair under the cursor"
		}
		if _, known := s.config.Sources[r.rule.Source]; a == screen.SetRate && !known {
			return "no source of that name is kept here"
		}
	case screen.PauseUse, screen.ResumeUse, screen.Archive:
		return "only accounts and routes: g w and g c show them"
	}
	return ""
}

// Do implements the console's screen.
func (s *Rates) Do(a keys.ID) tea.Cmd {
	if s.list.Do(a) {
		return nil
	}
	r, _ := s.at()
	switch a {
	case screen.Reload:
		return s.Load()
	case screen.WhatIf:
		s.asking = true
		s.amount.Open(text.Safe(s.amount.Value()))
	case screen.NewText:
		return screen.GoTo(screen.Place{Kind: screen.Draft, Object: screen.Object{Kind: engine.KindRates}})
	case screen.EditText:
		o := screen.Object{Kind: engine.KindRates, ID: r.scheme}
		if r.scheme == fx.System {
			o = screen.Object{Kind: engine.KindSource, ID: r.rule.Source}
		}
		return screen.GoTo(screen.Place{Kind: screen.Draft, Object: o})
	case screen.SetRate:
		s.setRate(r)
	}
	return nil
}

// setRate asks what the source says of the pair from now on.
func (s *Rates) setRate(r row) {
	listed := r.rule.Pair()
	if r.rule.Inverse {
		listed = listed.Inverse()
	}
	asked := form.New(form.Field{
		ID: "rate", Label: "RATE", Input: form.NewText(text.Safe(r.said.Rate.String()), longestRate),
		Check: func(value string) text.Safe {
			if _, err := rateOf(r.rule.Source, listed, value); err != nil {
				return text.Line(err.Error())
			}
			return ""
		},
		Help: text.Line(string(listed.Quote) + " for one " + string(listed.Base) + ", as of now"),
	})
	s.desk.Show("rate "+r.key(), &overlay.Ask{
		Title: "Set " + text.Line(listed.String()) + " at " + text.Line(r.rule.Source), Form: asked, Yes: "set",
		Body: []overlay.Line{{Text: "Whatever is planned from then on converts at it; quotes that were given hold."}},
	}, func(string) tea.Cmd {
		rate, err := rateOf(r.rule.Source, listed, asked.Value("rate"))
		if err != nil {
			s.desk.Fail(err)
			return nil
		}
		rate.AsOf = s.desk.Engine.Now()
		return s.desk.Carry(screen.Deed{
			Action: string(screen.SetRate), Line: "purser rate set --source " + rate.Source + " --base " + string(rate.Base) + " --quote " +
				string(rate.Quote) + " --rate " + rate.Rate.String(),
			Said: "set " + text.Line(listed.String()) + " to " + text.Line(rate.Rate.String()),
			Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
				_, err := e.SetRate(ctx, c, rate)
				return engine.Request{}, err
			},
		})
	})
}

// longestRate bounds what is typed for a rate, in characters.
const longestRate = 40

// Subject implements the console's screen.
func (s *Rates) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *Rates) Hints() []keys.ID {
	return []keys.ID{screen.WhatIf, screen.SetRate, screen.EditText, screen.NewText, screen.Leave}
}

// Typing implements the console's screen.
func (s *Rates) Typing() bool { return s.asking }

// Key implements the console's screen: the what-if line takes an amount.
func (s *Rates) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	if !s.asking {
		return nil, false
	}
	switch k.String() {
	case "ctrl+c", "ctrl+l":
		return nil, false
	case "up":
		s.list.Grid.Move(grid.Up)
		return nil, true
	case "down":
		s.list.Grid.Move(grid.Down)
		return nil, true
	}
	if s.amount.Key(k) != form.Stay {
		s.asking = false
	}
	return nil, true
}

// Close implements the console's screen.
func (s *Rates) Close() { s.source.Stop() }

// rateOf reads what was typed as what a source says of a pair.
func rateOf(source string, p fx.Pair, typed string) (fx.Rate, error) {
	n, err := money.NumberOf(typed)
	if err != nil {
		return fx.Rate{}, err
	}
	rate := fx.Rate{Source: source, Base: p.Base, Quote: p.Quote, Rate: n}
	return rate, rate.Check()
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
