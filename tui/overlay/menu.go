package overlay

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/theme"
)

// An Item is something that can be picked from a [Menu].
type Item struct {
	ID   string
	Key  text.Safe // the key that does the same elsewhere, or picks it here
	Name text.Safe
	Help text.Safe
	Off  text.Safe // why it cannot be picked; "" if it can
}

// A Menu is a list to pick from: a palette, the keys of a screen, ways to
// sort.
type Menu struct {
	Title text.Safe
	Items []Item

	// Filter lets one type to narrow the list. Without it an item's own key
	// picks it.
	Filter bool

	// Nothing is said where nothing matches what was typed; "" says just that.
	Nothing text.Safe

	prompt  form.Prompt
	at      int // among those that match
	top     int
	problem text.Safe
}

// said is all there is to say of an item.
func (i Item) said() text.Safe {
	if i.Off != "" {
		return i.Name + " is off: " + i.Off + ". It would " + i.Help
	}
	return i.Help
}

// Frame implements [Dialog].
func (m *Menu) Frame() (text.Safe, theme.Style) { return m.Title, theme.Border }

// Guarded implements [Dialog].
func (m *Menu) Guarded() bool { return false }

// Typing implements [Dialog].
func (m *Menu) Typing() bool { return m.Filter }

// Key implements [Dialog].
func (m *Menu) Key(k tea.KeyMsg, alone bool) Outcome {
	m.problem = ""
	items := m.matching()
	last := max(len(items)-1, 0)
	own := func(i Item) bool { return string(i.Key) == k.String() }
	if i := slices.IndexFunc(items, own); i >= 0 && !m.Filter {
		m.at = i
		return m.pick(items[i])
	}
	switch name := k.String(); {
	case name == "esc":
		return Outcome{Closes: true}
	case name == "enter":
		if alone && len(items) > 0 {
			return m.pick(items[m.at])
		}
	case name == "down", name == "ctrl+n", name == "j" && !m.Filter:
		m.at = min(m.at+1, last)
	case name == "up", name == "ctrl+p", name == "k" && !m.Filter:
		m.at = max(m.at-1, 0)
	case name == "pgdown":
		m.at = min(m.at+10, last)
	case name == "pgup":
		m.at = max(m.at-10, 0)
	case m.Filter:
		before := m.prompt.Value()
		if m.prompt.Key(k); m.prompt.Value() != before {
			m.at = 0
		}
	}
	return stays
}

// pick chooses an item, or says why it cannot be chosen.
func (m *Menu) pick(item Item) Outcome {
	if item.Off != "" {
		m.problem = item.Off
		return stays
	}
	return Outcome{Closes: true, Choice: item.ID}
}

// matching returns the items that suit what was typed, the best first.
func (m *Menu) matching() []Item {
	typed := m.prompt.Value()
	if typed == "" {
		return m.Items
	}
	type scored struct {
		item  Item
		score int
	}
	var found []scored
	for _, item := range m.Items {
		score := 2 * match(string(item.Name), typed)
		if help := match(string(item.Help), typed); help > loosely {
			score = max(score, help)
		}
		if string(item.Key) == typed {
			score = 10
		}
		if score > 0 {
			found = append(found, scored{item, score})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	items := make([]Item, len(found))
	for i, f := range found {
		items[i] = f.item
	}
	return items
}

// loosely is how well something matches whose characters come in the order
// typed, with others between.
const loosely = 1

// match says how well typed suits s: 6 as a whole, 4 at its start, 3 at the start of a
// word, 2 within, else loosely or, with 0, not at all.
func match(s, typed string) int {
	s, typed = strings.ToLower(s), strings.ToLower(typed)
	switch i := strings.Index(s, typed); {
	case s == typed:
		return 6
	case i == 0:
		return 4
	case i > 0:
		if before, _ := utf8.DecodeLastRuneInString(s[:i]); !unicode.IsLetter(before) {
			return 3
		}
		return 2
	}
	for _, r := range typed {
		i := strings.IndexRune(s, r)
		if i < 0 {
			return 0
		}
		s = s[i+utf8.RuneLen(r):]
	}
	return loosely
}

// head is how many lines stand above the items.
func (m *Menu) head() int {
	if m.Filter {
		return 2
	}
	return 0
}

// Size implements [Dialog]: as high as all items, so that it keeps its place
// while the list narrows.
func (m *Menu) Size(w, h int) (int, int) {
	key, name := m.columns()
	widest := 24
	for _, item := range m.Items {
		widest = max(widest, key+name+canvas.Width(item.Help), key+name+canvas.Width(item.Off))
	}
	return min(w, bodyWidth+20, widest), min(h, m.head()+len(m.Items)+m.foot())
}

// foot is how many lines stand below the items: where one searches, also all
// that there is to say of the one under the cursor.
func (m *Menu) foot() int {
	if m.Filter {
		return 4
	}
	return 2
}

// columns returns how wide keys and names stand.
func (m *Menu) columns() (key, name int) {
	for _, item := range m.Items {
		if n := canvas.Width(item.Key); n > 0 {
			key = max(key, n+2)
		}
		name = max(name, canvas.Width(item.Name)+2)
	}
	return key, name
}

// Draw implements [Dialog].
func (m *Menu) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, list := r.Top(m.head())
	list, foot := list.Bottom(m.foot())
	if m.Filter {
		m.prompt.Label = "> "
		m.prompt.Draw(c, head, true)
	}
	items := m.matching()
	m.at = max(0, min(m.at, len(items)-1))
	m.top = max(0, min(m.top, m.at, len(items)-list.H))
	m.top = max(m.top, m.at-list.H+1)
	for i := m.top; i < min(len(items), m.top+list.H); i++ {
		m.drawItem(c, list.Line(i-m.top), items[i], i == m.at)
	}
	if len(items) == 0 {
		for i, line := range canvas.Wrap(cmp.Or(m.Nothing, "nothing matches"), max(list.W, 1)) {
			c.Text(list.Line(i), line, theme.Muted)
		}
	}
	last := foot.Line(foot.H - 1)
	if m.problem != "" {
		c.Text(last, "! "+m.problem, theme.Warning)
		return
	}
	if m.Filter && len(items) > 0 {
		at := items[m.at]
		for i, line := range canvas.Wrap(at.said(), max(foot.W, 1)) {
			if i < foot.H-2 {
				c.Text(foot.Line(i+1), line, theme.Text)
			}
		}
	}
	DrawKeys(c, last, "enter", "choose", "esc", "leave")
}

func (m *Menu) drawItem(c *canvas.Canvas, r canvas.Rect, item Item, cursor bool) {
	key, name := m.columns()
	keyAt, rest := r.Left(key)
	nameAt, helpAt := rest.Left(min(name, rest.W))
	nameAt, _ = nameAt.Right(1)
	c.Text(keyAt, item.Key, theme.Key)
	c.Text(nameAt, item.Name, theme.Text)
	help, style := item.Help, theme.Muted
	if item.Off != "" {
		help, style = item.Off, theme.Dim
		c.Restyle(r, theme.Dim)
	}
	c.Text(helpAt, help, style)
	if cursor {
		c.Restyle(r, theme.Selected)
	}
}
