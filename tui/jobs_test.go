package tui_test

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/tui"
)

const customersFile = `reference,name,email,country,tags
c-1001,Sample Customer 1001,c1001@example.com,DE,vip;tested
c-1002,Sample Customer 1002,nowhere,DE,
c-1001,Sample Customer 1001,c1001@example.com,DE,vip;tested
c-1001,Somebody else,c1001@example.com,DE,
,Sample Customer 1003,,,
c-1004,Sample Customer 1004,c1004@example.com,Germany,
c-1005,Sample Customer 1005,c1005@example.com,FR,
`

// files are those of the machine that a console is on.
func files(path string) (io.ReadCloser, error) {
	known := map[string]string{
		"customers.csv": customersFile, "~/customers.csv": customersFile,
		"utf16.csv": "\xff\xfer\x00", "columns.csv": "reference,shoe\n", "empty.csv": "reference,name\n",
		"payments.jsonl": `{"reference":"p-1"}`,
	}
	file, ok := known[path]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return io.NopCloser(strings.NewReader(file)), nil
}

func withFiles(o *tui.Options) { o.OpenFile = files }

// A shortFile cannot be read to its end.
type shortFile struct{ *strings.Reader }

func (f *shortFile) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if errors.Is(err, io.EOF) {
		err = errors.New("the line went dead")
	}
	return n, err
}

// give copies a file of customers.
func (d *desk) give(by engine.ReviewerID, file, rows string) engine.Import {
	d.t.Helper()
	read := must(table.Open(strings.NewReader(rows), file, engine.ImportCustomers.KnowsColumn))
	return must(d.CopyImport(d.t.Context(), as(by), engine.NewImport{Kind: engine.ImportCustomers, File: file}, read, nil))
}

// A file is looked at first, then copied, then taken in by whoever works.
func TestImportFromTheConsole(t *testing.T) {
	d := newDesk(t)
	s := d.sit("rev1", withFiles)
	s.press("g", "j", "i", "1", "tab")
	s.typed("customers.csv")
	s.press("enter")
	s.shows("of 7 rows: 2 new, 1 there already, 1 there otherwise, 3 refused", "columns", "reference, name, email, country, tags")
	if _, err := d.Customer(t.Context(), "c-1001"); !errors.Is(err, engine.NotFound) {
		t.Errorf("it was only looked at: %v", err)
	}
	s.press("enter")
	s.shows("Import customers", "0 / 7", "pending", "no row has had its turn yet")
	d.work()
	s.look()
	s.shows("7 / 7", "completed", "refused", "email")
	s.press("2", "j")
	s.shows("line 6", "reference is missing")
	s.press("esc")
	s.shows("import customers", "completed", "7 of 7")
	s.press("!")
	s.shows("purser import customers 'customers.csv'")
}

func TestFilesThatCannotBeImported(t *testing.T) {
	for file, want := range map[string]string{
		"none.csv": "file does not exist", "utf16.csv": "save it as UTF-8",
		"columns.csv": `customers have no column "shoe"`, "empty.csv": "the file has no rows",
	} {
		t.Run(file, func(t *testing.T) {
			s := newDesk(t).sit("rev1", withFiles)
			s.press("g", "j", "i", "1", "tab")
			s.typed(file)
			s.press("enter")
			s.shows(want)
			s.press("enter")
			if imports := must(s.desk.Imports(t.Context(), engine.ImportQuery{Limit: 9})); len(imports) > 0 {
				t.Errorf("it was imported: %+v", imports)
			}
		})
	}
}

func TestWhoImportsAndStops(t *testing.T) {
	d := newDesk(t)
	i := d.give("rev2", "a.csv", customersFile)
	s := d.sit("viewer1", withFiles)
	s.press("g", "j", "i")
	s.shows("viewer1 is a viewer: it takes a reviewer")
	s.press("X")
	s.shows("viewer1 is a viewer: it takes a reviewer")
	s = d.sit("rev1", func(o *tui.Options) { o.ReadOnly = "the disk is full" })
	s.press("g", "j", "i")
	s.shows("read-only: the disk is full")
	s = d.sit("rev1")
	s.press("g", "j", "i")
	s.shows("files of this machine are not opened from here")
	s.rest(5e9)
	s.press("X")
	s.shows("stop now: 7 rows or a few less are not taken in")
	s.rest(1e9)
	s.press("enter")
	s.shows("stopped")
	if i = must(d.FileImport(t.Context(), i.ID)); i.StoppedBy != "rev1" {
		t.Errorf("%+v", i)
	}
	s.press("3")
	s.shows("[3 With failures 1]")
	s.press("enter")
	s.shows("no row was taken in", "stopped by rev1")
}

// Whatever goes on is told everywhere, and another reviewer finds it.
func TestJobsAreTold(t *testing.T) {
	d := newDesk(t)
	s := d.sit("senior1")
	d.give("rev2", "a.csv", customersFile)
	s.look()
	s.shows("importing customers 0%", "g j")
	s.press("g", "a")
	s.hides("a.csv")
	d.work()
	s.look()
	s.shows("customers of a.csv by rev2: 4 of 7 rows refused")
	s.press("enter")
	s.shows("Import customers", "rev2", "7 / 7")
}
