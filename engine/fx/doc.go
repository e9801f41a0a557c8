// Package fx turns money into other money: what a rate scheme estimates for a
// pair of currencies, what an amount is at that rate, and what paying it costs.
// Everything in it is a pure function of its input.
//
// Sources list a [Rate] per [Pair]; fixed ones that people configure are of a
// source like any other. A [Scheme] has a [Rule] per pair that names a source
// and a fee, and may fall back to the system scheme of the [Market], which has
// every pair of one source, without fees. Estimating makes a [Quote]: a rate
// with the time it is from and the time until which it holds.
//
// Each rounding goes one way: what a recipient gets down, what is charged and
// what counts as paid up, an estimated rate half up to 8 decimals. Parts that
// are converted together sum to one conversion of their total. A quote between
// equal currencies, the zero Quote included, leaves amounts as they are.
//
// The package fetches no rates, reads no clock and knows no requests.
package fx
