package comment_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/comment"
)

func TestParseThemes(t *testing.T) {
	t.Parallel()
	want := []comment.Theme{{ID: "价格", Words: []string{"贵", "便宜", "price"}}, {ID: "送货", Words: []string{"送货"}}}
	for name, text := range map[string]string{
		"lines":      "# 注释\n价格: 贵, 便宜\n\n送货\n价格：price，贵\n",
		"windows":    "\ufeff价格: 贵、便宜；price\r\n送货\r\n",
		"json list":  `[{"id":"价格","words":["贵","便宜","price"]},{"id":"送货"}]`,
		"json names": `{"送货":[],"价格":["贵","便宜","price"]}`,
	} {
		got, err := comment.ParseThemes([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		slices.SortFunc(got, func(a, b comment.Theme) int { return strings.Compare(a.ID, b.ID) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestParseThemes_says(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		"":                              "themes_none",
		"# only a remark":               "themes_none",
		"价格: 贵\n贵, 便宜":                  "themes_line",
		": 贵":                           "themes_line",
		strings.Repeat("x", 61) + ": a": "themes_line",
		"{":                             "themes_json",
		`{"a": "b"}`:                    "themes_json",
		"\xff\xfe":                      "themes_encoding",
		strings.Repeat("t", 1) + "0: a\n" + manyThemes(201): "themes_size",
	} {
		if _, err := comment.ParseThemes([]byte(text)); !errors.Is(err, &core.Error{Code: code}) {
			t.Errorf("%.20q: %v, want %s", text, err, code)
		}
	}
}

func manyThemes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("t" + strings.Repeat("i", i%50) + string(rune('a'+i/50)) + ": w\n")
	}
	return b.String()
}

func TestThemes_defaults(t *testing.T) {
	t.Parallel()
	themes := comment.DefaultThemes()
	again, err := comment.ParseThemes(comment.FormatThemes(themes))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(themes, again); diff != "" {
		t.Errorf("written and read back (-want +got):\n%s", diff)
	}
	if len(themes) < 20 || !comment.IsDefault("price") || comment.IsDefault("价格") {
		t.Errorf("%d themes", len(themes))
	}
}

func TestThemes_areSpotted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"价格太贵，包装倒是很好":                          {"price", "packaging"},
		"I'm so happy":                         nil, // not the app
		"the app crashes":                      {"app"},
		"Deliveries are slow":                  {"delivery"},
		"退貨很麻煩":                                {"return"},
		"value for money!":                     {"price"},
		"理赔很快，客服态度好":                           {"service", "claims"},
		"手续费太高":                                {"fees"},
		"The waiter was rude, the soup salty.": {"taste", "staff"},
	} {
		r := read(t, recordsOf([]said{{"a", core.NoDate, text, -1}}), core.NoDate, comment.Options{})
		var got []string
		for _, th := range r.At(0).Themes {
			got = append(got, r.Themes[th].ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// What is said of a theme is what stands in its clause, or behind it.
func TestThemes_haveTheirOwnSentiment(t *testing.T) {
	t.Parallel()
	r := read(t, recordsOf([]said{{"a", core.NoDate, "味道很好，送货，慢死了。包装也差", -1}}), core.NoDate, comment.Options{})
	sum, err := r.Summarise(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]comment.Feeling{}
	for _, th := range sum.Themes {
		got[th.ID] = comment.FeelingOf(th.Sentiment)
	}
	want := map[string]comment.Feeling{"taste": comment.Positive, "delivery": comment.Negative, "packaging": comment.Negative}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSuggest_findsWordsWithoutATheme(t *testing.T) {
	t.Parallel()
	dishes := []string{"味道不错的小笼包很好吃", "今天的小笼包好吃", "小笼包和豆浆", "又买小笼包了，味道好", "外卖小笼包凉了", "一笼小笼包不够"}
	rows := invented(150, false) // words are found by what else is written
	for i := range 60 {
		rows = append(rows, said{"c", core.NoDate, dishes[i%6] + "，" + strconv.Itoa(i) + "号 parking", -1})
	}
	r := read(t, recordsOf(rows), core.NoDate, comment.Options{Themes: []comment.Theme{{ID: "口味", Words: []string{"味道", "好吃"}}}})
	words, err := r.Suggest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range words {
		got = append(got, w.Word)
	}
	if !slices.Contains(got, "小笼包") || !slices.Contains(got, "parking") || slices.Contains(got, "味道") || slices.Contains(got, "笼包") {
		t.Errorf("%v", words)
	}
}
