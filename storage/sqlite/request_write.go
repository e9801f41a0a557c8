package sqlite

import (
	"maps"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A requestPart is some columns of a request that change together. A request
// is written on every move, few of its parts change, and each index of a column
// that is written costs as much as the rest of the statement, changed or not.
// So an update names only what differs.
type requestPart struct {
	columns string
	differs func(was, now *engine.Request) bool
	bind    func(s *native.Stmt, r *engine.Request)
}

// requestParts lists the parts, with the columns of requestChanging in order.
var requestParts = []requestPart{
	{
		"head_number, head_hash",
		func(was, now *engine.Request) bool { return was.Head != now.Head },
		func(s *native.Stmt, r *engine.Request) { bindHead(s, r.Head) },
	},
	{
		"updated_at",
		func(was, now *engine.Request) bool { return !was.UpdatedAt.Equal(now.UpdatedAt) },
		func(s *native.Stmt, r *engine.Request) { bindInstant(s, r.UpdatedAt) },
	},
	{
		"version",
		func(was, now *engine.Request) bool { return was.Version != now.Version },
		func(s *native.Stmt, r *engine.Request) { s.BindInt(int64(r.Version)) },
	},
	{
		"status",
		func(was, now *engine.Request) bool { return was.Status != now.Status },
		func(s *native.Stmt, r *engine.Request) { s.BindText(string(r.Status)) },
	},
	{
		"status_since",
		func(was, now *engine.Request) bool { return !was.StatusSince.Equal(now.StatusSince) },
		func(s *native.Stmt, r *engine.Request) { bindInstant(s, r.StatusSince) },
	},
	{
		"amount",
		func(was, now *engine.Request) bool { return was.Amount != now.Amount },
		func(s *native.Stmt, r *engine.Request) { s.BindInt(r.Amount.Minor) },
	},
	{
		"policy_amount",
		func(was, now *engine.Request) bool { return was.PolicyAmount.Minor != now.PolicyAmount.Minor },
		func(s *native.Stmt, r *engine.Request) { s.BindInt(r.PolicyAmount.Minor) },
	},
	{
		"live",
		func(was, now *engine.Request) bool { return was.Live.Minor != now.Live.Minor },
		func(s *native.Stmt, r *engine.Request) { s.BindInt(r.Live.Minor) },
	},
	{
		"paid",
		func(was, now *engine.Request) bool { return was.Paid.Minor != now.Paid.Minor },
		func(s *native.Stmt, r *engine.Request) { s.BindInt(r.Paid.Minor) },
	},
	{
		"attention",
		func(was, now *engine.Request) bool { return was.Attention != now.Attention },
		func(s *native.Stmt, r *engine.Request) { s.BindText(string(r.Attention)) },
	},
	{
		"instrument_id",
		func(was, now *engine.Request) bool { return was.InstrumentID != now.InstrumentID },
		func(s *native.Stmt, r *engine.Request) { s.BindText(string(r.InstrumentID)) },
	},
	{
		"description",
		func(was, now *engine.Request) bool { return was.Description != now.Description },
		func(s *native.Stmt, r *engine.Request) { s.BindText(r.Description) },
	},
	{
		"approvals",
		func(was, now *engine.Request) bool { return !slices.Equal(was.Approvals, now.Approvals) },
		func(s *native.Stmt, r *engine.Request) { s.BindText(writeApprovals(r.Approvals)) },
	},
	{
		"makers",
		func(was, now *engine.Request) bool { return !slices.Equal(was.Makers, now.Makers) },
		func(s *native.Stmt, r *engine.Request) { s.BindText(writeList(r.Makers)) },
	},
	{
		"blocked, block_reason, block_description, block_by, block_at",
		func(was, now *engine.Request) bool { return !equal(was.Block, now.Block) },
		func(s *native.Stmt, r *engine.Request) { bindBlock(s, r.Block) },
	},
	{
		"held_back",
		func(was, now *engine.Request) bool { return was.HeldBack != now.HeldBack },
		func(s *native.Stmt, r *engine.Request) { s.BindBool(r.HeldBack) },
	},
	{
		"ready_at",
		func(was, now *engine.Request) bool { return !was.ReadyAt.Equal(now.ReadyAt) },
		func(s *native.Stmt, r *engine.Request) { bindInstant(s, r.ReadyAt) },
	},
	{
		"expire_at",
		func(was, now *engine.Request) bool { return !was.ExpireAt.Equal(now.ExpireAt) },
		func(s *native.Stmt, r *engine.Request) { bindInstant(s, r.ExpireAt) },
	},
	{
		"cancellation",
		func(was, now *engine.Request) bool { return !equal(was.Cancellation, now.Cancellation) },
		func(s *native.Stmt, r *engine.Request) { s.BindText(writeCancellation(r.Cancellation)) },
	},
	{
		"merged_into",
		func(was, now *engine.Request) bool { return was.MergedInto != now.MergedInto },
		func(s *native.Stmt, r *engine.Request) { s.BindText(string(r.MergedInto)) },
	},
	{
		"batch_id, batch_place",
		func(was, now *engine.Request) bool {
			return was.BatchID != now.BatchID || was.BatchPlace != now.BatchPlace
		},
		func(s *native.Stmt, r *engine.Request) {
			s.BindText(string(r.BatchID))
			s.BindInt(int64(r.BatchPlace))
		},
	},
	{
		"automatic, dispatch_at",
		func(was, now *engine.Request) bool {
			return was.Automatic != now.Automatic || !was.DispatchAt.Equal(now.DispatchAt)
		},
		func(s *native.Stmt, r *engine.Request) {
			s.BindBool(r.Automatic)
			bindInstant(s, r.DispatchAt)
		},
	},
}

// equal reports whether two things that may be nil are the same.
func equal[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

var insertRequest = `INSERT INTO request (` + requestColumns + `)
	VALUES (` + marks(strings.Count(requestColumns, ",")+1) + `)`

// PutRequest implements engine.Tx.
func (t *tx) PutRequest(was *engine.Request, now engine.Request) {
	id := string(now.ID)
	t.sameCurrency("request", id, now.Amount.Currency, now.OriginalAmount, now.PolicyAmount, now.Live, now.Paid)
	if t.err != nil {
		return
	}
	if was == nil {
		t.put(insertRequest, func(s *native.Stmt) { t.bindRequest(s, &now) }, "request", id)
		t.inserted("request", indexRequests)
	} else {
		t.updateRequest(was, &now)
	}
	t.rememberBlock(was, &now)
	if t.err == nil {
		t.count(was, &now)
	}
}

func (t *tx) bindRequest(s *native.Stmt, r *engine.Request) {
	s.BindText(string(r.ID))
	s.BindText(r.Reference)
	s.BindText(r.PointID)
	s.BindText(string(r.Mode))
	s.BindText(string(r.CustomerID))
	s.BindText(string(r.Amount.Currency))
	s.BindInt(r.OriginalAmount.Minor)
	s.BindText(string(r.SplitFrom))
	s.BindText(string(r.RemainderOf))
	s.BindText(string(r.PaysAgain))
	bindInstant(s, r.CreatedAt)
	s.BindText(writeFields(r.Metadata))
	for _, part := range requestParts {
		part.bind(s, r)
	}
}

// updateRequest writes what differs, where the row is still what was says.
func (t *tx) updateRequest(was, now *engine.Request) {
	if !sameOrigin(was, now) {
		t.err = engine.Errorf(engine.Internal, "request %s: what never changes of it was changed", was.ID)
		return
	}
	var changed uint32 // by place in requestParts
	for i, part := range requestParts {
		if part.differs(was, now) {
			changed |= 1 << i
		}
	}
	s := t.stmt(t.group.update(changed))
	for i, part := range requestParts {
		if changed>>i&1 == 1 {
			part.bind(s, now)
		}
	}
	s.BindText(string(was.ID))
	s.BindInt(int64(was.Version))
	s.BindInt(int64(was.Head.Number))
	if err := s.Run(); err != nil {
		t.fail(err, "request", string(was.ID))
	} else if s.Changed() != 1 {
		t.err = engine.Errorf(engine.Stale, "request %s has changed since it was read", was.ID).Or("look again")
	}
}

// sameOrigin reports whether was and now agree in what never changes.
func sameOrigin(was, now *engine.Request) bool {
	return was.ID == now.ID && was.Reference == now.Reference && was.PointID == now.PointID &&
		was.Mode == now.Mode && was.CustomerID == now.CustomerID &&
		was.Amount.Currency == now.Amount.Currency && was.OriginalAmount == now.OriginalAmount &&
		was.SplitFrom == now.SplitFrom && was.RemainderOf == now.RemainderOf && was.PaysAgain == now.PaysAgain &&
		was.CreatedAt.Equal(now.CreatedAt) && maps.Equal(was.Metadata, now.Metadata)
}

// update returns the statement that writes the changed parts.
func (g *group) update(changed uint32) string {
	if sql, ok := g.updates[changed]; ok {
		return sql
	}
	var set []string
	for i, part := range requestParts {
		if changed>>i&1 == 0 {
			continue
		}
		for column := range strings.SplitSeq(part.columns, ", ") {
			set = append(set, column+" = ?")
		}
	}
	if len(set) == 0 {
		set = []string{"version = version"} // to see whether it is still the same
	}
	sql := "UPDATE OR FAIL request SET " + strings.Join(set, ", ") +
		" WHERE id = ? AND version = ? AND head_number = ?"
	g.updates[changed] = sql
	return sql
}

// count keeps the counters in step with a request that was and is now.
func (t *tx) count(was, now *engine.Request) {
	if t.counts == nil {
		t.counts = make(counts)
	}
	if was != nil {
		t.counts.add(was, -1)
	}
	t.counts.add(now, 1)
}
