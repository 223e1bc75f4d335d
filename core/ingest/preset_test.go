package ingest_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// presetFile is a small file with the headers that a shop, till or payment service exports
// (what their help pages and published samples show), and our own rows.
type presetFile struct {
	rows    []string // the header first
	mapping map[core.Role]string
	orders  int
	money   float64 // of all rows that count
	used    int     // rows that count
	kind    core.SourceKind
}

type roles = map[core.Role]string

// presetFiles are read under the preset that they are named after.
var presetFiles = map[string]presetFile{
	"shopify_orders": {rows: []string{
		"Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Cancelled at,Vendor,Id",
		"#1001,a@x.com,paid,2024-01-02 10:00:00 +0800,fulfilled,2024-01-03 09:00:00 +0800,no,USD,30.00,3.00,0.00,33.00,,0.00,Standard,2024-01-02 09:59:00 +0800,2,Mug,10.00,M1,Ann,,V,5001",
		"#1001,a@x.com,,,,,,,,,,,,,,2024-01-02 09:59:00 +0800,1,Cup,10.00,C1,,,V,",
		"#1002,b@x.com,paid,2024-01-03 10:00:00 +0800,,,yes,USD,10.00,2.00,0.00,12.00,,0.00,Standard,2024-01-03 09:59:00 +0800,1,Cup,10.00,C1,Bob,,V,5002",
		"#1003,c@x.com,refunded,2024-01-04 10:00:00 +0800,,,no,USD,10.00,2.00,0.00,12.00,,0.00,Standard,2024-01-04 09:59:00 +0800,1,Cup,10.00,C1,Cyd,,V,5003",
	}, mapping: roles{"customer": "Email", "order": "Name", "date": "Paid at", "amount": "Total", "quantity": "Lineitem quantity", "price": "Lineitem price", "product": "Lineitem name", "status": "Financial Status"}, orders: 2, money: 45, used: 3},
	"shopify_customers": {rows: []string{
		"Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address City,Total Spent,Total Orders,Note,Tags",
		"6001,Ann,Lee,a@x.com,yes,Bath,120.50,3,,vip", "6002,Bob,Roe,b@x.com,no,York,15.00,1,,", "6003,Cyd,Poe,c@x.com,no,Bath,0.00,0,,",
	}, mapping: roles{"customer": "Customer ID"}, used: 3, kind: core.SourceCustomers},
	"woocommerce_orders": {rows: []string{
		"Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Email (Billing),Payment Method Title,Order Subtotal Amount,Order Shipping Amount,Order Total Amount,Item #,Item Name,Quantity,Item Cost,Customer User ID",
		"701,Completed,2024-02-01 10:11,,Ann,Lee,a@x.com,Card,20.00,3.00,23.00,1,Mug,2,10.00,11",
		"702,Processing,2024-02-02 10:11,,Bob,Roe,b@x.com,Card,10.00,3.00,13.00,1,Cup,1,10.00,12",
		"703,Cancelled,2024-02-03 10:11,,Bob,Roe,b@x.com,Card,10.00,3.00,13.00,1,Cup,1,10.00,12",
	}, mapping: roles{"customer": "Customer User ID", "order": "Order Number", "date": "Order Date", "amount": "Order Total Amount", "product": "Item Name", "status": "Order Status", "quantity": "Quantity", "price": "Item Cost"}, orders: 2, money: 36, used: 2},
	"square_items": {rows: []string{
		"Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count",
		"2024-06-01,10:15:00,Eastern Time (US & Canada),Nails,Gel Manicure,1,Regular,,,$45.00,$0.00,$45.00,$0.00,T1,P1,iPad,,,Payment,Main,,C1,Ann,,,1",
		"2024-06-01,10:15:00,Eastern Time (US & Canada),Nails,Polish,2,Regular,,,$20.00,-$5.00,$15.00,$0.00,T1,P1,iPad,,,Payment,Main,,C1,Ann,,,2",
		"2024-06-02,11:00:00,Eastern Time (US & Canada),Hair,Cut,1,Regular,,,$30.00,$0.00,$30.00,$0.00,T2,P2,iPad,,,Payment,Main,,C2,Bob,,,1",
		"2024-06-03,11:00:00,Eastern Time (US & Canada),Hair,Cut,-1,Regular,,,-$30.00,$0.00,-$30.00,$0.00,T3,P3,iPad,,,Refund,Main,,C2,Bob,,,-1",
	}, mapping: roles{"customer": "Customer ID", "order": "Transaction ID", "date": "Date", "amount": "Net Sales", "quantity": "Qty", "product": "Item", "category": "Category", "channel": "Location"}, orders: 1, money: 60, used: 2},
	"stripe_payments": {rows: []string{
		"id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,Converted Amount Refunded,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,Customer ID,Customer Description,Customer Email,Captured,Card ID",
		"ch_1,Plan,Payment complete.,2024-03-01 08:00,25.00,0.00,usd,25.00,0.00,1.03,0.00,usd,Live,Paid,X,cus_1,,a@x.com,true,card_1",
		"ch_2,Plan,Payment complete.,2024-03-02 08:00,40.00,0.00,usd,40.00,0.00,1.46,0.00,usd,Live,Paid,X,cus_2,,b@x.com,true,card_2",
		"ch_3,Plan,The bank declined.,2024-03-03 08:00,40.00,0.00,usd,40.00,0.00,0.00,0.00,usd,Live,Failed,X,cus_2,,b@x.com,false,card_2",
	}, mapping: roles{"customer": "Customer ID", "order": "id", "date": "Created (UTC)", "amount": "Amount", "product": "Description", "status": "Status", "refund": "Amount Refunded"}, orders: 2, money: 65, used: 2},
	"paypal_activity": {rows: []string{
		"\"Date\",\"Time\",\"TimeZone\",\"Name\",\"Type\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\",\"From Email Address\",\"To Email Address\",\"Transaction ID\",\"Shipping Address\",\"Item Title\",\"Quantity\"",
		"\"01/15/2024\",\"10:00:00\",\"PST\",\"Ann Lee\",\"Website Payment\",\"Completed\",\"USD\",\"1,020.00\",\"-30.18\",\"989.82\",\"a@x.com\",\"shop@x.com\",\"8AB1\",\"1 Road\",\"Mug\",\"1\"",
		"\"01/16/2024\",\"10:00:00\",\"PST\",\"Bob Roe\",\"Website Payment\",\"Completed\",\"USD\",\"15.00\",\"-0.74\",\"14.26\",\"b@x.com\",\"shop@x.com\",\"8AB2\",\"2 Road\",\"Cup\",\"1\"",
	}, mapping: roles{"customer": "From Email Address", "order": "Transaction ID", "date": "Date", "amount": "Gross", "status": "Status", "product": "Item Title", "quantity": "Quantity"}, orders: 2, money: 1035, used: 2},
	"amazon_orders": {rows: []string{
		"amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\tship-city\tbuyer-email",
		"111-1\t\t2024-01-02T10:00:00+00:00\t2024-01-03T10:00:00+00:00\tShipped\tAmazon\tAmazon.com\tMug\tM1\tB01\tShipped\t2\tUSD\t20.00\t0\t0\tBath\ta@x.com",
		"111-2\t\t2024-01-03T10:00:00+00:00\t2024-01-03T10:00:00+00:00\tShipped\tAmazon\tAmazon.com\tCup\tC1\tB02\tShipped\t1\tUSD\t10.00\t0\t0\tYork\tb@x.com",
		"111-3\t\t2024-01-04T10:00:00+00:00\t2024-01-04T10:00:00+00:00\tCancelled\tAmazon\tAmazon.com\tCup\tC1\tB02\tCancelled\t1\tUSD\t10.00\t0\t0\tYork\tb@x.com",
	}, mapping: roles{"customer": "buyer-email", "order": "amazon-order-id", "date": "purchase-date", "amount": "item-price", "quantity": "quantity", "product": "product-name", "channel": "sales-channel", "status": "order-status"}, orders: 2, money: 30, used: 2},
	"ebay_orders": {rows: []string{
		"Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,Total Price,Payment Method,Sale Date,Paid On Date",
		"31,01-1,ann_l,Ann Lee,a@x.com,9001,Mug,,1,£12.50,£2.50,£15.00,Card,Mar-01-24,Mar-01-24",
		"32,01-2,bob_r,Bob Roe,b@x.com,9002,Cup,,2,£20.00,£0.00,£20.00,Card,Mar-02-24,Mar-03-24",
	}, mapping: roles{"customer": "Buyer Username", "order": "Order Number", "date": "Paid On Date", "amount": "Total Price", "quantity": "Quantity", "product": "Item Title", "channel": "Payment Method"}, orders: 2, money: 35, used: 2},
	"etsy_items": {rows: []string{
		"Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,Shipping Discount,Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,Ship Name,Ship Address1,Ship City,Ship State,Ship Zipcode,Ship Country,Order ID,Variations,Order Type,Listings Type,Payment Type,SKU",
		"03/14/24,Fox sticker,ann_l,2,3.50,,,0.00,0.00,2.90,0.00,7.00,EUR,111,901,03/14/24,03/16/24,Ann Lee,1 Road,Bath,,B1,UK,5001,,online,listing,online_cc,F1",
		"03/14/24,Owl card,ann_l,1,2.00,,,0.00,0.00,2.90,0.00,2.00,EUR,112,902,03/14/24,03/16/24,Ann Lee,1 Road,Bath,,B1,UK,5001,,online,listing,online_cc,O1",
		"03/20/24,Print,bob_r,1,20.00,,,0.00,0.00,2.90,0.00,20.00,EUR,113,903,03/20/24,03/22/24,Bob Roe,2 Road,York,,Y1,UK,5002,,online,listing,online_cc,P1",
	}, mapping: roles{"customer": "Buyer", "order": "Order ID", "date": "Sale Date", "amount": "Item Total", "quantity": "Quantity", "price": "Price", "product": "Item Name"}, orders: 2, money: 29, used: 3},
	"loyverse_items": {rows: []string{
		"Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,Net sales,Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status",
		"2024-01-01 08:00:00,1-1001,Sale,Drinks,10,Coffee,,,2,9.00,0.00,9.00,2.00,7.00,0.00,POS 1,Old Town,Eve,Ann Lee,a@x.com,,Closed",
		"2024-01-01 08:05:00,1-1002,Sale,Cakes,11,Cake,,,1,5.00,1.00,4.00,1.00,3.00,0.00,POS 1,Old Town,Eve,Bob Roe,b@x.com,,Closed",
	}, mapping: roles{"customer": "Customer contacts", "order": "Receipt number", "date": "Date", "amount": "Net sales", "quantity": "Quantity", "product": "Item", "category": "Category", "channel": "Store"}, orders: 2, money: 13, used: 2},
	"salesforce_opportunities": {rows: []string{
		"Opportunity ID,Opportunity Name,Account ID,Account Name,Stage,Amount,Close Date,Opportunity Owner,Created Date",
		"006A1,Renewal,001A,Acme,Closed Won,\"12,000.00\",2024-05-01,Eve,2024-01-05", "006A2,New,001B,Birch,Closed Won,800.00,2024-06-01,Eve,2024-02-05",
	}, mapping: roles{"customer": "Account ID", "order": "Opportunity ID", "date": "Close Date", "amount": "Amount", "status": "Stage"}, orders: 2, money: 12800, used: 2},
	"hubspot_deals": {rows: []string{
		"Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Pipeline,Associated Contact,Associated Company",
		"9001,Renewal,Closed Won,2024-05-01 10:00,Eve,1200,Sales,Ann (a@x.com),Acme", "9002,New,Closed Won,2024-06-01 10:00,Eve,800,Sales,Bob (b@x.com),Birch",
	}, mapping: roles{"customer": "Associated Company", "order": "Record ID", "date": "Close Date", "amount": "Amount", "status": "Deal Stage"}, orders: 2, money: 2000, used: 2},
	"hubspot_contacts": {rows: []string{
		"Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lifecycle Stage,Create Date",
		"51,Ann,Lee,a@x.com,555-0101,Eve,Customer,2024-01-02 10:00", "52,Bob,Roe,b@x.com,555-0102,Eve,Lead,2024-01-03 10:00", "53,Cyd,Poe,c@x.com,555-0103,Eve,Lead,2024-01-03 11:00",
	}, mapping: roles{"customer": "Record ID"}, used: 3, kind: core.SourceCustomers},
	"sap_sales": {rows: []string{
		"Sales Document\tItem\tDocument Date\tSold-To Party\tName 1\tMaterial\tDescription\tOrder Quantity\tSales Unit\tNet Value\tDocument Currency",
		"10001\t10\t02.01.2024\t0000100001\tAcme\tM-10\tMug\t10\tPC\t1.250,50\tEUR", "10001\t20\t02.01.2024\t0000100001\tAcme\tM-11\tCup\t4\tPC\t100,00\tEUR", "10002\t10\t15.01.2024\t0000100002\tBirch\tM-10\tMug\t1\tPC\t125,05\tEUR",
	}, mapping: roles{"customer": "Sold-To Party", "order": "Sales Document", "date": "Document Date", "amount": "Net Value", "quantity": "Order Quantity", "product": "Material"}, orders: 2, money: 1475.55, used: 3},
	"taobao_orders": {rows: []string{
		"订单编号,买家会员名,买家支付宝账号,支付单号,买家应付货款,买家应付邮费,总金额,返点积分,买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址,运送方式,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝种类,物流单号,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因",
		"\"=\"\"1001\"\"\",小明,x,P1,30.00,0.00,30.00,0,28.00,0,交易成功,,张三,某路1号,快递,'13800000001,2024-01-02 10:00:00,2024-01-02 10:05:00,杯子,1,S1,顺丰,,1,88,好店,",
		"\"=\"\"1002\"\"\",小红,y,P2,50.00,0.00,50.00,0,50.00,0,卖家已发货，等待买家确认,,李四,某路2号,快递,'13800000002,2024-01-03 10:00:00,2024-01-03 10:05:00,碗,1,S2,顺丰,,2,88,好店,",
		"\"=\"\"1003\"\"\",小红,y,,50.00,0.00,50.00,0,0.00,0,交易关闭,,李四,某路2号,快递,'13800000002,2024-01-04 10:00:00,,碗,1,,,,2,88,好店,买家不想买了",
	}, mapping: roles{"customer": "买家会员名", "order": "订单编号", "date": "订单付款时间", "amount": "买家实际支付金额", "quantity": "宝贝总数量", "product": "宝贝标题", "channel": "店铺名称", "status": "订单状态"}, orders: 2, money: 78, used: 2},
	"taobao_lines": {rows: []string{
		"子订单编号,主订单编号,买家会员名,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间",
		"2001,1001,小明,杯子,15.00,2,,,,,交易成功,B1,P1,30.00,28.00,没有申请退款,0.00,2024-01-02 10:00:00,2024-01-02 10:05:00",
		"2002,1001,小明,碗,10.00,1,,,,,交易成功,B2,P1,10.00,10.00,没有申请退款,0.00,2024-01-02 10:00:00,2024-01-02 10:05:00",
		"2003,1002,小红,碗,10.00,1,,,,,交易成功,B2,P2,10.00,10.00,没有申请退款,0.00,2024-01-03 10:00:00,2024-01-03 10:05:00",
	}, mapping: roles{"customer": "买家会员名", "order": "主订单编号", "date": "订单付款时间", "amount": "买家实际支付金额", "quantity": "购买数量", "price": "价格", "product": "标题", "status": "订单状态", "refund": "退款金额", "refund_status": "退款状态"}, orders: 2, money: 48, used: 3},
	"jd_orders": {rows: []string{
		"订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话,订单备注,付款确认时间,订单完成时间",
		"300001,10001,杯子,2,在线支付,2024-01-02 10:00:00,20.00,40.00,38.00,0.00,38.00,完成,SOP,jd_ming,张三,某路1号,138****0001,,2024-01-02 10:05:00,2024-01-05 10:00:00",
		"300002,10002,碗,1,在线支付,2024-01-03 10:00:00,10.00,10.00,10.00,0.00,10.00,完成,SOP,jd_hong,李四,某路2号,138****0002,,2024-01-03 10:05:00,2024-01-06 10:00:00",
		"300003,10002,碗,1,在线支付,2024-01-04 10:00:00,10.00,10.00,10.00,0.00,10.00,(删除)已取消,SOP,jd_hong,李四,某路2号,138****0002,,,",
	}, mapping: roles{"customer": "下单帐号", "order": "订单号", "date": "下单时间", "amount": "应付金额", "quantity": "订购数量", "product": "商品名称", "status": "订单状态", "price": "京东价", "channel": "支付方式"}, orders: 2, money: 48, used: 2},
	"pinduoduo_orders": {rows: []string{
		"商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),支付时间,发货时间,确认收货时间,商品id,商品规格,收货人,手机,售后状态,快递单号,快递公司,订单成交时间",
		"杯子,240101-1,已收货,20.00,0.00,1.00,0.00,0.00,19.00,19.00,1,2024-01-02 10:05:00,2024-01-03 10:00:00,2024-01-06 10:00:00,9001,红,张三,13800000001,无售后或售后取消,S1,中通,2024-01-02 10:05:00",
		"碗,240101-2,已发货，待收货,10.00,0.00,0.00,0.00,0.00,10.00,10.00,2,2024-01-03 10:05:00,2024-01-04 10:00:00,,9002,白,李四,13800000002,无售后或售后取消,S2,中通,2024-01-03 10:05:00",
		"碗,240101-3,已取消,10.00,0.00,0.00,0.00,0.00,10.00,0.00,1,2024-01-04 10:05:00,,,9002,白,李四,13800000002,退款成功,,,2024-01-04 10:05:00",
	}, mapping: roles{"customer": "收货人", "order": "订单号", "date": "支付时间", "amount": "用户实付金额(元)", "quantity": "商品数量(件)", "product": "商品", "status": "订单状态", "refund_status": "售后状态"}, orders: 2, money: 29, used: 2},
	"douyin_orders": {rows: []string{
		"主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,运费,收件人,收件人手机号,省,市,区,详细地址,订单提交时间,支付完成时间,商家备注,订单完成时间,订单状态,售后状态,取消原因,发货时间",
		"\"\t6917926768823643751\",\"\t6917926768823643751\",\"\t杯子\",\"\t红\",1,\"\t9001\",B1,19.00,19.00,0.00,张**,\"\t13800000001\",江苏省,南京市,玄武区,某路,2024-01-02 10:00:00,2024-01-02 10:01:00,,2024-01-06 10:00:00,已完成,-,,2024-01-03 10:00:00",
		"\"\t6917926768823643752\",\"\t6917926768823643752\",\"\t碗\",\"\t白\",2,\"\t9002\",B2,10.00,20.00,0.00,李**,\"\t13800000002\",江苏省,南京市,玄武区,某路,2024-01-03 10:00:00,2024-01-03 10:01:00,,-,已发货,-,,2024-01-04 10:00:00",
		"\"\t6917926768823643753\",\"\t6917926768823643753\",\"\t碗\",\"\t白\",1,\"\t9002\",B2,10.00,10.00,0.00,李**,\"\t13800000002\",江苏省,南京市,玄武区,某路,2024-01-04 10:00:00,-,,-,已关闭,-,用户取消,-",
	}, mapping: roles{"customer": "收件人手机号", "order": "主订单编号", "date": "支付完成时间", "amount": "订单应付金额", "quantity": "商品数量", "price": "商品单价", "product": "选购商品", "status": "订单状态"}, orders: 2, money: 39, used: 2},
	"youzan_orders": {rows: []string{
		"订单号,销售渠道,归属店铺,订单类型,订单状态,订单来源,订单创建时间,买家付款时间,交易成功时间,付款方式,商品金额合计,运费,店铺优惠合计,应收订单金额,订单实付金额,全部商品名称,商品种类数,订单配送方式,收货人/提货人,收货人手机号/提货人手机号,买家备注,买家昵称,买家手机号,分销员",
		"E2024010210000001,网店,总店,普通订单,交易完成,微信小程序,2024-01-02 10:00:00,2024-01-02 10:01:00,2024-01-06 10:00:00,微信支付,200.00,0.00,10.00,190.00,190.00,山参精华,1,快递发货,张三,13800000001,,小明,13800000001,",
		"E2024010310000002,网店,总店,普通订单,交易完成,微信小程序,2024-01-03 10:00:00,2024-01-03 10:01:00,2024-01-07 10:00:00,微信支付,60.00,0.00,0.00,60.00,60.00,面膜,1,快递发货,李四,13800000002,,小红,13800000002,",
		"E2024010410000003,网店,总店,普通订单,交易关闭,微信小程序,2024-01-04 10:00:00,,,,60.00,0.00,0.00,60.00,0.00,面膜,1,快递发货,李四,13800000002,,小红,13800000002,",
	}, mapping: roles{"customer": "买家手机号", "order": "订单号", "date": "买家付款时间", "amount": "订单实付金额", "product": "全部商品名称", "status": "订单状态", "channel": "销售渠道"}, orders: 2, money: 250, used: 2},
	"wechat_pay": {rows: []string{
		"交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
		"`2024-01-02 10:00:00,`wx1,`15001,`0,`,`42000001,`A1,`oX1,`JSAPI,`SUCCESS,`CMB_DEBIT,`CNY,`12.50,`0.00,`0,`0,`0.00,`0.00,`,`,`杯子,`,`0.08,`0.60%,`12.50,`0.00,`",
		"`2024-01-03 10:00:00,`wx1,`15001,`0,`,`42000002,`A2,`oX2,`JSAPI,`SUCCESS,`OTHERS,`CNY,`8.00,`0.00,`0,`0,`0.00,`0.00,`,`,`碗,`,`0.05,`0.60%,`8.00,`0.00,`",
	}, mapping: roles{"customer": "用户标识", "order": "商户订单号", "date": "交易时间", "amount": "应结订单金额", "product": "商品名称", "status": "交易状态", "refund": "退款金额"}, orders: 2, money: 20.5, used: 2},
	"wechat_bill": {rows: []string{
		"微信支付账单明细,,,,,,,,,,", "微信昵称：[好店],,,,,,,,,,", "起始时间：[2024-01-01 00:00:00] 终止时间：[2024-01-31 23:59:59],,,,,,,,,,", ",,,,,,,,,,", "共3笔记录,,,,,,,,,,", "----------------------微信支付账单明细列表--------------------,,,,,,,,,,",
		"交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注",
		"2024-01-05 12:30:11,二维码收款,小明,\"收款方备注:二维码收款\",收入,¥23.50,零钱,已存入零钱,\"1000039901202401050000001\t\",/,/",
		"2024-01-08 09:00:00,二维码收款,小红,/,收入,¥100.00,零钱,已存入零钱,\"1000039901202401080000002\t\",/,/",
	}, mapping: roles{"customer": "交易对方", "order": "交易单号", "date": "交易时间", "amount": "金额(元)", "product": "商品", "status": "当前状态", "channel": "支付方式"}, orders: 2, money: 123.5, used: 2},
	"alipay_records": {rows: []string{
		"支付宝交易记录明细查询", "账号:[shop@x.com]", "起始日期:[2024-01-01 00:00:00]    终止日期:[2024-02-01 00:00:00]", "---------------------------------交易记录明细列表------------------------------------",
		"交易号                  ,商家订单号               ,交易创建时间              ,付款时间                ,最近修改时间              ,交易来源地     ,类型              ,交易对方            ,商品名称                ,金额（元）   ,收/支     ,交易状态    ,服务费（元）   ,成功退款（元）  ,备注                  ,资金状态     ,",
		"2024010522001\t,A1\t,2024-01-05 12:30:11 ,2024-01-05 12:30:20 ,2024-01-05 12:30:20 ,其他（包括阿里巴巴和外部商家）,即时到账交易          ,小明              ,杯子                  ,23.50   ,收入      ,交易成功    ,0.00     ,0.00     ,                    ,已收入      ,",
		"2024010822001\t,A2\t,2024-01-08 09:00:00 ,2024-01-08 09:00:09 ,2024-01-08 09:00:09 ,其他（包括阿里巴巴和外部商家）,即时到账交易          ,小红              ,碗                   ,100.00  ,收入      ,交易成功    ,0.00     ,0.00     ,                    ,已收入      ,",
		"------------------------------------------------------------------------------------", "导出时间:[2024-02-02 10:00:00]    用户:好店",
	}, mapping: roles{"customer": "交易对方", "order": "交易号", "date": "付款时间", "amount": "金额（元）", "product": "商品名称", "status": "交易状态", "refund": "成功退款（元）"}, orders: 2, money: 123.5, used: 2},
	"alipay_payments": {rows: []string{
		"支付宝（中国）网络技术有限公司  电子客户回单", "姓名：好店", "共2笔记录",
		"交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,",
		"2024-01-05 12:30:11,商业服务,小明,139****1234,杯子,收入,23.50,余额,交易成功,2024010522001\t,A1\t,,",
		"2024-01-08 09:00:00,商业服务,小红,138****5678,碗,收入,100.00,余额,交易成功,2024010822001\t,A2\t,,",
	}, mapping: roles{"customer": "对方账号", "order": "交易订单号", "date": "交易时间", "amount": "金额", "product": "商品说明", "status": "交易状态", "category": "交易分类"}, orders: 2, money: 123.5, used: 2},
	"alipay_bill": {rows: []string{
		"#支付宝业务明细查询", "#账号：[20880001]", "#起始日期：[2024年01月01日 00:00:00]   终止日期：[2024年02月01日 00:00:00]", "#-----------------------------------------业务明细列表----------------------------------------",
		"支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,服务费（元）,备注",
		"2024010522001\t,A1\t,交易,杯子,2024-01-05 12:30:11,2024-01-05 12:30:20,,总店,,,*明(139***@x.com),23.50,23.50,0.00,0.00,-0.14,",
		"2024010822001\t,A2\t,交易,碗,2024-01-08 09:00:00,2024-01-08 09:00:09,,总店,,,*红(138***@x.com),100.00,100.00,0.00,0.00,-0.60,",
	}, mapping: roles{"customer": "对方账户", "order": "商户订单号", "date": "完成时间", "amount": "商家实收（元）", "product": "商品名称", "channel": "门店名称"}, orders: 2, money: 123.5, used: 2},
	"meituan_orders": {rows: []string{
		"订单编号,门店名称,门店id,下单时间,订单状态,用户id,顾客姓名,顾客电话,菜品信息,餐盒费,配送费,商家活动支出,用户实付金额,商家应收款,完成时间",
		"90001,好店(总店),77,2024-01-05 12:30:11,已完成,U1,张(先生),138****0001,宫保鸡丁*1,1.00,3.00,2.00,32.50,28.00,2024-01-05 13:00:00",
		"90002,好店(总店),77,2024-01-06 12:30:11,已完成,U2,李(女士),138****0002,米饭*2,1.00,3.00,0.00,18.00,15.00,2024-01-06 13:00:00",
		"90003,好店(总店),77,2024-01-07 12:30:11,已取消,U2,李(女士),138****0002,米饭*2,1.00,3.00,0.00,18.00,0.00,",
	}, mapping: roles{"customer": "用户id", "order": "订单编号", "date": "下单时间", "amount": "用户实付金额", "product": "菜品信息", "channel": "门店名称", "status": "订单状态"}, orders: 2, money: 50.5, used: 2},
	"shouqianba": {rows: []string{
		"交易日期,时间,商户名称,门店,终端号,收银员,商户内部订单号,交易流水号,交易类型,交易状态,付款账户,交易金额,实收金额,手续费",
		"2024-01-05,12:30:11,好店,总店,T1,小吴,S1,L1,收款,成功,oX1,23.50,23.40,0.10", "2024-01-06,12:30:11,好店,总店,T1,小吴,S2,L2,收款,成功,oX2,10.00,9.96,0.04",
	}, mapping: roles{"customer": "付款账户", "order": "商户内部订单号", "date": "交易日期", "amount": "实收金额", "channel": "门店", "status": "交易状态"}, orders: 2, money: 33.36, used: 2},
	"yinbao_sales": {rows: []string{
		"流水号,销售时间,门店,收银员,会员卡号,会员姓名,商品名称,商品分类,销售数量,商品原价,折扣,商品小计,支付方式",
		"2024010512301,2024-01-05 12:30:11,总店,小吴,V001,张三,牛奶,饮品,2,5.00,100,10.00,微信", "2024010512301,2024-01-05 12:30:11,总店,小吴,V001,张三,面包,食品,1,8.00,100,8.00,微信", "2024010612301,2024-01-06 12:30:11,总店,小吴,V002,李四,牛奶,饮品,1,5.00,100,5.00,现金",
	}, mapping: roles{"customer": "会员卡号", "order": "流水号", "date": "销售时间", "amount": "商品小计", "quantity": "销售数量", "product": "商品名称", "category": "商品分类", "channel": "门店"}, orders: 2, money: 23, used: 3},
	"erweihuo_bills": {rows: []string{
		"账单号,桌号,开单时间,结账时间,人数,应收金额,折扣金额,实收金额,会员卡号,会员手机号,门店,收银员",
		"B1,A01,2024-01-05 12:00:11,2024-01-05 13:00:00,3,120.00,10.00,110.00,V001,13800000001,总店,小吴", "B2,A02,2024-01-06 12:00:11,2024-01-06 13:00:00,2,80.00,0.00,80.00,V002,13800000002,总店,小吴",
	}, mapping: roles{"customer": "会员卡号", "order": "账单号", "date": "结账时间", "amount": "实收金额", "channel": "门店"}, orders: 2, money: 190, used: 2},
	"kingdee_sales": {rows: []string{
		"单据编号,日期,客户编码,客户,物料编码,物料名称,规格型号,单位,实发数量,单价,含税单价,金额,税额,价税合计,业务员",
		"XOUT001,2024/1/5,C001,甲公司,M001,螺丝,M4,盒,10,8.85,10.00,88.50,11.50,100.00,小吴", "XOUT001,2024/1/5,C001,甲公司,M002,螺母,M4,盒,5,8.85,10.00,44.25,5.75,50.00,小吴", "XOUT002,2024/1/6,C002,乙公司,M001,螺丝,M4,盒,1,8.85,10.00,8.85,1.15,10.00,小吴",
		"合计,,,,,,,,16,,,141.60,18.40,160.00,",
	}, mapping: roles{"customer": "客户编码", "order": "单据编号", "date": "日期", "amount": "价税合计", "quantity": "实发数量", "price": "含税单价", "product": "物料编码"}, orders: 2, money: 160, used: 3},
	"yonyou_sales": {rows: []string{
		"单据号,单据日期,业务类型,客户编码,客户简称,存货编码,存货名称,规格型号,数量,含税单价,无税金额,税额,价税合计,业务员",
		"XS001,2024-01-05,普通销售,C001,甲公司,M001,螺丝,M4,10,10.00,88.50,11.50,100.00,小吴", "XS001,2024-01-05,普通销售,C001,甲公司,M002,螺母,M4,5,10.00,44.25,5.75,50.00,小吴", "XS002,2024-01-06,普通销售,C002,乙公司,M001,螺丝,M4,1,10.00,8.85,1.15,10.00,小吴",
	}, mapping: roles{"customer": "客户编码", "order": "单据号", "date": "单据日期", "amount": "价税合计", "quantity": "数量", "price": "含税单价", "product": "存货编码"}, orders: 2, money: 160, used: 3},
}

// Exports of shops, tills and payment services are recognised by their headers, and their
// orders and money come out as in the file.
func TestPresets(t *testing.T) {
	t.Parallel()
	for name, c := range presetFiles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(strings.Join(c.rows, "\n")+"\n")), core.ImportOptions{}, core.NoProgress)
			if err != nil {
				t.Fatal(err)
			}
			d := r.Report.Detected
			if d.Preset != name {
				t.Errorf("preset %q", d.Preset)
			}
			if kind := c.kind; kind != "" && d.Kind != kind || kind == "" && d.Kind != core.SourceTransactions {
				t.Errorf("read as %s", d.Kind)
			}
			if diff := cmp.Diff(c.mapping, d.Mapping); diff != "" {
				t.Errorf("mapping (-want +got):\n%s", diff)
			}
			if r.Report.Orders != c.orders || r.Report.Rows.Used != c.used {
				t.Errorf("%d orders, want %d; %+v, want %d used", r.Report.Orders, c.orders, r.Report.Rows, c.used)
			}
			if got := money(r); got != c.money {
				t.Errorf("money %v, want %v", got, c.money)
			}
		})
	}
}

// money is the sum of all rows that count.
func money(r *ingest.Result) float64 {
	if r.Transactions == nil {
		return 0
	}
	sum, unit := int64(0), 1.0
	for _, a := range r.Transactions.Amount {
		sum += a
	}
	for range r.Transactions.Scale {
		unit *= 10
	}
	return float64(sum) / unit
}

// Every preset has a file with rows.
func TestPresetsAreAllTried(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("presets.txt")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\n"); line != "" && line[0] != '#' && !strings.Contains(line, "\t") {
			ids = append(ids, line)
		}
	}
	slices.Sort(ids)
	if diff := cmp.Diff(ids, slices.Sorted(maps.Keys(presetFiles))); diff != "" {
		t.Errorf("(-presets +tried):\n%s", diff)
	}
}
