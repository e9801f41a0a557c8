package route

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/purserhq/purser/engine/money"
)

// An Attribute is what a condition asks of a request.
type Attribute string

// The attributes. Amounts are in major units; times are UTC.
const (
	AttributeAmount          Attribute = "amount" // in the request's currency
	AttributeAmountUSD       Attribute = "amount-usd"
	AttributeAmountEUR       Attribute = "amount-eur"
	AttributeCurrency        Attribute = "currency" // a known code
	AttributeService         Attribute = "service"
	AttributeCustomerCountry Attribute = "customer-country" // two capital letters
	AttributeTag             Attribute = "tag"              // any of the customer's
	AttributeMetadata        Attribute = "metadata"         // the value under Key
	AttributeCardBrand       Attribute = "card-brand"
	AttributeCardCountry     Attribute = "card-country" // two capital letters
	AttributeDayOfWeek       Attribute = "day-of-week"  // Monday is 1, Sunday 7
	AttributeDayOfMonth      Attribute = "day-of-month"
	AttributeDayOfYear       Attribute = "day-of-year"
	AttributeMonth           Attribute = "month"
	AttributeHour            Attribute = "hour"           // 0 to 23
	AttributeRandomPercent   Attribute = "random-percent" // 0 to 99, drawn once for each request
)

// A kindOfValue is what an attribute is compared as.
type kindOfValue int

const (
	amounts   kindOfValue = iota // numbers from zero up
	wholes                       // whole numbers within bounds
	words                        // any text
	countries                    // two capital letters
)

// A trait is what is known of an attribute.
type trait struct {
	name        string // for people
	kind        kindOfValue
	missing     bool  // a request may lack it
	least, most int64 // of a whole number
}

var traits = map[Attribute]trait{
	AttributeAmount:          {name: "amount", kind: amounts},
	AttributeAmountUSD:       {name: "amount in USD", kind: amounts, missing: true},
	AttributeAmountEUR:       {name: "amount in EUR", kind: amounts, missing: true},
	AttributeCurrency:        {name: "currency", kind: words},
	AttributeService:         {name: "service", kind: words},
	AttributeCustomerCountry: {name: "customer country", kind: countries, missing: true},
	AttributeTag:             {name: "tag", kind: words, missing: true},
	AttributeMetadata:        {name: "metadata", kind: words, missing: true},
	AttributeCardBrand:       {name: "card brand", kind: words, missing: true},
	AttributeCardCountry:     {name: "card country", kind: countries, missing: true},
	AttributeDayOfWeek:       {name: "day of week", kind: wholes, least: 1, most: 7},
	AttributeDayOfMonth:      {name: "day of month", kind: wholes, least: 1, most: 31},
	AttributeDayOfYear:       {name: "day of year", kind: wholes, least: 1, most: 366},
	AttributeMonth:           {name: "month", kind: wholes, least: 1, most: 12},
	AttributeHour:            {name: "hour", kind: wholes, least: 0, most: 23},
	AttributeRandomPercent:   {name: "random percent", kind: wholes, least: 0, most: 100},
}

// numeric reports whether the attribute is compared as a number.
func (t trait) numeric() bool { return t.kind == amounts || t.kind == wholes }

// operators lists what an attribute can be compared by.
func (t trait) operators() []Operator {
	list := []Operator{
		OperatorEqual, OperatorNotEqual, OperatorLess, OperatorAtMost, OperatorMore, OperatorAtLeast,
		OperatorIn, OperatorNotIn,
	}
	if !t.numeric() {
		list = []Operator{OperatorEqual, OperatorNotEqual, OperatorMatches, OperatorIn, OperatorNotIn}
	}
	if t.missing {
		list = append(list, OperatorExists)
	}
	return list
}

// number returns a numeric attribute, and false if the request lacks it.
func (in *Input) number(a Attribute) (decimal.Decimal, bool) {
	r, now := &in.Request, in.Now.UTC()
	switch a {
	case AttributeAmount:
		return r.Amount.Decimal(), true
	case AttributeAmountUSD:
		return converted(r.AmountUSD)
	case AttributeAmountEUR:
		return converted(r.AmountEUR)
	case AttributeDayOfWeek:
		return whole((int(now.Weekday())+6)%7 + 1)
	case AttributeDayOfMonth:
		return whole(now.Day())
	case AttributeDayOfYear:
		return whole(now.YearDay())
	case AttributeMonth:
		return whole(int(now.Month()))
	case AttributeHour:
		return whole(now.Hour())
	case AttributeRandomPercent:
		chance := in.chance("percent")
		return whole(int(chance.below(100)))
	}
	return decimal.Zero, false
}

func whole(n int) (decimal.Decimal, bool) { return decimal.NewFromInt(int64(n)), true }

func converted(a money.Amount) (decimal.Decimal, bool) { return a.Decimal(), a.Currency != "" }

// texts returns what the request has of an attribute that is no number: of
// tags any number, of the others one or none.
func (in *Input) texts(a Attribute, key string) []string {
	r := &in.Request
	switch a {
	case AttributeTag:
		return r.Tags
	case AttributeMetadata:
		value, ok := r.Metadata[key]
		if !ok {
			return nil
		}
		return []string{value}
	case AttributeCurrency:
		return present(string(r.Amount.Currency))
	case AttributeService:
		return present(r.Service)
	case AttributeCustomerCountry:
		return present(r.CustomerCountry)
	case AttributeCardBrand:
		return present(r.CardBrand)
	case AttributeCardCountry:
		return present(r.CardCountry)
	}
	return nil
}

func present(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// attributes lists the attributes by name.
func attributes() []string {
	var list []string
	for a := range traits {
		list = append(list, string(a))
	}
	slices.Sort(list)
	return list
}

// alternatives lists what could stand somewhere.
func alternatives[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = string(word)
	}
	return strings.Join(words, ", ")
}
