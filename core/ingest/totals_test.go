package ingest_test

import (
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// The total of an order on each of its rows is not added up; amounts of lines are.
func TestOrderTotals(t *testing.T) {
	t.Parallel()
	const head = "Order Number,Order Status,Order Date,Email (Billing),Order Total Amount,Item Name,Quantity,Item Cost,Customer User ID\n"
	for name, c := range map[string]struct {
		text  string
		o     core.ImportOptions
		money float64
		told  bool
	}{
		"totals": {head + "701,Completed,2024-02-01,a@x.com,33.00,Mug,2,10.00,11\n701,Completed,2024-02-01,a@x.com,33.00,Cup,1,10.00,11\n702,Completed,2024-02-02,b@x.com,13.00,Cup,1,10.00,12\n", core.ImportOptions{}, 40, true},
		"chosen": {head + "701,Completed,2024-02-01,a@x.com,33.00,Mug,2,10.00,11\n701,Completed,2024-02-01,a@x.com,33.00,Cup,1,10.00,11\n702,Completed,2024-02-02,b@x.com,13.00,Cup,1,10.00,12\n", core.ImportOptions{Map: map[core.Role]string{core.RoleAmount: "Order Total Amount"}}, 79, false},
		"lines":  {head + "701,Completed,2024-02-01,a@x.com,20.00,Mug,2,10.00,11\n701,Completed,2024-02-01,a@x.com,10.00,Cup,1,10.00,11\n702,Completed,2024-02-02,b@x.com,10.00,Cup,1,10.00,12\n", core.ImportOptions{}, 40, false},
		"equal":  {head + "701,Completed,2024-02-01,a@x.com,10.00,Mug,1,10.00,11\n701,Completed,2024-02-01,a@x.com,10.00,Cup,1,10.00,11\n702,Completed,2024-02-02,b@x.com,10.00,Cup,1,10.00,12\n", core.ImportOptions{}, 30, false},
		"京东":     {"订单号,商品名称,订购数量,下单时间,京东价,订单金额,应付金额,订单状态,下单帐号\n300001,杯子,2,2024-01-02 10:00:00,20.00,50.00,50.00,完成,ming\n300001,碗,1,2024-01-02 10:00:00,10.00,50.00,50.00,完成,ming\n300002,碗,1,2024-01-03 10:00:00,10.00,10.00,10.00,完成,hong\n", core.ImportOptions{}, 60, true},
	} {
		r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(c.text)), c.o, core.NoProgress)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		told := false
		for _, h := range r.Report.Hints {
			told = told || strings.HasSuffix(h.Key, "order_totals")
		}
		if got := money(r); got != c.money || told != c.told || r.Report.Orders != 2 || r.Report.Rows.Used != 3 {
			t.Errorf("%s: %v, want %v; told %v; %d orders, %+v", name, got, c.money, told, r.Report.Orders, r.Report.Rows)
		}
	}
}
