package engine

import "context"

// An OpenPayout is a payout whose outcome nobody knows yet, with what it takes
// to pay it: for an account that people pay from by hand, their list.
type OpenPayout struct {
	Payout
	Customer   Customer
	Instrument Instrument
}

// mostOpen bounds one list of open payouts.
const mostOpen = 1000

// OpenPayouts lists up to limit payouts of an account whose outcome is open,
// oldest first. It takes a reviewer: the list tells how people are paid.
func (e *Engine) OpenPayouts(ctx context.Context, c Caller, gateway string, limit int) ([]OpenPayout, error) {
	if limit < 1 || limit > mostOpen {
		return nil, invalid("limit", "the limit is %d; 1 to %d can be", limit, mostOpen)
	}
	return view(ctx, e, func(tx ReadTx) ([]OpenPayout, error) {
		config, err := tx.Config()
		if err != nil {
			return nil, err
		}
		actor, err := config.actor(c.By)
		if err != nil {
			return nil, err
		}
		if err := mayAct(actor, RoleReviewer, "see what is to be paid"); err != nil {
			return nil, err
		}
		if _, err := config.gateway(gateway); err != nil {
			return nil, err
		}
		payouts, err := tx.OpenPayouts(gateway, limit)
		if err != nil {
			return nil, err
		}
		var list []OpenPayout
		for _, p := range payouts {
			open := OpenPayout{Payout: p}
			a, err := tx.Allocation(p.AllocationID)
			if err != nil {
				return nil, err
			}
			if open.Customer, err = tx.Customer(p.CustomerID); err != nil {
				return nil, err
			}
			if open.Instrument, err = tx.Instrument(a.InstrumentID); err != nil {
				return nil, err
			}
			list = append(list, open)
		}
		return list, nil
	})
}
