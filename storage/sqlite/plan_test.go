package sqlite_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/filter"
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

// TestOfferedListsFollowAnIndex asks the same of every list that screens offer,
// in every order. What the index does not know of a row has to be common among
// those that it holds.
func TestOfferedListsFollowAnIndex(t *testing.T) {
	store := fresh(t)
	conn, err := native.Open("file:"+store.Path(), native.ReadOnly)
	must(t, err)
	defer conn.Close()
	common := map[string][]string{ // by view
		"Ready": {"blocked"}, "Pending": {"blocked"}, "Approved": {"blocked"}, "Closed": {"status"},
	}
	lists := engine.BuiltInViews()
	lists = append(lists, engine.View{Name: "Customer", Filter: "customer:cus_1"})
	for _, reason := range engine.Attentions() {
		lists = append(lists, engine.View{Name: string(reason), Filter: "attention:" + string(reason)})
	}
	for _, status := range engine.RequestStatuses() {
		if !status.Final() {
			lists = append(lists, engine.View{Name: string(status), Filter: "status:" + string(status)})
		}
	}
	for _, view := range lists {
		for _, order := range engine.OrderKeys() {
			if view.Name == "Customer" && order != "created" || view.Name == "Mine" || view.Name == "Closed" && order == "amount" {
				continue // few claims hold at any time; see rare
			}
			text := view.Filter
			if order == "amount" {
				text = strings.TrimPrefix(text+";currency:USD", ";")
			}
			expr, err := filter.Parse(text, engine.RequestFields(), noon)
			must(t, err)
			sql, rest, err := store.ListQuery(engine.RequestQuery{
				Mode: engine.ModeTest, Filter: expr, Order: engine.Order{Key: order, Descending: true}, Limit: 50,
			})
			must(t, err)
			for _, field := range rest {
				if !slices.Contains(common[view.Name], field) {
					t.Errorf("%s by %s: %s is only known once a row is read", view.Name, order, field)
				}
			}
			plan := conn.Stmt("EXPLAIN QUERY PLAN " + regexp.MustCompile(`\?\d?`).ReplaceAllString(sql, "1"))
			for plan.Next() {
				plan.Skip(3)
				if step := plan.Text(); !strings.HasPrefix(step, "SEARCH request USING ") {
					t.Errorf("%s by %s: %s\n%s", view.Name, order, step, sql)
				}
			}
			must(t, plan.Err())
		}
	}
}
