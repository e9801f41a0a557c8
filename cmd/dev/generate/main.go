// Command generate makes a store of many requests, to see how the program
// behaves with it, and measures that.
//
//	go run ./cmd/dev/generate -store big.db -requests 1000000
//	go run ./cmd/dev/generate -store big.db -measure
//
// Everything goes through the engine, two hundred requests to a transaction, so
// that chains verify and counters equal a recount. One seed makes one store.
// What was broken off goes on where it stopped. The README beside cmd/dev tells
// what was measured.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/storage"
)

// bytesPerRequest is what a request takes on disk with its share of customers
// and instruments, its journal and all indexes, measured at 60,000.
const bytesPerRequest = 2200

func main() {
	store := flag.String("store", "", "the `FILE` to fill or to measure")
	requests := flag.Int("requests", 100_000, "how many requests it shall hold")
	seed := flag.Uint64("seed", 1, "what all is drawn from")
	look := flag.Bool("measure", false, "read pages of what is there, and tell how long they take")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *store, *requests, *seed, *look); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, path string, requests int, seed uint64, look bool) (err error) {
	s, err := storage.Open(ctx, path, storage.Options{Create: !look})
	if err != nil {
		return err
	}
	defer func() {
		if closing := s.Close(); err == nil {
			err = closing
		}
	}()
	if look {
		return measure(ctx, out, engine.New(s, engine.World{Clock: clock.System{}}))
	}
	fmt.Fprintf(out, "%d requests need about %d MB\n", requests, int64(requests)*bytesPerRequest>>20)
	return filler{s, seed}.fill(ctx, out, requests)
}
