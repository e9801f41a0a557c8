package engine

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/table"
	"github.com/purserhq/purser/engine/text"
)

// importCells are the cells of a row by our names of their columns.
type importCells map[string]string

// trimmed are the cells without spaces around them.
func (c importCells) trimmed() importCells {
	trimmed := make(importCells, len(c))
	for name, cell := range c {
		trimmed[name] = strings.TrimSpace(cell)
	}
	return trimmed
}

func (e *Engine) importCustomer(ctx context.Context, c Caller, cells importCells) (id string, isNew bool, err error) {
	n := NewCustomer{
		Reference: cells["reference"], Name: cells["name"], Email: cells["email"], Country: cells["country"],
		Tags: cells.list("tags"),
	}
	was, err := e.Customer(ctx, n.Reference)
	if err == nil {
		same := was.Name == n.Name && was.Email == n.Email && was.Country == n.Country && slices.Equal(was.Tags, n.Tags)
		if !same || was.Reference != n.Reference {
			return "", false, errDiffers("reference", "customer "+n.Reference, string(was.ID))
		}
		return string(was.ID), false, nil
	}
	if CodeOf(err) != NotFound {
		return "", false, err
	}
	made, err := e.CreateCustomer(ctx, c, n)
	return string(made.ID), true, err
}

// list reads a cell that holds several texts: as JSON, as exports write them,
// or with semicolons between.
func (c importCells) list(name string) (list []string) {
	cell := c[name]
	if strings.HasPrefix(cell, "[") && json.Unmarshal([]byte(cell), &list) == nil {
		return list
	}
	for s := range strings.SplitSeq(cell, ";") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// fields reads a cell of keys and values that came from outside.
func (c importCells) fields(name string) (map[string]string, error) {
	fields, err := c.parsed(name)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if strings.Contains(fields[key], "****") {
			return nil, invalid(name, "%s is masked", key).Or("exports never hold card numbers; they come from where they are kept")
		}
	}
	return fields, nil
}

// parsed reads a cell of keys and values: as JSON, or as key:value with
// semicolons between. A value may have colons.
func (c importCells) parsed(name string) (map[string]string, error) {
	fields := map[string]string{}
	if strings.HasPrefix(c[name], "{") {
		if err := json.Unmarshal([]byte(c[name]), &fields); err != nil {
			return nil, invalid(name, "%s are no JSON object of texts", name)
		}
		return fields, nil
	}
	fields, err := table.Properties(c[name])
	if err != nil {
		return nil, invalid(name, "%v", err).Or("write them as key:value;key:value")
	}
	return fields, nil
}

func (e *Engine) importInstrument(ctx context.Context, c Caller, cells importCells) (id string, isNew bool, err error) {
	customer, err := e.Customer(ctx, cells["customer"])
	if err != nil {
		return "", false, inColumn("customer", err)
	}
	fields, err := cells.parsed("fields") // checked and masked when the file was read
	if err != nil {
		return "", false, err
	}
	all, err := e.Instruments(ctx, customer.ID)
	if err != nil {
		return "", false, err
	}
	for _, i := range all {
		if i.ServiceID == cells["service"] && maps.Equal(i.Fields, fields) {
			return string(i.ID), false, nil
		}
	}
	made, err := e.CreateInstrument(ctx, c, NewInstrument{CustomerID: customer.ID, ServiceID: cells["service"], Fields: fields})
	return string(made.ID), true, err
}

func (e *Engine) importPayment(ctx context.Context, c Caller, cells importCells) (id string, isNew bool, err error) {
	n := NewPayment{GatewayID: cells["gateway"], Kind: PaymentSale}
	if cells["kind"] != "" {
		n.Kind = PaymentKind(cells["kind"])
	}
	if n.CustomerID, n.InstrumentID, err = e.importPayee(ctx, cells); err != nil {
		return "", false, err
	}
	if n.Amount, err = cells.amount(); err != nil {
		return "", false, err
	}
	if at := cells["time"]; at != "" {
		if n.At, err = time.Parse(time.RFC3339, at); err != nil {
			return "", false, invalid("time", "%q is no time", at).Or("write it like 2026-11-01T10:00:00Z")
		}
		n.At = n.At.UTC()
	}
	if err := text.Check("reference", cells["reference"], longestReference); err != nil {
		return "", false, invalid("reference", "%v", err)
	}
	// Payments have no reference of their own: the row's is their key.
	c.Key = "import payment " + cells["reference"]
	done, again, err := e.replayed(ctx, c.Key)
	switch {
	case err != nil:
		return "", false, err
	case again && !strings.HasPrefix(done.Fingerprint, mark("payment", n)+" "):
		return "", false, errDiffers("reference", "payment "+cells["reference"], done.Result)
	case again:
		return done.Result, false, nil
	}
	p, err := e.RecordPayment(ctx, c, n)
	return string(p.ID), true, err
}

func (e *Engine) replayed(ctx context.Context, key string) (done Remembered, again bool, err error) {
	err = e.store.View(ctx, func(tx ReadTx) error {
		done, again, err = tx.Replay(key)
		return err
	})
	return done, again, err
}

func (e *Engine) importRequest(ctx context.Context, c Caller, cells importCells) (id string, isNew bool, err error) {
	n := NewRequest{PointID: cells["point"], Reference: cells["reference"], Description: cells["description"]}
	if n.CustomerID, n.InstrumentID, err = e.importPayee(ctx, cells); err != nil {
		return "", false, err
	}
	if n.Amount, err = cells.amount(); err != nil {
		return "", false, err
	}
	was, err := view(ctx, e, func(tx ReadTx) (Request, error) { return tx.RequestByReference(n.PointID, n.Reference) })
	switch {
	case err == nil && (was.CustomerID != n.CustomerID || was.OriginalAmount != n.Amount):
		return "", false, errDiffers("reference", "request "+n.Reference, string(was.ID))
	case err == nil:
		return string(was.ID), false, nil
	case CodeOf(err) != NotFound:
		return "", false, err
	}
	r, err := e.Create(ctx, c, n)
	return string(r.ID), true, err
}

// importPayee finds the customer of a row and which of their instruments it
// means: by its id, or by how its number ends.
func (e *Engine) importPayee(ctx context.Context, cells importCells) (CustomerID, InstrumentID, error) {
	customer, err := e.Customer(ctx, cells["customer"])
	if err != nil {
		return "", "", inColumn("customer", err)
	}
	wanted := cells["instrument"]
	if wanted == "" {
		return customer.ID, "", nil
	}
	all, err := e.Instruments(ctx, customer.ID)
	if err != nil {
		return "", "", err
	}
	var found []InstrumentID
	for _, i := range all {
		if string(i.ID) == wanted {
			return customer.ID, i.ID, nil
		}
		for _, value := range i.Fields {
			if strings.HasSuffix(value, wanted) || text.Masked(value) == wanted {
				found = append(found, i.ID)
				break
			}
		}
	}
	if len(found) != 1 {
		return "", "", invalid("instrument", "%q fits %d instruments of %s", wanted, len(found), cells["customer"]).
			Or("give its id, or how its number ends")
	}
	return customer.ID, found[0], nil
}

func (c importCells) amount() (money.Amount, error) {
	currency, err := money.ParseCurrency(c["currency"])
	if err != nil {
		return money.Amount{}, invalid("currency", "%v", err)
	}
	amount, err := money.Parse(c["amount"], currency)
	if err != nil {
		return amount, invalid("amount", "%v", err)
	}
	return amount, nil
}

// inColumn says which column an error is about.
func inColumn(name string, err error) error {
	return &Error{Code: CodeOf(err), Field: name, Message: err.Error(), Cause: err}
}
