package engine_test

import (
	"database/sql"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/purserhq/purser/storage"
)

// TestVerifyNamesTheFirstBrokenLink: whatever somebody with the file and a SQL
// shell does to the record, the first place where it no longer holds is named.
func TestVerifyNamesTheFirstBrokenLink(t *testing.T) {
	const third = `(SELECT seq FROM event WHERE chain = $1 AND number = 3)`
	for n, test := range []struct {
		name string
		do   []string // $1 is the request
		says string
	}{
		{"untouched", nil, ""},
		{"who did it", []string{`UPDATE event SET "by" = 'mallory' WHERE seq = ` + third}, "entry 3"},
		{"when", []string{`UPDATE event SET at = at + 1 WHERE seq = ` + third}, "entry 3"},
		{"what changed", []string{`UPDATE event SET changes = replace(changes, '100.00', '100.01') WHERE chain = $1 AND number = 1`}, "entry 1"},
		{"the hash itself", []string{`UPDATE event SET hash = zeroblob(32) WHERE seq = ` + third}, "entry 3"},
		{"an entry in the middle deleted", []string{`DELETE FROM event WHERE seq = ` + third}, "entry 3: the entry is missing"},
		{"the last of the request deleted", []string{`DELETE FROM event WHERE seq = (SELECT max(seq) FROM event WHERE chain = $1)`}, "but its row says"},
		{"the last of the desk deleted", []string{`DELETE FROM event WHERE seq = (SELECT max(seq) FROM event WHERE chain = 'desk')`}, "chain desk"},
		{"two entries swapped", []string{
			`UPDATE event SET number = 1000 WHERE chain = $1 AND number = 2`,
			`UPDATE event SET number = 2 WHERE chain = $1 AND number = 3`,
			`UPDATE event SET number = 3 WHERE chain = $1 AND number = 1000`,
		}, "entry 2"},
		{"an entry moved to another chain", []string{`UPDATE event SET chain = 'pout_req_elsewhere' WHERE seq = ` + third}, "entry 3: the entry is missing"},
		{"the request's amount", []string{`UPDATE request SET amount = amount + 1, policy_amount = policy_amount + 1 WHERE id = $1`}, "its row says amount"},
		{"the request's approvals", []string{`UPDATE request SET approvals = '' WHERE id = $1`}, "its row says approvals"},
		{"the payout's sum", []string{`UPDATE payout SET processed = processed + 1 WHERE request_id = $1`}, "its row says processed"},
		{"the instrument", []string{`UPDATE instrument SET fields = replace(fields, '587964', '666666')`}, "its row says fields"},
		{"a customer's name", []string{`UPDATE customer SET name = 'X'`}, "its row says name"},
		{"an instrument deleted", []string{`DELETE FROM instrument WHERE id = (SELECT max(id) FROM instrument)`}, "is gone"},
		{"a customer nobody created", []string{`INSERT INTO customer (id, reference, name, email, country, tags, payout_enabled, created_by, created_at)
			VALUES ('cus_x', '', 'X', '', '', '', 1, 'rev1', 1)`}, "customer cus_x has no entry"},
		{"the request and all its entries deleted", []string{
			`DELETE FROM payout WHERE request_id = $1`, `DELETE FROM allocation WHERE request_id = $1`,
			`DELETE FROM event WHERE chain = $1`, `DELETE FROM request WHERE id = $1`,
		}, "of the journal is missing"},
		{"the request's row deleted", []string{
			`DELETE FROM payout WHERE request_id = $1`, `DELETE FROM allocation WHERE request_id = $1`,
			`DELETE FROM request WHERE id = $1`,
		}, "the request's row is gone"},
		{"the request's customer", []string{`UPDATE request SET customer_id = 'cus_x' WHERE id = $1`}, "its row says customerId"},
		{"what was paid of the request", []string{`UPDATE request SET live = live + 1, paid = paid - 1 WHERE id = $1`}, "its allocations"},
		{"a reviewer's role", []string{`UPDATE config SET body = replace(body, 'reviewer', 'admin') WHERE id = 'rev1'`}, "reviewer rev1: its row says role"},
		{"what an account reserves", []string{`UPDATE balance SET reserved = reserved + 1 WHERE gateway_id = 'usd'`}, "account usd reserves"},
		{"what an account holds", []string{`UPDATE balance SET balance = balance + 1 WHERE gateway_id = 'usd'`}, "account usd holds"},
		{"whether that is known", []string{`UPDATE balance SET known = 0 WHERE gateway_id = 'usd'`}, "differ on whether"},
		{"a pause", []string{`INSERT INTO gateway_state VALUES ('usd', 'x', 'admin1', 1, '', 0, 0, 0)`}, "gateway-state usd has no entry"},
		{"a counter", []string{`UPDATE request_count SET requests = requests + 1`}, "the counter of"},
		{"a comment rewritten", []string{`UPDATE comment SET text = 'all fine' WHERE request_id = $1`}, "was changed"},
		{"a comment deleted", []string{`DELETE FROM comment WHERE request_id = $1`}, "is gone"},
	} {
		if testing.Short() && n%4 != 0 {
			continue // each is a desk of its own, and slow under the race detector
		}
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			r, _ := d.sent()
			if _, err := d.Comment(t.Context(), as("support1"), r.ID, "looks odd to me"); err != nil {
				t.Fatal(err)
			}
			d.sent() // others come after it
			tamper(t, d, string(r.ID), test.do)
			v, err := d.VerifyRecord(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case test.says == "" && v.Broken != nil:
				t.Errorf("it is whole, and yet: %s", v.Broken)
			case test.says != "" && v.Broken == nil:
				t.Error("nobody noticed")
			case test.says != "" && !strings.Contains(v.Broken.String(), test.says):
				t.Errorf("got %q, want it to say %q", v.Broken, test.says)
			}
		})
	}
}

// tamper edits the closed store's file behind the engine's back and opens it
// again.
func tamper(t *testing.T, d *desk, request string, statements []string) {
	t.Helper()
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", d.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		t.Fatal(err)
	}
	var triggers []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		triggers = append(triggers, name)
	}
	rows.Close()
	for _, name := range triggers {
		if _, err := db.Exec(`DROP TRIGGER ` + name); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range statements {
		args := []any{request}
		if !strings.Contains(statement, "$1") {
			args = nil
		}
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	store, err := storage.Open(t.Context(), d.path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.use(store)
	d.tampered = len(statements) > 0
}
