package engine

import (
	"context"
	"fmt"
	"time"
)

// How long a claim and a look last without anybody doing anything.
const (
	ClaimLease    = 5 * time.Minute
	PresenceLease = time.Minute
)

// A Claim says that a reviewer is at work on a request, so that nobody else
// starts on it too. It is a row beside the journal: it has no version, changes
// none, forbids nothing, and lapses. Doors ask before somebody acts on a
// request that another has claimed.
type Claim struct {
	RequestID RequestID
	By        ReviewerID
	Since     time.Time
	Until     time.Time // the first moment at which it no longer holds
}

// Holds reports whether the claim stands at now.
func (c Claim) Holds(now time.Time) bool { return c.By != "" && now.Before(c.Until) }

// HeldFrom returns who holds the claim at now, if that is somebody else than
// by; "" if by may act without asking.
func (c Claim) HeldFrom(by ReviewerID, now time.Time) ReviewerID {
	if !c.Holds(now) || c.By == by {
		return ""
	}
	return c.By
}

// A Presence says that a reviewer has a request open. It lapses like a claim,
// and changes as little.
type Presence struct {
	RequestID RequestID
	By        ReviewerID
	Since     time.Time
	Until     time.Time
}

// Claim takes a request to work on, or keeps what the caller holds for another
// lease. A claim of somebody else is refused with who holds it; take takes it
// over.
func (e *Engine) Claim(ctx context.Context, c Caller, id RequestID, take bool) (claim Claim, err error) {
	err = e.beside(ctx, c, RoleReviewer, "claim a request", func(w *work) error {
		r, err := w.tx.Request(id)
		if err != nil {
			return err
		}
		if r.Status.Final() {
			return Errorf(Refused, "it is %s", r.Status).Or("nobody needs to claim what is final")
		}
		claim, err = w.claimOf(id)
		if err != nil {
			return err
		}
		if by := claim.HeldFrom(w.actor.ID, w.now); by != "" && !take {
			return Errorf(Refused, "%s has claimed it until %s", by, claim.Until.Format("15:04")).
				Or("take it over if %s is not at work on it", by)
		}
		if !claim.Holds(w.now) || claim.By != w.actor.ID {
			claim = Claim{RequestID: id, By: w.actor.ID, Since: w.now}
		}
		claim.Until = w.now.Add(ClaimLease)
		w.tx.PutClaim(claim)
		return nil
	})
	if err != nil {
		return Claim{}, fmt.Errorf("cannot claim %s: %w", id, err)
	}
	return claim, nil
}

// Unclaim releases a claim of the caller's own. One that lapsed, or none, is
// released already.
func (e *Engine) Unclaim(ctx context.Context, c Caller, id RequestID) error {
	err := e.beside(ctx, c, RoleReviewer, "release a claim", func(w *work) error {
		if _, err := w.tx.Request(id); err != nil {
			return err
		}
		claim, err := w.claimOf(id)
		if err != nil || !claim.Holds(w.now) {
			return err
		}
		if claim.By != w.actor.ID {
			return Errorf(Refused, "%s has claimed it, not %s", claim.By, w.actor.ID).
				Or("take the claim over, or wait until %s", claim.Until.Format("15:04"))
		}
		w.tx.DropClaim(id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot release the claim on %s: %w", id, err)
	}
	return nil
}

// Look says that the caller has a request open, for one more lease. Screens say
// so once a request has been open for a moment, and again while it is.
func (e *Engine) Look(ctx context.Context, c Caller, id RequestID) error {
	return e.beside(ctx, c, RoleViewer, "look at a request", func(w *work) error {
		if _, err := w.tx.Request(id); err != nil {
			return err
		}
		here, err := w.tx.Presences(id, w.now)
		if err != nil {
			return err
		}
		came := true
		now := Presence{RequestID: id, By: w.actor.ID, Since: w.now, Until: w.now.Add(PresenceLease)}
		for _, p := range here {
			if p.By == w.actor.ID {
				now.Since, came = p.Since, false
			}
		}
		w.tx.PutPresence(now)
		if !came { // to leave it open is no activity
			return nil
		}
		return w.keepClaim(id)
	})
}

// LookAway says that the caller has closed a request.
func (e *Engine) LookAway(ctx context.Context, c Caller, id RequestID) error {
	return e.beside(ctx, c, RoleViewer, "look at a request", func(w *work) error {
		w.tx.DropPresence(id, w.actor.ID)
		return nil
	})
}

// Presences returns who has a request open now, the first to come first.
func (e *Engine) Presences(ctx context.Context, id RequestID) ([]Presence, error) {
	return view(ctx, e, func(tx ReadTx) ([]Presence, error) { return tx.Presences(id, e.Now()) })
}

// beside runs what changes no request and leaves no entry.
func (e *Engine) beside(ctx context.Context, c Caller, least Role, doing string, fn func(w *work) error) error {
	c.Key = "" // to say it twice is to say it once
	_, err := e.do(ctx, c, "", func(w *work) error {
		if err := w.least(least, doing); err != nil {
			return err
		}
		return fn(w)
	})
	return err
}

// claimOf returns the claim on a request, held or lapsed; zero if there is none.
func (w *work) claimOf(id RequestID) (Claim, error) {
	if found, ok := w.ahead[id]; ok {
		return found.claim, nil
	}
	claims, err := w.tx.Claims([]RequestID{id})
	if err != nil || len(claims) == 0 {
		return Claim{}, err
	}
	return claims[0], nil
}

// keepClaim renews the actor's claim on a request they act on.
func (w *work) keepClaim(id RequestID) error {
	if w.actor.ID == ByEngine {
		return nil
	}
	claim, err := w.claimOf(id)
	if err != nil || claim.By != w.actor.ID || !claim.Holds(w.now) {
		return err
	}
	claim.Until = w.now.Add(ClaimLease)
	w.tx.PutClaim(claim)
	return nil
}

// tendClaim looks after the actor's claim on a request that they acted on: it
// ends with their part of the work, and is renewed by anything else.
func (d *deed) tendClaim() error {
	if d.actor.ID == ByEngine {
		return nil
	}
	if d.verb != VerbApprove && !d.r.Status.Final() {
		return d.keepClaim(d.r.ID)
	}
	claim, err := d.claimOf(d.r.ID)
	if err == nil && claim.RequestID != "" && (d.r.Status.Final() || claim.By == d.actor.ID) {
		d.tx.DropClaim(d.r.ID)
	}
	return err
}
