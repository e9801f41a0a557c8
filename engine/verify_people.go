package engine

import (
	"maps"
	"slices"
)

// Of customers, their instruments and payments there can be millions, all in one
// chain. So what the chain says of one is let go as soon as its row says the
// same: most after their first entry. If another entry follows, it goes on from
// the row.

// numerous are the kinds that are let go.
var numerous = []string{KindCustomer, KindInstrument, KindPayment}

// begin is what an entry finds that tells of something for the first time, or
// again after it was let go.
func (a *auditor) begin(event Event) (map[string]string, error) {
	said := map[string]string{}
	isFirst := slices.ContainsFunc(event.Changes, func(c Change) bool { return c.Field == "id" })
	if isFirst || !slices.Contains(numerous, event.Subject.Kind) {
		return said, nil
	}
	fields, err := a.theirs(event.Subject, nil)
	if err != nil || fields == nil {
		return said, err
	}
	a.recorded[event.Subject.Kind]--
	for _, f := range fields {
		said[f.Name] = f.Value
	}
	return said, nil
}

// letGo forgets what was rebuilt of something numerous once its row says so.
func (a *auditor) letGo(rebuilt map[Subject]map[string]string, subject Subject) error {
	said, ok := rebuilt[subject]
	if !ok || !slices.Contains(numerous, subject.Kind) {
		return nil
	}
	fields, err := a.theirs(subject, said)
	if err != nil || fields == nil {
		return err
	}
	for _, f := range fields {
		if said[f.Name] != f.Value {
			return nil
		}
	}
	delete(rebuilt, subject)
	a.recorded[subject.Kind]++
	return nil
}

// theirs is what the row of a customer, or of something of theirs, says; nil if
// it is gone.
func (a *auditor) theirs(subject Subject, said map[string]string) (fields []Field, err error) {
	switch subject.Kind {
	case KindCustomer:
		var c Customer
		c, err = a.tx.Customer(CustomerID(subject.ID))
		fields = c.fields()
	case KindInstrument:
		var i Instrument
		i, err = a.tx.Instrument(InstrumentID(subject.ID))
		fields = i.fields()
	case KindPayment:
		payments, err := a.tx.Payments(CustomerID(plain(said["customerId"])))
		at := slices.IndexFunc(payments, func(p Payment) bool { return string(p.ID) == subject.ID })
		if err != nil || at < 0 {
			return nil, err
		}
		return payments[at].fields(), nil
	}
	if CodeOf(err) == NotFound {
		return nil, nil
	}
	return fields, err
}

// customers proves that the chain tells of every customer, instrument and
// payment, and that what it tells is what their rows say.
func (a *auditor) customers(rebuilt map[Subject]map[string]string) error {
	for subject, said := range maps.Clone(rebuilt) {
		if !slices.Contains(numerous, subject.Kind) {
			continue
		}
		fields, err := a.theirs(subject, said)
		if err != nil {
			return err
		}
		if fields != nil {
			a.row(DeskChain, rebuilt, subject.Kind, subject.ID, fields)
		}
	}
	maps.DeleteFunc(rebuilt, func(s Subject, _ map[string]string) bool {
		return !slices.Contains(numerous, s.Kind) && !slices.Contains([]string{KindRun, KindBatch, KindImport}, s.Kind)
	})
	a.leftOver(DeskChain, rebuilt)
	there := map[string]int{}
	err := a.eachTheirs(func(s Subject) { there[s.Kind]++ })
	if err != nil || a.Broken != nil || maps.Equal(there, a.recorded) {
		return err
	}
	return a.unrecorded()
}

// eachTheirs names every customer, instrument and payment that there is.
func (a *auditor) eachTheirs(take func(Subject)) error {
	after := CustomerID("")
	for {
		customers, err := a.tx.Customers(after, verifyBite)
		if err != nil || len(customers) == 0 {
			return err
		}
		for _, customer := range customers {
			after = customer.ID
			take(Subject{KindCustomer, string(customer.ID)})
			instruments, err := a.tx.Instruments(customer.ID)
			if err != nil {
				return err
			}
			for _, i := range instruments {
				take(Subject{KindInstrument, string(i.ID)})
			}
			payments, err := a.tx.Payments(customer.ID)
			if err != nil {
				return err
			}
			for _, p := range payments {
				take(Subject{KindPayment, string(p.ID)})
			}
		}
	}
}

// unrecorded finds what is there and has no entry. Only now is it worth keeping
// the name of everything.
func (a *auditor) unrecorded() error {
	named := map[Subject]bool{}
	for number := 0; ; {
		events, err := a.tx.Events(DeskChain, number, verifyBite)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			break
		}
		for _, event := range events {
			named[event.Subject], number = true, event.Number
		}
	}
	return a.eachTheirs(func(s Subject) {
		if !named[s] {
			a.broken(DeskChain, 0, 0, "%s %s has no entry", s.Kind, s.ID)
		}
	})
}
