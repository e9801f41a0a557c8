// Package sandbox is a provider for test mode: it takes every order, moves no
// money, and does what it is told, which includes everything that real
// providers do wrong.
//
// The provider keeps a ledger of [Effect]s, in a file of its own that no crash
// and no rollback of the store takes back: what it was told to pay is what it
// answers for. Its promises are those of a good provider. An order under a key
// that it knows never has a second effect while the key lives; whatever it
// answers for certain agrees with its ledger; "not found" is true once it is
// declared final. Only the steps contradict and duplicate break a promise, as
// some providers do.
//
// It tells what an account holds that has an external id: what it opened with,
// less what its books say was paid from it. Its fees it bills elsewhere.
//
// An order is steered by the fields of its instrument. Letter case, spaces,
// hyphens and underscores in the values make no difference.
//
//	test_details_payout_status      processed (the default), partially-processed, pending,
//	                                processing, process-failed, invoke-failed or expired
//	test_details_payout_resolution  any engine.Resolution. A fatal one refuses; one that
//	                                leaves the outcome unknown does so for good, or if a
//	                                status is given until the first look-up
//	test_details_success_rate       percent of the keys that succeed; the others fail
//	test_details_processed_amount   what is paid in place of the amount, less or more
//	test_details_delay              how long an answer takes: 2s, 150ms; at most 1h
//	test_details_script             one step for each exchange, instead of the first three
//	card_number, expiry             where none of these steer: the test cards (see cards.go)
//
// A script is a comma-separated list of steps, one for each exchange (a
// submission or a look-up) under one key; the last repeats.
//
//	step               a new order is              the answer is
//	processed, found   paid                        how it stands
//	partial:P          paid P percent (1-99)       how it stands
//	over:P             paid P percent (101-200)    how it stands
//	declined:R         refused, R fatal            how it stands ("decline" is the same)
//	process-failed:R   refused, R fatal            how it stands
//	found:R            refused, R fatal            how it stands
//	keep               paid                        how it stands; it is not taken back
//	returned           paid, and it came back      how it stands
//	returned-part:P    paid, and P percent did     how it stands
//	accept             pending                     "accepted", or how it stands
//	duplicate          taken                       refused as a duplicated key
//	contradict         paid                        how it stands; once that was told, look-ups
//	                                               say the opposite
//	timeout            taken                       lost: time-out
//	reset-after        taken                       lost: connection reset
//	error-500-after    taken                       lost: internal error
//	garbage            taken                       unreadable
//	silence            taken                       empty
//	unknown:R          taken                       unknown, with resolution R
//	timeout-before     not there: never arrived    lost: time-out
//	reset              not there                   lost: connection reset
//	error-500          not there                   lost: internal error
//	error-429          not there                   lost: too many requests
//	unknown-before:R   not there                   unknown, with resolution R
//	not-found          taken                       "not found", true or, before that is final, not
//
// How an order that is merely taken ends is told by the next step that pays,
// refuses or accepts. If none does, it is paid in full, but for a script that
// ends in not-found: then it never arrived. Steps that pay or refuse also end a
// pending order. Nothing else that a later step says changes an order.
// Resolutions (:R) may be left out, and so may their ending "-error".
//
// What was paid is taken back when that is asked for, unless the step says keep
// or that the question never arrived; with accept it is on its way back until
// the next exchange. The steps returned and returned-part send money back that
// nobody asked for, as banks do.
//
// Thus "timeout,found" is paid and looked up; "timeout,not-found" was never
// there; "not-found,not-found,found" is paid at once and found late;
// "accept,silence,processed" is paid when the provider is asked the second time, and
// "processed,returned" is paid, and back when it is asked.
package sandbox
