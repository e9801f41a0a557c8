//go:build unix

package sqlite

import "syscall"

// writable reports whether we may write to a file or folder.
func writable(path string) bool {
	const write = 2
	return syscall.Access(path, write) == nil
}
