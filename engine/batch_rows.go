package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/text"
)

// A BatchRow is one row of the file that a batch was made of. It stays as it
// was given, but for card numbers, which are masked: this is no card vault.
type BatchRow struct {
	Line      int               // of the file, from 1
	Cells     map[string]string // by the names of BatchColumns
	Digest    string            // of the cells as the file had them
	Status    BatchRowStatus
	RequestID RequestID // that it became; empty for one that was skipped
	Why       string    // it was skipped, with the column in brackets where it is about one
}

// A BatchRowStatus says what became of a row.
type BatchRowStatus string

// The statuses.
const (
	BatchRowNew     BatchRowStatus = "new"     // it is a request
	BatchRowSkipped BatchRowStatus = "skipped" // it has to be mended first
)

// A BatchRowQuery asks for a page of the rows of a batch.
type BatchRowQuery struct {
	Skipped bool // only those that have to be mended
	After   int  // the line after which the page begins
	Limit   int  // 1 to 1000
}

// A BatchRowCount says how many rows a batch of a file has.
type BatchRowCount struct {
	Rows    int
	Skipped int // of them
}

// The columns of a file that a batch is made of.
const (
	columnService     = "service"
	columnAmount      = "service_amount"
	columnFields      = "fields_data"
	columnReference   = "reference_id"
	columnDescription = "description"
	columnCustomer    = "customer"
	columnMetadata    = "customer_metadata"
)

// BatchColumns lists the columns of a file that a batch is made of. The first
// so many of them are needed.
func BatchColumns() (columns []string, needed int) {
	const first = 4
	return []string{
		columnService, columnAmount, columnFields, columnReference, columnDescription, columnCustomer, columnMetadata,
	}, first
}

// KnowsBatchColumn refuses a column that no such file has.
func KnowsBatchColumn(name string) error {
	columns, _ := BatchColumns()
	if slices.Contains(columns, name) {
		return nil
	}
	return invalid(name, "batches have no column %q", name).Or("columns: %s", strings.Join(columns, ", "))
}

// A FileRow is a row on its way into a batch.
type FileRow struct {
	ImportRow
	Unread string // why it could not be read; empty if it could
}

// digestOf tells rows apart that stand on the same line of two files. It is
// made of what is kept, so that nobody gets at a card number through it.
func digestOf(kept map[string]string, unread string) string {
	hash := sha256.New()
	for _, column := range slices.Sorted(maps.Keys(kept)) {
		hash.Write([]byte(column + "\x00" + kept[column] + "\x00"))
	}
	hash.Write([]byte("\x00" + unread))
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// keptCells are the cells of a row as they are kept.
func (c *Config) keptCells(cells map[string]string) map[string]string {
	kept := make(map[string]string, len(cells))
	for column, cell := range cells {
		kept[column] = text.Masked(strings.TrimSpace(cell))
	}
	if cell, ok := kept[columnFields]; ok {
		kept[columnFields] = c.maskedFields(kept[columnService], cell)
	}
	return kept
}

// maskedFields is a cell of fields without the numbers of cards, those with a
// wrong check digit among them.
func (c *Config) maskedFields(service, cell string) string {
	cell = text.Masked(cell)
	fields, err := importCells{columnFields: cell}.parsed(columnFields)
	if err != nil {
		return cell
	}
	for _, f := range c.Services[service].Fields {
		if number := fields[f.Key]; f.Luhn && number != "" {
			cell = strings.ReplaceAll(cell, number, text.MaskCard(number))
		}
	}
	return cell
}
