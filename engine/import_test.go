package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
)

// csvOf reads a CSV file of a kind.
func csvOf(t testing.TB, kind engine.Importable, file string) table.Reader {
	t.Helper()
	rows, err := table.NewCSVReader(strings.NewReader(file), kind.KnowsColumn)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// copied copies a file for admin1.
func (d *desk) copied(t testing.TB, kind engine.Importable, file string) engine.Import {
	t.Helper()
	i, err := d.CopyImport(t.Context(), as("admin1"), engine.NewImport{Kind: kind, File: `C:\files\a.csv`}, csvOf(t, kind, file), nil)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// took lets the engine work, and returns what became of an import.
func (d *desk) took(i engine.Import) (engine.Import, []engine.ImportedRow) {
	d.t.Helper()
	d.work()
	i, err := d.FileImport(d.t.Context(), i.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	rows, err := d.ImportRows(d.t.Context(), i.ID, engine.ImportRowQuery{Limit: 1000})
	if err != nil {
		d.t.Fatal(err)
	}
	return i, rows
}

// customers is a file of n customers.
func customers(n int) string {
	var file strings.Builder
	file.WriteString("reference,name\n")
	for i := range n {
		fmt.Fprintf(&file, "c-%d,Sample %d\n", i, i)
	}
	return file.String()
}

func TestImport(t *testing.T) {
	d := newDesk(t)
	i := d.copied(t, engine.ImportCustomers, "reference,name,email\nc-1,One,\nc-2,Two,nowhere\nc-1,One,\nc-1,Other,\n")
	if i.Status != engine.ImportPending || i.Rows != 4 || i.File != "a.csv" {
		t.Errorf("copied: %+v", i)
	}
	i, rows := d.took(i)
	if i.Status != engine.ImportCompleted || i.Waiting() != 0 || i.Bites != 0 {
		t.Errorf("%+v", i)
	}
	for n, want := range []engine.ImportResult{engine.ImportMade, engine.ImportRefused, engine.ImportKnown, engine.ImportDiffers} {
		if rows[n].Result != want || rows[n].Line != n+2 {
			t.Errorf("row %d: %+v, want %s", n, rows[n], want)
		}
	}
	if rows[1].Name != "email" || rows[1].Cells["email"] != "nowhere" || rows[0].Cells != nil || rows[0].ID != rows[2].ID {
		t.Errorf("%+v", rows)
	}
	events, err := d.Journal(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, e := range events {
		if e.Subject.Kind == engine.KindImport {
			types = append(types, e.Type)
		}
		if e.Subject.Kind == engine.KindCustomer && (e.Detail("import") != string(i.ID) || e.By != "admin1" || e.Door != engine.DoorCLI) {
			t.Errorf("%+v", e)
		}
	}
	if got := strings.Join(types, " "); got != "import-created import-copied import-started import-finished" {
		t.Errorf("the record says %s", got)
	}
}

// Of a card number there is never more in the store than it is recognised by;
// what takes the whole of it was checked by then.
func TestImportKeepsNoCardNumber(t *testing.T) {
	d := newDesk(t)
	d.took(d.copied(t, engine.ImportCustomers, customers(1)))
	i := d.copied(t, engine.ImportInstruments, `customer,service,fields
c-0,payment_card_usd,card_number:4111111111111111
c-0,payment_card_usd,card_number:4111111111111112
c-0,4111111111111111,card_number:4111111111111111
4111111111111111,payment_card_usd,card_number:4111111111111111
`)
	var kept strings.Builder
	look := func() {
		err := d.store.View(t.Context(), func(tx engine.ReadTx) error {
			bites, err := tx.ImportBites(i.ID, 9)
			rows, rowsErr := tx.ImportRows(i.ID, engine.ImportRowQuery{Limit: 9})
			fmt.Fprint(&kept, bites, rows)
			return errors.Join(err, rowsErr)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	look()
	i, rows := d.took(i)
	look()
	if i.Made != 1 || i.Refused != 3 {
		t.Errorf("%+v\n%+v", i, rows)
	}
	for _, number := range []string{"4111111111111112", "card_number:4111111111111111", `"4111111111111111"}`} {
		if strings.Contains(kept.String(), number) {
			t.Errorf("%s was kept:\n%s", number, &kept)
		}
	}
	if again, _ := d.took(d.copied(t, engine.ImportInstruments, "customer,service,fields\nc-0,payment_card_usd,card_number:4111111111111111\n")); again.Known != 1 {
		t.Errorf("given again: %+v", again)
	}
}

// broken is a file that cannot be read on after so many rows.
type broken struct {
	table.Reader
	left int
}

var errBroken = errors.New("the line went dead")

func (b *broken) Next() (table.Row, error) {
	if b.left--; b.left < 0 {
		return table.Row{}, errBroken
	}
	return b.Reader.Next()
}

// A copy that was broken off goes on when the file is given again, by the same
// reviewer; another file does not take its place.
func TestImportGoesOn(t *testing.T) {
	const rows = 3500
	d := newDesk(t)
	n := engine.NewImport{Kind: engine.ImportCustomers, File: "a.csv"}
	left, err := d.CopyImport(t.Context(), as("admin1"), n, &broken{csvOf(t, n.Kind, customers(rows)), 2500}, nil)
	if !errors.Is(err, engine.Invalid) || !strings.Contains(err.Error(), "goes on when the file is given again") {
		t.Errorf("broken off: %v", err)
	}
	if left.Status != engine.ImportCopying || left.Rows != 2000 || left.Left(d.clock.Now()) {
		t.Errorf("%+v", left)
	}
	if left, _ = d.took(left); left.Status != engine.ImportCopying || left.Taken() > 0 {
		t.Errorf("%+v", left)
	}
	d.clock.Advance(2 * time.Minute)
	if !left.Left(d.clock.Now()) {
		t.Error("nobody says that it was left")
	}

	other := strings.Replace(customers(rows), "Sample 1500\n", "Other\n", 1)
	if _, err := d.CopyImport(t.Context(), as("admin1"), n, csvOf(t, n.Kind, other), nil); !errors.Is(err, engine.Refused) {
		t.Errorf("another file that begins so: %v", err)
	}
	short := strings.SplitAfterN(customers(rows), "\n", 1502)
	if _, err := d.CopyImport(t.Context(), as("admin1"), n, csvOf(t, n.Kind, strings.Join(short[:1501], "")), nil); !errors.Is(err, engine.Refused) {
		t.Errorf("a shorter one: %v", err)
	}
	theirs, err := d.CopyImport(t.Context(), as("rev1"), n, &broken{csvOf(t, n.Kind, customers(rows)), 1500}, nil)
	if err == nil || theirs.ID == left.ID {
		t.Errorf("somebody else: %+v, %v", theirs, err)
	}
	if gone, err := d.StopImport(t.Context(), as("rev2"), theirs.ID, ""); err != nil || gone.Failure != "discarded by rev2" {
		t.Errorf("%+v, %v", gone, err)
	}

	i := d.copied(t, n.Kind, customers(rows))
	if i.ID != left.ID || i.Rows != rows || i.Status != engine.ImportPending {
		t.Errorf("%+v", i)
	}
	if i, _ = d.took(i); i.Made != rows || i.Status != engine.ImportCompleted {
		t.Errorf("%+v", i)
	}
	if again, _ := d.took(d.copied(t, n.Kind, customers(rows))); again.Known != rows || again.ID == i.ID {
		t.Errorf("given again: %+v", again)
	}
}

// step does one bite of a step.
func (d *desk) step(name string) (more bool) {
	d.t.Helper()
	for _, step := range d.Steps() {
		if step.Name != name {
			continue
		}
		more, err := step.Run(d.t.Context())
		if err != nil {
			d.t.Fatal(err)
		}
		return more
	}
	d.t.Fatalf("there is no step %s", name)
	return false
}

func TestStopImport(t *testing.T) {
	const rows = 1500
	d := newDesk(t)
	i := d.copied(t, engine.ImportCustomers, customers(rows))
	d.step("imports")
	if _, err := d.StopImport(t.Context(), as("viewer1"), i.ID, ""); !errors.Is(err, engine.Forbidden) {
		t.Errorf("a viewer stops it: %v", err)
	}
	stopped, err := d.StopImport(t.Context(), as("rev2"), i.ID, "wrong list")
	if err != nil || stopped.Status != engine.ImportFailed || stopped.Failure != "stopped by rev2: wrong list" || stopped.Made == 0 || stopped.Waiting() == 0 {
		t.Errorf("%+v, %v", stopped, err)
	}
	ended, _ := d.took(i)
	if ended.Made != stopped.Made || ended.Bites != 0 {
		t.Errorf("after it was stopped: %+v", ended)
	}
	if _, err := d.StopImport(t.Context(), as("rev2"), i.ID, ""); !errors.Is(err, engine.Refused) {
		t.Errorf("stopped twice: %v", err)
	}
	if again, _ := d.took(d.copied(t, engine.ImportCustomers, customers(rows))); again.Made != rows-ended.Made || again.Known != ended.Made {
		t.Errorf("given again: %+v", again)
	}
}

// Whoever gave a file and may not act any more keeps it from going on.
func TestImportOfSomebodyWhoLeft(t *testing.T) {
	d := newDesk(t)
	i, err := d.CopyImport(t.Context(), as("rev1"), engine.NewImport{Kind: engine.ImportCustomers}, csvOf(t, engine.ImportCustomers, customers(5)), nil)
	if err != nil {
		t.Fatal(err)
	}
	file, err := engine.ReadConfigFile([]byte(`{"reviewers": [{"id": "rev1", "role": "viewer"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Apply(t.Context(), as("admin1"), file, false); err != nil {
		t.Fatal(err)
	}
	if i, _ = d.took(i); i.Status != engine.ImportFailed || i.Made != 0 || !strings.Contains(i.Failure, "rev1 is a viewer and may not import customers") {
		t.Errorf("%+v", i)
	}
}

// A store does not grow by old files: results go after 30 days, and copies that
// nobody goes on with.
func TestImportsAreCleared(t *testing.T) {
	d := newDesk(t)
	i, _ := d.took(d.copied(t, engine.ImportCustomers, customers(2300)))
	n := engine.NewImport{Kind: engine.ImportRequests}
	left, err := d.CopyImport(t.Context(), as("rev1"), engine.NewImport{Kind: engine.ImportCustomers}, &broken{csvOf(t, engine.ImportCustomers, customers(2000)), 1500}, nil)
	if err == nil {
		t.Fatal("it was copied")
	}
	if _, err := d.CopyImport(t.Context(), as("rev1"), n, csvOf(t, n.Kind, "reference,point,customer,amount,currency\n"), nil); !errors.Is(err, engine.Invalid) {
		t.Errorf("a file without rows: %v", err)
	}
	d.clock.Advance(29 * 24 * time.Hour)
	if i, rows := d.took(i); len(rows) != 1000 || i.Cleared() {
		t.Errorf("after 29 days: %+v", i)
	}
	d.clock.Advance(2 * 24 * time.Hour)
	if i, rows := d.took(i); len(rows) > 0 || !i.Cleared() || i.Made != 2300 {
		t.Errorf("after 31 days: %+v", i)
	}
	if left, _ = d.took(left); left.Status != engine.ImportFailed || left.Bites != 0 {
		t.Errorf("%+v", left)
	}
}

// To try a file changes nothing, and rows see those before them.
func TestTryImport(t *testing.T) {
	d := newDesk(t)
	kind := engine.ImportCustomers
	file := csvOf(t, kind, "reference,name,email\nc-1,One,\nc-1,One,\nc-2,Two,nowhere\nc-3\nc-4,Four,\n")
	tried, err := d.TryImport(t.Context(), as("rev1"), kind, file, 3)
	if err != nil || len(tried) != 3 || tried[0].Result != engine.ImportMade || tried[1].Result != engine.ImportKnown ||
		tried[2].Result != engine.ImportRefused || tried[0].Cells["name"] != "One" {
		t.Errorf("%+v, %v", tried, err)
	}
	tried, err = d.TryImport(t.Context(), as("rev1"), kind, file, 3)
	if !errors.Is(err, io.EOF) || len(tried) != 2 || tried[0].Result != engine.ImportRefused || tried[0].Line != 5 {
		t.Errorf("%+v, %v", tried, err)
	}
	if _, err := d.Customer(t.Context(), "c-1"); !errors.Is(err, engine.NotFound) {
		t.Errorf("it is there: %v", err)
	}
	if _, err := d.TryImport(t.Context(), as("rev1"), engine.ImportPayments, file, 1); !errors.Is(err, engine.Forbidden) {
		t.Errorf("a reviewer imports payments: %v", err)
	}
	if _, err := d.TryImport(t.Context(), as("rev1"), "shoes", file, 1); !errors.Is(err, engine.Invalid) {
		t.Errorf("shoes: %v", err)
	}
}

// However many work at it, each row is taken in once; and the context that ends
// in the middle costs nothing.
func TestImportByTwo(t *testing.T) {
	d := newDesk(t)
	i := d.copied(t, engine.ImportCustomers, customers(600))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Work(ended, "imports"); err == nil {
		t.Error("it works without a context")
	}
	second := engine.New(d.store, engine.World{Clock: d.clock, IDs: d.ids})
	done := make(chan error)
	for _, e := range []*engine.Engine{d.Engine, second} {
		go func() { done <- e.RunUntilIdle(t.Context()) }()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	if i, _ = d.took(i); i.Made != 600 || i.Known != 0 {
		t.Errorf("%+v", i)
	}
}
