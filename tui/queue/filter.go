package queue

import (
	"errors"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// mostPast is how many earlier filters come back with the up key.
const mostPast = 50

func (q *Queue) startFilter() {
	q.typing = true
	q.prompt.Open(q.typed, q.past...)
	q.prompt.Note = "enter keeps it  esc restores"
}

// Key implements the console's screen: what is typed narrows the list at once.
func (q *Queue) Key(k tea.KeyMsg) (tea.Cmd, bool) {
	if !q.typing {
		return nil, false
	}
	switch q.prompt.Key(k) {
	case form.Submit:
		if q.blame() != nil {
			return nil, true
		}
		q.typing = false
		cmd := q.narrow()
		q.remember()
		return cmd, true
	case form.Leave:
		q.typing = false
	}
	return q.narrow(), true
}

// remember keeps a filter for the up key.
func (q *Queue) remember() {
	if q.typed == "" {
		return
	}
	q.past = slices.DeleteFunc(q.past, func(s text.Safe) bool { return s == q.typed })
	q.past = append(q.past, q.typed)
	q.past = q.past[max(0, len(q.past)-mostPast):]
}

// begins reports whether the last word typed may become the name of a field:
// it is not searched for before that is known.
func begins(typed string) bool {
	last := typed[strings.LastIndexAny(typed, " ;")+1:]
	return last != "" && slices.ContainsFunc(engine.RequestFields(), func(f filter.Field) bool {
		return len(last) <= len(f.Name) && strings.EqualFold(f.Name[:len(last)], last)
	})
}

// narrow reads the list for what is typed now, if that can be read.
func (q *Queue) narrow() tea.Cmd {
	typed := text.Line(text.Masked(q.prompt.Value())) // what is kept, and recalled, has no whole card number
	if q.blame() != nil || typed == q.typed || q.typing && begins(string(typed)) {
		return nil
	}
	q.typed = typed
	row, _ := q.current()
	return q.read(string(row.ID))
}

// blame shows where the filter cannot be read.
func (q *Queue) blame() error {
	typed := q.prompt.Value()
	_, err := q.wants(typed, q.desk.Engine.Now())
	problem, _, at := faultOf(typed, err)
	q.wrong = problem
	q.prompt.Blame(problem, at)
	return err
}

// faultOf says what is wrong with a filter with all that would do, without, and at
// which of its bytes; nothing is wrong with "", and a byte below zero is nowhere.
func faultOf(typed string, err error) (problem, brief text.Safe, at int) {
	var wrong *filter.Error
	if !errors.As(err, &wrong) {
		return "", "", -1
	}
	runes := []rune(typed)
	brief = text.Line(wrong.Problem)
	problem = brief
	for i, allowed := range wrong.Allowed {
		separator := text.Safe(", ")
		if i == 0 {
			separator = ": "
		}
		problem += separator + text.Line(allowed)
	}
	return problem, brief, len(string(runes[:min(wrong.At, len(runes))]))
}

// Filtered reports whether a typed filter narrows the view.
func (q *Queue) Filtered() bool { return q.typed != "" }

// ClearFilter shows the whole view again.
func (q *Queue) ClearFilter() tea.Cmd {
	q.typed = ""
	row, _ := q.current()
	return q.read(string(row.ID))
}

// A sortChoice is an order to choose, and the key that does.
type sortChoice struct {
	key, name text.Safe
	order     engine.Order
}

// sorts are the orders to choose from.
var sorts = []sortChoice{
	{"1", "latest first", latest},
	{"2", "longest waiting first", engine.Order{Key: "since"}},
	{"3", "newest requests first", newest},
	{"4", "oldest requests first", engine.Order{Key: "created"}},
	{"5", "last changed first", changed},
	{"6", "largest amount first", engine.Order{Key: "amount", Descending: true}},
	{"7", "smallest amount first", engine.Order{Key: "amount"}},
	{"8", "longest unchanged first", engine.Order{Key: "updated"}},
}

// sortsBy says what the orders go by.
var sortsBy = map[string]text.Safe{
	"since": "by age in status", "created": "by age", "updated": "by the last change", "amount": "by amount",
}

func (q *Queue) askSort() {
	menu := &overlay.Menu{Title: "Sort by"}
	for i, s := range sorts {
		item := overlay.Item{ID: screen.Int(i), Key: s.key, Name: s.name, Help: sortsBy[s.order.Key]}
		if s.order == q.order() {
			item.Help += ", as now"
		}
		if s.order.Key == "amount" && !oneCurrency(q.base) {
			item.Off = "several currencies: filter by one first"
		}
		menu.Items = append(menu.Items, item)
	}
	q.desk.Show("sort", menu, func(choice string) tea.Cmd {
		for i, s := range sorts {
			if screen.Int(i) == choice {
				q.orders[q.view().id()] = s.order
			}
		}
		return q.Load()
	})
}

// oneCurrency reports whether a filter lets one currency pass.
func oneCurrency(e filter.Expr) bool {
	return slices.ContainsFunc(e.Clauses, func(c filter.Clause) bool {
		return c.Field == "currency" && !c.Not && len(c.Values) == 1
	})
}

// sortName is how the list is sorted, in words.
func (q *Queue) sortName() text.Safe { return orderName(q.order()) }

func orderName(o engine.Order) text.Safe {
	for _, s := range sorts {
		if s.order == o {
			return s.name
		}
	}
	return ""
}
