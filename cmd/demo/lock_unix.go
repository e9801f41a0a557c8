//go:build unix

package demo

import (
	"os"
	"syscall"
)

// tryLock takes a file's lock, or fails if another process holds it.
func tryLock(file *os.File) error {
	return os.NewSyscallError("flock", syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
}
