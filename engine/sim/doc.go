// Package sim is the world in which everything goes wrong.
//
// Whatever the engine does for good, it does through engine.Store and
// engine.Gateway. [Store] and [Gateway] stand before real ones and meet
// somebody at every [Seam], who says which [Fault] happens there: the process
// dies, the connection is lost, the same thing happens twice, an order arrives
// late. So a test can end the engine between any two of its deeds, without a
// mark in the engine and without luck. A [Fuse] ends it at one seam, [Live]
// lives a life until then, and a [Process] takes turns with others, so that an
// interleaving is decided by a seed and happens again with it.
//
// What dies loses all that it had in memory, and only that. What a store
// committed and a provider did stays, and a successor has to make of it what
// it can.
//
// The worlds of its tests have people who review, take files in and run batches,
// and engines that route by schemes, convert, divide and fail over.
//
// The package decides nothing by itself: it has no dice, clock or opinion of
// what is right. The worlds, and what must be true in them, are its tests. It
// does not wrap what a store reads: between two writes an engine can die in
// one place only.
package sim
