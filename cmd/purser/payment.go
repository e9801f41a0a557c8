package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

func (a *app) paymentCommand() *cobra.Command {
	return group("payment", "Look at what customers paid in earlier, and record it",
		listOfCustomer(a, "payments", paymentKind(), func(ctx context.Context, c engine.CustomerID) ([]engine.Payment, error) {
			return a.engine.Payments(ctx, c)
		}),
		a.paymentRecord(),
	)
}

func (a *app) paymentRecord() *cobra.Command {
	var customer, instrument, gateway, amount, currency, kind, at string
	cmd := &cobra.Command{
		Use:         "record",
		Short:       "Record an earlier payment, from which exposure is computed",
		Long:        "It takes an admin, for it decides how much can flow back where it came from.",
		Example:     `  purser payment record --customer c-1 --instrument 7QX2 --gateway sandbox-usd --amount 500 --currency USD`,
		Args:        takes(),
		Annotations: changing(),
	}
	f := cmd.Flags()
	f.StringVar(&customer, "customer", "", "who paid: reference or id")
	f.StringVar(&instrument, "instrument", "", "what it was paid with")
	f.StringVar(&gateway, "gateway", "", "the `ACCOUNT` that it came in at")
	f.StringVar(&amount, "amount", "", "how much, as in 500")
	f.StringVar(&currency, "currency", "", "of the amount, which is the account's")
	f.StringVar(&kind, "kind", string(engine.PaymentSale), "sale or capture")
	f.StringVar(&at, "at", "", "the `TIME`, as in 2026-11-01T10:00:00Z (default now)")
	complete(cmd, "kind", []engine.PaymentKind{engine.PaymentSale, engine.PaymentCapture})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "customer", "instrument", "gateway", "amount", "currency"); err != nil {
			return err
		}
		ctx := cmd.Context()
		if _, err := a.enter(ctx); err != nil {
			return err
		}
		n := engine.NewPayment{Kind: engine.PaymentKind(kind)}
		var err error
		if n.At, err = parseTime(at); err != nil {
			return err
		}
		c, err := parseCurrency(currency)
		if err != nil {
			return err
		}
		if n.Amount, err = parseAmount("amount", amount, c); err != nil {
			return err
		}
		payer, err := a.customer(ctx, customer)
		if err != nil {
			return err
		}
		n.CustomerID = payer.ID
		if n.InstrumentID, err = a.instrumentID(ctx, instrument); err != nil {
			return err
		}
		if n.GatewayID, err = pick("gateway account", gateway, ids(a.config.Gateways)); err != nil {
			return err
		}
		p, err := a.engine.RecordPayment(ctx, a.caller(), n)
		if err != nil {
			return err
		}
		return done(a, paymentKind(), p, "recorded %s, %s of %s",
			p.ID, p.Amount.Text(), named(payer.Name, payer.Reference))
	}
	return cmd
}

// parseTime reads a time with its zone, or nothing for none.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, engine.Errorf(engine.Invalid, "--at: %q is no time", text.Line(head(s, longestID))).
			Or("write it like 2026-11-01T10:00:00Z")
	}
	return t.UTC().Truncate(time.Microsecond), nil
}
