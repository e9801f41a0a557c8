package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/overlay"
	"github.com/purserhq/purser/tui/screen"
)

// points are those of the mode, in order.
func (c *Console) points() []engine.Point {
	var found []engine.Point
	for _, id := range sorted(c.desk.Config.Points) {
		if p := c.desk.Config.Points[id]; p.Mode == c.desk.Mode {
			found = append(found, p)
		}
	}
	return found
}

func (c *Console) whyNotCreate() text.Safe {
	switch {
	case c.desk.ReadOnly != "":
		return "read-only: " + c.desk.ReadOnly
	case !c.desk.Actor.Role.AtLeast(engine.RoleReviewer):
		return text.Line(string(c.desk.Actor.ID)) + " is a " + text.Line(string(c.desk.Actor.Role)) +
			": it takes a reviewer"
	case len(c.points()) == 0:
		return "no point takes requests in " + text.Line(string(c.desk.Mode)) +
			" mode: an admin adds one with purser apply"
	}
	return ""
}

// create takes in a request.
func (c *Console) create() tea.Cmd {
	var options []form.Option
	for _, p := range c.points() {
		options = append(options, form.Option{Value: p.ID, Label: text.Line(p.ID)})
	}
	asked := form.New(
		form.Field{
			ID: "point", Label: "POINT", Input: form.NewChoice(options[0].Value, options...),
			Check: form.Required,
		},
		form.Field{
			ID: "customer", Label: "CUSTOMER", Input: form.NewText("", 100), Check: form.Required,
			Help: "id or reference",
		},
		form.Field{
			ID: "amount", Label: "AMOUNT", Input: form.NewText("", 40), Check: form.Required,
			Help: "such as 120.50",
		},
		form.Field{
			ID: "currency", Label: "CURRENCY", Input: form.NewText("", 4), Check: form.Required,
			Help: "such as EUR",
		},
		form.Field{
			ID: "reference", Label: "REFERENCE", Input: form.NewText("", 100),
			Help: "the merchant's own; may be empty",
		},
		form.Field{ID: "description", Label: "DESCRIPTION", Input: form.NewText("", 255)},
	)
	c.desk.Show("create", &overlay.Ask{
		Title: "New request", Form: asked, Yes: "create",
		Body: []overlay.Line{{Label: "EFFECT", Text: "you become one of its makers and cannot approve it"}},
	}, func(string) tea.Cmd { return c.carryCreation(asked) })
	return nil
}

func (c *Console) carryCreation(asked *form.Form) tea.Cmd {
	currency, err := money.ParseCurrency(asked.Value("currency"))
	if err != nil {
		c.desk.Fail(err)
		return nil
	}
	amount, err := money.Parse(asked.Value("amount"), currency)
	if err != nil {
		c.desk.Fail(err)
		return nil
	}
	made := engine.NewRequest{
		PointID: asked.Value("point"), Amount: amount,
		Reference: asked.Value("reference"), Description: asked.Value("description"),
	}
	customer := asked.Value("customer")
	return c.desk.Carry(screen.Deed{
		Action: string(screen.Create), Said: "took in " + screen.Money(amount) + " for " + text.Line(customer),
		Line: "purser request create --point " + made.PointID + " --customer " + customer +
			" --amount " + amount.String() + " --currency " + string(currency),
		Run: func(ctx context.Context, e *engine.Engine, by engine.Caller) (engine.Request, error) {
			return createFor(ctx, e, by, customer, made)
		},
	})
}

// createFor takes in a request to the one instrument that the customer has in
// its currency; none is chosen if there are several.
func createFor(ctx context.Context, e *engine.Engine, by engine.Caller, customer string,
	made engine.NewRequest,
) (engine.Request, error) {
	found, err := e.Customer(ctx, customer)
	if err != nil {
		return engine.Request{}, err
	}
	instruments, err := e.Instruments(ctx, found.ID)
	if err != nil {
		return engine.Request{}, err
	}
	made.CustomerID = found.ID
	fits := 0
	for _, i := range instruments {
		if i.Currency == made.Amount.Currency && i.Status == engine.InstrumentActive {
			made.InstrumentID = i.ID
			fits++
		}
	}
	if fits > 1 {
		made.InstrumentID = ""
	}
	return e.Create(ctx, by, made)
}
