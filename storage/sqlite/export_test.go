package sqlite

import (
	"context"

	"github.com/purserhq/purser/engine"
)

// OnWriter runs statements on the connection that writes.
func (s *Store) OnWriter(sql string) error {
	conn := s.writer.conn
	return s.Update(context.Background(), func(engine.Tx) error { return conn.Script(sql) })
}

// TidyAbove makes the next log of so many bytes too long.
func (s *Store) TidyAbove(bytes int64) error {
	return s.Update(context.Background(), func(engine.Tx) error {
		s.writer.longFile = bytes
		return nil
	})
}

// Log is how many pages the log holds, and how many of them are not in the file yet.
func (s *Store) Log() (pages, waiting int64, err error) {
	conn, err := s.connect()
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close()
	l := checkpoint(conn, "NOOP")
	return l.pages, l.waiting(), nil
}

// Queued is how many closures wait for the writer.
func (s *Store) Queued() int {
	s.writer.mu.Lock()
	defer s.writer.mu.Unlock()
	return len(s.writer.urgent) + len(s.writer.bulk)
}

// Lists, as they are kept.
var (
	AppendRow = appendRow
	ReadRows  = readRows
)

// Queries are the statements that read, and so need an index.
var Queries = []string{
	customerByID, customerByReference, customersAfter, instrumentByID, customerInstruments, customerPayments,
	requestByID, requestByReference, relatives, dueReady, dueExpire, rowsByPlace, rowsByID,
	allocationByID, requestAllocations, customerAllocations, allocatedSince, nextQueuedGateway, queuedAt,
	payoutOf, requestPayouts, payoutsDue, requestComments, chainEvents, allEvents, lastSeq, replay, balanceOf,
	findBeginning("request"), findEnding("request"), findEnding("payout"), findEnding("run"), modeCounts,
	requestsLike, customersLike, instrumentsEnding, instrumentsNearEnding, indexedCustomer,
	customersNamed, ofCustomers, ofInstruments, ofInstrument, ofGateway, throughGateway,
	runByID, runsOfMode, runsOfBatch, activeRuns, runItems, refusedRunItems, putRunItem, paidTo, talliesOf,
	surrounded, nearbyBefore, nearbyAfter, sharing, paidIn, gotOut, pastBlocks, claimsOf, claimedBy, claimedByAny, presencesOf,
	latestCustomers, customersBeginning, customersByID, customersByRow, customersCalled, countedRequests,
	importByID, latestImports, activeImports, copyingImports, clearableImports, importBites, importRows, wrongImportRows, findEnding("import"),
	batchRowCount, batchByID, batchByReference, batchesOfMode, batchRequests, batchCustomers, batchSums,
}

// ListQuery is the statement that finds the places of a list, and of which fields
// it knows only once a row is read.
func (s *Store) ListQuery(q engine.RequestQuery) (sql string, rest []string, err error) {
	err = s.View(context.Background(), func(tx engine.ReadTx) error {
		w, _, err := tx.(*reader).plan(q)
		for _, t := range w.rest {
			rest = append(rest, t.field)
		}
		sql = w.sql(w.key+", row", stretch{})
		return err
	})
	return sql, rest, err
}
