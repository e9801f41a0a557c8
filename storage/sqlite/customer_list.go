package sqlite

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	latestCustomers = `SELECT ` + customerColumns + ` FROM customer
		WHERE row < coalesce((SELECT row FROM customer WHERE id = ?), 9223372036854775807) ORDER BY row DESC LIMIT ?`
	customersBeginning = `SELECT row FROM customer WHERE reference >= ? AND reference < ? AND reference <> ''
		ORDER BY reference LIMIT ?`
	customersByID   = `SELECT row FROM customer WHERE id = ?`
	customersByRow  = `SELECT ` + customerColumns + ` FROM customer WHERE row = ?`
	customersCalled = `SELECT row FROM customer WHERE row IN (
			SELECT rowid FROM customer_search WHERE customer_search MATCH ?1 LIMIT 2000)
			AND (name LIKE ?2 ESCAPE '\' OR email LIKE ?2 ESCAPE '\')
		UNION SELECT row FROM customer WHERE row > (SELECT row FROM search_mark WHERE kind = 'customer')
			AND (name LIKE ?2 ESCAPE '\' OR email LIKE ?2 ESCAPE '\') LIMIT ?3`

	countedRequests = `SELECT count(*), coalesce(max(created_at), 0) FROM (
		SELECT created_at FROM request INDEXED BY request_customer WHERE customer_id = ? AND mode = ?
		ORDER BY created_at DESC LIMIT ?)`
)

// CustomerRows implements engine.ReadTx.
func (t *reader) CustomerRows(q engine.CustomerQuery) (page engine.CustomerPage, err error) {
	var found []engine.Customer
	if q.Search == "" {
		s := t.with(latestCustomers, string(q.Before))
		s.BindInt(int64(q.Limit) + 1)
		found, err = all(s, scanCustomer)
	} else {
		found, err = t.customersFound(q.Search, q.Limit+1)
	}
	if err != nil {
		return page, err
	}
	page.More = len(found) > q.Limit
	for _, c := range found[:min(len(found), q.Limit)] {
		row := engine.CustomerRow{Customer: c}
		if row.Requests, row.Latest, err = t.requestsOf(c.ID, q.Mode); err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// customersFound returns up to limit customers: whose reference begins with
// what is looked for first, then whose id fits, then who are called so.
func (t *reader) customersFound(search string, limit int) ([]engine.Customer, error) {
	s := t.with(customersBeginning, search, search+afterEverything)
	s.BindInt(int64(limit))
	rows, err := all(s, scanInt)
	if err != nil {
		return nil, err
	}
	ids, err := t.Find(engine.KindCustomer, search, limit)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		row, err := one(t.with(customersByID, id), scanInt, "customer", id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	match, err := t.rarest("customer_search", search)
	if err != nil {
		return nil, err
	}
	if match != "" && len(rows) < limit {
		s := t.with(customersCalled, match, containing(search))
		s.BindInt(int64(limit))
		called, err := all(s, scanInt)
		if err != nil {
			return nil, err
		}
		rows = append(rows, called...)
	}
	var found []engine.Customer
	for i, row := range rows {
		if slices.Contains(rows[:i], row) || len(found) == limit {
			continue
		}
		s := t.stmt(customersByRow)
		s.BindInt(row)
		c, err := one(s, scanCustomer, "customer", "")
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// afterEverything sorts after every text that begins the same.
const afterEverything = "\U0010ffff"

// requestsOf counts a customer's requests in a mode, as far as is counted, and
// says when the last was made.
func (t *reader) requestsOf(id engine.CustomerID, mode engine.Mode) (n int, latest time.Time, err error) {
	s := t.with(countedRequests, string(id), string(mode))
	s.BindInt(engine.CountedRequests)
	_, err = one(s, func(s *native.Stmt) (struct{}, error) {
		n, latest = int(s.Int()), instant(s)
		return struct{}{}, nil
	}, "customer", string(id))
	return n, latest, err
}

// CustomerBlocks implements engine.ReadTx.
func (t *reader) CustomerBlocks(id engine.CustomerID, mode engine.Mode) ([]engine.PastBlock, error) {
	s := t.with(pastBlocks, string(id), string(mode))
	s.BindInt(mostBlocks)
	return all(s, scanPastBlock)
}

func scanPastBlock(s *native.Stmt) (engine.PastBlock, error) {
	return engine.PastBlock{
		Request: word[engine.RequestID](s), Reason: word[engine.BlockReason](s), At: instant(s), Stands: s.Bool(),
	}, nil
}
