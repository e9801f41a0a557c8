package sim_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
)

var (
	seeds    = flag.Int("sim.seeds", 0, "how many worlds to run; 0: as many as are quick")
	oneSeed  = flag.Uint64("sim.seed", 0, "run the world of this seed only, and tell all that happens")
	duration = flag.Int("sim.turns", 120, "how many turns a world goes on for before its weather is good")
)

// TestManyWorlds runs one world per seed. A world that breaks names its seed;
// run it again with -sim.seed.
func TestManyWorlds(t *testing.T) {
	if *oneSeed > 0 {
		w := newWorld(t, *oneSeed)
		w.run(*duration)
		for _, line := range w.trace {
			t.Log(line)
		}
		return
	}
	for seed := range uint64(worlds()) {
		t.Run(fmt.Sprintf("seed %d", seed+1), func(t *testing.T) {
			t.Parallel()
			newWorld(t, seed+1).run(*duration)
		})
	}
}

// worlds is how many there is time for.
func worlds() int {
	switch {
	case *seeds > 0:
		return *seeds
	case testing.Short() || raced:
		return 6
	default:
		return 24
	}
}

// One seed is one run, or a seed would be worth nothing.
func TestOneSeedIsOneRun(t *testing.T) {
	var traces [2][]string
	for i := range traces {
		w := newWorld(t, 7)
		w.run(60)
		traces[i] = w.trace
	}
	if !slices.Equal(traces[0], traces[1]) {
		for i := range traces[0] {
			if i >= len(traces[1]) || traces[0][i] != traces[1][i] {
				t.Fatalf("line %d: first %q, then %q", i, traces[0][i], traces[1][min(i, len(traces[1])-1)])
			}
		}
	}
}
