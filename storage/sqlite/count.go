package sqlite

import (
	"cmp"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// A counter counts the requests that have all this in common, or what was
// tallied in one hour.
type counter struct {
	mode      engine.Mode
	status    engine.RequestStatus
	blocked   bool
	attention engine.Attention
	currency  money.Currency

	kind engine.TallyKind // "" of requests
	hour int64            // since 1970
	of   string
}

// A tally is by how much a counter changed.
type tally struct{ count, sum int64 }

// counts are the changes of counters. A closure's are its own until it has
// succeeded; a group's are written once, before it commits.
type counts map[counter]tally

// add counts r n times: once, or minus once.
func (c counts) add(r *engine.Request, n int64) {
	c.plus(counter{
		mode: r.Mode, status: r.Status, blocked: r.Block != nil, attention: r.Attention, currency: r.Amount.Currency,
	}, tally{n, n * r.Amount.Minor})
}

func (c counts) plus(at counter, t tally) {
	sum := c[at]
	c[at] = tally{sum.count + t.count, sum.sum + t.sum}
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

	talliesOf = `SELECT hour, kind, of, currency, count, sum FROM tally WHERE mode = ? AND hour >= ? AND hour < ?`
	addTally  = `INSERT INTO tally (mode, hour, kind, of, currency, count, sum)
		VALUES (?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET count = count + excluded.count, sum = sum + excluded.sum`
)

// Counts implements engine.ReadTx.
func (t *reader) Counts(mode engine.Mode) ([]engine.Count, error) {
	list, err := all(t.with(modeCounts, string(mode)), scanCount)
	if err != nil {
		return nil, err
	}
	unwritten := t.unwritten()
	for i, c := range list {
		at := counter{mode: c.Mode, status: c.Status, blocked: c.Blocked, attention: c.Attention, currency: c.Currency}
		list[i].Requests += unwritten[at].count
		list[i].Sum += unwritten[at].sum
		delete(unwritten, at)
	}
	for at, t := range unwritten {
		if at.mode == mode && at.kind == "" {
			list = append(list, engine.Count{
				Mode: at.mode, Status: at.status, Blocked: at.blocked, Attention: at.attention,
				Currency: at.currency, Requests: t.count, Sum: t.sum,
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

// unwritten are the changes that are not on disk yet.
func (t *reader) unwritten() counts {
	unwritten := make(counts)
	unwritten.merge(t.counts)
	if t.group != nil {
		unwritten.merge(t.group.counts)
	}
	return unwritten
}

// Tally implements engine.Tx.
func (t *tx) Tally(of engine.Tally) {
	t.tallied++
	if t.counts == nil {
		t.counts = make(counts)
	}
	t.counts.plus(counter{
		mode: of.Mode, kind: of.Kind, hour: hourOf(of.Hour), of: of.Of, currency: of.Currency,
	}, tally{of.Count, of.Sum})
}

// Tallies implements engine.ReadTx.
func (t *reader) Tallies(mode engine.Mode, from, to time.Time) ([]engine.Tally, error) {
	s := t.with(talliesOf, string(mode))
	s.BindInt(hourOf(from))
	s.BindInt(hourOf(to))
	sums := t.unwritten()
	list, err := all(s, func(s *native.Stmt) (engine.Tally, error) {
		at := counter{
			mode: mode, hour: s.Int(), kind: word[engine.TallyKind](s), of: s.Text(), currency: word[money.Currency](s),
		}
		sums.plus(at, tally{s.Int(), s.Int()})
		return engine.Tally{}, nil
	})
	if err != nil {
		return nil, err
	}
	list = list[:0]
	for at, sum := range sums {
		hour := time.Unix(at.hour*3600, 0).UTC()
		if at.kind != "" && at.mode == mode && !hour.Before(from) && hour.Before(to) {
			list = append(list, engine.Tally{
				Mode: mode, Hour: hour, Kind: at.kind, Of: at.of, Currency: at.currency, Count: sum.count, Sum: sum.sum,
			})
		}
	}
	slices.SortFunc(list, func(a, b engine.Tally) int {
		return cmp.Or(a.Hour.Compare(b.Hour), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Of, b.Of),
			cmp.Compare(a.Currency, b.Currency))
	})
	return list, nil
}

// hourOf counts hours since 1970.
func hourOf(t time.Time) int64 { return t.Unix() / 3600 }

func scanCount(s *native.Stmt) (engine.Count, error) {
	return engine.Count{
		Mode: word[engine.Mode](s), Status: word[engine.RequestStatus](s),
		Blocked: s.Bool(), Attention: word[engine.Attention](s), Currency: word[money.Currency](s),
		Requests: s.Int(), Sum: s.Int(),
	}, nil
}

// write adds the changes to the counters on disk.
func (c counts) write(conn *native.Conn) error {
	for at, t := range c {
		if t == (tally{}) {
			continue
		}
		s := conn.Stmt(at.statement())
		s.BindText(string(at.mode))
		if at.kind == "" {
			s.BindText(string(at.status))
			s.BindBool(at.blocked)
			s.BindText(string(at.attention))
		} else {
			s.BindInt(at.hour)
			s.BindText(string(at.kind))
			s.BindText(at.of)
		}
		s.BindText(string(at.currency))
		s.BindInt(t.count)
		s.BindInt(t.sum)
		if err := s.Run(); err != nil {
			return err
		}
	}
	return nil
}

func (at counter) statement() string {
	if at.kind == "" {
		return addCount
	}
	return addTally
}
