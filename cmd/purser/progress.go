package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/text"
)

// A progress tells how far long work has come: on a terminal in one line that
// is written again, elsewhere in a line each second.
type progress struct {
	app      *app
	clock    clock.Clock
	terminal bool
	told     time.Time // zero as long as nothing is told
}

func (a *app) progress() *progress {
	p := &progress{app: a, clock: clock.System{}}
	if file, ok := a.err.(*os.File); ok {
		p.terminal = term.IsTerminal(int(file.Fd()))
	}
	p.told = p.clock.Now() // what is done within a second needs no telling
	return p
}

// tell says how far it is, unless it did a moment ago.
func (p *progress) tell(format string, args ...any) {
	pause := time.Second
	if p.terminal {
		pause /= 5
	}
	now := p.clock.Now()
	if now.Sub(p.told) < pause {
		return
	}
	p.told = now
	line := text.Line(fmt.Sprintf(format, args...))
	if p.terminal {
		fmt.Fprintf(p.app.err, "\r%s\x1b[K", line)
		return
	}
	fmt.Fprintln(p.app.err, line)
}

// end takes the line off the terminal.
func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.app.err, "\r\x1b[K")
	}
}
