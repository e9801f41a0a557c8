package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
)

// A Column is one thing that a list shows of a request. Each is read from the
// row alone, so that it costs a long list no more than a short one.
type Column struct {
	Name  string // as views, command lines and files have it
	Title string // above it on a screen
	Help  string // a phrase for whoever chooses
	Right bool   // numbers and ages stand to the right

	of func(Reading, RequestRow) any
}

// A Reading is for whom, when and under which configuration rows are read as
// columns.
type Reading struct {
	Config *Config
	By     Reviewer // a viewer sees no details
	Now    time.Time
}

// Approved says how many approvals a request has of those that it needs.
type Approved struct{ Has, Needs int }

// MarshalJSON implements json.Marshaler. It is nothing that a spreadsheet takes
// for a date.
func (a Approved) MarshalJSON() ([]byte, error) {
	return json.Marshal(strconv.Itoa(a.Has) + " of " + strconv.Itoa(a.Needs))
}

// metadataColumn begins the name of a column that shows the value of a
// metadata key.
const metadataColumn = "metadata."

// RequestColumns are the columns that requests have, in an order to choose
// from. Beyond them metadata.KEY shows what the merchant keeps under a key.
func RequestColumns() []Column {
	return slices.Concat(columnsOfItself(), columnsOfPeople(), columnsOfTime())
}

func columnsOfItself() []Column {
	return []Column{
		{"id", "REQUEST", "the request's id", false, func(_ Reading, r RequestRow) any { return string(r.ID) }},
		{"reference", "REFERENCE", "the merchant's reference", false, func(_ Reading, r RequestRow) any { return r.Reference }},
		{"amount", "AMOUNT", "what was asked for", true, func(_ Reading, r RequestRow) any { return r.Amount }},
		{"currency", "CUR", "its currency", false, func(_ Reading, r RequestRow) any { return string(r.Amount.Currency) }},
		{"available", "AVAILABLE", "what can still be allocated", true, func(_ Reading, r RequestRow) any { return r.Available() }},
		{"paid", "PAID", "what was really paid", true, func(_ Reading, r RequestRow) any { return r.Paid }},
		{"status", "STATUS", "where it stands", false, func(_ Reading, r RequestRow) any { return string(r.Status) }},
		{"blocked", "BLOCKED", "why it is blocked", false, func(_ Reading, r RequestRow) any { return string(r.blockReason()) }},
		{"flag", "FLAG", "the one thing to know first: a block, attention, a claim, a signal", false, func(g Reading, r RequestRow) any { return g.flag(r) }},
		{"attention", "ATTENTION", "what a person must look at", false, func(_ Reading, r RequestRow) any { return string(r.Attention) }},
		{"signal", "SIGNAL", "the strongest signal", false, func(_ Reading, r RequestRow) any { return strongest(r.Signals) }},
		{"approvals", "APPROVALS", "how many it has of those that it needs", false, func(g Reading, r RequestRow) any {
			return Approved{len(r.Approvals), g.Config.Needed(r.Request)}
		}},
		{"point", "POINT", "where it came in", false, func(_ Reading, r RequestRow) any { return r.PointID }},
		{"batch", "BATCH", "the batch it is in", false, func(_ Reading, r RequestRow) any { return string(r.BatchID) }},
		{"description", "DESCRIPTION", "what it says it is for", false, func(_ Reading, r RequestRow) any { return r.Description }},
	}
}

func columnsOfPeople() []Column {
	return []Column{
		{"customer", "CUSTOMER", "who is paid: the name, else the reference", false, func(_ Reading, r RequestRow) any {
			return cmp.Or(r.CustomerName, r.CustomerReference)
		}},
		{"customerReference", "CUSTOMER REF", "the customer's reference", false, func(_ Reading, r RequestRow) any { return r.CustomerReference }},
		{"email", "EMAIL", "the customer's email address", false, func(g Reading, r RequestRow) any { return g.Detail(r.CustomerEmail) }},
		{"claimedBy", "CLAIMED", "who has claimed it", false, func(_ Reading, r RequestRow) any { return string(r.Claim.By) }},
		{"instrument", "TO", "the selected instrument: method and ending", false, func(g Reading, r RequestRow) any {
			return g.instrument(r.Instrument)
		}},
		{"method", "METHOD", "the instrument's method", false, func(_ Reading, r RequestRow) any { return r.Instrument.Method }},
		{"ending", "ENDING", "the end of the instrument's number", false, func(_ Reading, r RequestRow) any { return r.Instrument.Ending() }},
		{"service", "SERVICE", "the instrument's service", false, func(_ Reading, r RequestRow) any { return r.Instrument.ServiceID }},
		{"gateway", "GATEWAY", "the accounts that some of it was allocated to", false, func(_ Reading, r RequestRow) any {
			return strings.Join(r.Gateways, " ")
		}},
	}
}

func columnsOfTime() []Column {
	return []Column{
		{"age", "AGE", "how long it has been in its status", true, func(g Reading, r RequestRow) any { return g.Now.Sub(r.StatusSince) }},
		{"old", "OLD", "how long ago it was created", true, func(g Reading, r RequestRow) any { return g.Now.Sub(r.CreatedAt) }},
		{"idle", "IDLE", "how long nothing of it has changed", true, func(g Reading, r RequestRow) any { return g.Now.Sub(r.UpdatedAt) }},
		{"created", "CREATED", "when it was created", false, func(_ Reading, r RequestRow) any { return r.CreatedAt }},
		{"updated", "UPDATED", "when anything of it last changed", false, func(_ Reading, r RequestRow) any { return r.UpdatedAt }},
		{"since", "SINCE", "when it came into its status", false, func(_ Reading, r RequestRow) any { return r.StatusSince }},
	}
}

// columnNamed returns a column by its name.
func columnNamed(name string) (Column, bool) {
	if key, ok := strings.CutPrefix(name, metadataColumn); ok && key != "" {
		return Column{
			Name: name, Title: strings.ToUpper(key), Help: "what the merchant keeps under " + key,
			of: func(_ Reading, r RequestRow) any { return r.Metadata[key] },
		}, true
	}
	all := RequestColumns()
	i := slices.IndexFunc(all, func(c Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return Column{}, false
	}
	return all[i], true
}

// A ShownColumn is a column that somebody chose.
type ShownColumn struct {
	Column
	Width int // cells on a screen; 0 for as wide as it needs
}

// String is the column as a view keeps it: customer, or customer:24.
func (c ShownColumn) String() string {
	if c.Width == 0 {
		return c.Name
	}
	return c.Name + ":" + strconv.Itoa(c.Width)
}

// Bounds of what is shown of requests.
const (
	mostColumns = 40
	// WidestColumn is how wide a column can be made, in cells.
	WidestColumn = 80
	// NarrowestColumn is how narrow.
	NarrowestColumn = 3
)

// ReadColumns reads the columns of a view.
func ReadColumns(names []string) ([]ShownColumn, error) {
	if len(names) > mostColumns {
		return nil, invalid("columns", "there are %d columns", len(names)).Or("at most %d", mostColumns)
	}
	var shown []ShownColumn
	for _, s := range names {
		name, width := sized(s)
		column, ok := columnNamed(name)
		if err := text.Check("the column", name, len(metadataColumn)+longestKey); err != nil {
			return nil, invalid("columns", "%v", err)
		}
		if !ok {
			return nil, invalid("columns", "there is no column %q", name).Or("columns: %s, metadata.KEY", strings.Join(columnNames(), ", "))
		}
		c := ShownColumn{Column: column}
		if width != "" {
			n, err := strconv.Atoi(width)
			if err != nil || n < NarrowestColumn || n > WidestColumn {
				return nil, invalid("columns", "%q is no width for the column %s", width, column.Name).
					Or("%d to %d cells, as %s:24", NarrowestColumn, WidestColumn, column.Name)
			}
			c.Width = n
		}
		if slices.ContainsFunc(shown, func(other ShownColumn) bool { return other.Name == c.Name }) {
			return nil, invalid("columns", "the column %s stands there twice", c.Name)
		}
		shown = append(shown, c)
	}
	return shown, nil
}

// sized divides a column as a view keeps it into name and width.
func sized(s string) (name, width string) {
	at := strings.LastIndex(s, ":")
	if at < 0 || strings.Trim(s[at+1:], "0123456789") != "" && strings.HasPrefix(s, metadataColumn) {
		return s, ""
	}
	return s[:at], cmp.Or(s[at+1:], "nothing")
}

func columnNames() []string {
	var names []string
	for _, c := range RequestColumns() {
		names = append(names, c.Name)
	}
	return names
}

// Value is what a column shows of a row: a string, an amount, a time, a
// duration or [Approved].
func (g Reading) Value(c Column, r RequestRow) any { return c.of(g, r) }

// Detail is what somebody may see of an email address or another detail: of it
// a viewer sees no more than it takes to recognise it.
func (g Reading) Detail(detail string) string {
	if detail == "" || g.By.Role.AtLeast(RoleSupport) {
		return text.Masked(detail)
	}
	return Hidden(detail)
}

// Hidden is the end of a detail, which is enough to recognise it by; of an
// email address its first letter and its domain.
func Hidden(detail string) string {
	if name, domain, ok := strings.Cut(detail, "@"); ok && name != "" {
		return string([]rune(name)[:1]) + "···@" + domain
	}
	return "···· " + text.Ending(detail)
}

// flag is the one thing to know of a request beyond its status.
func (g Reading) flag(r RequestRow) string {
	switch {
	case r.Block != nil:
		return "blocked " + string(r.Block.Reason)
	case r.Attention != "":
		return string(r.Attention)
	case r.Claim.By != "":
		return "claimed by " + string(r.Claim.By)
	}
	if len(r.Signals) > 0 && r.Signals[0].Weight != signal.Hint {
		return strongest(r.Signals)
	}
	return ""
}

// instrument is where the money goes, with all but its end hidden.
func (g Reading) instrument(i Instrument) string {
	for _, f := range g.Config.Services[i.ServiceID].Fields {
		if detail := i.Fields[f.Key]; detail != "" {
			return i.Method + " " + Hidden(detail)
		}
	}
	return strings.TrimSpace(i.Method + " " + i.Ending())
}

func strongest(found []signal.Signal) string {
	if len(found) == 0 {
		return ""
	}
	return string(found[0].Kind)
}

func (r Request) blockReason() BlockReason {
	if r.Block == nil {
		return ""
	}
	return r.Block.Reason
}

// A ShownRow is a request as columns show it. Its JSON has a property for each,
// in their order: amounts as exact numbers, times in UTC, how long something
// lasts in seconds.
type ShownRow struct {
	ID      RequestID
	columns []ShownColumn
	values  []any
}

// Show reads a row as columns show it.
func (g Reading) Show(columns []ShownColumn, r RequestRow) ShownRow {
	shown := ShownRow{ID: r.ID, columns: columns, values: make([]any, len(columns))}
	for i, c := range columns {
		shown.values[i] = g.Value(c.Column, r)
	}
	return shown
}

// MarshalJSON implements json.Marshaler.
func (s ShownRow) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, v := range s.values {
		switch cell := v.(type) {
		case string:
			v = text.Masked(cell)
		case time.Duration:
			v = int64(cell / time.Second)
		}
		name, err := json.Marshal(s.columns[i].Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		separator := ","
		if i == 0 {
			separator = "{"
		}
		b.WriteString(separator)
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	if len(s.values) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
