package engine

import "time"

// An ImportID names an import, as imp_ and 26 characters that sort by time.
type ImportID string

// An Import is a file on its way in. Its rows are copied into the store first,
// as they may be kept (no whole card number is); then the engine's step takes
// them in one by one, in the name of who gave the file, whoever runs it.
type Import struct {
	ID     ImportID
	Kind   Importable
	File   string // what the file is called, without folders
	Status ImportStatus

	By     ReviewerID
	Door   Door
	OSUser string

	Head   string // digest of the first rows, by which the file is known when it is given again
	Digest string // of all rows that were copied
	Rows   int    // copied so far
	Place  int    // of the last row that was taken in
	Bites  int    // copied and not taken in yet
	Kept   int    // results that are still in the store

	Made    int
	Known   int
	Differs int
	Refused int

	Failure   string     // why it failed, if it did
	StoppedBy ReviewerID // who stopped it, if somebody did

	CreatedAt time.Time
	UpdatedAt time.Time // last row copied or taken in
	EndedAt   time.Time // zero while it has not
}

// Taken is how many rows have a result.
func (i Import) Taken() int { return i.Made + i.Known + i.Differs + i.Refused }

// Waiting is how many rows have no result: they never will once it has ended.
func (i Import) Waiting() int { return i.Rows - i.Taken() }

// Cleared reports whether results of rows were cleaned away.
func (i Import) Cleared() bool { return i.Kept < i.Taken() }

// leftFor is for how long nothing of a copy may come before it counts as left.
const leftFor = time.Minute

// Left reports whether whoever copied the file seems to have gone away before
// all of it was copied.
func (i Import) Left(now time.Time) bool {
	return i.Status == ImportCopying && now.Sub(i.UpdatedAt) > leftFor
}

// An ImportStatus is where an import stands.
type ImportStatus string

// The statuses.
const (
	ImportCopying    ImportStatus = "copying" // goes on when the file is given again
	ImportPending    ImportStatus = "pending"
	ImportProcessing ImportStatus = "processing"
	ImportCompleted  ImportStatus = "completed" // every row has its result, refused ones too
	ImportFailed     ImportStatus = "failed"    // it was stopped, or could not go on
)

// ImportStatuses lists the statuses, in the order of an import's life.
func ImportStatuses() []ImportStatus {
	return []ImportStatus{ImportCopying, ImportPending, ImportProcessing, ImportCompleted, ImportFailed}
}

// Ended reports whether nothing follows s.
func (s ImportStatus) Ended() bool { return s == ImportCompleted || s == ImportFailed }

// importVerb is what moves an import.
type importVerb string

const (
	importCopied importVerb = "copied"
	importBegins importVerb = "begin"
	importEnds   importVerb = "end"
	importFails  importVerb = "fail"
)

// importLife is every move of an import.
var importLife = lifecycle[ImportStatus, importVerb]{
	{ImportCopying, importCopied}:   {ImportPending},
	{ImportCopying, importFails}:    {ImportFailed},
	{ImportPending, importBegins}:   {ImportProcessing},
	{ImportPending, importFails}:    {ImportFailed},
	{ImportProcessing, importEnds}:  {ImportCompleted},
	{ImportProcessing, importFails}: {ImportFailed},
}

// An ImportedRow is a row of a file, and what became of it.
type ImportedRow struct {
	Place  int // among the file's rows, from 1
	Line   int // of the file, from 1
	Result ImportResult
	ID     string // of what the row is about; empty if it was refused
	Code   Code   // of why it was refused
	Column int    // in bytes from 1, where it could not be read; 0 otherwise
	Name   string // of the column that the refusal is about, if it is about one
	Why    string
	Cells  map[string]string // until it is taken in, and of one that was not, masked
}

// An ImportResult is what became of a row.
type ImportResult string

// The results.
const (
	ImportWaiting ImportResult = ""
	ImportMade    ImportResult = "made"
	ImportKnown   ImportResult = "known"   // it is there already, just so
	ImportDiffers ImportResult = "differs" // it is there already, otherwise: imports change nothing that is there
	ImportRefused ImportResult = "refused"
)

// ImportResults lists what can become of a row.
func ImportResults() []ImportResult {
	return []ImportResult{ImportMade, ImportKnown, ImportDiffers, ImportRefused}
}

// Wrong reports whether a row with this result was not taken in.
func (r ImportResult) Wrong() bool { return r == ImportDiffers || r == ImportRefused }

// An ImportBite is consecutive rows of an import that wait to be taken in. They
// are kept together, for what waits is written once and read once.
type ImportBite struct {
	First int // place of the first row
	Rows  []ImportedRow
}

// An ImportQuery asks for a page of imports, the latest first.
type ImportQuery struct {
	Before ImportID // where the page before this one ended; empty for the first page
	Limit  int      // 1 to 1000
}

// An ImportRowQuery asks for a page of an import's rows that have a result, in
// the order of the file.
type ImportRowQuery struct {
	Results []ImportResult // empty for any
	After   int            // the place of the last row seen; 0 for the first page
	Limit   int            // 1 to 1000
}

// fields lists what the journal records of an import. How far it is follows
// from the entries of what it makes.
func (i Import) fields() []Field {
	return []Field{
		textField("id", string(i.ID)),
		textField("kind", string(i.Kind)),
		textField("file", i.File),
		textField("status", string(i.Status)),
		textField("by", string(i.By)),
		textField("failure", i.Failure),
		textField("stoppedBy", string(i.StoppedBy)),
	}
}
