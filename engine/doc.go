// Package engine is the heart of Purser: the nouns of payout review, the tables
// of every move they can make, the verbs that people and clocks use on them,
// and the seams (Store, Gateway) behind which the world lies.
//
// # One door
//
// Every change to a payout request passes change (change.go), in one
// transaction: replayed? → load → may it (rules.go) → edit → does the table
// have the move (request_life.go) → journal → write where the version matches.
// A verb, one file each, says who may, from where, and what it edits; nothing
// else. Screens and other doors ask Standing.Why, which is what the door asks.
//
// # Money
//
// At any moment the amount of a request is what is available, plus what live
// allocations hold, plus what was really paid. Plans (planning.go, package
// plan) decide where available money goes; the plan that was shown is the plan
// that is carried out.
//
// A plan asks the point's routing scheme (routing.go, package route) which of
// the routes on its worksheet (sheet.go) take what, converts at the point's
// rates (rates.go, package fx), and keeps the quote on the allocation, which a
// worker makes again if it went stale (requote.go). What ends unpaid for a
// reason that another route could cure is placed again (failover.go); what a
// point lets the engine do by itself is done once for each approval
// (dispatch.go).
//
// # Never twice
//
// An allocation's id is the key under which a provider hears of it, for ever.
// The intent is committed before the provider is called, the call lies between
// transactions, its outcome is committed after (pay.go). What a provider says
// is weighed by judge (judge.go): only certain words end a payout, and
// everything else leaves it unknown, to be looked up (lookup.go) or stated by a
// senior (statement.go), never to be sent under another key.
//
// # The record
//
// Each changed object and move is one journal entry in the same transaction
// (journal.go), hashed into one chain per request; VerifyRecord (verify.go) proves
// the chains, and that replaying them rebuilds the rows.
//
// # Much at once
//
// A run (run.go) does one thing with many requests, an import (import.go) takes
// in the rows of a file. Both are kept whole before they begin, and taken on by
// steps, bite by bite: an item's result is written in the transaction that has
// its effect, so that they go on wherever they were left, by whoever comes.
//
// # What it refuses to know
//
// No SQL, network, file, goroutine, clock or dice: they come in through Store
// and World. Work that nobody asks for is done in Steps (steps.go) by whoever
// owns the process.
package engine
