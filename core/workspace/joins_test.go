package workspace_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
)

// TestCustomersWithoutAMatch: how many, which, and what would make them match.
func TestCustomersWithoutAMatch(t *testing.T) {
	t.Parallel()
	const buyers = "customer_id,order_date,amount,order_no\n007,2024-01-05,1,1\nAnn-1,2024-02-01,2,2\n13800000001,2024-03-01,3,3\nbob,2024-03-02,4,4\n"
	for name, c := range map[string]struct {
		file string
		want core.Unmatched
		hint string // and the name of the spelling, or of the column
	}{
		"all match":       {"customer_id,age\n007,3\nAnn-1,4\n13800000001,5\nbob,6\n", core.Unmatched{Examples: []string{}}, ""},
		"some":            {"customer_id,age\nbob,3\nzoe,4\nmax,5\n", core.Unmatched{SourceOnly: 2, ProjectOnly: 3, Examples: []string{"zoe", "max"}}, "keys_unmatched"},
		"none":            {"customer_id,age\nzoe,3\nmax,4\n", core.Unmatched{SourceOnly: 2, ProjectOnly: 4, Examples: []string{"zoe", "max"}}, "no_key_matches"},
		"leading zeros":   {"customer_id,age\n7,3\nbob,4\n", core.Unmatched{SourceOnly: 1, ProjectOnly: 3, Examples: []string{"7"}}, "keys_would_match zeros"},
		"a float":         {"customer_id,age\n13800000001.0,3\nbob,4\n", core.Unmatched{SourceOnly: 1, ProjectOnly: 3, Examples: []string{"13800000001.0"}}, "keys_would_match point"},
		"case":            {"customer_id,age\nBOB,3\nann-1,4\n", core.Unmatched{SourceOnly: 2, ProjectOnly: 4, Examples: []string{"BOB", "ann-1"}}, "keys_would_match case"},
		"blanks":          {"customer_id,age\nAnn 1,3\nbob,4\n", core.Unmatched{SourceOnly: 1, ProjectOnly: 3, Examples: []string{"Ann 1"}}, "keys_would_match blanks"},
		"country":         {"customer_id,age\n+86 13800000001,3\nbob,4\n", core.Unmatched{SourceOnly: 1, ProjectOnly: 3, Examples: []string{"+86 13800000001"}}, "keys_would_match country"},
		"several at once": {"customer_id,age\n７,3\nBob,4\n", core.Unmatched{SourceOnly: 2, ProjectOnly: 4, Examples: []string{"７", "Bob"}}, "keys_would_match all"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := project(t)
			importText(t, p, "orders.csv", buyers)
			r, err := p.Import(t.Context(), write(t, "people.csv", c.file), core.ImportOptions{Kind: core.SourceCustomers}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(&c.want, r.Unmatched); d != "" {
				t.Errorf("unmatched (-want +got)\n%s", d)
			}
			hint, how, _ := strings.Cut(c.hint, " ")
			if hint != "" && !strings.Contains(hints(r), hint) || hint == "" && strings.Contains(hints(r), "key") {
				t.Errorf("hints %q, want %q", hints(r), c.hint)
			}
			for _, h := range r.Hints {
				if m, ok := h.Args["how"].(core.Message); ok && m.Key != "import.spelling."+how {
					t.Errorf("would match by %s, want %s", m.Key, how)
				}
			}
		})
	}
}

// TestCustomersByTheirPhone: comments whose customers are phones that another file has as
// an attribute, and purchases held against what else is known.
func TestCustomersByTheirPhone(t *testing.T) {
	t.Parallel()
	p := project(t)
	if r := importText(t, p, "orders.csv", orders); r.Unmatched != nil {
		t.Errorf("nothing to match: %+v", r.Unmatched)
	}
	importText(t, p, "people.csv", "customer_id,手机,city\nann,138 0000 0001,Rome\nbob,13800000002,Rome\neve,13800000003,Oslo\n")
	r := importText(t, p, "comments.csv", "手机号,评价内容,评价时间\n13800000001,发货很快，包装也很好，下次还会再来买的,2024-03-01\n+8613800000002,等了两个星期才收到货，客服也一直不理人,2024-03-02\n")
	if r.Unmatched == nil || r.Unmatched.SourceOnly != 2 || !strings.Contains(hints(r), "keys_are_attribute") {
		t.Errorf("comments by phone: %+v, hints %s", r.Unmatched, hints(r))
	}
	r = importText(t, p, "more.csv", "customer_id,order_date,amount,order_no\nann,2024-05-05,1,11\nzoe,2024-05-06,2,12\n")
	if d := cmp.Diff(&core.Unmatched{SourceOnly: 1, ProjectOnly: 4, Examples: []string{"zoe"}}, r.Unmatched); d != "" {
		t.Errorf("purchases (-want +got)\n%s", d)
	}
}

// TestAFormatThatChanges: next month's file is told apart from the source it resembles.
func TestAFormatThatChanges(t *testing.T) {
	t.Parallel()
	rows := func(head, sep string, amount string) string {
		var b strings.Builder
		b.WriteString(head + "\n")
		for i := range 30 {
			day := []string{"2024-01-05", "05/01/2024", "25/01/2024"}[0]
			if sep != "" {
				day = []string{"13/02/2024", "28/02/2024"}[i%2]
			}
			b.WriteString(strings.Join([]string{"c" + string(rune('a'+i%26)), day, amount, head[:1] + string(rune('A'+i%26)) + strings.Repeat("x", i/26), "v"}, ",") + "\n")
		}
		return b.String()
	}
	first := rows("customer_id,order_date,amount,order_no,shop", "", "5.00")
	for name, c := range map[string]struct{ text, want string }{
		"the same file":  {first, ""},
		"a column gone":  {strings.ReplaceAll(strings.ReplaceAll(rows("customer_id,order_date,amount,order_no,shop", "", "5.00"), ",shop", ""), ",v", ""), "format_gone"},
		"a column new":   {strings.ReplaceAll(strings.Replace(rows("customer_id,order_date,amount,order_no,shop", "", "5.00"), ",shop", ",shop,city", 1), ",v\n", ",v,Rome\n"), "format_new"},
		"a column named": {strings.Replace(rows("customer_id,order_date,amount,order_no,shop", "", "5.00"), "amount", "paid_amount", 1), "format_renamed"},
		"other dates":    {rows("customer_id,order_date,amount,order_no,shop", "/", "5.00"), "format_dates"},
		"cents":          {rows("customer_id,order_date,amount,order_no,shop", "", "500"), "format_larger"},
		"ten thousands":  {rows("customer_id,order_date,amount,order_no,shop", "", "0.005"), "format_smaller"},
		"another file":   {"name,age,city\nann,3,Rome\nbob,4,Rome\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := project(t)
			importText(t, p, "jan.csv", first)
			r := importText(t, p, "feb.csv", c.text)
			var got []string
			for _, h := range r.Hints {
				if k, ok := strings.CutPrefix(h.Key, "import.hint.format_"); ok {
					got = append(got, "format_"+k)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v, want %q", got, c.want)
			}
		})
	}
}

// TestRowNumbersThatAreCustomers: numbers that rows were only counted by must not be taken
// for customers without a word.
func TestRowNumbersThatAreCustomers(t *testing.T) {
	t.Parallel()
	const buyers = "customer_id,order_date,amount,order_no\n1,2024-01-05,1,1\n2,2024-02-01,2,2\n"
	p := project(t)
	importText(t, p, "orders.csv", buyers)
	r, err := p.Import(t.Context(), write(t, "people.csv", "age,city\n3,Rome\n4,Oslo\n5,Rome\n"), core.ImportOptions{Kind: core.SourceCustomers}, core.NoProgress)
	if err != nil || !strings.Contains(hints(r), "row_numbers_meet") {
		t.Errorf("attributes: %s, %v", hints(r), err)
	}
	p = project(t)
	importText(t, p, "comments.csv", "label,review\n1,\"这家店的味道真的很不错,下次还会再来\"\n0,等了一个半小时才送到而且菜都凉了\n")
	if r := importText(t, p, "orders.csv", buyers); !strings.Contains(hints(r), "numbers_meet") {
		t.Errorf("purchases after comments of nobody: %s", hints(r))
	}
}
