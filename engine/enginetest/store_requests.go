package enginetest

import (
	"fmt"
	"slices"

	"github.com/purserhq/purser/engine"
)

func testConfig(d *desk) {
	revision := read(d, engine.ReadTx.Config).Revision
	keep := func(kind, id, body string) func(engine.Tx) {
		return func(tx engine.Tx) { tx.PutConfig(kind, id, []byte(body)) }
	}
	d.update(func(tx engine.Tx) {
		keep(engine.KindPoint, "main", `{"id":"main","mode":"test","currencies":["USD"]}`)(tx)
		keep(engine.KindService, "s", `{"id":"s","method":"card","currency":"USD"}`)(tx)
		keep(engine.KindGateway, "g", `{"id":"g","provider":"sandbox","currency":"USD"}`)(tx)
		for _, id := range []string{"r2", "r1", "r3"} {
			keep(engine.KindRoute, id, fmt.Sprintf(`{"id":%q,"service":"s","gateway":"g"}`, id))(tx)
		}
		keep(engine.KindReviewer, "rev1", `{"id":"rev1","role":"viewer"}`)(tx)
	})
	c := read(d, engine.ReadTx.Config)
	if c.Revision <= revision {
		d.Errorf("revision %d after %d", c.Revision, revision)
	}
	same(d, "a point", c.Points["main"].Mode, engine.ModeTest)
	same(d, "a service", c.Services["s"].Method, "card")
	same(d, "an account", c.Gateways["g"].Provider, "sandbox")
	same(d, "a reviewer", c.Reviewers["rev1"].Role, engine.RoleViewer)
	same(d, "routes", routeIDs(c), []string{"r2", "r1", "r3"})
	if again := read(d, engine.ReadTx.Config); again != c {
		d.Error("an unchanged configuration was decoded again")
	}

	d.update(func(tx engine.Tx) {
		tx.PutConfig(engine.KindRoute, "r1", nil)
		keep(engine.KindReviewer, "rev1", `{"id":"rev1","role":"senior"}`)(tx)
		keep(engine.KindRoute, "r2", `{"id":"r2","service":"s","gateway":"g","disabled":true}`)(tx)
	})
	now := read(d, engine.ReadTx.Config)
	same(d, "routes", routeIDs(now), []string{"r2", "r3"})
	same(d, "the changed route", now.Routes[0].Disabled, true)
	same(d, "the changed reviewer", now.Reviewers["rev1"].Role, engine.RoleSenior)
	same(d, "the configuration that was read before", c.Reviewers["rev1"].Role, engine.RoleViewer)
}

func routeIDs(c *engine.Config) []string {
	var ids []string
	for _, r := range c.Routes {
		ids = append(ids, r.ID)
	}
	return ids
}

func testStale(d *desk) {
	c := d.customer()
	r := d.request(c, nil)
	now := r
	now.Version, now.Head.Number, now.Status = 2, 2, engine.RequestApproved
	d.update(func(tx engine.Tx) { tx.PutRequest(&r, now) })

	again := now
	again.Version, again.Head.Number = 3, 3
	for what, was := range map[string]engine.Request{
		"an older version": r,
		"another version":  {Version: 9, Head: now.Head},
		"an older head":    {Version: now.Version, Head: r.Head},
	} {
		saw := now
		saw.Version, saw.Head = was.Version, was.Head
		d.Log(what)
		d.refuse(engine.Stale, func(tx engine.Tx) { tx.PutRequest(&saw, again) })
	}
	gone := d.draft(c)
	d.refuse(engine.Stale, func(tx engine.Tx) { tx.PutRequest(&gone, gone) })
	d.update(func(tx engine.Tx) { tx.PutRequest(&now, again) })
	got := read(d, func(tx engine.ReadTx) (engine.Request, error) { return tx.Request(r.ID) })
	same(d, "the request", got, again)
}

func testOrigin(d *desk) {
	c := d.customer()
	r := d.request(c, nil)
	a := d.allocation(r, nil)
	for what, edit := range map[string]func(*engine.Request){
		"original amount": func(r *engine.Request) { r.OriginalAmount = usd(5) },
		"point":           func(r *engine.Request) { r.PointID = "other" },
		"mode":            func(r *engine.Request) { r.Mode = engine.ModeLive },
		"creation":        func(r *engine.Request) { r.CreatedAt = at(1) },
		"metadata":        func(r *engine.Request) { r.Metadata = map[string]string{"tier": "gold"} },
	} {
		now := r
		edit(&now)
		d.Log(what)
		d.refuse(engine.Internal, func(tx engine.Tx) { tx.PutRequest(&r, now) })
	}
	a.GatewayID = "another"
	d.refuse(engine.Internal, func(tx engine.Tx) { tx.PutAllocation(a) })
}

func testReferences(d *desk) {
	c := d.customer()
	name := func(point, reference string) func(*engine.Request) {
		return func(r *engine.Request) { r.PointID, r.Reference = point, reference }
	}
	d.request(c, name("main", ""))
	d.request(c, name("main", "")) // none is not one
	first := d.request(c, name("main", "A-1"))
	other := d.request(c, name("other", "A-1"))
	lower := d.request(c, name("main", "a-1"))
	second := d.draft(c)
	second.Reference = "A-1"
	d.refuse(engine.Refused, func(tx engine.Tx) { tx.PutRequest(nil, second) })
	d.refuse(engine.Refused, func(tx engine.Tx) { tx.PutRequest(nil, first) })
	for want, point := range map[engine.RequestID]string{first.ID: "main", other.ID: "other"} {
		got := read(d, func(tx engine.ReadTx) (engine.Request, error) { return tx.RequestByReference(point, "A-1") })
		same(d, "A-1 at "+point, got.ID, want)
	}
	got := read(d, func(tx engine.ReadTx) (engine.Request, error) { return tx.RequestByReference("main", "a-1") })
	same(d, "a-1", got.ID, lower.ID)

	twin := engine.Customer{ID: "cus_twin", Reference: c.Reference}
	d.refuse(engine.Refused, func(tx engine.Tx) { tx.PutCustomer(twin) })
}

func testRelatives(d *desk) {
	c := d.customer()
	parent := d.request(c, nil)
	child := d.request(c, func(r *engine.Request) { r.SplitFrom = parent.ID })
	rest := d.request(c, func(r *engine.Request) { r.RemainderOf = parent.ID })
	source := d.request(c, nil)
	merged := source
	merged.Version, merged.Status, merged.MergedInto = 2, engine.RequestMerged, parent.ID
	d.update(func(tx engine.Tx) { tx.PutRequest(&source, merged) })
	d.request(c, nil)
	relatives := read(d, func(tx engine.ReadTx) ([]engine.Request, error) { return tx.Relatives(parent.ID) })
	var ids []engine.RequestID
	for _, r := range relatives {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	same(d, "relatives", ids, []engine.RequestID{child.ID, rest.ID, source.ID})
	none := read(d, func(tx engine.ReadTx) ([]engine.Request, error) { return tx.Relatives(child.ID) })
	same(d, "relatives of a child", none, nil)
}

func testCustomers(d *desk) {
	var want, got []engine.CustomerID
	for range 7 {
		want = append(want, d.customer().ID)
	}
	after := engine.CustomerID("")
	for {
		page := read(d, func(tx engine.ReadTx) ([]engine.Customer, error) { return tx.Customers(after, 3) })
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			got, after = append(got, c.ID), c.ID
		}
	}
	same(d, "customers", got, want)
}

func testRows(d *desk) {
	c := d.customer()
	i := engine.Instrument{
		ID: "inst_1", CustomerID: c.ID, ServiceID: "s", Method: "card", Currency: "USD",
		Fields: map[string]string{"card_number": "4111111111111111"}, Status: engine.InstrumentActive, CreatedAt: noon,
	}
	d.update(func(tx engine.Tx) { tx.PutInstrument(i) })
	with := d.request(c, func(r *engine.Request) { r.InstrumentID = i.ID })
	without := d.request(c, nil)
	rows := read(d, func(tx engine.ReadTx) ([]engine.RequestRow, error) {
		return tx.RequestRows([]engine.RequestID{without.ID, "nothing", with.ID})
	})
	slices.SortFunc(rows, func(a, b engine.RequestRow) int { return a.CreatedAt.Compare(b.CreatedAt) })
	want := []engine.RequestRow{
		{Request: without, CustomerName: c.Name, CustomerReference: c.Reference, CustomerEmail: c.Email},
		{Request: with, CustomerName: c.Name, CustomerReference: c.Reference, CustomerEmail: c.Email, Instrument: i},
	}
	slices.SortFunc(rows, byID)
	slices.SortFunc(want, byID)
	same(d, "rows", rows, want)
}

func byID(a, b engine.RequestRow) int {
	if a.ID < b.ID {
		return -1
	}
	return 1
}

func testRevisions(d *desk) {
	first := engine.SchemeRevision{Scheme: "s", Number: 1, At: noon, By: "admin1", Body: []byte(`{"id":"s"}`)}
	second := engine.SchemeRevision{Scheme: "s", Number: 2, At: at(1), By: "admin2", Body: []byte(`{"id":"s","name":"é"}`)}
	other := engine.SchemeRevision{Scheme: "t", Number: 1, At: at(2), Body: []byte(`{"id":"t"}`)}
	d.update(func(tx engine.Tx) {
		tx.PutSchemeRevision(first)
		tx.PutSchemeRevision(other)
	})
	d.update(func(tx engine.Tx) { tx.PutSchemeRevision(second) })
	d.refuse(engine.Refused, func(tx engine.Tx) { tx.PutSchemeRevision(engine.SchemeRevision{Scheme: "s", Number: 2}) })
	of := func(id string) []engine.SchemeRevision {
		return read(d, func(tx engine.ReadTx) ([]engine.SchemeRevision, error) { return tx.SchemeRevisions(id) })
	}
	same(d.T, "revisions", of("s"), []engine.SchemeRevision{first, second})
	same(d.T, "revisions of another", of("t"), []engine.SchemeRevision{other})
	same(d.T, "revisions of none", of("u"), nil)
}
