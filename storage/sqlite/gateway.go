package sqlite

import (
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

const (
	gatewayState = `SELECT gateway_id, pause_reason, paused_by, paused_at, unhealthy, health_since, synced_at, sync_at
		FROM gateway_state WHERE gateway_id = ?`
	putGatewayState = `INSERT INTO gateway_state VALUES (?,?,?,?,?,?,?,?)
		ON CONFLICT (gateway_id) DO UPDATE SET pause_reason = excluded.pause_reason, paused_by = excluded.paused_by,
		paused_at = excluded.paused_at, unhealthy = excluded.unhealthy, health_since = excluded.health_since,
		synced_at = excluded.synced_at, sync_at = excluded.sync_at`

	turnover  = `SELECT coalesce(sum(turnover), 0) FROM route_day WHERE day = ? AND gateway_id = ?`
	routeUses = `SELECT gateway_id, route_id, sum(used), sum(ended), sum(succeeded)
		FROM route_day WHERE day >= ? GROUP BY 1, 2 ORDER BY 1, 2`
)

// GatewayState implements engine.ReadTx.
func (t *reader) GatewayState(gateway string) (engine.GatewayState, error) {
	found, err := all(t.with(gatewayState, gateway), scanGatewayState)
	if err != nil || len(found) == 0 {
		return engine.GatewayState{GatewayID: gateway}, err
	}
	return found[0], nil
}

func scanGatewayState(s *native.Stmt) (engine.GatewayState, error) {
	state := engine.GatewayState{GatewayID: s.Text()}
	pause := engine.Pause{Reason: s.Text(), By: word[engine.ReviewerID](s), At: instant(s)}
	if pause.Reason != "" {
		state.Pause = &pause
	}
	state.Unhealthy = s.Text()
	state.HealthSince, state.SyncedAt, state.SyncAt = instant(s), instant(s), instant(s)
	return state, nil
}

// PutGatewayState implements engine.Tx.
func (t *tx) PutGatewayState(state engine.GatewayState) {
	t.put(putGatewayState, func(s *native.Stmt) {
		pause := engine.Pause{}
		if state.Pause != nil {
			pause = *state.Pause
		}
		s.BindText(state.GatewayID)
		s.BindText(pause.Reason)
		s.BindText(string(pause.By))
		bindInstant(s, pause.At)
		s.BindText(state.Unhealthy)
		bindInstant(s, state.HealthSince)
		bindInstant(s, state.SyncedAt)
		bindInstant(s, state.SyncAt)
	}, "state of gateway account", state.GatewayID)
}

// daysSince1970 is how route_day counts.
func daysSince1970(t time.Time) int64 { return t.Unix() / int64(24*time.Hour/time.Second) }

// Turnover implements engine.ReadTx.
func (t *reader) Turnover(gateway string, c money.Currency, day time.Time) (money.Amount, error) {
	s := t.stmt(turnover)
	s.BindInt(daysSince1970(day))
	s.BindText(gateway)
	return one(s, func(s *native.Stmt) (money.Amount, error) { return amount(s, c), nil }, "gateway", gateway)
}

// RouteUses implements engine.ReadTx.
func (t *reader) RouteUses(since time.Time) ([]engine.RouteUse, error) {
	s := t.stmt(routeUses)
	s.BindInt(daysSince1970(since))
	return all(s, func(s *native.Stmt) (engine.RouteUse, error) {
		return engine.RouteUse{
			GatewayID: s.Text(), RouteID: s.Text(),
			Used: int(s.Int()), Ended: int(s.Int()), Succeeded: int(s.Int()),
		}, nil
	})
}
