package main

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/engine/yaml"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/theme"
)

// A preferences is how somebody likes to work. It is a file of that person's
// own, and knows nothing of any desk.
type preferences struct {
	Console seatPreferences `json:"console"`
}

// A seatPreferences is how somebody likes the console.
type seatPreferences struct {
	Theme theme.Name           `json:"theme"`
	After string               `json:"after"` // go or stay: the cursor after a decision
	Mouse bool                 `json:"mouse"`
	Keys  map[keys.ID][]string `json:"keys"` // instead of their own, of the actions named
}

// preferencesFile is where preferences are: the file that was named, else the
// one of the home directory, which need not exist.
func (a *app) preferencesFile() (name string, must bool) {
	if a.sitting.config != "" {
		return a.sitting.config, true
	}
	directory := a.env("XDG_CONFIG_HOME")
	if !filepath.IsAbs(directory) { // relative ones do not count
		home := cmp.Or(a.env("HOME"), a.env("USERPROFILE"))
		if home == "" {
			return "", false
		}
		directory = filepath.Join(home, ".config")
	}
	return filepath.Join(directory, "purser", "config.yaml"), false
}

// preferences reads them, and refuses what makes no sense.
func (a *app) preferences() (preferences, error) {
	name, must := a.preferencesFile()
	file, err := os.Open(name) // none of no name
	switch {
	case errors.Is(err, fs.ErrNotExist) && !must:
		return preferences{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return preferences{}, engine.Errorf(engine.NotFound, "there is no file %s", name)
	case err != nil:
		return preferences{}, engine.Errorf(engine.Invalid, "%v", err)
	}
	defer file.Close()
	source, err := io.ReadAll(io.LimitReader(file, longestConfig))
	if err != nil {
		return preferences{}, engine.Errorf(engine.Invalid, "%s: %v", name, err)
	}
	return readPreferences(name, source)
}

func readPreferences(name string, source []byte) (preferences, error) {
	var p preferences
	if err := yaml.Read(name, source, &p); err != nil {
		return preferences{}, err
	}
	if after := p.Console.After; !slices.Contains([]string{"", "go", "stay"}, after) {
		return preferences{}, engine.Errorf(engine.Invalid, "%s: after is %q", name, text.Line(after)).
			Or("after a decision the cursor can go or stay")
	}
	if t := p.Console.Theme; !slices.Contains(theme.Names(), cmp.Or(t, theme.Auto)) {
		return preferences{}, engine.Errorf(engine.Invalid, "%s: there is no theme %q", name, text.Line(string(t))).
			Or("themes: %s", list(theme.Names()))
	}
	if _, err := tui.Actions(p.Console.Keys); err != nil {
		return preferences{}, engine.Errorf(engine.Invalid, "%s: %v", name, err)
	}
	return p, nil
}
