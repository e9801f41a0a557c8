package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

func (a *app) requestSplit() *cobra.Command {
	var amounts, reason, description string
	cmd := &cobra.Command{
		Use:   "split REQUEST --amounts A,B,… --reason REASON",
		Short: "Replace a request by several that sum to it; this is final",
		Long: "Answers with the new requests, in the order of the amounts.\n" +
			reasons(engine.SplitReasons()),
		Example:     `  purser request split 8K3QZ2 --amounts 3000,1000 --reason processor-limit`,
		Args:        takes("REQUEST"),
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&amounts, "amounts", "", "2 to 100 of them, as in 3000,999.50")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	cmd.Flags().StringVar(&description, "description", "", "more of why")
	complete(cmd, "reason", engine.SplitReasons())
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "amounts", "reason"); err != nil {
			return err
		}
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		s := engine.Splitting{Reason: engine.SplitReason(reason), Description: description}
		if s.Seen, err = version.or(r); err != nil {
			return err
		}
		if s.Amounts, err = parseAmounts(amounts, r.Amount.Currency); err != nil {
			return err
		}
		parent, children, err := a.engine.Split(cmd.Context(), a.caller(), r.ID, s)
		if err != nil {
			return err
		}
		a.did("split %s into %d requests", parent.ID, len(children))
		return a.answerRequests(children)
	}
	return cmd
}

func parseAmounts(s string, c money.Currency) ([]money.Amount, error) {
	var amounts []money.Amount
	for part := range strings.SplitSeq(s, ",") {
		amount, err := parseAmount("amounts", strings.TrimSpace(part), c)
		if err != nil {
			return nil, err
		}
		amounts = append(amounts, amount)
	}
	return amounts, nil
}

// answerRequests answers with requests that a verb made.
func (a *app) answerRequests(list []engine.Request) error {
	if a.flags.dryRun && a.flags.output == asIDs {
		return nil
	}
	kind := requestKind()
	if a.flags.output == asTable {
		kind.columns = kind.columns[:3] // the rest is the parent's
	}
	rows := make([]engine.RequestRow, len(list))
	for i, r := range list {
		rows[i] = rowOf(r)
	}
	return answerList(a, kind, rows)
}

func (a *app) requestMerge() *cobra.Command {
	var reason string
	var sources []string
	var otherInstrument bool
	cmd := &cobra.Command{
		Use:   "merge TARGET --from A,B,… --reason REASON",
		Short: "Merge requests into another one of the same customer, point and currency; this is final",
		Long: "The target's approvals are void. A merge is undone by splitting the target.\n" +
			reasons(engine.MergeReasons()),
		Example:     `  purser request merge 8K3QZ2 --from W5T0MH,XX71BD --reason consolidation`,
		Args:        takes("TARGET"),
		Annotations: changing(),
	}
	cmd.Flags().StringSliceVar(&sources, "from", nil, "1 to 99 `REQUESTS` that end in the target")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	cmd.Flags().BoolVar(&otherInstrument, "other-instrument", false,
		"the target's instrument is meant, though others were selected")
	complete(cmd, "reason", engine.MergeReasons())
	version := seenFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "from", "reason"); err != nil {
			return err
		}
		target, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		m := engine.Merging{
			Reason: engine.MergeReason(reason), OtherInstrument: otherInstrument,
			SourcesSeen: map[engine.RequestID]int{},
		}
		if m.Seen, err = version.or(target); err != nil {
			return err
		}
		for _, fragment := range sources {
			source, err := a.request(cmd.Context(), strings.TrimSpace(fragment))
			if err != nil {
				return err
			}
			m.Sources = append(m.Sources, source.ID)
			m.SourcesSeen[source.ID] = source.Version
		}
		merged, err := a.engine.Merge(cmd.Context(), a.caller(), target.ID, m)
		if err != nil {
			return err
		}
		return done(a, requestKind(), rowOf(merged), "merged %s into %s, now %s; %s",
			countOf(len(m.Sources), "request"), merged.ID, merged.Amount.Text(), a.standing(merged))
	}
	return cmd
}
