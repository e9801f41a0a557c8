package table

import (
	"fmt"
	"strings"

	"github.com/purserhq/purser/engine/text"
)

// Properties reads a cell that holds an object: key:value with semicolons
// between. The first colon ends a key, so a value may have colons, but no
// semicolon. Spaces around keys and values do not count, nor do empty pairs.
func Properties(cell string) (map[string]string, error) {
	properties := map[string]string{}
	for pair := range strings.SplitSeq(cell, ";") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, value, found := strings.Cut(pair, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch _, twice := properties[key]; {
		case !found:
			return nil, fmt.Errorf("%q has no value", text.Masked(key))
		case key == "":
			return nil, fmt.Errorf("%q has no name before the colon", text.Masked(strings.TrimSpace(pair)))
		case twice:
			return nil, fmt.Errorf("%q stands there twice", key)
		}
		properties[key] = value
	}
	return properties, nil
}
