package i18n_test

import (
	"testing"

	"qunxiang/i18n"
	"qunxiang/sdk"
)

func TestFeatureTitles(t *testing.T) {
	t.Parallel()
	zh, en := i18n.Locale{Lang: sdk.ZH}, i18n.Locale{Lang: sdk.EN}
	for id, want := range map[string][2]string{
		"events_30d":          {"近 30 天行为次数", "events in the last 30 days"},
		"event_days":          {"有行为的天数", "days with an event"}, // no event called days
		"event_浏览":            {"“浏览”次数", "times “浏览”"},
		"channel_share_APP":   {"“APP”渠道占比", "share of events through “APP”"},
		"scale_Trust":         {"量表“Trust”得分", "scale “Trust”"},
		"recency_days":        {zh.T("feature.recency_days"), en.T("feature.recency_days")},
		"a column of my own":  {"a column of my own", "a column of my own"},
		"eventful, no prefix": {"eventful, no prefix", "eventful, no prefix"},
	} {
		if got := [2]string{zh.Feature(id), en.Feature(id)}; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
		if got := zh.Word("feature", id); got != want[0] {
			t.Errorf("%s as a word: %q", id, got)
		}
	}
	if got := zh.Word("city", "scale_Trust"); got != "scale_Trust" {
		t.Errorf("a cell of another column: %q", got)
	}
}
