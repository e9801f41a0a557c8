package sqlite

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	organisation    = `SELECT id, created_at, head_number, head_hash FROM organisation`
	putOrganisation = `INSERT INTO organisation (row, id, created_at, head_number, head_hash) VALUES (1,?,?,?,?)
		ON CONFLICT (row) DO UPDATE SET head_number = excluded.head_number, head_hash = excluded.head_hash
		WHERE id = excluded.id AND created_at = excluded.created_at`

	balanceOf  = `SELECT gateway_id, known, currency, balance, reserved FROM balance WHERE gateway_id = ?`
	putBalance = `INSERT INTO balance (gateway_id, known, currency, balance, reserved) VALUES (?,?,?,?,?)
		ON CONFLICT (gateway_id) DO UPDATE SET known = excluded.known, currency = excluded.currency,
		balance = excluded.balance, reserved = excluded.reserved`

	configRevision  = `SELECT revision FROM config_revision`
	nextRevision    = `UPDATE config_revision SET revision = revision + 1`
	configured      = `SELECT kind, id, body FROM config WHERE body <> '' ORDER BY place`
	schemeRevisions = `SELECT scheme, number, at, "by", body FROM scheme_revision WHERE scheme = ? ORDER BY number`
	putRevision     = `INSERT INTO scheme_revision (scheme, number, at, "by", body) VALUES (?,?,?,?,?)`
	putConfig       = `INSERT INTO config (kind, id, body) VALUES (?,?,?)
		ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body`
)

// Organisation implements engine.ReadTx.
func (t *reader) Organisation() (engine.Organisation, error) {
	return one(t.stmt(organisation), func(s *native.Stmt) (engine.Organisation, error) {
		return engine.Organisation{ID: s.Text(), CreatedAt: instant(s), Head: scanHead(s)}, nil
	}, "organisation", "in this store")
}

// PutOrganisation implements engine.Tx.
func (t *tx) PutOrganisation(o engine.Organisation) {
	t.put(putOrganisation, func(s *native.Stmt) {
		s.BindText(o.ID)
		bindInstant(s, o.CreatedAt)
		bindHead(s, o.Head)
	}, "organisation", o.ID)
}

// Balance implements engine.ReadTx.
func (t *reader) Balance(gateway string) (engine.Balance, error) {
	return one(t.with(balanceOf, gateway), func(s *native.Stmt) (engine.Balance, error) {
		b := engine.Balance{GatewayID: s.Text(), Known: s.Bool()}
		c := word[money.Currency](s)
		b.Balance, b.Reserved = amount(s, c), amount(s, c)
		return b, nil
	}, "balance of gateway account", gateway)
}

// PutBalance implements engine.Tx.
func (t *tx) PutBalance(b engine.Balance) {
	c := b.Balance.Currency
	if c == "" {
		c = b.Reserved.Currency
	}
	t.sameCurrency("balance", b.GatewayID, c, b.Balance, b.Reserved)
	t.put(putBalance, func(s *native.Stmt) {
		s.BindText(b.GatewayID)
		s.BindBool(b.Known)
		s.BindText(string(c))
		s.BindInt(b.Balance.Minor)
		s.BindInt(b.Reserved.Minor)
	}, "balance", b.GatewayID)
}

// Config implements engine.ReadTx. Reading and decoding all of it takes long
// beside a transaction, so what was decoded last is kept by its revision, which
// every transaction asks for.
func (t *reader) Config() (*engine.Config, error) {
	if t.config != nil {
		return t.config, nil
	}
	revision, err := one(t.stmt(configRevision), func(s *native.Stmt) (int64, error) { return s.Int(), nil },
		"configuration", "in this store")
	if err != nil {
		return nil, err
	}
	if kept := t.store.config.Load(); kept != nil && kept.Revision == revision && !t.unsettled() {
		t.config = kept
		return kept, nil
	}
	rows, err := all(t.stmt(configured), func(s *native.Stmt) (configRow, error) {
		return configRow{s.Text(), s.Text(), s.Text()}, nil
	})
	if err != nil {
		return nil, err
	}
	c, err := decodeConfig(revision, rows)
	if err != nil {
		return nil, err
	}
	if t.config = c; !t.unsettled() {
		t.store.config.Store(c)
	}
	return c, nil
}

// unsettled reports whether the configuration was changed in a transaction that
// may still be undone: the next one to be made would bear the same revision.
func (t *reader) unsettled() bool { return t.group != nil && t.group.configured }

// PutConfig implements engine.Tx.
func (t *tx) PutConfig(kind, id string, body []byte) {
	t.put(nextRevision, func(*native.Stmt) {}, "configuration", id)
	t.put(putConfig, func(s *native.Stmt) {
		s.BindText(kind)
		s.BindText(id)
		s.BindText(string(body))
	}, kind, id)
	t.group.configured, t.config = true, nil
}

// SchemeRevisions implements engine.ReadTx.
func (t *reader) SchemeRevisions(scheme string) ([]engine.SchemeRevision, error) {
	return all(t.with(schemeRevisions, scheme), func(s *native.Stmt) (engine.SchemeRevision, error) {
		return engine.SchemeRevision{
			Scheme: s.Text(), Number: int(s.Int()), At: instant(s), By: word[engine.ReviewerID](s), Body: []byte(s.Text()),
		}, nil
	})
}

// PutSchemeRevision implements engine.Tx.
func (t *tx) PutSchemeRevision(r engine.SchemeRevision) {
	t.put(putRevision, func(s *native.Stmt) {
		s.BindText(r.Scheme)
		s.BindInt(int64(r.Number))
		bindInstant(s, r.At)
		s.BindText(string(r.By))
		s.BindText(string(r.Body))
	}, "revision of routing scheme", r.Scheme)
}

// A configRow is one kept object.
type configRow struct{ kind, id, body string }

func decodeConfig(revision int64, rows []configRow) (*engine.Config, error) {
	c := engine.NewConfig(revision)
	for _, row := range rows {
		if err := c.Add(row.kind, row.id, []byte(row.body)); err != nil {
			return nil, err
		}
	}
	return c, nil
}
