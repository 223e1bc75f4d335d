package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
)

// Exports of the usual shops and tills map without a question asked.
func TestHeaders(t *testing.T) {
	t.Parallel()
	type m = map[core.Role]string
	for name, c := range map[string]struct {
		text string
		want m
	}{
		"guests as −1": {
			"order_id,customer_id,order_date,amount\n1,17,2024-01-01,10\n2,-1,2024-01-02,20\n3,-1,2024-01-03,30\n4,18,2024-01-04,30\n",
			m{core.RoleOrder: "order_id", core.RoleCustomer: "customer_id", core.RoleDate: "order_date", core.RoleAmount: "amount"},
		},
		"taobao": {
			"订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝总数量\n" +
				"3001,tb001,100,0,100,90,交易成功,张三,上海市,13800000001,2024-01-01 10:00:00,2024-01-01 10:01:00,羽绒服,1\n3002,tb002,50,5,55,55,交易成功,李四,北京市,13800000002,2024-01-02 10:00:00,2024-01-02 10:02:00,围巾,2\n",
			m{core.RoleOrder: "订单编号", core.RoleCustomer: "买家会员名", core.RoleAmount: "买家实际支付金额", core.RoleStatus: "订单状态", core.RoleDate: "订单付款时间", core.RoleProduct: "宝贝标题", core.RoleQuantity: "宝贝总数量"},
		},
		"pinduoduo": {
			"订单号,商品,订单状态,商品总价(元),用户实付金额(元),商家实收金额(元),商品数量(件),收货人,手机,支付时间\n" +
				"2401-1,鞋,已发货，待收货,99,89,88,1,王五,13900000001,2024/1/3 9:08\n2401-2,帽,已收货,19,9,8,2,赵六,13900000002,2024/1/4 19:08\n",
			m{core.RoleOrder: "订单号", core.RoleCustomer: "收货人", core.RoleAmount: "用户实付金额(元)", core.RoleStatus: "订单状态", core.RoleDate: "支付时间", core.RoleProduct: "商品", core.RoleQuantity: "商品数量(件)"},
		},
		"jingdong": {
			"订单号\t商品ID\t商品名称\t订购数量\t京东价\t订单金额\t结算金额\t余额支付\t应付金额\t订单状态\t订单类型\t下单帐号\t客户姓名\t付款确认时间\n" +
				"9001\t77\t手机\t1\t1999\t1999\t1899\t0\t1899\t完成\tSOP\tjd_aa\t周一\t2024-03-01 08:00:00\n9002\t78\t壳\t2\t19\t38\t38\t0\t38\t完成\tSOP\tjd_bb\t周二\t2024-03-02 08:00:00\n",
			m{core.RoleOrder: "订单号", core.RoleCustomer: "客户姓名", core.RoleStatus: "订单状态", core.RoleDate: "付款确认时间", core.RoleProduct: "商品ID", core.RoleQuantity: "订购数量", core.RoleAmount: "订单金额"},
		},
		"till": {
			"流水号;会员卡号;消费时间;门店;商品编码;数量;单价;实收金额\n1;00017;2024-05-01 12:00;一店;A1;1;12,5;12,5\n1;00017;2024-05-01 12:00;一店;A2;2;3,0;6,0\n2;00018;2024-05-01 13:00;二店;A1;1;12,5;12,5\n",
			m{core.RoleOrder: "流水号", core.RoleCustomer: "会员卡号", core.RoleDate: "消费时间", core.RoleChannel: "门店", core.RoleProduct: "商品编码", core.RoleQuantity: "数量", core.RolePrice: "单价", core.RoleAmount: "实收金额"},
		},
		"shopify": {
			"Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price\n" +
				"#1001,a@x.com,paid,2024-01-01 10:00:00 +0800,USD,10,0,1,11,0,2024-01-01 10:00:00 +0800,1,Tea,10\n#1002,b@x.com,paid,2024-01-02 10:00:00 +0800,USD,20,0,2,22,0,2024-01-02 10:00:00 +0800,2,Cup,10\n",
			m{core.RoleCustomer: "Email", core.RoleOrder: "Name", core.RoleDate: "Paid at", core.RoleAmount: "Total", core.RoleQuantity: "Lineitem quantity", core.RolePrice: "Lineitem price", core.RoleProduct: "Lineitem name", core.RoleStatus: "Financial Status"},
		},
		"plain English": {
			"CustomerID,InvoiceNo,order_date,Amount\nA1,1,2024-01-01,5\nA2,2,2024-01-02,6\n",
			m{core.RoleCustomer: "CustomerID", core.RoleOrder: "InvoiceNo", core.RoleDate: "order_date", core.RoleAmount: "Amount"},
		},
		"plain Chinese": {"客户,日期,金额\n张三,2024-01-01,5\n李四,2024-01-02,6\n", m{core.RoleCustomer: "客户", core.RoleDate: "日期", core.RoleAmount: "金额"}},
		"traditional":   {"會員編號,訂單編號,訂單日期,實付金額\n1,2,2024-01-01,5\n1,3,2024-01-02,6\n", m{core.RoleCustomer: "會員編號", core.RoleOrder: "訂單編號", core.RoleDate: "訂單日期", core.RoleAmount: "實付金額"}},
	} {
		p, err := Look(t.Context(), file(t, strings.ReplaceAll(name, " ", "_")+".csv", c.text), core.ImportOptions{}, 5)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, p.Detected.Mapping); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
