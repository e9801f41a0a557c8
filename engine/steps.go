package engine

import (
	"context"
	"errors"
)

// A Step does one bounded, idempotent bite of work that nobody asked for in
// person, and says whether there is more. The engine has no loops: whoever
// owns the process calls the steps, as often and from as many goroutines as it
// likes; several processes share one store.
type Step struct {
	Name string
	Run  func(context.Context) (more bool, err error)
}

// Steps lists the engine's steps.
func (e *Engine) Steps() []Step {
	return []Step{
		{"readiness", e.stepReady},
		{"expiry", e.stepExpire},
		{"runs", e.stepRuns},
		{"imports", e.stepImports},
		{"dispatch", e.stepDispatch},
		{"payouts", e.stepPayout},
		{"look-ups", e.stepLookUp},
		{"balances", e.stepBalance},
		{"attention", e.stepAttention},
	}
}

// Work does one bite of the step with a name, for who waits for it.
func (e *Engine) Work(ctx context.Context, name string) error {
	for _, step := range e.Steps() {
		if step.Name == name {
			_, err := step.Run(ctx)
			return err
		}
	}
	return Errorf(Internal, "there is no step %q", name)
}

// RunUntilIdle runs the steps until none of them finds anything to do now.
func (e *Engine) RunUntilIdle(ctx context.Context) error {
	for {
		idle := true
		for _, step := range e.Steps() {
			more, err := step.Run(ctx)
			if err != nil {
				return errors.Join(err, ctx.Err())
			}
			idle = idle && !more
		}
		if idle {
			return nil
		}
	}
}
