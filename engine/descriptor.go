package engine

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/purserhq/purser/engine/text"
)

// defaultDescriptor is what a payout is called on the recipient's statement
// where its point says nothing.
const defaultDescriptor = "Operation {id}"

// longestDescriptor bounds a descriptor as a provider is told it, in
// characters: what payment networks have room for.
const longestDescriptor = 140

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// placeholders lists what a descriptor can hold.
func placeholders() []string {
	return []string{"{id}", "{description}", "{account_name}", "{created}", "{reference_id}"}
}

// checkDescriptor refuses a template with a placeholder that nothing fills.
func checkDescriptor(where, template string) error {
	if err := text.Check("descriptor", template, longestDescriptor); err != nil {
		return invalid("descriptor", "%s: %v", where, err)
	}
	for _, found := range placeholder.FindAllString(template, -1) {
		if !slices.Contains(placeholders(), found) {
			return invalid("descriptor", "%s: nothing fills %s in the descriptor", where, found).
				Or("one of %s", strings.Join(placeholders(), ", "))
		}
	}
	return nil
}

// descriptor fills a point's template for a request. What is filled in is not
// looked at again, whatever it holds.
func descriptor(template string, r Request, account GatewayAccount) string {
	filled := strings.NewReplacer(
		"{id}", string(r.ID), "{description}", r.Description, "{account_name}", cmp.Or(account.Name, account.ID),
		"{created}", r.CreatedAt.UTC().Format("2006-01-02"), "{reference_id}", r.Reference,
	).Replace(cmp.Or(template, defaultDescriptor))
	runes := []rune(filled)
	return string(runes[:min(len(runes), longestDescriptor)])
}
