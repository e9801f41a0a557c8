package screen_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]text.Safe{
		-time.Second: "0s", 0: "0s", 59 * time.Second: "59s", time.Minute: "1m", 59*time.Minute + 59*time.Second: "59m",
		time.Hour: "1h", 47 * time.Hour: "47h", 48 * time.Hour: "2d", 999 * 24 * time.Hour: "999d", 1000 * 24 * time.Hour: "2y",
	} {
		if got := screen.Age(d); got != want || len(got) > 4 {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	now := time.Date(2026, 11, 2, 14, 2, 0, 0, time.UTC)
	tests := []struct {
		at          time.Time
		moment, day text.Safe
	}{
		{now.Add(-time.Hour), "13:02", "13:02"},
		{now.Add(-15 * time.Hour), "Nov 01 23:02", "Nov 01"},
		{now.AddDate(-1, 0, 0), "2025-11-02", "Nov 02"},
		{now.In(time.FixedZone("", 3*3600)), "14:02", "14:02"},
		{time.Time{}, "-", "Jan 01"},
	}
	for _, tt := range tests {
		if got := screen.Moment(tt.at, now); got != tt.moment {
			t.Errorf("%v: %s, want %s", tt.at, got, tt.moment)
		}
		if got := screen.Day(tt.at, now); got != tt.day {
			t.Errorf("%v: %s, want %s", tt.at, got, tt.day)
		}
	}
}

// Of a detail no more is shown than it takes to recognise it.
func TestHidden(t *testing.T) {
	for detail, want := range map[string]text.Safe{
		"4111111111111111": "···· 1111", "12": "···· 12", "": "···· ", "sample1@example.com": "s···@example.com",
		"@example.com": "···· .com", "a\x1b[2J": "···· ␛[2J",
	} {
		if got := screen.Hidden(detail); got != want {
			t.Errorf("%q: %q, want %q", detail, got, want)
		}
	}
}

func TestTabsOf(t *testing.T) {
	for i := 1; i <= 9; i++ {
		if got := screen.TabOf(screen.ShowTab(i)); got != i {
			t.Errorf("tab %d is %d", i, got)
		}
	}
	for _, a := range []keys.ID{"tab-", "tab-10", "table", "split", ""} {
		if got := screen.TabOf(a); got != 0 {
			t.Errorf("%s is tab %d", a, got)
		}
	}
}

// An outcome that stays unknown however often it is asked about is told once.
func TestFold(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	var events []engine.Event
	for i, name := range []string{"payout-invoking", "payout-processing", "payout-processing", "payout-processing", "payout-processed"} {
		events = append(events, engine.Event{Type: name, By: engine.ByEngine, At: now.Add(time.Duration(i) * time.Minute)})
	}
	folded := screen.Fold(events, engine.Dossier{})
	if len(folded) != 3 || folded[1].Told != "outcome unknown (3 times)" || !folded[1].At.Equal(now.Add(3*time.Minute)) {
		t.Errorf("folded to %+v", folded)
	}
}

func TestEveryAttentionHasANextStep(t *testing.T) {
	for _, a := range engine.Attentions() {
		if screen.Next(&screen.Desk{}, a) == "" {
			t.Errorf("nothing says what to do about %s", a)
		}
	}
}

// However narrow it is, what to press stays at the end of a question.
func TestQuestionKeepsItsEnd(t *testing.T) {
	look, err := theme.New(theme.Mono, termenv.Ascii)
	if err != nil {
		t.Fatal(err)
	}
	c := canvas.New(look)
	for _, w := range []int{60, 30, 20, 12} {
		c.Reset(w, 1)
		screen.DrawQuestion(c, c.Bounds(), "approve 1.00 EUR of नमूना ग्राहक 1"+screen.Enter)
		got := strings.TrimRight(ansi.Strip(c.String()), " ")
		if !strings.HasPrefix(got, "appr") || !strings.HasSuffix(got, "? enter") {
			t.Errorf("%d wide: %q", w, got)
		}
	}
}
