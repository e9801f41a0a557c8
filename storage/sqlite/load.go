package sqlite

import (
	"context"
	"fmt"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A row costs least where there is nothing but the row: each index that is
// there already is another place to write to, far from the last. So a store
// that begins with millions of requests is loaded first, its indexes set aside,
// and indexed after, each by one sort. Whoever opens it in between is told so.
//
// What was set aside stands in a table of the store itself, so that indexing
// goes on wherever it was stopped. Until all is done a crash of the machine, not
// of the program, may destroy the store: nothing waits for the disk.

// loadingID marks a file as a store that is being loaded: "PURL".
const loadingID = 0x5055524C

// loadingCache is how much memory, in KiB, a load and the sort of an index take.
const loadingCache = 256 << 10

// Load opens a store at path to be filled: a new one, one that holds nothing
// yet, or one whose loading was broken off. It can be written to and read by
// id; lists, and whatever else follows an index, have to wait for Index. It
// fails with Refused if the store at path is whole.
func Load(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, Options{Create: true}, true)
}

// beginLoading sets the indexes of an empty store aside, and the pragmas of a
// connection that loads.
func beginLoading(conn *native.Conn) error {
	id, err := conn.Number("PRAGMA application_id")
	if err != nil {
		return err
	}
	if id != loadingID {
		if err := setAside(conn); err != nil {
			return err
		}
	}
	return conn.Script(fmt.Sprintf(`PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;
		PRAGMA cache_size = -%d`, loadingCache))
}

func setAside(conn *native.Conn) error {
	used, err := conn.Number("SELECT count(*) FROM organisation")
	if err != nil {
		return err
	}
	if used != 0 {
		return engine.Errorf(engine.Refused, "the store is in use, and can only be added to as any other")
	}
	err = conn.Script(`BEGIN IMMEDIATE;
		CREATE TABLE set_aside (place INTEGER PRIMARY KEY, sql TEXT NOT NULL) STRICT;
		INSERT INTO set_aside (sql) SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid`)
	var names []string
	if err == nil {
		names, err = all(conn.Stmt("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"), scanText)
	}
	for _, name := range names {
		if err == nil {
			err = conn.Script("DROP INDEX " + name)
		}
	}
	if err == nil {
		err = conn.Script(fmt.Sprintf("PRAGMA application_id = %d; COMMIT", loadingID))
	}
	if err != nil && conn.InTransaction() {
		_ = conn.Script("ROLLBACK")
	}
	return err
}

// searchLoad is how many rows are added to a search index in one transaction.
const searchLoad = 100_000

// Index builds what a store that was loaded lacks, and makes it one like any
// other once it is opened again. It tells what it does, step by step. Broken off,
// it goes on where it was.
func (s *Store) Index(ctx context.Context, tell func(step string)) error {
	if !s.loading {
		return engine.Errorf(engine.Internal, "the store was not opened to be loaded")
	}
	conn, err := native.Open(s.uri, native.ReadWrite)
	if err != nil {
		return explain(err)
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		conn.Interrupt()
		close(interrupted)
	})
	defer func() {
		if !stop() {
			<-interrupted
		}
		conn.Close()
	}()
	conn.Patience(patience)
	err = s.index(ctx, conn, tell)
	if isCode(err, native.Interrupt) {
		return ctx.Err()
	}
	return explain(err)
}

func (s *Store) index(ctx context.Context, conn *native.Conn, tell func(step string)) error {
	if err := beginLoading(conn); err != nil {
		return err
	}
	if err := conn.Script("PRAGMA temp_store = FILE"); err != nil { // of what is sorted
		return err
	}
	for _, kind := range []struct{ name, index string }{{"customer", loadCustomers}, {"request", loadRequests}} {
		tell("searching for a " + kind.name + " by a part of what it is known by")
		for more := true; more; {
			var err error
			if more, err = indexWords(conn, kind.name, kind.index); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rest, err := all(conn.Stmt("SELECT sql FROM set_aside ORDER BY place LIMIT 1"), scanText)
		if err != nil {
			return err
		}
		if len(rest) == 0 {
			break
		}
		tell(rest[0])
		err = conn.Script("BEGIN IMMEDIATE; " + rest[0] + `;
			DELETE FROM set_aside WHERE place = (SELECT min(place) FROM set_aside); COMMIT`)
		if err != nil {
			return err
		}
	}
	tell("writing to the disk what is not there yet")
	return conn.Script(fmt.Sprintf(`PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);
		BEGIN IMMEDIATE; DROP TABLE set_aside; PRAGMA application_id = %d; COMMIT;
		PRAGMA wal_checkpoint(TRUNCATE)`, applicationID))
}

const (
	loadRequests = `INSERT INTO request_search (rowid, reference) SELECT row, reference FROM request
		WHERE row > ?1 AND row <= ?2 AND reference <> ''`
	loadCustomers = `INSERT INTO customer_search (rowid, name, email) SELECT row, name, email FROM customer
		WHERE row > ?1 AND row <= ?2`
)

// indexWords adds the next rows of a kind to its search index, and reports
// whether there are more.
func indexWords(conn *native.Conn, kind, index string) (more bool, err error) {
	mark, err := conn.Number("SELECT row FROM search_mark WHERE kind = '" + kind + "'")
	if err != nil {
		return false, err
	}
	last, err := conn.Number("SELECT coalesce(max(row), 0) FROM " + kind)
	if err != nil || mark >= last {
		return false, err
	}
	to := min(mark+searchLoad, last)
	if err := conn.Script("BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	add := conn.Stmt(index)
	add.BindInt(mark)
	add.BindInt(to)
	if err = add.Run(); err == nil {
		moved := conn.Stmt("UPDATE search_mark SET row = ? WHERE kind = ?")
		moved.BindInt(to)
		moved.BindText(kind)
		err = moved.Run()
	}
	if err == nil {
		err = conn.Script("COMMIT")
	}
	if err != nil && conn.InTransaction() {
		_ = conn.Script("ROLLBACK")
	}
	return to < last, err
}
