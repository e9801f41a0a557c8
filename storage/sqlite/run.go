package sqlite

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	runColumns = `id, mode, "of", batch_id, action, digest, status, "by", door, os_user, items, kept, place,
		done, refused, skipped, sums, out_sums, done_sums, refused_sums, failure, stopped_by, undoes, created_at, updated_at, ended_at,
		left_alone, touched`

	runByID    = `SELECT ` + runColumns + ` FROM run WHERE id = ?`
	runsOfMode = `SELECT ` + runColumns + ` FROM run
		WHERE mode = ? AND row < coalesce((SELECT row FROM run WHERE id = ?), 9223372036854775807)
		ORDER BY row DESC LIMIT ?`
	runsOfBatch = `SELECT ` + runColumns + ` FROM run WHERE batch_id = ? AND batch_id <> ''
		AND row < coalesce((SELECT row FROM run WHERE id = ?), 9223372036854775807)
		ORDER BY row DESC LIMIT ?`
	activeRuns = `SELECT ` + runColumns + ` FROM run WHERE status IN ('pending', 'processing') AND updated_at > 0
		ORDER BY updated_at, row LIMIT ?`

	// What a run does and to what never changes.
	putRun = `INSERT INTO run (` + runColumns + `) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, kept = excluded.kept, place = excluded.place,
		done = excluded.done, refused = excluded.refused, skipped = excluded.skipped,
		done_sums = excluded.done_sums, refused_sums = excluded.refused_sums,
		failure = excluded.failure, stopped_by = excluded.stopped_by, updated_at = excluded.updated_at,
		ended_at = excluded.ended_at, left_alone = excluded.left_alone, touched = excluded.touched
		WHERE mode = excluded.mode AND batch_id = excluded.batch_id AND action = excluded.action
		AND digest = excluded.digest AND "by" = excluded."by" AND items = excluded.items
		AND undoes = excluded.undoes AND created_at = excluded.created_at`

	runItemColumns = `place, request_id, version, currency, amount, saw, overruled, result, code, why, now`

	runItems = `SELECT ` + runItemColumns + ` FROM run_item
		WHERE run = (SELECT row FROM run WHERE id = ?) AND place > ? ORDER BY place LIMIT ?`
	refusedRunItems = `SELECT ` + runItemColumns + ` FROM run_item INDEXED BY run_item_refused
		WHERE run = (SELECT row FROM run WHERE id = ?) AND place > ? AND result = 'refused' ORDER BY place LIMIT ?`

	putRunItem = `INSERT INTO run_item (run, ` + runItemColumns + `)
		VALUES ((SELECT row FROM run WHERE id = ?),?,?,?,?,?,?,?,?,?,?,?)`
	endRunItem = `UPDATE OR FAIL run_item SET result = ?, code = ?, why = ?, now = ?
		WHERE run = (SELECT row FROM run WHERE id = ?) AND place = ? AND request_id = ? AND version = ? AND saw = ?
		AND overruled = ?`

	paidTo = `SELECT DISTINCT a.instrument_id FROM json_each(?) AS place
		CROSS JOIN allocation AS a ON a.customer_id = place.value WHERE a.paid > 0`
)

// Run implements engine.ReadTx.
func (t *reader) Run(id engine.RunID) (engine.Run, error) {
	return one(t.with(runByID, string(id)), scanRun, "run", string(id))
}

// Runs implements engine.ReadTx.
func (t *reader) Runs(q engine.RunQuery) ([]engine.Run, error) {
	s := t.stmt(runsOfMode)
	if q.Batch != "" {
		s = t.with(runsOfBatch, string(q.Batch))
	} else {
		s.BindText(string(q.Mode))
	}
	s.BindText(string(q.Before))
	s.BindInt(int64(q.Limit))
	return all(s, scanRun)
}

// ActiveRuns implements engine.ReadTx.
func (t *reader) ActiveRuns(limit int) ([]engine.Run, error) {
	s := t.stmt(activeRuns)
	s.BindInt(int64(limit))
	return all(s, scanRun)
}

// RunItems implements engine.ReadTx.
func (t *reader) RunItems(id engine.RunID, q engine.RunItemQuery) ([]engine.RunItem, error) {
	sql := runItems
	var results []string
	switch {
	case len(q.Results) == 1 && q.Results[0] == engine.ItemRefused:
		sql = refusedRunItems
	case len(q.Results) > 0:
		for _, r := range q.Results {
			results = append(results, string(r))
		}
		sql = strings.Replace(sql, " ORDER BY", " AND result IN ("+marks(len(results))+") ORDER BY", 1)
	}
	s := t.with(sql, string(id))
	s.BindInt(int64(q.After))
	for _, r := range results {
		s.BindText(r)
	}
	s.BindInt(int64(q.Limit))
	return all(s, scanRunItem)
}

// PaidTo implements engine.ReadTx.
func (t *reader) PaidTo(customers []engine.CustomerID) ([]engine.InstrumentID, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	list := []byte("[")
	for _, id := range customers {
		list = append(appendString(list, string(id)), ',')
	}
	list[len(list)-1] = ']'
	return all(t.with(paidTo, string(list)), func(s *native.Stmt) (engine.InstrumentID, error) {
		return word[engine.InstrumentID](s), nil
	})
}

func scanRun(s *native.Stmt) (r engine.Run, err error) {
	r.ID = word[engine.RunID](s)
	r.Mode = word[engine.Mode](s)
	r.Of = s.Text()
	r.BatchID = word[engine.BatchID](s)
	if err := json.Unmarshal([]byte(s.Text()), &r.Action); err != nil {
		return r, err
	}
	r.Digest = s.Text()
	r.Status = word[engine.RunStatus](s)
	r.By = word[engine.ReviewerID](s)
	r.Door = word[engine.Door](s)
	r.OSUser = s.Text()
	for _, n := range []*int{&r.Items, &r.Kept, &r.Place, &r.Done, &r.Refused, &r.Skipped} {
		*n = int(s.Int())
	}
	for _, totals := range []*[]engine.Total{&r.Sums, &r.OutSums, &r.DoneSums, &r.RefusedSums} {
		if *totals, err = readTotals(s.Text()); err != nil {
			return r, err
		}
	}
	r.Failure = s.Text()
	r.StoppedBy = word[engine.ReviewerID](s)
	r.Undoes = word[engine.RunID](s)
	r.CreatedAt, r.UpdatedAt, r.EndedAt = instant(s), instant(s), instant(s)
	r.LeftAlone = s.Int()
	r.Touched, err = readList[engine.CustomerID](s.Text())
	return r, err
}

// PutRun implements engine.Tx.
func (t *tx) PutRun(r engine.Run) {
	action, err := json.Marshal(r.Action)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.put(putRun, func(s *native.Stmt) {
		s.BindText(string(r.ID))
		s.BindText(string(r.Mode))
		s.BindText(r.Of)
		s.BindText(string(r.BatchID))
		s.BindText(string(action))
		s.BindText(r.Digest)
		s.BindText(string(r.Status))
		s.BindText(string(r.By))
		s.BindText(string(r.Door))
		s.BindText(r.OSUser)
		for _, n := range []int{r.Items, r.Kept, r.Place, r.Done, r.Refused, r.Skipped} {
			s.BindInt(int64(n))
		}
		for _, totals := range [][]engine.Total{r.Sums, r.OutSums, r.DoneSums, r.RefusedSums} {
			s.BindText(writeTotals(totals))
		}
		s.BindText(r.Failure)
		s.BindText(string(r.StoppedBy))
		s.BindText(string(r.Undoes))
		bindInstant(s, r.CreatedAt)
		bindInstant(s, r.UpdatedAt)
		bindInstant(s, r.EndedAt)
		s.BindInt(r.LeftAlone)
		s.BindText(writeList(r.Touched))
	}, "run", string(r.ID))
}

func scanRunItem(s *native.Stmt) (item engine.RunItem, err error) {
	item = engine.RunItem{
		Place: int(s.Int()), RequestID: word[engine.RequestID](s), Version: int(s.Int()),
		Amount: amount(s, word[money.Currency](s)), Saw: s.Text(),
	}
	if item.Overruled, err = readList[string](s.Text()); err != nil {
		return item, err
	}
	item.Result, item.Code, item.Why, item.Now = word[engine.ItemResult](s), word[engine.Code](s), s.Text(), int(s.Int())
	return item, nil
}

// PutRunItem implements engine.Tx.
func (t *tx) PutRunItem(id engine.RunID, item engine.RunItem) {
	if item.Result == engine.ItemDone || item.Result == engine.ItemRefused {
		t.put(endRunItem, func(s *native.Stmt) {
			s.BindText(string(item.Result))
			s.BindText(string(item.Code))
			s.BindText(item.Why)
			s.BindInt(int64(item.Now))
			s.BindText(string(id))
			s.BindInt(int64(item.Place))
			s.BindText(string(item.RequestID))
			s.BindInt(int64(item.Version))
			s.BindText(item.Saw)
			s.BindText(writeList(item.Overruled))
		}, "item of run", string(id))
		return
	}
	t.put(putRunItem, func(s *native.Stmt) {
		s.BindText(string(id))
		s.BindInt(int64(item.Place))
		s.BindText(string(item.RequestID))
		s.BindInt(int64(item.Version))
		s.BindText(string(item.Amount.Currency))
		s.BindInt(item.Amount.Minor)
		s.BindText(item.Saw)
		s.BindText(writeList(item.Overruled))
		s.BindText(string(item.Result))
		s.BindText(string(item.Code))
		s.BindText(item.Why)
		s.BindInt(int64(item.Now))
	}, "item of run", string(id))
}

// writeTotals keeps totals as rows of currency, requests and minor units.
func writeTotals(totals []engine.Total) string {
	var b []byte
	for _, total := range totals {
		b = appendRow(b, string(total.Amount.Currency), strconv.Itoa(total.Requests), strconv.FormatInt(total.Amount.Minor, 10))
	}
	return string(b)
}

func readTotals(text string) ([]engine.Total, error) {
	rows, err := readRows(text)
	if err != nil {
		return nil, err
	}
	var totals []engine.Total
	for _, row := range rows {
		if len(row) != 3 {
			return nil, errList
		}
		requests, err := strconv.Atoi(row[1])
		if err != nil {
			return nil, errList
		}
		minor, err := strconv.ParseInt(row[2], 10, 64)
		if err != nil {
			return nil, errList
		}
		totals = append(totals, engine.Total{Requests: requests, Amount: money.New(minor, money.Currency(row[0]))})
	}
	return slices.Clip(totals), nil
}
