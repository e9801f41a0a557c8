package sqlite

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	eventColumns = `seq, chain, number, at, "by", os_user, door, type, subject_kind, subject_id, version,
		changes, details, key, hash`

	chainEvents = `SELECT ` + eventColumns + ` FROM event WHERE chain = ? AND number > ? ORDER BY number LIMIT ?`
	allEvents   = `SELECT ` + eventColumns + ` FROM event WHERE seq > ? ORDER BY seq LIMIT ?`
	lastSeq     = `SELECT coalesce(max(seq), 0) FROM event`
	putEvent    = `INSERT INTO event (` + eventColumns + `) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
)

// Events implements engine.ReadTx.
func (t *reader) Events(chain string, after, limit int) ([]engine.Event, error) {
	s := t.with(chainEvents, chain)
	s.BindInt(int64(after))
	s.BindInt(int64(limit))
	return all(s, scanEvent)
}

// Journal implements engine.ReadTx.
func (t *reader) Journal(after int64, limit int) ([]engine.Event, error) {
	s := t.stmt(allEvents)
	s.BindInt(after)
	s.BindInt(int64(limit))
	return all(s, scanEvent)
}

// LastSeq implements engine.ReadTx. Whoever holds the writer's lock need not
// look twice: nobody else adds to the journal meanwhile.
func (t *reader) LastSeq() (int64, error) {
	if t.group != nil && t.group.lastSeq >= 0 {
		return t.group.lastSeq, nil
	}
	seq, err := one(t.stmt(lastSeq), func(s *native.Stmt) (int64, error) { return s.Int(), nil }, "event", "")
	if t.group != nil && err == nil {
		t.group.lastSeq = seq
	}
	return seq, err
}

func scanEvent(s *native.Stmt) (e engine.Event, err error) {
	e.Seq = s.Int()
	e.Chain = s.Text()
	e.Number = int(s.Int())
	e.At = instant(s)
	e.By = word[engine.ReviewerID](s)
	e.OSUser = s.Text()
	e.Door = word[engine.Door](s)
	e.Type = s.Text()
	e.Subject = engine.Subject{Kind: s.Text(), ID: s.Text()}
	e.Version = int(s.Int())
	changes, err := readRows(s.Text())
	if err != nil {
		return e, err
	}
	for _, row := range changes {
		if len(row) == 3 {
			e.Changes = append(e.Changes, engine.Change{Field: row[0], Before: row[1], After: row[2]})
		}
	}
	details, err := readRows(s.Text())
	for _, row := range details {
		if len(row) == 2 {
			e.Details = append(e.Details, engine.Field{Name: row[0], Value: row[1]})
		}
	}
	e.Key = s.Text()
	s.Blob(e.Hash[:])
	return e, err
}

// Append implements engine.Tx.
func (t *tx) Append(e engine.Event) {
	if t.err != nil {
		return
	}
	last, err := t.LastSeq()
	switch {
	case err != nil:
		t.err = err
		return
	case e.Seq != last+1:
		t.err = engine.Errorf(engine.Internal, "journal entry %d does not follow entry %d", e.Seq, last)
		return
	}
	t.put(putEvent, func(s *native.Stmt) { t.bindEvent(s, e) }, "journal entry", e.Chain)
	t.group.lastSeq = e.Seq
}

func (t *tx) bindEvent(s *native.Stmt, e engine.Event) {
	s.BindInt(e.Seq)
	s.BindText(e.Chain)
	s.BindInt(int64(e.Number))
	bindInstant(s, e.At)
	s.BindText(string(e.By))
	s.BindText(e.OSUser)
	s.BindText(string(e.Door))
	s.BindText(e.Type)
	s.BindText(e.Subject.Kind)
	s.BindText(e.Subject.ID)
	s.BindInt(int64(e.Version))
	list := t.group.scratch[:0]
	for _, c := range e.Changes {
		list = appendRow(list, c.Field, c.Before, c.After)
	}
	s.BindText(string(list))
	list = list[:0]
	for _, d := range e.Details {
		list = appendRow(list, d.Name, d.Value)
	}
	s.BindText(string(list))
	t.group.scratch = list
	s.BindText(e.Key)
	s.BindBlob(e.Hash[:])
}

const (
	commentColumns = `id, request_id, "by", at, text, withdrawn_by, withdrawn_at`

	requestComments = `SELECT ` + commentColumns + ` FROM comment WHERE request_id = ? ORDER BY at, row`

	putComment = `INSERT INTO comment (` + commentColumns + `) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET text = excluded.text, withdrawn_by = excluded.withdrawn_by,
		withdrawn_at = excluded.withdrawn_at
		WHERE request_id = excluded.request_id AND "by" = excluded."by" AND at = excluded.at`
)

// Comments implements engine.ReadTx.
func (t *reader) Comments(request engine.RequestID) ([]engine.CommentText, error) {
	return all(t.with(requestComments, string(request)), scanComment)
}

func scanComment(s *native.Stmt) (c engine.CommentText, err error) {
	c.ID = s.Text()
	c.RequestID = word[engine.RequestID](s)
	c.By = word[engine.ReviewerID](s)
	c.At = instant(s)
	c.Text = s.Text()
	c.WithdrawnBy = word[engine.ReviewerID](s)
	c.WithdrawnAt = instant(s)
	return c, nil
}

// PutComment implements engine.Tx.
func (t *tx) PutComment(c engine.CommentText) {
	t.put(putComment, func(s *native.Stmt) {
		s.BindText(c.ID)
		s.BindText(string(c.RequestID))
		s.BindText(string(c.By))
		bindInstant(s, c.At)
		s.BindText(c.Text)
		s.BindText(string(c.WithdrawnBy))
		bindInstant(s, c.WithdrawnAt)
	}, "comment", c.ID)
}

const (
	replay   = `SELECT key, fingerprint, result, at FROM remembered WHERE key = ?`
	remember = `INSERT INTO remembered (key, fingerprint, result, at) VALUES (?,?,?,?)`
)

// Replay implements engine.ReadTx.
func (t *reader) Replay(key string) (done engine.Remembered, ok bool, err error) {
	list, err := all(t.with(replay, key), scanRemembered)
	if len(list) == 0 || err != nil {
		return engine.Remembered{}, false, err
	}
	return list[0], true, nil
}

func scanRemembered(s *native.Stmt) (engine.Remembered, error) {
	return engine.Remembered{Key: s.Text(), Fingerprint: s.Text(), Result: s.Text(), At: instant(s)}, nil
}

// Remember implements engine.Tx.
func (t *tx) Remember(r engine.Remembered) {
	t.put(remember, func(s *native.Stmt) {
		s.BindText(r.Key)
		s.BindText(r.Fingerprint)
		s.BindText(r.Result)
		bindInstant(s, r.At)
	}, "idempotency key", r.Key)
}
