package presentertest

import (
	"fmt"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// WithFlaws makes a project of orders and customers with planted flaws: five rows of 1970, four rows
// without a customer, ten of sixty ages that are 999, six of sixty customers with the telephone
// and name of another one.
func (r *Rig) WithFlaws(tb testing.TB) {
	tb.Helper()
	r.Session.Create("flaws.qx", workspace.NewProject{Name: "Flaws", Currency: "EUR"})
	r.Queue.Until(tb, "the project", func() bool { return r.Session.State().Open })
	var orders, people strings.Builder
	orders.WriteString("customer_id,order_date,amount,order_no\n")
	people.WriteString("customer_id,name,phone,age,city\n")
	for i := range 60 {
		key := fmt.Sprintf("c%03d", i)
		for k := range 3 {
			day := fmt.Sprintf("2024-%02d-%02d", (i+4*k)%12+1, i%28+1)
			if k == 0 && i < 5 {
				day = "1970-01-01"
			}
			who := key
			if k == 1 && i < 4 {
				who = ""
			}
			fmt.Fprintf(&orders, "%s,%s,%d.50,%d\n", who, day, 20+(i*7+k*13)%40, 1000+3*i+k)
		}
		twin, age := i, 20+i*11%45
		if i >= 54 {
			twin = i - 54
		}
		if i%6 == 0 {
			age = 999
		}
		fmt.Fprintf(&people, "%s,%s,139%08d,%d,%s\n", key, name(twin), 10203040+twin*7654321%80000000, age, []string{"Paris", "Lyon", "Lille"}[twin%3])
	}
	for _, f := range []struct {
		kind       core.SourceKind
		name, text string
	}{{core.SourceTransactions, "orders.csv", orders.String()}, {core.SourceCustomers, "people.csv", people.String()}} {
		r.WithRecords(tb, f.kind, f.name, f.text)
	}
}

// name is a Chinese name, another for each i.
func name(i int) string {
	return string([]rune("赵钱孙李周吴郑王冯陈")[i%10]) + string([]rune("伟芳娜敏静丽强磊军洋勇艳")[i/10]) + string([]rune("涛明超秀霞平刚桂英华")[i%10])
}
