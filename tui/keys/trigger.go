package keys

import "time"

const (
	quietBefore = 300 * time.Millisecond // without another key before one may arm
	paintTime   = 50 * time.Millisecond  // until what is armed can be seen at 30 frames a second
	armedFor    = 10 * time.Second
)

// A Trigger guards a decision that takes two keys and no dialog: one arms, and
// enter fires. It arms only in quiet, fires only what was on the screen long
// enough to be seen, and any other key disarms it; so neither key repeat nor
// a paste nor keys typed blindly decide anything.
//
// The zero value is ready. Times come from outside, and never go back.
type Trigger struct {
	last, before time.Time // when the last two keys came that do not move
	at           time.Time // when it was armed
	target       string    // "" while it is not
	fired        bool      // just now: enter may still be held down
}

// A Verdict says what becomes of a key.
type Verdict uint8

// The verdicts.
const (
	Pass    Verdict = iota // handle the key
	Swallow                // the key disarmed the trigger, and that was all
	Fire                   // the decision is taken
)

// Press looks at a key before anybody handles it. With Fire comes the target
// that was armed. A key that moves disarms and is handled all the same.
func (t *Trigger) Press(key string, moves bool, now time.Time) (target string, v Verdict) {
	if !moves {
		t.before, t.last = t.last, now
	}
	target, armed := t.Armed(now)
	ripe := now.Sub(t.at) >= paintTime
	held := t.fired && key == "enter" && now.Sub(t.before) < quietBefore
	t.target, t.fired = "", held
	switch {
	case held:
		return "", Swallow
	case !armed || moves:
		return "", Pass
	case key == "enter" && ripe:
		t.fired = true
		return target, Fire
	}
	return "", Swallow
}

// Arm arms the trigger with what the key just pressed is about, and reports
// whether it did. Name the target so that another version of it is another name.
func (t *Trigger) Arm(target string, now time.Time) bool {
	if now.Sub(t.before) < quietBefore {
		return false
	}
	t.target, t.at = target, now
	return true
}

// Armed returns the target while there is one. A screen on which the target
// changed disarms.
func (t *Trigger) Armed(now time.Time) (target string, ok bool) {
	if t.target != "" && now.Sub(t.at) >= armedFor {
		t.target = ""
	}
	return t.target, t.target != ""
}

// Disarm is for a target that changed, and for bursts and pastes, which count
// as keys.
func (t *Trigger) Disarm(now time.Time) {
	t.target = ""
	t.before, t.last = t.last, now
}
