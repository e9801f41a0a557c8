package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
)

// The rows of a file are too many for an entry each. The entry of a bite seals
// its rows as they came in: which line said what, and which request it became.
// The entry of an edit seals the row that it left. What neither seals is the
// sentence by which a row was skipped, which follows from its cells.

// sealRows is the digest by which the entry of a bite names its rows.
func sealRows(rows []BatchRow) string {
	h := sha256.New()
	for _, row := range rows {
		row.sealInto(h)
	}
	return sealed(h)
}

func (r BatchRow) sealInto(h hash.Hash) {
	fmt.Fprintf(h, "%d %s %s %s\n", r.Line, r.Digest, r.Status, r.RequestID)
}

// sealEdit is the digest by which the entry of an edit names the row.
func sealEdit(r BatchRow) string {
	h := sha256.New()
	r.sealInto(h)
	for _, column := range slices.Sorted(maps.Keys(r.Cells)) {
		fmt.Fprintf(h, "%q %q\n", column, r.Cells[column])
	}
	return sealed(h)
}

func sealed(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:16]) }

// A rowsSaid is what entries say of the rows of one batch.
type rowsSaid struct {
	bites []biteSaid
	edits map[int]string // by line, what the last edit left
}

type biteSaid struct {
	from, to, rows int
	seal           string // empty in a record older than seals
	number         int    // of the entry
	seq            int64
}

// heard takes down what an entry of the desk says of the rows of a batch.
func (a *auditor) heard(event Event) {
	if event.Subject.Kind != KindBatch {
		return
	}
	id := BatchID(event.Subject.ID)
	said := a.rows[id]
	if said.edits == nil {
		said.edits = map[int]string{}
	}
	number := func(name string) int {
		n, _ := strconv.Atoi(event.Detail(name))
		return n
	}
	switch event.Type {
	case "batch-rows-imported":
		said.bites = append(said.bites, biteSaid{
			number("fromLine"), number("toLine"), number("rows"), event.Detail("seal"), event.Number, event.Seq,
		})
	case "batch-row-edited":
		said.edits[number("line")] = event.Detail("seal")
	}
	a.rows[id] = said
}

// batchRows proves the rows of the file that a batch was made of.
func (a *auditor) batchRows(b Batch) error {
	said, query := a.rows[b.ID], BatchRowQuery{Limit: verifyBite}
	at, h, n := 0, sha256.New(), 0 // the bite that rows are of, and what they come to
	end := func() {
		if bite := said.bites[at]; n != bite.rows || bite.seal != "" && sealed(h) != bite.seal {
			a.broken(DeskChain, bite.number, bite.seq, "lines %d to %d of batch %s are not as they came in", bite.from, bite.to, b.ID)
		}
		at, n = at+1, 0
		h.Reset()
	}
	for a.Broken == nil {
		rows, err := a.tx.BatchRows(b.ID, query)
		if err != nil {
			return err
		}
		for _, row := range rows {
			query.After = row.Line
			for at < len(said.bites) && row.Line > said.bites[at].to {
				end()
			}
			seal, edited := said.edits[row.Line]
			switch {
			case at == len(said.bites):
				a.broken(DeskChain, 0, 0, "line %d of batch %s has no entry", row.Line, b.ID)
				return nil
			case edited && seal != "" && sealEdit(row) != seal:
				a.broken(DeskChain, 0, 0, "line %d of batch %s is not as it was edited", row.Line, b.ID)
			case !edited && digestOf(row.Cells, "") != row.Digest && digestOf(row.Cells, row.Why) != row.Digest:
				a.broken(DeskChain, 0, 0, "line %d of batch %s does not say what it said", row.Line, b.ID)
			}
			if edited { // only what was skipped can be
				row.Status, row.RequestID = BatchRowSkipped, ""
			}
			row.sealInto(h)
			n++
		}
		if len(rows) < query.Limit {
			break
		}
	}
	for at < len(said.bites) && a.Broken == nil {
		end()
	}
	return nil
}
