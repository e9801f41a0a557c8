// Command generate makes a store of many requests, to see how the program
// behaves with it, and measures that.
//
//	go run ./cmd/dev/generate -store big.db -requests 1000000
//	go run ./cmd/dev/generate -store big.db -measure
//
// What happened at the desk is made by the engine's own verbs, over a memory
// that holds a bite of it, and written as rows to a store whose indexes are set
// aside and built at the end. Chains verify and counters equal a recount, as in
// any store. One seed and size make one store. What was broken off, at any
// moment, goes on where it stopped. The README beside cmd/dev tells what was
// measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/storage"
)

// bytesPerRequest is what a request takes on disk with its share of customers
// and instruments, its journal and all indexes, measured at 1,000,000, and what
// sorting the largest index needs beside it.
const bytesPerRequest = 4000

func main() {
	store := flag.String("store", "", "the `FILE` to fill or to measure")
	requests := flag.Int("requests", 100_000, "how many requests it shall hold")
	seed := flag.Uint64("seed", 1, "what all is drawn from")
	look := flag.Bool("measure", false, "read pages of what is there, and tell how long they take")
	flag.Parse()
	debug.SetGCPercent(400) // what a bite is made of is let go at once
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *store, world{*seed, *requests}, *look); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, path string, w world, look bool) error {
	switch {
	case path == "":
		return errors.New("say with -store which file to fill or to measure")
	case look:
		return measureAt(ctx, out, path)
	case w.requests < 1:
		return fmt.Errorf("a store of %d requests cannot be made: say with -requests how many", w.requests)
	}
	if err := w.room(out, path); err != nil {
		return err
	}
	return fill(ctx, out, path, w)
}

// room refuses to begin what the disk has no room for.
func (w world) room(out io.Writer, path string) error {
	need := int64(w.requests) * bytesPerRequest
	for _, file := range []string{path, path + "-wal"} {
		if info, err := os.Stat(file); err == nil {
			need -= info.Size()
		}
	}
	fmt.Fprintf(out, "%d requests need about %d MB more\n", w.requests, max(need, 0)>>20)
	free, known := freeBytes(filepath.Dir(path))
	if known && free < need {
		return fmt.Errorf("%s has %d MB free, and %d requests need about %d MB more: make room, or ask for fewer",
			filepath.Dir(path), free>>20, w.requests, need>>20)
	}
	return nil
}

func measureAt(ctx context.Context, out io.Writer, path string) (err error) {
	s, err := storage.Open(ctx, path, storage.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return measure(ctx, out, engine.New(s, engine.World{Clock: clock.System{}}))
}
