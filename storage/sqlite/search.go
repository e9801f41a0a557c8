package sqlite

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// People search for a part of a reference, a name, an email address or the end
// of an instrument's number. Two indexes of all runs of three characters find
// the references and customers that may have it; who reads them looks again,
// so what an index holds too much does no harm. To add one row to such an index
// costs fifteen times its share of adding a thousand, so that rows wait until
// they are that many; those beyond the mark are simply looked through.

// searchBite is how many new rows are indexed at once.
const searchBite = 1000

// wordTerm wants a word somewhere in what people know a request by.
func wordTerm(word string) term {
	var t term
	like := func(column string) string { return column + " LIKE " + t.bind(containing(word)) + ` ESCAPE '\'` }
	has := like
	if !plainCase(word) {
		has = func(column string) string { return column + " GLOB " + t.bind(within(word)) }
	}
	t.sql = "(" + has("reference") +
		" OR EXISTS (SELECT 1 FROM customer WHERE id = customer_id AND (" + has("name") + " OR " + has("email") + "))" +
		" OR EXISTS (SELECT 1 FROM instrument WHERE id = instrument_id AND " + like("ending") + ")"
	if hides(word) {
		t.sql += " OR " + t.number(word)
	}
	t.sql += ")"
	return t
}

// containing is the pattern of texts with s in them.
func containing(s string) string { return "%" + literal.Replace(s) + "%" }

// literal makes a pattern of a text that only the text itself fits.
var literal = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// runs are the runs of three characters in s, each once; none if s is too short.
func runs(s string) (list []string) {
	const length, enough = 3, 24
	characters := []rune(s)
	for i := 0; i+length <= len(characters) && len(list) < enough; i++ {
		if run := string(characters[i : i+length]); !slices.Contains(list, run) {
			list = append(list, run)
		}
	}
	return list
}

// To look for all runs of a text at once takes as long as the commonest of them
// is common: of a million references that begin with "order-" each has four of
// its runs. The rarest few find hardly more, so it is they that are asked for,
// and which they are the last rows of the index tell.
const (
	rarestRuns  = 3
	sampledRows = 2_000
)

// rarest is the query for texts that have the rarest runs of s, in the index's
// language; "" if it has none. Who finds a text by them looks again.
func (t *reader) rarest(index, s string) (query string, err error) {
	list := runs(s)
	if len(list) > rarestRuns {
		if list, err = t.rarestOf(index, list); err != nil {
			return "", err
		}
	}
	for i, run := range list {
		list[i] = phrase(run)
	}
	return strings.Join(list, " AND "), nil
}

// phrase writes a run, in any form that the index keeps apart, in the index's
// language.
func phrase(run string) string {
	var forms []string
	for _, form := range indexed([]rune(run)) {
		forms = append(forms, `"`+strings.ReplaceAll(form, `"`, `""`)+`"`)
	}
	return "(" + strings.Join(forms, " OR ") + ")"
}

func (t *reader) rarestOf(index string, list []string) ([]string, error) {
	last, err := one(t.with("SELECT row FROM search_mark WHERE kind = ?", strings.TrimSuffix(index, "_search")), scanInt, "mark", index)
	if err != nil {
		return nil, err
	}
	common := make(map[string]int64, len(list))
	for _, run := range list {
		s := t.with(`SELECT count(*) FROM `+index+` WHERE `+index+` MATCH ? AND rowid > ?`, phrase(run))
		s.BindInt(last - sampledRows)
		if common[run], err = one(s, scanInt, index, run); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(common[a], common[b]) })
	return list[:rarestRuns], nil
}

const (
	requestsLike = `SELECT row FROM request WHERE row IN (
			SELECT rowid FROM request_search WHERE request_search MATCH ?1 LIMIT ?3) AND reference GLOB ?2
		UNION SELECT row FROM request WHERE row > (SELECT row FROM search_mark WHERE kind = 'request')
			AND reference GLOB ?2 LIMIT ?3`
	customersLike = `SELECT row FROM customer WHERE row IN (
			SELECT rowid FROM customer_search WHERE customer_search MATCH ?1 LIMIT ?3)
			AND (name GLOB ?2 OR email GLOB ?2)
		UNION SELECT row FROM customer WHERE row > (SELECT row FROM search_mark WHERE kind = 'customer')
			AND (name GLOB ?2 OR email GLOB ?2) LIMIT ?3`
)

// mostPeople bounds the customers whose requests are listed one after the other.
const mostPeople = 2000

// customersWith lists up to limit rows of customers who have s in their name or
// email address, and whether these are all.
func (t *reader) customersWith(s string, limit int) (rows []int64, whole bool, err error) {
	return t.like(customersLike, "customer_search", s, limit)
}

// like runs one of the queries above. It can only say that it found all if the
// index did not hold back any.
func (t *reader) like(query, index, s string, limit int) (rows []int64, whole bool, err error) {
	match, err := t.rarest(index, s)
	if match == "" || err != nil {
		return nil, false, err
	}
	hits := t.with(`SELECT count(*) FROM (SELECT 1 FROM `+index+` WHERE `+index+` MATCH ? LIMIT ?)`, match)
	hits.BindInt(int64(limit) + 1)
	n, err := one(hits, scanInt, index, match)
	if err != nil || n > int64(limit) {
		return nil, false, err
	}
	found := t.with(query, match, within(s))
	found.BindInt(int64(limit) + 1)
	rows, err = all(found, scanInt)
	return rows, len(rows) <= limit, err
}

func scanInt(s *native.Stmt) (int64, error) { return s.Int(), nil }

const (
	indexRequests = `INSERT INTO request_search (rowid, reference) SELECT row, reference FROM request
		WHERE row > (SELECT row FROM search_mark WHERE kind = ?) AND reference <> ''`
	indexCustomers = `INSERT INTO customer_search (rowid, name, email) SELECT row, name, email FROM customer
		WHERE row > (SELECT row FROM search_mark WHERE kind = ?)`

	indexedCustomer = `SELECT row, name, email FROM customer WHERE id = ?
		AND row <= (SELECT row FROM search_mark WHERE kind = 'customer')`
	dropCustomer = `INSERT INTO customer_search (customer_search, rowid, name, email) VALUES ('delete', ?, ?, ?)`
	addCustomer  = `INSERT INTO customer_search (rowid, name, email) VALUES (?, ?, ?)`
)

// inserted indexes the new rows of a kind once they are enough. Rows are only
// ever added at the end, so that every thousandth comes by.
func (t *tx) inserted(kind, index string) {
	if t.err != nil || t.store.loading || t.conn.LastRow()%searchBite != 0 {
		return
	}
	t.run(index, kind)
	t.run(`UPDATE search_mark SET row = (SELECT max(row) FROM `+kind+`) WHERE kind = ?1`, kind)
}

// renamed keeps the index in step with a customer whose name or email address
// is about to change.
func (t *tx) renamed(c engine.Customer) {
	if t.err != nil || t.store.loading {
		return
	}
	s := t.with(indexedCustomer, string(c.ID))
	if !s.Next() {
		t.err = explain(s.Err())
		return
	}
	row, name, email := s.Int(), s.Text(), s.Text()
	s.Reset()
	if name == c.Name && email == c.Email {
		return
	}
	at := strconv.FormatInt(row, 10)
	t.run(dropCustomer, at, name, email)
	t.run(addCustomer, at, c.Name, c.Email)
}

// run runs a statement that changes any number of rows.
func (t *tx) run(sql string, texts ...string) {
	if t.err == nil {
		t.err = explain(t.with(sql, texts...).Run())
	}
}

// ended lists the customers of up to limit instruments whose number's last four
// characters contain s.
func (t *reader) ended(s string, limit int) (rows []int64, whole bool, err error) {
	query := instrumentsEnding
	switch utf8.RuneCountInString(s) {
	case 4:
	case 3:
		query = instrumentsNearEnding
	default:
		return nil, utf8.RuneCountInString(s) > 4, nil
	}
	found := t.with(query, s)
	found.BindInt(int64(limit) + 1)
	rows, err = all(found, scanInt)
	return rows, len(rows) <= limit, err
}

// An ending has four characters at most, and two indexes on three of them.
const (
	instrumentsEnding = `SELECT row FROM instrument
		WHERE substr(ending, 1, 3) COLLATE NOCASE = substr(?1, 1, 3) AND ending COLLATE NOCASE = ?1 LIMIT ?2`
	instrumentsNearEnding = `SELECT row FROM instrument WHERE substr(ending, 1, 3) COLLATE NOCASE = ?1
		UNION SELECT row FROM instrument WHERE substr(ending, 2) COLLATE NOCASE = ?1 LIMIT ?2`
)
