package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

func (a *app) instrumentCommand() *cobra.Command {
	return group("instrument", "Look at the ways in which customers can be paid, and add some",
		listOfCustomer(a, "instruments", instrumentKind(), func(ctx context.Context, c engine.CustomerID) ([]engine.Instrument, error) {
			return a.engine.Instruments(ctx, c)
		}),
		a.instrumentShow(),
		a.instrumentCreate(),
		a.instrumentVerify(),
	)
}

func (a *app) instrumentShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show INSTRUMENT",
		Short:   "Show an instrument; card numbers are masked",
		Example: `  purser instrument show 7QX2`,
		Args:    takes("INSTRUMENT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			id, err := a.instrumentID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			i, err := a.engine.Instrument(cmd.Context(), id)
			if err != nil {
				return err
			}
			return answerOne(a, instrumentKind(), i)
		},
	}
}

func (a *app) instrumentCreate() *cobra.Command {
	var customer, service string
	var fields []string
	cmd := &cobra.Command{
		Use:         "create --customer CUSTOMER --service SERVICE --field KEY=VALUE…",
		Short:       "Add a way to pay a customer",
		Long:        "It is unverified until somebody else verifies it, or approves a request that selected it.",
		Example:     `  purser instrument create --customer c-1 --service test_usd --field account=587964`,
		Args:        takes(),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&customer, "customer", "", "reference or id")
	cmd.Flags().StringVar(&service, "service", "", "the payout method")
	cmd.Flags().StringArrayVar(&fields, "field", nil, "a detail that the service needs, as `KEY=VALUE`; may be repeated")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "customer", "service"); err != nil {
			return err
		}
		if _, err := a.enter(cmd.Context()); err != nil {
			return err
		}
		n := engine.NewInstrument{}
		var err error
		if n.Fields, err = parseFields("field", "account=587964", fields); err != nil {
			return err
		}
		c, err := a.customer(cmd.Context(), customer)
		if err != nil {
			return err
		}
		n.CustomerID = c.ID
		if n.ServiceID, err = pick("service", service, ids(a.config.Services)); err != nil {
			return err
		}
		i, err := a.engine.CreateInstrument(cmd.Context(), a.caller(), n)
		if err != nil {
			return err
		}
		return done(a, instrumentKind(), i, "created %s, %s", i.ID, instrumentName(i))
	}
	return cmd
}

// parseFields reads the KEY=VALUE words of a flag. A key that stands there twice
// is a slip.
func parseFields(flag, example string, words []string) (map[string]string, error) {
	fields := make(map[string]string, len(words))
	for _, w := range words {
		key, value, found := strings.Cut(w, "=")
		_, twice := fields[key]
		switch {
		case !found || key == "":
			return nil, engine.Errorf(engine.Invalid, "--%s %q has no key", flag, text.Line(text.Masked(head(w, longestID)))).
				Or("as in --%s %s", flag, example)
		case twice:
			return nil, engine.Errorf(engine.Invalid, "--%s %s stands there twice", flag, text.Line(head(key, longestID)))
		}
		fields[key] = value
	}
	return fields, nil
}

func (a *app) instrumentVerify() *cobra.Command {
	return &cobra.Command{
		Use:         "verify INSTRUMENT",
		Short:       "Vouch for an instrument that somebody else added",
		Example:     `  purser instrument verify 7QX2 --as rev1`,
		Args:        takes("INSTRUMENT"),
		Annotations: changing(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			id, err := a.instrumentID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			i, err := a.engine.VerifyInstrument(cmd.Context(), a.caller(), id)
			if err != nil {
				return err
			}
			return done(a, instrumentKind(), i, "verified %s, %s", i.ID, instrumentName(i))
		},
	}
}
