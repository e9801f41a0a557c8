package sqlite

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A counter counts the requests that have all this in common.
type counter struct {
	mode      engine.Mode
	status    engine.RequestStatus
	blocked   bool
	attention bool
	currency  money.Currency
}

// A tally is by how much a counter changed.
type tally struct{ requests, sum int64 }

// counts are the changes of counters. A closure's are its own until it has
// succeeded; a group's are written once, before it commits.
type counts map[counter]tally

// add counts r n times: once, or minus once.
func (c counts) add(r *engine.Request, n int64) {
	c.plus(counter{r.Mode, r.Status, r.Block != nil, r.Attention != "", r.Amount.Currency},
		tally{n, n * r.Amount.Minor})
}

func (c counts) plus(at counter, t tally) {
	sum := c[at]
	c[at] = tally{sum.requests + t.requests, sum.sum + t.sum}
}

// merge adds what others counts.
func (c counts) merge(others counts) {
	for at, t := range others {
		c.plus(at, t)
	}
}

const (
	modeCounts = `SELECT mode, status, blocked, attention, currency, requests, sum
		FROM request_count WHERE mode = ?`
	addCount = `INSERT INTO request_count (mode, status, blocked, attention, currency, requests, sum)
		VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE
		SET requests = requests + excluded.requests, sum = sum + excluded.sum`
)

// Counts implements engine.ReadTx.
func (t *reader) Counts(mode engine.Mode) ([]engine.Count, error) {
	list, err := all(t.with(modeCounts, string(mode)), scanCount)
	if err != nil {
		return nil, err
	}
	unwritten := make(counts)
	unwritten.merge(t.counts)
	if t.group != nil {
		unwritten.merge(t.group.counts)
	}
	for i, c := range list {
		at := counter{c.Mode, c.Status, c.Blocked, c.Attention, c.Currency}
		list[i].Requests += unwritten[at].requests
		list[i].Sum += unwritten[at].sum
		delete(unwritten, at)
	}
	for at, t := range unwritten {
		if at.mode == mode {
			list = append(list, engine.Count{
				Mode: at.mode, Status: at.status, Blocked: at.blocked, Attention: at.attention,
				Currency: at.currency, Requests: t.requests, Sum: t.sum,
			})
		}
	}
	kept := list[:0]
	for _, c := range list {
		if c.Requests != 0 {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

func scanCount(s *native.Stmt) (engine.Count, error) {
	return engine.Count{
		Mode: word[engine.Mode](s), Status: word[engine.RequestStatus](s),
		Blocked: s.Bool(), Attention: s.Bool(), Currency: word[money.Currency](s),
		Requests: s.Int(), Sum: s.Int(),
	}, nil
}

// write adds the changes to the counters on disk.
func (c counts) write(conn *native.Conn) error {
	for at, t := range c {
		if t == (tally{}) {
			continue
		}
		s := conn.Stmt(addCount)
		s.BindText(string(at.mode))
		s.BindText(string(at.status))
		s.BindBool(at.blocked)
		s.BindBool(at.attention)
		s.BindText(string(at.currency))
		s.BindInt(t.requests)
		s.BindInt(t.sum)
		if err := s.Run(); err != nil {
			return err
		}
	}
	return nil
}
