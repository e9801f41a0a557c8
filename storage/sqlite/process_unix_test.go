//go:build unix

package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite"
)

// as makes a command run as another user, from a copy that this one can reach.
func as(t *testing.T, cmd *exec.Cmd, user uint32) *exec.Cmd {
	t.Helper()
	program, err := os.ReadFile(cmd.Path)
	must(t, err)
	cmd.Path = visiblePath(t)
	must(t, os.WriteFile(cmd.Path, program, 0o755))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	return cmd
}

// failToWrite makes every file that it writes end early, as a failing disk
// does, and then no longer.
func failToWrite(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return err
	}
	if _, err := write(context.Background(), store, "before"); err != nil {
		return err
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	small := syscall.Rlimit{Cur: 100 << 10, Max: limit.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		return err
	}
	failed := store.Update(context.Background(), func(tx engine.Tx) error {
		c := customer("too large")
		c.Name = strings.Repeat("x", 200<<10)
		tx.PutCustomer(c)
		return nil
	})
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	_, after := write(context.Background(), store, "after")
	if failed == nil || after == nil || engine.CodeOf(after) != engine.Unavailable {
		return fmt.Errorf("the disk failed (%v), the next write got %v", failed, after)
	}
	if err := store.Close(); err != nil {
		return err
	}
	if store, err = sqlite.Open(context.Background(), path, sqlite.Options{}); err != nil {
		return err
	}
	_, err = write(context.Background(), store, "after")
	if err == nil {
		fmt.Println("as it should")
	}
	return errors.Join(err, store.Close())
}

// visiblePath is a path for a store in a folder that anybody may read.
func visiblePath(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for at := folder; at != os.TempDir() && at != "/"; at = filepath.Dir(at) {
		must(t, os.Chmod(at, 0o755))
	}
	return filepath.Join(folder, "store.db")
}
