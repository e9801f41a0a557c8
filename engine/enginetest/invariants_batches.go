package enginetest

import "github.com/purserhq/purser/engine"

// batches finds out whether every row of a file is one request of the point it
// was for, or says why not.
func (c *checker) batches(tx engine.ReadTx, mode engine.Mode) error {
	query := engine.BatchQuery{Mode: mode, Limit: 500}
	for {
		batches, err := tx.Batches(query)
		if err != nil {
			return err
		}
		for _, b := range batches {
			query.Before = b.ID
			if err := c.batchRows(tx, b); err != nil {
				return err
			}
		}
		if len(batches) < query.Limit {
			return nil
		}
	}
}

func (c *checker) batchRows(tx engine.ReadTx, b engine.Batch) error {
	became := map[engine.RequestID]int{}
	query := engine.BatchRowQuery{Limit: 500}
	for {
		rows, err := tx.BatchRows(b.ID, query)
		if err != nil {
			return err
		}
		for _, row := range rows {
			query.After = row.Line
			if row.Status == engine.BatchRowSkipped {
				if row.RequestID != "" || row.Why == "" {
					c.broken("8: line %d of batch %s is skipped, as request %q, for %q", row.Line, b.ID, row.RequestID, row.Why)
				}
				continue
			}
			r, err := tx.Request(row.RequestID)
			if err != nil || r.PointID != b.PointID || became[r.ID] > 0 {
				c.broken("8: line %d of batch %s is request %s of point %s, and line %d too (%v)",
					row.Line, b.ID, row.RequestID, r.PointID, became[r.ID], err)
			}
			became[row.RequestID] = row.Line
		}
		if len(rows) < query.Limit {
			return nil
		}
	}
}
