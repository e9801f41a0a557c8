package tui

import (
	"errors"
	"io"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/batch"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// whyNotBatch says why an action about batches is off where it is no batch that
// is on the screen, or "".
func (c *Console) whyNotBatch(a keys.ID) text.Safe {
	row := c.top().Subject().Row
	marked := c.top() == view(c.queue) && c.queue.Marking()
	switch why := batch.WhyNotChange(c.desk); {
	case why != "":
		return why
	case marked && a == screen.OutOfBatch:
		return "it takes one request at a time: " + c.desk.Label(screen.Unmark) + " unmarks, and it is about the cursor's"
	case marked:
		return ""
	case row.ID == "":
		return "there is no request under the cursor"
	case a == screen.ToBatch && row.BatchID != "":
		return "it is in a batch already: " + c.desk.Label(screen.OutOfBatch) + " takes it out"
	case a == screen.OutOfBatch && row.BatchID == "":
		return "it is in no batch"
	}
	return ""
}

// doBatch does an action about batches that is not the screen's own.
func (c *Console) doBatch(a keys.ID) tea.Cmd {
	s := c.top().Subject()
	row := s.Row
	switch {
	case a == screen.TakeFile:
		return batch.AskFile(c.desk)
	case a == screen.StopFile:
		c.askStopFile()
		return nil
	case a == screen.OutOfBatch:
		of := engine.Batch{ID: row.BatchID, Reference: row.BatchReference}
		if s.Dossier != nil && s.Dossier.Batch.ID == row.BatchID {
			of = s.Dossier.Batch
		}
		return batch.Remove(c.desk, row.ID, of, screen.Money(row.Amount)+" of "+screen.Customer(row))
	case c.top() == view(c.queue) && c.queue.Marking():
		c.queue.EndRange()
		selection, _ := c.queue.Selection()
		return batch.AskFill(c.desk, selection, c.queue.Named())
	}
	return batch.AskFill(c.desk, engine.Selection{IDs: []engine.RequestID{row.ID}}, screen.Money(row.Amount)+" of "+screen.Customer(row))
}

// askStopFile asks whether to stop the file that is being taken in.
func (c *Console) askStopFile() {
	feed := c.feed
	c.desk.Arm(screen.Subject{}, string(screen.StopFile), "stop taking it in? what came in stays; "+feed.Said()+screen.Enter,
		func() tea.Cmd {
			feed.Stop()
			return nil
		})
}

// takeBatch takes what the screens of batches tell.
func (c *Console) takeBatch(msg tea.Msg) (cmd tea.Cmd, taken bool) {
	switch msg := msg.(type) {
	case batch.Filled:
		return c.filled(msg), true
	case batch.Mended:
		if msg.Err != nil {
			c.desk.Fail(msg.Err)
			return c.top().Refresh(), true
		}
		said, line, good := msg.Said()
		c.desk.Remember(screen.Deed{Line: line}, screen.Deed{})
		style := theme.Done
		if !good {
			style = theme.Warning
		}
		c.desk.Say(said, style)
		return c.top().Refresh(), true
	case batch.Feeding:
		c.feed = msg.Feed
		return c.feed.Next(), true
	case batch.Fed:
		return c.fed(msg), true
	}
	return nil, false
}

// filled tells what was put into a batch. What was marked for it is spent, and
// a batch that was made of it is shown.
func (c *Console) filled(msg batch.Filled) tea.Cmd {
	if msg.Err != nil {
		c.desk.Fail(msg.Err)
		return c.top().Refresh()
	}
	done, back := msg.Deeds()
	c.desk.Remember(done, back)
	said := done.Said
	if back.Run != nil {
		said += " · " + c.desk.Label(screen.Undo) + " takes it back"
	}
	c.desk.Say(said, theme.Done)
	if c.top() == view(c.queue) && c.queue.Marking() {
		c.queue.Unmark()
		return tea.Batch(c.queue.Refresh(), c.push(batch.NewBatch(c.desk, msg.Batch)))
	}
	return c.top().Refresh()
}

// fed takes note of how far a file is. Once it is in, its batch is shown to who
// waited for it.
func (c *Console) fed(msg batch.Fed) tea.Cmd {
	cmd, ended := msg.Feed.Take(msg)
	if !ended {
		return cmd
	}
	c.feed = nil
	c.desk.Remember(screen.Deed{Line: msg.Feed.Line()}, screen.Deed{})
	made, whole := msg.Feed.Whole()
	switch {
	case whole && msg.Skipped > 0:
		c.desk.Say(msg.Feed.Said(), theme.Warning)
	case whole:
		c.desk.Say(msg.Feed.Said(), theme.Done)
	case engine.CodeOf(msg.Err) == engine.Unavailable && !errors.Is(msg.Err, io.EOF):
		c.desk.Fail(msg.Err)
	default:
		c.desk.Say(msg.Feed.Said(), theme.Error)
	}
	if _, waits := c.top().(*batch.Batches); waits && whole {
		return c.push(batch.NewBatch(c.desk, made))
	}
	return c.top().Refresh()
}
