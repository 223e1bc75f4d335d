package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// export is what an owner should get from a file.
type export struct {
	Kind      core.SourceKind
	Used      int
	Excluded  string // reason:count, in the order of the report
	Customers int
	Orders    int
	Amount    float64
	Hints     []string // of those that are looked for
	Err       string
}

// lines writes rows of a file; %d is the number of the row, in each verb.
func lines(header string, n int, row func(i int) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		b.WriteString(row(i) + "\n")
	}
	return b.String()
}

// Files as shops, tills, payment services and interfaces write them: what is not said in
// plain cells is understood or told, never lost in silence.
func TestExports(t *testing.T) {
	t.Parallel()
	day := func(i int) string { return fmt.Sprintf("2026-03-%02d", i+1) }
	all := func(v ...string) []string { return v }
	for name, c := range map[string]struct {
		text string
		want export
	}{
		"merged cells": {
			lines("订单号,客户,日期,商品,金额", 4, func(i int) string {
				return fmt.Sprintf("D%d,客户%d,%s,杯子,10\n,,,碗,5\n,,,盘子,6", i, i%2, day(i))
			}) + "合计,,,,84\n,,,合计,84\n",
			export{core.SourceTransactions, 12, "total_row:2", 2, 4, 84, all("import.hint.filled_down"), ""},
		},
		"order number once": {
			lines("订单号,客户,日期,商品,金额", 4, func(i int) string {
				return fmt.Sprintf("D%d,客户%d,%s,杯子,10\n,客户%d,%s,碗,5", i, i, day(i), i, day(i))
			}),
			export{core.SourceTransactions, 8, "", 4, 4, 60, all("import.hint.filled_down"), ""},
		},
		"guests of a till": { // no number of a member, but of the receipt: not the member above
			lines("单号,会员号,日期,金额", 9, func(i int) string {
				return fmt.Sprintf("D%d,%s,%s,10", i, []string{"A1", "", "A2"}[i%3], day(i))
			}),
			export{core.SourceTransactions, 6, "missing_customer:3", 2, 6, 60, nil, ""},
		},
		"subtotals with a date": {
			lines("客户,日期,单号,金额", 3, func(i int) string { return fmt.Sprintf("客户%d,%s,A%d,10\n小计,%s,,10", i, day(i), i, day(i)) }) + "总计,2026-03-31,,30\n",
			export{core.SourceTransactions, 3, "total_row:4", 3, 3, 30, nil, ""},
		},
		"a customer called Total": {
			lines("customer,date,order,amount", 3, func(i int) string { return fmt.Sprintf("Total,%s,A%d,10", day(i), i) }),
			export{core.SourceTransactions, 3, "", 1, 3, 30, nil, ""},
		},
		"hundredths": {
			lines("会员,支付时间,金额(分)", 4, func(i int) string { return fmt.Sprintf("M%d,%s,%d", i%2, day(i), 1000+i) }),
			export{core.SourceTransactions, 4, "", 2, 4, 40.06, all("import.hint.amount_unit"), ""},
		},
		"ten thousands": {
			lines("单位：万元,,\n客户,签约日期,金额", 4, func(i int) string { return fmt.Sprintf("M%d,%s,1.5", i%2, day(i)) }),
			export{core.SourceTransactions, 4, "", 2, 4, 60000, all("import.hint.amount_unit"), ""},
		},
		"ten thousands in the cells": {
			lines("客户,签约日期,金额(万元)", 4, func(i int) string { return fmt.Sprintf("M%d,%s,1.5万", i%2, day(i)) }),
			export{core.SourceTransactions, 4, "", 2, 4, 60000, nil, ""},
		},
		"two signs": {
			lines("客户,日期,金额", 6, func(i int) string { return fmt.Sprintf("M%d,%s,%s10", i%2, day(i), []string{"¥", "$"}[i%2]) }),
			export{core.SourceTransactions, 6, "", 2, 6, 60, all("import.hint.currencies"), ""},
		},
		"two codes": {
			lines("customer,date,amount", 6, func(i int) string { return fmt.Sprintf("M%d,%s,%s 10", i%2, day(i), []string{"USD", "EUR"}[i%2]) }),
			export{core.SourceTransactions, 6, "", 2, 6, 60, all("import.hint.currencies"), ""},
		},
		"a sign and a word": { // the same
			lines("客户,日期,金额", 6, func(i int) string { return fmt.Sprintf("M%d,%s,%s", i%2, day(i), []string{"￥10", "10元"}[i%2]) }),
			export{core.SourceTransactions, 6, "", 2, 6, 60, nil, ""},
		},
		"column of currencies": {
			lines("customer,date,amount,currency", 6, func(i int) string { return fmt.Sprintf("M%d,%s,10,%s", i%2, day(i), []string{"USD", "EUR"}[i%2]) }),
			export{core.SourceTransactions, 6, "", 2, 6, 60, all("import.hint.currency_column"), ""},
		},
		"dates of two kinds": { // 46082 is 2026-03-01
			lines("日期,会员,金额", 6, func(i int) string {
				return fmt.Sprintf("%s,M%d,10", []string{fmt.Sprint(46082 + i), "2026/3/7"}[i%2], i%2)
			}),
			export{core.SourceTransactions, 6, "", 2, 6, 60, all("import.hint.mixed_serials"), ""},
		},
		"days of the week": {
			lines("日期,会员,金额", 2, func(i int) string { return fmt.Sprintf("2026年3月%d日 星期%c,M,10", i+1, []rune("日一")[i]) }),
			export{core.SourceTransactions, 2, "", 1, 2, 20, nil, ""},
		},
		"no year": {
			lines("日期,会员,金额", 3, func(i int) string { return fmt.Sprintf("3月%d日,M%d,10", i+1, i) }),
			export{Err: "date_without_year"},
		},
		"zero bytes": {
			lines("date,customer,amount", 40, func(i int) string { return fmt.Sprintf("%s,M%d%s,10", day(i%28), i%2, strings.Repeat("\x00", i/39)) }) + strings.Repeat("\x00", 100),
			export{core.SourceTransactions, 40, "", 2, 40, 400, all("import.hint.zero_bytes"), ""},
		},
		"too many zero bytes": {
			lines("date,customer,amount", 40, func(i int) string { return fmt.Sprintf("%s,M%d\x00\x00,10", day(i%28), i%2) }),
			export{Err: "not_a_table"},
		},
		"answer of an interface": {
			`{"code":0,"fields":[{"a":1}],"data":{"total":2,"list":[` + strings.TrimSuffix(strings.TrimPrefix(lines("", 3, func(i int) string {
				return fmt.Sprintf(`{"order_no":"A%d","member":"M%d","pay_time":"%s","amount":10},`, i, i%2, day(i))
			}), "\n"), ",\n") + `],"more":[1]},"msg":"ok"}`,
			export{core.SourceTransactions, 3, "", 2, 3, 30, all("import.hint.book.list_inside"), ""},
		},
		"masked": {
			lines("收件人,下单时间,实付金额", 4, func(i int) string { return fmt.Sprintf("张*,%s,10", day(i)) }),
			export{core.SourceTransactions, 4, "", 1, 4, 40, all("import.hint.masked_customers"), ""},
		},
		"after-sales status": {
			lines("订单号,买家,下单时间,实付金额,订单状态,售后情况", 4, func(i int) string {
				return fmt.Sprintf("A%d,M%d,%s,10,已完成,%s", i, i%2, day(i), []string{"-", "退款成功"}[i%2])
			}),
			export{core.SourceTransactions, 2, "order_refunded:2", 1, 2, 20, all("import.hint.refund_status_used"), ""},
		},
		"money given back": {
			lines("order id,customer,date,amount,amount refunded", 4, func(i int) string { return fmt.Sprintf("A%d,M%d,%s,10,%d", i, i%2, day(i), i) }),
			export{core.SourceTransactions, 4, "", 2, 4, 34, all("import.hint.refund_netted"), ""},
		},
		"money paid out": {
			lines("交易时间,交易对方,收/支,金额(元)", 4, func(i int) string {
				return fmt.Sprintf("%s,张%d,%s,10", day(i), i%2, []string{"收入", "支出"}[i%2])
			}),
			export{core.SourceTransactions, 4, "", 2, 4, 40, all("import.hint.outgoing"), ""},
		},
		"change": { // what was handed over is not what was paid
			lines("流水号,会员卡,交易时间,应收,实收,找零", 4, func(i int) string { return fmt.Sprintf("%d,V%d,%s,10,100,90", i+1, i%2, day(i)) }),
			export{core.SourceTransactions, 4, "", 2, 4, 40, nil, ""},
		},
		"questionnaire of a service": {
			lines("序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、您的手机号,2、您满意吗？,3、您会推荐吗？,4、还有什么建议", 9, func(i int) string {
				return fmt.Sprintf("%d,2026/3/%d 10:22:30,30秒,微信,N/A,1.2.3.4(上海),1380013800%d,满意,%d,很好", i+1, i+1, i, i)
			}),
			export{core.SourceSurvey, 9, "", 9, 0, 0, nil, ""},
		},
		"ratings in a block beside two questions": {
			lines("客户编号,填写日期,服务_1,服务_2,服务_3,推荐可能性,购买渠道（多选）,性别,年龄,权重", 40, func(i int) string {
				return fmt.Sprintf("C%d,2026/3/%d,%d,%d,%d,%d,微信┋门店,男,%d,1.%d", i, i%28+1, i%5+1, (i+1)%5+1, (i+2)%5+1, i%11, 20+i, i)
			}),
			export{core.SourceSurvey, 40, "", 40, 0, 0, nil, ""},
		},
		"counts in a block are attributes": {
			lines("客户编号,开户日期,持有_1,持有_2,持有_3,性别,年龄,城市", 40, func(i int) string {
				return fmt.Sprintf("C%d,2026/3/%d,%d,%d,%d,男,%d,上海", i, i%28+1, i%5+1, (i+1)%5+1, (i+2)%5+1, 20+i)
			}),
			export{core.SourceCustomers, 40, "", 40, 0, 0, nil, ""},
		},
		"long numbers": {
			lines("会员号,日期,金额", 4, func(i int) string { return "6.22848E+18," + day(i) + ",10" }),
			export{core.SourceTransactions, 4, "", 1, 4, 40, all("import.hint.scientific_ids"), ""},
		},
		"German": {
			lines("Datum;Kunde;Betrag", 4, func(i int) string { return fmt.Sprintf("%02d.03.2026;M%d;1.200,50", i+13, i%2) }),
			export{core.SourceTransactions, 4, "", 2, 4, 4802, nil, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(c.text)), core.ImportOptions{}, core.NoProgress)
			got := export{Err: core.CodeOf(err)}
			if err == nil {
				rep := r.Report
				got = export{Kind: rep.Detected.Kind, Used: rep.Rows.Used, Customers: rep.Customers, Orders: rep.Orders, Amount: rep.Amount}
				var why []string
				for _, e := range rep.Rows.Excluded {
					why = append(why, fmt.Sprintf("%s:%d", e.Reason, e.Count))
				}
				got.Excluded = strings.Join(why, " ")
				for _, h := range rep.Hints {
					if !slices.Contains(usual, h.Key) {
						got.Hints = append(got.Hints, h.Key)
					}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// usual are hints that are not what these files are about.
var usual = []string{"import.hint.lines_orders", "import.hint.preset", "import.hint.above_header", "import.hint.many_without_customer"}
