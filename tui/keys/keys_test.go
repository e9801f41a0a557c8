package keys_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/theme"
)

// listener collects what Bubble Tea makes of its input, up to ctrl+d.
type listener struct{ heard []tea.KeyMsg }

func (l *listener) Init() tea.Cmd { return nil }
func (l *listener) View() string  { return "" }
func (l *listener) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyMsg); ok {
		if key.Type == tea.KeyCtrlD {
			return l, tea.Quit
		}
		l.heard = append(l.heard, key)
	}
	return l, nil
}

func moves(key string) bool {
	return slices.Contains([]string{"j", "k", "down", "up"}, key)
}

// What a terminal sends in one read, through the real Bubble Tea.
func TestRepair(t *testing.T) {
	tests := []struct {
		name    string
		sent    string
		typing  bool
		want    []string
		dropped int
		burst   bool
	}{
		{"one key", "a", false, []string{"a"}, 0, false},
		{"held movement", "jjjk", false, []string{"j", "j", "j", "k"}, 0, true},
		{"held arrow", "\x1b[B\x1b[B", false, []string{"down", "down"}, 0, false},
		{"movement and a verb", "jja", false, nil, 3, true},
		{"a verb held down", "aaa", false, nil, 3, true},
		{"a run is text where one types", "abc", true, []string{"abc"}, 0, true},
		{"a space splits a run", "ab c", true, []string{"ab", "space", "c"}, 0, true},
		{"a paste is nothing", "\x1b[200~a\x1b[201~", false, nil, 1, true},
		{"a paste is text where one types", "\x1b[200~a\r\x1b[201~", true, []string{""}, 0, true},
		{"escape and a verb in a hurry", "\x1ba", false, []string{"esc"}, 1, true},
		{"escape and movement in a hurry", "\x1bj", false, []string{"esc", "j"}, 0, true},
		{"escape twice in a hurry", "\x1b\x1b", false, []string{"esc"}, 0, true},
		{"alt edits where one types", "\x1bb", true, []string{"alt+b"}, 0, false},
		{"escape twice where one types", "\x1b\x1b", true, []string{"esc"}, 0, true},
		{"enter", "\r", false, []string{"enter"}, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := &listener{}
			input := strings.NewReader(tt.sent + "\x04")
			p := tea.NewProgram(l, tea.WithInput(input), tea.WithoutRenderer(), tea.WithoutSignalHandler())
			if _, err := p.Run(); err != nil {
				t.Fatal(err)
			}
			var got []string
			dropped, burst := 0, false
			for _, msg := range l.heard {
				read := keys.Repair(msg, tt.typing, moves)
				for _, key := range read.Keys {
					got = append(got, keys.Name(key))
				}
				dropped += read.Dropped
				burst = burst || read.Burst
			}
			if !slices.Equal(got, tt.want) || dropped != tt.dropped || burst != tt.burst {
				t.Errorf("got %q, dropped %d, burst %v; want %q, %d, %v",
					got, dropped, burst, tt.want, tt.dropped, tt.burst)
			}
		})
	}
}

// Outside of text fields nothing that arrives together with something else is
// obeyed but movement and escape.
func TestBurstsOnlyMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		msg := tea.KeyMsg{
			Type:  rapid.SampledFrom([]tea.KeyType{tea.KeyRunes, tea.KeyEnter, tea.KeyEsc, tea.KeyDown}).Draw(t, "type"),
			Alt:   rapid.Bool().Draw(t, "alt"),
			Paste: rapid.Bool().Draw(t, "paste"),
		}
		if msg.Type == tea.KeyRunes {
			msg.Runes = rapid.SliceOfN(rapid.SampledFrom([]rune("jkab1 é")), 1, 5).Draw(t, "runes")
		}
		read := keys.Repair(msg, false, moves)
		if single := len(msg.Runes) <= 1 && !msg.Alt && !msg.Paste; read.Burst == single {
			t.Fatalf("%+v: burst %v", msg, read.Burst)
		}
		for _, key := range read.Keys {
			name := keys.Name(key)
			if read.Burst && !moves(name) && name != "esc" {
				t.Fatalf("%+v: %q would be obeyed", msg, name)
			}
			if len(key.Runes) > 1 || key.Alt || key.Paste {
				t.Fatalf("%+v is left as it was", key)
			}
		}
	})
}

func TestTrigger(t *testing.T) {
	type press struct {
		after time.Duration // milliseconds since the key before
		key   string
	}
	const ms = time.Millisecond
	tests := []struct {
		name    string
		presses []press
		fired   bool
	}{
		{"two keys", []press{{1000 * ms, "a"}, {200 * ms, "enter"}}, true},
		{"one key", []press{{1000 * ms, "a"}}, false},
		{"enter alone", []press{{1000 * ms, "enter"}}, false},
		{"both in one read", []press{{1000 * ms, "a"}, {0, "enter"}}, false},
		{"enter before it could be seen", []press{{1000 * ms, "a"}, {40 * ms, "enter"}}, false},
		{"held down", []press{{1000 * ms, "a"}, {30 * ms, "a"}, {30 * ms, "a"}, {90 * ms, "enter"}}, false},
		{"held down, slow repeat", []press{{1000 * ms, "a"}, {500 * ms, "a"}, {30 * ms, "a"}, {90 * ms, "enter"}}, false},
		{"another key before", []press{{1000 * ms, "b"}, {200 * ms, "a"}, {200 * ms, "enter"}}, false},
		{"another key long before", []press{{1000 * ms, "b"}, {300 * ms, "a"}, {200 * ms, "enter"}}, true},
		{"movement before", []press{{1000 * ms, "j"}, {10 * ms, "a"}, {200 * ms, "enter"}}, true},
		{"another key between", []press{{1000 * ms, "a"}, {200 * ms, "b"}, {200 * ms, "enter"}}, false},
		{"movement between", []press{{1000 * ms, "a"}, {200 * ms, "j"}, {200 * ms, "enter"}}, false},
		{"too late", []press{{1000 * ms, "a"}, {10_000 * ms, "enter"}}, false},
		{"just in time", []press{{1000 * ms, "a"}, {9_999 * ms, "enter"}}, true},
		{"a paste between", []press{{1000 * ms, "a"}, {200 * ms, "paste"}, {200 * ms, "enter"}}, false},
		{"a paste before", []press{{1000 * ms, "paste"}, {200 * ms, "a"}, {200 * ms, "enter"}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var trigger keys.Trigger
			now, fired := time.Unix(1_800_000_000, 0), false
			for _, p := range tt.presses {
				now = now.Add(p.after)
				if p.key == "paste" {
					trigger.Disarm(now)
					continue
				}
				target, verdict := trigger.Press(p.key, moves(p.key), now)
				if verdict == keys.Fire {
					fired = true
					if target != "pout_1@3" {
						t.Errorf("fired for %q", target)
					}
				}
				if verdict == keys.Pass && p.key == "a" {
					trigger.Arm("pout_1@3", now)
				}
			}
			if fired != tt.fired {
				t.Errorf("fired %v, want %v", fired, tt.fired)
			}
		})
	}
}

func TestTriggerSwallowsWhatDisarms(t *testing.T) {
	var trigger keys.Trigger
	now := time.Unix(1_800_000_000, 0)
	step := func(key string, want keys.Verdict) {
		t.Helper()
		now = now.Add(400 * time.Millisecond)
		if _, got := trigger.Press(key, moves(key), now); got != want {
			t.Errorf("%s: verdict %d, want %d", key, got, want)
		}
	}
	step("a", keys.Pass)
	trigger.Arm("pout_1@3", now)
	step("b", keys.Swallow)
	step("b", keys.Pass)
	step("a", keys.Pass)
	trigger.Arm("pout_1@3", now)
	step("j", keys.Pass)
	step("enter", keys.Pass)
	step("a", keys.Pass)
	trigger.Arm("pout_1@3", now)
	step("enter", keys.Fire)
	now = now.Add(-370 * time.Millisecond) // 30 ms later: enter is held down
	step("enter", keys.Swallow)
	step("enter", keys.Pass)
}

var table = []keys.Action{
	{ID: "down", Keys: []string{"j", "down"}, Scope: "list", Moves: true, Name: "down"},
	{ID: "top", Keys: []string{"g g", "home"}, Scope: "list", Moves: true, Name: "top"},
	{ID: "approve", Keys: []string{"a"}, Scope: "queue", Role: "reviewer", Danger: keys.Pays, Name: "approve"},
	{ID: "audit", Keys: []string{"g a"}, Scope: "everywhere", Name: "audit"},
	{ID: "help", Keys: []string{"?"}, Scope: "everywhere", Name: "keys"},
	{ID: "yes", Keys: []string{"a"}, Scope: "dialog", Name: "yes"},
}

var falls = keys.Falls{"queue": {"list", "everywhere"}, "list": {"everywhere"}}

func catalogue(t *testing.T) *keys.Catalogue {
	t.Helper()
	c, err := keys.New(table, falls)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLookup(t *testing.T) {
	tests := []struct {
		name  string
		scope keys.Scope
		typed []string
		want  keys.ID
		next  []keys.ID
	}{
		{"its own key", "queue", []string{"a"}, "approve", nil},
		{"falls through", "queue", []string{"j"}, "down", nil},
		{"falls far", "queue", []string{"?"}, "help", nil},
		{"modal lets nothing through", "dialog", []string{"?"}, "", nil},
		{"the same key elsewhere", "dialog", []string{"a"}, "yes", nil},
		{"a sequence begins", "queue", []string{"g"}, "", []keys.ID{"top", "audit"}},
		{"a sequence ends", "queue", []string{"g", "a"}, "audit", nil},
		{"a sequence breaks", "queue", []string{"g", "x", "a"}, "approve", nil},
		{"unknown", "queue", []string{"ctrl+x"}, "", nil},
		{"pasted text is no key", "queue", []string{""}, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := catalogue(t)
			var typed keys.Typed
			var got keys.Match
			for _, key := range tt.typed {
				got = typed.Press(c, tt.scope, key)
			}
			var next []keys.ID
			for _, a := range got.Next {
				next = append(next, a.ID)
			}
			if got.Action.ID != tt.want || !slices.Equal(next, tt.next) {
				t.Errorf("got %q, next %q; want %q, %q", got.Action.ID, next, tt.want, tt.next)
			}
		})
	}
}

func TestBrokenSequenceIsSpent(t *testing.T) {
	var typed keys.Typed
	c := catalogue(t)
	typed.Press(c, "queue", "g")
	if got := typed.Press(c, "queue", "?"); got.Found || !got.Dropped {
		t.Errorf("g ? is %+v, want dropped", got)
	}
	if got := typed.Press(c, "queue", "?"); got.Action.ID != "help" {
		t.Errorf("? after it is %+v, want help", got)
	}
}

func TestClashesAreNamed(t *testing.T) {
	tests := []struct {
		name  string
		remap map[keys.ID][]string
		want  string // in the error; "" for none
	}{
		{"another key", map[keys.ID][]string{"approve": {"y"}}, ""},
		{"no key at all", map[keys.ID][]string{"approve": nil}, ""},
		{
			"taken in the same scope",
			map[keys.ID][]string{"down": {"home"}},
			`key "home" of top clashes with "home" of down in list`,
		},
		{
			"taken where it falls to",
			map[keys.ID][]string{"approve": {"?"}},
			`key "?" of help clashes with "?" of approve in queue`,
		},
		{
			"starts a sequence",
			map[keys.ID][]string{"approve": {"g"}},
			`key "g g" of top clashes with "g" of approve in queue`,
		},
		{"free in a modal scope", map[keys.ID][]string{"yes": {"j"}}, ""},
		{"no such action", map[keys.ID][]string{"aprove": {"y"}}, `keys for "aprove": there is no such action`},
		{"no such key", map[keys.ID][]string{"approve": {"ctlr+y"}}, `key "ctlr+y" for approve: no terminal sends it`},
		{"alt", map[keys.ID][]string{"approve": {"alt+y"}}, `key "alt+y" for approve: no terminal sends it`},
		{"empty", map[keys.ID][]string{"approve": {""}}, `key "" for approve: no terminal sends it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			remapped, err := catalogue(t).Remap(tt.remap)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %s", err, tt.want)
			case tt.want == "" && remapped == nil:
				t.Error("no catalogue")
			}
		})
	}
}

func TestWhatMovesIsHarmless(t *testing.T) {
	_, err := keys.New([]keys.Action{{ID: "pay", Keys: []string{"p"}, Danger: keys.Pays, Moves: true}}, nil)
	if err == nil {
		t.Error("a payment could come in a burst")
	}
}

func TestHints(t *testing.T) {
	hints := []keys.Hint{
		{Key: "a", Name: "approve"},
		{Key: "b", Name: "block", Off: true},
		{Key: "enter", Name: "open"},
		{Key: "?", Name: "keys", Pinned: true},
	}
	tests := []struct {
		w    int
		want string
	}{
		{44, "a approve  (b block)  enter open      ? keys"},
		{40, "a approve  (b block)  enter open  ? keys"},
		{39, "a approve  (b block)             ? keys"},
		{17, "a approve  ? keys"},
		{16, "          ? keys"},
		{6, "? keys"},
		{4, "? k…"},
	}
	for _, tt := range tests {
		th, err := theme.New(theme.Mono, termenv.Ascii)
		if err != nil {
			t.Fatal(err)
		}
		c := canvas.New(th)
		c.Reset(tt.w, 1)
		keys.DrawHints(c, c.Bounds(), hints)
		if got := ansi.Strip(c.String()); got != tt.want {
			t.Errorf("%d wide: %q, want %q", tt.w, got, tt.want)
		}
	}
}

func TestLabel(t *testing.T) {
	for key, want := range map[string]text.Safe{
		"a": "a", "down": "↓", "pgup": "pgup", "pgdown": "pgdn", "shift+up": "shift+↑", "g g": "g g", "+": "+", "u": "u",
	} {
		if got := keys.Label(key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}
