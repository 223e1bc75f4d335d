package page

import (
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/gui/widget"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// The project's own columns have names for people; a column of the file keeps its own.
func TestQuality_SaysColumnsAsPeopleDo(t *testing.T) {
	t.Parallel()
	q := &Quality{cfg: Config{Env: widget.Env{Locale: i18n.Locale{Lang: sdk.ZH}}}}
	for column, want := range map[string]string{"product": "“商品”", "category": "“类别”", "会员卡": "“会员卡”"} {
		m := core.Message{Key: "quality.missing", Args: core.Args{"column": column, "count": 3, "share": 1.5}}
		if got := q.said(m); !strings.Contains(got, want) {
			t.Errorf("%s is said %q", column, got)
		}
	}
}
