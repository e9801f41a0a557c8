package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/money"
)

// A payee is a customer with ways to be paid, the favourite first.
type payee struct {
	engine.Customer
	number int
	ways   []engine.Instrument
	asked  map[int64]bool // amounts it has asked for, so that none looks like a duplicate by chance
	paid   bool           // a request of it was fulfilled
}

func (p *payee) currency() money.Currency { return p.ways[0].Currency }

// A tongue is what a sample customer is called somewhere, followed by its
// number. The names are wide, narrow, accented, joined and right to left, and
// none of them could be somebody's.
type tongue struct{ name, countries string }

var tongues = []tongue{
	{"样例客户", "CN TW SG"},
	{"サンプル顧客", "JP"},
	{"견본 고객", "KR"},
	{"عميل تجريبي", "EG AE MA"},
	{"לקוח לדוגמה", "IL"},
	{"مشتری نمونه", "IR"},
	{"Образец клиента", "BG RS"},
	{"Δείγμα πελάτη", "GR CY"},
	{"ลูกค้าตัวอย่าง", "TH"},
	{"नमूना ग्राहक", "IN NP"},
	{"Client échantillon", "FR BE CA"},
	{"Beispielkundin Größe", "DE AT CH"},
	{"Cliente de muestra Ñ", "ES MX AR"},
	{"Vzorový zákazník", "CZ SK"},
	{"Örnek müşteri", "TR"},
	{"Khách hàng mẫu", "VN"},
	{"Sample Customer with a Name That Is Longer Than Any Column Would Like", "US"},
}

var plain = tongue{"Sample Customer", "US GB IE AU CA NZ"}

// newCustomer draws the n-th customer of a desk.
func newCustomer(dice *rand.Rand, n int) engine.NewCustomer {
	speaks := plain
	if dice.IntN(100) < 40 {
		speaks = pick(dice, tongues)
	}
	c := engine.NewCustomer{
		Reference: reference(n),
		Name:      fmt.Sprintf("%s %d", speaks.name, n),
		Email:     fmt.Sprintf("sample%d@example.com", n),
		Country:   pick(dice, strings.Fields(speaks.countries)),
	}
	switch dice.IntN(10) {
	case 0:
		c.Tags = []string{"vip"}
	case 1:
		c.Tags = []string{"newsletter", "sample"}
	}
	return c
}

// reference is what the merchant calls the n-th customer.
func reference(n int) string { return fmt.Sprintf("c-%04d", n) }

// cards are how the numbers of test cards begin.
var cards = []string{"400000", "411111", "555555", "222300"}

// details draws what a service needs to know of the n-th customer.
func details(dice *rand.Rand, service string, n int, name string) map[string]string {
	switch service {
	case "payment_card_usd", "payment_card_eur":
		return map[string]string{
			"card_number": fmt.Sprintf("%s******%04d", pick(dice, cards), dice.IntN(10000)),
			"expiry":      fmt.Sprintf("%02d/%d", 1+dice.IntN(12), 28+dice.IntN(4)),
			"holder":      name,
		}
	case "bank_eur":
		return map[string]string{"iban": fmt.Sprintf("XX00SAMPLE%010d", n), "holder": name}
	case "bank_gbp":
		return map[string]string{"sort_code": "00-00-00", "account": fmt.Sprintf("%08d", n), "holder": name}
	case "bank_jpy":
		return map[string]string{"account": fmt.Sprintf("0000-000-%07d", n), "holder": name}
	case "wallet_usd":
		return map[string]string{"email": fmt.Sprintf("sample%d@example.com", n)}
	case "chain_btc":
		return map[string]string{"address": fmt.Sprintf("tb1qsample%020d", n)}
	default:
		return map[string]string{"account": fmt.Sprintf("sample-%d", n)}
	}
}

// descriptions are what customers write on their requests; most write nothing.
var descriptions = []string{
	"Weekly withdrawal", "Seller payout", "Balance refund", "Closing my account", "Prize", "Salary advance",
	"每周提款", "سحب أسبوعي", "Auszahlung für Oktober", "Partial withdrawal, more next week",
}

// remarks are what colleagues write on a timeline.
var remarks = []string{
	"Customer called, is in a hurry. Nothing unusual otherwise.",
	"Statement for the account was sent in and matches.",
	"Same amount as last month, looks like a habit.",
	"Asked for a second document on Monday; reminder sent.",
	"Please look at the country before approving.",
	"Talked to the shop: the sale behind this is real.",
	"客户来电，已核对账户末四位。",
	"تم التحقق من الحساب، كل شيء مطابق.",
}

// cases are what blocks are described with.
var cases = []string{"case 812", "case 1044, waiting for documents", "see the note on the customer", ""}
