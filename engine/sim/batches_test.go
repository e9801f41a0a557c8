package sim_test

import (
	"fmt"
	"io"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/table"
)

// A paper is a file of payouts that somebody gives the desk: once, or again
// after its process died.
type paper struct {
	reference string
	file      string
	rows      int
}

// file is somebody who gives the desk a file of payouts, a new one or one that
// was given before.
func (s *seat) file() deed {
	if len(s.papers) == 0 || s.dice.IntN(3) == 0 {
		s.papers = append(s.papers, s.write())
	}
	p, by := pick(s.world, s.papers), pick(s.world, people)
	name := fmt.Sprintf("%s: file %s of %d rows", by, p.reference, p.rows)
	return deed{name: name, by: by, verb: engine.VerbCreate, do: func() error {
		rows, err := table.NewCSVReader(strings.NewReader(p.file), engine.KnowsBatchColumn)
		if err != nil {
			return err
		}
		var given []engine.FileRow
		for {
			row, err := rows.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
			given = append(given, engine.FileRow{ImportRow: engine.ImportRow(row)})
		}
		_, taken, err := s.ImportBatch(s.ctx, as(by), engine.BatchFile{Reference: p.reference, PointID: "main"}, given)
		if err == nil && len(taken) != p.rows {
			s.fail("%s: %d rows were taken in", name, len(taken))
		}
		return err
	}}
}

// write writes a file in which a row may make no sense.
func (w *world) write() paper {
	p := paper{reference: fmt.Sprintf("file %d", len(w.papers)+1), rows: 1 + w.dice.IntN(3)}
	p.file = "service,service_amount,fields_data,reference_id,customer\n"
	for n := range p.rows {
		account, customer := fmt.Sprintf("account:%d", 100_000+w.dice.IntN(3)), 1+w.dice.IntN(len(w.instruments))
		if w.dice.IntN(5) == 0 {
			account = "" // it is required
		}
		p.file += fmt.Sprintf("test_usd,%d.%02d,%s,%s-%d,reference_id:c-%d\n",
			1+w.dice.IntN(400), w.dice.IntN(100), account, strings.ReplaceAll(p.reference, " ", "-"), n, customer)
	}
	return p
}

// batch does something with all the requests of a batch, as they are seen.
func (s *seat) batch() deed {
	var batches []engine.BatchID
	for _, id := range s.oracle.order {
		if b := s.oracle.files[id].request.BatchID; b != "" {
			batches = append(batches, b)
		}
	}
	if len(batches) == 0 {
		return s.file()
	}
	of, by := engine.Selection{Batch: pick(s.world, batches)}, pick(s.world, people)
	action := engine.RunAction{Verb: pick(s.world, []engine.Verb{
		engine.VerbReady, engine.VerbApprove, engine.VerbAutoAllocate, engine.VerbProcess, engine.VerbUnblock,
	})}
	name := fmt.Sprintf("%s: %s all of %s", by, action.Verb, of.Batch)
	return deed{name: name, by: by, verb: action.Verb, do: func() error {
		p, err := s.PreviewRun(s.ctx, as(by), of, action)
		if err != nil {
			return err
		}
		_, err = s.StartRun(s.ctx, as(by), p)
		return err
	}}
}
