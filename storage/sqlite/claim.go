package sqlite

import (
	"cmp"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	claimsOf = `SELECT c.request_id, c."by", c.since, c.until FROM json_each(?) AS place
		CROSS JOIN claim AS c ON c.request_id = place.value`
	claimedBy    = `SELECT request_id FROM claim WHERE "by" = ? AND until > ?`
	claimedByAny = `SELECT request_id FROM claim WHERE "by" > ? AND until > ?`
	putClaim     = `INSERT INTO claim (request_id, "by", since, until) VALUES (?,?,?,?)
		ON CONFLICT DO UPDATE SET "by" = excluded."by", since = excluded.since, until = excluded.until`
	dropClaim = `DELETE FROM claim WHERE request_id = ?`

	presencesOf = `SELECT request_id, "by", since, until FROM presence
		WHERE request_id = ? AND until > ?`
	putPresence = `INSERT INTO presence (request_id, "by", since, until) VALUES (?,?,?,?)
		ON CONFLICT DO UPDATE SET since = excluded.since, until = excluded.until`
	dropPresence   = `DELETE FROM presence WHERE request_id = ? AND "by" = ?`
	forgetPresence = `DELETE FROM presence WHERE until <= ?`
)

// Claims implements engine.ReadTx.
func (t *reader) Claims(ids []engine.RequestID) ([]engine.Claim, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return all(t.with(claimsOf, jsonTexts(ids)), scanClaim)
}

func scanClaim(s *native.Stmt) (engine.Claim, error) {
	return engine.Claim{
		RequestID: word[engine.RequestID](s), By: word[engine.ReviewerID](s), Since: instant(s), Until: instant(s),
	}, nil
}

// claimedIDs returns the requests that one of these reviewers has claimed when
// q is asked.
func (t *reader) claimedIDs(reviewers []string, q engine.RequestQuery) ([]string, error) {
	var ids []string
	for _, by := range reviewers {
		sql := claimedBy
		switch by {
		case "any":
			sql, by = claimedByAny, ""
		case "me":
			by = string(q.By)
		}
		s := t.with(sql, by)
		bindInstant(s, q.Now)
		found, err := all(s, scanText)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// PutClaim implements engine.Tx.
func (t *tx) PutClaim(c engine.Claim) {
	t.put(putClaim, func(s *native.Stmt) {
		s.BindText(string(c.RequestID))
		s.BindText(string(c.By))
		bindInstant(s, c.Since)
		bindInstant(s, c.Until)
	}, "claim on", string(c.RequestID))
}

// DropClaim implements engine.Tx.
func (t *tx) DropClaim(request engine.RequestID) { t.drop(dropClaim, string(request)) }

// Presences implements engine.ReadTx.
func (t *reader) Presences(request engine.RequestID, now time.Time) ([]engine.Presence, error) {
	s := t.with(presencesOf, string(request))
	bindInstant(s, now)
	here, err := all(s, func(s *native.Stmt) (engine.Presence, error) {
		return engine.Presence{
			RequestID: word[engine.RequestID](s), By: word[engine.ReviewerID](s), Since: instant(s), Until: instant(s),
		}, nil
	})
	slices.SortFunc(here, func(a, b engine.Presence) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.By, b.By))
	})
	return here, err
}

// PutPresence implements engine.Tx.
func (t *tx) PutPresence(p engine.Presence) {
	t.put(putPresence, func(s *native.Stmt) {
		s.BindText(string(p.RequestID))
		s.BindText(string(p.By))
		bindInstant(s, p.Since)
		bindInstant(s, p.Until)
	}, "presence at", string(p.RequestID))
	if t.err != nil {
		return
	}
	s := t.stmt(forgetPresence)
	bindInstant(s, p.Since)
	if err := s.Run(); err != nil {
		t.fail(err, "presence at", string(p.RequestID))
	}
}

// DropPresence implements engine.Tx.
func (t *tx) DropPresence(request engine.RequestID, by engine.ReviewerID) {
	t.drop(dropPresence, string(request), string(by))
}

// drop runs a statement that deletes rows, if there are any.
func (t *tx) drop(sql string, key ...string) {
	if t.err != nil {
		return
	}
	if err := t.with(sql, key...).Run(); err != nil {
		t.fail(err, "row", key[0])
	}
}
