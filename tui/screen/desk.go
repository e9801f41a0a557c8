package screen

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/theme"
)

// A Desk is where one reviewer works. All screens of a session share one, and
// only its Update touches it.
type Desk struct {
	Engine *engine.Engine
	Clock  clock.Clock // of the person in front: for keys and what is said
	Caller engine.Caller
	Actor  engine.Reviewer
	Config *engine.Config
	Mode   engine.Mode

	ReadOnly text.Safe // why nothing can be changed here; "" if it can

	Dialogs overlay.Stack
	Toast   overlay.Toast
	Labels  func(keys.ID) text.Safe // how an action is asked for here: by which key

	Columns     map[string][]string             // of views, by their ids: what the reviewer chose for themselves
	KeepColumns func(map[string][]string) error // writes them down; nil where nothing is remembered

	OpenFile func(path string) (io.ReadCloser, error) // of the person's machine; nil where that is another

	Stays bool // after a decision the cursor stays where it is

	CreateFile CreateFile // for exports; nil where files are not the reviewer's, as over SSH

	Context context.Context // of the session
	working sync.WaitGroup  // deeds on their way

	trigger keys.Trigger
	armed   armed
	before  time.Time // when the key before the last one came
	last    time.Time
	asked   asked

	gone      error // why the store cannot be read
	goneSince time.Time

	carried   []Deed // on their way, and not asked for by Carried yet
	busy      map[engine.RequestID]int
	decisions []Decision // that can perhaps still be undone, the newest last
	exporting *exporting // that goes on; nil for none
	line      string     // the command line of the last deed
}

// An armed decision waits for enter.
type armed struct {
	verb     string
	request  engine.RequestID // "" if it is about none
	version  int
	sentence text.Safe
	fire     func() tea.Cmd
}

// An asked dialog is about a version of a request.
type asked struct {
	dialog  string
	request engine.RequestID
	version int
}

// Now is the person's time.
func (d *Desk) Now() time.Time { return d.Clock.Now() }

// Label is how to ask for an action here: its key, else its name after the colon
// of the palette.
func (d *Desk) Label(a keys.ID) text.Safe {
	if d.Labels != nil {
		if label := d.Labels(a); label != "" {
			return label
		}
	}
	return ":" + text.Safe(a)
}

// Say tells something for a while.
func (d *Desk) Say(s text.Safe, style theme.Style) { d.Toast.Say(s, style, d.Now()) }

// Heard takes away what was said about an earlier key, once another is pressed.
func (d *Desk) Heard() {
	if said, ok := d.Toast.Shown(d.Now()); ok && (said.Style == theme.Warning || said.Style == theme.Muted) {
		d.Toast = overlay.Toast{}
	}
	d.Toast.Key(d.Now())
}

// Fail tells what did not work, with long ids shortened.
func (d *Desk) Fail(err error, ids ...engine.RequestID) {
	said := err.Error()
	for _, id := range ids {
		if id != "" {
			said = strings.ReplaceAll(said, string(id), string(Short(string(id))))
		}
	}
	d.Say(text.Line(said), theme.Error)
}

// Standing is what decides whether verbs are possible on a request here.
func (d *Desk) Standing(r engine.Request) engine.Standing {
	return engine.Standing{Request: r, Point: d.Config.Points[r.PointID], Actor: d.Actor}
}

// Why says why a verb is off for a request, or "".
func (d *Desk) Why(verb engine.Verb, r engine.Request) text.Safe {
	if d.ReadOnly != "" {
		return "read-only: " + d.ReadOnly
	}
	if r.ID == "" {
		return "there is no request under the cursor"
	}
	if err := d.Standing(r).Why(verb); err != nil {
		return text.Line(err.Error())
	}
	return ""
}

// Press shows a key to the trigger before anybody handles it. The command of a
// decision that it took is to be run; handled keys go no further.
func (d *Desk) Press(key string, moves bool) (cmd tea.Cmd, handled bool) {
	now := d.Now()
	d.before, d.last = d.last, now
	_, verdict := d.trigger.Press(key, moves, now)
	fire := d.armed.fire
	if _, still := d.trigger.Armed(d.Now()); !still {
		d.armed = armed{}
	}
	switch {
	case verdict == keys.Fire && fire != nil:
		return fire(), true
	case verdict == keys.Pass:
		return nil, false
	}
	return nil, true
}

// rest is how long the keyboard is quiet before a key alone does something that
// is not armed first.
const rest = 300 * time.Millisecond

// Rested reports whether the last key came after a rest: it was no key held
// down, and what it is about could be seen.
func (d *Desk) Rested() bool { return d.last.Sub(d.before) >= rest }

// Arm asks for enter. The sentence says what enter would do; it is asked only
// in a rest of the keyboard, and for as long as the target stands.
func (d *Desk) Arm(s Subject, verb string, sentence text.Safe, fire func() tea.Cmd) {
	if !d.trigger.Arm(verb+" "+s.Target(), d.Now()) {
		d.Say("too fast after another key: rest a moment, then press it again", theme.Warning)
		return
	}
	d.armed = armed{verb: verb, request: s.Row.ID, version: s.Row.Version, sentence: sentence, fire: fire}
}

// Armed returns the sentence that waits for enter, and which request it is
// about.
func (d *Desk) Armed() (sentence text.Safe, request engine.RequestID, ok bool) {
	if _, ok := d.trigger.Armed(d.Now()); !ok {
		d.armed = armed{}
	}
	return d.armed.sentence, d.armed.request, d.armed.sentence != ""
}

// TakeArmed disarms and returns what was armed, for who confirms it in another
// way than with enter.
func (d *Desk) TakeArmed() (sentence text.Safe, fire func() tea.Cmd, ok bool) {
	taken := d.armed
	d.armed, d.trigger = armed{}, keys.Trigger{}
	return taken.sentence, taken.fire, taken.fire != nil
}

// ArmedFor reports whether that verb waits for enter.
func (d *Desk) ArmedFor(verb string) bool {
	_, _, ok := d.Armed()
	return ok && d.armed.verb == verb
}

// Disarm is for whatever is no key that a person pressed alone.
func (d *Desk) Disarm() {
	d.trigger.Disarm(d.Now())
	d.armed = armed{}
}

// Ask opens a dialog about a subject; it closes by itself when the subject
// changes.
func (d *Desk) Ask(s Subject, id string, dialog overlay.Dialog, then func(choice string) tea.Cmd) {
	d.asked = asked{dialog: id, request: s.Row.ID, version: s.Row.Version}
	d.Dialogs.Open(id, dialog, d.Now(), then)
}

// Show opens a dialog that no change closes.
func (d *Desk) Show(id string, dialog overlay.Dialog, then func(choice string) tea.Cmd) {
	d.Dialogs.Open(id, dialog, d.Now(), then)
}

// Saw tells which version of a request was read now. What was armed or asked
// about an earlier one is off, and the command finds out what changed.
func (d *Desk) Saw(r engine.Request) tea.Cmd {
	since := 0
	if d.armed.request == r.ID && d.armed.version < r.Version {
		since = d.armed.version
		d.Disarm()
	}
	if a := d.asked; a.request == r.ID && a.version < r.Version {
		d.asked = asked{}
		if d.Dialogs.Close(a.dialog) {
			since = a.version
		}
	}
	if since == 0 {
		return nil
	}
	return d.tellChange(r.ID, since)
}

// Changed is a message: why a dialog closed or a decision was disarmed.
type Changed struct {
	Request engine.RequestID
	What    text.Safe
}

// tellChange finds out what changed on a request since a version.
func (d *Desk) tellChange(id engine.RequestID, since int) tea.Cmd {
	ctx, e := d.Context, d.Engine
	return func() tea.Msg { return Changed{Request: id, What: ChangedSince(ctx, e, id, since)} }
}

// ChangedSince says what changed first on a request since a version of it.
func ChangedSince(ctx context.Context, e *engine.Engine, id engine.RequestID, since int) text.Safe {
	if dossier, err := e.Dossier(ctx, id); err == nil {
		for _, event := range dossier.Timeline {
			if event.Version > since {
				return Sentence(event, dossier) + " " + Clock(event.At)
			}
		}
	}
	return "it changed"
}

// Lost keeps that the store cannot be read, since when; other errors are told.
func (d *Desk) Lost(err error) tea.Cmd {
	switch {
	case errors.Is(err, context.Canceled):
	case engine.CodeOf(err) == engine.Unavailable:
		if d.gone == nil {
			d.goneSince = d.Now()
		}
		d.Disarm() // nobody can see whether it changed
		d.gone = err
	default:
		d.Fail(err)
	}
	return nil
}

// Found keeps that the store could be read.
func (d *Desk) Found() { d.gone = nil }

// Gone says since when and why the store cannot be read; a nil error if it can.
func (d *Desk) Gone() (since time.Time, why error) { return d.goneSince, d.gone }

// Busy reports whether a deed on a request is on its way.
func (d *Desk) Busy(id engine.RequestID) bool { return d.busy[id] > 0 }

// Become makes another reviewer act from now on.
func (d *Desk) Become(actor engine.Reviewer) {
	d.Disarm()
	d.Actor, d.Caller.By = actor, actor.ID
	d.decisions = nil
}
