package ingest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// shape is what a table looks like: header rows, rows, and what is around it.
type shape struct {
	Header  []string
	Headers []int
	Rows    int
	Skipped []ingest.Skipped
}

// Titles, headers of several rows, repeated headers, totals and notes are told apart
// from the table.
func TestStructure(t *testing.T) {
	t.Parallel()
	type sk = []ingest.Skipped
	const body = "张三,2024-01-02,5\n李四,2024-01-03,6\n王五,2024-01-04,7\n"
	for name, c := range map[string]struct {
		text string
		want shape
	}{
		"plain":                     {"客户,日期,金额\n" + body, shape{[]string{"客户", "日期", "金额"}, []int{1}, 3, nil}},
		"title and note":            {"一月销售报表,,\n单位：元,,\n客户,日期,金额\n" + body, shape{[]string{"客户", "日期", "金额"}, []int{3}, 3, sk{{"preamble", 1, 2, "一月销售报表"}}}},
		"total and footer":          {"客户,日期,金额\n" + body + "合计,,18\n\n制表人：赵六,,\n", shape{[]string{"客户", "日期", "金额"}, []int{1}, 3, sk{{"total", 5, 1, "合计 18"}, {"blank", 6, 1, ""}, {"footer", 7, 1, "制表人：赵六"}}}},
		"subtotal inside":           {"客户,日期,金额\n" + body + "小计,,18\n" + body, shape{[]string{"客户", "日期", "金额"}, []int{1}, 7, nil}},
		"repeated header":           {"客户,日期,金额\n" + body + "客户,日期,金额\n" + body, shape{[]string{"客户", "日期", "金额"}, []int{1}, 6, sk{{"repeated_header", 5, 1, "客户 日期 金额"}}}},
		"two header rows":           {"客户,订单,\n,日期,金额\n" + body, shape{[]string{"客户", "订单 日期", "订单 金额"}, []int{1, 2}, 3, nil}},
		"names go on below":         {"部门,人数,金额\n,（人）,（元）\nA,5,1.5\nB,6,2.5\nC,7,3.5\n", shape{[]string{"部门", "人数 （人）", "金额 （元）"}, []int{1, 2}, 3, nil}},
		"one name goes on":          {"Segment,2023,2022,2021\n,,Restated,\nA,5,1.5,2\nB,6,2.5,3\nC,7,3.5,4\n", shape{[]string{"Segment", "2023", "2022 Restated", "2021"}, []int{1, 2}, 3, nil}},
		"merged names":              {"Dates,Purpose,Travel,,,Total\n,,Air,Rail,Car,\n04/04/2014,Meeting,,65.6,,65.6\n05/04/2014,Meeting,5,,1.5,6.5\n06/04/2014,Meeting,,1,,1\n", shape{[]string{"Dates", "Purpose", "Travel Air", "Travel Rail", "Travel Car", "Total"}, []int{1, 2}, 3, nil}},
		"first row holds a version": {"component,version\nwmo,v28.1\ndegrib,2.25\n", shape{[]string{"component", "version"}, []int{1}, 2, nil}},
		"commas in the last column": {"Code,Name\n1,\"A\"\n2,Service, Royal Navy\n3,Office, Egypt\n4,B\n5,Institute, Ecuador\n", shape{[]string{"Code", "Name", ""}, []int{1}, 5, nil}},
		"groups above":              {"Who,,,What,,\nid,name,city,date,amount,note\n1,A,X,2024-01-02,5,x\n2,B,Y,2024-01-03,6,y\n", shape{[]string{"id", "name", "city", "date", "amount", "note"}, []int{2}, 2, sk{{"group_header", 1, 1, "Who What"}}}},
		"no header":                 {body, shape{nil, nil, 3, nil}},
		"header only":               {"客户,日期,金额\n", shape{[]string{"客户", "日期", "金额"}, []int{1}, 0, nil}},
		"years":                     {"Shop,2022,2023\nA,1.5,2\nB,3,4.25\n", shape{[]string{"Shop", "2022", "2023"}, []int{1}, 2, nil}},
		"codes, no header":          {"Argentina,ar,ARS\nAustralia,au,AUD\nBahamas,bs,BSD\nBelize,bz,BZD\n", shape{nil, nil, 4, nil}},
		"codes that begin alike":    {"\"SPRING-aBk\",\n\"SPRING-pVn\",\n\"SPRING-fwo\",\n\"SPRING-rjD\",\n", shape{nil, nil, 4, nil}},
		"blank rows":                {"\n\n客户,日期,金额\n张三,2024-01-02,5\n\n李四,2024-01-03,6\n", shape{[]string{"客户", "日期", "金额"}, []int{3}, 2, sk{{"blank", 1, 2, ""}, {"blank", 5, 1, ""}}}},
		"comments":                  {"# made by x\nid,date,amount\n1,2024-01-02,5\n# more\n2,2024-01-03,6\n3,2024-01-03,6\n", shape{[]string{"id", "date", "amount"}, []int{2}, 3, sk{{"preamble", 1, 1, "# made by x"}, {"comment", 4, 1, "# more"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, p, err := grid(t, saved(t, "a.csv", []byte(c.text)), core.ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := shape{p.Header, p.HeaderRows, p.Rows, p.Skipped}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s%q", diff, rows)
			}
		})
	}
}

// A footer under a table of customers is no customer.
func TestNotesAreNoCustomers(t *testing.T) {
	t.Parallel()
	text := "会员编号,姓名,城市\nA1,张三,上海\nA2,李四,北京\nA3,王五,广州\n制表人：赵六,,\n"
	r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(text)), core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	want := core.Reconciliation{In: 4, Used: 3, Excluded: []core.Exclusion{{Reason: "note_row", Count: 1, Examples: []int{5}}}}
	if diff := cmp.Diff(want, r.Report.Rows); diff != "" || r.Report.Customers != 3 {
		t.Errorf("%d customers (-want +got):\n%s", r.Report.Customers, diff)
	}
}

// Preview and import agree on where the header is.
func TestHeadersAgree(t *testing.T) {
	t.Parallel()
	for path, b := range zipped(t, "import/derived_messy.zip") {
		if strings.HasSuffix(path, ".json") {
			continue
		}
		file := saved(t, "a.csv", b)
		look, err := ingest.Look(t.Context(), file, core.ImportOptions{}, 1)
		if err != nil {
			continue // no purchases, or none that can be read
		}
		_, p, err := grid(t, file, core.ImportOptions{})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		last := 0
		if n := len(p.HeaderRows); n > 0 {
			last = p.HeaderRows[n-1]
		}
		if look.Detected.HeaderRow != last {
			t.Errorf("%s: header in row %d for an import, %d for a preview", path, look.Detected.HeaderRow, last)
		}
	}
}
