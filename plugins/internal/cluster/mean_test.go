package cluster_test

import (
	"testing"

	"qunxiang/plugins/internal/cluster"
)

func TestFeature_MeanInTheUnitOfTheFeature(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f         cluster.Feature
		mean, all float64
		zh, en    string
	}{
		{cluster.Feature{Name: "recency_days", Unit: "day"}, 68.27, 213.8, "上次消费平均在 68.3 天前（全体 214 天）", "last order 68.3 days ago on average (all customers: 214)"},
		{cluster.Feature{Name: "frequency", Unit: "order"}, 10.96, 4, "平均 11 笔订单（全体 4 笔）", "11 orders on average (all customers: 4)"},
		{cluster.Feature{Name: "monetary", Unit: "money"}, 1234567.4, -99.5, "消费金额平均 ¤1,234,567（全体 -¤99.50）", "¤1,234,567 spent on average (all customers: -¤99.50)"},
		{cluster.Feature{Name: "days_since_event", Unit: "day"}, 3.04, 1000, "days_since_event 平均 3 天（全体 1,000 天）", "days_since_event: 3 days on average (all customers: 1,000)"},
		{cluster.Feature{Name: "frequency"}, 0.12344, -1234.6, "frequency 平均 0.1234（全体 -1,235）", "frequency: 0.1234 on average (all customers: -1,235)"},
	} {
		if got := c.f.Mean(c.mean, c.all); got.ZH != c.zh || got.EN != c.en {
			t.Errorf("%s says %q, %q", c.f.Name, got.ZH, got.EN)
		}
	}
}
