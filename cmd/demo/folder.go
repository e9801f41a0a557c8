package demo

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// A folder holds a desk that is thrown away. While its demo lives, it holds the
// lock of a file in there, which no death of a process leaves behind: folders
// whose lock is free are those of dead demos.
type folder struct {
	path string
	lock *os.File
}

const (
	folderPattern = "purser-demo-*"
	lockName      = "lock"
)

// newFolder makes a folder below parent, where it first removes those of dead
// demos.
func newFolder(parent string) (*folder, error) {
	sweep(parent)
	path, err := os.MkdirTemp(parent, folderPattern)
	if err != nil {
		return nil, err
	}
	f := &folder{path: path}
	f.lock, err = os.OpenFile(f.file(lockName), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	if err := tryLock(f.lock); err != nil {
		return nil, errors.Join(err, f.remove())
	}
	return f, nil
}

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

// remove removes the folder while the lock is still held, or right after where
// open files cannot be removed.
func (f *folder) remove() error {
	err := os.RemoveAll(f.path)
	closing := f.lock.Close()
	if err != nil {
		err = os.RemoveAll(f.path)
	}
	return errors.Join(err, closing)
}

// sweep removes the folders of dead demos below parent. What it may not touch
// is somebody else's, and left alone.
func sweep(parent string) {
	paths, err := filepath.Glob(filepath.Join(parent, folderPattern))
	if err != nil {
		return
	}
	for _, path := range paths {
		lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if isOld(lock) && tryLock(lock) == nil {
			_ = os.RemoveAll(path)
		}
		_ = lock.Close()
	}
}

// isOld reports whether a lock was made so long ago that its demo has had time
// to take it.
func isOld(lock *os.File) bool {
	const birth = 5 * time.Second
	info, err := lock.Stat()
	return err == nil && time.Since(info.ModTime()) > birth
}
