// Package gateway is the screen on the accounts that money leaves from: what
// each holds, how much of its limits is used, how it fares, and why it rests.
//
// Its noun is [Gateways], the screen. It shows the accounts of one mode as they
// stand, and of the one under the cursor all that is configured.
//
// It refuses to know what is spendable and what counts towards a limit.
package gateway

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/grid"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
)

// A Gateways is the screen. Only its session's Update and View touch it.
type Gateways struct {
	desk     *screen.Desk
	accounts []engine.Account
	source   screen.Source[[]engine.Account]
	list     *screen.List
}

var columns = []grid.Column{
	{ID: "id", Title: "ACCOUNT", Min: 18, Max: 24},
	{ID: "provider", Title: "PROVIDER", Min: 8, Max: 12, Priority: 5},
	{ID: "balance", Title: "BALANCE", Min: 13, Max: 18, Align: canvas.Right, Priority: 3},
	{ID: "reserved", Title: "RESERVED", Min: 11, Max: 16, Align: canvas.Right, Priority: 4},
	{ID: "spendable", Title: "SPENDABLE", Min: 13, Max: 18, Align: canvas.Right},
	{ID: "currency", Title: "CUR", Min: 4},
	{ID: "used", Title: "LAST 24 H", Min: 13, Max: 16},
	{ID: "success", Title: "WENT THROUGH", Min: 12, Max: 20},
	{ID: "state", Title: "STATE", Min: 12, Max: 24},
}

// New returns the screen.
func New(d *screen.Desk) *Gateways {
	s := &Gateways{desk: d, list: screen.NewList(labels, columns...)}
	s.source.Read = func(ctx context.Context) ([]engine.Account, error) {
		return d.Engine.Accounts(ctx, d.Mode)
	}
	return s
}

// Place implements the console's screen.
func (s *Gateways) Place() screen.Place { return screen.Place{Kind: screen.Gateways} }

// Load implements the console's screen.
func (s *Gateways) Load() tea.Cmd { return s.source.Load(s.desk) }

// Refresh implements the console's screen.
func (s *Gateways) Refresh() tea.Cmd { return s.source.Refresh(s.desk) }

// Take implements the console's screen.
func (s *Gateways) Take(msg tea.Msg) tea.Cmd {
	accounts, ok, cmd := s.source.Take(s.desk, msg)
	if !ok {
		return cmd
	}
	s.accounts = accounts
	rows := make([]grid.Row, len(accounts))
	for i, a := range accounts {
		rows[i] = grid.Row{Key: a.ID, Cells: s.cells(a)}
	}
	s.list.Set(rows)
	return cmd
}

// at is the account under the cursor.
func (s *Gateways) at() (engine.Account, bool) {
	chosen := s.list.Chosen()
	for _, a := range s.accounts {
		if a.ID == chosen {
			return a, true
		}
	}
	return engine.Account{}, false
}

// Subject implements the console's screen.
func (s *Gateways) Subject() screen.Subject { return screen.Subject{} }

// Hints implements the console's screen.
func (s *Gateways) Hints() []keys.ID {
	use := screen.PauseUse
	if account, _ := s.at(); account.State.Pause != nil {
		use = screen.ResumeUse
	}
	return []keys.ID{use, screen.Sync, screen.SetBalance, screen.EditText, screen.PreviewDown, screen.Leave}
}

// Typing implements the console's screen.
func (s *Gateways) Typing() bool { return false }

// Key implements the console's screen.
func (s *Gateways) Key(tea.KeyMsg) (tea.Cmd, bool) { return nil, false }

// Close implements the console's screen.
func (s *Gateways) Close() { s.source.Stop() }
