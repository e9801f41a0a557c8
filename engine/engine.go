package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
)

// An Engine carries out verbs over a Store. It owns no goroutine, clock or
// socket: those come in through World.
type Engine struct {
	store Store
	world World

	attended attended
}

// A World is everything outside that an engine touches.
type World struct {
	Clock    clock.Clock
	IDs      *id.Source
	Gateways map[string]Gateway // by the provider's name
	Worker   string             // names this process in leases
	Seed     uint64             // of the chances that routing schemes draw
}

// New returns an engine over store.
func New(store Store, world World) *Engine { return &Engine{store: store, world: world} }

// Changed returns a channel that holds a token after anything changed.
func (e *Engine) Changed(ctx context.Context) <-chan struct{} { return e.store.Changed(ctx) }

// Now is the engine's time.
func (e *Engine) Now() time.Time { return e.world.Clock.Now() }

// A work is one transaction with everything that verbs need in it.
type work struct {
	*Engine
	tx     Tx
	now    time.Time
	config *Config
	caller Caller
	actor  Reviewer
	result string // what an idempotency key is remembered to stand for
	run    RunID  // named in every entry, if a run does the work

	ahead   map[RequestID]caution // what was found before it is asked for; see lookAhead
	touched []CustomerID          // for whose requests it is asked again
}

// errDryRun rolls a transaction back that did all it should.
var errDryRun = errors.New("dry run")

// do runs fn in a transaction for caller. A caller's key that was seen before
// makes do return what came of it then, without running fn.
func (e *Engine) do(ctx context.Context, c Caller, mark string, fn func(w *work) error) (result string, err error) {
	return e.doIn(ctx, e.store.Update, c, mark, fn)
}

type updater func(context.Context, func(Tx) error) error

func (e *Engine) doIn(ctx context.Context, update updater, c Caller, mark string, fn func(w *work) error) (result string, err error) {
	fingerprint := fingerprint(mark, c)
	err = update(ctx, func(tx Tx) error {
		w := &work{Engine: e, tx: tx, now: e.Now(), caller: c}
		if err := w.load(); err != nil {
			return err
		}
		if c.Key != "" {
			done, again, err := tx.Replay(c.Key)
			if err != nil {
				return err
			}
			if again {
				result = done.Result
				return sameCommand(done, fingerprint)
			}
		}
		if err := fn(w); err != nil {
			return err
		}
		result = w.result
		if c.DryRun {
			return errDryRun
		}
		if c.Key != "" {
			tx.Remember(Remembered{Key: c.Key, Fingerprint: fingerprint, Result: w.result, At: w.now})
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return result, err
}

// toldBefore returns what a caller's key stands for, if the same command came
// with it before.
func (e *Engine) toldBefore(ctx context.Context, c Caller, mark string) (result string, again bool, err error) {
	if c.Key == "" {
		return "", false, nil
	}
	done, again, err := e.replayed(ctx, c.Key)
	if err != nil || !again {
		return "", false, err
	}
	return done.Result, true, sameCommand(done, fingerprint(mark, c))
}

// fingerprint tells commands apart: the same from somebody else is another.
func fingerprint(mark string, c Caller) string { return mark + " " + string(c.By) }

// load reads the configuration and who the caller is by it.
func (w *work) load() (err error) {
	if w.config, err = w.tx.Config(); err != nil {
		return err
	}
	w.actor, err = w.config.actor(w.caller.By)
	return err
}

// actor returns the reviewer with this id. The engine has no limits.
func (c *Config) actor(by ReviewerID) (Reviewer, error) {
	if by == ByEngine {
		return Reviewer{ID: ByEngine, Role: roleEngine}, nil
	}
	if r, ok := c.Reviewers[by]; ok {
		return r, nil
	}
	if by == "" {
		return Reviewer{}, Errorf(Forbidden, "nobody is named as the reviewer").
			Or("name one with --as or PURSER_AS; reviewers: %s", orNone(keys(c.Reviewers)))
	}
	return Reviewer{}, Errorf(Forbidden, "%q is no reviewer of this desk", by).
		Or("--as or PURSER_AS says who you are, and an admin adds reviewers with purser apply; reviewers: %s",
			orNone(keys(c.Reviewers)))
}

// sameCommand refuses a key that came with another command before.
func sameCommand(done Remembered, mark string) error {
	if done.Fingerprint == mark {
		return nil
	}
	return Errorf(Refused, "the idempotency key %q was used for another command", done.Key).
		Or("use a new key for a new command")
}

// mark fingerprints a command for its idempotency key. The version that the
// caller saw is no part of it: asking again after an answer was lost, one sees a
// later version of the same request.
func mark(parts ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%#v", parts))
	return hex.EncodeToString(sum[:])
}

// least refuses an actor below the role least.
func (w *work) least(least Role, doing string) error {
	return mayAct(w.actor, least, doing)
}

func mayAct(actor Reviewer, least Role, doing string) error {
	if actor.Role.AtLeast(least) {
		return nil
	}
	return Errorf(Forbidden, "%s is %s and may not %s", actor.ID, actor.Role.WithArticle(), doing).
		Or("it takes %s", least.WithArticle())
}

// appendDesk adds an event about something that belongs to no request.
func (w *work) appendDesk(kind, id, event string, changed []Change, details ...Field) error {
	organisation, err := w.tx.Organisation()
	if err != nil {
		return err
	}
	organisation.Head, err = w.append(organisation.Head, Event{
		Chain: DeskChain, Type: event, Subject: Subject{Kind: kind, ID: id},
		Changes: changed, Details: details,
	})
	if err != nil {
		return err
	}
	w.tx.PutOrganisation(organisation)
	return nil
}

// append seals event behind head, with who, when and how, and writes it.
func (w *work) append(head Head, event Event) (Head, error) {
	last, err := w.tx.LastSeq()
	if err != nil {
		return head, err
	}
	event.At, event.By, event.Door = w.now, w.actor.ID, w.caller.Door
	event.OSUser, event.Key = w.caller.OSUser, w.caller.Key
	if w.run != "" {
		event.Details = append(event.Details, textField("run", string(w.run)))
	}
	if w.caller.file != "" {
		event.Details = append(event.Details, textField("import", string(w.caller.file)))
	}
	head = event.Seal(last+1, head)
	w.tx.Append(event)
	return head, nil
}
