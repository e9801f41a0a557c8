package screen

import (
	"context"
	"time"

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

// A Source is one thing that a screen shows, read whole and again and again:
// one read at a time, and another one if the store changed meanwhile. What takes
// long to read is read seldom, so that a store that changes all the time leaves
// time for other things.
type Source[T any] struct {
	Read func(context.Context) (T, error)

	loader  Loader
	began   time.Time
	took    time.Duration // the last read
	waiting bool          // until it is time to read again
	stale   bool
	known   bool
	problem error
}

// Load reads it now.
func (s *Source[T]) Load(d *Desk) tea.Cmd {
	s.stale, s.began = false, d.Now()
	read := s.Read
	return s.loader.Start(d.Context, func(ctx context.Context) (any, error) { return read(ctx) })
}

// Refresh reads it again, if need be once it was read.
func (s *Source[T]) Refresh(d *Desk) tea.Cmd {
	switch {
	case s.waiting:
		return nil
	case s.loader.Busy():
		s.stale = true
		return nil
	case s.took > slow:
		s.waiting = true
		return tea.Tick(min(seldom*s.took, longest), func(time.Time) tea.Msg { return again[T]{s} })
	}
	return s.Load(d)
}

// A read that takes longer than slow is repeated after so many times as long,
// but within longest.
const (
	slow    = 20 * time.Millisecond
	seldom  = 9
	longest = 2 * time.Second
)

// again is a message: it is time to read a source again.
type again[T any] struct{ of *Source[T] }

// Take returns what was read, if that is what msg says. The command is to be
// run in any case.
func (s *Source[T]) Take(d *Desk, msg tea.Msg) (value T, ok bool, cmd tea.Cmd) {
	if now, is := msg.(again[T]); is && now.of == s && s.waiting {
		s.waiting = false
		return value, false, s.Load(d)
	}
	loaded, is := msg.(Loaded)
	if !is || !s.loader.Mine(loaded) {
		return value, false, nil
	}
	s.took = d.Now().Sub(s.began)
	if s.stale {
		s.stale = false
		cmd = s.Refresh(d)
	}
	if loaded.Err != nil {
		if !s.known {
			s.problem = loaded.Err
		}
		return value, false, tea.Batch(d.Lost(loaded.Err), cmd)
	}
	d.Found()
	s.known, s.problem = true, nil
	return loaded.Value.(T), true, cmd
}

// Problem is why it could not be read at all; nil if it could.
func (s *Source[T]) Problem() error { return s.problem }

// Known reports whether it was read.
func (s *Source[T]) Known() bool { return s.known }

// Stop gives up what is being read.
func (s *Source[T]) Stop() { s.loader.Stop() }
