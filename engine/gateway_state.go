package engine

import (
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A GatewayState is what is true of a gateway account now, beside what is
// configured of it and what it holds. The zero state, but for its id, is that
// of an account in order.
type GatewayState struct {
	GatewayID   string
	Pause       *Pause    // nil unless paused: nothing leaves, and no plan counts on it
	Unhealthy   string    // why its provider could not tell the balance; empty while operational
	HealthSince time.Time // when that last changed; zero for never
	SyncedAt    time.Time // when the provider last told the balance; zero for never
	SyncAt      time.Time // when it is to be asked next
}

// A Pause is somebody's word that nothing is to leave from an account for now.
type Pause struct {
	Reason string     `json:"reason"`
	By     ReviewerID `json:"by"`
	At     time.Time  `json:"at"`
}

// Health says whether an account's provider answers.
type Health string

// The healths.
const (
	HealthOperational Health = "operational"
	HealthDegraded    Health = "degraded"
)

// Health is the account's.
func (s GatewayState) Health() Health {
	if s.Unhealthy != "" {
		return HealthDegraded
	}
	return HealthOperational
}

// Stopped says why nothing is to be planned on the account, or "".
func (s GatewayState) Stopped() string {
	switch {
	case s.Pause != nil:
		return "paused by " + string(s.Pause.By) + " since " + s.Pause.At.UTC().Format("2006-01-02 15:04Z") + ": " + s.Pause.Reason
	case s.Unhealthy != "":
		return "not healthy since " + s.HealthSince.UTC().Format("2006-01-02 15:04Z") + ": " + s.Unhealthy
	default:
		return ""
	}
}

// fields lists what the journal records of a state. When the provider was
// asked is the workers' own and stays out of the record.
func (s GatewayState) fields() []Field {
	return []Field{
		objectField("pause", s.Pause),
		textField("unhealthy", s.Unhealthy),
	}
}

// A RouteUse is what a route was used for lately.
type RouteUse struct {
	GatewayID, RouteID string
	Used               int // allocations made on it
	Ended              int // of their payouts, those whose outcome is known
	Succeeded          int // of these, those that were paid
}

// lately counts what routes were used for over seven days, today included:
// enough to tell a bad day from a bad route.
func lately(tx ReadTx, now time.Time) ([]RouteUse, error) {
	return tx.RouteUses(day(now).AddDate(0, 0, 1-latelyDays))
}

const latelyDays = 7

// byDay counts as lately does, and then since each day after the first.
func byDay(tx ReadTx, now time.Time) (since [latelyDays][]RouteUse, err error) {
	for i := range since {
		if since[i], err = tx.RouteUses(day(now).AddDate(0, 0, i+1-latelyDays)); err != nil {
			return since, err
		}
	}
	return since, nil
}

// sumOf sums up uses of one account.
func sumOf(gateway string, uses []RouteUse) RouteUse {
	sum := RouteUse{GatewayID: gateway}
	for _, use := range uses {
		if use.GatewayID == gateway {
			sum.Used += use.Used
			sum.Ended += use.Ended
			sum.Succeeded += use.Succeeded
		}
	}
	return sum
}

// day is the calendar day of t. Days are UTC everywhere: an account is of no
// point, so no point's time zone is its own, and a limit must mean the same to
// everybody who looks at it.
func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// spendable is what an account can spend beyond what live allocations reserve;
// nothing while its balance is not known.
func spendable(account GatewayAccount, b Balance) money.Amount {
	if !b.Known {
		return money.Zero(account.Currency)
	}
	return b.Balance.Plus(account.Overdraft.In(account.Currency)).
		Minus(account.MinimalBalance.In(account.Currency)).Minus(b.Reserved)
}
