package queue

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// What can be done to a saved view.
const (
	updateIt = "update"
	editIt   = "edit"
	shareIt  = "share"
	deleteIt = "delete"
	saveNew  = "new"
)

// saveView keeps what is listed as a view. Where that is a saved one already,
// it offers to change it.
func (q *Queue) saveView() tea.Cmd {
	v := q.view()
	if !v.kept {
		return q.editView("Save as a view", "", engine.View{
			Filter: q.shown().Filter, Sort: q.shown().Sort, Columns: words(q.chosen()), Private: true,
		})
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
		{ID: editIt, Key: "2", Name: "edit it", Help: "name, filter, order, columns, who sees it, its place", Off: off},
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
	case editIt:
		return q.editView("View "+v.name(), was, now)
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
		now.Columns, now.Place = words(q.chosen()), 0
		return q.editView("Save as another view", "", now)
	}
	return nil
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
