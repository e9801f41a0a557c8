package tui_test

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/screen"
)

// A disk takes what the console exports.
type disk struct {
	files map[string]string
	begun func() // called when a file is begun
	err   error
}

type paper struct {
	bytes.Buffer
	disk *disk
	name string
}

func (d *disk) create(name string, replace bool) (screen.File, error) {
	if _, there := d.files[name]; there && !replace {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	if d.begun != nil {
		d.begun()
	}
	return &paper{disk: d, name: name}, d.err
}

func (p *paper) Name() string { return "/desk/" + p.name }
func (p *paper) Drop() error  { return nil }
func (p *paper) Keep() error {
	p.disk.files[p.name] = p.String()
	return nil
}

// exports opens a console with a disk.
func (d *desk) exports(by engine.ReviewerID, view string) (*session, *disk) {
	files := &disk{files: map[string]string{}}
	return d.sit(by, func(o *tui.Options) { o.CreateFile, o.View = files.create, view }), files
}

// What view and filter list is written as it is shown, in its order; or all there
// is of it.
func TestExportWhatIsShown(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	big := d.ready(d.card(), "1250")
	d.keep("senior1", engine.View{Name: "Mail", Filter: "status:ready", Sort: "created", Columns: []string{"email", "amount", "approvals"}})
	s, files := d.exports("viewer1", "mail")
	s.press("w")
	s.shows("Export of Mail", "FILE", "purser-mail-2026-11-02.csv", "ROWS", "all of Mail", "email amount approvals")
	s.press("enter")
	s.shows("exported 2 rows to /desk/purser-mail-2026-11-02.csv")
	want := "email,amount,approvals\ns···@example.com,10.00,0 of 1\ns···@example.com,1250.00,0 of 1\n"
	if got := files.files["purser-mail-2026-11-02.csv"]; got != want {
		t.Errorf("a viewer exported %q, want %q", got, want)
	}
	s.press("!")
	s.shows("purser export requests --view mail --sort created --columns", "'email,amount,approvals' > 'purser-mail-2026-11-02.csv'")

	s, files = d.exports("senior1", "mail")
	s.press("/")
	s.typed("amount:1000..")
	s.press("enter", "w", "home")
	for range len("purser-mail-2026-11-02.csv") {
		s.press("delete")
	}
	s.typed("big.jsonl")
	s.press("tab", "2", "enter")
	s.shows("exported 1 row to /desk/big.jsonl")
	if got := files.files["big.jsonl"]; !strings.HasPrefix(got, `{"id":"`+string(big.ID)+`"`) || strings.Count(got, "\n") != 1 {
		t.Errorf("exported %q", got)
	}
	s.press("!")
	s.shows("--view mail --filter 'amount:1000..' --sort", "created -o jsonl > 'big.jsonl'")
}

// Marked requests are exported instead of all.
func TestExportWhatIsMarked(t *testing.T) {
	d := newDesk(t)
	first := d.ready(d.card(), "10")
	d.ready(d.card(), "20")
	third := d.ready(d.card(), "30")
	s, files := d.exports("rev1", "ready")
	s.press("space", "j", "space", "w", "enter")
	s.shows("exported 2 rows")
	got := files.files["purser-ready-2026-11-02.csv"]
	if i, j := strings.Index(got, string(third.ID)), strings.Index(got, string(first.ID)); i < 0 || j < i || strings.Count(got, "\n") != 3 {
		t.Errorf("exported %q", got)
	}
	s.press("!")
	s.shows("purser export requests --filter", "'id:"+string(first.ID))
	s.press("enter", "u", "*", "space", "w")
	s.shows("all of Ready")
	s.press("enter")
	s.shows("there is a file purser-ready-2026-11-02.csv already")
	s.rest(quiet)
	s.press("tab", "enter")
	s.shows("exported 2 rows")
	if got := files.files["purser-ready-2026-11-02.csv"]; strings.Contains(got, string(first.ID)) || !strings.Contains(got, string(third.ID)) {
		t.Errorf("what was left out is exported: %q", got)
	}
}

// An export that goes on is seen, and stopped; then nothing is written.
func TestExportIsStopped(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	s, files := d.exports("rev1", "ready")
	files.begun = func() {
		s.shows("exporting, 0 rows w")
		s.press("j")
		s.press("w")
		s.shows("Export of Ready", "no file is left behind")
		s.rest(quiet)
		s.press("enter")
	}
	s.press("w", "enter")
	s.shows("stopped: nothing was written")
	s.hides("exporting,")
	files.begun, files.err = nil, errors.New("the disk is full")
	s.press("w", "enter")
	s.shows("not exported: the disk is full")
	if len(files.files) > 0 {
		t.Errorf("there are files: %q", files.files)
	}
}

// Over SSH the disk is the server's: the command line is named that writes on
// one's own.
func TestExportOverSSH(t *testing.T) {
	d := newDesk(t)
	d.ready(d.card(), "10")
	s := d.sit("rev1")
	s.press("w")
	s.shows("ssh HOST -- export requests --view ready --sort -since")
}

// Of a request its timeline is exported, with the words of comments, and from the
// customer's tab all that the customer asked for.
func TestExportOfARequest(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	first := d.ready(i, "10")
	must(d.Comment(t.Context(), as("rev1"), first.ID, "=asked by phone"))
	second := d.ready(i, "20")
	d.ready(d.card(), "30")
	s, files := d.exports("rev1", "ready")
	s.press("j", "j", "enter", "w")
	s.shows("Export of", "its timeline, oldest first")
	s.hides("FIELDS")
	s.press("enter")
	s.shows("exported 3 rows")
	s.press("!")
	s.shows("purser request timeline", "-o csv > ")
	s.press("enter", "5", "w", "enter")
	s.shows("exported 2 rows")
	s.press("!")
	s.shows("purser export requests --filter", "customer:cus_")
	all := ""
	for _, words := range files.files {
		all += words
	}
	for _, words := range []string{"seq,number,type,occurredTime,", "'=asked by phone", string(first.ID), string(second.ID)} {
		if !strings.Contains(all, words) {
			t.Errorf("%q is not in %s", words, all)
		}
	}
}
