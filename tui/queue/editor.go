package queue

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// An editor is the form in which a view is written: what it is called, what it
// lets through, how that is sorted and shown, and who sees it. How many requests
// it has is counted as one types.
type editor struct {
	queue *Queue
	was   string // the view that is changed; "" for a new one
	base  engine.View
	form  *form.Form
	ask   *overlay.Ask

	counted string // the filter that was counted, or is being
	loader  screen.Loader
}

// Who sees a view.
const (
	onlyYou   = "private"
	everybody = "shared"
)

// editView asks for all there is to say of a view.
func (q *Queue) editView(title text.Safe, was string, v engine.View) tea.Cmd {
	e := &editor{queue: q, was: was, base: v, counted: "?"}
	var orders []form.Option
	for i, s := range sorts {
		orders = append(orders, form.Option{Value: screen.Int(i), Label: s.name})
	}
	at := slices.IndexFunc(sorts, func(s sortChoice) bool { return s.order == v.Order() })
	seen := everybody
	if v.Private {
		seen = onlyYou
	}
	place := ""
	if v.Place > 0 {
		place = screen.Int(v.Place)
	}
	wanted := form.NewText(text.Line(v.Filter), 0)
	wanted.Reads = e.fault
	sorted := form.NewChoice(screen.Int(at), orders...)
	sorted.Compact = true
	e.form = form.New(
		form.Field{ID: "name", Label: "NAME", Input: form.NewText(text.Line(v.Name), 40), Help: "such as Big EUR", Check: e.check("name")},
		form.Field{ID: "filter", Label: "FILTER", Input: wanted, Help: "as status:ready;amount:1000..", Check: e.check("filter")},
		form.Field{ID: "sort", Label: "ORDER", Input: sorted, Check: e.check("sort")},
		form.Field{
			ID: "columns", Label: "COLUMNS", Input: form.NewText(text.Line(strings.Join(v.Columns, ",")), 0), Check: e.check("columns"),
			Help: "as id,customer:24,amount; empty for the usual ones; " + q.desk.Label(screen.Columns) + " chooses with a sample",
		},
		form.Field{
			ID: "seen", Label: "SEEN BY", Check: e.check("owner"),
			Input: form.NewChoice(seen, form.Option{Value: onlyYou, Label: "only you"}, form.Option{Value: everybody, Label: "everybody"}),
		},
		form.Field{ID: "place", Label: "PLACE", Input: form.NewText(text.Line(place), 2), Help: "among the saved ones, from 1; empty for behind them", Check: e.check("place")},
	)
	e.form.Quick = true
	e.ask = &overlay.Ask{Title: title, Form: e.form, Yes: "save", Body: []overlay.Line{{}}, Changed: e.count}
	q.editing = e
	q.desk.Show("view", e.ask, func(string) tea.Cmd { return e.save() })
	return e.count()
}

// view is what is entered.
func (e *editor) view() engine.View {
	v := e.base
	v.Name = strings.Join(strings.Fields(e.form.Value("name")), " ")
	v.Filter = strings.TrimSpace(e.form.Value("filter"))
	v.Columns = strings.FieldsFunc(e.form.Value("columns"), func(r rune) bool { return r == ',' || r == ' ' })
	v.Private = e.form.Value("seen") == onlyYou
	if i, err := strconv.Atoi(e.form.Value("sort")); err == nil {
		v.Sort = sortFlag(sorts[i].order)
	}
	v.Place = 0
	if place := e.form.Value("place"); place != "" {
		n, err := strconv.Atoi(place)
		if err != nil {
			n = -1
		}
		v.Place = n
	}
	if e.was == "" {
		v.Owner = e.queue.desk.Caller.By
	}
	return v
}

// check says what is wrong with a field.
func (e *editor) check(field string) func(string) text.Safe {
	return func(string) text.Safe {
		if e.form == nil {
			return ""
		}
		v := e.view()
		switch field {
		case "name":
			return e.queue.whyNotName(e.was, v)
		case "filter":
			problem, _ := e.fault(v.Filter)
			return problem
		}
		if v.Name == "" {
			v.Name = "it" // the field of the name says that it is missing
		}
		var wrong *engine.Error
		if err := v.Check(); errors.As(err, &wrong) && wrong.Field == field {
			if field == "sort" {
				return "amounts of several currencies: add one to the filter, as currency:EUR"
			}
			return text.Line(strings.TrimPrefix(wrong.Error(), "view "+v.Name+": "))
		}
		return ""
	}
}

// fault says where the filter cannot be read.
func (e *editor) fault(typed string) (problem text.Safe, at int) {
	_, err := e.queue.desk.ReadFilter(typed, e.queue.desk.Engine.Now())
	_, problem, at = faultOf(typed, err)
	return problem, at
}

// count counts what the filter lets through, unless it did before.
func (e *editor) count() tea.Cmd {
	typed := e.form.Value("filter")
	if typed == e.counted {
		return nil
	}
	e.counted = typed
	q := e.queue
	expr, err := q.desk.ReadFilter(typed, q.desk.Engine.Now())
	if err != nil {
		e.loader.Stop()
		said, _, _ := faultOf(typed, err)
		e.ask.Body[0] = overlay.Line{Label: "HAS", Text: said, Style: theme.Error}
		return nil
	}
	e.ask.Body[0] = overlay.Line{Label: "HAS", Text: "counting …", Style: theme.Muted}
	query := engine.RequestQuery{Mode: q.desk.Mode, By: q.desk.Caller.By, Filter: expr, Order: newest}
	return e.loader.Start(q.desk.Context, func(ctx context.Context) (any, error) {
		return tallyOf(ctx, q.desk.Engine, query)
	})
}

// take shows what was counted.
func (e *editor) take(msg screen.Loaded) tea.Cmd {
	if msg.Err != nil {
		return e.queue.desk.Lost(msg.Err)
	}
	t := msg.Value.(tallied)
	has := screen.Plural(t.n, "request")
	if t.more {
		has = screen.Count(int64(t.n)) + "+ requests"
	}
	e.ask.Body[0] = overlay.Line{Label: "HAS", Text: has + " in " + text.Line(string(e.queue.desk.Mode)) + " mode"}
	return nil
}

// save keeps the view.
func (e *editor) save() tea.Cmd {
	e.loader.Stop()
	v := e.view()
	flags := " --filter " + screen.Quote(text.Masked(v.Filter)) + " --sort " + v.Sort
	if len(v.Columns) > 0 || len(e.base.Columns) > 0 {
		flags += " --columns " + screen.Quote(strings.Join(v.Columns, ","))
	}
	if v.Place != e.base.Place {
		flags += " --place " + screen.Int(v.Place)
	}
	seen := " --shared"
	if v.Private {
		seen = " --private"
	}
	if e.was == "" {
		return e.queue.carryView("", v, e.queue.shown().Filter == v.Filter, "saved the view "+text.Line(v.Name),
			"purser view create "+screen.Quote(v.Name)+flags+seen)
	}
	line := "purser view set " + e.was
	if v.Slug() != e.was {
		line += " --name " + screen.Quote(v.Name)
	}
	if v.Private == e.base.Private {
		seen = ""
	}
	return e.queue.carryView(e.was, v, false, "changed the view "+text.Line(v.Name), line+flags+seen)
}

// whyNotName says why a view cannot have its name, or "".
func (q *Queue) whyNotName(was string, v engine.View) text.Safe {
	if v.Name == "" {
		return "name it"
	}
	var wrong *engine.Error
	bare := engine.View{Name: v.Name, Private: v.Private, Owner: v.Owner}
	if err := bare.Check(); errors.As(err, &wrong) && wrong.Field == "name" {
		return text.Line(wrong.Error())
	}
	if i := q.viewOf(view{saved: v}.id()); i >= 0 && q.views[i].saved.Slug() != was {
		return "there is a view " + q.views[i].name() + " already: choose another name"
	}
	return ""
}

// askSaved offers the saved views, each with the digit that follows the zero.
func (q *Queue) askSaved() {
	menu := &overlay.Menu{Title: "Saved views"}
	for i, v := range q.views {
		if !v.kept {
			continue
		}
		item := overlay.Item{ID: v.id(), Name: v.name(), Help: text.Line(v.saved.Filter)}
		if n := i - len(engine.BuiltInViews()) + 1; n <= 9 {
			item.Key = text.Safe(screen.Int(n))
		}
		if t, known := q.tallies[v.id()]; known {
			count := screen.Count(int64(t.n))
			if t.more {
				count += "+"
			}
			item.Help = count + "   " + item.Help
		}
		menu.Items = append(menu.Items, item)
	}
	q.desk.Show("saved views", menu, func(id string) tea.Cmd { return q.show(max(0, q.viewOf(id))) })
}
