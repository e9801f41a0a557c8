package queue

import (
	"cmp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// askColumns lets the reviewer choose what the view shows.
func (q *Queue) askColumns() tea.Cmd {
	c := newChooser("Columns of "+q.view().name(), q.columns, usual(q.order()))
	c.cells, c.width = q.cellsOf, q.listWidth()
	c.sample = func() (rows []engine.RequestRow) {
		for _, key := range q.grid.Visible() {
			if row, ok := q.rows[engine.RequestID(key)]; ok {
				rows = append(rows, row)
			}
		}
		return rows
	}
	q.desk.Show("columns", c, func(string) tea.Cmd { return q.keepColumns(c.chosen()) })
	return nil
}

// listWidth is how many cells the list has.
func (q *Queue) listWidth() int {
	if q.preview.shown {
		return q.width - previewWidth(q.width)
	}
	return q.width
}

// words are columns as a view keeps them.
func words(columns []engine.ShownColumn) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.String())
	}
	return names
}

// keepColumns keeps columns with the view, if it is one that the reviewer may
// change; else they are the reviewer's own for it.
func (q *Queue) keepColumns(columns []engine.ShownColumn) tea.Cmd {
	v, names := q.view(), words(columns)
	if slices.Equal(names, words(usual(q.order()))) {
		names = nil
	}
	list := strings.Join(names, ",")
	if v.kept && q.whyNotChange(v) == "" && q.desk.ReadOnly == "" {
		now := v.saved
		now.Columns = names
		q.desk.SetColumns(v.id(), nil)
		return q.carryView(v.saved.Slug(), now, false, "the view "+v.name()+" shows them now",
			"purser view set "+v.saved.Slug()+" --columns "+screen.Quote(list))
	}
	keep := q.desk.SetColumns(v.id(), names)
	q.wear()
	q.desk.Did("purser request list --view " + v.saved.Slug() + " --columns " + screen.Quote(cmp.Or(list, strings.Join(words(columns), ","))))
	if keep == nil {
		q.desk.Say("until you leave: nothing is remembered here", theme.Muted)
		return nil
	}
	return func() tea.Msg { return columnsKept{view: v.name(), err: keep()} }
}

// columnsKept is a message: whether the reviewer's own columns of a view were
// written down.
type columnsKept struct {
	view text.Safe
	err  error
}

func (q *Queue) takeKept(kept columnsKept) {
	if kept.err != nil {
		q.desk.Say("shown until you leave, but not remembered: "+text.Line(kept.err.Error()), theme.Error)
		return
	}
	q.desk.Say("the view "+kept.view+" shows them from now on", theme.Done)
}

// sortedColumn shows at which column the list is sorted. What is youngest has
// the latest time.
func (q *Queue) sortedColumn() {
	o := q.order()
	of := map[string][]string{
		"since": {"since", "age"}, "created": {"created", "old"}, "updated": {"updated", "idle"}, "amount": {"amount"},
	}[o.Key]
	q.grid.SortedBy("", false)
	for i, name := range of {
		if slices.ContainsFunc(q.columns, func(c engine.ShownColumn) bool { return c.Name == name }) {
			q.grid.SortedBy(name, o.Descending != (i == 1))
			return
		}
	}
}
