package signal_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/signal"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

func usd(s string) money.Amount {
	a, err := money.Parse(s, "USD")
	if err != nil {
		panic(err)
	}
	return a
}

// plain is a request that nothing speaks against.
func plain() signal.Input {
	return signal.Input{
		Request: "pout_req_1", Amount: usd("100"), Policy: usd("100"), At: noon,
		Customer: signal.Customer{Name: "Sample Customer", Country: "DE", Since: noon.Add(-365 * day)},
		Instrument: signal.Instrument{
			ID: "inst_1", Paid: true, Fields: map[string]string{"iban": "DE00SAMPLE00000001", "holder": "Sample Customer"},
		},
		Exposure:   signal.Exposure{Known: true, In: usd("1000"), Out: usd("100")},
		Thresholds: []signal.Threshold{{Amount: usd("1000"), Beyond: "2 approvals are needed"}},
	}
}

// other is another request for the same, so long after noon.
func other(after time.Duration, edit ...func(*signal.Other)) signal.Other {
	o := signal.Other{ID: "pout_req_OTHER1", Amount: usd("100"), Instrument: "inst_1", Status: "ready", At: noon.Add(after)}
	for _, e := range edit {
		e(&o)
	}
	return o
}

func differs(o *signal.Other) { o.Amount = usd("99.99") }

// several are n requests for something else, within a day before noon.
func several(n int) (list []signal.Other) {
	for i := range n {
		list = append(list, other(-time.Duration(i)*minute, differs))
	}
	return list
}

func TestPlain(t *testing.T) {
	if found := signal.Find(plain()); len(found) != 0 {
		t.Errorf("a plain request has %v", found)
	}
}

// Each case makes one thing of a plain request different. An empty want means
// that there is no signal of the kind.
func TestKinds(t *testing.T) {
	type edit = func(in *signal.Input)
	others := func(list ...signal.Other) edit { return func(in *signal.Input) { in.Others = list } }
	amount := func(s string) edit {
		return func(in *signal.Input) { in.Amount, in.Policy = usd(s), usd(s) }
	}
	field := func(key, value string) edit {
		return func(in *signal.Input) { in.Instrument.Fields = map[string]string{key: value} }
	}
	names := func(customer, holder string) edit {
		return func(in *signal.Input) {
			in.Customer.Name, in.Instrument.Fields = customer, map[string]string{"holder": holder}
		}
	}
	since := func(before time.Duration) edit {
		return func(in *signal.Input) { in.Customer.Since = noon.Add(-before) }
	}
	exposure := func(in, out string) edit {
		return func(i *signal.Input) { i.Exposure = signal.Exposure{Known: true, In: usd(in), Out: usd(out)} }
	}
	block := func(request, reason string, before time.Duration, stands bool) edit {
		return func(in *signal.Input) {
			in.Blocks = append(in.Blocks, signal.Block{Request: request, Reason: reason, At: noon.Add(-before), Stands: stands})
		}
	}
	tests := []struct {
		name string
		kind signal.Kind
		want string // weight and evidence
		edit edit
	}{
		{"minutes before", signal.Duplicate, "warning: 100.00 USD to the same instrument was asked for 3 minutes before as well: …OTHER1, ready", others(other(-3 * minute))},
		{"later counts too", signal.Duplicate, "warning: 100.00 USD to the same instrument was asked for 5 hours later as well: …OTHER1, ready", others(other(5 * hour))},
		{"at once", signal.Duplicate, "warning: 100.00 USD to the same instrument was asked for at the same moment as well: …OTHER1, ready", others(other(0))},
		{"a day", signal.Duplicate, "warning: 100.00 USD to the same instrument was asked for 24 hours before as well: …OTHER1, ready", others(other(-day))},
		{"more than a day", signal.Duplicate, "note: 100.00 USD to the same instrument was asked for 24 hours before as well: …OTHER1, ready", others(other(-day - time.Second))},
		{"a week", signal.Duplicate, "note: 100.00 USD to the same instrument was asked for 7 days before as well: …OTHER1, ready", others(other(-7 * day))},
		{"more than a week", signal.Duplicate, "", others(other(-7*day - time.Microsecond))},
		{"the nearest is told", signal.Duplicate, "warning: 100.00 USD to the same instrument was asked for 1 second later as well: …NEAR, ready", others(other(-hour), other(time.Second, func(o *signal.Other) { o.ID = "…NEAR" }))},
		{"another amount", signal.Duplicate, "", others(other(-hour, differs))},
		{"another currency", signal.Duplicate, "", others(other(-hour, func(o *signal.Other) { o.Amount.Currency = "EUR" }))},
		{"another instrument", signal.Duplicate, "", others(other(-hour, func(o *signal.Other) { o.Instrument = "inst_2" }))},
		{"canceled", signal.Duplicate, "", others(other(-hour, func(o *signal.Other) { o.Void = true }))},
		{"a part of something", signal.Duplicate, "", others(other(-hour, func(o *signal.Other) { o.Derived = true }))},
		{"of a part of something", signal.Duplicate, "", func(in *signal.Input) { in.Derived, in.Others = true, []signal.Other{other(-hour)} }},
		{"no instrument", signal.Duplicate, "", func(in *signal.Input) {
			in.Instrument = signal.Instrument{}
			in.Others = []signal.Other{other(-hour, func(o *signal.Other) { o.Instrument = "" })}
		}},

		{"two others", signal.ManyRequests, "", others(several(2)...)},
		{"three others", signal.ManyRequests, "note: it is request 4 of the customer within 24 hours", others(several(3)...)},
		{"six others", signal.ManyRequests, "note: it is request 7 of the customer within 24 hours", others(several(6)...)},
		{"seven others", signal.ManyRequests, "warning: it is request 8 of the customer within 24 hours", others(several(7)...)},
		{"not all were read", signal.ManyRequests, "warning: it is request at least 8 of the customer within 24 hours", func(in *signal.Input) { in.Others, in.OthersCut = several(7), true }},
		{"one a day before", signal.ManyRequests, "note: it is request 4 of the customer within 24 hours", others(append(several(2), other(-day, differs))...)},
		{"one longer before", signal.ManyRequests, "", others(append(several(2), other(-day-time.Microsecond, differs))...)},
		{"one later", signal.ManyRequests, "", others(append(several(2), other(minute, differs))...)},
		{"of a part", signal.ManyRequests, "", func(in *signal.Input) { in.Others, in.Derived = several(9), true }},

		{"another customer", signal.SharedInstrument, "warning: Sample Two has an instrument with the same details", func(in *signal.Input) { in.Shared = []string{"Sample Two"} }},
		{"a card, of which a part is known", signal.SharedInstrument, "note: Sample Two has a card that looks the same: of its number a part is kept", func(in *signal.Input) {
			in.Shared, in.Instrument.Fields = []string{"Sample Two"}, map[string]string{"card_number": "411111******1111"}
		}},
		{"three others", signal.SharedInstrument, "warning: A, B, C have an instrument with the same details", func(in *signal.Input) { in.Shared = []string{"A", "B", "C"} }},
		{"more others", signal.SharedInstrument, "warning: A, B, C and others have an instrument with the same details", func(in *signal.Input) { in.Shared = []string{"A", "B", "C", "D"} }},
		{"not all were read", signal.SharedInstrument, "warning: A and others have an instrument with the same details", func(in *signal.Input) { in.Shared, in.SharedCut = []string{"A"}, true }},

		{"another name", signal.NameDiffers, "warning: the account is in the name of Sample Payee, the customer is Sample Customer", names("Sample Customer", "Sample Payee")},
		{"accents, case, order", signal.NameDiffers, "", names("José  van-der MÜLLER", "muller, jose van der")},
		{"an initial", signal.NameDiffers, "", names("Sample Q Customer", "S. Customer")},
		{"a middle name", signal.NameDiffers, "", names("Sample Customer", "SAMPLE MIDDLE CUSTOMER")},
		{"one letter is not another", signal.NameDiffers, "warning: the account is in the name of X. Customer, the customer is Sample Customer", names("Sample Customer", "X. Customer")},
		{"twice the same word", signal.NameDiffers, "warning: the account is in the name of Sample Sample, the customer is Sample Customer", names("Sample Customer", "Sample Sample")},
		{"another script", signal.NameDiffers, "warning: the account is in the name of Sample, the customer is 張偉", names("張偉", "Sample")},
		{"no name there", signal.NameDiffers, "", field("iban", "DE00SAMPLE00000001")},
		{"no name here", signal.NameDiffers, "", names("", "Sample Payee")},

		{"the first ever", signal.FirstPayout, "hint: nothing was paid to this instrument yet, nor to another one of the customer", func(in *signal.Input) { in.Instrument.Paid = false }},
		{"paid elsewhere before", signal.FirstPayout, "note: nothing was paid to this instrument yet; the customer was paid elsewhere before", func(in *signal.Input) { in.Instrument.Paid, in.Instrument.PaidElsewhere = false, true }},
		{"no instrument", signal.FirstPayout, "", func(in *signal.Input) { in.Instrument = signal.Instrument{} }},

		{"all of it", signal.AboveExposure, "", amount("900")},
		{"a cent more", signal.AboveExposure, "note: 900.01 USD is asked for; the customer paid in 1,000.00 USD and got out 100.00 USD", amount("900.01")},
		{"nine times", signal.AboveExposure, "note: 8,999.99 USD is asked for; the customer paid in 1,000.00 USD and got out 100.00 USD", amount("8999.99")},
		{"ten times", signal.AboveExposure, "warning: 9,000.00 USD is asked for; the customer paid in 1,000.00 USD and got out 100.00 USD", amount("9000")},
		{"more got out than in", signal.AboveExposure, "note: 100.00 USD is asked for; the customer paid in 10.00 USD and got out 50.00 USD", exposure("10", "50")},
		{"never paid in", signal.AboveExposure, "hint: the customer never paid in any USD; 100.00 USD is asked for", exposure("0", "0")},
		{"not known", signal.AboveExposure, "", func(in *signal.Input) { in.Exposure = signal.Exposure{} }},

		{"a cent under", signal.UnderThreshold, "note: it is 0.01 USD under 1,000.00 USD, above which 2 approvals are needed", amount("999.99")},
		{"exactly", signal.UnderThreshold, "note: it is exactly 1,000.00 USD, above which 2 approvals are needed", amount("1000")},
		{"above", signal.UnderThreshold, "", amount("1000.01")},
		{"a twentieth under", signal.UnderThreshold, "note: it is 50.00 USD under 1,000.00 USD, above which 2 approvals are needed", amount("950")},
		{"further under", signal.UnderThreshold, "", amount("949.99")},
		{"what counts is the policy amount", signal.UnderThreshold, "note: it is 1.00 USD under 1,000.00 USD, above which 2 approvals are needed", func(in *signal.Input) { in.Policy = usd("999") }},
		{"the lowest is told", signal.UnderThreshold, "note: it is exactly 100.00 USD, above which rev1 may not approve", func(in *signal.Input) {
			in.Thresholds = []signal.Threshold{{usd("101"), "x"}, {usd("100"), "rev1 may not approve"}, {money.New(100_00, "EUR"), "y"}}
		}},

		{"another country", signal.CountryMismatch, "note: the account is in NL, the customer in DE", field("iban", "nl00 SAMPLE 0000 0001")},
		{"a field says it", signal.CountryMismatch, "note: the account is in FR, the customer in DE", field("country", "fr")},
		{"no real country", signal.CountryMismatch, "", field("iban", "XX00SAMPLE00000001")},
		{"no IBAN", signal.CountryMismatch, "", field("iban", "NLSAMPLE0000000001")},
		{"the customer's is not known", signal.CountryMismatch, "", func(in *signal.Input) { in.Customer.Country = "" }},

		{"joined just now", signal.NewCustomer, "note: the customer joined at the same moment", since(0)},
		{"a day ago", signal.NewCustomer, "note: the customer joined 24 hours before", since(day)},
		{"more than a day ago", signal.NewCustomer, "hint: the customer joined 24 hours before", since(day + time.Second)},
		{"a week ago", signal.NewCustomer, "hint: the customer joined 7 days before", since(7 * day)},
		{"more than a week ago", signal.NewCustomer, "", since(7*day + time.Microsecond)},
		{"nobody knows", signal.NewCustomer, "", func(in *signal.Input) { in.Customer.Since = time.Time{} }},

		{"another one, of suspected fraud", signal.EarlierBlock, "warning: another request, REQ002, was blocked for fraud-suspected 90 days before", block("REQ002", "fraud-suspected", 90*day, false)},
		{"long ago", signal.EarlierBlock, "note: another request, REQ002, was blocked for fraud-suspected 91 days before", block("REQ002", "fraud-suspected", 91*day, false)},
		{"another one", signal.EarlierBlock, "note: another request, REQ002, is blocked for other 3 days before", block("REQ002", "other", 3*day, true)},
		{"itself", signal.EarlierBlock, "hint: this request was blocked for fraud-suspected before, and unblocked", block("pout_req_1", "fraud-suspected", -hour, false)},
		{"itself, still", signal.EarlierBlock, "", block("pout_req_1", "fraud-suspected", -hour, true)},
		{"what weighs most is told", signal.EarlierBlock, "warning: another request, REQ003, was blocked for aml-review 2 days before", func(in *signal.Input) {
			block("pout_req_1", "other", -hour, false)(in)
			block("REQ002", "other", day, false)(in)
			block("REQ003", "aml-review", 2*day, false)(in)
		}},

		{"a terminal command", signal.ControlCharacters, "warning: the customer's name holds characters that cannot be shown: Sample␛[2J", func(in *signal.Input) { in.Customer.Name = "Sample\x1b[2J" }},
		{"on the instrument", signal.ControlCharacters, "warning: the instrument's name holds characters that cannot be shown: Sample\ufffd", names("Sample", "Sample\u202e")},
		{"other letters", signal.ControlCharacters, "", names("張偉 عميل", "張偉 عميل")},
	}
	for _, test := range tests {
		t.Run(string(test.kind)+"/"+test.name, func(t *testing.T) {
			in := plain()
			test.edit(&in)
			got := ""
			for _, s := range signal.Find(in) {
				if s.Kind == test.kind {
					got = fmt.Sprintf("%s: %s", s.Weight, s.Evidence)
				}
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestStrongestFirst(t *testing.T) {
	in := plain()
	in.Customer.Since = noon.Add(-2 * day)               // a hint
	in.Amount, in.Policy = usd("999"), usd("999")        // two notes
	in.Others = []signal.Other{other(-2 * hour)}         // nothing: another amount
	in.Shared, in.Exposure.Out = []string{"B"}, usd("2") // a warning
	var kinds []signal.Kind
	all := signal.Find(in)
	for _, s := range all {
		kinds = append(kinds, s.Kind)
	}
	want := []signal.Kind{signal.SharedInstrument, signal.AboveExposure, signal.UnderThreshold, signal.NewCustomer}
	if !slices.Equal(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
	if w := signal.Warnings(all); len(w) != 1 || w[0].Kind != signal.SharedInstrument || len(all) != 4 {
		t.Errorf("warnings %v of %v", w, all)
	}
	if signal.Digest(all) == signal.Digest(all[1:]) || signal.Digest(nil) != signal.Digest([]signal.Signal{}) {
		t.Error("the digest does not tell signals apart")
	}
}
