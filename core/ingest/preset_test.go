package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Exports of shops, tills and payment services are recognised by their headers.
func TestPresets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want map[core.Role]string
	}{
		"shopify_orders": {
			"Name,Email,Financial Status,Paid at,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Vendor\n" +
				"#1001,a@x.com,paid,2024-01-02 10:00:00 +0800,USD,30,33,2024-01-02 10:00:00 +0800,2,Mug,10,V\n" +
				"#1001,a@x.com,,,,,,2024-01-02 10:00:00 +0800,1,Cup,10,V\n#1002,b@x.com,paid,2024-01-03 10:00:00 +0800,USD,10,12,2024-01-03 10:00:00 +0800,1,Cup,10,V\n",
			map[core.Role]string{"customer": "Email", "order": "Name", "date": "Paid at", "amount": "Total", "quantity": "Lineitem quantity", "price": "Lineitem price", "product": "Lineitem name", "status": "Financial Status"},
		},
		"taobao_orders": {
			"订单编号,买家会员名,买家支付宝账号,买家应付货款,买家实际支付金额,订单状态,收货人姓名,订单创建时间,订单付款时间,宝贝标题,宝贝总数量\n" +
				"1001,小明,x,30,28,交易成功,张三,2024-01-02 10:00:00,2024-01-02 10:05:00,杯子,1\n1002,小红,y,50,50,交易成功,李四,2024-01-03 10:00:00,2024-01-03 10:05:00,碗,2\n",
			map[core.Role]string{"customer": "买家会员名", "order": "订单编号", "date": "订单付款时间", "amount": "买家实际支付金额", "quantity": "宝贝总数量", "product": "宝贝标题", "status": "订单状态"},
		},
		"wechat_pay": {
			"交易时间,公众账号ID,商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,应结订单金额,商品名称\n" +
				"`2024-01-02 10:00:00,`wx1,`15001,`42000001,`A1,`oX1,`JSAPI,`SUCCESS,`CMB,`12.50,`杯子\n`2024-01-03 10:00:00,`wx1,`15001,`42000002,`A2,`oX2,`JSAPI,`SUCCESS,`CMB,`8.00,`碗\n",
			map[core.Role]string{"customer": "用户标识", "order": "商户订单号", "date": "交易时间", "amount": "应结订单金额", "product": "商品名称", "status": "交易状态"},
		},
		"amazon_orders": {
			"amazon-order-id\tpurchase-date\torder-status\tsales-channel\tproduct-name\tsku\tquantity\titem-price\tbuyer-email\n" +
				"111-1\t2024-01-02T10:00:00+00:00\tShipped\tAmazon.com\tMug\tM1\t2\t20.00\ta@x.com\n111-2\t2024-01-03T10:00:00+00:00\tShipped\tAmazon.com\tCup\tC1\t1\t10.00\tb@x.com\n",
			map[core.Role]string{"customer": "buyer-email", "order": "amazon-order-id", "date": "purchase-date", "amount": "item-price", "quantity": "quantity", "product": "product-name", "channel": "sales-channel", "status": "order-status"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(c.text)), core.ImportOptions{}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			if r.Report.Detected.Preset != name {
				t.Errorf("preset %q", r.Report.Detected.Preset)
			}
			if diff := cmp.Diff(c.want, r.Report.Detected.Mapping); diff != "" {
				t.Errorf("mapping (-want +got):\n%s", diff)
			}
			if r.Report.Orders != 2 || r.Report.Rows.Used < 2 {
				t.Errorf("%+v", r.Report.Rows)
			}
		})
	}
}
