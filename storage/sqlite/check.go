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
		for _, query := range []string{recount, reallocated, rerouted} {
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
		SELECT mode, status, blocked, attention, currency, count(*) AS requests, sum(amount) AS sum
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

// rerouted does the same for what each route was used for.
const rerouted = `
	WITH real AS (
		SELECT a.created_at / 86400000000 AS day, a.gateway_id, a.route_id, count(*) AS used,
			coalesce(sum(p.verdict <> ''), 0) AS ended, coalesce(sum(p.verdict = 'paid'), 0) AS succeeded,
			sum(iif(a.reserved <> 0, a.payout_amount, coalesce(p.processed, 0))) AS turnover
		FROM allocation AS a LEFT JOIN payout AS p ON p.allocation_id = a.id GROUP BY 1, 2, 3
	)
	SELECT 'the counters of route ' || route_id || ' at ' || gateway_id || ' on day ' || day || ' are wrong'
	FROM (SELECT * FROM (SELECT * FROM real EXCEPT SELECT * FROM route_day)
		UNION ALL SELECT * FROM (SELECT * FROM route_day EXCEPT SELECT * FROM real))`
