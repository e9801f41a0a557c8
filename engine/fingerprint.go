package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/signal"
)

// Fingerprint names what money sent to the instrument would reach, so that the
// same account is found in the hands of several customers: it is made of the
// method and the fields, however they are spaced and written, without the name
// that the account is in. Instruments without any such field have none: "". It
// hides nothing, for whoever reads it can read the fields.
func (i Instrument) Fingerprint() string {
	var parts []string
	masked := slices.ContainsFunc(keys(i.Fields), func(key string) bool { return strings.Contains(i.Fields[key], "*") })
	for _, key := range keys(i.Fields) {
		value := strings.NewReplacer(" ", "", "-", "").Replace(strings.ToUpper(i.Fields[key]))
		switch {
		case value == "" || signal.NamesHolder(key) || strings.HasPrefix(key, steeringPrefix):
		case key == "expiry" && !masked: // a card that was renewed is the same account
		default:
			parts = append(parts, key+"="+value)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(i.Method + "\n" + strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16])
}
