package engine

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// A NewCustomer is what it takes to create a customer.
type NewCustomer struct {
	Reference string
	Name      string
	Email     string
	Country   string
	Tags      []string
}

var (
	emailForm   = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
)

// CreateCustomer takes in a customer, who can be paid at once.
func (e *Engine) CreateCustomer(ctx context.Context, c Caller, n NewCustomer) (customer Customer, err error) {
	result, err := e.do(ctx, c, mark("customer", n), func(w *work) error {
		if err := w.least(RoleReviewer, "create a customer"); err != nil {
			return err
		}
		if err := n.check(); err != nil {
			return err
		}
		if n.Reference != "" {
			if other, err := w.tx.CustomerByReference(n.Reference); err == nil {
				return Errorf(Refused, "the reference %q belongs to %s", n.Reference, other.ID)
			} else if CodeOf(err) != NotFound {
				return err
			}
		}
		customer = Customer{
			ID: CustomerID(w.world.IDs.New("cus")), Reference: n.Reference, Name: n.Name, Email: n.Email,
			Country: n.Country, Tags: n.Tags, PayoutEnabled: true, CreatedBy: w.actor.ID, CreatedAt: w.now,
		}
		w.tx.PutCustomer(customer)
		w.result = string(customer.ID)
		return w.appendDesk(KindCustomer, string(customer.ID), "customer-created", changes(nil, customer.fields()))
	})
	if err != nil {
		return Customer{}, fmt.Errorf("cannot create a customer: %w", err)
	}
	if customer.ID == "" {
		return e.Customer(ctx, result)
	}
	return customer, nil
}

func (n NewCustomer) check() error {
	for _, t := range []struct {
		field, value string
		most         int
	}{{"reference", n.Reference, longestReference}, {"name", n.Name, longestName}, {"email", n.Email, longestName}} {
		if err := text.Check(t.field, t.value, t.most); err != nil {
			return invalid(t.field, "%v", err)
		}
	}
	switch {
	case n.Reference == "" && n.Name == "":
		return invalid("name", "a customer needs a reference or a name")
	case n.Email != "" && !emailForm.MatchString(n.Email):
		return invalid("email", "%q is no email address", n.Email)
	case n.Country != "" && !countryForm.MatchString(n.Country):
		return invalid("country", "%q is no country", n.Country).Or("two capital letters, as US")
	}
	return nil
}

// EnablePayouts allows or stops payouts to a customer. Stopped, nothing of
// theirs is sent any more; what is at a provider goes on.
func (e *Engine) EnablePayouts(ctx context.Context, c Caller, id CustomerID, enabled bool) (customer Customer, err error) {
	_, err = e.do(ctx, c, mark("customer-set", id, enabled), func(w *work) error {
		w.result = string(id)
		if err := w.least(RoleReviewer, "change a customer"); err != nil {
			return err
		}
		was, err := w.tx.Customer(id)
		if err != nil {
			return err
		}
		customer = was
		customer.PayoutEnabled = enabled
		changed := changes(was.fields(), customer.fields())
		if len(changed) == 0 {
			return nil
		}
		w.tx.PutCustomer(customer)
		return w.appendDesk(KindCustomer, string(id), "customer-modified", changed)
	})
	if err == nil && customer.ID == "" { // the key was seen before
		return e.Customer(ctx, string(id))
	}
	return customer, err
}

// A NewInstrument is what it takes to create an instrument.
type NewInstrument struct {
	CustomerID CustomerID
	ServiceID  string
	Fields     map[string]string
}

// CreateInstrument adds a way to pay a customer. What staff adds is unverified
// until somebody else vouches for it.
func (e *Engine) CreateInstrument(ctx context.Context, c Caller, n NewInstrument) (i Instrument, err error) {
	result, err := e.do(ctx, c, mark("instrument", n.CustomerID, n.ServiceID, n.Fields), func(w *work) error {
		if err := w.least(RoleReviewer, "create an instrument"); err != nil {
			return err
		}
		service, err := w.config.service(n.ServiceID)
		if err != nil {
			return err
		}
		if service.Disabled {
			return Errorf(Refused, "service %s is disabled", service.ID)
		}
		if err := w.config.checkFields(service, n.Fields, w.caller.file != ""); err != nil {
			return err
		}
		if _, err := w.tx.Customer(n.CustomerID); err != nil {
			return err
		}
		i = Instrument{
			ID: InstrumentID(w.world.IDs.New("inst")), CustomerID: n.CustomerID, ServiceID: service.ID,
			Method: service.Method, Currency: service.Currency, Fields: service.kept(n.Fields),
			Status: InstrumentUnverified, CreatedBy: w.actor.ID, CreatedAt: w.now,
		}
		if w.actor.ID == ByEngine || w.caller.imports { // customers come in through the engine
			i.Status = InstrumentActive
		}
		w.tx.PutInstrument(i)
		w.result = string(i.ID)
		return w.appendDesk(KindInstrument, string(i.ID), "instrument-created", changes(nil, i.fields()))
	})
	if err != nil {
		return Instrument{}, fmt.Errorf("cannot create an instrument: %w", err)
	}
	if i.ID == "" {
		return e.Instrument(ctx, InstrumentID(result))
	}
	return i, nil
}

// kept are the fields of an instrument as they are kept. Of a card number only
// what it is recognised by is: this is no card vault, and what is not there
// cannot get out.
func (s Service) kept(fields map[string]string) map[string]string {
	kept := maps.Clone(fields)
	for _, f := range s.Fields {
		if value := fields[f.Key]; f.Luhn && value != "" {
			kept[f.Key] = text.MaskCard(value)
		}
	}
	return kept
}

// CheckFields finds what is wrong with the fields of an instrument of a
// service, by the rules that every door has in common.
func (c *Config) CheckFields(s Service, fields map[string]string) error {
	return c.checkFields(s, fields, false)
}

// checkFields is CheckFields, where card numbers may be masked if they were
// checked before.
func (c *Config) checkFields(s Service, fields map[string]string, checked bool) error {
	for _, key := range keys(fields) {
		if !slices.ContainsFunc(s.Fields, func(f ServiceField) bool { return f.Key == key }) && !steering(s, key) {
			return invalid("fields."+key, "service %s has no field %q", s.ID, key).
				Or("its fields: %s", orNone(fieldKeys(s.Fields)))
		}
		if err := text.Check("fields."+key, fields[key], longestName); err != nil {
			return invalid("fields."+key, "%v", err)
		}
	}
	for _, f := range s.Fields {
		if checked && f.Luhn && strings.Contains(fields[f.Key], "****") {
			continue
		}
		if err := f.check(c.forms[f.Pattern], fields[f.Key]); err != nil {
			return err
		}
	}
	return nil
}

// form compiles a field's pattern, which has to fit the whole value.
func (f ServiceField) form() (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + f.Pattern + `)$`)
}

// steering reports whether key steers the sandbox, which every service of the
// method test has without naming it.
func steering(s Service, key string) bool {
	return s.Method == "test" && len(key) > len(steeringPrefix) && strings.HasPrefix(key, steeringPrefix)
}

const steeringPrefix = "test_details_"

func fieldKeys(fields []ServiceField) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.Key
	}
	return list
}

// check holds a value against the field's form, compiled. What a card number
// might be is not repeated.
func (f ServiceField) check(form *regexp.Regexp, value string) error {
	field := "fields." + f.Key
	if value == "" {
		if f.Required {
			return invalid(field, "%s is required", f.Key)
		}
		return nil
	}
	if f.Pattern != "" {
		shown := text.Masked(value)
		if f.Luhn {
			shown = text.MaskCard(value)
		}
		switch {
		case form == nil:
			return Errorf(Internal, "the pattern of %s does not compile", f.Key)
		case !form.MatchString(value):
			return invalid(field, "%s %q does not fit %s", f.Key, shown, f.Pattern)
		}
	}
	if f.Luhn && !text.Luhn(value) {
		return invalid(field, "%s has a wrong check digit", f.Key)
	}
	return nil
}

// VerifyInstrument vouches for an instrument that somebody else added.
func (e *Engine) VerifyInstrument(ctx context.Context, c Caller, id InstrumentID) (i Instrument, err error) {
	_, err = e.do(ctx, c, mark("verify", id), func(w *work) error {
		if err := w.least(RoleReviewer, "verify an instrument"); err != nil {
			return err
		}
		if i, err = w.tx.Instrument(id); err != nil {
			return err
		}
		if err := WhyNotVerify(w.actor, i); err != nil {
			return err
		}
		return w.verify(i)
	})
	if err == nil {
		i, err = e.Instrument(ctx, id)
	}
	return i, err
}

func (w *work) verify(was Instrument) error {
	i := was
	i.Status, i.VerifiedBy = InstrumentActive, w.actor.ID
	w.tx.PutInstrument(i)
	return w.appendDesk(KindInstrument, string(i.ID), "instrument-verified", changes(was.fields(), i.fields()))
}

// A NewPayment is money that came in.
type NewPayment struct {
	CustomerID   CustomerID
	InstrumentID InstrumentID
	GatewayID    string
	Kind         PaymentKind
	Amount       money.Amount
	At           time.Time // zero for now
}

// RecordPayment keeps an earlier payment of a customer, from which exposure is
// computed. It takes an admin, for it decides how much can flow back.
func (e *Engine) RecordPayment(ctx context.Context, c Caller, n NewPayment) (p Payment, err error) {
	result, err := e.do(ctx, c, mark("payment", n), func(w *work) error {
		if err := w.least(RoleAdmin, "record payments"); err != nil {
			return err
		}
		if err := w.checkPayment(n); err != nil {
			return err
		}
		p = Payment{
			ID: PaymentID(w.world.IDs.New("pay")), CustomerID: n.CustomerID, InstrumentID: n.InstrumentID,
			GatewayID: n.GatewayID, Kind: n.Kind, Amount: n.Amount, At: n.At,
			CreatedBy: w.actor.ID, CreatedAt: w.now,
		}
		if p.At.IsZero() {
			p.At = w.now
		}
		w.tx.PutPayment(p)
		w.result = string(p.ID)
		return w.appendDesk(KindPayment, string(p.ID), "payment-recorded", changes(nil, p.fields()))
	})
	if err != nil {
		return Payment{}, fmt.Errorf("cannot record a payment: %w", err)
	}
	if p.ID == "" { // the key was seen before
		return e.payment(ctx, n.CustomerID, PaymentID(result))
	}
	return p, nil
}

// payment returns one of a customer's payments.
func (e *Engine) payment(ctx context.Context, customer CustomerID, id PaymentID) (Payment, error) {
	all, err := e.Payments(ctx, customer)
	if err != nil {
		return Payment{}, err
	}
	i := slices.IndexFunc(all, func(p Payment) bool { return p.ID == id })
	if i < 0 {
		return Payment{}, Errorf(NotFound, "there is no payment %s", id)
	}
	return all[i], nil
}

func (w *work) checkPayment(n NewPayment) error {
	if n.Kind != PaymentSale && n.Kind != PaymentCapture {
		return invalid("kind", "%q is no kind of payment", n.Kind).Or("sale or capture")
	}
	account, err := w.config.gateway(n.GatewayID)
	if err != nil {
		return err
	}
	switch {
	case !n.Amount.Positive():
		return invalid("amount", "the amount is %s; it has to be above zero", n.Amount)
	case n.Amount.Currency != account.Currency:
		return invalid("currency", "account %s is in %s", account.ID, account.Currency)
	case n.At.After(w.now):
		return invalid("at", "the payment would be in the future")
	}
	instrument, err := w.tx.Instrument(n.InstrumentID)
	if err != nil {
		return err
	}
	if instrument.CustomerID != n.CustomerID {
		return invalid("paymentInstrumentId", "instrument %s is not one of %s", n.InstrumentID, n.CustomerID)
	}
	return nil
}
