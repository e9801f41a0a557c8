package main

import (
	"context"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/engine/money"
)

const (
	perCustomer = 5      // requests, on average
	acquainted  = 50_000 // customers who were new last and come back most
	houses      = 8      // customers who come back again and again, for good
)

// A payee is a customer with all that is theirs.
type payee struct {
	engine.Customer
	instruments []engine.Instrument
	payments    []engine.Payment
	market      int
}

// The people who were met remember those who come back. Who is forgotten is made
// once more: what a customer is follows from the seed and their number.
type people struct {
	world  world
	houses [houses]*payee
	recent [acquainted]*payee
	number [acquainted]int // of the recent ones
}

// welcome makes the customer of a number in a memory, as somebody new.
func (p *people) welcome(ctx context.Context, m *memory, number int) (*payee, error) {
	made, err := p.make(ctx, m, number)
	if err != nil {
		return nil, err
	}
	p.remember(number, made)
	return made, nil
}

func (p *people) remember(number int, made *payee) {
	if number < houses {
		p.houses[number] = made
	}
	p.recent[number%acquainted], p.number[number%acquainted] = made, number
}

// again returns the customer of a number, who came before.
func (p *people) again(ctx context.Context, m *memory, number int) (who *payee, err error) {
	switch at := number % acquainted; {
	case number < houses && p.houses[number] != nil:
		who = p.houses[number]
	case p.recent[at] != nil && p.number[at] == number:
		who = p.recent[at]
	default:
		if who, err = p.make(ctx, m.after(), number); err != nil {
			return nil, err
		}
		if p.recent[at] == nil || p.number[at] < number || number < houses {
			p.remember(number, who)
		}
	}
	m.know(who)
	return who, nil
}

// make takes in the customer of a number, with instruments and earlier payments.
func (p *people) make(ctx context.Context, m *memory, number int) (*payee, error) {
	c := clock.NewManual(p.world.time(number * perCustomer))
	source, dice := p.world.chance(ofPayee, number)
	e := engine.New(m, engine.World{Clock: c, IDs: id.NewSource(c.Now, source)})
	at, left := 0, dice.IntN(100)
	for left >= markets[at].share {
		left -= markets[at].share
		at++
	}
	in := markets[at]
	customer, err := e.CreateCustomer(ctx, merchant, engine.NewCustomer{
		Reference: fmt.Sprintf("c-%d", number), Name: fmt.Sprintf("Sample Customer %d", number),
		Email: fmt.Sprintf("customer%d@example.com", number), Country: []string{"US", "DE", "JP", "GB"}[dice.IntN(4)],
	})
	if err != nil {
		return nil, err
	}
	for n := range 1 + dice.IntN(2) {
		service := in.services[n%len(in.services)]
		i, err := e.CreateInstrument(ctx, merchant, engine.NewInstrument{
			CustomerID: customer.ID, ServiceID: service, Fields: numberOf(service, dice.Int64N(9e9)),
		})
		if err != nil {
			return nil, err
		}
		if dice.IntN(100) >= 60 {
			continue
		}
		_, err = e.RecordPayment(ctx, merchant, engine.NewPayment{
			CustomerID: customer.ID, InstrumentID: i.ID, GatewayID: in.gateway, Kind: engine.PaymentSale,
			Amount: money.New(1000+dice.Int64N(100_000), in.currency), At: c.Now().Add(-time.Duration(dice.IntN(1000)) * time.Hour),
		})
		if err != nil {
			return nil, err
		}
	}
	made := m.payees[customer.ID]
	made.market = at
	return made, nil
}
