package sim

// A Process lives a life beside others, of which only one has the turn: it
// runs from one call of [Process.Turn] to where it waits next. Whoever gives
// the turns decides the interleaving, and nothing else does.
type Process struct {
	turn  chan bool     // true: go on; false: die
	stops chan struct{} // it waits, or has ended
	ended bool
}

// Begin begins a life, which waits for its first turn. The life is handed its
// process, so that it can wait.
func Begin(life func(*Process)) *Process {
	p := &Process{turn: make(chan bool), stops: make(chan struct{})}
	go func() {
		defer func() {
			p.ended = true
			p.stops <- struct{}{}
		}()
		p.await()
		life(p)
	}()
	return p
}

// Turn lets the process go on until it waits again, and reports whether it has
// ended instead. An ended process cannot have a turn.
func (p *Process) Turn() (ended bool) { return p.resume(true) }

// Kill ends a process where it waits.
func (p *Process) Kill() { p.resume(false) }

func (p *Process) resume(alive bool) bool {
	p.turn <- alive
	<-p.stops
	return p.ended
}

// Wait gives the turn back. Only the life itself may call it.
func (p *Process) Wait() {
	p.stops <- struct{}{}
	p.await()
}

func (p *Process) await() {
	if !<-p.turn {
		Die()
	}
}
