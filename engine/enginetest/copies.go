package enginetest

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// CopiesOf returns a function that makes a file where there is none, as set
// does, but copies the one that set made the first time: to set up a store from
// nothing takes longer than most tests of it.
func CopiesOf(set func(path string) error) func(path string) error {
	first := sync.OnceValues(func() (content []byte, err error) {
		dir, err := os.MkdirTemp("", "first")
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		path := filepath.Join(dir, "file")
		if err := set(path); err != nil {
			return nil, err
		}
		return os.ReadFile(path)
	})
	return func(path string) error {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		content, err := first()
		if err != nil {
			return err
		}
		return os.WriteFile(path, content, 0o600)
	}
}
