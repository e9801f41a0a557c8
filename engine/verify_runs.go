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
