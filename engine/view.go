package engine

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
)

// A View is a saved queue. Its filter is kept as it was written and read again
// each time, so that its last seven days are always the last seven. A private
// one is its owner's alone; a shared one is everybody's to use, and its owner's
// or an admin's to change.
type View struct {
	Name    string     `json:"name"`
	Filter  string     `json:"filter,omitempty"`
	Sort    string     `json:"sort,omitempty"`    // one of OrderKeys, a minus before it for the highest first; -created if empty
	Columns []string   `json:"columns,omitempty"` // of RequestColumns, as customer or customer:24; the usual ones if empty
	Owner   ReviewerID `json:"owner,omitempty"`   // empty for one that only a configuration file gave the desk
	Private bool       `json:"private,omitempty"`
	Place   int        `json:"place,omitempty"` // among the saved ones, from 1; those without stand behind, by name
}

// BuiltInViews are the queues that every desk has. No other view may have the
// name of one.
func BuiltInViews() []View {
	return []View{
		{Name: "Ready", Filter: "status:ready;blocked:false", Sort: "-since"},
		{Name: "Pending", Filter: "status:pending;blocked:false", Sort: "-since"},
		{Name: "Approved", Filter: "status:approved;blocked:false", Sort: "-since"},
		{Name: "In progress", Filter: "status:in-progress", Sort: "-updated"},
		{Name: "Attention", Filter: "attention:any", Sort: "-updated"},
		{Name: "Blocked", Filter: "blocked:true", Sort: "-updated"},
		{Name: "Closed", Filter: "status:fulfilled,canceled,split,merged", Sort: "-updated"},
		{Name: "All", Sort: "-created"},
		{Name: "Mine", Filter: "claimedBy:me", Sort: "-since"},
	}
}

func builtIn(name string) (View, bool) {
	views := BuiltInViews()
	i := slices.IndexFunc(views, func(v View) bool { return v.Slug() == slug(name) })
	if i < 0 {
		return View{}, false
	}
	return views[i], true
}

// mostViews bounds the places of saved views.
const mostViews = 99

// viewName is what a view can be called.
var viewName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}\p{M} .,+&_-]{0,39}$`)

// Slug is the view's name as a command line takes it.
func (v View) Slug() string { return slug(v.Name) }

func slug(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), "-")
}

// id is what it is kept under: two reviewers may each have one of a name.
func (v View) id() string {
	if v.Private {
		return string(v.Owner) + "/" + v.Slug()
	}
	return v.Slug()
}

// masked is the view as it is kept: a card's number is looked for as it is shown,
// so that nobody need write it down in whole.
func (v View) masked() View {
	v.Filter = text.Masked(v.Filter)
	return v
}

// Order is how the view is sorted.
func (v View) Order() Order {
	key, descending := strings.CutPrefix(cmp.Or(v.Sort, "-created"), "-")
	return Order{Key: key, Descending: descending}
}

// Expr reads the view's filter as it is to be understood at now.
func (v View) Expr(now time.Time) (filter.Expr, error) {
	return filter.Parse(v.Filter, RequestFields(), now)
}

// Check finds what makes no sense about a view; nil if nothing does.
func (v View) Check() error {
	order := v.Order()
	_, taken := builtIn(v.Name)
	switch {
	case !viewName.MatchString(v.Name):
		return invalid("name", "%q cannot be the name of a view", v.Name).Or("up to 40 letters, digits, spaces and .,+&_-, a letter or digit first")
	case taken:
		return invalid("name", "every desk has a view %s already", v.Slug()).Or("choose another name")
	case v.Private && v.Owner == "":
		return invalid("owner", "view %s is private and nobody's", v.Name).Or("name its owner, or share it")
	case v.Place < 0 || v.Place > mostViews:
		return invalid("place", "view %s cannot stand at %d", v.Name, v.Place).Or("1 to %d, or 0 for behind the others", mostViews)
	case !slices.Contains(OrderKeys(), order.Key):
		return invalid("sort", "view %s: nothing is sorted by %q", v.Name, order.Key).
			Or("one of %s, with - before it for the highest first", strings.Join(OrderKeys(), ", "))
	}
	if _, err := ReadColumns(v.Columns); err != nil {
		return fmt.Errorf("view %s: %w", v.Name, err)
	}
	expr, err := v.Expr(time.Unix(0, 0))
	if err != nil { // a range from a date to an hour ago makes sense only after that date
		expr, err = v.Expr(time.Unix(0, 0).AddDate(500, 0, 0))
	}
	if err != nil {
		return &Error{Code: Invalid, Field: "filter", Message: fmt.Sprintf("view %s: %v", v.Name, err), Cause: err}
	}
	if order.Key == "amount" && !oneCurrency(expr) {
		return invalid("sort", "view %s sorts amounts of several currencies", v.Name).Or("add one currency to the filter, as in currency:USD")
	}
	return nil
}

// oneCurrency reports whether a filter lets one currency pass.
func oneCurrency(e filter.Expr) bool {
	return slices.ContainsFunc(e.Clauses, func(c filter.Clause) bool {
		return c.Field == "currency" && !c.Not && len(c.Values) == 1
	})
}

// Views returns the saved views that by sees, in their order.
func (e *Engine) Views(ctx context.Context, by ReviewerID) ([]View, error) {
	config, err := e.Config(ctx)
	if err != nil {
		return nil, err
	}
	return config.ViewsOf(by), nil
}

// ViewsOf returns the saved views that by sees: by their places, then by their
// names.
func (c *Config) ViewsOf(by ReviewerID) []View {
	list := slices.DeleteFunc(inOrder(c.Views), func(v View) bool { return v.Private && v.Owner != by })
	slices.SortStableFunc(list, func(a, b View) int {
		place := func(v View) int { return cmp.Or(v.Place, mostViews+1) }
		return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a.Slug(), b.Slug()))
	})
	return list
}

// View returns the view that by means with a name: their own private one, else
// the shared one, else the one that every desk has.
func (e *Engine) View(ctx context.Context, by ReviewerID, name string) (View, error) {
	config, err := e.Config(ctx)
	if err != nil {
		return View{}, err
	}
	return config.view(by, name)
}

func (c *Config) view(by ReviewerID, name string) (View, error) {
	for _, id := range []string{View{Name: name, Owner: by, Private: true}.id(), slug(name)} {
		if v, ok := c.Views[id]; ok {
			return v, nil
		}
	}
	if v, ok := builtIn(name); ok {
		return v, nil
	}
	var names []string
	for _, v := range slices.Concat(c.ViewsOf(by), BuiltInViews()) {
		names = append(names, v.Slug())
	}
	return View{}, Errorf(NotFound, "there is no view %q", name).Or("views: %s", orNone(names))
}

// SaveView keeps a view of the caller's. was names the one that it replaces,
// under whatever name and shared or not; empty for a new one.
func (e *Engine) SaveView(ctx context.Context, c Caller, was string, v View) (saved View, err error) {
	v.Columns = slices.Clone(v.Columns)
	_, err = e.do(ctx, c, mark("view", was, v), func(w *work) error {
		w.result = v.Name
		if err := w.least(RoleViewer, "save a view"); err != nil {
			return err
		}
		var old View
		if was != "" {
			if old, err = w.ownView(was); err != nil {
				return err
			}
		}
		saved = v.masked()
		saved.Owner = cmp.Or(old.Owner, w.actor.ID)
		if err := saved.Check(); err != nil {
			return err
		}
		if other, taken := w.config.Views[saved.id()]; taken && (was == "" || saved.id() != old.id()) {
			return Errorf(Refused, "there is a view %s already", other.Slug()).Or("choose another name, or change that one")
		}
		if was == "" {
			return w.putConfig(KindView, saved.id(), nil, mustJSON(saved))
		}
		return w.replaceView(old, saved)
	})
	if err != nil {
		return View{}, fmt.Errorf("cannot save the view: %w", err)
	}
	if saved.Name == "" { // the key was seen before
		return e.View(ctx, c.By, v.Name)
	}
	return saved, nil
}

func (w *work) replaceView(old, now View) error {
	before, after := mustJSON(old), mustJSON(now)
	switch {
	case bytes.Equal(before, after):
		return nil
	case old.id() == now.id():
		return w.putConfig(KindView, now.id(), before, after)
	}
	if err := w.putConfig(KindView, old.id(), before, nil); err != nil {
		return err
	}
	return w.putConfig(KindView, now.id(), nil, after, textField("was", old.id()))
}

// ownView is a view that the actor may change.
func (w *work) ownView(name string) (View, error) {
	v, err := w.config.view(w.actor.ID, name)
	if err != nil {
		return v, err
	}
	if _, always := builtIn(name); always {
		return v, Errorf(Refused, "view %s is one that every desk has", v.Slug()).Or("save one of your own")
	}
	return v, MayChangeView(w.actor, v)
}

// MayChangeView says why a reviewer cannot change or delete a saved view; nil if
// they can.
func MayChangeView(by Reviewer, v View) error {
	if v.Owner == by.ID || by.Role.AtLeast(RoleAdmin) {
		return nil
	}
	of := "the desk's"
	if v.Owner != "" {
		of = string(v.Owner) + "'s"
	}
	return Errorf(Forbidden, "view %s is %s", v.Slug(), of).Or("its owner or an admin can change it; save one of your own")
}

// DeleteView takes a view out of use.
func (e *Engine) DeleteView(ctx context.Context, c Caller, name string) error {
	_, err := e.do(ctx, c, mark("view-delete", name), func(w *work) error {
		w.result = name
		v, err := w.ownView(name)
		if err != nil {
			return err
		}
		return w.putConfig(KindView, v.id(), mustJSON(v), nil)
	})
	if err != nil {
		return fmt.Errorf("cannot delete the view: %w", err)
	}
	return nil
}

// MostCounted is how far the requests of a saved view are counted.
const MostCounted = 1000

// CountView counts the requests that a query wants, up to [MostCounted], and
// says whether there are more. It reads in bites, so that it holds nothing up;
// where no index fits it can take long.
func (e *Engine) CountView(ctx context.Context, q RequestQuery) (n int, more bool, err error) {
	for {
		q.Limit = MostCounted + 1 - n // one more, to know that there are more
		found, err := e.countUpTo(ctx, q)
		if err != nil {
			return n, false, err
		}
		n += found.Requests
		if q.After = found.Next; q.After == (Cursor{}) || n > MostCounted {
			return min(n, MostCounted), n > MostCounted, nil
		}
	}
}

func (e *Engine) countUpTo(ctx context.Context, q RequestQuery) (Counted, error) {
	q.Now = e.Now()
	return view(ctx, e, func(tx ReadTx) (Counted, error) {
		if _, wanted := withoutSignals(q.Filter); len(wanted) == 0 {
			return tx.CountUpTo(q)
		}
		const page = 1000
		q.Limit = min(q.Limit, page)
		found, err := requestsIn(tx, q)
		counted := Counted{Requests: len(found.Rows)}
		if found.More {
			counted.Next = found.Next(q.Back)
		}
		return counted, err
	})
}
