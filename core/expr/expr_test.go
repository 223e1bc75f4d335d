package expr_test

import (
	"errors"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/expr"
	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Every fault of an expression is an error of the user's with a sentence in both
// languages.
func TestFilter_ErrorsAreSentences(t *testing.T) {
	t.Parallel()
	in, err := table.New(1, table.Column{Name: "money", Kind: table.Float64, Floats: []float64{1}}, table.Column{Name: "day", Kind: table.Time, Ints: []int64{0}})
	if err != nil {
		t.Fatal(err)
	}
	for src, code := range map[string]string{
		"money > 1 and 城市 = '上海'": "expr_column", "money > ": "expr_end", "money 1": "expr_syntax", "money > '上海'": "expr_type", "day > 5": "expr_date",
		"money > 1e999": "expr_number", "money # 1": "expr_sign", "money = '1": "expr_quote", " ": "expr_empty",
		strings.Repeat("(", 300): "expr_deep", strings.Repeat("x", 70000): "expr_long",
	} {
		_, err := expr.Filter(src, in)
		e, ok := errors.AsType[*core.Error](err)
		if !ok || e.Code != code || e.Origin != core.OriginUser {
			t.Errorf("%.20s: %v", src, err)
			continue
		}
		for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
			if s, _ := (i18n.Locale{Lang: lang}).Error(e); s == "" || strings.Contains(s, "{") || strings.Contains(s, "expected.") {
				t.Errorf("%s: %s", lang, s)
			}
		}
	}
	if keep, err := expr.Filter("money = 1", in); err != nil || !keep[0] {
		t.Error(keep, err)
	}
}
