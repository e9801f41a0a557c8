package sqlite

import (
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// How much of each kind is read of what stands around a request, so that a
// customer with a hundred thousand of them costs no more than one with many.
const (
	mostNearby = 50  // before, and as many after
	mostShared = 8   // other instruments with the same fingerprint
	mostSummed = 500 // payments, and as many allocations
	mostBlocks = 20
)

const (
	surrounded = `SELECT r.id, r.mode, r.point_id, r.split_from <> '' OR r.remainder_of <> '' OR r.pays_again <> '', r.currency, r.amount,
		r.policy_amount, r.created_at, c.id, c.name, c.country, c.created_at,
		coalesce(i.id, ''), coalesce(i.fields, ''), coalesce(i.fingerprint, '')
		FROM json_each(?) AS place CROSS JOIN request AS r ON r.id = place.value
		CROSS JOIN customer AS c ON c.id = r.customer_id LEFT JOIN instrument AS i ON i.id = r.instrument_id`

	nearbyColumns = `SELECT id, split_from <> '' OR remainder_of <> '' OR pays_again <> '', currency, amount, instrument_id, status, created_at
		FROM request INDEXED BY request_customer WHERE customer_id = ? AND mode = ? AND id <> ? AND `
	nearbyBefore = nearbyColumns + `created_at <= ? AND created_at >= ? ORDER BY created_at DESC LIMIT ?`
	nearbyAfter  = nearbyColumns + `created_at > ? AND created_at <= ? ORDER BY created_at LIMIT ?`

	sharing = `SELECT coalesce(nullif(c.name, ''), nullif(c.reference, ''), c.id) FROM
		(SELECT customer_id FROM instrument WHERE fingerprint = ?1 AND fingerprint <> '' AND customer_id <> ?2 LIMIT ?3)
		CROSS JOIN customer AS c ON c.id = customer_id`

	paidIn = `SELECT count(*), coalesce(sum(CASE WHEN currency = ?1 THEN amount END), 0)
		FROM (SELECT currency, amount FROM payment WHERE customer_id = ?2 LIMIT ?3)`
	gotOut = `SELECT count(*),
		coalesce(sum(CASE WHEN currency = ?1 AND request_id <> ?2 THEN held + paid + overpaid - returned END), 0),
		coalesce(max(paid > 0 AND instrument_id = ?3), 0), coalesce(max(paid > 0 AND instrument_id <> ?3), 0)
		FROM (SELECT currency, request_id, held, paid, overpaid, returned, instrument_id FROM allocation
			WHERE customer_id = ?4 AND mode = ?5 LIMIT ?6)`

	pastBlocks = `SELECT b.request_id, b.reason, b.at, r.blocked = 1 AND r.block_at = b.at
		FROM block AS b CROSS JOIN request AS r ON r.id = b.request_id
		WHERE b.customer_id = ? AND r.mode = ? ORDER BY b.at DESC, b.row DESC LIMIT ?`

	putBlock = `INSERT INTO block (customer_id, request_id, reason, at) VALUES (?,?,?,?)`
)

// A place is a request whose surroundings are read.
type place struct {
	engine.Surroundings
	mode        engine.Mode
	fingerprint string
}

// Surroundings implements engine.ReadTx.
func (t *reader) Surroundings(ids []engine.RequestID) ([]engine.Surroundings, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	places, err := all(t.with(surrounded, jsonTexts(ids)), scanPlace)
	if err != nil {
		return nil, err
	}
	list := make([]engine.Surroundings, 0, len(places))
	for i := range places {
		p := &places[i]
		for _, read := range []func(*place) error{t.nearby, t.sharing, t.money, t.blocks} {
			if err := read(p); err != nil {
				return nil, err
			}
		}
		list = append(list, p.Surroundings)
	}
	return list, nil
}

func scanPlace(s *native.Stmt) (p place, err error) {
	p.Request = word[engine.RequestID](s)
	p.mode = word[engine.Mode](s)
	p.PointID, p.Derived = s.Text(), s.Bool()
	c := word[money.Currency](s)
	p.Amount, p.Policy = amount(s, c), amount(s, c)
	p.CreatedAt = instant(s)
	p.Customer.ID = word[engine.CustomerID](s)
	p.Customer.Name, p.Customer.Country, p.Customer.CreatedAt = s.Text(), s.Text(), instant(s)
	p.Instrument.ID = word[engine.InstrumentID](s)
	p.Instrument.Fields, err = readFields(s.Text())
	p.fingerprint = s.Text()
	return p, err
}

func (t *reader) nearby(p *place) error {
	for _, side := range []struct {
		sql  string
		edge time.Time
	}{{nearbyBefore, p.CreatedAt.Add(-signal.Window)}, {nearbyAfter, p.CreatedAt.Add(signal.Window)}} {
		s := t.with(side.sql, string(p.Customer.ID), string(p.mode), string(p.Request))
		bindInstant(s, p.CreatedAt)
		bindInstant(s, side.edge)
		s.BindInt(mostNearby + 1)
		found, err := all(s, scanNearby)
		if err != nil {
			return err
		}
		if len(found) > mostNearby {
			found, p.NearbyCut = found[:mostNearby], true
		}
		p.Nearby = append(p.Nearby, found...)
	}
	return nil
}

func scanNearby(s *native.Stmt) (n engine.Nearby, err error) {
	n.ID, n.Derived = word[engine.RequestID](s), s.Bool()
	c := word[money.Currency](s)
	n.Amount = amount(s, c)
	n.InstrumentID = word[engine.InstrumentID](s)
	n.Status = word[engine.RequestStatus](s)
	n.CreatedAt = instant(s)
	return n, nil
}

func (t *reader) sharing(p *place) (err error) {
	if p.fingerprint == "" {
		return nil
	}
	s := t.with(sharing, p.fingerprint, string(p.Customer.ID))
	s.BindInt(mostShared)
	names, err := all(s, scanText)
	p.ShareCut = len(names) == mostShared
	slices.Sort(names)
	p.Sharing = slices.Compact(names)
	return err
}

// money sums what the customer paid and got. Where there is more than is read,
// nothing is known of the sums, nor of what was never paid.
func (t *reader) money(p *place) error {
	c := p.Amount.Currency
	s := t.with(paidIn, string(c), string(p.Customer.ID))
	s.BindInt(mostSummed)
	payments, err := one(s, func(s *native.Stmt) (n int64, err error) {
		n, p.Paid = s.Int(), amount(s, c)
		return n, nil
	}, "payments of", string(p.Customer.ID))
	if err != nil {
		return err
	}
	s = t.with(gotOut, string(c), string(p.Request), string(p.Instrument.ID), string(p.Customer.ID), string(p.mode))
	s.BindInt(mostSummed)
	allocations, err := one(s, func(s *native.Stmt) (n int64, err error) {
		n, p.Got = s.Int(), amount(s, c)
		p.PaidHere, p.PaidElse = s.Bool(), s.Bool()
		return n, nil
	}, "allocations of", string(p.Customer.ID))
	p.Summed = payments < mostSummed && allocations < mostSummed
	p.PaidHere = p.PaidHere || allocations == mostSummed
	return err
}

func (t *reader) blocks(p *place) (err error) {
	s := t.with(pastBlocks, string(p.Customer.ID), string(p.mode))
	s.BindInt(mostBlocks)
	p.Blocks, err = all(s, scanPastBlock)
	return err
}

// rememberBlock keeps a block that was put on a request, for what signals look at.
func (t *tx) rememberBlock(was, now *engine.Request) {
	if now.Block == nil || was != nil && equal(was.Block, now.Block) {
		return
	}
	t.put(putBlock, func(s *native.Stmt) {
		s.BindText(string(now.CustomerID))
		s.BindText(string(now.ID))
		s.BindText(string(now.Block.Reason))
		bindInstant(s, now.Block.At)
	}, "block of", string(now.ID))
}

// fingerprintAll gives the instruments that were kept before there were
// fingerprints theirs.
func fingerprintAll(conn *native.Conn) error {
	rest := conn.Stmt(`SELECT row, method, fields FROM instrument WHERE fingerprint = '' AND row > ? ORDER BY row LIMIT 500`)
	type old struct {
		row         int64
		fingerprint string
	}
	for after := int64(0); ; {
		rest.BindInt(after)
		some, err := all(rest, func(s *native.Stmt) (old, error) {
			row, i := s.Int(), engine.Instrument{Method: s.Text()}
			var err error
			i.Fields, err = readFields(s.Text())
			return old{row, i.Fingerprint()}, err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		for _, o := range some {
			s := conn.Stmt(`UPDATE instrument SET fingerprint = ? WHERE row = ?`)
			s.BindText(o.fingerprint)
			s.BindInt(o.row)
			if err := s.Run(); err != nil {
				return err
			}
			after = o.row
		}
	}
}
