package demo

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A story is what happens to one request, or to a few that belong together. It
// is told by a function that runs side by side with all other stories: where it
// waits, they go on. Once anything failed, or the present is reached, the rest
// of a story is not told: its verbs do nothing.
type story struct {
	*past
	plot   plot
	number int
	dice   *rand.Rand // its own: stories don't disturb each other's luck
	asks   time.Time  // when its request is made
	who    *payee
	r      engine.Request // the one that it is about just now
	err    error

	at    time.Time                  // when it goes on
	next  func() (time.Time, bool)   // tells it up to its next wait; nil until it begins
	stop  func()                     // ends it where it is
	pause func(until time.Time) bool // waits; false if the present comes first
}

// errPresent ends a story that is not over yet.
var errPresent = errors.New("the present is reached")

// wait lets between least and most pass.
func (s *story) wait(least, most time.Duration) {
	s.until(s.clock.Now().Add(between(s.dice, least, most)))
}

// until lets time pass up to t; what is past already is now.
func (s *story) until(t time.Time) {
	if s.err == nil && t.After(s.clock.Now()) && !s.pause(t) {
		s.err = errPresent
	}
}

// untilAgo lets time pass until it is between least and most before now.
func (s *story) untilAgo(most, least time.Duration) {
	s.until(s.present.Add(-between(s.dice, least, most)))
}

// by is somebody at the console.
func by(who engine.ReviewerID) engine.Caller {
	if who == customer {
		return engine.Caller{By: customer, Door: engine.DoorAPI}
	}
	return engine.Caller{By: who, Door: engine.DoorConsole}
}

// join makes a new customer of the currency, whose instrument steers the
// provider by a script if there is one.
func (s *story) join(c money.Currency, script string) {
	service := testServices[c]
	if script == "" {
		service = pick(s.dice, services[c])
	}
	s.newcomer()
	s.way(customer, service, script)
}

// newcomer makes a new customer without any way to be paid.
func (s *story) newcomer() {
	if s.err != nil {
		return
	}
	s.customers++
	made, err := s.CreateCustomer(s.ctx, by(customer), newCustomer(s.dice, s.customers))
	s.who, s.err = &payee{Customer: made, number: s.customers, asked: map[int64]bool{}}, err
}

// way gives the customer another way to be paid.
func (s *story) way(from engine.ReviewerID, service, script string) {
	if s.err != nil {
		return
	}
	fields := details(s.dice, service, s.who.number, s.who.Name)
	if script != "" {
		fields["test_details_script"] = script
	}
	s.wayTo(from, service, fields)
}

func (s *story) wayTo(from engine.ReviewerID, service string, fields map[string]string) {
	if s.err != nil {
		return
	}
	made, err := s.CreateInstrument(s.ctx, by(from), engine.NewInstrument{
		CustomerID: s.who.ID, ServiceID: service, Fields: fields,
	})
	s.who.ways, s.err = append(s.who.ways, made), err
}

// payIn records an earlier payment by the customer's i-th way, in percent of
// what is usual.
func (s *story) payIn(i int, percent int64) {
	if s.err != nil {
		return
	}
	way := s.who.ways[i]
	_, s.err = s.RecordPayment(s.ctx, by(admin), engine.NewPayment{
		CustomerID: s.who.ID, InstrumentID: way.ID, GatewayID: intake(s.config, way.ServiceID),
		Kind:   pick(s.dice, []engine.PaymentKind{engine.PaymentSale, engine.PaymentSale, engine.PaymentCapture}),
		Amount: natural(s.dice, way.Currency, percent/2, percent),
	})
}

// ask makes a request of the customer between two percentages of what is
// usual, one that it has not asked for before.
func (s *story) ask(point string, least, most int64) {
	if s.err != nil {
		return
	}
	amount := natural(s.dice, s.who.currency(), least, most)
	for range 20 {
		if !s.who.asked[amount.Minor] {
			break
		}
		amount = natural(s.dice, s.who.currency(), least, most)
	}
	s.askFor(customer, point, amount)
}

// askFor makes a request for exactly that.
func (s *story) askFor(maker engine.ReviewerID, point string, amount money.Amount) {
	if s.err != nil {
		return
	}
	s.who.asked[amount.Minor] = true
	n := engine.NewRequest{
		PointID: point, CustomerID: s.who.ID, InstrumentID: s.who.ways[0].ID, Amount: amount,
	}
	s.create(maker, n)
}

func (s *story) create(maker engine.ReviewerID, n engine.NewRequest) {
	if s.err != nil {
		return
	}
	s.requests++
	n.Reference = fmt.Sprintf("W-%06d", s.requests)
	if s.dice.IntN(4) == 0 {
		n.Description = pick(s.dice, descriptions)
	}
	s.r, s.err = s.Create(s.ctx, by(maker), n)
}

// do uses a verb on the story's request as it stands.
func (s *story) do(verb func(r engine.Request) (engine.Request, error)) {
	if s.err != nil {
		return
	}
	if s.r, s.err = s.Request(s.ctx, s.r.ID); s.err == nil {
		s.r, s.err = verb(s.r)
	}
}

// makeReady brings the request up for review.
func (s *story) makeReady() {
	s.do(func(r engine.Request) (engine.Request, error) {
		return s.Ready(s.ctx, by(pick(s.dice, []engine.ReviewerID{rev1, rev2})), r.ID, r.Version)
	})
}

// approveBy gives one approval by the first of who who may.
func (s *story) approveBy(who ...engine.ReviewerID) {
	s.do(func(r engine.Request) (engine.Request, error) {
		i := slices.IndexFunc(who, func(id engine.ReviewerID) bool { return mayApprove(s.config, id, r) })
		if i < 0 {
			return r, fmt.Errorf("nobody of %v may approve %s", who, r.ID)
		}
		return s.Approve(s.ctx, by(who[i]), r.ID, engine.Approving{Seen: r.Version})
	})
}

// mayApprove reports whether somebody can approve a request.
func mayApprove(c *engine.Config, who engine.ReviewerID, r engine.Request) bool {
	standing := engine.Standing{Request: r, Point: c.Points[r.PointID], Actor: c.Reviewers[who]}
	return standing.Why(engine.VerbApprove) == nil
}

// approve gives all approvals that the request needs, with some minutes
// between them.
func (s *story) approve() {
	for s.err == nil && s.r.Status == engine.RequestReady {
		if len(s.r.Approvals) > 0 {
			s.wait(time.Minute, 20*time.Minute)
		}
		who := []engine.ReviewerID{rev1, rev2, You, senior2}
		s.dice.Shuffle(len(who), func(i, j int) { who[i], who[j] = who[j], who[i] })
		s.approveBy(who...)
	}
}

// allocate carries out the plan for the request. A request that cannot be
// placed stays approved, and its story is over.
func (s *story) allocate() {
	s.do(func(r engine.Request) (engine.Request, error) {
		plan, err := s.Plan(s.ctx, r.ID)
		if err != nil {
			return r, err
		}
		if !plan.Placed().Positive() {
			return r, errPresent
		}
		r, _, err = s.AutoAllocate(s.ctx, by(s.clerk()), r.ID, r.Version, &plan)
		return r, err
	})
}

// clerk is one of those who see to payouts.
func (s *story) clerk() engine.ReviewerID {
	return pick(s.dice, []engine.ReviewerID{rev1, rev2, senior2})
}

// allocateTo puts an amount on one account by hand.
func (s *story) allocateTo(account string, amount money.Amount) {
	s.do(func(r engine.Request) (engine.Request, error) {
		r, _, err := s.AllocateManually(s.ctx, by(senior2), r.ID, engine.ManualAllocation{
			Seen: r.Version, InstrumentID: r.InstrumentID, GatewayID: account, Amount: amount,
		})
		return r, err
	})
}

// process sends what is allocated and pending to the provider.
func (s *story) process() {
	s.do(func(r engine.Request) (engine.Request, error) {
		ids, err := pending(s.ctx, s.Engine, r.ID)
		if err != nil {
			return r, err
		}
		if _, _, err := s.Process(s.ctx, by(s.clerk()), ids); err != nil {
			return r, err
		}
		if err := s.RunUntilIdle(s.ctx); err != nil {
			return r, err
		}
		return s.Request(s.ctx, r.ID)
	})
}

// pay allocates all of the request and sends it.
func (s *story) pay() {
	s.allocate()
	s.wait(10*time.Second, 5*time.Minute)
	s.process()
}

// only is the request's one allocation.
func (s *story) only() engine.Allocation {
	if s.err != nil {
		return engine.Allocation{}
	}
	all, err := s.Allocations(s.ctx, s.r.ID)
	if s.err = err; err == nil && len(all) != 1 {
		s.err = fmt.Errorf("request %s has %d allocations", s.r.ID, len(all))
	}
	if s.err != nil {
		return engine.Allocation{}
	}
	return all[0]
}

// lookUp has a senior ask the provider about the request's payout.
func (s *story) lookUp() {
	key := s.only().ID
	s.do(func(r engine.Request) (engine.Request, error) {
		if _, err := s.LookUp(s.ctx, by(senior2), key); err != nil {
			return r, err
		}
		return s.Request(s.ctx, r.ID)
	})
}

// resolve has a senior decide a conflict about the request's payout.
func (s *story) resolve(verdict engine.Verdict, paid money.Amount, evidence string) {
	key := s.only().ID
	s.do(func(r engine.Request) (engine.Request, error) {
		_, err := s.ResolveConflict(s.ctx, by(senior2), key, engine.Word{
			Verdict: verdict, Amount: paid, Evidence: evidence,
		})
		return r, err
	})
}

// block stops the request.
func (s *story) block() {
	s.do(func(r engine.Request) (engine.Request, error) {
		s.blocks++
		reasons := engine.BlockReasons()
		return s.Block(s.ctx, by(pick(s.dice, []engine.ReviewerID{rev1, rev2, senior2, You})), r.ID,
			reasons[s.blocks%len(reasons)], pick(s.dice, cases))
	})
}

// remark has a colleague comment on the request.
func (s *story) remark() {
	s.do(func(r engine.Request) (engine.Request, error) {
		who := pick(s.dice, []engine.ReviewerID{support, rev1, rev2})
		_, err := s.Comment(s.ctx, by(who), r.ID, pick(s.dice, remarks))
		return r, err
	})
}

// cancel calls the request off.
func (s *story) cancel(from engine.ReviewerID, on engine.CanceledBy, why string) {
	s.do(func(r engine.Request) (engine.Request, error) {
		return s.Cancel(s.ctx, by(from), r.ID, r.Version, engine.Cancellation{By: on, Description: why})
	})
}
