package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/purserhq/purser/engine"
)

// A ledger is the provider's memory: a file of entries, one JSON object a
// line, that only grows. Every process keeps in memory what the lines so far
// amount to, and whoever holds the file's lock first reads what others added.
//
// An entry that changed the books is on the disk before anybody hears of it.
// The last line of a process that died while it wrote lacks its end; the next
// to take the lock removes it, for its writer never answered.
type ledger struct {
	mu    sync.Mutex
	file  *os.File // nil: nothing outlives the process
	read  int64    // bytes of the file that are in books
	lines int

	books  map[engine.AllocationID]*account
	orders []*Effect // in order of arrival
}

// An account is what the provider remembers of one key.
type account struct {
	exchanges int
	told      bool      // it has said for certain how the order ended
	orders    []*Effect // more than one only where it forgot the key
}

// order returns the last order under the key, nil if there is none.
func (a *account) order() *Effect {
	if len(a.orders) == 0 {
		return nil
	}
	return a.orders[len(a.orders)-1]
}

// nextID returns the provider's name for the account's next order.
func (a *account) nextID(key engine.AllocationID) string {
	if len(a.orders) == 0 {
		return string(key) + "_external_id"
	}
	return fmt.Sprintf("%s_external_id_%d", key, len(a.orders)+1)
}

// An entry is one exchange, and what it changed. The spelling is the file's
// format.
type entry struct {
	At     time.Time           `json:"at"`
	Call   call                `json:"call"`
	Key    engine.AllocationID `json:"key"`
	Step   string              `json:"step"`
	Answer string              `json:"answer"`
	Order  *Effect             `json:"order,omitempty"` // as it is from now on; nil: as it was
}

func newLedger() *ledger { return &ledger{books: make(map[engine.AllocationID]*account)} }

func openLedger(path string) (*ledger, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	l := newLedger()
	l.file = file
	err = l.update(func(map[engine.AllocationID]*account) *entry { return nil })
	if err == nil {
		err = syncFolder(path)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// syncFolder makes sure that the file at path is found again after a crash.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (l *ledger) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// update shows fn the books as they are now and enters what it returns, while
// nobody else does either. Nil enters nothing.
func (l *ledger) update(fn func(books map[engine.AllocationID]*account) *entry) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		if err := lock(l.file); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, unlock(l.file)) }()
		if err := l.refresh(); err != nil {
			return err
		}
	}
	e := fn(l.books)
	if e == nil {
		return nil
	}
	return l.enter(*e)
}

// enter writes an entry, and keeps it once it is written. After a failure the
// file decides: the next refresh finds all of the entry, or removes what there
// is of it.
func (l *ledger) enter(e entry) error {
	if l.file != nil {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		line = append(line, '\n')
		if _, err := l.file.Write(line); err != nil {
			return err
		}
		if e.Order != nil {
			if err := l.file.Sync(); err != nil {
				return err
			}
		}
		l.read += int64(len(line))
		l.lines++
	}
	l.keep(e)
	return nil
}

// refresh reads what the file has beyond what was read of it.
func (l *ledger) refresh() error {
	info, err := l.file.Stat()
	if err != nil {
		return err
	}
	rest := info.Size() - l.read
	if rest < 0 {
		return fmt.Errorf("the ledger was cut from %d bytes to %d (bring it back, or begin a new one)",
			l.read, info.Size())
	}
	reader := bufio.NewReader(io.NewSectionReader(l.file, l.read, rest))
	for {
		line, err := reader.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return l.file.Truncate(l.read)
		case err != nil:
			return err
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("line %d of the ledger is damaged: %w (bring it back, or begin a new one)",
				l.lines+1, err)
		}
		l.read += int64(len(line))
		l.lines++
		l.keep(e)
	}
}

// keep adds an entry to what is in memory.
func (l *ledger) keep(e entry) {
	a := l.books[e.Key]
	if a == nil {
		a = &account{}
		l.books[e.Key] = a
	}
	a.exchanges++
	switch engine.Verdict(e.Answer) {
	case engine.VerdictPaid, engine.VerdictNotPaid:
		a.told = true
	}
	if e.Order == nil {
		return
	}
	order := *e.Order
	order.Key = e.Key
	if last := a.order(); last != nil && last.ProviderID == order.ProviderID {
		*last = order
		return
	}
	a.orders = append(a.orders, &order)
	l.orders = append(l.orders, &order)
}

// all returns a copy of all orders.
func (l *ledger) all() (list []Effect, err error) {
	err = l.update(func(map[engine.AllocationID]*account) *entry {
		list = copied(l.orders)
		return nil
	})
	return list, err
}

// under returns a copy of the orders under one key.
func (l *ledger) under(key engine.AllocationID) (list []Effect, err error) {
	err = l.update(func(books map[engine.AllocationID]*account) *entry {
		if known := books[key]; known != nil {
			list = copied(known.orders)
		}
		return nil
	})
	return list, err
}

func copied(orders []*Effect) []Effect {
	list := make([]Effect, len(orders))
	for i, order := range orders {
		list[i] = *order
	}
	return list
}
