package engine

import "maps"

// runs proves every run: its row is what its entries say, and its counters are
// what its items come to.
func (a *auditor) runs(rebuilt map[Subject]map[string]string) error {
	for _, mode := range []Mode{ModeLive, ModeTest} {
		query := RunQuery{Mode: mode, Limit: verifyBite}
		for a.Broken == nil {
			runs, err := a.tx.Runs(query)
			if err != nil {
				return err
			}
			for _, run := range runs {
				a.row(DeskChain, rebuilt, KindRun, string(run.ID), run.fields())
				if err := a.runItems(run); err != nil {
					return err
				}
				query.Before = run.ID
			}
			if len(runs) < query.Limit {
				break
			}
		}
	}
	return nil
}

func (a *auditor) runItems(run Run) error {
	var counted Run
	query := RunItemQuery{Limit: verifyBite}
	for {
		items, err := a.tx.RunItems(run.ID, query)
		if err != nil {
			return err
		}
		for _, item := range items {
			counted.Kept++
			query.After = item.Place
			switch item.Result {
			case ItemDone:
				counted.Done++
			case ItemRefused:
				counted.Refused++
			case ItemSkipped:
				counted.Skipped++
			}
		}
		if len(items) < query.Limit {
			break
		}
	}
	says := [...]int{run.Kept, run.Done, run.Refused, run.Skipped}
	if is := [...]int{counted.Kept, counted.Done, counted.Refused, counted.Skipped}; says != is {
		a.broken(DeskChain, 0, 0, "run %s says %v of its items are kept, done, refused and left out; %v are", run.ID, says, is)
	}
	return nil
}

// imports proves every import: its row is what its entries say, and its counters
// are what its rows come to, as far as they are still there.
func (a *auditor) imports(rebuilt map[Subject]map[string]string) error {
	query := ImportQuery{Limit: verifyBite}
	for a.Broken == nil {
		imports, err := a.tx.Imports(query)
		if err != nil {
			return err
		}
		for _, i := range imports {
			a.row(DeskChain, rebuilt, KindImport, string(i.ID), i.fields())
			if err := a.importRows(i); err != nil {
				return err
			}
			query.Before = i.ID
		}
		if len(imports) < query.Limit {
			break
		}
	}
	return nil
}

func (a *auditor) importRows(i Import) error {
	var counted Import
	query := ImportRowQuery{Limit: verifyBite}
	for {
		rows, err := a.tx.ImportRows(i.ID, query)
		if err != nil {
			return err
		}
		for _, row := range rows {
			counted.Count(row)
		}
		if len(rows) < query.Limit {
			break
		}
		query.After = rows[len(rows)-1].Place
	}
	says := [...]int{i.Kept, i.Made, i.Known, i.Differs, i.Refused}
	if i.Cleared() { // of the rest nobody knows any more
		says = [...]int{i.Kept, counted.Made, counted.Known, counted.Differs, counted.Refused}
	}
	if is := [...]int{counted.Kept, counted.Made, counted.Known, counted.Differs, counted.Refused}; says != is {
		a.broken(DeskChain, 0, 0, "import %s says %v of its rows are kept, made, known, differ and are refused; %v are", i.ID, says, is)
	}
	return nil
}

// batches proves every batch that its entries tell of, and recounts it.
func (a *auditor) batches(rebuilt map[Subject]map[string]string) error {
	for subject := range maps.Clone(rebuilt) {
		if subject.Kind != KindBatch {
			continue
		}
		batch, err := a.tx.Batch(BatchID(subject.ID))
		if CodeOf(err) == NotFound {
			continue // and so left over
		}
		if err != nil {
			return err
		}
		a.row(DeskChain, rebuilt, KindBatch, subject.ID, batch.fields())
		if err := a.batchRows(batch); err != nil {
			return err
		}
		totals, err := a.tx.BatchTotals(batch.ID)
		if err != nil {
			return err
		}
		requests := 0
		for _, sum := range totals.Sums {
			requests += sum.Requests
		}
		if requests != batch.Requests {
			a.broken(DeskChain, 0, 0, "batch %s says that %d requests are in it, there are %d", batch.ID, batch.Requests, requests)
		}
	}
	return nil
}
