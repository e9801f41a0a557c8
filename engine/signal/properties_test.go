package signal_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
	"github.com/purserhq/purser/engine/text"
)

// Whatever is known of a request: no panic, the same signals for the same
// facts, each kind once, clean evidence, and evidence that is true.
func TestAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		all := signal.Find(in)
		if again := signal.Find(in); !reflect.DeepEqual(all, again) {
			t.Fatalf("%v, and then %v", all, again)
		}
		seen := map[signal.Kind]bool{}
		for i, s := range all {
			if seen[s.Kind] || !slices.Contains(signal.Kinds(), s.Kind) {
				t.Fatalf("%s twice, or unknown", s.Kind)
			}
			seen[s.Kind] = true
			if i > 0 && slices.Index(signal.Weights(), s.Weight) < slices.Index(signal.Weights(), all[i-1].Weight) {
				t.Fatalf("%s after %s", s.Weight, all[i-1].Weight)
			}
			if s.Evidence == "" || s.Evidence != text.Line(string(s.Evidence)) {
				t.Fatalf("%s: unclean evidence %q", s.Kind, s.Evidence)
			}
			if !isTrue(in, s) {
				t.Fatalf("%s %s: %q is not true of %+v", s.Weight, s.Kind, s.Evidence, in)
			}
		}
	})
}

// isTrue looks for what the evidence tells in the input, by other means than
// those that found it.
func isTrue(in signal.Input, s signal.Signal) bool {
	says := func(words string) bool { return strings.Contains(string(s.Evidence), string(text.Line(words))) }
	switch s.Kind {
	case signal.Duplicate:
		return slices.ContainsFunc(in.Others, func(o signal.Other) bool {
			return o.Amount == in.Amount && o.Instrument == in.Instrument.ID && !o.Void && says(o.Status) && says(in.Amount.Text())
		})
	case signal.ManyRequests:
		return len(in.Others) >= 3
	case signal.SharedInstrument:
		return says(in.Shared[0])
	case signal.NameDiffers:
		return says(in.Customer.Name) && says(signal.Holder(in.Instrument.Fields))
	case signal.AboveExposure:
		return in.Exposure.Known && in.Amount.Minor+in.Exposure.Out.Minor > in.Exposure.In.Minor && says(in.Amount.Text())
	case signal.UnderThreshold:
		return slices.ContainsFunc(in.Thresholds, func(h signal.Threshold) bool {
			return h.Amount.Currency == in.Policy.Currency && h.Amount.Minor >= in.Policy.Minor && says(h.Amount.Text()) && says(h.Beyond)
		})
	case signal.CountryMismatch:
		return says(in.Customer.Country) && says(signal.Country(in.Instrument.Fields))
	case signal.EarlierBlock:
		return slices.ContainsFunc(in.Blocks, func(b signal.Block) bool { return says(b.Reason) })
	case signal.ControlCharacters:
		return text.HasControl(in.Customer.Name) || text.HasControl(signal.Holder(in.Instrument.Fields))
	case signal.FirstPayout:
		return !in.Instrument.Paid
	default: // new customer
		return in.At.Sub(in.Customer.Since) <= 7*day
	}
}

func anyInput(t *rapid.T) signal.Input {
	some := rapid.SampledFrom([]string{"", "a", "Sample Customer", "s. customer", "\x1b[31mred", "x\u202ey", "張偉", "\xff", "XX", "DE"})
	word := rapid.OneOf(some, rapid.String())
	at := rapid.Custom(func(t *rapid.T) time.Time {
		steps := []time.Duration{0, time.Second, minute, hour, day, 7 * day, 90 * day}
		step := rapid.SampledFrom(steps).Draw(t, "step")
		return noon.Add(step*time.Duration(rapid.IntRange(-3, 3).Draw(t, "steps")) + time.Duration(rapid.IntRange(-1, 1).Draw(t, "border")))
	})
	amount := rapid.Custom(func(t *rapid.T) money.Amount {
		minor := rapid.OneOf(rapid.Int64Range(90, 110), rapid.Int64Range(0, money.MaxMinor))
		return money.New(minor.Draw(t, "minor"), "USD")
	})
	in := signal.Input{
		Request: word.Draw(t, "request"), Derived: rapid.Bool().Draw(t, "derived"),
		Amount: amount.Draw(t, "amount"), Policy: amount.Draw(t, "policy"), At: noon,
		Customer: signal.Customer{Name: word.Draw(t, "name"), Country: word.Draw(t, "country"), Since: at.Draw(t, "since")},
		Instrument: signal.Instrument{
			ID: word.Draw(t, "instrument"), Paid: rapid.Bool().Draw(t, "paid"), PaidElsewhere: rapid.Bool().Draw(t, "elsewhere"),
			Fields: map[string]string{
				"holder": word.Draw(t, "holder"), "iban": word.Draw(t, "iban"), "country": word.Draw(t, "there"),
			},
		},
		OthersCut: rapid.Bool().Draw(t, "cut"), SharedCut: rapid.Bool().Draw(t, "more"),
		Shared:   rapid.SliceOfN(word, 0, 5).Draw(t, "shared"),
		Exposure: signal.Exposure{Known: rapid.Bool().Draw(t, "known"), In: amount.Draw(t, "in"), Out: amount.Draw(t, "out")},
	}
	for range rapid.IntRange(0, 9).Draw(t, "others") {
		in.Others = append(in.Others, signal.Other{
			ID: word.Draw(t, "other"), Derived: rapid.Bool().Draw(t, "part"), Void: rapid.Bool().Draw(t, "void"),
			Amount:     rapid.SampledFrom([]money.Amount{in.Amount, in.Policy}).Draw(t, "other amount"),
			Instrument: rapid.SampledFrom([]string{in.Instrument.ID, "else"}).Draw(t, "other instrument"),
			Status:     word.Draw(t, "status"), At: at.Draw(t, "at"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "thresholds") {
		in.Thresholds = append(in.Thresholds, signal.Threshold{Amount: amount.Draw(t, "threshold"), Beyond: word.Draw(t, "beyond")})
		in.Blocks = append(in.Blocks, signal.Block{
			Request: rapid.SampledFrom([]string{in.Request, "pout_req_2"}).Draw(t, "blocked"), At: at.Draw(t, "block at"),
			Reason: rapid.SampledFrom([]string{"fraud-suspected", "aml-review", "other"}).Draw(t, "reason"), Stands: rapid.Bool().Draw(t, "stands"),
		})
	}
	return in
}

// FuzzNames: names come from outside.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"Sample Customer", "S. Customer", "\x1b]0;x\a", "", "a\u0301\u0301\u0301", "\xff\xfe"} {
		f.Add(name, "Sample Customer", "DE00SAMPLE00000001")
	}
	f.Fuzz(func(t *testing.T, customer, holder, iban string) {
		in := plain()
		in.Customer.Name = customer
		in.Instrument.Fields = map[string]string{"holder": holder, "iban": iban}
		for _, s := range signal.Find(in) {
			if s.Evidence != text.Line(string(s.Evidence)) {
				t.Errorf("unclean evidence %q", s.Evidence)
			}
		}
		in.Instrument.Fields["holder"] = customer
		for _, s := range signal.Find(in) {
			if s.Kind == signal.NameDiffers {
				t.Errorf("%q differs from itself", customer)
			}
		}
	})
}
