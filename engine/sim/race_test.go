//go:build race

package sim_test

// raced reports that the race detector watches, which makes SQLite slow.
const raced = true
