package cluster

import (
	"math"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
)

// Mean says what the customers of a group are like in a feature on average, beside all
// customers, in the feature's unit. The host's own columns, which their unit tells from a
// user's of the same name, get a sentence of their own.
func (f *Feature) Mean(mean, all float64) sdk.Text {
	t, unit := f.Average(mean), ""
	switch f.Unit {
	case "day":
		unit = " 天"
	case "order":
		unit = " 笔"
	}
	beside := sdk.Text{ZH: "（全体 {all}" + unit + "）", EN: " (all customers: {all})"}.Fill("all", measure(f.Unit, all))
	return sdk.Text{ZH: t.ZH + beside.ZH, EN: t.EN + beside.EN}
}

// Average is Mean without the comparison.
func (f *Feature) Average(mean float64) sdk.Text {
	return f.average().Fill("name", Short(f.Name), "mean", measure(f.Unit, mean))
}

func (f *Feature) average() sdk.Text {
	switch f.Unit + " " + f.Name {
	case "day recency_days":
		return sdk.Text{ZH: "上次消费平均在 {mean} 天前", EN: "last order {mean} days ago on average"}
	case "day tenure_days":
		return sdk.Text{ZH: "首单平均在 {mean} 天前", EN: "first order {mean} days ago on average"}
	case "day frequency_days":
		return sdk.Text{ZH: "平均有 {mean} 天消费", EN: "{mean} days with an order on average"}
	case "order frequency":
		return sdk.Text{ZH: "平均 {mean} 笔订单", EN: "{mean} orders on average"}
	case "money monetary":
		return sdk.Text{ZH: "消费金额平均 {mean}", EN: "{mean} spent on average"}
	case "money monetary_mean":
		return sdk.Text{ZH: "平均每单 {mean}", EN: "{mean} per order on average"}
	}
	if f.Unit == "day" {
		return sdk.Text{ZH: "{name} 平均 {mean} 天", EN: "{name}: {mean} days on average"}
	}
	return sdk.Text{ZH: "{name} 平均 {mean}", EN: "{name}: {mean} on average"}
}

// measure writes days and orders with one digit behind the point and money in whole units
// from a hundred on, with the sign for which the host writes that of the currency;
// thousands are grouped. Other numbers keep their digits.
func measure(unit string, x float64) string {
	a := math.Abs(x)
	switch {
	case a >= 1e15 || x != x || unit == "" && a < 1000:
		return sheet.Number(x)
	case unit == "money":
		return money(x)
	case a >= 100:
		return sheet.Count(int(math.Round(x)))
	}
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

func money(x float64) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', 2, 64)
	if math.Abs(x) >= 100 {
		s = sheet.Count(int(math.Round(math.Abs(x))))
	}
	if x < 0 {
		return "-" + sdk.MoneySign + s
	}
	return sdk.MoneySign + s
}
