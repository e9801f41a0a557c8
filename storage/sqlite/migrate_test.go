package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// older makes a store as it was before the migration of this name, with what
// rows says in it.
func older(t *testing.T, before, rows string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	conn, err := native.Open("file:"+path, native.Create)
	must(t, err)
	defer conn.Close()
	files, err := filepath.Glob("migrations/*.sql")
	must(t, err)
	sort.Strings(files)
	for i, file := range files {
		if match, _ := filepath.Match("migrations/*_"+before+".sql", file); match {
			must(t, conn.Script("PRAGMA application_id = 0x50555253; PRAGMA user_version = "+strconv.Itoa(i)))
			must(t, conn.Script(rows))
			return path
		}
		script, err := os.ReadFile(file)
		must(t, err)
		must(t, conn.Script(string(script)))
	}
	t.Fatalf("there is no migration %s", before)
	return ""
}

// Instruments and blocks of an older store are found by signals.
func TestSignalsOfAnOlderStore(t *testing.T) {
	path := older(t, "signals", `
		INSERT INTO customer SELECT NULL, 'cus_' || value, '', 'Sample ' || value, '', '', '', 1, '', 0 FROM json_each('[1,2,3]');
		INSERT INTO instrument SELECT NULL, 'inst_' || value, 'cus_' || value, 's', 'bank', 'USD',
			'[["account","' || (value / 3) || '"]]', '', 'active', '', 0, '' FROM json_each('[1,2,3]');
		INSERT INTO request (id, reference, point_id, mode, customer_id, instrument_id, description, currency, amount,
			original_amount, policy_amount, status, status_since, blocked, block_reason, block_description, block_by, block_at,
			approvals, makers, held_back, ready_at, expire_at, cancellation, split_from, merged_into, remainder_of, live, paid,
			attention, version, created_at, updated_at, head_number, head_hash)
			VALUES ('req_1', '', 'main', 'test', 'cus_1', 'inst_1', '', 'USD', 1, 1, 1, 'ready', 0, 0, '', '', '', 0,
			'', '', 0, 0, 0, '', '', '', '', 0, 0, '', 3, 1, 1, 3, x'00');
		INSERT INTO event VALUES (7, 'req_1', 2, 5000000, 'rev1', '', 'cli', 'payout-request-blocked', 'payout-request', 'req_1', 2,
			'[["block","","{\"reason\":\"aml-review\",\"by\":\"rev1\"}"],["version","1","2"]]', '', '', x'00');
		INSERT INTO event VALUES (8, 'req_1', 3, 6000000, 'rev1', '', 'cli', 'payout-request-unblocked', 'payout-request', 'req_1', 3,
			'', '', '', x'00')`)
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	must(t, err)
	defer store.Close()
	must(t, store.View(context.Background(), func(tx engine.ReadTx) error {
		all, err := tx.Surroundings([]engine.RequestID{"req_1"})
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		if s := all[0].Sharing; len(s) != 1 || s[0] != "Sample 2" {
			t.Errorf("its account is shared with %v, want Sample 2", s)
		}
		b := all[0].Blocks
		if len(b) != 1 || b[0].Reason != "aml-review" || b[0].At.Unix() != 5 || b[0].Stands {
			t.Errorf("blocks %+v, want the one for aml-review at second 5, lifted", b)
		}
		return nil
	}))
}

// Counters of an older store say what the attention is for.
func TestCountersOfAnOlderStore(t *testing.T) {
	path := older(t, "attention", `
		INSERT INTO customer SELECT NULL, 'cus_1', '', 'Sample', '', '', '', 1, '', 0;
		INSERT INTO request (id, reference, point_id, mode, customer_id, instrument_id, description, currency, amount,
			original_amount, policy_amount, status, status_since, blocked, block_reason, block_description, block_by, block_at,
			approvals, makers, held_back, ready_at, expire_at, cancellation, split_from, merged_into, remainder_of, live, paid,
			attention, version, created_at, updated_at, head_number, head_hash)
			SELECT 'req_' || key, '', 'main', 'test', 'cus_1', '', '', 'USD', 1, 1, 1, 'ready', 0, 0, '', '', '', 0,
			'', '', 0, 0, 0, '', '', '', '', 0, 0, value, 3, 1, 1, 3, x'00' FROM json_each('["conflict","","conflict","overpaid"]');
		INSERT INTO request_count VALUES ('test', 'ready', 0, 0, 'USD', 1, 1), ('test', 'ready', 0, 1, 'USD', 3, 3)`)
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	must(t, err)
	defer store.Close()
	if problems, err := store.Check(context.Background()); err != nil || len(problems) > 0 {
		t.Errorf("%v (%v)", problems, err)
	}
}
