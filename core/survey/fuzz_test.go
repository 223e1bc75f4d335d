package survey_test

import (
	"math"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/survey"
)

// FuzzAnalyse reads any header with any cells, a line each, three times side by side: the
// counts add up and shares stay shares.
func FuzzAnalyse(f *testing.F) {
	f.Add("Q3_1", "1\n5\n3\n")
	f.Add("2、您常买的品类", "饮料┋零食\n日用〖纸巾〗\n(空)")
	f.Add("所用时间", "1分35秒\n00:01:35\n95\nx")
	f.Add("Like [a]", "I love it!+5\nI hate it!-5\n0")
	f.Add("weight", "1e308\n-1\nNaN")
	f.Fuzz(func(t *testing.T, header, text string) {
		cells := strings.Split(text, "\n")
		if len(cells) > 200 {
			return
		}
		table := [][]string{{header + "1", header + "2", header + "3"}}
		for _, c := range cells {
			table = append(table, []string{c, c, c})
		}
		r := records("s", table)
		rep, err := survey.Analyse(t.Context(), r, survey.Settings{}, core.NoDate)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range rep.Items {
			if it.Answered+it.Missing > len(cells) {
				t.Errorf("%s: %d answered and %d missing of %d", it.Name, it.Answered, it.Missing, len(cells))
			}
			for _, s := range it.Shares {
				if math.IsNaN(s.Share) || s.Share < 0 || s.Share > 1+1e-9 {
					t.Errorf("%s: share %v of %q", it.Name, s.Share, s.Label)
				}
			}
		}
		if _, err := survey.Features(t.Context(), []*core.Records{r}, nil, core.NoDate); err != nil {
			t.Fatal(err)
		}
	})
}
