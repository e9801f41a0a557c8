package tui_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/tui/screen"
)

// A listed row is what stands on one line of the queue.
type listedRow struct {
	short                string // the end of the id
	cursor, marked, gone bool
}

// rows are the lines of the queue.
func (s *session) rows() []listedRow {
	var rows []listedRow
	for line := range strings.SplitSeq(s.screen(), "\n") {
		if len(line) > 10 && strings.Contains(line, "Sample Customer") && strings.Contains(line, " EUR ") {
			rows = append(rows, listedRow{
				short: line[3:9], cursor: line[0] == '>', marked: line[1] == '*', gone: line[1] == '-',
			})
		}
	}
	return rows
}

// A marker marks requests at a console while the desk changes, and remembers
// which have to be marked.
type marker struct {
	*session
	ids   map[string]engine.RequestID // by what stands on the screen
	marks map[engine.RequestID]bool   // those marked; of a query, those left out
	query *filter.Expr                // all that match are marked
	view  int
}

var viewFilters = map[int]string{1: "status:ready;blocked:false", 2: "status:pending;blocked:false", 8: ""}

// matches are the requests that match a filter now.
func (m *marker) matches(expr filter.Expr) map[engine.RequestID]money.Amount {
	page := must(m.Requests(m.desk.t.Context(), engine.RequestQuery{
		Mode: "test", Filter: expr, Order: engine.Order{Key: "created"}, Limit: 1000,
	}))
	found := map[engine.RequestID]money.Amount{}
	for _, row := range page.Rows {
		found[row.ID] = row.Amount
	}
	return found
}

// want is what has to be marked now.
func (m *marker) want() map[engine.RequestID]money.Amount {
	if m.query != nil {
		want := m.matches(*m.query)
		for id := range m.marks {
			delete(want, id)
		}
		return want
	}
	want := map[engine.RequestID]money.Amount{}
	for id := range m.marks {
		want[id] = m.now(id).Amount
	}
	return want
}

// set marks a request or takes its mark away.
func (m *marker) set(id engine.RequestID, marked bool) {
	if marked == (m.query == nil) {
		m.marks[id] = true
	} else {
		delete(m.marks, id)
	}
}

func (m *marker) check(t *rapid.T) {
	m.look()
	m.rest(10e9) // until what was said is gone
	want := m.want()
	for _, row := range m.rows() {
		if _, marked := want[m.ids[row.short]]; marked != row.marked && !row.gone {
			t.Fatalf("%s is marked: %v, want %v\n%s", row.short, row.marked, marked, m.screen())
		}
	}
	sum := money.Zero("EUR")
	for _, a := range want {
		sum = sum.Plus(a)
	}
	switch told := fmt.Sprintf(" %d marked", len(want)); {
	case m.query == nil && len(want) == 0:
		if strings.Contains(m.screen(), " marked") {
			t.Fatalf("nothing is marked\n%s", m.screen())
		}
		return
	case !strings.Contains(m.screen(), told), len(want) > 0 && !strings.Contains(m.screen(), "  "+sum.Text()):
		t.Fatalf("%s, %s is not what the screen says\n%s", told, sum.Text(), m.screen())
	}
	selected := m.Marked()
	got := slices.Sorted(slices.Values(selected.IDs))
	if m.query != nil {
		got = slices.Sorted(maps.Keys(m.matches(*selected.Filter)))
	}
	if !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Fatalf("selected %v, want %v", got, want)
	}
}

// space presses the key that marks.
func (m *marker) space() {
	for _, row := range m.rows() {
		id := m.ids[row.short]
		if !row.cursor || row.gone {
			continue
		}
		if m.query != nil {
			if _, member := m.matches(*m.query)[id]; !member {
				continue
			}
		}
		m.set(id, !row.marked)
	}
	m.press("space")
}

// spread marks or unmarks a range of some rows below the cursor.
func (m *marker) spread(t *rapid.T) {
	rows := m.rows()
	at := slices.IndexFunc(rows, func(r listedRow) bool { return r.cursor })
	if at < 0 || rows[at].gone || m.query != nil {
		return
	}
	n := rapid.IntRange(0, len(rows)-1-at).Draw(t, "rows")
	for _, row := range rows[at : at+n+1] {
		m.set(m.ids[row.short], !rows[at].marked)
	}
	m.press("v")
	for range n {
		m.press("j")
	}
	m.press(rapid.SampledFrom([]string{"v", "esc"}).Draw(t, "end"))
}

// change changes a request as colleagues would.
func (m *marker) change(t *rapid.T) {
	all := slices.Sorted(maps.Values(m.ids))
	r := m.now(rapid.SampledFrom(all).Draw(t, "which"))
	switch {
	case r.Status == engine.RequestReady && r.Block == nil:
		must(m.Return(m.desk.t.Context(), as("rev2"), r.ID, r.Version))
	case r.Block != nil:
		must(m.Unblock(m.desk.t.Context(), as("rev2"), r.ID, r.Version))
	case rapid.Bool().Draw(t, "block"):
		must(m.Block(m.desk.t.Context(), as("rev2"), r.ID, "other", ""))
	default:
		must(m.Ready(m.desk.t.Context(), as("rev2"), r.ID, r.Version))
	}
}

// Whatever is sorted, filtered, looked at, changed or added: what is marked is
// what somebody marked, the sum is that of a recount, and what would be decided
// on is just that.
func TestMarksAreWhatWasMarked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		m := &marker{ids: map[string]engine.RequestID{}, marks: map[engine.RequestID]bool{}, view: 1}
		add := func() {
			r := d.ready(d.card(), fmt.Sprint(10+len(m.ids)))
			m.ids[string(screen.Short(string(r.ID)))] = r.ID
		}
		for range rapid.IntRange(1, 6).Draw(rt, "requests") {
			add()
		}
		m.session = d.sit("senior1")
		steps := map[string]func(*rapid.T){
			"mark":   func(*rapid.T) { m.space() },
			"range":  m.spread,
			"move":   func(rt *rapid.T) { m.press(rapid.SampledFrom([]string{"j", "k", "G"}).Draw(rt, "key")) },
			"sort":   func(rt *rapid.T) { m.press("s", rapid.SampledFrom([]string{"1", "3", "4", "5"}).Draw(rt, "by")) },
			"reload": func(*rapid.T) { m.press(".", "ctrl+r") },
			"view": func(rt *rapid.T) {
				m.view = rapid.SampledFrom([]int{1, 2, 8}).Draw(rt, "view")
				m.press(fmt.Sprint(m.view))
			},
			"filter": func(rt *rapid.T) {
				m.press("/")
				m.typed(rapid.SampledFrom([]string{"amount:..12", "amount:12..", "sample"}).Draw(rt, "filter"))
				m.press("enter")
				m.check(rt)
				m.press("esc")
			},
			"mark all": func(*rapid.T) {
				if len(m.rows()) == 0 {
					return
				}
				expr := must(filter.Parse(viewFilters[m.view], engine.RequestFields(), d.clock.Now()))
				m.query, m.marks = &expr, map[engine.RequestID]bool{}
				m.press("*")
			},
			"unmark":  func(*rapid.T) { m.query, m.marks = nil, map[engine.RequestID]bool{}; m.press("u") },
			"change":  m.change,
			"come in": func(*rapid.T) { add() },
		}
		names := slices.Sorted(maps.Keys(steps))
		for range rapid.IntRange(3, 8).Draw(rt, "steps") {
			steps[rapid.SampledFrom(names).Draw(rt, "step")](rt)
			m.check(rt)
		}
	})
}
