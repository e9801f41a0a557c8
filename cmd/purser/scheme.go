package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/route"
	"github.com/purserhq/purser/engine/text"
)

func (a *app) schemeCommand() *cobra.Command {
	return group("scheme", "Routing schemes: which routes pay which requests, and why",
		a.schemeList(), a.schemeShow(), a.schemeTest(), a.schemeRevisions(), a.schemeRestore())
}

// A schemeRow is a routing scheme with the points that use it.
type schemeRow struct {
	route.Scheme
	points []string
}

// MarshalJSON implements json.Marshaler.
func (s schemeRow) MarshalJSON() ([]byte, error) { return s.Canonical(), nil }

func schemeKind() kind[schemeRow] {
	return kind[schemeRow]{
		id: func(s schemeRow) string { return s.ID },
		columns: []column[schemeRow]{
			{name: "ID", cell: func(s schemeRow) string { return s.ID }},
			{name: "NAME", cell: func(s schemeRow) string { return s.Name }},
			{name: "SERVICES", cell: func(s schemeRow) string { return list(servicesOf(s.Scheme)) }},
			{name: "POINTS", cell: func(s schemeRow) string { return list(s.points) }},
		},
		csv: []string{"id", "name", "services"},
	}
}

func servicesOf(s route.Scheme) []string {
	names := make([]string, len(s.Services))
	for i, service := range s.Services {
		names[i] = service.Service
	}
	return names
}

func (a *app) schemeList() *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the routing schemes",
		Example:     "  purser scheme list",
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			var rows []schemeRow
			for _, s := range values(a.config.Schemes) {
				row := schemeRow{Scheme: s}
				for _, p := range values(a.config.Points) {
					if p.Scheme == s.ID {
						row.points = append(row.points, p.ID)
					}
				}
				rows = append(rows, row)
			}
			return answerList(a, schemeKind(), rows)
		},
	}
}

func (a *app) schemeShow() *cobra.Command {
	var revision int
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a routing scheme as the tree that it is",
		Example: `  purser scheme show standard
  purser scheme show standard --revision 2
  purser scheme show standard -o json`,
		Args: takes("ID"),
	}
	cmd.Flags().IntVar(&revision, "revision", 0, "as it once was (default as it is)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := a.schemeID(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		s := a.config.Schemes[id]
		if cmd.Flags().Changed("revision") {
			if s, err = a.revision(cmd.Context(), id, revision); err != nil {
				return err
			}
		}
		if a.flags.output == asTable {
			return a.sayLines(route.Describe(s))
		}
		return answerOne(a, schemeKind(), schemeRow{Scheme: s})
	}
	return cmd
}

// schemeID opens the desk and finds a routing scheme that is or once was.
func (a *app) schemeID(ctx context.Context, fragment string) (string, error) {
	if _, err := a.enter(ctx); err != nil {
		return "", err
	}
	id, err := pick("routing scheme", fragment, ids(a.config.Schemes))
	if err == nil {
		return id, nil
	}
	if _, kept := a.engine.SchemeRevisions(ctx, fragment); kept == nil {
		return fragment, nil
	}
	return "", err
}

func (a *app) revision(ctx context.Context, id string, number int) (s route.Scheme, err error) {
	revisions, err := a.engine.SchemeRevisions(ctx, id)
	if err != nil {
		return s, err
	}
	if number < 1 || number > len(revisions) {
		return s, engine.Errorf(engine.NotFound, "routing scheme %s has no revision %d", id, number).
			Or("it has 1 to %d", len(revisions))
	}
	return revisions[number-1].Read()
}

// sayLines writes lines that people read. Names in them come from outside.
func (a *app) sayLines(lines []string) error {
	for _, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if _, err := fmt.Fprintf(a.out, "%s%s\n", line[:indent], text.Line(line[indent:])); err != nil {
			return err
		}
	}
	return nil
}

// A revisionRow is a revision on its way out.
type revisionRow struct{ engine.SchemeRevision }

// MarshalJSON implements json.Marshaler.
func (r revisionRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Scheme   string            `json:"schemeId"`
		Revision int               `json:"revision"`
		At       time.Time         `json:"time"`
		By       engine.ReviewerID `json:"by"`
		Body     json.RawMessage   `json:"scheme"`
	}{r.Scheme, r.Number, r.At, r.By, r.Body})
}

func (a *app) schemeRevisions() *cobra.Command {
	return &cobra.Command{
		Use:         "revisions ID",
		Short:       "List what a routing scheme was, and who saved it when",
		Example:     "  purser scheme revisions standard",
		Args:        takes("ID"),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.schemeID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			revisions, err := a.engine.SchemeRevisions(cmd.Context(), id)
			if err != nil {
				return err
			}
			var rows []revisionRow
			for _, r := range slices.Backward(revisions) {
				rows = append(rows, revisionRow{r})
			}
			return answerList(a, revisionKind(), rows)
		},
	}
}

func revisionKind() kind[revisionRow] {
	return kind[revisionRow]{
		id: func(r revisionRow) string { return fmt.Sprint(r.Number) },
		columns: []column[revisionRow]{
			{name: "REVISION", right: true, cell: func(r revisionRow) string { return fmt.Sprint(r.Number) }},
			{name: "SAVED", cell: func(r revisionRow) string { return moment(r.At) }},
			{name: "BY", cell: func(r revisionRow) string { return string(r.By) }},
		},
		csv: []string{"schemeId", "revision", "time", "by", "scheme"},
	}
}

func (a *app) schemeRestore() *cobra.Command {
	var revision int
	cmd := &cobra.Command{
		Use:         "restore ID --revision N",
		Short:       "Make an earlier revision of a routing scheme the one that counts",
		Long:        "That is a revision of its own: nothing is lost.",
		Example:     "  purser scheme restore standard --revision 2",
		Args:        takes("ID"),
		Annotations: changing(),
	}
	cmd.Flags().IntVar(&revision, "revision", 0, "which; purser scheme revisions lists them")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "revision"); err != nil {
			return err
		}
		id, err := a.schemeID(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		s, err := a.engine.RestoreScheme(cmd.Context(), a.caller(), id, revision)
		if err != nil {
			return err
		}
		return done(a, schemeKind(), schemeRow{Scheme: s}, "restored revision %d of routing scheme %s", revision, id)
	}
	return cmd
}

// A trialFlags is what a routing trial is asked with.
type trialFlags struct {
	request, point, service, amount, currency, at string
	country, brand, cardCountry, id               string
	tags, metadata                                []string
	split                                         bool
}

func (a *app) schemeTest() *cobra.Command {
	var f trialFlags
	cmd := &cobra.Command{
		Use:   "test --point P --amount A | --request R",
		Short: "Tell where a request would go, and why",
		Long: `Walks the tree of a point's routing scheme for a request that nobody made, or for
one that is there. Nothing is changed. -o json is the decision as it is kept.`,
		Example: `  purser scheme test --point main --amount 1200 --currency USD --country US
  purser scheme test --point main --amount 1200 --service test_usd --at 2026-11-01T10:00:00Z
  purser scheme test --request 8K3QZ2`,
		Args: takes(),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.request, "request", "", "explain this `REQUEST`")
	flags.StringVar(&f.point, "point", "", "where it would come in")
	flags.StringVar(&f.amount, "amount", "", "of the request")
	flags.StringVar(&f.currency, "currency", "", "of the request (default the point's first)")
	flags.StringVar(&f.service, "service", "", "that would pay it (default the only one in its currency)")
	flags.StringVar(&f.at, "at", "", "when: `TIME` with its zone (default now)")
	flags.StringVar(&f.country, "country", "", "of the customer, two letters")
	flags.StringSliceVar(&f.tags, "tag", nil, "of the customer; several are possible")
	flags.StringSliceVar(&f.metadata, "metadata", nil, "as `KEY=VALUE`; several are possible")
	flags.StringVar(&f.brand, "card-brand", "", "as visa or mastercard")
	flags.StringVar(&f.cardCountry, "card-country", "", "of the card's issuer, two letters")
	flags.StringVar(&f.id, "id", "", "of the request: it draws what is left to chance")
	flags.BoolVar(&f.split, "split", false, "as if the point divided portions")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		planned, err := a.tried(cmd, f)
		if err != nil {
			return err
		}
		return a.answerRouting(planned)
	}
	return cmd
}

// tried is what a trial or an explanation comes to.
func (a *app) tried(cmd *cobra.Command, f trialFlags) (engine.Planned, error) {
	ctx := cmd.Context()
	if f.request != "" {
		r, err := a.look(ctx, f.request)
		if err != nil {
			return engine.Planned{}, err
		}
		return a.engine.Explain(ctx, r.ID)
	}
	if err := need(cmd, "point", "amount"); err != nil {
		return engine.Planned{}, err
	}
	if _, err := a.enter(ctx); err != nil {
		return engine.Planned{}, err
	}
	t, err := a.trial(f)
	if err != nil {
		return engine.Planned{}, err
	}
	return a.engine.TryRouting(ctx, t)
}

// trial reads a trial from its flags.
func (a *app) trial(f trialFlags) (t engine.RoutingTrial, err error) {
	if t.Point, err = pick("point", f.point, ids(a.config.Points)); err != nil {
		return t, err
	}
	c, err := parseCurrency(cmp.Or(f.currency, string(a.config.Points[t.Point].Currencies[0])))
	if err != nil {
		return t, err
	}
	if t.Amount, err = parseAmount("amount", f.amount, c); err != nil {
		return t, err
	}
	if t.Service, err = a.trialService(f.service, c); err != nil {
		return t, err
	}
	if t.At, err = parseTime(f.at); err != nil {
		return t, err
	}
	t.Division = f.split
	t.Request = route.Request{
		ID: f.id, CustomerCountry: f.country, Tags: f.tags, CardBrand: f.brand, CardCountry: f.cardCountry,
		Metadata: map[string]string{},
	}
	for _, pair := range f.metadata {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return t, engine.Errorf(engine.Invalid, "--metadata: %q is no KEY=VALUE", text.Line(head(pair, longestID)))
		}
		t.Request.Metadata[key] = value
	}
	return t, nil
}

func (a *app) trialService(fragment string, c money.Currency) (string, error) {
	if fragment != "" {
		return pick("service", fragment, ids(a.config.Services))
	}
	var inCurrency []string
	for _, s := range values(a.config.Services) {
		if s.Currency == c {
			inCurrency = append(inCurrency, s.ID)
		}
	}
	if len(inCurrency) == 1 {
		return inCurrency[0], nil
	}
	return "", engine.Errorf(engine.Invalid, "say which service would pay it").Or("--service one of %s", list(ids(a.config.Services)))
}

// answerRouting tells how routes were chosen.
func (a *app) answerRouting(p engine.Planned) error {
	if a.flags.output != asTable {
		return answerList(a, kind[engine.Routed]{
			id: func(r engine.Routed) string { return r.Service }, csv: []string{"service", "currency", "amount", "decision"},
		}, p.Routed)
	}
	for i, r := range p.Routed {
		title := fmt.Sprintf("%s for %s", r.Portion.Text(), r.Service)
		if i > 0 {
			title = "then " + title
		}
		if err := a.sayLines(append([]string{title}, routedLines(r)...)); err != nil {
			return err
		}
	}
	if len(p.Routed) == 0 {
		for _, line := range p.Lines {
			if err := a.sayLines([]string{cmp.Or(line.Gateway, line.Instrument) + ": " + strings.Join(line.Reasons, "; ")}); err != nil {
				return err
			}
		}
	}
	for _, line := range p.Taken() {
		pays := fmt.Sprintf("%s pays %s with a fee of %s", line.Gateway, paying(line.Amount, line.Payout), line.Fee.Text())
		if line.Payout.Currency != line.Amount.Currency {
			pays += fmt.Sprintf(", at %s from %s", line.Quote.Rate, cmp.Or(line.Quote.Source, "nobody"))
		}
		if err := a.sayLines([]string{pays}); err != nil {
			return err
		}
	}
	a.say("%s would be placed, %s left", p.Placed().Text(), p.Left.Text())
	return nil
}

// routedLines is a decision as a tree of sentences.
func routedLines(r engine.Routed) []string {
	lines := route.Explain(r.Decision)
	if r.Why != "" {
		lines = append(lines, r.Why)
	}
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}
