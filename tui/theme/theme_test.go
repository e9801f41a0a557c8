package theme_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"github.com/purserhq/purser/tui/theme"
)

var profiles = []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI, termenv.Ascii}

// parameters are what a sequence sets, after the reset it starts with.
func parameters(t *testing.T, sequence string) []string {
	t.Helper()
	inner, ok := strings.CutPrefix(sequence, "\x1b[")
	if !ok || !strings.HasSuffix(inner, "m") {
		t.Fatalf("%q is no style", sequence)
	}
	if inner == "m" {
		return nil
	}
	inner, ok = strings.CutPrefix(strings.TrimSuffix(inner, "m"), "0;")
	if !ok {
		t.Fatalf("%q does not start with a reset", sequence)
	}
	return strings.Split(strings.ReplaceAll(inner, "38;5;", "38:5:"), ";")
}

// each calls visit for every style of every theme on every profile.
func each(t *testing.T, visit func(t *testing.T, name theme.Name, p termenv.Profile, s theme.Style, set []string)) {
	for _, name := range theme.Names() {
		for _, p := range profiles {
			th, err := theme.New(name, p)
			if err != nil {
				t.Fatal(err)
			}
			for s := theme.Text; s <= theme.Banner; s++ {
				visit(t, name, p, s, parameters(t, th.Sequence(s)))
			}
		}
	}
}

func TestNoBackgroundIsPainted(t *testing.T) {
	each(t, func(t *testing.T, name theme.Name, p termenv.Profile, s theme.Style, set []string) {
		for _, parameter := range set {
			n, err := strconv.Atoi(parameter)
			if err == nil && (n >= 40 && n <= 49 || n >= 100) {
				t.Errorf("%s, %s, style %d sets %s", name, p.Name(), s, parameter)
			}
		}
	})
}

func TestMonoHasNoColour(t *testing.T) {
	each(t, func(t *testing.T, name theme.Name, p termenv.Profile, s theme.Style, set []string) {
		if name != theme.Mono && p != termenv.Ascii {
			return
		}
		for _, parameter := range set {
			if parameter != "1" && parameter != "4" && parameter != "7" {
				t.Errorf("%s, %s, style %d sets %s", name, p.Name(), s, parameter)
			}
		}
	})
}

func TestSixteenColoursAreEnough(t *testing.T) {
	each(t, func(t *testing.T, name theme.Name, p termenv.Profile, s theme.Style, set []string) {
		for _, parameter := range set {
			if p == termenv.ANSI && strings.Contains(parameter, "38:5:") {
				t.Errorf("%s, style %d sets %s", name, s, parameter)
			}
		}
	})
}

func TestWhatIsFocusedIsReversed(t *testing.T) {
	each(t, func(t *testing.T, name theme.Name, p termenv.Profile, s theme.Style, set []string) {
		reversed := s == theme.Selected || s == theme.Caret || s == theme.Fault || s == theme.Banner
		if slices.Contains(set, "7") != reversed {
			t.Errorf("%s, %s, style %d sets %s", name, p.Name(), s, set)
		}
	})
}

func TestHighContrastHasNothingFaint(t *testing.T) {
	th, err := theme.New(theme.High, termenv.TrueColor)
	if err != nil {
		t.Fatal(err)
	}
	for s := theme.Text; s <= theme.Banner; s++ {
		for _, parameter := range parameters(t, th.Sequence(s)) {
			if parameter == "2" || parameter == "90" || strings.HasPrefix(parameter, "38") {
				t.Errorf("style %d sets %s", s, parameter)
			}
		}
	}
}

func TestUnknownThemeIsNamed(t *testing.T) {
	_, err := theme.New("solar", termenv.ANSI)
	if err == nil || !strings.Contains(err.Error(), `"solar"`) || !strings.Contains(err.Error(), "high") {
		t.Errorf("got %v", err)
	}
}

func TestUnknownStyleIsText(t *testing.T) {
	th, err := theme.New(theme.Dark, termenv.ANSI)
	if err != nil {
		t.Fatal(err)
	}
	if got := th.Sequence(200); got != th.Sequence(theme.Text) {
		t.Errorf("got %q", got)
	}
}
