//go:build unix

package bench_test

import (
	"context"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
)

// BenchmarkP5KeysDuringRun presses a key at a console 20 times a second while a
// run approves everything in the same store, and takes the time until the frame
// that answers it has been written. The goal is 33 ms for 99 of 100 during the
// run; the quiet ones are what the same keys took before it began. It also reads
// a page all the while, which never waits for the writer.
func BenchmarkP5KeysDuringRun(b *testing.B) {
	for range b.N {
		d := ready(b, *requests)
		ctx, leave := context.WithCancel(b.Context())
		keys, fingers := io.Pipe()
		screen := &screen{written: make(chan time.Time, 1)}
		var at sync.WaitGroup
		at.Go(func() { show(ctx, b, d, keys, screen) })
		<-screen.written
		time.Sleep(500 * time.Millisecond) // until the list is there
		quiet := press(b, fingers, screen, 100, nil)

		run := d.approval(new(cost), new(cost))
		over := make(chan struct{})
		var reads []time.Duration
		at.Go(func() { d.finish(run.ID); close(over) })
		at.Go(func() { reads = d.read(over) })
		busy := press(b, fingers, screen, 1<<20, over)
		leave()
		_ = fingers.Close()
		at.Wait()

		b.ReportMetric(0, "ns/op")
		b.ReportMetric(33, "goal-p99-ms")
		b.ReportMetric(percentile(busy, 99), "busy-p99-ms")
		b.ReportMetric(percentile(busy, 50), "busy-p50-ms")
		b.ReportMetric(percentile(quiet, 99), "quiet-p99-ms")
		b.ReportMetric(percentile(quiet, 50), "quiet-p50-ms")
		b.ReportMetric(percentile(reads, 99), "read-p99-ms")
		b.ReportMetric(float64(len(busy)), "keys")
	}
}

// show runs the console as [tui.Run] does, on a terminal of 120 columns.
func show(ctx context.Context, b *testing.B, d *desk, keys io.Reader, s *screen) {
	console, err := tui.New(ctx, tui.Options{
		Engine: d.Engine, Caller: engine.Caller{By: "rev1", Door: engine.DoorConsole}, Profile: termenv.TrueColor, View: "all",
	})
	if err != nil {
		b.Error(err)
		return
	}
	program := tea.NewProgram(console, tea.WithContext(ctx), tea.WithAltScreen(), tea.WithFPS(120),
		tea.WithInput(keys), tea.WithOutput(s))
	go program.Send(tea.WindowSizeMsg{Width: 120, Height: 36})
	if _, err := program.Run(); err != nil && ctx.Err() == nil {
		b.Error(err)
	}
}

// press presses keys until enough or over, and returns what each took.
func press(b *testing.B, fingers io.Writer, s *screen, enough int, over <-chan struct{}) (took []time.Duration) {
	b.Helper()
	for n := range enough {
		select {
		case <-over:
			return took
		case <-time.After(50 * time.Millisecond):
		}
		key := "jk"[n%2 : n%2+1] // down and up: something moves each time
		s.await()
		pressed := time.Now()
		_, err := io.WriteString(fingers, key)
		must(b, err)
		select {
		case shown := <-s.written:
			took = append(took, shown.Sub(pressed))
		case <-time.After(5 * time.Second):
			b.Fatal("a key was not answered")
		}
	}
	return took
}

// read reads the first page of a view again and again, as a console does.
func (d *desk) read(over <-chan struct{}) (took []time.Duration) {
	for {
		select {
		case <-over:
			return took
		case <-time.After(20 * time.Millisecond):
		}
		began := time.Now()
		_, err := d.Requests(d.b.Context(), engine.RequestQuery{
			Mode: engine.ModeTest, Order: engine.Order{Key: "created", Descending: true}, Limit: 50,
		})
		if err != nil {
			d.b.Error(err)
		}
		took = append(took, time.Since(began))
	}
}

// A screen is a terminal that tells when a frame has been written since it was
// last asked to await one.
type screen struct {
	mu      sync.Mutex
	awaited bool
	written chan time.Time
	first   bool
}

func (s *screen) await() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awaited = true
}

// Write implements io.Writer.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	const frame = 1000 // bytes: what only sets up the terminal is shorter
	if s.awaited || !s.first && len(p) > frame {
		s.awaited, s.first = false, true
		s.written <- time.Now()
	}
	return len(p), nil
}

// percentile is what so many of a hundred did not exceed, in milliseconds.
func percentile(took []time.Duration, of int) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return float64(took[min(len(took)*of/100, len(took)-1)].Microseconds()) / 1000
}
