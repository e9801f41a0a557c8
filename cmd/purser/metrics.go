package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// An hour is what metrics tell of one hour.
type hour struct {
	From     time.Time `json:"from"`
	Ready    int64     `json:"ready"` // at its end
	Came     int64     `json:"came"`
	Approved int64     `json:"approved"`
	Blocked  int64     `json:"blocked"`
	Mine     int64     `json:"mine"` // decisions of whoever asks
}

func hourKind() kind[hour] {
	count := func(name string, of func(hour) int64) column[hour] {
		return column[hour]{name: name, right: true, cell: func(h hour) string { return strconv.FormatInt(of(h), 10) }}
	}
	return kind[hour]{
		id: func(h hour) string { return h.From.Format(time.RFC3339) },
		columns: []column[hour]{
			{name: "FROM", cell: func(h hour) string { return moment(h.From) }},
			count("READY", func(h hour) int64 { return h.Ready }),
			count("CAME", func(h hour) int64 { return h.Came }),
			count("APPROVED", func(h hour) int64 { return h.Approved }),
			count("BLOCKED", func(h hour) int64 { return h.Blocked }),
			count("MINE", func(h hour) int64 { return h.Mine }),
		},
		csv: []string{"from", "ready", "came", "approved", "blocked", "mine"},
	}
}

func (a *app) metricsCommand() *cobra.Command {
	hours := 24
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "Tell how the work went, hour by hour",
		Long: `How many requests were ready at the end of each hour, how many came in, were
approved and blocked, and what you decided on; UTC, the running hour last.`,
		Example: `  purser metrics --hours 72
  purser metrics -o csv`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			reviewer, err := a.enter(cmd.Context())
			if err != nil {
				return err
			}
			m, err := a.engine.Metrics(cmd.Context(), reviewer.ID, a.mode(), hours)
			if err != nil {
				return err
			}
			list := make([]hour, len(m.Queue))
			for i := range list {
				list[i] = hour{
					m.From.Add(time.Duration(i) * time.Hour), m.Queue[i], m.Came[i], m.Approved[i], m.Blocked[i], m.Mine[i],
				}
			}
			if err := answerList(a, hourKind(), list); err != nil {
				return err
			}
			a.say("%s", summaryOf(m))
			return nil
		},
	}
	cmd.Flags().IntVar(&hours, "hours", hours, "how many `HOURS` to look back, the running one included")
	return cmd
}

// summaryOf says what no column does.
func summaryOf(m engine.Metrics) string {
	said := []string{"nobody decided on anything"}
	if m.Median > 0 {
		said[0] = "half of the requests were decided on within " + shortly(m.Median) + ", 19 of 20 within " + shortly(m.Slowest)
	}
	if !m.Oldest.IsZero() {
		said = append(said, "the oldest has been ready since "+moment(m.Oldest))
	}
	for _, sum := range m.ApprovedSums {
		said = append(said, sum.Text()+" approved")
	}
	for _, share := range m.BlockedFor {
		said = append(said, strconv.FormatInt(share.Count, 10)+" blocked for "+share.Of)
	}
	return strings.Join(said, "; ")
}

// shortly writes a duration without the zeros at its end: 1h30m, 36h, 10s.
func shortly(d time.Duration) string {
	s := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}
