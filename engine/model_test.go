package engine_test

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/connectors/sandbox"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage"
)

// TestModel: whatever people do in whatever order, with restarts in between,
// the engine over a real store does what a model in other words says.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(t, rt)
		rt.Repeat(map[string]func(*rapid.T){
			"create":   m.create,
			"ready":    m.ready,
			"return":   m.giveBack,
			"approve":  m.approve,
			"undo":     m.undo,
			"block":    m.block,
			"unblock":  m.unblock,
			"cancel":   m.cancel,
			"split":    m.split,
			"merge":    m.merge,
			"allocate": m.allocate,
			"call off": m.callOff,
			"process":  m.process,
			"release":  m.release,
			"work":     m.work,
			"stale":    m.stale,
			"restart":  m.restart,
			"":         m.compare,
		})
		m.compareAll(rt)
	})
}

// A toy is a request as the model has it: a few words and whole cents.
type toy struct {
	status    string
	cents     int64
	policy    int64
	blocked   bool
	held      bool
	makers    map[engine.ReviewerID]bool
	approvals map[engine.ReviewerID]bool
	pending   map[engine.AllocationID]int64 // allocations that nobody processed yet
	queued    map[engine.AllocationID]int64
	paid      int64
}

func (y *toy) live() int64 {
	var sum int64
	for _, of := range []map[engine.AllocationID]int64{y.pending, y.queued} {
		for _, cents := range of {
			sum += cents
		}
	}
	return sum
}

func (y *toy) free() bool { return y.live() == 0 && y.paid == 0 }

type model struct {
	desk    *desk
	toys    map[engine.RequestID]*toy
	ids     []engine.RequestID
	touched []engine.RequestID
	payee   engine.Instrument
}

func newModel(t *testing.T, rt *rapid.T) *model {
	d := openDesk(rt, filepath.Join(t.TempDir(), "desk.db"), sandbox.Options{})
	return &model{desk: d, toys: map[engine.RequestID]*toy{}, payee: d.customer()}
}

// restart drops everything in memory and opens the store again.
func (m *model) restart(t *rapid.T) {
	d := m.desk
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(context.Background(), d.path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.use(store)
}

// pick chooses a request, or skips the step where there is none.
func (m *model) pick(t *rapid.T) (engine.RequestID, *toy, int) {
	if len(m.ids) == 0 {
		t.Skip("no request yet")
	}
	id := rapid.SampledFrom(m.ids).Draw(t, "request")
	r, err := m.desk.Request(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	m.touched = append(m.touched, id)
	return id, m.toys[id], r.Version
}

func (m *model) who(t *rapid.T) engine.ReviewerID {
	return rapid.SampledFrom([]engine.ReviewerID{"rev1", "rev2", "rev3", "senior1"}).Draw(t, "by")
}

// expect fails unless the engine did it exactly when the model allows it.
func expect(t *rapid.T, allowed bool, err error) bool {
	if allowed && err != nil {
		t.Fatalf("the model allows it: %v", err)
	}
	if !allowed && err == nil {
		t.Fatal("the model forbids it")
	}
	if !allowed && engine.CodeOf(err) == engine.Internal {
		t.Fatalf("refused for no reason of its own: %v", err)
	}
	return allowed
}

func (m *model) add(id engine.RequestID, y *toy) {
	y.approvals = map[engine.ReviewerID]bool{}
	y.pending, y.queued = map[engine.AllocationID]int64{}, map[engine.AllocationID]int64{}
	m.toys[id] = y
	m.ids = append(m.ids, id)
	m.touched = append(m.touched, id)
}

func (m *model) create(t *rapid.T) {
	cents := rapid.Int64Range(-100, 200_000).Draw(t, "cents")
	by := m.who(t)
	r, err := m.desk.Create(context.Background(), as(by), engine.NewRequest{
		PointID: "main", CustomerID: m.payee.CustomerID, InstrumentID: m.payee.ID, Amount: money.New(cents, "USD"),
	})
	if expect(t, cents > 0, err) {
		m.add(r.ID, &toy{status: "pending", cents: cents, policy: cents, makers: map[engine.ReviewerID]bool{by: true}})
	}
}

func (m *model) ready(t *rapid.T) {
	id, y, version := m.pick(t)
	_, err := m.desk.Ready(context.Background(), as(m.who(t)), id, version)
	if expect(t, y.status == "pending" && !y.blocked, err) {
		y.status = "ready"
	}
}

func (m *model) giveBack(t *rapid.T) {
	id, y, version := m.pick(t)
	_, err := m.desk.Return(context.Background(), as(m.who(t)), id, version)
	if expect(t, y.status == "ready" && !y.blocked, err) {
		y.status, y.held = "pending", true
		clear(y.approvals)
	}
}

func (y *toy) needed() int {
	if y.policy > 100_000 {
		return 2
	}
	return 1
}

func (m *model) approve(t *rapid.T) {
	id, y, version := m.pick(t)
	by := m.who(t)
	_, err := m.desk.Approve(context.Background(), as(by), id, engine.Approving{Seen: version})
	if expect(t, y.status == "ready" && !y.blocked && !y.makers[by] && !y.approvals[by], err) {
		y.approvals[by] = true
		if len(y.approvals) >= y.needed() {
			y.status = "approved"
		}
	}
}

// undo is by one who approved, where anybody did: whose approval goes is then
// no question.
func (m *model) undo(t *rapid.T) {
	id, y, version := m.pick(t)
	by := m.who(t)
	if approvers := slices.Sorted(maps.Keys(y.approvals)); len(approvers) > 0 {
		by = rapid.SampledFrom(approvers).Draw(t, "approver")
	}
	_, err := m.desk.UndoApproval(context.Background(), as(by), id, version)
	can := !y.blocked && (y.status == "approved" && y.free() || y.status == "ready" && y.approvals[by])
	if expect(t, can, err) {
		y.status = "ready"
		delete(y.approvals, by)
	}
}

func (m *model) block(t *rapid.T) {
	id, y, _ := m.pick(t)
	_, err := m.desk.Block(context.Background(), as(m.who(t)), id, "other", "")
	if expect(t, slices.Contains([]string{"pending", "ready", "approved", "in-progress"}, y.status) && !y.blocked, err) {
		y.blocked = true
	}
}

func (m *model) unblock(t *rapid.T) {
	id, y, version := m.pick(t)
	_, err := m.desk.Unblock(context.Background(), as(m.who(t)), id, version)
	if expect(t, y.blocked, err) {
		y.blocked = false
	}
}

// open reports that a request can be canceled, split or merged.
func (y *toy) open() bool {
	return slices.Contains([]string{"pending", "ready", "approved"}, y.status) && !y.blocked && y.free()
}

func (m *model) cancel(t *rapid.T) {
	id, y, version := m.pick(t)
	_, err := m.desk.Cancel(context.Background(), as(m.who(t)), id, version, engine.Cancellation{By: engine.CanceledByCustomer})
	if expect(t, y.open(), err) {
		y.status = "canceled"
	}
}

func (m *model) split(t *rapid.T) {
	id, y, version := m.pick(t)
	by := m.who(t)
	first := rapid.Int64Range(1, 200_000).Draw(t, "first")
	_, children, err := m.desk.Split(context.Background(), as(by), id, engine.Splitting{
		Seen: version, Reason: "other",
		Amounts: []money.Amount{money.New(first, "USD"), money.New(y.cents-first, "USD")},
	})
	if !expect(t, y.open() && first < y.cents, err) {
		return
	}
	y.status = "split"
	for _, c := range children {
		makers := maps.Clone(y.makers)
		makers[by] = true
		m.add(c.ID, &toy{status: "pending", cents: c.Amount.Minor, policy: y.policy, makers: makers})
	}
}

func (m *model) merge(t *rapid.T) {
	id, y, version := m.pick(t)
	from, source, _ := m.pick(t)
	by := m.who(t)
	_, err := m.desk.Merge(context.Background(), as(by), id, engine.Merging{
		Seen: version, Sources: []engine.RequestID{from}, Reason: "other",
	})
	if !expect(t, id != from && y.open() && source.open(), err) {
		return
	}
	if y.status == "approved" {
		y.status = "ready"
	}
	if source.status == "pending" {
		y.status = "pending"
	}
	source.status = "merged"
	y.cents += source.cents
	y.policy = max(y.policy, source.policy, y.cents)
	maps.Copy(y.makers, source.makers)
	y.makers[by] = true
	clear(y.approvals)
}

func (m *model) allocate(t *rapid.T) {
	id, y, version := m.pick(t)
	cents := rapid.Int64Range(1, 200_000).Draw(t, "cents")
	_, a, err := m.desk.AllocateManually(context.Background(), as(m.who(t)), id, engine.ManualAllocation{
		Seen: version, InstrumentID: m.payee.ID, GatewayID: "usd", Amount: money.New(cents, "USD"),
	})
	can := (y.status == "approved" || y.status == "in-progress") && !y.blocked &&
		cents <= y.cents-y.live()-y.paid && cents >= 100
	if expect(t, can, err) {
		y.status = "in-progress"
		y.pending[a.ID] = cents
	}
}

func (m *model) callOff(t *rapid.T) {
	_, y, _ := m.pick(t)
	ids := slices.Sorted(maps.Keys(y.pending))
	if len(ids) == 0 {
		t.Skip("nothing allocated")
	}
	_, err := m.desk.CancelAllocation(context.Background(), as(m.who(t)), ids[0])
	if expect(t, !y.blocked, err) {
		delete(y.pending, ids[0])
	}
}

func (m *model) process(t *rapid.T) {
	_, y, _ := m.pick(t)
	ids := slices.Sorted(maps.Keys(y.pending))
	if len(ids) == 0 {
		t.Skip("nothing allocated")
	}
	queued, skipped, err := m.desk.Process(context.Background(), as(m.who(t)), ids)
	if err != nil {
		t.Fatal(err)
	}
	if y.blocked != (len(skipped) > 0) || y.blocked == (len(queued) > 0) {
		t.Fatalf("queued %v, skipped %v", queued, skipped)
	}
	for _, id := range queued {
		y.queued[id] = y.pending[id]
		delete(y.pending, id)
	}
}

func (m *model) release(t *rapid.T) {
	id, y, version := m.pick(t)
	_, err := m.desk.Release(context.Background(), as(m.who(t)), id, version)
	if expect(t, y.status == "in-progress" && !y.blocked && y.free(), err) {
		y.status = "approved"
	}
}

// work pays everything that is queued and not blocked.
func (m *model) work(t *rapid.T) {
	if err := m.desk.RunUntilIdle(context.Background()); err != nil {
		t.Fatal(err)
	}
	for id, y := range m.toys {
		if y.blocked || len(y.queued) == 0 {
			continue
		}
		for a, cents := range y.queued {
			y.paid += cents
			delete(y.queued, a)
		}
		if y.paid == y.cents {
			y.status = "fulfilled"
		}
		m.touched = append(m.touched, id)
	}
}

// stale is somebody who looked at another version.
func (m *model) stale(t *rapid.T) {
	id, _, version := m.pick(t)
	_, err := m.desk.Cancel(context.Background(), as("rev1"), id, version+rapid.SampledFrom([]int{-1, 1}).Draw(t, "off"),
		engine.Cancellation{By: engine.CanceledByMerchant})
	if engine.CodeOf(err) != engine.Stale {
		t.Fatalf("a stale version: %v", err)
	}
}

// compare holds what was touched since the last time against the model.
func (m *model) compare(t *rapid.T) {
	for _, id := range m.touched {
		m.compareOne(t, id)
	}
	m.touched = m.touched[:0]
}

func (m *model) compareAll(t *rapid.T) {
	for _, id := range m.ids {
		m.compareOne(t, id)
	}
}

func (m *model) compareOne(t *rapid.T, id engine.RequestID) {
	y := m.toys[id]
	r, err := m.desk.Request(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	if string(r.Status) != y.status || r.Amount.Minor != y.cents || r.PolicyAmount.Minor != y.policy ||
		(r.Block != nil) != y.blocked || len(r.Approvals) != len(y.approvals) ||
		r.Live.Minor != y.live() || r.Paid.Minor != y.paid || len(r.Makers) != len(y.makers) {
		t.Fatalf("%s is %+v\nthe model says %+v", id, r, *y)
	}
}
