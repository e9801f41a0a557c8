package sqlite

import (
	"context"
	"fmt"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// Check reads the whole store and returns what is wrong with it, a sentence
// each: pages that do not fit together, and sums that differ from what they
// are of. It takes as long as reading the file.
func (s *Store) Check(ctx context.Context) (problems []string, err error) {
	err = s.View(ctx, func(tx engine.ReadTx) error {
		t := tx.(*reader)
		if problems, err = all(t.stmt("PRAGMA quick_check(20)"), scanText); err != nil {
			return err
		}
		if len(problems) == 1 && problems[0] == "ok" {
			problems = nil
		}
		for _, query := range []string{recount, reallocated} {
			wrong, err := all(t.stmt(query), scanText)
			if err != nil {
				return err
			}
			problems = append(problems, wrong...)
		}
		return nil
	})
	if isCode(err, native.Corrupt) {
		return []string{fmt.Sprintf("the file is damaged: %v", err)}, nil
	}
	return problems, err
}

// recount compares the counters with what there is.
const recount = `
	WITH held AS (
		SELECT mode, status, blocked, attention, currency, requests, sum FROM request_count WHERE requests <> 0
	), real AS (
		SELECT mode, status, blocked, attention <> '' AS attention, currency, count(*) AS requests, sum(amount) AS sum
		FROM request GROUP BY 1, 2, 3, 4, 5
	)
	SELECT 'the counter of ' || mode || ' requests that are ' || status || ' in ' || currency
		|| ' says ' || requests || ' (' || sum || '), which is wrong'
	FROM (SELECT * FROM held EXCEPT SELECT * FROM real)
	UNION ALL
	SELECT 'there are ' || requests || ' ' || mode || ' requests that are ' || status || ' in ' || currency
		|| ' (' || sum || '), which no counter says'
	FROM (SELECT * FROM real EXCEPT SELECT * FROM held)`

// reallocated does the same for what was allocated from each account.
const reallocated = `
	SELECT 'the account ' || gateway_id || ' has allocated ' || sum(real) || ' minor units of ' || currency
		|| ', but ' || sum(held) || ' are summed up'
	FROM (
		SELECT gateway_id, currency, sum(held + paid) AS real, 0 AS held FROM allocation GROUP BY 1, 2
		UNION ALL
		SELECT gateway_id, currency, 0, sum(amount) FROM allocated GROUP BY 1, 2
	) GROUP BY gateway_id, currency HAVING sum(real) <> sum(held)`
