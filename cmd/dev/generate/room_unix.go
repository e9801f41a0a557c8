//go:build linux || darwin

package main

import "syscall"

// freeBytes is how much can be written to the disk that a folder is on.
func freeBytes(folder string) (free int64, known bool) {
	var stat syscall.Statfs_t
	if syscall.Statfs(folder, &stat) != nil {
		return 0, false
	}
	return int64(stat.Bavail) * int64(stat.Bsize), true
}
