package screen

import (
	"context"
	"maps"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
)

// A Deed is something that somebody decided, on its way to the engine.
type Deed struct {
	Action  string // what the console calls it
	Request engine.RequestID
	Said    text.Safe // how it reads once it is done: "approved 120.50 USD of Sample Customer 12"
	Line    string    // the command line that does the same

	// Run does it and returns the request as it stands then.
	Run func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error)

	// Undo makes the deed that takes it back, given what came of it; nil where
	// nothing can.
	Undo func(after engine.Request) *Deed

	undoes bool // takes another back
}

// Done is a message: what came of a deed.
type Done struct {
	Deed    Deed
	Request engine.Request // as it stands now; zero if it failed
	Err     error
}

// A Decision is a deed that can perhaps be taken back.
type Decision struct {
	Deed  Deed
	Back  Deed
	After engine.Request // as the deed left it
	At    time.Time
	Until time.Time // when the engine goes on by itself; zero if it does not
}

// mostDecisions bounds what can be taken back.
const mostDecisions = 20

// Carry carries a deed out.
func (d *Desk) Carry(x Deed) tea.Cmd {
	ctx, e, c := d.Context, d.Engine, d.Caller
	if d.busy == nil {
		d.busy = map[engine.RequestID]int{}
	}
	d.busy[x.Request]++
	d.carried = append(d.carried, x)
	return func() tea.Msg {
		d.working.Add(1)
		defer d.working.Done()
		r, err := x.Run(ctx, e, c)
		return Done{Deed: x, Request: r, Err: err}
	}
}

// Carried returns the deeds that are on their way since it was asked last, but
// not those that take others back.
func (d *Desk) Carried() []Deed {
	carried := slices.DeleteFunc(d.carried, func(x Deed) bool { return x.undoes })
	d.carried = nil
	return carried
}

// TakesBack reports whether a deed takes another back.
func (x Deed) TakesBack() bool { return x.undoes }

// Did keeps the command line of something that was done and is no deed.
func (d *Desk) Did(line string) { d.line = line }

// SetColumns keeps what the reviewer chose to see of a view, none for what
// everybody sees. What it returns writes it down; nil where nothing is
// remembered.
func (d *Desk) SetColumns(view string, columns []string) (keep func() error) {
	chosen := maps.Clone(d.Columns)
	if chosen == nil {
		chosen = map[string][]string{}
	}
	if chosen[view] = columns; columns == nil {
		delete(chosen, view)
	}
	write := d.KeepColumns
	if d.Columns = chosen; write == nil {
		return nil
	}
	return func() error { return write(chosen) }
}

// Wait waits for the deeds on their way.
func (d *Desk) Wait() { d.working.Wait() }

// Keep takes note that a deed came to its end; one that was done is remembered
// for undo and for its command line.
func (d *Desk) Keep(done Done) {
	if d.busy[done.Deed.Request]--; d.busy[done.Deed.Request] <= 0 {
		delete(d.busy, done.Deed.Request)
	}
	if done.Err != nil {
		return
	}
	d.line = done.Deed.Line
	decisions := d.decisions[:0]
	for _, past := range d.decisions { // only the newest of a request can be taken back
		if past.Deed.Request != done.Deed.Request {
			decisions = append(decisions, past)
		}
	}
	d.decisions = decisions
	if done.Deed.Undo == nil || done.Deed.undoes {
		return
	}
	back := done.Deed.Undo(done.Request)
	if back == nil {
		return
	}
	back.undoes = true
	decision := Decision{Deed: done.Deed, Back: *back, After: done.Request, At: d.Now()}
	if o := d.Config.Points[done.Request.PointID].Options; o.AutoAllocate &&
		done.Request.Status == engine.RequestApproved {
		decision.Until = decision.At.Add(o.Undo())
	}
	d.decisions = append(d.decisions, decision)
	d.decisions = d.decisions[max(0, len(d.decisions)-mostDecisions):]
}

// Remember keeps what somebody decided that is no verb on one request, and what
// takes it back; a zero deed where nothing does.
func (d *Desk) Remember(done, back Deed) {
	d.line = done.Line
	if back.Run == nil {
		return
	}
	back.undoes = true
	d.decisions = append(d.decisions, Decision{Deed: done, Back: back, At: d.Now()})
	d.decisions = d.decisions[max(0, len(d.decisions)-mostDecisions):]
}

// Decisions are those that can perhaps still be taken back, the newest last.
func (d *Desk) Decisions() []Decision { return d.decisions }

// LastLine is the command line that does what the last deed did; "" before
// there was one.
func (d *Desk) LastLine() string { return d.line }
