package engine

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
