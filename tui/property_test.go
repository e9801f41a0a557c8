package tui_test

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/theme"
)

// hostile is what others may have written.
var hostile = []string{
	"Sample Customer 1", "", "\x1b]52;c;aGFja2Vk\a", "\x1b[2J\x1b[Hall approved", "\x9b31m", "a\r\nb\tc", "\x00\x7f",
	"\u202eReversed\u202c", "زبون نموذجي", "לקוח לדוגמה", "样例客户", "サンプル顧客", "नमूना ग्राहक", "ลูกค้าตัวอย่าง", "견본",
	"👩‍👩‍👧‍👦 family", "👍🏽", "☎️", "e" + strings.Repeat("\u0301",
		50), "\u0301 no base", "\xff\xfe bytes", "\u200b\u00ad\ufeff",
	strings.Repeat("long ", 100), "\U000e0041tag", "\ue000", "\u2028line",
}

// A hostileStore tells other words than were written.
type hostileStore struct {
	engine.Store
	say func() string
}

func (s *hostileStore) View(ctx context.Context, fn func(engine.ReadTx) error) error {
	return s.Store.View(ctx, func(tx engine.ReadTx) error { return fn(hostileTx{tx, s.say}) })
}

type hostileTx struct {
	engine.ReadTx
	say func() string
}

func (t hostileTx) row(r engine.RequestRow) engine.RequestRow {
	r.CustomerName, r.CustomerReference, r.CustomerEmail = t.say(), t.say(), t.say()
	r.Gateways, r.Metadata = []string{t.say()}, map[string]string{"order": t.say()}
	r.Request = t.request(r.Request)
	return r
}

func (t hostileTx) request(r engine.Request) engine.Request {
	r.Description, r.Reference = t.say(), t.say()
	if r.Block != nil {
		b := *r.Block
		b.Description = t.say()
		r.Block = &b
	}
	return r
}

func (t hostileTx) rows(rows []engine.RequestRow, err error) ([]engine.RequestRow, error) {
	for i := range rows {
		rows[i] = t.row(rows[i])
	}
	return rows, err
}

func (t hostileTx) Requests(q engine.RequestQuery) (engine.RequestPage, error) {
	page, err := t.ReadTx.Requests(q)
	page.Rows, err = t.rows(page.Rows, err)
	return page, err
}

func (t hostileTx) RequestRows(ids []engine.RequestID) ([]engine.RequestRow, error) {
	return t.rows(t.ReadTx.RequestRows(ids))
}

func (t hostileTx) Request(id engine.RequestID) (engine.Request, error) {
	r, err := t.ReadTx.Request(id)
	return t.request(r), err
}

func (t hostileTx) Customer(id engine.CustomerID) (engine.Customer, error) {
	c, err := t.ReadTx.Customer(id)
	c.Name, c.Email, c.Reference, c.Country, c.Tags = t.say(), t.say(), t.say(), t.say(), []string{t.say()}
	return c, err
}

func (t hostileTx) Instruments(id engine.CustomerID) ([]engine.Instrument, error) {
	list, err := t.ReadTx.Instruments(id)
	for i := range list {
		list[i].Fields = map[string]string{"account": t.say(), t.say(): t.say()}
	}
	return list, err
}

func (t hostileTx) Payouts(id engine.RequestID) ([]engine.Payout, error) {
	list, err := t.ReadTx.Payouts(id)
	for i := range list {
		list[i].Message, list[i].ProviderID = t.say(), t.say()
	}
	return list, err
}

func (t hostileTx) Comments(id engine.RequestID) ([]engine.CommentText, error) {
	list, err := t.ReadTx.Comments(id)
	for i := range list {
		list[i].Text = t.say()
	}
	return list, err
}

func (t hostileTx) batch(b engine.Batch) engine.Batch {
	b.Reference, b.Description = t.say(), t.say()
	return b
}

func (t hostileTx) Batch(id engine.BatchID) (engine.Batch, error) {
	b, err := t.ReadTx.Batch(id)
	return t.batch(b), err
}

func (t hostileTx) Batches(q engine.BatchQuery) ([]engine.Batch, error) {
	list, err := t.ReadTx.Batches(q)
	for i := range list {
		list[i] = t.batch(list[i])
	}
	return list, err
}

func (t hostileTx) BatchRows(id engine.BatchID, q engine.BatchRowQuery) ([]engine.BatchRow, error) {
	rows, err := t.ReadTx.BatchRows(id, q)
	for i := range rows {
		rows[i].Why = t.say()
		for column := range rows[i].Cells {
			rows[i].Cells[column] = t.say()
		}
	}
	return rows, err
}

// ours are the sequences that a frame may hold: styles, columns, and the room
// for text of unsure width.
var ours = regexp.MustCompile(`\x1b\[[0-9;]*[mGX]`)

// checkFrame fails the test unless a frame fits the terminal to the cell, and
// tells it nothing of others' making.
func checkFrame(t *rapid.T, frame string, w, h int) {
	lines := strings.Split(frame, "\n")
	if len(lines) != h {
		t.Fatalf("%d lines, want %d", len(lines), h)
	}
	for i, line := range lines {
		if got := ansi.StringWidth(line); got > w {
			t.Fatalf("line %d takes %d cells of %d: %q", i, got, w, line)
		}
		for _, r := range ours.ReplaceAllString(line, "") {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2028 || r == 0xfeff {
				t.Fatalf("line %d holds %q: %q", i, r, line)
			}
		}
	}
}

// Whatever is in the store, whatever is pressed and however large the terminal
// is: no panic, and exact frames.
func TestFramesAreExact(t *testing.T) {
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"),
		storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	evil := &hostileStore{Store: store, say: func() string { return "Sample" }}
	d := deskOn(t, evil)
	fill(d)
	var pressed, sequences []string
	for _, a := range d.sit("senior1").Catalogue().Actions() {
		if a.ID != "suspend" {
			for _, k := range a.Keys {
				pressed = append(pressed, strings.Fields(k)...)
				if strings.Contains(k, " ") {
					sequences = append(sequences, k)
				}
			}
		}
	}
	paths := append([]string{ // to every screen and dialog
		"", "8", "/", "enter", "enter 2", "enter 3", "enter 4 /", "enter 5", "enter 6", "x", "x tab tab", "m", "3 A",
		"b", "C", "?", ":", "Y", "5 enter S", "5 enter L",
		"g b", "g b 2 enter", "g b enter", "g b enter 2", "g b enter 3 j", "g b enter 4 enter", "g b enter e", "g b enter + x enter",
		"g b enter a", "g b N", "* +", "* a l",
	}, sequences...)
	slices.Sort(pressed)
	pressed = append(slices.Compact(pressed), "enter", "enter", "0", "5", "w", "é")
	rapid.Check(t, func(t *rapid.T) {
		evil.say = func() string { return rapid.SampledFrom(hostile).Draw(t, "say") }
		s := d.sit(rapid.SampledFrom([]engine.ReviewerID{"senior1", "rev1", "viewer1", "admin1"}).Draw(t, "who"),
			func(o *tui.Options) {
				o.Theme = rapid.SampledFrom(theme.Names()).Draw(t, "theme")
				o.Profile = rapid.SampledFrom([]termenv.Profile{
					termenv.Ascii, termenv.ANSI,
					termenv.ANSI256,
				}).Draw(t, "profile")
				o.Teach, o.MayBecome, o.Mouse = true, true, true
			})
		s.press(strings.Fields(rapid.SampledFrom(paths).Draw(t, "path"))...)
		w, h := 120, 36
		for range rapid.IntRange(5, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				w = rapid.IntRange(1, 300).Draw(t, "w")
				h = rapid.IntRange(1, 100).Draw(t, "h")
				s.send(tea.WindowSizeMsg{Width: w, Height: h})
			case 1:
				s.send(tui.StoreChanged())
			case 2:
				s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(rapid.SampledFrom(hostile).Draw(t,
					"paste")), Paste: true})
			case 3:
				for _, key := range strings.Fields(rapid.SampledFrom(sequences).Draw(t, "sequence")) {
					s.fast(key)
				}
			case 4:
				s.send(tea.MouseMsg{
					X: rapid.IntRange(0, w).Draw(t, "x"), Y: rapid.IntRange(0, h).Draw(t, "y"), Action: tea.MouseActionPress,
					Button: rapid.SampledFrom([]tea.MouseButton{
						tea.MouseButtonLeft, tea.MouseButtonWheelUp, tea.MouseButtonWheelDown, tea.MouseButtonRight,
					}).Draw(t, "button"),
				})
			default:
				s.rest(time.Duration(rapid.IntRange(0, 500).Draw(t, "rest")) * time.Millisecond)
				s.fast(rapid.SampledFrom(pressed).Draw(t, "key"))
			}
			checkFrame(t, s.View(), w, h)
		}
		evil.say = func() string { return "Sample" }
	})
}

// fill gives a desk requests in every status.
func fill(d *desk) {
	for i := range 6 {
		card, account := d.card(), d.account("script", []string{
			"declined", "partial:40",
			"unknown:general",
		}[i%3])
		d.request(card, "10")
		d.ready(card, "20")
		blocked := d.ready(card, "12000")
		if i%2 == 0 {
			must(d.Block(d.t.Context(), as("rev1"), blocked.ID, "aml-review", "case"))
		}
		d.approved(card, "30")
		d.sent(account, "40")
		d.sent(card, "50")
		must(d.Comment(d.t.Context(), as("support1"), blocked.ID, "words"))
	}
	feed := must(d.FeedBatch(as("rev1"), engine.BatchFile{Reference: "file", PointID: "main"},
		strings.NewReader("service,service_amount,fields_data,reference_id\ntest_eur,1,account:1,a\ntest_eur,x,account:1,b\n")))
	must(feed.Next(d.t.Context()))
}
