package webtable_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/book/booktest"
	"qunxiang/core/ingest/webtable"
)

func read(t *testing.T, page string, table int) (*webtable.Page, [][]string, book.Tally, error) {
	t.Helper()
	p, err := webtable.Open(t.Context(), strings.NewReader(page), int64(len(page)), func() {})
	if err != nil {
		return nil, nil, book.Tally{}, err
	}
	k := &booktest.Table{}
	tally, err := p.Scan(t.Context(), table, k)
	return p, k.Cells(), tally, err
}

func TestTables(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(`<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312"><title>导出</title></head><table><tr><td>订单<td>客户</tr></table></html>`)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		page  string
		table int
		want  [][]string
	}{
		"plain":                {`<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>x &amp; y</td></tr></tbody></table>`, 0, [][]string{{"a", "b"}, {"1", "x & y"}}},
		"ends left out":        {`<table><tr><td>1<td>2<tr><td>3<td>4</table>`, 0, [][]string{{"1", "2"}, {"3", "4"}}},
		"in GBK":               {gbk, 0, [][]string{{"订单", "客户"}}},
		"title over columns":   {`<table><tr><td colspan=3>Report</td></tr><tr><td>a</td><td>b</td><td>c</td></tr></table>`, 0, [][]string{{"Report"}, {"a", "b", "c"}}},
		"order over its lines": {`<table><tr><td rowspan=2>7</td><td>x</td></tr><tr><td>y</td></tr></table>`, 0, [][]string{{"7", "x"}, {"7", "y"}}},
		"last column reaches":  {`<table><tr><td>x</td><td></td><td rowspan=2>7</td></tr><tr><td>y</td></tr></table>`, 0, [][]string{{"x", "", "7"}, {"y", "", "7"}}},
		"second of two":        {`<table><tr><td>a</td></tr></table><p>text</p><table><tr><td>b</td></tr></table>`, 1, [][]string{{"b"}}},
		"inner of two":         {`<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>`, 1, [][]string{{"b"}}},
		"breaks and blanks":    {"<table><tr><td> a\n  b<br>c&nbsp;d </td></tr></table>", 0, [][]string{{"a b\nc d"}}},
		"script and style":     {`<table><tr><td>a<script>"</td>"</script><style>td{}</style></td></tr></table>`, 0, [][]string{{"a"}}},
		"ids as shown":         {`<table><tr><td style='mso-number-format:"\@"'>00123</td></tr></table>`, 0, [][]string{{"00123"}}},
	} {
		_, got, tally, err := read(t, c.page, c.table)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil || len(tally.Notes) > 0 {
			t.Errorf("%s: %v %v\n%s", name, err, tally, diff)
		}
	}
	angles := `<table><tr><td title="U+0009 <TAB>, <the rest>">1</td><td title='</of nothing>'>2</td></tr></table>`
	if _, got, _, err := read(t, angles, 0); err != nil || len(got) != 1 || !slices.Equal(got[0], []string{"1", "2"}) {
		t.Errorf("angle brackets in attributes: %v %v", got, err)
	}
	p, _, _, err := read(t, `<table><caption> Orders </caption><tr><td>1</td></tr></table><table></table>`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]book.Sheet{{Name: "Orders"}, {Name: "2"}}, p.Sheets()); diff != "" {
		t.Error(diff)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page, detail string
	}{
		"cut in a table":        {`<html><table><tr><td>1</td></tr>`, "html_table_end"},
		"cut behind the table":  {`<html><body><table><tr><td>1</td></tr></table>`, "html_end"},
		"quotation mark":        {`<table><tr><td class="x>1</td></tr><tr><td class="y">2</td></tr></table>`, "html_tag"},
		"script without an end": {`<table><tr><td>1</td></tr></table><script>`, "html_end"},
		"no table":              {`<html><p>hello</p></html>`, "HTML"},
		"too wide":              {`<table><tr>` + strings.Repeat("<td>1", 2001) + `</table>`, "columns"},
	} {
		_, _, _, err := read(t, c.page, 0)
		e, ok := errors.AsType[*book.Error](err)
		if !ok || e.Detail != c.detail {
			t.Errorf("%s: %v, want %s", name, err, c.detail)
		}
	}
	if _, _, tally, err := read(t, `<table><tr><td>1</td></tr>lost<tr><td>2</td></tr></table>`, 0); err != nil || len(tally.Notes) != 1 || tally.Notes[0].Count != 1 {
		t.Errorf("text in no cell: %+v %v", tally, err)
	}
	if _, _, tally, err := read(t, `<table><tr><td>1</td></tr><tx><td>2</td></tr><tr><td>3</td></tr></table>`, 0); err != nil || len(tally.Notes) != 1 || tally.Notes[0] != (book.Note{ID: "uneven_rows", Count: 2, Of: 3}) {
		t.Errorf("a row that is not opened: %+v %v", tally, err)
	}
	if _, _, tally, err := read(t, `<table><tr><td>1</td></tr><tr><td>2</td></tx><td>3</td></tr><tr><td>4</td></tr></table>`, 0); err != nil || len(tally.Notes) != 1 || tally.Notes[0] != (book.Note{ID: "wide_rows", Count: 1}) {
		t.Errorf("two rows in one: %+v %v", tally, err)
	}
	if _, _, tally, err := read(t, `<table><tr><td>1<tr><td>2</table>`, 0); err != nil || len(tally.Notes) != 0 {
		t.Errorf("end tags left out: %+v %v", tally, err)
	}
}

func FuzzHTML(f *testing.F) {
	f.Add(`<html><table><caption>c</caption><tr><td rowspan=2 colspan=3>1<td>2<tr><td>3</table></html>`)
	f.Add("\xFF\xFE<\x00t\x00a\x00b\x00l\x00e\x00>\x00")
	f.Fuzz(func(t *testing.T, page string) {
		if _, _, _, err := read(t, page, 0); err != nil {
			if _, ok := errors.AsType[*book.Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
