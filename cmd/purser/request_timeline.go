package main

import (
	"bytes"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) requestTimeline() *cobra.Command {
	return &cobra.Command{
		Use:   "timeline REQUEST",
		Short: "Tell what happened to a request, oldest first",
		Example: `  purser request timeline 8K3QZ2
  purser request timeline 8K3QZ2 --limit 5 -o jsonl    # the last five`,
		Args:        takes("REQUEST"),
		Annotations: honours("limit"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.look(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			d, err := a.engine.Dossier(cmd.Context(), r.ID)
			if err != nil {
				return err
			}
			events := d.Timeline
			if a.flags.limit > 0 {
				events = events[max(0, len(events)-a.flags.limit):]
			}
			rows := make([]eventRow, len(events))
			for i, e := range events {
				rows[i] = eventRow{e, d.Comments[e.Subject.ID].Text}
			}
			if err := answerList(a, eventKind(), rows); err != nil {
				return err
			}
			if last := d.Request.Head.Number; len(d.Timeline) > 0 && d.Timeline[len(d.Timeline)-1].Number < last {
				a.say("the first %d of %d entries", len(d.Timeline), last)
			}
			return nil
		},
	}
}

// An eventRow is an entry of a timeline with the words of its comment, which
// the journal keeps elsewhere so that they can be withdrawn.
type eventRow struct {
	engine.Event
	message string
}

// MarshalJSON implements json.Marshaler.
func (e eventRow) MarshalJSON() ([]byte, error) {
	raw, err := e.Event.MarshalJSON()
	if err != nil || e.message == "" {
		return raw, err
	}
	words, err := json.Marshal(e.message)
	if err != nil {
		return nil, err
	}
	raw = append(bytes.TrimSuffix(raw, []byte("}")), `,"message":`...)
	return append(append(raw, words...), '}'), nil
}

func eventKind() kind[eventRow] {
	return kind[eventRow]{
		id: func(e eventRow) string { return e.Hash.String() },
		columns: []column[eventRow]{
			{name: "TIME", cell: func(e eventRow) string { return e.At.UTC().Format("2006-01-02 15:04:05Z") }},
			{name: "WHO", cell: func(e eventRow) string { return string(e.By) }},
			{name: "WHAT", cell: func(e eventRow) string { return sentence(e) }},
		},
		csv: []string{
			"seq", "number", "type", "occurredTime", "by", "osUser", "door", "subjectKind", "subjectId",
			"version", "changes", "details", "message", "hash",
		},
	}
}
