//go:build unix

package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite"
)

// TestMain is the tests, or what a test started as another process.
func TestMain(m *testing.M) {
	roles := map[string]func(path string) error{
		"write many": func(path string) error { return writeMany(path, 1000, 20) },
		"write on":   writeOn,
		"read":       readOne,
		"fail":       failToWrite,
	}
	role, ok := roles[os.Getenv("PURSER_TEST_ROLE")]
	if !ok {
		os.Exit(m.Run())
	}
	if err := role(os.Getenv("PURSER_TEST_STORE")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// another starts this program again in a role.
func another(t *testing.T, role, path string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), "PURSER_TEST_ROLE="+role, "PURSER_TEST_STORE="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// write adds a journal entry, a customer named by it, and one to a balance: all
// or nothing.
func write(ctx context.Context, store engine.Store, name string) (seq int64, err error) {
	err = store.Update(ctx, func(tx engine.Tx) error {
		last, err := tx.LastSeq()
		if err != nil {
			return err
		}
		seq = last + 1
		e := engine.Event{Chain: name, By: "rev1", Type: "written"}
		e.Seal(seq, engine.Head{})
		tx.Append(e)
		tx.PutCustomer(customer(name))
		b, err := tx.Balance("g1")
		if engine.CodeOf(err) == engine.NotFound && err != nil {
			b, err = engine.Balance{GatewayID: "g1", Balance: money.Zero("USD")}, nil
		}
		b.Balance.Minor++
		tx.PutBalance(b)
		return err
	})
	return seq, err
}

// writeMany writes so often, with so many waiting at once.
func writeMany(path string, times, at int) error {
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	failed := make(chan error, at)
	for n := range at {
		all.Go(func() {
			for i := range times / at {
				if _, err := write(context.Background(), store, fmt.Sprintf("%d.%d.%d", os.Getpid(), n, i)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	return errors.Join(<-failed, store.Close())
}

// total is what the balance says, and how many entries the journal has.
func total(t *testing.T, store engine.Store) (balance, entries int64) {
	t.Helper()
	must(t, store.View(context.Background(), func(tx engine.ReadTx) error {
		b, err := tx.Balance("g1")
		balance = b.Balance.Minor
		seq, seqErr := tx.LastSeq()
		entries = seq
		return errors.Join(err, seqErr)
	}))
	return balance, entries
}

// TestTwoProcesses has two processes write as fast as they can, while a third
// writes now and then by hand, as a person at the console does.
func TestTwoProcesses(t *testing.T) {
	store := fresh(t)
	done := make(chan error, 2)
	for range 2 {
		busy := another(t, "write many", store.Path())
		must(t, busy.Start())
		go func() { done <- busy.Wait() }()
	}
	byHand, running := 0, 2
	for running > 0 {
		select {
		case err := <-done:
			must(t, err)
			running--
		default:
			_, err := write(context.Background(), store, fmt.Sprint("by hand ", byHand))
			must(t, err)
			byHand++
		}
	}
	want := int64(2*1000 + byHand)
	if balance, entries := total(t, store); balance != want || entries != want {
		t.Errorf("balance %d and %d entries after %d writes, %d of them by hand", balance, entries, want, byHand)
	}
	healthy(t, store)
}

// writeOn writes until it is killed, and prints the number of each entry once
// it is acknowledged.
func writeOn(path string) error {
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := 0; ; i++ {
				seq, err := write(context.Background(), store, fmt.Sprintf("%d.%d.%d", os.Getpid(), n, i))
				if err != nil {
					fmt.Println(err)
					return
				}
				fmt.Println(seq)
			}
		})
	}
	all.Wait()
	return nil
}

// TestKill kills a process that writes, again and again, and looks for what it
// had acknowledged.
func TestKill(t *testing.T) {
	store := fresh(t)
	path := store.Path()
	for _, acknowledged := range []int{1, 10, 50, 200, 333} {
		victim := another(t, "write on", path)
		output, err := victim.StdoutPipe()
		must(t, err)
		must(t, victim.Start())
		lines := bufio.NewScanner(output)
		var highest int64
		for range acknowledged {
			if !lines.Scan() {
				t.Fatal("it stopped by itself")
			}
			seq, err := strconv.ParseInt(lines.Text(), 10, 64)
			must(t, err)
			highest = max(highest, seq)
		}
		must(t, victim.Process.Kill())
		_ = victim.Wait()
		balance, entries := total(t, store)
		if entries < highest || balance != entries {
			t.Errorf("entry %d was acknowledged; there are %d and a balance of %d", highest, entries, balance)
		}
		healthy(t, store)
		if got := len(customers(t, store)); int64(got) != entries {
			t.Errorf("%d customers, %d entries", got, entries)
		}
	}
}

// TestNotOurs opens a store that the user may read but not write.
func TestNotOurs(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to become somebody who may not write")
	}
	for what, protect := range map[string]func(path string) error{
		"a read-only file":   func(path string) error { return os.Chmod(path, 0o444) },
		"a read-only folder": func(path string) error { return os.Chmod(path, 0o666) },
	} {
		t.Run(what, func(t *testing.T) {
			path := visiblePath(t)
			closedStore(t, path)
			must(t, protect(path))
			reader := as(t, another(t, "read", path), 65534)
			output, err := reader.Output()
			must(t, err)
			if !strings.Contains(string(output), "may not write") || !strings.Contains(string(output), "3 customers") {
				t.Errorf("it says %s", output)
			}
		})
	}
}

// readOne says what it finds in a store that it may not write.
func readOne(path string) error {
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	err = store.View(context.Background(), func(tx engine.ReadTx) error {
		list, err := tx.Customers("", 100)
		fmt.Printf("%d customers\n", len(list))
		return err
	})
	fmt.Println(store.Update(context.Background(), func(engine.Tx) error { return nil }))
	return err
}

// TestDiskFails gives a process a disk that refuses to be written to. It must
// stop writing until it is opened again.
func TestDiskFails(t *testing.T) {
	store := fresh(t)
	must(t, store.Close())
	output, err := another(t, "fail", store.Path()).Output()
	must(t, err)
	if string(output) != "as it should\n" {
		t.Errorf("it says %s", output)
	}
	healthy(t, open(t, store.Path(), sqlite.Options{}))
}
