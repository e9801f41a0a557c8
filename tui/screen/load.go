package screen

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// A Loader reads one thing for a screen, over and over. Starting it again
// cancels what it was reading, and [Loader.Mine] drops the answer to that.
type Loader struct {
	cancel context.CancelFunc
	turn   int
	busy   bool
}

// Loaded is a message: what a loader read.
type Loaded struct {
	Value any
	Err   error

	by   *Loader
	turn int
}

// Start reads in a command of its own.
func (l *Loader) Start(ctx context.Context, read func(context.Context) (any, error)) tea.Cmd {
	l.Stop()
	ctx, l.cancel = context.WithCancel(ctx)
	l.busy = true
	turn := l.turn
	return func() tea.Msg {
		value, err := read(ctx)
		return Loaded{Value: value, Err: err, by: l, turn: turn}
	}
}

// Mine reports whether an answer is the one that the loader waits for.
func (l *Loader) Mine(answer Loaded) bool {
	if answer.by != l || answer.turn != l.turn || !l.busy {
		return false
	}
	l.busy = false
	l.cancel()
	return true
}

// Busy reports whether an answer is on its way.
func (l *Loader) Busy() bool { return l.busy }

// Stop gives up what is being read.
func (l *Loader) Stop() {
	if l.cancel != nil {
		l.cancel()
	}
	l.turn++
	l.busy = false
}
