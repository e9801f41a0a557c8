package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/purserhq/purser/engine"
)

// A remembered is what the console writes down by itself of how somebody likes to
// work. It stands in a file of its own: preferences are a person's to write, with
// their comments.
type remembered struct {
	Columns map[string][]string `json:"columns"` // by the ids of views
}

// rememberedFile is where it is: below $XDG_STATE_HOME; "" if nobody knows where
// that is.
func (a *app) rememberedFile() string {
	directory := a.env("XDG_STATE_HOME")
	if !filepath.IsAbs(directory) { // relative ones do not count
		home := cmp.Or(a.env("HOME"), a.env("USERPROFILE"))
		if home == "" {
			return ""
		}
		directory = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(directory, "purser", "console.json")
}

// remembered reads what was written down. What cannot be read is forgotten: it
// was only convenience.
func (a *app) remembered() remembered {
	file, err := os.Open(a.rememberedFile())
	if err != nil {
		return remembered{}
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, longestConfig))
	var r remembered
	if err != nil || json.Unmarshal(raw, &r) != nil {
		return remembered{}
	}
	return r
}

// remember writes it down, whole or not at all.
func (a *app) remember(r remembered) error {
	name := a.rememberedFile()
	if name == "" {
		return engine.Errorf(engine.Invalid, "there is no home directory").Or("set XDG_STATE_HOME")
	}
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(name), ".console-*") // 0600
	if err != nil {
		return err
	}
	_, err = draft.Write(append(raw, '\n'))
	if err = errors.Join(err, draft.Close()); err == nil {
		err = os.Rename(draft.Name(), name)
	}
	if err != nil {
		if gone := os.Remove(draft.Name()); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}
