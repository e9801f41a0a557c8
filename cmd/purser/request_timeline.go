package main

import (
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
			rows := d.Entries()
			if a.flags.limit > 0 {
				rows = rows[max(0, len(rows)-a.flags.limit):]
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

func eventKind() kind[engine.TimelineEntry] {
	return kind[engine.TimelineEntry]{
		id: func(e engine.TimelineEntry) string { return e.Hash.String() },
		columns: []column[engine.TimelineEntry]{
			{name: "TIME", cell: func(e engine.TimelineEntry) string { return e.At.UTC().Format("2006-01-02 15:04:05Z") }},
			{name: "WHO", cell: func(e engine.TimelineEntry) string { return string(e.By) }},
			{name: "WHAT", cell: func(e engine.TimelineEntry) string { return sentence(e) }},
		},
		csv: engine.TimelineProperties(),
	}
}
