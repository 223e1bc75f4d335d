package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// What a small table holds is told by what its headers carry and its cells say, although
// little in it differs.
func TestKindOfSmallTables(t *testing.T) {
	t.Parallel()
	said := []string{"The delivery was late and the box broken", "Great quality, I love it", "Too expensive for what it is", "Friendly staff and quick answer"}
	zh := []string{"送货太慢了，盒子也压坏了", "质量很好，下次还会再来买", "价格有点贵，不太划算"}
	for name, c := range map[string]struct {
		header string
		row    func(i int) string
		want   core.SourceKind
	}{
		"four sentences and a rating": {"customer_id,date,comment,rating", func(i int) string {
			return fmt.Sprintf("C%03d,2024-06-%02d,\"%s\",%d", i, 1+i%28, said[i%4], 1+i%5)
		}, core.SourceComments},
		"three Chinese sentences and stars": {"会员号,日期,评论,评分", func(i int) string {
			return fmt.Sprintf("M%03d,2024-06-%02d,%s,%d", i, 1+i%28, zh[i%3], 1+i%5)
		}, core.SourceComments},
		"a comment on a purchase": {"customer_id,date,comment,rating,amount", func(i int) string {
			return fmt.Sprintf("C%03d,2024-06-%02d,\"%s\",%d,%d.50", i%9, 1+i%28, said[i%4], 1+i%5, 10+i)
		}, core.SourceTransactions},
		"a word of comment": {"customer_id,date,comment,rating", func(i int) string {
			return fmt.Sprintf("C%03d,2024-06-%02d,%s,%d", i%9, 1+i%28, []string{"good", "bad"}[i%2], 1+i%5)
		}, core.SourceTransactions},
		"no rating": {"customer_id,date,comment,store", func(i int) string {
			return fmt.Sprintf("C%03d,2024-06-%02d,\"%s\",%d", i%9, 1+i%28, said[i%4], 1+i%5)
		}, core.SourceTransactions},
		"scales in brackets": {"customer_id,How satisfied are you (1-5),How likely are you to recommend us (0-10),Quality (1-5)", func(i int) string {
			return fmt.Sprintf("C%03d,%d,%d,%d", i, 1+i%5, i%11, 1+i*3%5)
		}, core.SourceSurvey},
		"two scales": {"customer_id,Service (1-7),Price (1 to 5)", func(i int) string {
			return fmt.Sprintf("C%03d,%d,%d", i, 1+i%7, 1+i%5)
		}, core.SourceSurvey},
		"Chinese scales": {"客户编号,服务态度（1～5分）,环境1-5分,口味【0至10】", func(i int) string {
			return fmt.Sprintf("K%03d,%d,%d,%d", i, 1+i%5, 1+i%4, i%11)
		}, core.SourceSurvey},
		"values outside the scale": {"customer_id,Service (1-5),Quality (1-5)", func(i int) string {
			return fmt.Sprintf("C%03d,%d,%d", i, 10+i, 20+i)
		}, core.SourceCustomers},
		"ages in brackets": {"customer_id,Children (0-17),Adults (18-64)", func(i int) string {
			return fmt.Sprintf("C%03d,%d,%d", i, i%3, 1+i%2)
		}, core.SourceCustomers},
		"one scale among facts": {"customer_id,city,age,satisfaction (1-5),joined", func(i int) string {
			return fmt.Sprintf("C%03d,Bath,%d,%d,2020-01-%02d", i, 20+i, 1+i%5, 1+i%28)
		}, core.SourceCustomers},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			b.WriteString(c.header + "\n")
			for i := range 40 {
				b.WriteString(c.row(i) + "\n")
			}
			p, err := ingest.Look(t.Context(), saved(t, "a.csv", []byte(b.String())), core.ImportOptions{}, 3)
			if err != nil {
				t.Fatal(err)
			}
			if p.Detected.Kind != c.want {
				t.Errorf("read as %s, want %s; %v", p.Detected.Kind, c.want, p.Detected.Mapping)
			}
		})
	}
}
