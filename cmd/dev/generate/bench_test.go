package main

import (
	"path/filepath"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite"
)

// BenchmarkBite makes the histories of a bite, without writing them.
func BenchmarkBite(b *testing.B) {
	w := world{seed: 1, requests: 1_000_000}
	s, err := sqlite.Load(b.Context(), filepath.Join(b.TempDir(), "store.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	last, _, err := w.start(b.Context(), s)
	if err != nil {
		b.Fatal(err)
	}
	p := &people{world: w}
	for n := 0; b.Loop(); n++ {
		if last, err = p.write(b.Context(), last, n, n*bite, (n+1)*bite); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/bite, "ns/request")
}

// BenchmarkWrite writes a bite to a store that is being loaded.
func BenchmarkWrite(b *testing.B) {
	w := world{seed: 1, requests: 1_000_000}
	s, err := sqlite.Load(b.Context(), filepath.Join(b.TempDir(), "store.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	last, _, err := w.start(b.Context(), s)
	if err != nil {
		b.Fatal(err)
	}
	p := &people{world: w}
	b.ResetTimer()
	for n := range b.N {
		b.StopTimer()
		if last, err = p.write(b.Context(), last, n, n*bite, (n+1)*bite); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := s.Bulk(b.Context(), func(tx engine.Tx) error { last.write(tx); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/bite, "ns/request")
}
