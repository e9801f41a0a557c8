package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// An Event is one entry of the journal: who did what to which object, when,
// through which door, what changed, and why. The journal is the record, the
// timeline of every request, and what deliveries are made from.
//
// Entries form one chain per request, and one for everything else: each holds
// a hash over itself and its predecessor, and the request's own row holds the
// number and hash of its last. Nothing of an entry can be changed, and none
// removed, without a later hash, number or row giving it away.
type Event struct {
	Seq     int64 // place in the whole journal, from 1, without gaps
	Chain   string
	Number  int // place in its chain, from 1, without gaps
	At      time.Time
	By      ReviewerID
	OSUser  string
	Door    Door
	Type    string // what happened, as payout-request-approved
	Subject Subject
	Version int      // of the request after it; 0 for other subjects
	Changes []Change // fields before and after
	Details []Field  // why, in the words of who did it
	Key     string
	Hash    Hash
}

// A Subject is the object that an event changed.
type Subject struct {
	Kind string // one of the Kind constants
	ID   string
}

// The kinds of subjects.
const (
	KindOrganisation = "organisation"
	KindRequest      = "request"
	KindAllocation   = "allocation"
	KindPayout       = "payout"
	KindComment      = "comment"
	KindCustomer     = "customer"
	KindInstrument   = "instrument"
	KindPayment      = "payment"
	KindPoint        = "point"
	KindService      = "service"
	KindGateway      = "gateway"
	KindGatewayState = "gateway-state" // paused, unhealthy
	KindBalance      = "balance"       // of a gateway account, as somebody told it
	KindRoute        = "route"
	KindScheme       = "routing-scheme"
	KindRates        = "rate-scheme"
	KindSource       = "rate-source"
	KindReviewer     = "reviewer"
	KindRun          = "run"
	KindBatch        = "batch"
	KindImport       = "import"
	KindView         = "view"
	KindSettings     = "settings"
)

// DeskChain is the chain of everything that belongs to no request.
const DeskChain = "desk"

// A Hash is a SHA-256 hash.
type Hash [sha256.Size]byte

// String is the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// A Head is the end of a chain: the number and hash of its last entry.
type Head struct {
	Number int
	Hash   Hash
}

// A Field is the name of a property and its value as JSON text. A property
// that is empty has the value "".
type Field struct{ Name, Value string }

// A Change is a field before and after an event.
type Change struct{ Field, Before, After string }

// changes lists the fields in which after differs from before; before may be
// nil for an object that is new.
func changes(before, after []Field) []Change {
	var list []Change
	for i, f := range after {
		was := ""
		if before != nil {
			was = before[i].Value
		}
		if was != f.Value {
			list = append(list, Change{Field: f.Name, Before: was, After: f.Value})
		}
	}
	return list
}

// Seal makes e the entry after head in its chain and returns the new head.
func (e *Event) Seal(seq int64, head Head) Head {
	e.Seq, e.Number = seq, head.Number+1
	e.Hash = e.hash(head.Hash)
	return Head{Number: e.Number, Hash: e.Hash}
}

// hash is SHA-256 over the previous hash and every property of the entry in
// the order below, each with its length before it. The form is pinned by a
// test: to change it is to break every chain on every disk.
func (e *Event) hash(previous Hash) Hash {
	b := make([]byte, 0, 1024)
	put := func(s string) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	b = append(b, previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	put(e.Chain)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Number))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	put(string(e.By))
	put(e.OSUser)
	put(string(e.Door))
	put(e.Type)
	put(e.Subject.Kind)
	put(e.Subject.ID)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Version))
	put(e.Key)
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Changes)))
	for _, c := range e.Changes {
		put(c.Field)
		put(c.Before)
		put(c.After)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Details)))
	for _, d := range e.Details {
		put(d.Name)
		put(d.Value)
	}
	return sha256.Sum256(b)
}

// Detail returns the value of a detail as text: strings without their quotes.
func (e *Event) Detail(name string) string {
	for _, d := range e.Details {
		if d.Name == name {
			return plain(d.Value)
		}
	}
	return ""
}

// Change returns the field's values before and after, as text.
func (e *Event) Change(field string) (before, after string, ok bool) {
	i := slices.IndexFunc(e.Changes, func(c Change) bool { return c.Field == field })
	if i < 0 {
		return "", "", false
	}
	return plain(e.Changes[i].Before), plain(e.Changes[i].After), true
}

// plain returns a JSON string without its quotes, anything else as it is.
func plain(value string) string {
	var s string
	if len(value) > 0 && value[0] == '"' && json.Unmarshal([]byte(value), &s) == nil {
		return s
	}
	return value
}

// textField is a field that holds a string.
func textField(name, s string) Field {
	if s == "" {
		return Field{Name: name}
	}
	return Field{Name: name, Value: quote(s)}
}

// amountField is a field that holds an amount; its currency stands beside it.
func amountField(name string, a money.Amount) Field {
	if a.IsZero() {
		return Field{Name: name}
	}
	return Field{Name: name, Value: a.String()}
}

// numberField is a field that holds a count.
func numberField(name string, n int) Field {
	if n == 0 {
		return Field{Name: name}
	}
	return Field{Name: name, Value: strconv.Itoa(n)}
}

// flagField is a field that holds yes or no.
func flagField(name string, yes bool) Field {
	if !yes {
		return Field{Name: name}
	}
	return Field{Name: name, Value: "true"}
}

// timeField is a field that holds a time, or none.
func timeField(name string, t time.Time) Field {
	if t.IsZero() {
		return Field{Name: name}
	}
	return Field{Name: name, Value: quote(t.UTC().Format(time.RFC3339Nano))}
}

// objectField is a field that holds a structure; nil and empty ones have no value.
func objectField(name string, v any) Field {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice, reflect.Map:
		if r.Len() == 0 {
			return Field{Name: name}
		}
	case reflect.Pointer:
		if r.IsNil() {
			return Field{Name: name}
		}
	}
	raw, err := json.Marshal(v)
	if err != nil { // our own types marshal
		panic(err)
	}
	switch string(raw) {
	case "null", "[]", "{}", `""`:
		return Field{Name: name}
	}
	return Field{Name: name, Value: string(raw)}
}

// quote writes s as a JSON string. Ids and words need no escaping, and are
// most of what is recorded.
func quote(s string) string {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c > '~' || c == '<' || c == '>' || c == '&' {
			return quoteSlow(s)
		}
	}
	return `"` + s + `"`
}

func quoteSlow(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil { // strings encode
		panic(err)
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
