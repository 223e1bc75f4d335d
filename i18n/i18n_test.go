package i18n_test

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

var (
	zh = i18n.Locale{Lang: sdk.ZH}
	en = i18n.Locale{Lang: sdk.EN}
)

// locale reads one locale file in the order in which its keys stand.
func locale(t *testing.T, name string) (map[string]string, []string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var order []string
	for _, k := range regexp.MustCompile(`(?m)^\s*"([^"]+)"\s*:`).FindAllStringSubmatch(string(b), -1) {
		order = append(order, k[1])
	}
	return m, order
}

// placeholders returns the names in braces, each once, sorted.
func placeholders(text string) []string {
	set := map[string]bool{}
	for _, m := range regexp.MustCompile(`\{([^}|]+)[^}]*\}`).FindAllStringSubmatch(text, -1) {
		set[m[1]] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// plurals returns the names that only choose a word; a Chinese text need not have them.
func plurals(text string) map[string]bool {
	set := map[string]bool{}
	for _, m := range regexp.MustCompile(`\{([^}|]+)\|[^}]*\}`).FindAllStringSubmatch(text, -1) {
		set[m[1]] = true
	}
	return set
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("locales/*.json")
	if err != nil {
		t.Fatal(err)
	}
	home := map[string]string{} // key → English file
	for _, name := range files {
		area, ok := strings.CutSuffix(filepath.Base(name), ".en.json")
		if !ok {
			if area, ok = strings.CutSuffix(filepath.Base(name), ".zh-CN.json"); !ok {
				t.Errorf("%s is of no known language", name)
			} else if _, err := os.Stat("locales/" + area + ".en.json"); err != nil {
				t.Errorf("%s has no English counterpart", name)
			}
			continue
		}
		english, order := locale(t, name)
		chinese, chineseOrder := locale(t, "locales/"+area+".zh-CN.json")
		if !slices.IsSorted(order) || !slices.IsSorted(chineseOrder) || len(order) != len(english) {
			t.Errorf("%s: keys are not sorted, or one stands twice, in one of the languages", area)
		}
		for key, text := range english {
			if other, twice := home[key]; twice {
				t.Errorf("%s stands in %s and in %s", key, other, name)
			}
			home[key] = name
			c, ok := chinese[key]
			if !ok {
				t.Errorf("%s: %s has no Chinese text", area, key)
				continue
			}
			compare(t, key, text, c)
		}
		for key := range chinese {
			if _, ok := english[key]; !ok {
				t.Errorf("%s: %s has no English text", area, key)
			}
		}
	}
}

func compare(t *testing.T, key, english, chinese string) {
	t.Helper()
	if strings.TrimSpace(english) == "" || strings.TrimSpace(chinese) == "" {
		t.Errorf("%s is empty", key)
	}
	optional := plurals(english)
	have := placeholders(chinese)
	for _, p := range placeholders(english) {
		if !slices.Contains(have, p) && !optional[p] {
			t.Errorf("%s: the Chinese text lacks {%s}", key, p)
		}
	}
	for _, p := range have {
		if !slices.Contains(placeholders(english), p) {
			t.Errorf("%s: the English text lacks {%s}", key, p)
		}
	}
	if strings.ContainsFunc(english, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && !strings.HasPrefix(key, "language.") {
		t.Errorf("%s: Chinese characters in the English text %q", key, english)
	}
}

func TestNumbersReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what        string
		got         func(i18n.Locale) string
		zhCN, inEng string
	}{
		{"count", func(l i18n.Locale) string { return l.Int(1234567) }, "1,234,567", "1,234,567"},
		{"negative count", func(l i18n.Locale) string { return l.Int(-1234) }, "-1,234", "-1,234"},
		{"three digits", func(l i18n.Locale) string { return l.Int(-123) }, "-123", "-123"},
		{"fixed decimals", func(l i18n.Locale) string { return l.Number(1234.5, 2) }, "1,234.50", "1,234.50"},
		{"free decimals", func(l i18n.Locale) string { return l.Number(3.14159, -1) }, "3.142", "3.142"},
		{"no decimals needed", func(l i18n.Locale) string { return l.Number(1200, -1) }, "1,200", "1,200"},
		{"small", func(l i18n.Locale) string { return l.Number(0.01234, -1) }, "0.0123", "0.0123"},
		{"nothing left of it", func(l i18n.Locale) string { return l.Number(-0.00001, -1) }, "0", "0"},
		{"not a number", func(l i18n.Locale) string { return l.Number(math.NaN(), 2) }, "–", "–"},
		{"percent", func(l i18n.Locale) string { return l.Percent(0.1234) }, "12.3%", "12.3%"},
		{"percent of nothing", func(l i18n.Locale) string { return l.Percent(math.NaN()) }, "–", "–"},
		{"compact, small", func(l i18n.Locale) string { return l.Compact(999) }, "999", "999"},
		{"compact, thousands", func(l i18n.Locale) string { return l.Compact(9876) }, "9,876", "9,876"},
		{"compact, 12,000", func(l i18n.Locale) string { return l.Compact(12_000) }, "1.2 万", "12 K"},
		{"compact, 12,345", func(l i18n.Locale) string { return l.Compact(12_345) }, "1.2 万", "12.3 K"},
		{"compact, a million", func(l i18n.Locale) string { return l.Compact(1_234_567) }, "123 万", "1.2 M"},
		{"compact, 340 million", func(l i18n.Locale) string { return l.Compact(3.4e8) }, "3.4 亿", "340 M"},
		{"compact, a billion", func(l i18n.Locale) string { return l.Compact(-2.5e9) }, "-25 亿", "-2.5 B"},
		{"compact, 万亿", func(l i18n.Locale) string { return l.Compact(1.5e12) }, "1.5 万亿", "1,500 B"},
		{"compact rounds into the next unit", func(l i18n.Locale) string { return l.Compact(999_960) }, "100 万", "1 M"},
		{"compact rounds into the unit", func(l i18n.Locale) string { return l.Compact(9999.6) }, "1 万", "10 K"},
		{"compact, not a number", func(l i18n.Locale) string { return l.Compact(math.Inf(1)) }, "–", "–"},
		{"compact, a fraction", func(l i18n.Locale) string { return l.Compact(1.256) }, "1.26", "1.26"},
		{"money", func(l i18n.Locale) string { return l.Money(1234.5, "CNY") }, "¥1,234.50", "¥1,234.50"},
		{"money, large", func(l i18n.Locale) string { return l.Money(-12345.6, "USD") }, "-$12,346", "-$12,346"},
		{"money, no sign", func(l i18n.Locale) string { return l.Money(5, "CHF") }, "CHF 5.00", "CHF 5.00"},
		{"money, rounded to nothing", func(l i18n.Locale) string { return l.Money(-0.001, "EUR") }, "€0.00", "€0.00"},
		{"money, not a number", func(l i18n.Locale) string { return l.Money(math.NaN(), "EUR") }, "–", "–"},
		{"compact money", func(l i18n.Locale) string { return l.CompactMoney(-12_000, "GBP") }, "-£1.2 万", "-£12 K"},
		{"date", func(l i18n.Locale) string { return l.Date(core.YMD(2024, 2, 29)) }, "2024-02-29", "2024-02-29"},
		{"list", func(l i18n.Locale) string { return l.Value([]string{"a", "b"}) }, "a、b", "a, b"},
	} {
		if got := c.got(zh); got != c.zhCN {
			t.Errorf("%s in Chinese: %q, want %q", c.what, got, c.zhCN)
		}
		if got := c.got(en); got != c.inEng {
			t.Errorf("%s in English: %q, want %q", c.what, got, c.inEng)
		}
	}
}

func TestErrorsSayWhereAndWhat(t *testing.T) {
	t.Parallel()
	message, hint := en.Error(context(t))
	if want := "There is no sample business “bank”."; message != want {
		t.Errorf("message %q, want %q", message, want)
	}
	if !strings.Contains(hint, "shop") {
		t.Errorf("hint %q does not name what there is", hint)
	}
	message, _ = zh.Error(&core.Error{Code: "cancelled", Where: core.Where{Row: 1200, Column: "金额"}})
	if !strings.Contains(message, "第 1,200 行") || !strings.Contains(message, "金额") {
		t.Errorf("the place is missing in %q", message)
	}
	message, hint = en.Error(errors.New("disk on fire"))
	if !strings.Contains(message, "disk on fire") || hint == "" {
		t.Errorf("an unknown error reads %q, %q", message, hint)
	}
	if message, hint = en.Error(nil); message != "" || hint != "" {
		t.Errorf("no error reads %q, %q", message, hint)
	}
}

func context(t *testing.T) error {
	t.Helper()
	return &core.Error{Code: "sample_business", Origin: core.OriginUser, Args: core.Args{"business": "bank", "known": []string{"shop"}}}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	if got := en.T("where.row", "row", 5); got != "row 5" {
		t.Errorf("filled: %q", got)
	}
	if got := en.T("where.row"); got != "row {row}" {
		t.Errorf("unfilled: %q", got)
	}
	if got := en.T("no.such.key"); got != "no.such.key" {
		t.Errorf("missing: %q", got)
	}
	if got := en.T("where.row", "row", "{column}"); got != "row {column}" {
		t.Errorf("a value is not a template: %q", got)
	}
}

// The application's own features are called by their titles in tables; other words stay.
func TestLocale_WordOfFeature(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{"recency_days": "距上次消费天数", "年龄": "年龄", "": ""} {
		if got := zh.Word("feature", value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}
