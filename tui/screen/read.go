package screen

import (
	"context"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
)

// OpenOf returns the open requests of a request's customer, without itself.
func OpenOf(ctx context.Context, e *engine.Engine, r engine.Request) ([]engine.RequestRow, error) {
	const enough = 100
	return ofCustomer(ctx, e, r, enough, engine.RequestPending, engine.RequestReady,
		engine.RequestApproved, engine.RequestInProgress)
}

// ClosedOf returns the latest closed requests of a request's customer, without
// itself.
func ClosedOf(ctx context.Context, e *engine.Engine, r engine.Request) ([]engine.RequestRow, error) {
	const latest = 30
	return ofCustomer(ctx, e, r, latest, engine.RequestFulfilled, engine.RequestCanceled,
		engine.RequestSplit, engine.RequestMerged)
}

func ofCustomer(ctx context.Context, e *engine.Engine, r engine.Request, most int,
	statuses ...engine.RequestStatus,
) ([]engine.RequestRow, error) {
	in := make([]filter.Value, len(statuses))
	for i, status := range statuses {
		in[i] = filter.Value{Text: string(status)}
	}
	expr := filter.Expr{Clauses: []filter.Clause{
		{Field: "customer", Kind: filter.ID, Values: []filter.Value{{Text: string(r.CustomerID)}}},
		{Field: "status", Kind: filter.Enum, Values: in},
	}}
	page, err := e.Requests(ctx, engine.RequestQuery{
		Mode: r.Mode, Filter: expr,
		Order: engine.Order{Key: "created", Descending: true}, Limit: most,
	})
	var others []engine.RequestRow
	for _, row := range page.Rows {
		if row.ID != r.ID {
			others = append(others, row)
		}
	}
	return others, err
}

// ReadFilter reads what was typed, or a view's filter, for the reviewer here.
func (d *Desk) ReadFilter(typed string, now time.Time) (filter.Expr, error) {
	expr, err := filter.Parse(typed, engine.RequestFields(), now)
	for _, clause := range expr.Clauses {
		for i, v := range clause.Values {
			if clause.Field == "claimedBy" && v.Text == "me" {
				clause.Values[i].Text = string(d.Actor.ID)
			}
		}
	}
	return expr, err
}
