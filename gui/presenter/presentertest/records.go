package presentertest

import (
	"fmt"
	"strings"
	"testing"

	"qunxiang/core"
)

// WithRecords imports a file of a kind into the open project.
func (r *Rig) WithRecords(tb testing.TB, kind core.SourceKind, name, text string) {
	tb.Helper()
	p := r.Session.Project()
	if _, err := p.Import(tb.Context(), r.Write(tb, name, text), core.ImportOptions{Kind: kind}, core.NoProgress); err != nil {
		tb.Fatal(err)
	}
	r.Session.Refresh()
	r.Queue.Drain()
}

// Survey is a small survey: forty respondents, of whom ann, bob and eve buy in Orders;
// service_1 to service_6 are one scale with service_3 the other way round, there is a
// recommendation, and the last two give one answer throughout.
func Survey() string {
	var b strings.Builder
	b.WriteString("customer_id,service_1,service_2,service_3,service_4,service_5,service_6,recommend 0-10,gender,minutes\n")
	for i := range 40 {
		who := fmt.Sprintf("p%02d", i)
		if i < 3 {
			who = []string{"ann", "bob", "eve"}[i]
		}
		v := i*7%5 + 1
		near := min(5, max(1, v+i%3-1))
		turned := 6 - near
		if i >= 38 {
			v, near, turned = 3, 3, 3
		}
		fmt.Fprintf(&b, "%s,%d,%d,%d,%d,%d,%d,%d,%s,%d\n", who, v, near, turned, v, near, v, min(10, 2*v+i%2), []string{"f", "m"}[i%2], 3+i%4)
	}
	return b.String()
}

// Comments are a few comments over three months.
const Comments = `customer_id,date,comment
ann,2024-01-05,"Delivery was very fast, the food tasted great"
bob,2024-01-09,"Too expensive and the courier was rude"
ann,2024-02-11,"送得很快，味道也不错，会再来"
eve,2024-02-20,"太慢了，等了两个小时，菜都凉了，差评"
dan,2024-03-02,"Nice taste, fair price"
fay,2024-03-03,"服务态度很差，不会再来，电话 13812345678"
gil,2024-03-09,ok
`

// Events are a few events of customers over eight months.
func Events() string {
	var b strings.Builder
	b.WriteString("customer_id,date,event,channel\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%s,2024-%02d-%02d,%s,%s\n", []string{"ann", "bob", "eve", "dan", "gil"}[i*3%5], i%8+1, i%27+1,
			[]string{"visit", "open_app", "visit", "call"}[i%4], []string{"app", "web", "phone"}[i%3])
	}
	return b.String()
}
