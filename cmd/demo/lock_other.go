//go:build !unix

package demo

import (
	"errors"
	"os"
)

// tryLock refuses: without locks nobody knows which demos are dead.
func tryLock(*os.File) error { return errors.ErrUnsupported }
