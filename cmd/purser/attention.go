package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// laneLimit is how many things of a lane a table shows where nobody says how
// many, and the most that one reading can be.
const (
	laneLimit = 10
	longLane  = 1000
)

func (a *app) attentionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "attention",
		Short: "List what a person must look at, with the next step and who can take it",
		Long: `There is a lane for each kind of trouble, the most urgent first, and in it what
waits longest. Requests are found by a filter, too, such as attention:any or
attention:outcome-unknown.`,
		Example: `  purser attention
  purser attention --limit 100 -o jsonl | jq -r .next`,
		Args:        takes(),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			limit := longLane
			if a.flags.limit > 0 {
				limit = min(a.flags.limit, longLane)
			} else if a.flags.output == asTable {
				limit = laneLimit
			}
			lanes, err := a.engine.Lanes(cmd.Context(), a.mode(), limit)
			if err != nil {
				return err
			}
			return a.showLanes(lanes)
		},
	}
}

func (a *app) showLanes(lanes []engine.Lane) error {
	answer := answerWith(a, laneKind())
	for _, lane := range lanes {
		for _, item := range lane.Items {
			if err := answer.add(laneRow{lane.Kind, item}); err != nil {
				return err
			}
		}
		if more := lane.Count - int64(len(lane.Items)); more > 0 {
			a.say("%d more of %s; --limit shows more", more, lane.Kind)
		}
	}
	if err := answer.end(); err != nil || answer.count > 0 || a.flags.output != asTable {
		return err
	}
	a.say("nothing needs a person's attention in %s mode", a.mode())
	return nil
}

// A laneRow is one thing that needs attention, on its way out.
type laneRow struct {
	lane engine.LaneKind
	engine.AttentionItem
}

// MarshalJSON implements json.Marshaler.
func (l laneRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Lane   engine.LaneKind `json:"lane"`
		Kind   string          `json:"kind"`
		ID     string          `json:"id"`
		Matter string          `json:"matter"`
		Next   string          `json:"next"`
		Who    engine.Role     `json:"who"`
		Line   string          `json:"commandLine,omitempty"`
		Since  time.Time       `json:"sinceTime"`
	}{l.lane, l.Subject.Kind, l.Subject.ID, l.Matter, l.Next.Do, l.Next.Least, l.line(), l.Since})
}

func laneKind() kind[laneRow] {
	return kind[laneRow]{
		id: func(l laneRow) string { return l.Subject.ID },
		columns: []column[laneRow]{
			{name: "LANE", cell: func(l laneRow) string { return string(l.lane) }},
			{name: "ID", cell: func(l laneRow) string { return l.Subject.ID }},
			{name: "SINCE", cell: func(l laneRow) string { return moment(l.Since) }},
			{name: "WHO", cell: func(l laneRow) string { return string(l.Next.Least) }},
			{name: "MATTER, AND WHAT TO DO", cell: func(l laneRow) string { return join(": ", l.Matter, l.Next.Do, l.line()) }},
		},
		csv: []string{"lane", "kind", "id", "sinceTime", "who", "matter", "next", "commandLine"},
	}
}

// line is the command that takes the next step.
func (l laneRow) line() string {
	switch l.Next.Verb {
	case engine.VerbLookUp:
		return fmt.Sprintf("purser payout lookup %s", l.Payout.ID)
	case engine.VerbResolve:
		return fmt.Sprintf("purser payout resolve %s --paid AMOUNT or --not-paid", l.Payout.ID)
	case engine.VerbPayAgain:
		return fmt.Sprintf("purser request pay-again %s", l.Subject.ID)
	case engine.VerbAutoAllocate:
		return fmt.Sprintf("purser request plan %s", l.Subject.ID)
	default:
		return ""
	}
}
