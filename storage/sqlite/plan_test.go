package sqlite_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/purserhq/purser/storage/sqlite"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// TestQueriesFollowAnIndex asks SQLite how it would run each query. None may
// read or sort more than it returns, but for the comments of one request; what a
// subquery reads is a step of its own.
func TestQueriesFollowAnIndex(t *testing.T) {
	conn, err := native.Open("file:"+fresh(t).Path(), native.ReadOnly)
	must(t, err)
	defer conn.Close()
	few := regexp.MustCompile(`^SCAN (place VIRTUAL|json_each VIRTUAL|\w+_search VIRTUAL TABLE INDEX 0:M|CONSTANT ROW|\(subquery)`)
	parameter := regexp.MustCompile(`\?\d?`)
	for _, query := range sqlite.Queries {
		plan := conn.Stmt("EXPLAIN QUERY PLAN " + parameter.ReplaceAllString(query, "1"))
		for plan.Next() {
			plan.Skip(3)
			step := plan.Text()
			all := strings.HasPrefix(step, "SCAN") || strings.HasPrefix(step, "USE TEMP B-TREE FOR ORDER")
			if all && !few.MatchString(step) && !strings.Contains(query, " comment ") {
				t.Errorf("%s\n%s", step, query)
			}
		}
		must(t, plan.Err())
	}
}
