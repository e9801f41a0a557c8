package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/text"
)

// A Selection says which requests are meant: exactly one of a list of ids, a
// filter and a batch. "All that match" is a filter, never a list.
type Selection struct {
	IDs    []RequestID
	Filter *filter.Expr // of the requests of Mode; one that is empty means all of them
	Mode   Mode         // for Filter
	Batch  BatchID

	by ReviewerID // who asks: what "me" in the filter means
}

// mostSelected bounds what one selection can be. Its ids and versions are kept
// in memory while people look at what would become of them.
const mostSelected = 1_000_000

// selectBite is how many requests are read in one transaction.
const selectBite = 500

// String says what is selected.
func (s Selection) String() string {
	switch {
	case s.Filter != nil && s.Filter.Empty():
		return "all requests"
	case s.Filter != nil:
		return text.Masked(s.Filter.String())
	case s.Batch != "":
		return "batch " + string(s.Batch)
	case len(s.IDs) == 1:
		return "1 request"
	default:
		return fmt.Sprintf("%d requests", len(s.IDs))
	}
}

func (s Selection) check() error {
	ways := 0
	for _, given := range []bool{len(s.IDs) > 0, s.Filter != nil, s.Batch != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return invalid("selection", "no request is selected")
	case ways > 1:
		return invalid("selection", "a selection is of ids, of a filter or of a batch, not of several")
	case len(s.IDs) > mostSelected:
		return tooMany()
	case s.Filter != nil && s.Mode != ModeLive && s.Mode != ModeTest:
		return invalid("mode", "the filter does not say whether live or test requests are meant")
	}
	return nil
}

func tooMany() error {
	return invalid("selection", "more than %d requests are selected", mostSelected).
		Or("narrow the selection, and do it in several runs")
}

// each calls take with the selected requests, a bite at a time, oldest first.
// Each bite is read in a transaction of its own, so that none is held for long.
func (e *Engine) each(ctx context.Context, s Selection, take func(ReadTx, []Request) error) error {
	if err := s.check(); err != nil {
		return err
	}
	if s.Filter != nil {
		return e.eachMatching(ctx, s, take)
	}
	if s.Batch != "" {
		return e.eachInBatch(ctx, s.Batch, take)
	}
	return e.eachNamed(ctx, s.IDs, take)
}

// eachInBatch takes the requests of a batch in its order.
func (e *Engine) eachInBatch(ctx context.Context, id BatchID, take func(ReadTx, []Request) error) error {
	for place, more := 0, true; more; {
		err := e.store.View(ctx, func(tx ReadTx) error {
			if _, err := tx.Batch(id); err != nil {
				return err
			}
			requests, err := tx.BatchRequests(id, place, selectBite)
			if err != nil || len(requests) == 0 {
				more = false
				return err
			}
			place = requests[len(requests)-1].BatchPlace
			return take(tx, requests)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) eachMatching(ctx context.Context, s Selection, take func(ReadTx, []Request) error) error {
	query := RequestQuery{Mode: s.Mode, By: s.by, Now: e.Now(), Filter: *s.Filter, Order: Order{Key: "created"}, Limit: selectBite}
	for more, taken := true, 0; more; {
		err := e.store.View(ctx, func(tx ReadTx) error {
			page, err := requestsIn(tx, query)
			if err != nil {
				return err
			}
			query.After, more = page.Next(false), page.More
			if taken += len(page.Rows); taken > mostSelected {
				return tooMany()
			}
			return take(tx, requestsOf(page.Rows))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachNamed takes requests by their ids, which sort by age.
func (e *Engine) eachNamed(ctx context.Context, ids []RequestID, take func(ReadTx, []Request) error) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for bite := range slices.Chunk(ids, selectBite) {
		err := e.store.View(ctx, func(tx ReadTx) error {
			rows, err := tx.RequestRows(bite)
			if err != nil {
				return err
			}
			requests := sortedAs(rows, bite)
			if missing := missing(bite, requests); len(missing) > 0 {
				return Errorf(NotFound, "no request has the id %s", either(missing))
			}
			return take(tx, requests)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sortedAs returns the requests of rows in the order of ids.
func sortedAs(rows []RequestRow, ids []RequestID) []Request {
	requests := requestsOf(rows)
	place := make(map[RequestID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(requests, func(a, b Request) int { return place[a.ID] - place[b.ID] })
	return requests
}

func requestsOf(rows []RequestRow) []Request {
	requests := make([]Request, len(rows))
	for i, row := range rows {
		requests[i] = row.Request
	}
	return requests
}

// missing returns those of ids that found lacks; both are in the same order.
func missing(ids []RequestID, found []Request) []string {
	var list []string
	for _, id := range ids {
		if len(found) > 0 && found[0].ID == id {
			found = found[1:]
			continue
		}
		list = append(list, string(id))
	}
	return list
}
