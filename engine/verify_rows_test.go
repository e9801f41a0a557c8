package engine_test

import (
	"strings"
	"testing"
)

// Whatever is done behind the engine's back to the rows of a file is noticed.
func TestVerifyRowsOfABatch(t *testing.T) {
	const mended = "account_number:GB94BARC10201530093459;swift_code:BARCGB22"
	for _, test := range []struct{ name, do, says string }{
		{"untouched", "", ""},
		{"what a row said", `UPDATE batch_row SET cells = replace(cells, '100.00', '900.00') WHERE line = 2`, "line 2 of batch"},
		{"which request it became", `UPDATE batch_row SET request_id = 'pout_req_other' WHERE line = 4`, "lines 2 to 4 of batch"},
		{"what was edited", `UPDATE batch_row SET cells = replace(cells, 'BARCGB22', 'BARCGB99') WHERE line = 3`, "line 3 of batch"},
		{"a row taken away", `DELETE FROM batch_row WHERE line = 2`, "lines 2 to 4 of batch"},
		{"a row added", `INSERT INTO batch_row SELECT batch, 9, cells, digest, status, request_id, why FROM batch_row WHERE line = 2`, "line 9 of batch"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := fileDesk(t)
			b, _ := d.imported("b", batchExample)
			d.mend(b.ID, 3, map[string]string{"fields_data": mended})
			d.imported("b", batchExample+"test_usd,1.00,account:1,BI31,fourth,,\n") // the same, and one more
			if test.do != "" {
				tamper(t, d, "", []string{test.do})
			}
			v, err := d.VerifyRecord(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case test.says == "" && v.Broken != nil:
				t.Errorf("it is whole, and yet: %s", v.Broken)
			case test.says != "" && (v.Broken == nil || !strings.Contains(v.Broken.String(), test.says)):
				t.Errorf("got %v, want it to say %q", v.Broken, test.says)
			}
		})
	}
}
