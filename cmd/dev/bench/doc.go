// Package bench measures the goals of speed, each beside a plain loop that does
// the same by hand over the same driver, schema and durability, in the same run:
// the machine is never the same, the ratio nearly is. There is nothing to
// import; the benchmarks bear the numbers of the goals (P1, P2, ...), and print
// what ours took, what the loop took, the ratio of both by the clock and by the
// processor's time, and the goal. A ratio is how many times as long ours takes.
//
//	go test ./cmd/dev/bench -run - -bench . -benchtime 1x # all of it, small
//	go test ./cmd/dev/bench -run - -bench P6 -benchtime 1x -requests 100000
//
// The README of cmd/dev has the commands, and what came of them.
//
// Nothing here asserts a time. What is asserted is that both sides did the work.
package bench
