package engine

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/purserhq/purser/engine/table"
)

// A TimelineEntry is an entry of a request's timeline with the words of its
// comment, which the journal keeps elsewhere so that they can be withdrawn.
type TimelineEntry struct {
	Event
	Message string // "" for none, or none any more
}

// Entries are the entries of the timeline, oldest first.
func (d Dossier) Entries() []TimelineEntry {
	entries := make([]TimelineEntry, len(d.Timeline))
	for i, e := range d.Timeline {
		entries[i] = TimelineEntry{e, d.Comments[e.Subject.ID].Text}
	}
	return entries
}

// TimelineProperties are the properties of an entry's JSON, in the order of a
// CSV file.
func TimelineProperties() []string {
	return []string{
		"seq", "number", "type", "occurredTime", "by", "osUser", "door", "subjectKind", "subjectId",
		"version", "changes", "details", "message", "hash",
	}
}

// MarshalJSON implements json.Marshaler.
func (e TimelineEntry) MarshalJSON() ([]byte, error) {
	raw, err := e.Event.MarshalJSON()
	if err != nil || e.Message == "" {
		return raw, err
	}
	words, err := json.Marshal(e.Message)
	if err != nil {
		return nil, err
	}
	raw = append(bytes.TrimSuffix(raw, []byte("}")), `,"message":`...)
	return append(append(raw, words...), '}'), nil
}

// WriteTimeline writes entries in a form.
func WriteTimeline(entries []TimelineEntry, form ExportForm, out io.Writer) error {
	if form == ExportLines {
		lines := table.NewJSONLines(out)
		for _, e := range entries {
			if err := lines.Write(e); err != nil {
				return err
			}
		}
		return nil
	}
	rows, names := table.NewCSVWriter(out), TimelineProperties()
	err := rows.Write(names...)
	for _, e := range entries {
		if err != nil {
			return err
		}
		var cells []string
		if cells, err = table.Cells(e, names); err == nil {
			err = rows.Write(cells...)
		}
	}
	if err != nil {
		return err
	}
	return rows.Flush()
}
