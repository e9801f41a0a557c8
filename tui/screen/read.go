package screen

import (
	"context"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// OpenOf returns the open requests of a request's customer, without itself.
func OpenOf(ctx context.Context, e *engine.Engine, r engine.Request) ([]engine.RequestRow, error) {
	const enough = 100
	expr := filter.Expr{Clauses: []filter.Clause{
		{Field: "customer", Kind: filter.ID, Values: []filter.Value{{Text: string(r.CustomerID)}}},
		{Field: "status", Kind: filter.Enum, Values: []filter.Value{
			{Text: string(engine.RequestPending)},
			{Text: string(engine.RequestReady)},
			{Text: string(engine.RequestApproved)},
			{Text: string(engine.RequestInProgress)},
		}},
	}}
	page, err := e.Requests(ctx, engine.RequestQuery{
		Mode: r.Mode, Filter: expr,
		Order: engine.Order{Key: "created", Descending: true}, Limit: enough,
	})
	var others []engine.RequestRow
	for _, row := range page.Rows {
		if row.ID != r.ID {
			others = append(others, row)
		}
	}
	return others, err
}
