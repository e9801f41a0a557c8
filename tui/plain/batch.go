package plain

import (
	"fmt"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/screen"
)

// most is how many batches, runs, reasons or rows are told of at once.
const most = 10

// batches tells of the latest batches.
func (t *talk) batches() {
	found, err := t.Desk.Engine.Batches(t.ctx, engine.BatchQuery{Mode: t.Desk.Mode, Limit: most})
	if err != nil {
		t.fail(err)
		return
	}
	for _, b := range found {
		t.say("%s: %s, %s, %s.", text.Line(b.Reference), standing(b.Status, b.Run), screen.Plural(b.Requests, "request"), sumsOf(b.Totals.Sums))
	}
	if len(found) == 0 {
		t.say("There is no batch.")
	}
}

// standing is where a batch stands after its latest run.
func standing(s engine.RunStatus, r engine.Run) string {
	if r.ID == "" {
		return "nothing was run on it"
	}
	return r.Action.String() + " " + string(s) + ", " + fmt.Sprint(r.Done) + " done, " + fmt.Sprint(r.Refused) + " refused, " +
		fmt.Sprint(r.Skipped) + " stayed out, " + fmt.Sprint(r.Waiting()) + " waiting"
}

func sumsOf(totals []engine.Total) string {
	sums := make([]string, len(totals))
	for i, total := range totals {
		sums[i] = string(screen.Money(total.Amount))
	}
	if len(sums) == 0 {
		return "nothing"
	}
	return strings.Join(sums, " and ")
}

// called finds the batch of that name.
func (t *talk) called(name string) (engine.BatchState, bool) {
	if name == "" {
		t.say("Which batch? Give its name, as in batch monday. Type batches for what there is.")
		return engine.BatchState{}, false
	}
	b, err := t.Desk.Engine.BatchByReference(t.ctx, t.Desk.Mode, name)
	if err != nil {
		t.fail(err)
		return engine.BatchState{}, false
	}
	state, err := t.Desk.Engine.BatchState(t.ctx, b.ID)
	t.fail(err)
	return state, err == nil
}

// batch tells of a batch, and of the rows of its file that were skipped.
func (t *talk) batch(name string) {
	b, ok := t.called(name)
	if !ok {
		return
	}
	t.say("Batch %s, made %s by %s. %s", text.Line(b.Reference), screen.Moment(b.CreatedAt, t.Desk.Engine.Now()), b.By, text.Line(b.Description))
	t.say("%s of %s, %s. %s.", screen.Plural(b.Requests, "request"), screen.Plural(b.Totals.Customers, "customer"), sumsOf(b.Totals.Sums),
		standing(b.Status, b.Run))
	if b.PointID == "" {
		return
	}
	rows, err := t.Desk.Engine.BatchRows(t.ctx, b.ID, engine.BatchRowQuery{Skipped: true, Limit: most})
	t.fail(err)
	for _, row := range rows {
		why := text.Line(row.Why)
		if !t.Desk.Actor.Role.AtLeast(engine.RoleSupport) {
			why = "what it says is hidden from viewers"
		}
		t.say("Line %d was skipped: %s. purser batch edit mends it.", row.Line, why)
	}
}

// runs tells of the latest runs.
func (t *talk) runs() {
	found, err := t.Desk.Engine.Runs(t.ctx, engine.RunQuery{Mode: t.Desk.Mode, Limit: most})
	t.fail(err)
	for _, r := range found {
		t.say("%s, by %s %s. %s.", text.Line(r.Of), r.By, screen.Moment(r.CreatedAt, t.Desk.Engine.Now()), standing(r.Status, r))
	}
	if err == nil && len(found) == 0 {
		t.say("Nothing was run.")
	}
}

// runBatch tells the plan of an action on all of a batch, and starts it once its
// figures were typed.
func (t *talk) runBatch(rest string) {
	verb, name, _ := strings.Cut(rest, " ")
	b, ok := t.called(strings.TrimSpace(name))
	if !ok {
		return
	}
	if why := t.Desk.ReadOnly; why != "" {
		t.say("Nothing can be changed: %s.", why)
		return
	}
	action, ok := t.actionOf(engine.Verb(verb))
	if !ok {
		return
	}
	plan, err := t.Desk.Engine.PreviewRun(t.ctx, t.Desk.Caller, engine.Selection{Batch: b.ID}, action)
	if err != nil {
		t.fail(err)
		return
	}
	t.tellRun(plan)
	if plan.Count() == 0 {
		t.say("None of it can run.")
		return
	}
	figures := fmt.Sprint(plan.Count())
	if len(plan.Runs) > 1 || len(plan.Warned) > 0 || plan.Count() > 25 {
		figures += " " + plan.Runs[0].Amount.Decimal().Truncate(0).String()
	}
	if !t.confirm(fmt.Sprintf("To %s %s, their number and the whole sum where asked for.", action, screen.Plural(plan.Count(), "request")), figures) {
		return
	}
	if _, err := t.Desk.Engine.StartRun(t.ctx, t.Desk.Caller, plan); err != nil {
		t.fail(err)
		return
	}
	t.say("Started. It goes on by itself: type runs to hear how far it is.")
}

// actionOf asks what an action needs to know.
func (t *talk) actionOf(verb engine.Verb) (engine.RunAction, bool) {
	action := engine.RunAction{Verb: verb}
	ask := func(what string, options []string) (string, bool) {
		for i, o := range options {
			t.say("%d. %s.", i+1, o)
		}
		n, ok := t.number(what, len(options))
		if !ok {
			return "", false
		}
		return options[n-1], true
	}
	switch verb {
	case engine.VerbBlock:
		reason, ok := ask("Why", spelled(engine.BlockReasons()))
		action.Reason = engine.BlockReason(reason)
		return action, ok
	case engine.VerbCancel:
		by, ok := ask("On whose behalf", spelled(engine.CanceledBys()))
		action.CanceledBy = engine.CanceledBy(by)
		return action, ok
	}
	return action, true
}

// tellRun says what a plan would do, and why not.
func (t *talk) tellRun(p engine.RunPlan) {
	t.say("%d of %s would run, %s.", p.Count(), screen.Plural(len(p.Items), "request"), sumsOf(p.Runs))
	for i, why := range p.Reasons {
		if i < most {
			t.say("%s out: %s.", stay(why.Requests), text.Line(why.Why))
		}
	}
	for _, w := range p.Warned {
		t.say("Look twice at %s, %s: %s.", screen.Plural(w.Requests, "request"), sumsOf(w.Sums), text.Line(w.Name))
	}
	for i, told := 0, 0; i < len(p.Items) && told < most; i++ {
		for _, warning := range p.Items[i].Warnings {
			t.say("%s: %s.", screen.Short(string(p.Items[i].ID)), warning)
			told++
		}
	}
}

func stay(n int) string {
	if n == 1 {
		return "1 stays"
	}
	return fmt.Sprint(n) + " stay"
}

func spelled[S ~string](list []S) []string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
	}
	return words
}
