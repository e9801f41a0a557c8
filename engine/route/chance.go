package route

import "math/bits"

// A chance is a sequence of numbers without pattern that is always the same
// for a seed, a request and a purpose (SplitMix64).
type chance uint64

// chance returns the sequence for a purpose. Purposes differ, or whoever passed
// a condition on the random percent would draw among the weights with loaded
// dice.
func (in *Input) chance(purpose string) chance {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	hash := uint64(offset)
	for shift := 0; shift < 64; shift += 8 {
		hash = (hash ^ in.Seed>>shift&0xff) * prime
	}
	for _, s := range []string{purpose, in.Request.ID} {
		for i := range len(s) {
			hash = (hash ^ uint64(s[i])) * prime
		}
	}
	return chance(hash)
}

// next returns the next number of the sequence.
func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	z := uint64(*c)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns the next number below n. That n does not divide 2⁶⁴ favours
// some by less than one in 2⁴⁰, for the small n that are asked for.
func (c *chance) below(n uint64) uint64 {
	high, _ := bits.Mul64(c.next(), n)
	return high
}
