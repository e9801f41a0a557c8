//go:build unix

package bench_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
)

// BenchmarkP11Import brings in a file of each kind through the engine's import:
// copied into the store, taken in row by row, each checked and put on record.
// The plain loop inserts the same rows, with all indexes present, 10,000 in a
// transaction, each with its entry in the journal; to take twice as long is the
// goal. It also prints the ratio to a loop that keeps no journal, and the most
// memory that the process had.
func BenchmarkP11Import(b *testing.B) {
	n := *requests
	for _, kind := range engine.Importables() {
		b.Run(string(kind), func(b *testing.B) {
			var ours, plain, bare cost
			var memory float64
			for range b.N {
				d := imported(b, kind, n)
				file := csv(kind, n)
				debug.FreeOSMemory()
				forgetPeak()
				ours.measured(b, func() { d.bring(kind, file) })
				memory = max(memory, peak(b))
				loop := plainly(b, imported(b, kind, n).store)
				plain.measured(b, func() { loop.insert(kind, n, true) })
				loop = plainly(b, imported(b, kind, n).store)
				bare.measured(b, func() { loop.insert(kind, n, false) })
			}
			report(b, 2, b.N*n, ours, "plain", plain)
			b.ReportMetric(float64(ours.wall)/float64(max(bare.wall, 1)), "ratio-without-journal")
			b.ReportMetric(memory, "peak-MB")
		})
	}
}

// imported is a desk with what a file of a kind builds on.
func imported(b *testing.B, kind engine.Importable, n int) *desk {
	b.Helper()
	d := open(b, 0, 1, nil)
	if kind != engine.ImportCustomers {
		const bite = 1000
		for from := 0; from < n; from += bite {
			must(b, d.store.Bulk(b.Context(), func(tx engine.Tx) error {
				for i := from; i < min(from+bite, n); i++ {
					if i%10 == 0 {
						putCustomer(tx, i)
					}
				}
				return nil
			}))
		}
	}
	return d
}

// csv is a file of n rows.
func csv(kind engine.Importable, n int) io.Reader {
	var b bytes.Buffer
	b.WriteString(map[engine.Importable]string{
		engine.ImportCustomers:   "reference,name,email,country\n",
		engine.ImportInstruments: "customer,service,fields\n",
		engine.ImportPayments:    "reference,customer,instrument,gateway,amount,currency\n",
		engine.ImportRequests:    "reference,point,customer,instrument,amount,currency\n",
	}[kind])
	for i := range n {
		switch kind {
		case engine.ImportCustomers:
			fmt.Fprintf(&b, "N-%d,Sample Customer %d,c%d@example.com,US\n", i, i, i)
		case engine.ImportInstruments:
			fmt.Fprintf(&b, "C-%d,test_usd,account:%d\n", i/10*10, 5_000_000+i)
		case engine.ImportPayments:
			fmt.Fprintf(&b, "P-%d,C-%d,%s,g0,%d.50,USD\n", i, i/10*10, payeeID(i), i%500+1)
		case engine.ImportRequests:
			fmt.Fprintf(&b, "N-%d,main,C-%d,%s,%d.50,USD\n", i, i/10*10, payeeID(i), i%500+1)
		}
	}
	return &b
}

// bring imports a file, as the command does.
func (d *desk) bring(kind engine.Importable, file io.Reader) {
	d.b.Helper()
	rows, err := table.NewCSVReader(bufio.NewReader(file), kind.KnowsColumn)
	must(d.b, err)
	i, err := d.CopyImport(d.b.Context(), admin, engine.NewImport{Kind: kind, File: "sample.csv"}, rows, nil)
	must(d.b, err)
	for !i.Status.Ended() {
		must(d.b, d.Work(d.b.Context(), "imports"))
		i, err = d.FileImport(d.b.Context(), i.ID)
		must(d.b, err)
	}
	if i.Made != i.Rows || i.Rows == 0 {
		d.b.Fatalf("%d of %d rows are new: %+v", i.Made, i.Rows, i)
	}
}

// insert puts n rows where an import puts them, as bare as they can be.
func (p *plain) insert(kind engine.Importable, n int, journal bool) {
	const bite = 10_000
	var head [sha256.Size]byte
	for from := 0; from < n; from += bite {
		p.do("BEGIN IMMEDIATE")
		for i := from; i < min(from+bite, n); i++ {
			id := p.row(kind, i)
			if !journal {
				continue
			}
			p.seq++
			chain, number := "desk", p.seq
			if kind == engine.ImportRequests {
				chain, number = id, 1
			}
			made := fmt.Sprintf(`[["id","","\"%s\""],["reference","","\"N-%d\""],["customerId","","\"%s\""],["amount","","%d.50"]]`,
				id, i, customerID(i), i%500+1)
			head = sha256.Sum256(fmt.Appendf(nil, "%x%d%s%s", head, p.seq, id, made))
			event := p.conn.Stmt(`INSERT INTO event VALUES (?,?,?,?,'admin1','','cli','created','made',?,1,?,'','',?)`)
			event.BindInt(p.seq)
			event.BindText(chain)
			event.BindInt(number)
			event.BindInt(p.at)
			event.BindText(id)
			event.BindText(made)
			event.BindBlob(head[:])
			must(p.b, event.Run())
		}
		p.do("COMMIT")
	}
}

// inserts are what each kind is made of, without what is left to defaults.
var inserts = map[engine.Importable]string{
	engine.ImportCustomers: `INSERT INTO customer (id, reference, name, email, country, tags, payout_enabled, created_by, created_at)
		VALUES (?1, 'N-' || ?2, 'Sample Customer ' || ?2, 'c' || ?2 || '@example.com', 'US', '', 1, 'admin1', ?3)`,
	engine.ImportInstruments: `INSERT INTO instrument (id, customer_id, service_id, method, currency, fields, status, created_by,
		created_at, verified_by, ending, fingerprint)
		VALUES (?1, ?4, 'test_usd', 'test', 'USD', '[["account","' || ?2 || '"]]', 'active', 'admin1', ?3, '', substr(?2, -4), ?1)`,
	engine.ImportPayments: `INSERT INTO payment (id, customer_id, instrument_id, gateway_id, kind, currency, amount, at, created_by, created_at)
		VALUES (?1, ?4, ?5, 'g0', 'sale', 'USD', ?2, ?3, 'admin1', ?3)`,
	engine.ImportRequests: `INSERT INTO request (id, reference, point_id, mode, customer_id, currency, original_amount, split_from,
		remainder_of, pays_again, created_at, metadata, head_number, head_hash, updated_at, version, status, status_since, amount,
		policy_amount, live, paid, attention, instrument_id, description, approvals, makers, blocked, block_reason,
		block_description, block_by, block_at, held_back, ready_at, expire_at, cancellation, merged_into, batch_id, batch_place,
		automatic, dispatch_at)
		VALUES (?1, 'N-' || ?2, 'main', 'test', ?4, 'USD', ?2, '', '', '', ?3, '', 1, zeroblob(32), ?3, 1, 'pending', ?3, ?2,
		?2, 0, 0, '', ?5, '', '', '[["admin1"]]', 0, '', '', '', 0, 0, 0, 0, '', '', '', 0, 0, 0)`,
}

// row inserts the row at a place and returns its id.
func (p *plain) row(kind engine.Importable, i int) string {
	id := fmt.Sprintf("new_%026d", i)
	p.at++
	s := p.conn.Stmt(inserts[kind])
	s.BindText(id)
	s.BindInt(int64(i + 1))
	s.BindInt(p.at)
	if kind != engine.ImportCustomers {
		s.BindText(string(customerID(i)))
	}
	if kind == engine.ImportPayments || kind == engine.ImportRequests {
		s.BindText(string(payeeID(i)))
	}
	must(p.b, s.Run())
	return id
}

// forgetPeak lets Linux begin anew to count the most memory that this process
// had; elsewhere nobody knows.
func forgetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peak is the most memory that this process had, in millions of bytes.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			must(b, err)
			return float64(kb) * 1024 / 1e6
		}
	}
	return 0
}
