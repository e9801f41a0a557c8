package enginetest

import "github.com/purserhq/purser/engine"

// runs finds out whether a request bears the mark of a run exactly if the run
// says that it was done. That a run counts its items right is a matter of the
// record.
func (c *checker) runs(tx engine.ReadTx, mode engine.Mode) error {
	query := engine.RunQuery{Mode: mode, Limit: 500}
	for {
		runs, err := tx.Runs(query)
		if err != nil {
			return err
		}
		for _, run := range runs {
			query.Before = run.ID
			if err := c.run(tx, run); err != nil {
				return err
			}
		}
		if len(runs) < query.Limit {
			return nil
		}
	}
}

func (c *checker) run(tx engine.ReadTx, run engine.Run) error {
	query := engine.RunItemQuery{Limit: 500}
	for {
		items, err := tx.RunItems(run.ID, query)
		if err != nil {
			return err
		}
		for _, item := range items {
			query.After = item.Place
			events, err := tx.Events(string(item.RequestID), 0, 10000)
			if err != nil {
				return err
			}
			var marks []engine.Event
			for _, event := range events {
				if event.Detail("run") == string(run.ID) {
					marks = append(marks, event)
				}
			}
			if done := item.Result == engine.ItemDone; done != (len(marks) > 0) {
				c.broken("7: item %d of %s is %s, and %d entries of %s name it",
					item.Place, run.ID, item.Result, len(marks), item.RequestID)
			}
			if run.Action.Verb == engine.VerbApprove && len(marks) > 1 {
				c.broken("7: %s was approved %d times by %s", item.RequestID, len(marks), run.ID)
			}
		}
		if len(items) < query.Limit {
			return nil
		}
	}
}
