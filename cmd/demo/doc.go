// Package demo is a desk that needs nothing: a throw-away store full of sample
// requests, a provider that pays, declines, times out and pays in part,
// customers who keep asking and colleagues who answer.
//
// A desk has a past and a life. Its past is told in stories (plots.go): short
// functions that use the engine's verbs as people would, with waits between.
// Seed plays hundreds of them side by side against a clock that walks through
// the last months up to now, so that journal, chains and counters are as real
// as those of any desk. Everything is drawn from one seed: the same seed, the
// same desk, to the last id and hash.
//
// Its life (life.go) is what customers and colleagues do while somebody looks.
// It is a list of steps like the engine's own, and bound to no clock either:
// Live drives both.
//
// A demo never touches a desk that is not its own: it refuses a file whose
// points it did not make. All its people are plainly samples.
package demo
