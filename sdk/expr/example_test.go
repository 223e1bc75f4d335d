package expr_test

import (
	"context"
	"fmt"

	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// Counts while somebody writes rules: the first that holds takes a row.
func ExampleFirstMatch() {
	t := &table.Table{Rows: 4, Columns: []table.Column{{Name: "monetary", Kind: table.Float64, Floats: []float64{5000, 2500, 800, 0}}}}
	var rules []*expr.Expr
	for _, text := range []string{"VIP: monetary >= 2000", "regular: monetary > 0", "other:*"} {
		n, err := expr.ParseNamed(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		rules = append(rules, n.Expr)
	}
	m, err := expr.FirstMatch(context.Background(), rules, t)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Takes, m.Holds, m.None)
	// Output: [2 1 1] [2 3 4] 0
}

// What rules leave out follows from the rules alone.
func ExampleProve() {
	var rules []*expr.Expr
	for _, src := range []string{"monetary >= 2000", "monetary < 1000 and city = '上海'"} {
		e, err := expr.Parse(src)
		if err != nil {
			fmt.Println(err)
			return
		}
		rules = append(rules, e)
	}
	p, err := expr.Prove(context.Background(), rules, []expr.Field{
		{Name: "monetary", Kind: table.Float64},
		{Name: "city", Kind: table.Category, Missing: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, gap := range p.Gaps {
		fmt.Println(gap.Text().EN, "| for example", gap.Example().EN)
		fmt.Println(gap.Expr())
	}
	// Output:
	// monetary < 1000 and (city is missing or city is not “上海”) | for example monetary = 999, city anything else
	// monetary < 1000 and city != '上海'
	// 1000 ≤ monetary < 2000 | for example monetary = 1000
	// monetary >= 1000 and monetary < 2000
}
