package ingest_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// TestWhatWasGivenBackInTheSameRow: exports that say the order's status and, beside it, what
// was given back. A closed order is cancelled, a full refund removes the order, one of a part
// lowers it, and every row has its reason. Where the columns do not say that, they are left alone.
func TestWhatWasGivenBackInTheSameRow(t *testing.T) {
	t.Parallel()
	const head = "订单编号,买家会员名,订单创建时间,买家实际支付金额,订单状态,退款金额,退款状态\n"
	const rows = "1,ann,2024-01-02,100.00,交易成功,0.00,没有申请退款\n" +
		"2,ann,2024-01-03,80.00,交易关闭,80.00,退款成功\n" + // closed
		"3,bob,2024-01-04,60.00,交易成功,60.00,退款成功\n" + // all of it
		"4,bob,2024-01-05,50.00,交易成功,12.345,退款成功\n" + // a part
		"5,eve,2024-01-06,30.00,交易成功,,退款关闭\n"
	for name, c := range map[string]struct {
		text    string
		options core.ImportOptions
		amount  float64
		left    string
		hints   string
	}{
		"netted":                   {head + rows, core.ImportOptions{}, 100 + 50 - 12.345 + 30, "cancelled:1 order_refunded:1", "refund_netted"},
		"kept":                     {head + rows, core.ImportOptions{Refunds: core.RefundKeep}, 100 + 60 + 50 + 30, "cancelled:1", "refund_column"},
		"not wanted":               {head + rows, core.ImportOptions{Map: map[core.Role]string{core.RoleRefund: "", core.RoleRefundStatus: ""}}, 100 + 60 + 50 + 30, "cancelled:1", "refund_column"},
		"more than was paid":       {head + strings.ReplaceAll(rows, "12.345", "70"), core.ImportOptions{}, 100 + 30, "cancelled:1 order_refunded:2", "refund_status_used"},
		"chosen all the same":      {head + strings.ReplaceAll(rows, "12.345", "70"), core.ImportOptions{Map: map[core.Role]string{core.RoleRefund: "退款金额"}}, 100 + 50 + 30, "cancelled:1 order_refunded:1", "refund_over"},
		"asked for":                {head + strings.NewReplacer("没有申请退款", "买家已经申请退款，等待卖家同意", "12.345", "70").Replace(rows), core.ImportOptions{}, 100 + 30, "cancelled:1 order_refunded:2", "refund_status_used"},
		"why, when and its number": {strings.ReplaceAll(strings.ReplaceAll(head, "退款状态", "退款原因"), "退款金额", "退款单号") + strings.NewReplacer("退款成功", "七天无理由退货", "退款关闭", "不想要了", "没有申请退款", "太大").Replace(rows), core.ImportOptions{}, 100 + 60 + 50 + 30, "cancelled:1", ""},
		"the order's on each line": {
			"order_no,customer,date,product,amount,refund amount\n1,ann,2024-01-02,tea,10,5\n1,ann,2024-01-02,cup,20,5\n2,bob,2024-01-03,cup,20,0\n", core.ImportOptions{}, 50, "", "refund_column",
		},
		"a price and pieces": {
			"order_no,customer,date,quantity,price,refunded\n1,ann,2024-01-02,3,10,10\n2,bob,2024-01-03,1,20,20\n3,eve,2024-01-03,1,20,0\n", core.ImportOptions{}, 40, "order_refunded:1", "refund_netted",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "orders.csv")
			writeBytes(t, path, []byte(c.text))
			r, err := ingest.Read(t.Context(), path, c.options, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			var left, hints []string
			for _, x := range r.Report.Rows.Excluded {
				left = append(left, fmt.Sprintf("%s:%d", x.Reason, x.Count))
			}
			for _, h := range r.Report.Hints {
				hints = append(hints, strings.TrimPrefix(h.Key, "import.hint."))
			}
			if d := cmp.Diff(c.left, strings.Join(left, " ")); d != "" {
				t.Errorf("left out (-want +got):\n%s", d)
			}
			if diff := r.Report.Amount - c.amount; diff > 1e-9 || diff < -1e-9 {
				t.Errorf("amount %v, want %v", r.Report.Amount, c.amount)
			}
			if c.hints != "" && !strings.Contains(strings.Join(hints, " "), c.hints) {
				t.Errorf("hints %v, want %s", hints, c.hints)
			}
			for _, l := range r.Transactions.Labels {
				if l.Role == string(core.RoleRefundStatus) {
					t.Error("the status of the refund is kept")
				}
			}
		})
	}
}
