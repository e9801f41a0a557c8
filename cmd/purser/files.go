package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/screen"
)

// A draft is a file that gets its name once it is whole. Until then it stands
// beside it under another, and nobody else can read it, then or later.
type draft struct {
	*os.File
	name    string
	replace bool
}

// createFile begins a file for an export of the console.
func (a *app) createFile(name string, replace bool) (screen.File, error) {
	name, err := filepath.Abs(a.atHome(name))
	if err != nil {
		return nil, err
	}
	if err := whyNotWrite(name, replace); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(name), ".purser-*") // 0600
	if err != nil {
		return nil, whyNotCreated(filepath.Dir(name), err)
	}
	return &draft{File: file, name: name, replace: replace}, nil
}

// openFile opens a file that a person named.
func (a *app) openFile(name string) (io.ReadCloser, error) { return os.Open(a.atHome(name)) }

// atHome is a file's name as the system knows it, where ~ is the person's home.
func (a *app) atHome(name string) string {
	if rest, home := strings.CutPrefix(name, "~"); home && (rest == "" || os.IsPathSeparator(rest[0])) {
		return a.env("HOME") + rest
	}
	return name
}

// whyNotWrite says why a file cannot be begun: what is there under its name.
func whyNotWrite(name string, replace bool) error {
	there, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return whyNotCreated(filepath.Dir(name), err)
	case there.IsDir():
		return engine.Errorf(engine.Invalid, "%s is a directory", text.Line(name)).Or("name a file in it")
	case !there.Mode().IsRegular():
		return engine.Errorf(engine.Invalid, "%s is no plain file", text.Line(name)).Or("name another")
	case !replace:
		return &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	return nil
}

// whyNotCreated says of a directory why no file can be made in it.
func whyNotCreated(directory string, err error) error {
	at := text.Line(directory)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return engine.Errorf(engine.NotFound, "there is no directory %s", at).Or("name one that is there")
	case errors.Is(err, fs.ErrPermission):
		return engine.Errorf(engine.Forbidden, "you may not write in %s", at).Or("name a file elsewhere, as ~/requests.csv")
	}
	return err
}

// Name implements [screen.File].
func (d *draft) Name() string { return d.name }

// Keep implements [screen.File].
func (d *draft) Keep() error {
	err := errors.Join(d.Sync(), d.Close(), whyNotWrite(d.name, d.replace))
	if err == nil {
		err = os.Rename(d.File.Name(), d.name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(d.File.Name()))
	}
	return nil
}

// Drop implements [screen.File].
func (d *draft) Drop() error { return errors.Join(d.Close(), os.Remove(d.File.Name())) }
