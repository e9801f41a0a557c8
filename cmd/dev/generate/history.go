package main

import (
	"context"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A history is what becomes of a request after it was created, act by act.
type history struct {
	old, new int // how many of a thousand have it: of all, and of the newest tenth, where work is still open
	acts     []act
}

// An act is something that somebody does to a request, and how long it takes
// until they do. Where the request has gone another way meanwhile, nothing
// comes of it.
type act struct {
	least, most time.Duration // since the act before it
	do          func(*scribe, *paper, engine.Caller) error
}

const (
	m = time.Minute
	h = time.Hour
)

var (
	callOff  = act{m, 8 * h, (*scribe).cancel}
	makeDue  = act{m, 3 * h, (*scribe).ready}
	approve  = act{m / 6, 40 * m, (*scribe).approve}
	seconded = act{m / 6, 20 * m, (*scribe).approve} // does nothing where one was enough
	block    = act{m / 6, 30 * m, (*scribe).block}
	unblock  = act{h, 9 * h, (*scribe).unblock}
	allocate = act{m / 12, 5 * m, (*scribe).allocate}
	process  = act{m / 20, m, (*scribe).process}
	comment  = act{m / 6, h, (*scribe).comment}
	split    = act{m / 6, h, (*scribe).split}
	sendBack = act{m / 6, h, (*scribe).sendBack}
	undo     = act{m / 30, m / 3, (*scribe).undo}
)

var histories = []history{
	{195, 150, []act{makeDue, approve, seconded, allocate, process}},
	{10, 5, []act{makeDue, comment, approve, seconded, allocate, process}},
	{8, 6, []act{makeDue, block, comment, unblock, approve, seconded, allocate, process}},
	{7, 4, []act{makeDue, sendBack, makeDue, approve, undo, approve, seconded, allocate, process}},
	{500, 120, []act{callOff}},
	{200, 60, []act{makeDue, callOff}},
	{40, 20, []act{makeDue, approve, callOff}},
	{20, 10, []act{makeDue, block, comment, unblock, callOff}},
	{5, 4, []act{makeDue, split}},
	{4, 220, nil},
	{6, 275, []act{makeDue}},
	{1, 90, []act{makeDue, approve, seconded}},
	{1, 6, []act{makeDue, approve, seconded, allocate}},
	{3, 30, []act{makeDue, block}},
}

// historyOf draws what becomes of a request.
func historyOf(fresh bool, chance int) []act {
	for _, h := range histories {
		share := h.old
		if fresh {
			share = h.new
		}
		if chance < share {
			return h.acts
		}
		chance -= share
	}
	return nil
}

// create makes the request of a number.
func (s *scribe) create(ctx context.Context, number int) (*paper, error) {
	_, dice := s.world.chance(ofRequest, number)
	who, err := s.asker(ctx, number, dice.IntN(1000), dice.Int64N(1<<40))
	if err != nil {
		return nil, err
	}
	in := markets[who.market]
	least := int64(200) << dice.IntN(10)
	n := engine.NewRequest{
		PointID: in.points[dice.IntN(len(in.points))], CustomerID: who.ID, Reference: reference(number),
		InstrumentID: who.instruments[dice.IntN(len(who.instruments))].ID,
		Amount:       money.New(least+dice.Int64N(least), in.currency),
	}
	if in.currency == "JPY" {
		n.Amount.Minor = n.Amount.Minor/100 + 100
	}
	if dice.IntN(100) < 10 {
		n.Description = fmt.Sprintf("winnings of week %d", 1+dice.IntN(52))
	}
	if dice.IntN(100) < 30 {
		n.Metadata = map[string]string{"channel": []string{"web", "app", "desk"}[dice.IntN(3)], "session": fmt.Sprint(dice.IntN(1e6))}
	}
	r, err := s.engine.Create(ctx, merchant, n)
	if err != nil {
		return nil, err
	}
	return s.memory.papers[r.ID], nil
}

// asker is who makes the request of a number: somebody new, or one of those who
// came before.
func (s *scribe) asker(ctx context.Context, number, way int, chance int64) (*payee, error) {
	newest := number / perCustomer
	switch {
	case number%perCustomer == 0:
		return s.people.welcome(ctx, s.memory, newest)
	case way < 20 && newest >= houses:
		return s.people.again(ctx, s.memory, int(chance%houses))
	case way < 40:
		return s.people.again(ctx, s.memory, int(chance%int64(newest+1)))
	default:
		return s.people.again(ctx, s.memory, newest-int(chance%int64(min(newest+1, acquainted))))
	}
}

func reference(n int) string { return fmt.Sprintf("order-%d-%08x", n, uint32(n)*2654435761) }

// The acts. Each is done by somebody who sees the request as it stands.

func (s *scribe) cancel(p *paper, c engine.Caller) error {
	by := engine.CanceledBys()[s.dice.IntN(3)]
	_, err := s.engine.Cancel(s.ctx, c, p.ID, p.Version, engine.Cancellation{By: by})
	return err
}

func (s *scribe) ready(p *paper, c engine.Caller) error {
	_, err := s.engine.Ready(s.ctx, c, p.ID, p.Version)
	return err
}

func (s *scribe) sendBack(p *paper, c engine.Caller) error {
	_, err := s.engine.Return(s.ctx, c, p.ID, p.Version)
	return err
}

func (s *scribe) approve(p *paper, c engine.Caller) error {
	_, err := s.engine.Approve(s.ctx, c, p.ID, engine.Approving{Seen: p.Version})
	return err
}

func (s *scribe) undo(p *paper, c engine.Caller) error {
	_, err := s.engine.UndoApproval(s.ctx, c, p.ID, p.Version)
	return err
}

func (s *scribe) block(p *paper, c engine.Caller) error {
	reasons := engine.BlockReasons()
	_, err := s.engine.Block(s.ctx, c, p.ID, reasons[s.dice.IntN(len(reasons))], "")
	return err
}

func (s *scribe) unblock(p *paper, c engine.Caller) error {
	_, err := s.engine.Unblock(s.ctx, c, p.ID, p.Version)
	return err
}

func (s *scribe) comment(p *paper, c engine.Caller) error {
	_, err := s.engine.Comment(s.ctx, c, p.ID, "asked the customer for a statement of account")
	return err
}

func (s *scribe) split(p *paper, c engine.Caller) error {
	part := money.New(p.Amount.Minor/2, p.Amount.Currency)
	_, _, err := s.engine.Split(s.ctx, c, p.ID, engine.Splitting{
		Seen: p.Version, Reason: "payment-instrument-limit", Amounts: []money.Amount{part, p.Amount.Minus(part)},
	})
	return err
}

func (s *scribe) allocate(p *paper, c engine.Caller) error {
	_, _, err := s.engine.AutoAllocate(s.ctx, c, p.ID, p.Version, nil)
	return err
}

func (s *scribe) process(p *paper, c engine.Caller) error {
	var ids []engine.AllocationID
	for _, a := range p.allocations {
		if a.Status == engine.AllocationPending {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, _, err := s.engine.Process(s.ctx, c, ids)
	return err
}
