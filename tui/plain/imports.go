package plain

import (
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui/screen"
)

// imports tells of the latest imports.
func (t *talk) imports() {
	const most = 10
	e := t.Desk.Engine
	imports, err := e.Imports(t.ctx, engine.ImportQuery{Limit: most})
	switch {
	case err != nil:
		t.say("The imports could not be read: %v.", err)
	case len(imports) == 0:
		t.say("Nothing was imported yet.")
	}
	for _, i := range imports {
		t.say("%s, %s of %s, by %s at %s.", screen.Short(string(i.ID)), i.Kind, i.File, screen.Actor(i.By), screen.Moment(i.CreatedAt, e.Now()))
		t.say("It is %s: %d new, %d there already, %d there otherwise, %d refused, %d waiting.",
			i.Status, i.Made, i.Known, i.Differs, i.Refused, i.Waiting())
		if i.Left(e.Now()) {
			t.say("Its copy was left after %s: give the file again, or stop it.", screen.Plural(i.Rows, "row"))
		}
	}
}
