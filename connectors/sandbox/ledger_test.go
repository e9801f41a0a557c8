package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/money"
)

// standing returns options under which nothing moves by itself.
func standing() sandbox.Options { return sandbox.Options{Clock: clock.NewManual(start)} }

const (
	childVariable  = "PURSER_TEST_SANDBOX_CHILD" // what the child is to do
	ledgerVariable = "PURSER_TEST_SANDBOX_LEDGER"
)

// TestChild is the other process of the tests below.
func TestChild(t *testing.T) {
	job := os.Getenv(childVariable)
	if job == "" {
		t.Skip("only another test runs this")
	}
	options := standing()
	if job != "pay" {
		options.Fault = func(at sandbox.Point, _ engine.AllocationID) error {
			if string(at) != job {
				return nil
			}
			self, err := os.FindProcess(os.Getpid())
			if err != nil {
				return err
			}
			if err := self.Kill(); err != nil {
				return err
			}
			select {}
		}
	}
	s := open(t, os.Getenv(ledgerVariable), options)
	fmt.Println(ready)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // until the parent says go
		t.Fatal(err)
	}
	for i := range keys {
		if got := s.Pay(context.Background(), order(shared(i))); got.Verdict != engine.VerdictPaid {
			t.Errorf("%s: %+v", shared(i), got)
		}
	}
}

const (
	keys  = 40 // that every child pays
	ready = "ready"
)

func shared(i int) engine.AllocationID { return engine.AllocationID(fmt.Sprintf("alloc_%d", i)) }

func child(job, ledger string) *exec.Cmd {
	c := exec.Command(os.Args[0], "-test.run=^TestChild$")
	c.Env = append(os.Environ(), childVariable+"="+job, ledgerVariable+"="+ledger)
	return c
}

func TestEffectSurvivesKill(t *testing.T) {
	tests := []struct {
		point   sandbox.Point
		effects int
		heard   string // of a look-up after the crash, and then of a submission
	}{
		{sandbox.BeforeEffect, 0, "not-found | paid 100.00"},
		{sandbox.AfterEffect, 1, "paid 100.00 | paid 100.00"},
		{sandbox.BeforeAnswer, 1, "paid 100.00 | paid 100.00"},
	}
	for _, test := range tests {
		t.Run(string(test.point), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger")
			c := child(string(test.point), path)
			if output, err := c.CombinedOutput(); err == nil || c.ProcessState.Exited() {
				t.Fatalf("the child lived (%v): %s", err, output)
			}
			s, o := open(t, path, standing()), order(shared(0))
			if paid := effects(t, s, o.Key); len(paid) != test.effects {
				t.Fatalf("paid %v, want %d effects", paid, test.effects)
			}
			said := heard(s.LookUp(context.Background(), o))
			if said += " | " + exchange(s, o, 1); said != test.heard {
				t.Errorf("heard %s\nwant  %s", said, test.heard)
			}
			if paid := effects(t, s, o.Key); len(paid) != 1 {
				t.Errorf("paid %v, want one effect", paid)
			}
		})
	}
}

func TestProcessesShareALedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	here := open(t, path, standing())
	others := []*exec.Cmd{child("pay", path), child("pay", path)}
	starts, outputs := make([]io.Closer, len(others)), make([]*bufio.Reader, len(others))
	for i, c := range others {
		stdin, err := c.StdinPipe()
		stdout, err2 := c.StdoutPipe()
		if err := errors.Join(err, err2, c.Start()); err != nil {
			t.Fatal(err)
		}
		starts[i], outputs[i] = stdin, bufio.NewReader(stdout)
		if line, err := outputs[i].ReadString('\n'); err != nil || line != ready+"\n" {
			t.Fatalf("%q, %v", line, err)
		}
	}
	for _, start := range starts {
		start.Close()
	}
	for i := range keys {
		if got := here.Pay(context.Background(), order(shared(i))); got.Verdict != engine.VerdictPaid {
			t.Errorf("%s: %+v", shared(i), got)
		}
	}
	for i, c := range others {
		output, _ := io.ReadAll(outputs[i])
		if err := c.Wait(); err != nil {
			t.Errorf("%v: %s", err, output)
		}
	}
	total, err := here.Total()
	if err != nil || len(total) != 1 || total[0] != money.New(keys*10000, "USD") {
		t.Errorf("paid %v, %v, want every key once", total, err)
	}
	if again, err := open(t, path, standing()).Effects(); err != nil || len(again) != keys {
		t.Errorf("%d effects, %v, want %d", len(again), err, keys)
	}
}

// A ledger that was cut anywhere in its last line is the ledger without it.
func TestTornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	s := open(t, path, standing())
	s.Pay(context.Background(), order("alloc_1"))
	before := read(t, path)
	s.Pay(context.Background(), order("alloc_2"))
	whole := read(t, path)
	sizes := []int{len(before), len(before) + 1, len(whole) - 2, len(whole) - 1, len(whole)}
	for size := len(before) + 2; size < len(whole); size += 23 {
		sizes = append(sizes, size)
	}
	for _, size := range sizes {
		torn := filepath.Join(t.TempDir(), "torn")
		if err := os.WriteFile(torn, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, torn, standing())
		want := 1
		if size == len(whole) {
			want = 2
		}
		if list, err := s.Effects(); err != nil || len(list) != want {
			t.Fatalf("cut at %d: %d effects, %v, want %d", size, len(list), err, want)
		}
		if got := exchange(s, order("alloc_2"), 1); got != "paid 100.00" {
			t.Fatalf("cut at %d: heard %s", size, got)
		}
		if list, err := open(t, torn, standing()).Effects(); err != nil || len(list) != 2 {
			t.Fatalf("cut at %d, opened again: %d effects, %v, want 2", size, len(list), err)
		}
	}
}

// Another process may die in the middle of a line while this one is at work.
func TestTornLineOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	s := open(t, path, standing())
	s.Pay(context.Background(), order("alloc_1"))
	other, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.WriteString(`{"at":"2026-03-02T09:00:00Z","call":"pay","key":"alloc_2","st`); err != nil {
		t.Fatal(err)
	}
	if got := exchange(s, order("alloc_2"), 1); got != "paid 100.00" {
		t.Errorf("heard %s", got)
	}
	if list, err := open(t, path, standing()).Effects(); err != nil || len(list) != 2 {
		t.Errorf("%d effects, %v, want 2", len(list), err)
	}
}

func TestDamagedLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	s := open(t, path, standing())
	for i := range 3 {
		s.Pay(context.Background(), order(shared(i)))
	}
	whole := read(t, path)
	for name, content := range map[string][]byte{
		"line 2 of the ledger is damaged": bytes.Replace(whole, []byte("\n{"), []byte("\n"), 1),
		"asked: ":                         bytes.Replace(whole, []byte(`"asked":100.00`), []byte(`"asked":1e2`), 1),
		"paid: ":                          bytes.Replace(whole, []byte(`"paid":100.00`), []byte(`"paid":100.001`), 1),
	} {
		damaged := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(damaged, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := sandbox.Open(damaged, standing()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %q", err, name)
		}
	}
	if err := os.Truncate(path, 10); err != nil {
		t.Fatal(err)
	}
	got := s.Pay(context.Background(), order("alloc_9"))
	if got.Verdict != "" || !strings.Contains(got.Message, "the ledger was cut") {
		t.Errorf("%+v, want an unknown outcome", got)
	}
	if _, err := sandbox.Open(filepath.Join(t.TempDir(), "no", "folder"), standing()); err == nil {
		t.Error("opened in a folder that is not there")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// The file's format: whoever changes it has to read the old one.
func TestLedgerFormat(t *testing.T) {
	const want = `{"at":"2026-03-02T09:00:00Z","call":"pay","key":"alloc_1","step":"timeout","answer":"connection-timeout-error",` +
		`"order":{"providerId":"alloc_1_external_id","request":"pout_req_1","account":"sandbox-usd","status":"partially-processed","resolution":"ok",` +
		`"currency":"USD","asked":100.00,"paid":60.00,"arrived":"2026-03-02T09:00:00Z"}}
{"at":"2026-03-02T09:00:00Z","call":"look-up","key":"alloc_1","step":"partial:60","answer":"paid"}
`
	path := filepath.Join(t.TempDir(), "ledger")
	s := open(t, path, standing())
	exchange(s, order("alloc_1", sandbox.FieldScript, "timeout,partial:60"), 1)
	if got := string(read(t, path)); got != want {
		t.Errorf("wrote\n%s\nwant\n%s", got, want)
	}
	old := filepath.Join(t.TempDir(), "old")
	if err := os.WriteFile(old, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := open(t, old, standing()).Effects()
	if err != nil || len(list) != 1 || list[0] != (sandbox.Effect{
		Key: "alloc_1", RequestID: "pout_req_1", Account: "sandbox-usd", ProviderID: "alloc_1_external_id",
		Status: engine.PayoutPartiallyProcessed, Resolution: engine.ResolutionOK,
		Asked: money.New(10000, "USD"), Paid: money.New(6000, "USD"), Returned: money.Zero("USD"), At: start,
	}) {
		t.Errorf("read %+v, %v", list, err)
	}
}

func TestScriptsGoOnAfterRestart(t *testing.T) {
	const want = "general-error | not-found | accepted | paid 100.00 | not-paid declined-error"
	o := order("alloc_1", sandbox.FieldScript, "not-found,not-found,accept,contradict")
	path := filepath.Join(t.TempDir(), "ledger")
	said := []string{heard(open(t, path, standing()).Pay(context.Background(), o))}
	for range 4 {
		said = append(said, heard(open(t, path, standing()).LookUp(context.Background(), o)))
	}
	if got := strings.Join(said, " | "); got != want {
		t.Errorf("restarted, heard %s\nwant  %s", got, want)
	}
	o.Key = "alloc_2"
	if got := exchange(open(t, path, standing()), o, 4); got != want {
		t.Errorf("heard %s\nwant  %s", got, want)
	}
}

func TestPrint(t *testing.T) {
	s := fresh()
	s.Pay(context.Background(), order("alloc_1"))
	s.Pay(context.Background(), order("alloc_2", sandbox.FieldScript, "declined:antifraud"))
	o := order("alloc_3", sandbox.FieldScript, "accept")
	o.RequestID = "pout_req_\x1b[2J"
	s.Pay(context.Background(), o)
	const want = `ARRIVED              REQUEST        KEY      ASKED       PAID        STATUS          RESOLUTION
2026-03-02 09:00:00  pout_req_1     alloc_1  100.00 USD  100.00 USD  processed       ok
2026-03-02 09:00:00  pout_req_1     alloc_2  100.00 USD  0.00 USD    process-failed  antifraud-error
2026-03-02 09:00:00  pout_req_␛[2J  alloc_3  100.00 USD  100.00 USD  pending         ok
`
	var got bytes.Buffer
	if err := s.Print(&got); err != nil || got.String() != want {
		t.Errorf("%v, printed\n%s\nwant\n%s", err, &got, want)
	}
}

func TestTotalIsPerCurrency(t *testing.T) {
	s := fresh()
	s.Pay(context.Background(), order("alloc_1", sandbox.FieldScript, "partial:25"))
	s.Pay(context.Background(), order("alloc_2"))
	s.Pay(context.Background(), order("alloc_3", sandbox.FieldScript, "declined"))
	yen := order("alloc_4")
	yen.Amount, yen.Gateway.Currency = money.New(77, "JPY"), "JPY"
	s.Pay(context.Background(), yen)
	got, err := s.Total()
	if err != nil || len(got) != 2 || got[0] != money.New(77, "JPY") || got[1] != money.New(12500, "USD") {
		t.Errorf("%v, %v", got, err)
	}
}

func TestKeyLife(t *testing.T) {
	can := sandbox.Capabilities()
	can.KeyLife = time.Hour
	tests := []struct {
		later   time.Duration
		effects int
	}{{0, 1}, {time.Hour - time.Microsecond, 1}, {time.Hour, 2}, {-time.Hour, 1}}
	for _, test := range tests {
		now := clock.NewManual(start)
		s, o := at(now, sandbox.Options{Capabilities: &can}), order("alloc_1")
		first := s.Pay(context.Background(), o)
		now.Advance(test.later)
		second := s.Pay(context.Background(), o)
		if paid := effects(t, s, o.Key); len(paid) != test.effects {
			t.Errorf("%s later: paid %v, want %d effects", test.later, paid, test.effects)
		}
		if same := first == second; same != (test.effects == 1) {
			t.Errorf("%s later: %+v, then %+v", test.later, first, second)
		}
	}
}
