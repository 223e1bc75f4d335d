package workspace_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// TestWithinAccountsForEverybody divides a segment of a segment of …, with filters and
// windows on the way: at every depth each customer of the project is used or left out
// for one reason, and the run keeps the way to its segment.
func TestWithinAccountsForEverybody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := project(t)
		lines := []string{"customer_id,order_date,amount,order_no"}
		n := rapid.IntRange(4, 40).Draw(rt, "customers")
		for i := range n {
			for k := range rapid.IntRange(1, 3).Draw(rt, "orders") {
				lines = append(lines, fmt.Sprintf("c%d,2024-%02d-11,%d.50,%d", i, rapid.IntRange(1, 12).Draw(rt, "month"), rapid.IntRange(1, 1000).Draw(rt, "amount"), 10*i+k))
			}
		}
		importText(t, p, "orders.csv", strings.Join(lines, "\n")+"\n")
		importText(t, p, "people.csv", "customer_id,age,city\nc0,30,Berlin\nzoe,22,Paris\n")
		keys, err := p.Keys(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		within, limit := "", 1000
		for depth := range rapid.IntRange(1, 5).Draw(rt, "depth") {
			limit = rapid.IntRange(0, limit).Draw(rt, "limit")
			r := workspace.RunRequest{Method: "spenders", AsOf: core.NoDate, Name: fmt.Sprintf("level %d", depth), Within: within, Set: map[string]string{"limit": fmt.Sprint(limit)}}
			if rapid.Bool().Draw(rt, "filter") {
				r.Where = "recency_days < 200"
			}
			if rapid.Bool().Draw(rt, "window") {
				r.Set["window_months"] = "8"
			}
			s, err := p.Run(t.Context(), r, core.NoProgress)
			if core.CodeOf(err) == "no_customers_left" {
				return
			}
			if err != nil {
				rt.Fatal(err)
			}
			account(rt, s, keys.Len())
			if len(s.Parents) != depth || depth > 0 && s.Parents[depth-1].Name != fmt.Sprintf("level %d", depth-1) {
				rt.Fatalf("depth %d has the parents %+v", depth, s.Parents)
			}
			few := slices.ContainsFunc(s.Diagnostics, func(d sdk.Diagnostic) bool { return d.Code == "few_customers_within" })
			if want := depth > 0 && len(s.Customers) < 30; few != want {
				rt.Fatalf("%d customers at depth %d: warned %v", len(s.Customers), depth, few)
			}
			within = r.Name + "/" + s.Segments[rapid.IntRange(0, 1).Draw(rt, "segment")].Key
		}
	})
}

// account checks that every customer of the project is in a run exactly once.
func account(t *rapid.T, s *core.Segmentation, all int) {
	seen := map[uint32]string{}
	take := func(customers []uint32, as string) {
		for _, c := range customers {
			if seen[c] != "" {
				t.Fatalf("customer %d is %s and %s", c, seen[c], as)
			}
			seen[c] = as
		}
	}
	take(s.Customers, "used")
	for _, e := range s.Excluded {
		if e.Count != len(e.Customers) {
			t.Fatalf("%s: %d counted, %d named", e.Reason, e.Count, len(e.Customers))
		}
		take(e.Customers, e.Reason)
	}
	if len(seen) != all {
		t.Fatalf("%d of %d customers are accounted for", len(seen), all)
	}
}
