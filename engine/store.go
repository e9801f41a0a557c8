package engine

import (
	"context"
	"time"

	"github.com/purserhq/purser/engine/filter"
	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
)

// A Store keeps the engine's state. All its writers take turns; package
// enginetest holds the tests that every Store must pass.
type Store interface {
	// Update runs fn in a read-write transaction and commits if fn returns nil
	// and every write succeeded; otherwise nothing happened. When Update
	// returns nil, what fn wrote survives a crash. fn may run more than once
	// and beside readers, so it has no effect but through tx.
	Update(ctx context.Context, fn func(tx Tx) error) error

	// Bulk is Update for work that nobody is waiting for: those who wait go
	// first.
	Bulk(ctx context.Context, fn func(tx Tx) error) error

	// View runs fn over one consistent snapshot.
	View(ctx context.Context, fn func(tx ReadTx) error) error

	// Changed returns a channel that holds a token after anything was
	// committed, by this process (at once) or another (soon), since the last
	// token was taken. It is closed when ctx ends.
	Changed(ctx context.Context) <-chan struct{}
}

// A ReadTx reads. It is valid only inside the function that it was given to.
// Methods that look for one thing by id fail with [NotFound].
type ReadTx interface {
	Organisation() (Organisation, error)
	Config() (*Config, error)
	Balance(gateway string) (Balance, error)
	// SchemeRevisions returns those of a routing scheme, oldest first.
	SchemeRevisions(scheme string) ([]SchemeRevision, error)
	// GatewayState returns an account's state; one that nothing was kept of is
	// in order.
	GatewayState(gateway string) (GatewayState, error)
	// Turnover sums, in the account's currency c, what left the account on one
	// day (UTC) or may yet: live payouts as asked, ended ones as paid, by the
	// day on which their allocations were made.
	Turnover(gateway string, c money.Currency, day time.Time) (money.Amount, error)
	// RouteUses counts what routes were used for since the beginning of a day
	// (UTC). Routes that were not used are left out.
	RouteUses(since time.Time) ([]RouteUse, error)

	Request(id RequestID) (Request, error)
	RequestByReference(point, reference string) (Request, error)
	// Requests returns one page of requests, in the order that q asks for.
	Requests(q RequestQuery) (RequestPage, error)
	// CountUpTo counts what Requests would return.
	CountUpTo(q RequestQuery) (Counted, error)
	// RequestRows returns the rows with these ids, in any order; ids of
	// nothing are left out.
	RequestRows(ids []RequestID) ([]RequestRow, error)
	// Counts returns the maintained counters of one mode.
	Counts(mode Mode) ([]Count, error)
	// Tallies returns the sums of what was tallied in the hours that begin in
	// [from, to), by hour, kind and what of.
	Tallies(mode Mode, from, to time.Time) ([]Tally, error)
	// Due returns up to limit requests that a clock is to move at now, longest
	// due first; blocked ones wait and are not among them.
	Due(clock DueClock, now time.Time, limit int) ([]RequestID, error)
	// Surroundings returns what stands around the requests with these ids, in
	// any order; ids of nothing are left out.
	Surroundings(ids []RequestID) ([]Surroundings, error)
	// Claims returns the claims on requests, in any order, those that have
	// lapsed among them.
	Claims(ids []RequestID) ([]Claim, error)
	// Presences returns who has a request open at now, the first to come first.
	Presences(request RequestID, now time.Time) ([]Presence, error)
	// Relatives returns the requests that were split from, merged into or
	// settled out of id.
	Relatives(id RequestID) ([]Request, error)

	Customer(id CustomerID) (Customer, error)
	CustomerByReference(reference string) (Customer, error)
	Customers(after CustomerID, limit int) ([]Customer, error)
	// CustomerRows returns one page of customers, the latest first, or those
	// that a search finds.
	CustomerRows(q CustomerQuery) (CustomerPage, error)
	// CustomerBlocks returns blocks of a customer's requests, the latest first.
	CustomerBlocks(id CustomerID, mode Mode) ([]PastBlock, error)
	Instrument(id InstrumentID) (Instrument, error)
	Instruments(customer CustomerID) ([]Instrument, error)
	Payments(customer CustomerID) ([]Payment, error)

	Allocation(id AllocationID) (Allocation, error)
	// Allocations returns those of one request, oldest first.
	Allocations(request RequestID) ([]Allocation, error)
	// CustomerAllocations returns all of one customer in one currency.
	CustomerAllocations(customer CustomerID, c money.Currency) ([]Allocation, error)
	// AllocatedSince sums what live and completed allocations of the account
	// in c hold or have paid, of those made at or after since.
	AllocatedSince(gateway string, c money.Currency, since time.Time) (money.Amount, error)
	// Queued returns up to limit queued allocations of unblocked requests,
	// longest queued first, of no account among skip. Those that go in turn are
	// left out while another of their request is processing or waits for
	// completion.
	Queued(skip []string, limit int) ([]Allocation, error)

	// Payout returns the payout of an allocation, or NotFound.
	Payout(allocation AllocationID) (Payout, error)
	PayoutByID(id PayoutID) (Payout, error)
	Payouts(request RequestID) ([]Payout, error)
	// OpenPayouts returns up to limit payouts of an account whose outcome is
	// open, oldest first.
	OpenPayouts(gateway string, limit int) ([]Payout, error)
	// PayoutsDue returns up to limit payouts whose look-up time has come or
	// whose worker's lease ran out, longest due first.
	PayoutsDue(now time.Time, limit int) ([]Payout, error)

	Comments(request RequestID) ([]CommentText, error)
	// Events returns up to limit entries of a chain, from number after+1.
	Events(chain string, after int, limit int) ([]Event, error)
	// Journal returns up to limit entries of all chains, from seq after+1.
	Journal(after int64, limit int) ([]Event, error)
	LastSeq() (int64, error)

	// PaidTo returns the instruments of these customers that something was paid
	// to.
	PaidTo(customers []CustomerID) ([]InstrumentID, error)

	Run(id RunID) (Run, error)
	// Runs returns one page of runs, the latest first.
	Runs(q RunQuery) ([]Run, error)
	// ActiveRuns returns up to limit runs that have not ended, the one that was
	// left alone longest first.
	ActiveRuns(limit int) ([]Run, error)
	// RunItems returns up to limit items of a run, in their order.
	RunItems(id RunID, q RunItemQuery) ([]RunItem, error)

	Import(id ImportID) (Import, error)
	// Imports returns one page of imports, the latest first.
	Imports(q ImportQuery) ([]Import, error)
	// ActiveImports returns up to limit imports whose rows are taken in, the one
	// that was left alone longest first; CopyingImports those of which not all is
	// copied, likewise.
	ActiveImports(limit int) ([]Import, error)
	CopyingImports(limit int) ([]Import, error)
	// ClearableImports returns up to limit imports that have ended and of which
	// there still are bites, or results if they ended before a time.
	ClearableImports(before time.Time, limit int) ([]Import, error)
	// ImportBites returns the first bites of an import that wait.
	ImportBites(id ImportID, limit int) ([]ImportBite, error)
	// ImportRows returns up to limit rows of an import that have a result, in
	// their order.
	ImportRows(id ImportID, q ImportRowQuery) ([]ImportedRow, error)

	Batch(id BatchID) (Batch, error)
	// BatchByReference returns the batch of a mode that is called so and was not
	// deleted.
	BatchByReference(mode Mode, reference string) (Batch, error)
	// Batches returns one page of batches that were not deleted, the latest
	// first.
	Batches(q BatchQuery) ([]Batch, error)
	// BatchRequests returns up to limit requests of a batch in its order, from
	// place after+1.
	BatchRequests(id BatchID, after, limit int) ([]Request, error)
	BatchTotals(id BatchID) (BatchTotals, error)
	// BatchRowCount counts the rows of the file that a batch was made of.
	BatchRowCount(id BatchID) (BatchRowCount, error)
	// BatchRows returns up to limit rows of the file that a batch was made of,
	// in its order.
	BatchRows(id BatchID, q BatchRowQuery) ([]BatchRow, error)

	// Find returns up to limit ids of the kind that begin or end with fragment.
	Find(kind, fragment string, limit int) ([]string, error)
	// Replay returns what was remembered under key, and whether anything was.
	Replay(key string) (done Remembered, ok bool, err error)
}

// A Tx reads and writes. Reads return their errors, for nobody may decide on
// data they did not get. Writes keep theirs: the first that fails turns the
// later ones into no-ops, and the transaction fails with it.
type Tx interface {
	ReadTx

	// Try runs fn. If it fails, what it wrote is undone, a failed write among it
	// included, and the transaction goes on.
	Try(fn func() error) error

	PutOrganisation(Organisation)
	// PutConfig keeps one configured object, as the JSON of its type; nil
	// takes it out of use. The place of a route is the order of first keeping.
	PutConfig(kind, id string, body []byte)
	// PutSchemeRevision keeps a revision, which never changes again.
	PutSchemeRevision(SchemeRevision)
	PutBalance(Balance)
	PutGatewayState(GatewayState)

	// PutRequest writes now over was, or inserts it if was is nil. If the
	// store holds another version or chain head than was, the transaction
	// fails with [Stale].
	PutRequest(was *Request, now Request)
	// Tally adds to what was tallied before.
	Tally(Tally)
	PutCustomer(Customer)
	PutInstrument(Instrument)
	PutPayment(Payment)
	PutAllocation(Allocation)
	PutPayout(Payout)
	PutComment(CommentText)
	PutBatch(Batch)
	// PutBatchRow writes a row. One that became a request never changes again.
	PutBatchRow(id BatchID, row BatchRow)
	PutRun(Run)
	// PutRunItem keeps an item that waits or is skipped, or gives one that
	// waits its result, which never changes again.
	PutRunItem(id RunID, item RunItem)

	PutImport(Import)
	PutImportBite(id ImportID, bite ImportBite)
	// DropImportBite forgets the bite whose first row is at a place.
	DropImportBite(id ImportID, first int)
	// PutImportRow keeps the result of a row, which never gets another.
	PutImportRow(id ImportID, row ImportedRow)
	// DropImportRows forgets the results of rows up to a place.
	DropImportRows(id ImportID, through int)

	PutClaim(Claim)
	DropClaim(request RequestID)
	// PutPresence keeps one reviewer's presence at one request, and forgets
	// those that lapsed before it began.
	PutPresence(Presence)
	DropPresence(request RequestID, by ReviewerID)

	// Append writes a sealed entry. Seq must be LastSeq + 1.
	Append(Event)
	Remember(Remembered)
}

// An Organisation is who the store belongs to.
type Organisation struct {
	ID        string
	CreatedAt time.Time
	Head      Head // the end of the desk's chain
}

// A Balance is what an account holds, in its currency.
type Balance struct {
	GatewayID string
	Known     bool // an unknown balance is not checked
	Balance   money.Amount
	Reserved  money.Amount // by live allocations: payout amounts and fees
}

// Remembered is what an idempotency key stands for.
type Remembered struct {
	Key         string
	Fingerprint string // of the command that came with it
	Result      string // id of what came of it
	At          time.Time
}

// A DueClock is one of the clocks that move requests.
type DueClock string

// The clocks.
const (
	DueReady    DueClock = "ready"    // pending requests whose ReadyAt has come
	DueExpire   DueClock = "expire"   // open requests whose ExpireAt has come
	DueDispatch DueClock = "dispatch" // approved ones and those in progress whose DispatchAt has come
)

// A RequestQuery asks for a page of requests.
type RequestQuery struct {
	Mode    Mode
	By      ReviewerID // who asks: what "me" in the filter means
	Now     time.Time  // when: claims that have lapsed by then are none
	Signals bool       // the engine finds the signals of the page's rows
	Filter  filter.Expr
	Order   Order
	After   Cursor // where the page before this one ended; zero for the first page
	Back    bool   // read towards the beginning: the page that ends before After
	Limit   int    // 1 to 1000
	Look    int    // requests to look at, at most; zero for as many as take a moment
}

// An Order is a key to sort by.
type Order struct {
	Key        string // one of OrderKeys
	Descending bool
}

// OrderKeys lists what requests can be sorted by: created, updated, since
// (their time in this status) and amount, the last within one currency.
func OrderKeys() []string { return []string{"created", "updated", "since", "amount"} }

// A Cursor is a place between two rows of a sorted list. It stays good while
// rows come and go.
type Cursor struct {
	Key int64 // of the row: microseconds or minor units
	Row int64 // breaks ties
}

// Time is the moment that a cursor of a list sorted by time stands at.
func (c Cursor) Time() time.Time { return time.UnixMicro(c.Key).UTC() }

// A RequestPage is a window of a sorted list. Rows are in the list's order
// whichever way it was read.
//
// Where no index fits the filter, most requests that are looked at may not fit
// it either. Then reading stops after a while, the page not being full, and
// Searched is where.
type RequestPage struct {
	Rows     []RequestRow
	First    Cursor // of the first row
	Last     Cursor // of the last
	More     bool   // there are, or may be, rows beyond the end that was read towards
	Searched Cursor // zero for a page that is full or the last
}

// Next is where reading goes on after the page, if there is more.
func (p RequestPage) Next(back bool) Cursor {
	switch {
	case p.Searched != Cursor{}:
		return p.Searched
	case back:
		return p.First
	}
	return p.Last
}

// Counted is how many requests a query has, as far as they were counted.
type Counted struct {
	Requests int    // at most the query's limit
	Next     Cursor // where counting goes on; zero if all were counted
}

// A RequestRow is a request as a list shows it.
type RequestRow struct {
	Request
	CustomerName      string
	CustomerReference string
	CustomerEmail     string
	BatchReference    string          // of the batch that it is in; empty if it is in none
	Gateways          []string        // accounts that some of it was allocated to, in order
	Instrument        Instrument      // the selected one; zero if none
	Claim             Claim           // zero if there is none; a store's may have lapsed, the engine's have not
	Signals           []signal.Signal // the strongest first; the engine finds them where it is asked to
}

// A Count says how many requests are in one status and currency, and what they
// amount to.
type Count struct {
	Mode      Mode
	Status    RequestStatus
	Blocked   bool
	Attention Attention // empty: nothing
	Currency  money.Currency
	Requests  int64
	Sum       int64 // minor units
}

// CommentText is what somebody wrote on a request's timeline. It stands beside
// the journal, which keeps only its digest, so that it can be withdrawn.
type CommentText struct {
	ID          string
	RequestID   RequestID
	By          ReviewerID
	At          time.Time
	Text        string // empty once withdrawn
	WithdrawnBy ReviewerID
	WithdrawnAt time.Time
}
