package sim

import (
	"slices"
	"sync/atomic"
)

// A Fuse is a meeting at which nothing happens until it burns down. It is safe
// for concurrent use.
type Fuse struct {
	met   atomic.Int64
	burn  int64
	among []Seam
	at    atomic.Pointer[Seam]
}

// NewFuse returns a fuse that burns at the n-th seam, counted from 0, of all or
// of those among, and at every seam that follows: the dead do nothing more. A
// negative n never burns.
func NewFuse(n int, among ...Seam) *Fuse { return &Fuse{burn: int64(n), among: among} }

// Meet is the [Meeting].
func (f *Fuse) Meet(at Seam) Fault {
	if f.Burnt() != "" {
		return Death
	}
	if len(f.among) > 0 && !slices.Contains(f.among, at) {
		return Nothing
	}
	if n := f.met.Add(1) - 1; f.burn < 0 || n < f.burn {
		return Nothing
	}
	f.at.CompareAndSwap(nil, &at)
	return Death
}

// Met returns how many seams the fuse has met, of those that it counts.
func (f *Fuse) Met() int { return int(f.met.Load()) }

// Burnt returns the seam at which the fuse burnt down, or "" while it has not.
func (f *Fuse) Burnt() Seam {
	if at := f.at.Load(); at != nil {
		return *at
	}
	return ""
}

// Live lives a life to its end and reports whether it came there, rather than
// dying before. A life that panics takes everything with it.
func Live(life func()) (survived bool) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		life()
		survived = true
	}()
	<-ended
	return survived
}
