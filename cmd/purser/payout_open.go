package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) payoutOpen() *cobra.Command {
	return &cobra.Command{
		Use:   "open GATEWAY",
		Short: "List what nobody knows the outcome of at an account: what is to be paid by hand there",
		Long: `Oldest first, with everything that it takes to pay it; give the key as the reference
of the payment. Once it is paid, purser payout statement says so.`,
		Example: `  purser payout open bank-eur
  purser payout open bank-eur -o csv`,
		Args:        takes("GATEWAY"),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.gatewayID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			limit := a.flags.limit
			if limit == 0 {
				limit = 1000
			}
			list, err := a.engine.OpenPayouts(cmd.Context(), a.caller(), id, limit)
			if err != nil {
				return err
			}
			return answerList(a, openKind(), list)
		},
	}
}

func openKind() kind[engine.OpenPayout] {
	return kind[engine.OpenPayout]{
		id: func(p engine.OpenPayout) string { return string(p.ID) },
		columns: []column[engine.OpenPayout]{
			{name: "PAYOUT", cell: func(p engine.OpenPayout) string { return string(p.ID) }},
			{name: "SINCE", cell: func(p engine.OpenPayout) string { return moment(p.CreatedAt) }},
			{name: "AMOUNT", right: true, cell: func(p engine.OpenPayout) string { return p.Amount.Text() }},
			{name: "RECIPIENT", cell: func(p engine.OpenPayout) string { return p.Customer.Name }},
			{name: "DETAILS", cell: allDetails},
			{name: "KEY", cell: func(p engine.OpenPayout) string { return string(p.AllocationID) }},
		},
		csv: []string{
			"payoutId", "key", "payoutRequestId", "currency", "amount", "recipient", "country", "service", "fields",
			"status", "createdTime",
		},
	}
}

// allDetails are the fields of an instrument, whole but for card numbers: they
// are what somebody has to write on the transfer.
func allDetails(p engine.OpenPayout) string {
	fields := p.Instrument.Masked()
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !strings.HasPrefix(key, "test_details_") {
			parts = append(parts, key+" "+fields[key])
		}
	}
	return strings.Join(parts, ", ")
}
