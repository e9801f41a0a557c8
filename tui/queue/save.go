package queue

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// What can be done to a saved view.
const (
	updateIt = "update"
	renameIt = "rename"
	shareIt  = "share"
	deleteIt = "delete"
	saveNew  = "new"
)

// saveView keeps what is listed as a view. Where that is a saved one already,
// it offers to change it.
func (q *Queue) saveView() tea.Cmd {
	v := q.view()
	if !v.kept {
		q.askView("Save as a view", "", engine.View{Filter: q.shown().Filter, Sort: q.shown().Sort, Private: true})
		return nil
	}
	share := text.Safe("share it")
	help := text.Safe("everybody sees it")
	if !v.saved.Private {
		share, help = "make it private", "only its owner sees it"
	}
	off := q.whyNotChange(v)
	unchanged := off
	if off == "" && q.shown().Filter == v.saved.Filter && q.shown().Order() == v.saved.Order() {
		unchanged = "filter and order are as they were saved"
	}
	menu := &overlay.Menu{Title: "View " + v.name(), Items: []overlay.Item{
		{ID: updateIt, Key: "1", Name: "update it", Help: "keep the filter and order that you see", Off: unchanged},
		{ID: renameIt, Key: "2", Name: "rename it", Off: off},
		{ID: shareIt, Key: "3", Name: share, Help: help, Off: off},
		{ID: deleteIt, Key: "4", Name: "delete it", Help: "the requests in it stay", Off: off},
		{ID: saveNew, Key: "5", Name: "save as another", Help: "what you see, under a new name"},
	}}
	q.desk.Show("view", menu, func(choice string) tea.Cmd { return q.changeView(choice, v) })
	return nil
}

// whyNotChange says why the reviewer cannot change a saved view, or "".
func (q *Queue) whyNotChange(v view) text.Safe {
	switch of := text.Line(string(v.saved.Owner)); {
	case engine.MayChangeView(q.desk.Actor, v.saved) == nil:
	case of == "":
		return "it is the desk's: only an admin can change it"
	default:
		return "it is " + of + "'s: only they or an admin can change it"
	}
	if !v.saved.Private && q.viewOf("/"+v.saved.Slug()) >= 0 {
		return "one of your own has this name too: rename that first"
	}
	return ""
}

func (q *Queue) changeView(choice string, v view) tea.Cmd {
	was := v.saved.Slug()
	now := v.saved
	switch choice {
	case updateIt:
		now = q.shown()
		return q.carryView(was, now, true, "updated the view "+v.name(),
			"purser view set "+was+" --filter "+screen.Quote(now.Filter)+" --sort "+now.Sort)
	case renameIt:
		q.askView("Rename view "+v.name(), was, now)
	case shareIt:
		now.Private = !now.Private
		if now.Private {
			return q.carryView(was, now, false, "only its owner sees "+v.name()+" now", "purser view set "+was+" --private")
		}
		return q.carryView(was, now, false, "everybody sees "+v.name()+" now", "purser view set "+was+" --shared")
	case deleteIt:
		return q.desk.ArmOn("delete the view "+v.name(), screen.Deed{
			Action: string(screen.SaveView), Said: "deleted the view " + v.name(), Line: "purser view delete " + was,
			Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
				return engine.Request{}, e.DeleteView(ctx, c, was)
			},
		})
	case saveNew:
		now = q.shown()
		now.Owner = ""
		now.Name, now.Private = "", true
		q.askView("Save as another view", "", now)
	}
	return nil
}

// askView asks for the name of a view, and of a new one who sees it.
func (q *Queue) askView(title text.Safe, was string, v engine.View) {
	const mine, everybody = "private", "shared"
	named := func(f *form.Form) engine.View {
		now := v
		now.Name = strings.Join(strings.Fields(f.Value("name")), " ")
		if was == "" {
			now.Owner, now.Private = q.desk.Caller.By, f.Value("seen") == mine
		}
		return now
	}
	var asked *form.Form
	fields := []form.Field{{
		ID: "name", Label: "NAME", Input: form.NewText(text.Line(v.Name), 40), Help: "such as Big EUR",
		Check: func(string) text.Safe { return q.whyNotSave(was, named(asked)) },
	}}
	if was == "" {
		fields = append(fields, form.Field{
			ID: "seen", Label: "SEEN BY", Check: form.Required,
			Input: form.NewChoice(mine, form.Option{Value: mine, Label: "only you"}, form.Option{Value: everybody, Label: "everybody"}),
		})
	}
	asked = form.New(fields...)
	listed := text.Line(v.Filter)
	if listed == "" {
		listed = "everything"
	}
	body := []overlay.Line{{Label: "FILTER", Text: listed}, {Label: "ORDER", Text: orderName(v.Order())}}
	q.desk.Show("view name", &overlay.Ask{Title: title, Form: asked, Yes: "save", Body: body}, func(string) tea.Cmd {
		now := named(asked)
		if was != "" {
			return q.carryView(was, now, false, "the view is "+text.Line(now.Name)+" now",
				"purser view set "+was+" --name "+screen.Quote(now.Name))
		}
		line := "purser view create " + screen.Quote(now.Name) + " --filter " + screen.Quote(now.Filter) + " --sort " + now.Sort
		if !now.Private {
			line += " --shared"
		}
		return q.carryView("", now, true, "saved the view "+text.Line(now.Name), line)
	})
}

// whyNotSave says what is wrong with a view that is about to be kept, or "".
func (q *Queue) whyNotSave(was string, v engine.View) text.Safe {
	if v.Name == "" {
		return "name it"
	}
	if err := v.Check(); err != nil {
		return text.Line(err.Error())
	}
	if i := q.viewOf(view{saved: v}.id()); i >= 0 && q.views[i].saved.Slug() != was {
		return "there is a view " + q.views[i].name() + " already: choose another name"
	}
	return ""
}

// carryView keeps a view, and then shows it; pure if what is typed now is part
// of its filter.
func (q *Queue) carryView(was string, v engine.View, pure bool, said text.Safe, line string) tea.Cmd {
	q.goal = goal{id: view{saved: v}.id(), pure: pure}
	return q.desk.Carry(screen.Deed{
		Action: string(screen.SaveView), Said: said, Line: line,
		Run: func(ctx context.Context, e *engine.Engine, c engine.Caller) (engine.Request, error) {
			_, err := e.SaveView(ctx, c, was, v)
			return engine.Request{}, err
		},
	})
}
