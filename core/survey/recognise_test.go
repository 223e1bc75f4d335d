package survey_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/survey"
)

// wjx is an export of the kind that Chinese survey sites write.
func wjx() [][]string {
	table := [][]string{{
		"序号", "提交答卷时间", "所用时间", "来源", "来自IP", "1、您的性别", "2、您常买的品类", "3、评价—服务", "3、评价—价格", "3、评价—环境",
		"4、您有多大可能把我们推荐给朋友", "5(A.便宜)", "5(B.方便)", "6、建议", "7、是否会员",
	}}
	goods := []string{"饮料┋零食", "零食", "饮料┋日用〖纸巾〗", "日用", "(空)"}
	levels := []string{"非常不满意", "不满意", "一般", "满意", "非常满意"}
	for i := range 40 {
		says := "希望第" + strconv.Itoa(i) + "次来店里的时候能多几种不一样的水果可以选"
		table = append(table, []string{
			strconv.Itoa(i + 1), "2024/3/1 10:00:" + strconv.Itoa(10+i), strconv.Itoa(60+i) + "秒", "微信", "1.1.1.1(上海)", []string{"男", "女"}[i%2],
			goods[i%5], levels[i%5], levels[(i+i/7)%5], levels[(i+i/11)%5], strconv.Itoa(i % 11), strconv.Itoa(i % 2), strconv.Itoa(i / 3 % 2), says, []string{"是", "否"}[i/20],
		})
	}
	return table
}

func kinds(rep *survey.Report) map[string]string {
	out := map[string]string{}
	for _, it := range rep.Items {
		out[it.Name] = string(it.Kind)
		if it.Use != "" {
			out[it.Name] += " " + it.Use
		}
	}
	return out
}

func TestItemsOfAnExport(t *testing.T) {
	t.Parallel()
	rep := analyse(t, records("wjx", wjx()), survey.Settings{})
	want := map[string]string{
		"序号": "meta id", "提交答卷时间": "meta time", "所用时间": "meta duration", "来源": "meta source", "来自IP": "meta source",
		"1、您的性别": "demographic", "2、您常买的品类": "multi", "3、评价—服务": "likert", "3、评价—价格": "likert", "3、评价—环境": "likert",
		"4、您有多大可能把我们推荐给朋友": "nps", "5(A.便宜)": "multi", "5(B.方便)": "multi", "6、建议": "text", "7、是否会员": "binary",
	}
	if diff := cmp.Diff(want, kinds(rep)); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	choices := item(t, rep, "2、您常买的品类")
	if choices.Answered != 32 || choices.Missing != 8 {
		t.Errorf("choices: %d answered, %d missing; (空) is no answer", choices.Answered, choices.Missing)
	}
	near(t, "零食", shareOf(choices, "零食"), 0.5, 1e-12) // 16 of 32; what was typed behind a choice is not part of it
	near(t, "日用", shareOf(choices, "日用"), 0.5, 1e-12)
	if sc := scale(t, rep, "3、评价"); len(sc.Items) != 3 || sc.Low != 1 || sc.High != 5 {
		t.Errorf("scale %+v", sc)
	}
}

func TestRecognition(t *testing.T) {
	t.Parallel()
	long := func(v ...string) []string { return slices.Repeat(v, 12) }
	for name, c := range map[string]struct {
		header string
		cells  []string
		want   survey.Kind
		low    float64
		high   float64
	}{
		"agreement in Chinese":       {"Q1", long("非常同意", "同意", "一般", "不同意", "非常不同意"), survey.Likert, 1, 5},
		"agreement of seven":         {"Q1", long("Strongly agree", "Agree", "Somewhat agree", "Neutral", "Disagree"), survey.Likert, 1, 7},
		"satisfaction":               {"Q1", long("Very satisfied", "Satisfied", "Dissatisfied"), survey.Likert, 1, 5},
		"numbered words":             {"Q1", long("5 - 非常满意", "4 - 满意", "3 - 一般"), survey.Likert, 1, 5},
		"ends in words":              {"Like", long("I love it!+5", "+4", "+3", "+2", "+1", "0", "-1", "-2", "-3", "-4", "I hate it!-5"), survey.Likert, -5, 5},
		"numbers 1 to 7":             {"How satisfied are you", long("1", "7", "3"), survey.Likert, 1, 7},
		"numbers with a word":        {"Rate the price", long("2", "3", "4"), survey.Likert, 1, 5},
		"recommendation":             {"How likely are you to recommend us?", long("0", "10", "7"), survey.NPS, 0, 10},
		"recommendation, a few":      {"推荐意愿", long("8", "9", "10"), survey.NPS, 0, 10},
		"yes and no":                 {"member", long("Yes", "No"), survey.Binary, 0, 0},
		"nought and one":             {"member", long("1", "0"), survey.Binary, 0, 0},
		"several choices":            {"brands", long("A;B", "A", "B;C", "C"), survey.Multi, 0, 0},
		"several choices, commas":    {"Which do you use?", long("Tea, Coffee", "Tea", "Water, Tea", "Water"), survey.Multi, 0, 0},
		"a place is one choice":      {"where", long("Rome, Italy", "Oslo, Norway", "Bari, Italy"), survey.Single, 0, 0},
		"one choice":                 {"brand", long("red", "green", "blue"), survey.Single, 0, 0},
		"age groups":                 {"Age", long("18-25", "26-35", "36-45"), survey.Demographic, 0, 0},
		"age":                        {"您的年龄", long("23", "45", "67"), survey.Demographic, 0, 0},
		"a page is no age":           {"page satisfaction", long("1", "5", "3"), survey.Likert, 1, 5},
		"money":                      {"spend", long("23.5", "45", "1067"), survey.Number, 0, 0},
		"children":                   {"kids", long("0", "1", "2", "3"), survey.Number, 0, 0},
		"weights":                    {"权重", long("0.7", "1.3", "1"), survey.Weight, 0, 0},
		"a header of another export": {"Timestamp", long("2024/01/01 10:00:00", "2024/01/01 10:00:05"), survey.Meta, 0, 0},
		"nobody answered":            {"Q9", long("", "不适用"), survey.Empty, 0, 0},
		"only one answer":            {"Q9", long("red"), survey.Single, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := [][]string{{c.header}}
			for _, cell := range c.cells {
				table = append(table, []string{cell})
			}
			it := item(t, analyse(t, records("s", table), survey.Settings{}), c.header)
			if it.Kind != c.want || it.Kind == survey.Likert && (it.Low != c.low || it.High != c.high) {
				t.Errorf("%s %v–%v, want %s %v–%v", it.Kind, it.Low, it.High, c.want, c.low, c.high)
			}
			if it.Confidence <= 0 || it.Confidence > 1 {
				t.Errorf("confidence %v", it.Confidence)
			}
		})
	}
}

func TestGroupsOfHeaders(t *testing.T) {
	t.Parallel()
	table := [][]string{{"Rate us [price]", "Rate us [staff]", "Rate us [shop]", "T1", "T2", "T3", "Q3_1", "Q3_2", "Q1", "Q2", "Q4"}}
	for i := range 60 {
		row := make([]string, len(table[0]))
		for j := range row {
			row[j] = strconv.Itoa(1 + (i*(j+3)+i/7)%5)
		}
		table = append(table, row)
	}
	rep := analyse(t, records("s", table), survey.Settings{})
	var got []string
	for _, sc := range rep.Scales {
		var names []string
		for _, it := range sc.Items {
			names = append(names, it.Name)
		}
		got = append(got, sc.Name+": "+strings.Join(names, " ")+" "+strconv.FormatBool(sc.Sure))
	}
	want := []string{"Rate us: Rate us [price] Rate us [staff] Rate us [shop] true", "T: T1 T2 T3 true", "Q: Q1 Q2 Q4 false"} // two items are no scale; Q says nothing
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scales (-want +got):\n%s", diff)
	}
}

func TestRatingsAloneShareTheirEnds(t *testing.T) {
	t.Parallel()
	table := [][]string{{"service", "price", "place", "colour", "region", "response_id", "time_taken"}}
	for i := range 60 { // nobody gives the price a 5; colours are three codes
		table = append(table, []string{strconv.Itoa(1 + i%5), strconv.Itoa(1 + i%4), strconv.Itoa(1 + i/2%5), strconv.Itoa(1 + i%3), strconv.Itoa(1 + i%4), strconv.Itoa(i + 1), strconv.Itoa(5 + i%7)})
	}
	rep := analyse(t, records("s", table), survey.Settings{})
	want := map[string]string{
		"service": "likert", "price": "likert", "place": "likert", "colour": "single", "region": "demographic", "response_id": "meta id", "time_taken": "meta duration",
	}
	if diff := cmp.Diff(want, kinds(rep)); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	if it := item(t, rep, "price"); it.High != 5 {
		t.Errorf("price up to %v", it.High)
	}
}

func TestSignsOfAnExport(t *testing.T) {
	t.Parallel()
	table := [][]string{{"序号", "所用时间", "1、服务", "2、价格"}}
	for i := range 30 {
		table = append(table, []string{strconv.Itoa(i + 1), "90秒", []string{"1", "5", "-3"}[i%3], []string{"2", "5", "-2"}[i%3]})
	}
	it := item(t, analyse(t, records("s", table), survey.Settings{}), "1、服务")
	if it.Answered != 20 || it.Missing != 10 || it.Low != 1 || it.High != 5 {
		t.Errorf("%d answered, %d missing, %v–%v: −3 is a skipped question", it.Answered, it.Missing, it.Low, it.High)
	}
	for _, row := range table {
		row[0], row[1] = row[2], row[3] // no sign of an export: −3 is an answer
	}
	table[0] = []string{"a", "b", "c rating", "d rating"}
	if it := item(t, analyse(t, records("s", table), survey.Settings{}), "c rating"); it.Answered != 30 {
		t.Errorf("%d answered", it.Answered)
	}
}

func TestSettingsDecide(t *testing.T) {
	t.Parallel()
	r := records("s", [][]string{{"x1", "x2", "x3", "word", "w"}, {"1", "2", "5", "red", "1"}, {"4", "4", "2", "blue", "2"}, {"5", "5", "1", "red", "3"}, {"2", "1", "4", "blue", "2"}})
	none := ""
	rep := analyse(t, r, survey.Settings{
		Kinds: map[string]survey.Kind{"word": survey.Text, "x2": survey.Number}, Reversed: map[string]bool{"x3": true},
		Scales: map[string][]string{"mine": {"x1", "x3"}, "x": nil}, Weight: &none, Labels: map[string]string{"x1": "Likes it", "mine": "Mine"},
	})
	if it := item(t, rep, "word"); it.Kind != survey.Text || !it.Given || it.Confidence != 1 {
		t.Errorf("word: %+v", it.Item)
	}
	if it := item(t, rep, "x1"); it.Label != "Likes it" {
		t.Errorf("label %q", it.Label)
	}
	if rep.Weights != nil {
		t.Errorf("weights %+v", rep.Weights)
	}
	if len(rep.Scales) != 1 || rep.Scales[0].Name != "mine" || rep.Scales[0].Label != "Mine" || !rep.Scales[0].Items[1].Reversed || rep.Scales[0].Suggestion != 0 {
		t.Errorf("scales %+v", rep.Scales)
	}
	for code, s := range map[string]survey.Settings{
		survey.CodeUnknownItem: {Kinds: map[string]survey.Kind{"none": survey.Text}},
		survey.CodeUnknownKind: {Kinds: map[string]survey.Kind{"x1": "kind"}},
		survey.CodeUnknownFlag: {Exclude: []string{"lazy"}},
	} {
		if got := core.CodeOf(s.Check(r)); got != code {
			t.Errorf("%s: got %q", code, got)
		}
	}
	word := "word"
	for code, s := range map[string]survey.Settings{
		survey.CodeWrongKind:  {Kinds: map[string]survey.Kind{"word": survey.NPS}},
		survey.CodeScaleItem:  {Scales: map[string][]string{"a": {"word"}}},
		survey.CodeWeightKind: {Weight: &word},
	} {
		if _, err := survey.Analyse(t.Context(), r, s, core.NoDate); core.CodeOf(err) != code {
			t.Errorf("%s: got %v", code, err)
		}
	}
}

func TestSettingsDocument(t *testing.T) {
	t.Parallel()
	w := "w"
	s := survey.Settings{Kinds: map[string]survey.Kind{"a": survey.NPS}, Reversed: map[string]bool{"b": false}, Scales: map[string][]string{"c": {"a", "b"}}, Weight: &w, Exclude: []string{survey.FlagSpeeder}}
	b, err := s.Document()
	if err != nil {
		t.Fatal(err)
	}
	got, err := survey.ParseSettings(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{"{", `{"kinds":3}`, strings.Repeat(" ", 5<<20)} {
		if _, err := survey.ParseSettings([]byte(bad)); core.CodeOf(err) != survey.CodeBadSettings {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}
