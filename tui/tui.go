// Package tui is the console: the screens at which payout requests are
// reviewed.
//
// It is one tea.Model, [Console], that holds a stack of screens and the desk
// they share. A key becomes an action through one catalogue before a screen
// hears of it; decisions go to package decide, movements and tabs to the
// screen, and the rest is the console's own. A screen loads in commands, takes
// answers, and draws exactly the rectangle it is given.
//
// Invariants: nothing is read or written inside Update and View. When the store
// changes, at most five times a second, the screen on top reads again what it
// shows. A frame has exactly as many lines and cells as the terminal, whatever
// is in the store. What a reviewer confirms is what was on the screen.
//
// It refuses to know where the store and the reviewer come from, and who runs
// the engine's steps.
package tui

import (
	"context"
	"io"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// Options say whose console it is, on what, and where it shows.
type Options struct {
	Engine *engine.Engine
	Caller engine.Caller // who acts; the role is read from the configuration
	Mode   engine.Mode   // "" for the only mode that points have, else live

	ReadOnly string // why nothing can be changed; "" if it can

	View    string           // the view to open at; "" for the first
	Request engine.RequestID // the request to open at; "" for none

	Columns     map[string][]string             // of views, by their ids: what the reviewer chose before
	KeepColumns func(map[string][]string) error // writes down what they choose; nil for nobody does

	CreateFile screen.CreateFile                        // for exports; nil where files are not the reviewer's, as over SSH
	OpenFile   func(path string) (io.ReadCloser, error) // opens a file to import; nil where files are not the person's own

	Keys  map[keys.ID][]string // instead of the catalogue's own, of the actions named
	Stays bool                 // after a decision the cursor stays; it goes on otherwise
	Mouse bool                 // listen to the mouse from the start

	Theme   theme.Name      // "" for auto
	Profile termenv.Profile // what the terminal can do; [termenv.Ascii] for no colour

	MayBecome bool // :as NAME changes who acts: for a demo
	Teach     bool // a line teaches five keys until they were used
	Local     bool // on the machine of who sits there: ctrl+z suspends

	Clock clock.Clock // of the person; nil for the machine's

	In  io.Reader // nil for the terminal
	Out io.Writer // nil for the terminal
}

// leaving is how long decisions on their way are waited for at the end.
const leaving = 5 * time.Second

// Run shows the console until it is left or ctx ends.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := New(ctx, o)
	if err != nil {
		return err
	}
	out := newOutput(o.Out)
	c.clipboard = out.copy
	options := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithAltScreen(), tea.WithFPS(120), tea.WithOutput(out.writer()),
	}
	if o.Mouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	if o.In != nil {
		options = append(options, tea.WithInput(o.In))
	}
	_, err = tea.NewProgram(c, options...).Run()
	c.wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// wait waits for decisions on their way.
func (c *Console) wait() {
	ctx, cancel := context.WithTimeout(context.Background(), leaving)
	defer cancel()
	done := make(chan struct{})
	go func() {
		c.desk.StopExport()
		c.desk.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func terminal() *os.File { return os.Stdout }
