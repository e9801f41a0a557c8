package demo

import (
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
)

func TestSummary(t *testing.T) {
	counts := []engine.Count{
		{Status: engine.RequestReady, Currency: "USD", Requests: 3, Sum: 123456789},
		{Status: engine.RequestReady, Currency: "USD", Requests: 1, Sum: 1, Blocked: true},
		{Status: engine.RequestReady, Currency: "JPY", Requests: 12, Sum: 9007199254740993},
		{Status: engine.RequestFulfilled, Currency: "BTC", Requests: 1, Sum: 1, Attention: engine.AttentionUnknown},
	}
	const want = `
STATUS       REQUESTS  BLOCKED  ATTENTION         BTC                    JPY           USD
pending             0        0          0  0.00000000                      0          0.00
ready              16        1          0  0.00000000  9,007,199,254,740,993  1,234,567.90
approved            0        0          0  0.00000000                      0          0.00
in-progress         0        0          0  0.00000000                      0          0.00
fulfilled           1        0          1  0.00000001                      0          0.00
canceled            0        0          0  0.00000000                      0          0.00
split               0        0          0  0.00000000                      0          0.00
merged              0        0          0  0.00000000                      0          0.00
all                17        1          1  0.00000001  9,007,199,254,740,993  1,234,567.90
`
	var got strings.Builder
	if err := summaryOf(counts).print(&got); err != nil {
		t.Fatal(err)
	}
	if got.String() != want[1:] {
		t.Errorf("got\n%s", got.String())
	}
}
