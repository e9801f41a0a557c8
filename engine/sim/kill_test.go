package sim_test

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/sim"
)

var kills = flag.Int("sim.kills", 0, "how many processes TestKilledOften kills")

// A morgue is a desk on which one process after another was killed.
type morgue struct {
	*site
	opened time.Time
	told   map[engine.RequestID]ack // what people were told last
	lines  int
}

type ack struct {
	number int
	hash   string
}

func newMorgue(t *testing.T) *morgue {
	file, _ := desk(t, 1, killScripts...)
	path := filepath.Join(t.TempDir(), "desk.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	m := &morgue{
		site: &site{TB: t, path: path, clock: clock.NewManual(opening)}, opened: clock.System{}.Now(),
		told: map[engine.RequestID]ack{},
	}
	var err error
	if m.bank, err = openLedger(path, m.clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.bank.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// kill lets a child live until it kills itself at the n-th seam of a kind, or
// without one for some milliseconds, and looks at what it leaves.
func (m *morgue) kill(child int, at sim.Seam, n int) {
	m.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestChild$")
	c.Env = append(os.Environ(), deskVariable+"="+m.path, lifeVariable+"="+strconv.Itoa(child),
		openedVariable+"="+strconv.FormatInt(m.opened.UnixMicro(), 10),
		seamVariable+"="+string(at), countVariable+"="+strconv.Itoa(n))
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdout, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		m.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		m.Fatalf("%q, %v: %s", line, err, &stderr)
	}
	if at == "" {
		time.Sleep(time.Duration(n) * time.Millisecond)
		if err := c.Process.Kill(); err != nil {
			m.Fatal(err)
		}
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		m.Fatal(err)
	}
	if err := c.Wait(); err == nil || c.ProcessState.Exited() {
		m.Fatalf("child %d was not killed at %s %d (%v): %s%s", child, at, n, err, rest, &stderr)
	}
	m.note(string(rest))
	m.inspect(fmt.Sprintf("child %d, killed at %q %d", child, at, n))
}

// note reads what a child was told; of its last line there may be less than a
// line.
func (m *morgue) note(lines string) {
	for line := range strings.Lines(lines) {
		var r engine.RequestID
		var a ack
		if !strings.HasSuffix(line, "\n") {
			return
		}
		if _, err := fmt.Sscanf(line, "%s %d %s\n", &r, &a.number, &a.hash); err != nil {
			m.Fatalf("%q: %v", line, err)
		}
		m.told[r] = a
		m.lines++
	}
}

// inspect checks that the store is whole and has all that people were told.
func (m *morgue) inspect(when string) {
	m.Helper()
	store := m.open()
	defer store.Close()
	m.check(store, when)
	err := store.View(context.Background(), func(tx engine.ReadTx) error {
		for r, a := range m.told {
			events, err := tx.Events(string(r), a.number-1, 1)
			if err != nil {
				return err
			}
			if len(events) != 1 || events[0].Hash.String() != a.hash {
				return fmt.Errorf("%s: entry %d of %s was acknowledged and is gone", when, a.number, r)
			}
		}
		return nil
	})
	if err != nil {
		m.Fatal(err)
	}
}

// bury lets one last process bring everything to an end, and compares the desk
// with the provider.
func (m *morgue) bury() {
	m.Helper()
	store, ctx := m.open(), context.Background()
	defer store.Close()
	e := m.engine(store, m.bank)
	m.clock.Set(hurried{m.opened}.Now())
	for range 30 {
		m.clock.Advance(10 * time.Minute)
		for _, r := range requests(m, e) {
			if r.Block != nil {
				if _, err := e.Unblock(ctx, as("rev1"), r.ID, r.Version); err != nil {
					m.Fatal(err)
				}
			}
			if r.Live.Positive() {
				if _, err := sendAll(ctx, e, r.ID); err != nil {
					m.Fatal(err)
				}
			}
		}
		if err := e.RunUntilIdle(ctx); err != nil {
			m.Fatal(err)
		}
	}
	m.check(store, "in the end")
	fulfilled := 0
	for _, r := range requests(m, e) {
		if r.Live.Positive() {
			m.Errorf("in the end, %s is %s with %s live", r.ID, r.Status, r.Live)
		}
		if r.Status == engine.RequestFulfilled {
			fulfilled++
		}
		all, err := e.Allocations(ctx, r.ID)
		if err != nil {
			m.Fatal(err)
		}
		for _, a := range all {
			if err := accounted(a, m.effects(a.ID)); err != nil {
				m.Errorf("in the end, %v", err)
			}
		}
	}
	m.Logf("%d requests, %d of them fulfilled; %d acknowledgements", len(requests(m, e)), fulfilled, m.lines)
}

// killMany kills so many children, in turn at a seam of each kind and after
// some milliseconds.
func killMany(t *testing.T, count int) {
	m := newMorgue(t)
	dice := rand.New(rand.NewPCG(uint64(count), 0))
	seams := sim.Seams()
	for child := range count {
		if child%2 == 0 {
			m.kill(child, "", 1+dice.IntN(80))
			continue
		}
		m.kill(child, seams[child/2%len(seams)], dice.IntN(8))
	}
	m.bury()
}

// TestKilled kills real processes over real files: whatever was acknowledged is
// there, and nothing was paid twice.
func TestKilled(t *testing.T) {
	t.Parallel()
	count := 20
	if testing.Short() || raced {
		count = 6
	}
	killMany(t, count)
}

// TestKilledOften is TestKilled at the size of a night.
func TestKilledOften(t *testing.T) {
	if *kills == 0 {
		t.Skip("takes a second for every five; say how many with -sim.kills")
	}
	for left := *kills; left > 0; left -= 50 {
		killMany(t, min(left, 50)) // a desk on which much happened is slow to inspect
	}
}
