package engine

import (
	"maps"
	"slices"
	"strings"
)

// keys returns the sorted keys of a map.
func keys[K ~string, V any](m map[K]V) []string {
	return words(slices.Sorted(maps.Keys(m)))
}

// orNone joins names for a sentence.
func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	const most = 12
	if len(names) > most {
		names = append(slices.Clone(names[:most]), "…")
	}
	return strings.Join(names, ", ")
}
