package engine

import (
	"context"
	"encoding/json"
	"regexp"
)

// reviewerForm is what a reviewer can be called: what a login can.
var reviewerForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`)

// Init makes an empty store into a desk. Whoever does it is its first admin.
func (e *Engine) Init(ctx context.Context, c Caller) (organisation Organisation, err error) {
	if c.By == ByEngine || !reviewerForm.MatchString(string(c.By)) {
		return organisation, invalid("as", "%q cannot be the name of a reviewer", c.By).
			Or("letters, digits and ._@- ; name one with --as")
	}
	err = e.store.Update(ctx, func(tx Tx) error {
		if existing, err := tx.Organisation(); err == nil {
			return Errorf(Refused, "the store is organisation %s already", existing.ID).
				Or("use it as it is, or name another with --store")
		} else if CodeOf(err) != NotFound {
			return err
		}
		admin := Reviewer{ID: c.By, Role: RoleAdmin}
		w := &work{Engine: e, tx: tx, now: e.Now(), caller: c, actor: admin}
		tx.PutOrganisation(Organisation{ID: w.world.IDs.New("org"), CreatedAt: w.now})
		organisation, err = tx.Organisation()
		if err != nil {
			return err
		}
		if err := w.appendDesk(KindOrganisation, organisation.ID, "organisation-created",
			changes(nil, []Field{textField("id", organisation.ID)})); err != nil {
			return err
		}
		return w.putConfig(KindReviewer, string(admin.ID), nil, mustJSON(admin))
	})
	return organisation, err
}

// mustJSON writes one of our own types, which all marshal.
func mustJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}
