package engine

import (
	"slices"
)

// What warns of an item is looked for when its run is planned, and once more
// when its turn comes, for it may be new. To look costs more than to approve,
// and signals are found in what is in the store, never by the clock. So the run
// knows up to which entry of the journal others have left its items alone, and
// those of which customers they have not; only for these is looked again. Claims
// are no part of the record, and always looked at.

// How much of what others did a run keeps apart. Beyond it looks at every item.
const (
	mostForeign = 200 // entries between two bites
	mostTouched = 200 // customers
)

// unrelated are the kinds of things in which no signal is found.
var unrelated = []string{
	KindRun, KindBatch, KindView, KindComment, KindBalance, KindGatewayState, KindRoute, KindScheme, KindRates, KindSource,
}

// follow takes note of what others did since the last bite. Those of run itself
// are not among it: its bites end with its own last entry.
func (w *work) follow(run *Run) error {
	if run.LeftAlone == 0 {
		return nil
	}
	foreign, err := w.tx.Journal(run.LeftAlone, mostForeign+1)
	if err != nil {
		return err
	}
	known := len(foreign) <= mostForeign
	for _, e := range foreign {
		if !known || slices.Contains(unrelated, e.Subject.Kind) {
			continue
		}
		customer, ok, err := w.concerned(e)
		if err != nil {
			return err
		}
		if known = ok; !slices.Contains(run.Touched, customer) {
			run.Touched = append(run.Touched, customer)
		}
	}
	if !known || len(run.Touched) > mostTouched {
		run.LeftAlone, run.Touched = 0, nil
	}
	return nil
}

// concerned is the one customer in whose requests signals can be others after
// e, if it is only one: a new instrument may be somebody else's as well.
func (w *work) concerned(e Event) (customer CustomerID, ok bool, err error) {
	if e.Chain != DeskChain {
		r, err := w.tx.Request(RequestID(e.Chain))
		return r.CustomerID, true, err
	}
	switch e.Subject.Kind {
	case KindCustomer:
		return CustomerID(e.Subject.ID), true, nil
	case KindPayment:
		_, id, ok := e.Change("customerId")
		return CustomerID(id), ok, nil
	default:
		return "", false, nil
	}
}

// followed is the end of a bite: nobody else wrote in between.
func (w *work) followed(run *Run) (err error) {
	if run.LeftAlone > 0 {
		run.LeftAlone, err = w.tx.LastSeq()
	}
	return err
}

// lookAhead finds what can warn of many items of a run at once, for who
// approves them one by one in this transaction.
func (w *work) lookAhead(run Run, items []RunItem) (err error) {
	ids := make([]RequestID, len(items))
	for i, item := range items {
		ids[i] = item.RequestID
	}
	if run.LeftAlone == 0 {
		w.ahead, err = cautions(w.tx, ids)
		return err
	}
	w.ahead, w.touched = make(map[RequestID]caution, len(ids)), run.Touched
	for _, id := range ids {
		w.ahead[id] = caution{}
	}
	claims, err := w.tx.Claims(ids)
	for _, c := range claims {
		w.ahead[c.RequestID] = caution{claim: c}
	}
	return err
}

// caution is what can warn of a request, as it was found ahead or as it is.
func (w *work) caution(r Request) (caution, error) {
	if found, ok := w.ahead[r.ID]; ok && !slices.Contains(w.touched, r.CustomerID) {
		return found, nil
	}
	found, err := cautions(w.tx, []RequestID{r.ID})
	return found[r.ID], err
}
