package sqlite

import (
	"maps"
	"slices"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	customerColumns = `id, reference, name, email, country, tags, payout_enabled, created_by, created_at`

	customerByID        = `SELECT ` + customerColumns + ` FROM customer WHERE id = ?`
	customerByReference = `SELECT ` + customerColumns + ` FROM customer WHERE reference = ? AND reference <> ''`
	customersAfter      = `SELECT ` + customerColumns + ` FROM customer WHERE id > ? ORDER BY id LIMIT ?`

	putCustomer = `INSERT INTO customer (` + customerColumns + `) VALUES (?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET reference = excluded.reference, name = excluded.name,
		email = excluded.email, country = excluded.country, tags = excluded.tags,
		payout_enabled = excluded.payout_enabled
		WHERE created_by = excluded.created_by AND created_at = excluded.created_at`
)

// Customer implements engine.ReadTx.
func (t *reader) Customer(id engine.CustomerID) (engine.Customer, error) {
	return one(t.with(customerByID, string(id)), scanCustomer, "customer", string(id))
}

// CustomerByReference implements engine.ReadTx.
func (t *reader) CustomerByReference(reference string) (engine.Customer, error) {
	return one(t.with(customerByReference, reference), scanCustomer, "customer with the reference", reference)
}

// Customers implements engine.ReadTx.
func (t *reader) Customers(after engine.CustomerID, limit int) ([]engine.Customer, error) {
	s := t.with(customersAfter, string(after))
	s.BindInt(int64(limit))
	return all(s, scanCustomer)
}

func scanCustomer(s *native.Stmt) (c engine.Customer, err error) {
	c.ID = word[engine.CustomerID](s)
	c.Reference, c.Name, c.Email, c.Country = s.Text(), s.Text(), s.Text(), s.Text()
	c.Tags, err = readList[string](s.Text())
	c.PayoutEnabled = s.Bool()
	c.CreatedBy = word[engine.ReviewerID](s)
	c.CreatedAt = instant(s)
	return c, err
}

// PutCustomer implements engine.Tx.
func (t *tx) PutCustomer(c engine.Customer) {
	t.renamed(c)
	t.put(putCustomer, func(s *native.Stmt) {
		s.BindText(string(c.ID))
		s.BindText(c.Reference)
		s.BindText(c.Name)
		s.BindText(c.Email)
		s.BindText(c.Country)
		s.BindText(writeList(c.Tags))
		s.BindBool(c.PayoutEnabled)
		s.BindText(string(c.CreatedBy))
		bindInstant(s, c.CreatedAt)
	}, "customer", string(c.ID))
	t.inserted("customer", indexCustomers)
}

const (
	instrumentColumns = `id, customer_id, service_id, method, currency, fields, status, created_by,
		created_at, verified_by`

	instrumentByID      = `SELECT ` + instrumentColumns + ` FROM instrument WHERE id = ?`
	customerInstruments = `SELECT ` + instrumentColumns + ` FROM instrument WHERE customer_id = ? ORDER BY row`

	putInstrument = `INSERT INTO instrument (` + instrumentColumns + `, ending, fingerprint) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET service_id = excluded.service_id, method = excluded.method,
		currency = excluded.currency, fields = excluded.fields, status = excluded.status,
		verified_by = excluded.verified_by, ending = excluded.ending,
		fingerprint = excluded.fingerprint
		WHERE customer_id = excluded.customer_id AND created_by = excluded.created_by
		AND created_at = excluded.created_at`
)

// Instrument implements engine.ReadTx.
func (t *reader) Instrument(id engine.InstrumentID) (engine.Instrument, error) {
	return one(t.with(instrumentByID, string(id)), scanInstrument, "instrument", string(id))
}

// Instruments implements engine.ReadTx.
func (t *reader) Instruments(customer engine.CustomerID) ([]engine.Instrument, error) {
	return all(t.with(customerInstruments, string(customer)), scanInstrument)
}

func scanInstrument(s *native.Stmt) (i engine.Instrument, err error) {
	i.ID = word[engine.InstrumentID](s)
	i.CustomerID = word[engine.CustomerID](s)
	i.ServiceID, i.Method = s.Text(), s.Text()
	i.Currency = word[money.Currency](s)
	i.Fields, err = readFields(s.Text())
	i.Status = word[engine.InstrumentStatus](s)
	i.CreatedBy = word[engine.ReviewerID](s)
	i.CreatedAt = instant(s)
	i.VerifiedBy = word[engine.ReviewerID](s)
	return i, err
}

// PutInstrument implements engine.Tx.
func (t *tx) PutInstrument(i engine.Instrument) {
	t.put(putInstrument, func(s *native.Stmt) {
		s.BindText(string(i.ID))
		s.BindText(string(i.CustomerID))
		s.BindText(i.ServiceID)
		s.BindText(i.Method)
		s.BindText(string(i.Currency))
		s.BindText(writeFields(i.Fields))
		s.BindText(string(i.Status))
		s.BindText(string(i.CreatedBy))
		bindInstant(s, i.CreatedAt)
		s.BindText(string(i.VerifiedBy))
		s.BindText(i.Ending())
		s.BindText(i.Fingerprint())
	}, "instrument", string(i.ID))
}

// writeFields keeps an instrument's fields, or a request's metadata, as rows of
// key and value.
func writeFields(fields map[string]string) string {
	var b []byte
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		b = appendRow(b, key, fields[key])
	}
	return string(b)
}

func readFields(list string) (map[string]string, error) {
	rows, err := readRows(list)
	if len(rows) == 0 || err != nil {
		return nil, err
	}
	fields := make(map[string]string, len(rows))
	for _, row := range rows {
		if len(row) == 2 {
			fields[row[0]] = row[1]
		}
	}
	return fields, nil
}

const (
	paymentColumns = `id, customer_id, instrument_id, gateway_id, kind, currency, amount, at, created_by, created_at`

	customerPayments = `SELECT ` + paymentColumns + ` FROM payment WHERE customer_id = ? ORDER BY row`

	putPayment = `INSERT INTO payment (` + paymentColumns + `) VALUES (?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET instrument_id = excluded.instrument_id,
		gateway_id = excluded.gateway_id, kind = excluded.kind, currency = excluded.currency,
		amount = excluded.amount, at = excluded.at
		WHERE customer_id = excluded.customer_id AND created_by = excluded.created_by
		AND created_at = excluded.created_at`
)

// Payments implements engine.ReadTx.
func (t *reader) Payments(customer engine.CustomerID) ([]engine.Payment, error) {
	return all(t.with(customerPayments, string(customer)), scanPayment)
}

func scanPayment(s *native.Stmt) (p engine.Payment, err error) {
	p.ID = word[engine.PaymentID](s)
	p.CustomerID = word[engine.CustomerID](s)
	p.InstrumentID = word[engine.InstrumentID](s)
	p.GatewayID = s.Text()
	p.Kind = word[engine.PaymentKind](s)
	currency := word[money.Currency](s)
	p.Amount = amount(s, currency)
	p.At = instant(s)
	p.CreatedBy = word[engine.ReviewerID](s)
	p.CreatedAt = instant(s)
	return p, nil
}

// PutPayment implements engine.Tx.
func (t *tx) PutPayment(p engine.Payment) {
	t.put(putPayment, func(s *native.Stmt) {
		s.BindText(string(p.ID))
		s.BindText(string(p.CustomerID))
		s.BindText(string(p.InstrumentID))
		s.BindText(p.GatewayID)
		s.BindText(string(p.Kind))
		s.BindText(string(p.Amount.Currency))
		s.BindInt(p.Amount.Minor)
		bindInstant(s, p.At)
		s.BindText(string(p.CreatedBy))
		bindInstant(s, p.CreatedAt)
	}, "payment", string(p.ID))
}
