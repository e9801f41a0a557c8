package jobs

import (
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// rows are the jobs of the tab that is shown.
func (s *Jobs) rows() []grid.Row {
	const meter = 10
	now := s.desk.Engine.Now()
	var rows []grid.Row
	for _, j := range s.all {
		if !j.in(s.at) {
			continue
		}
		had, all, refused := j.figures()
		status := s.status(j)
		bad := canvas.Span{Text: screen.Count(int64(refused)), Style: theme.Muted}
		if refused > 0 {
			bad.Style = theme.Attention
		}
		rows = append(rows, grid.Row{Key: j.id(), Cells: []canvas.Span{
			{Text: screen.Short(j.id())},
			{Text: j.what()},
			status,
			{Text: canvas.Meter(int64(had), int64(max(all, 1)), meter) + screen.Pad(percent(had, all), 5), Style: status.Style},
			{Text: screen.Count(int64(had)) + " of " + screen.Count(int64(all)), Style: theme.Strong},
			bad,
			{Text: screen.Actor(j.by()), Style: theme.Muted},
			{Text: since(j.started(), now), Style: theme.Muted},
			{Text: j.of(), Style: theme.Muted},
		}})
	}
	return rows
}

func (j job) what() text.Safe {
	if j.run == nil {
		return "import " + text.Line(string(j.file.Kind))
	}
	return text.Line(j.run.Action.String())
}

func (j job) by() engine.ReviewerID {
	if j.run == nil {
		return j.file.By
	}
	return j.run.By
}

func (j job) of() text.Safe {
	if j.run == nil {
		return text.Line(j.file.File)
	}
	return text.Line(j.run.Of)
}

// since says at which time of day something was, with the day if that was
// another.
func since(t, now time.Time) text.Safe {
	if t.UTC().Format(time.DateOnly) == now.UTC().Format(time.DateOnly) {
		return screen.Clock(t)
	}
	return screen.Moment(t, now)
}

// Draw implements the console's screen.
func (s *Jobs) Draw(c *canvas.Canvas, r canvas.Rect) {
	head, body := r.Top(1)
	rule, body := body.Top(1)
	body, bottom := body.Bottom(1)
	c.HRule(rule, theme.Border)
	c.HRule(bottom, theme.Border)
	tabs := []screen.Tab{{Name: "All"}, {Name: "Going on"}, {Name: "With failures", Loud: true}}
	for i := range tabs {
		for _, j := range s.all {
			if j.in(i) {
				tabs[i].Count++
			}
		}
	}
	screen.DrawTabs(c, head, tabs, s.at)
	empty := []text.Safe{"nothing runs, and nothing ran yet", "nothing goes on", "nothing failed"}
	help := "esc goes back"
	if s.Why(screen.StartImport) == "" {
		help = string(s.desk.Label(screen.StartImport)) + " imports a file   " + help
	}
	s.list.Face("the jobs", s.source.Known(), s.source.Problem(), empty[s.at], text.Line(help))
	s.list.Draw(c, body, s.detail(), nil)
}

func fact(label, words text.Safe, style theme.Style) screen.Line {
	return screen.Line{Label: label, Spans: []canvas.Span{{Text: words, Style: style}}, Wrap: true}
}

// detail tells of the job under the cursor.
func (s *Jobs) detail() []screen.Line {
	j, ok := s.chosen()
	if !ok {
		return nil
	}
	now := s.desk.Engine.Now()
	lines := []screen.Line{
		fact("job", text.Line(j.id())+"   "+j.what(), theme.Strong),
		fact("of", j.of(), theme.Text),
		fact("by", screen.Actor(j.by())+" at "+since(j.started(), now), theme.Text),
	}
	if j.file != nil {
		lines = append(lines, fact("rows", told(*j.file), theme.Text))
		if j.file.Left(now) {
			lines = append(lines, leftLine(*j.file))
		}
	} else {
		lines = append(lines, fact("requests", screen.Count(int64(j.run.Done))+" done, "+screen.Count(int64(j.run.Refused))+" refused, "+
			screen.Count(int64(j.run.Skipped))+" stayed out, "+screen.Count(int64(j.run.Waiting()))+" waiting", theme.Text))
	}
	if why := j.failure(); why != "" {
		lines = append(lines, fact("failed", text.Line(why), theme.Error))
	}
	return lines
}

// told says what became of the rows of an import.
func told(i engine.Import) text.Safe {
	count := func(n int) text.Safe { return screen.Count(int64(n)) }
	words := count(i.Made) + " new, " + count(i.Known) + " there already, "
	if i.Differs > 0 {
		words += count(i.Differs) + " there otherwise, "
	}
	words += count(i.Refused) + " refused"
	if i.Waiting() > 0 {
		words += ", " + count(i.Waiting()) + " waiting"
	}
	return words
}

func leftLine(i engine.Import) screen.Line {
	return fact("left", "its copy ends after "+screen.Plural(i.Rows, "row")+
		": it goes on when the same file is given again, or can be discarded", theme.Warning)
}

// Status implements the console's screen.
func (s *Jobs) Status() (left, right []canvas.Span) {
	if len(s.all) >= latest {
		left = append(left, canvas.Span{Text: "older ones: purser batch runs, purser import list", Style: theme.Muted})
	}
	return left, []canvas.Span{{Text: s.list.Grid.Position(), Style: theme.Muted}}
}
