package engine

import (
	"github.com/purserhq/purser/engine/money"
)

// A told balance is the last one that somebody told of an account, and what
// the entries since took from it.
type toldBalance struct {
	seq     int64
	known   bool
	balance money.Amount
}

// reckon keeps what an entry says of balances. The desk's own chain, which
// says what was told, is walked before those that say what was spent since.
func (a *auditor) reckon(event Event, rebuilt map[Subject]map[string]string) {
	switch event.Subject.Kind {
	case KindBalance:
		currency := money.Currency(event.Detail("currency"))
		told := toldBalance{seq: event.Seq, balance: money.Zero(currency)}
		if literal := event.Detail("balance"); literal != "" {
			told.known = true
			told.balance = a.literal(event, literal, currency)
		}
		a.told[event.Subject.ID] = told
	case KindAllocation:
		literal := event.Detail(detailSpent)
		of := rebuilt[event.Subject]
		told, ok := a.told[plain(of["gatewayAccountId"])]
		if literal == "" || !ok || event.Seq <= told.seq {
			return
		}
		told.balance = told.balance.Minus(a.literal(event, literal, told.balance.Currency))
		a.told[plain(of["gatewayAccountId"])] = told
	}
}

func (a *auditor) literal(event Event, literal string, c money.Currency) money.Amount {
	amount, err := money.Parse(literal, c)
	if err != nil {
		a.broken(event.Chain, event.Number, event.Seq, "it says an amount that is none: %v", err)
		return money.Zero(c)
	}
	return amount
}

// balance compares what an account is said to hold with what the record
// reckons. Nothing was told of accounts that are older than such entries.
func (a *auditor) balance(id string, b Balance) {
	if is := a.reserved[id]; is.Minor != b.Reserved.Minor {
		a.broken(DeskChain, 0, 0, "account %s reserves %s, its live allocations %s", id, b.Reserved, is)
	}
	told, ok := a.told[id]
	switch {
	case !ok:
	case told.known != b.Known:
		a.broken(DeskChain, 0, 0, "account %s: its row and its entries differ on whether its balance is known", id)
	case told.known && told.balance != b.Balance:
		a.broken(DeskChain, 0, 0, "account %s holds %s, its entries come to %s", id, b.Balance, told.balance)
	}
}
