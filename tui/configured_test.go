package tui_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage"
	"github.com/purserhq/purser/tui"
)

// An account is paused with a reason, shows it to everybody within a change of
// the store, and pays again after a confirmed key.
func TestGatewayIsPausedAndResumed(t *testing.T) {
	d := newDesk(t)
	s, other := d.sit("admin1"), d.sit("viewer1")
	other.press("g", "w")
	other.shows("cards-eur", "1,000,000.00", "no limit", "none ended", "pays")
	s.press("g", "w", "p", "enter")
	s.shows("Pause cards-eur", "is needed")
	s.typed("provider maintenance")
	s.press("enter")
	s.shows("paused cards-eur", "z takes it back", "paused by admin1", "provider maintenance")
	other.send(tui.StoreChanged())
	other.shows("paused by admin1 since 2026-11-02", "provider maintenance")
	s.press("p")
	s.shows("pause is off: it is paused by admin1")
	s.press("r")
	s.shows("let cards-eur pay again? enter")
	s.press("j")
	s.press("k", "r", "enter")
	s.shows("resumed cards-eur")
	s.hides("provider maintenance")
	s.press("!")
	s.shows("purser gateway resume cards-eur")
}

func TestGatewayBalance(t *testing.T) {
	d := newDesk(t)
	s := d.sit("admin1")
	s.press("g", "w", "b", "ctrl+u")
	s.typed("2500")
	s.press("enter")
	s.typed("statement of Monday")
	s.press("enter")
	s.shows("set the balance of cards-eur", "2,500.00")
	s.press("s")
	s.shows("cannot sync gateway account cards-eur: it has no externalId, by which provider sandbox knows it")
	s.press("X", "enter")
	s.shows("Archive cards-eur", "type archive, or press esc")
	s.press("esc")
	s.shows(">  cards-eur")
	s.press("X")
	s.rest(quiet)
	s.typed("archive")
	s.press("enter")
	s.hides("> cards-eur ")
	s.shows("archived cards-eur", "sandbox-eur")
}

// Who may not change the configuration sees it, and hears who could.
func TestConfigurationIsNotEverybodysToChange(t *testing.T) {
	d := newDesk(t)
	s := d.sit("senior1")
	for _, keys := range [][]string{{"g", "w", "p"}, {"g", "w", "e"}, {"g", "c", "3", "p"}, {"g", "c", "e"}} {
		s.press(keys...)
		s.shows("senior1 is a senior and may not change the configuration (it takes an admin)")
	}
	s = d.sit("admin1", func(o *tui.Options) { o.ReadOnly = "the disk is full" })
	s.press("g", "c", "e")
	s.shows("edit as text is off: read-only: the disk is full")
}

func TestConfigurationLists(t *testing.T) {
	s := newDesk(t).sit("viewer1")
	s.press("g", "c")
	s.shows("[1 Points 2]", "shop-eu", "after 48 h", "2 approvals above 10,000.00 EUR", "no: a route takes all of a portion", "allowed")
	s.press("2", "j")
	s.shows("[2 Services 2]", "test_eur", "paid by       sandbox-eur", "FIELDS", "account", "required", "Account")
	s.press("tab")
	s.shows("[3 Routes 3]", "r-eur", "1 %", "no routing scheme names it", "enabled")
	s.press("j")
	s.shows("routing scheme standard")
	s.press("4")
	s.shows("[4 Reviewers 8]", "small1", "100.00 EUR", "any amount")
	s.press("5")
	s.shows("is off: there are 4 lists")
	s.press("esc")
	s.shows("▸ Queue")
}

func TestRouteIsDisabledAndEnabled(t *testing.T) {
	d := newDesk(t)
	s := d.sit("admin1")
	s.press("g", "c", "3", "p")
	s.shows("disable route r-eur: no plan counts on it? enter")
	s.press("enter")
	s.shows("disabled route r-eur")
	if config := must(d.Config(t.Context())); !config.Routes[0].Disabled {
		t.Error("the route is enabled")
	}
	s.press("r", "enter")
	s.shows("enabled route r-eur")
	if config := must(d.Config(t.Context())); config.Routes[0].Disabled {
		t.Error("the route is disabled")
	}
}

// What is typed is checked where it stands, its effect is shown, and only then
// it is kept.
func TestDraft(t *testing.T) {
	d := newDesk(t)
	s := d.sit("admin1")
	s.press("g", "c", "2", "j", "e")
	s.shows("▸ service test_eur", "- id: test_eur", "nothing is kept yet")
	s.press("ctrl+s")
	s.shows("check and keep is off: nothing is changed yet")
	s.press("down", "down", "down", "down", "down", "end") // max: 9999999
	s.typed("x")
	s.press("ctrl+s")
	s.shows("! 6 ", "! line 6, column 8: max is \"9999999x\" (give a plain number")
	s.press("end", "backspace", "backspace", "backspace", "ctrl+s")
	s.shows("Keep this?", "service test_eur", "-       max: 9999999", "+       max: 99999")
	if config := must(d.Config(t.Context())); config.Services["test_eur"].Max.String() != "9999999" {
		t.Fatal("it was kept before anybody said so")
	}
	s.rest(time.Second)
	s.press("enter")
	s.shows("kept service test_eur: 1 change", "▸ Configuration")
	if config := must(d.Config(t.Context())); config.Services["test_eur"].Max.String() != "99999" {
		t.Errorf("max is %s", config.Services["test_eur"].Max)
	}
}

// What somebody else changed meanwhile is not overwritten, and nothing typed is
// lost without being asked about.
func TestDraftOfWhatChanged(t *testing.T) {
	d := newDesk(t)
	s := d.sit("admin1")
	s.press("g", "c", "3", "e", "down", "down", "end")
	s.typed("x")
	s.press("ctrl+s")
	s.shows(`! route r-eur: there is no service "test_eurx"`, "! 3 ")
	s.press("backspace", "down", "down", "end")
	s.typed("0")
	must(d.Configure(t.Context(), as("admin1"), engine.KindRoute, "r-eur", 0, []byte(`{"max": 7}`)))
	s.send(tui.StoreChanged())
	s.press("ctrl+s")
	s.shows("route r-eur was changed meanwhile", "min: 10")
	s.press("esc")
	s.shows("esc again to leave: what you typed is lost")
	s.press("esc")
	s.shows("▸ Configuration", "7.00")
}

// A scheme is read as a tree, changed as text after a trial on open requests,
// and restored as a revision of its own.
func TestRouting(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	r := must(d.Create(t.Context(), as(engine.ByEngine), engine.NewRequest{
		PointID: "shop-eu", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: eur("250"),
	}))
	must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version))
	s := d.sit("admin1")
	s.press("g", "r")
	s.shows("standard", "card_eur", "shop-eu", "amount > 1000?", "├ yes directly: r-card", "└ no  customer country in DE, AT or tag = gold?",
		"then in this order: all routes", "blocked: no route may pay", "any other service: all its routes, in file order")
	s.press("e", "down", "down", "down", "down", "down", "down", "end", "left", "backspace", "down", "end", "left", "left", "left", "left")
	s.typed("-any")
	s.press("ctrl+s")
	s.shows("Keep this?", "1 open request planned both ways, 1 would go another way", "cards-eur → sandbox-eur")
	s.rest(time.Second)
	s.press("enter")
	s.shows("kept routing-scheme standard: 1 change", "amount > 100?", "directly: r-card-any")
	s.press("2")
	s.shows("[2 Revisions of standard 2]", "counts now", "- ", "+ ")
	s.press("k", "R")
	s.shows("restore is off: it is what counts now")
	s.press("j", "R")
	s.shows("Restore revision 1 of standard", "It becomes revision 3", "shop-eu")
	s.rest(time.Second)
	s.press("tab", "enter")
	s.shows("restored revision 1 of standard", "Revisions of standard 3")
	s.press("1")
	s.shows("amount > 1000?")
}

// A scheme that makes no sense is refused at its line, and a new one starts
// from the least there can be.
func TestSchemesAreChecked(t *testing.T) {
	d := newDesk(t)
	s := d.sit("admin1")
	s.press("g", "r", "N")
	s.shows("▸ new routing-scheme", "strategy: priority")
	s.press("down", "down", "down", "end")
	s.typed("x")
	s.press("ctrl+s")
	s.shows("there is no service", "!")
	s.press("backspace", "ctrl+s")
	s.shows("create  routing-scheme new", "no open request goes by this scheme now")
	s.rest(time.Second)
	s.press("enter")
	s.shows("kept new routing-scheme", "> ", "none yet")
	if config := must(d.Config(t.Context())); len(config.Schemes) != 2 {
		t.Errorf("there are %d schemes", len(config.Schemes))
	}
}

func TestExplain(t *testing.T) {
	d := newDesk(t)
	i := d.card()
	r := must(d.Create(t.Context(), as(engine.ByEngine), engine.NewRequest{
		PointID: "shop-eu", CustomerID: i.CustomerID, InstrumentID: i.ID, Amount: eur("400"),
	}))
	must(d.Ready(t.Context(), as("rev1"), r.ID, r.Version))
	must(d.PauseGateway(t.Context(), as("admin1"), "cards-eur", "maintenance"))
	s := d.sit("viewer1")
	for _, steps := range [][]string{{"H"}, {"esc", "A", "H"}, {"g", "q", "enter", "H"}} {
		s.press(steps...)
		s.shows("by routing scheme standard", "400.00 EUR TO card ···· 1111", "amount > 1000? no (amount 400)",
			"customer country in DE, AT or tag = gold? yes (customer country DE, tag none)", "strategy 1 of 2: by fee",
			"1.  r-card-any from sandbox-eur", "r-card is out", "maintenance", "WHAT COMES OF IT", "by route r-card-any")
	}
	must(d.ResumeGateway(t.Context(), as("admin1"), "cards-eur"))
	s.send(tui.StoreChanged())
	s.shows("1.  r-card from cards-eur")
	s.press("H")
	s.shows("explain is off: it is what you look at")
	s.press("A")
	s.shows("the plan places 400.00 EUR")
	s.press("g", "q", ":")
	s.typed("explain")
	s.press("enter")
	s.shows("▸ Explain", "by routing scheme standard")
}

func TestRates(t *testing.T) {
	d := newDesk(t)
	s := d.sit("admin1")
	s.press("g", "x")
	s.shows("USD/EUR", "margin", "1.0848", "inverse", "-0.5 %", "0.91721976", "20m", "EUR/JPY", "fixed",
		"whoever is paid in EUR gets less", "a quote holds 15m", "pays    91.72 EUR", "rounded down to 2 decimals: 100.00 × 0.91721976 = 91.721976")
	s.press("w", "backspace", "backspace", "backspace")
	s.typed("20.01")
	s.shows("pays    18.35 EUR")
	s.press("down", "down")
	s.shows("pays    3,267 JPY", "rounded down to 0 decimals")
	s.typed("x")
	s.shows("! ", "20.01x")
	s.press("enter", "k", "k", "s")
	s.shows("Set EUR/USD at hand", "USD for one EUR, as of now")
	s.press("ctrl+u")
	s.typed("0")
	s.press("enter")
	s.shows("is no rate")
	s.press("backspace")
	s.typed("1.25")
	s.press("enter")
	s.shows("set EUR/USD to 1.25", "0.796", "0s")
	if got := must(d.Config(t.Context())).Sources["hand"].Rates[0].Rate.String(); got != "1.25" {
		t.Errorf("the source says %s", got)
	}
}

// A goneStore can be taken away.
type goneStore struct {
	engine.Store
	gone bool
}

func (s *goneStore) View(ctx context.Context, fn func(engine.ReadTx) error) error {
	if s.gone {
		return engine.Errorf(engine.Unavailable, "the disk is gone")
	}
	return s.Store.View(ctx, fn)
}

// Without a store the screens say why they show nothing, and with it again all.
func TestConfiguredScreensWithoutAStore(t *testing.T) {
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"), storage.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	gone := &goneStore{Store: store}
	d := deskOn(t, gone)
	for key, shown := range map[string]string{"w": "cards-eur", "c": "shop-eu", "r": "card_eur", "x": "margin"} {
		s := d.sit("admin1")
		gone.gone = true
		s.press("g", key)
		s.shows("could not be read: the disk is gone", "ctrl+r tries again", "STORE GONE")
		s.press("e")
		s.shows("is off: there is")
		gone.gone = false
		s.press("ctrl+r")
		s.shows(shown)
		s.hides("STORE GONE")
	}
}
