package ingest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"qunxiang/core"
	"qunxiang/internal/patience"
)

func file(tb testing.TB, name, text string) string {
	tb.Helper()
	return write(tb, filepath.Join(tb.TempDir(), name), []byte(text))
}

const chinese = "订单编号,买家会员名,实付金额,订单状态,付款时间,商品名称,数量\n" +
	"T001,\"张三\",\"¥1,299.00\",交易成功,2024年3月5日 14:03,羽绒服,1\n" +
	"T001,张三,￥59.5元,交易成功,2024年3月5日 14:03,围巾,2\n" +
	"T002,李四,0.8万,交易成功,2024/3/6 9:00,手机,1\n" +
	"T003,王五,３００,退款成功,2024-03-07,鞋,1\n" +
	"T004,赵六,20,交易关闭,2024-03-08,袜子,1\n" +
	"合计,,9678.50,,,,\n"

// A Chinese export reads without a question asked in every encoding.
func TestReadChinese(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(strings.ReplaceAll(chinese, "￥", "¥"))
	if err != nil {
		gbk, err = simplifiedchinese.GB18030.NewEncoder().String(chinese)
	}
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	noMark, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String("order_no,customer,amount,date\n1,a,5,2024-01-02\n2,b,6,2024-01-03\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"utf-8": chinese, "utf-8-bom": "\uFEFF" + strings.ReplaceAll(chinese, "\n", "\r\n"), "gb18030": gbk, "utf-16le": wide} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := mustRead(t, file(t, "orders.csv", text), core.ImportOptions{})
			if got := r.Report.Detected.Encoding; got != name {
				t.Errorf("encoding %s", got)
			}
			want := []string{"张三 2024-03-05 1299 T001 ×1", "张三 2024-03-05 59.5 T001 ×2", "李四 2024-03-06 8000 T002 ×1"}
			if diff := cmp.Diff(want, rendered(r.Transactions, false)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			wantOut := []core.Exclusion{{Reason: "total_row", Count: 1, Examples: []int{7}}, {Reason: "cancelled", Count: 1, Examples: []int{6}}, {Reason: "order_refunded", Count: 1, Examples: []int{5}}}
			if diff := cmp.Diff(wantOut, r.Report.Rows.Excluded); diff != "" {
				t.Errorf("excluded (-want +got):\n%s", diff)
			}
		})
	}
	if r := mustRead(t, file(t, "x.txt", noMark), core.ImportOptions{}); r.Report.Detected.Encoding != "utf-16be" || r.Report.Lines != 2 {
		t.Errorf("UTF-16 without a mark: %+v", r.Report)
	}
	big5, err := traditionalchinese.Big5.NewEncoder().String("訂單編號,客戶姓名,訂單金額,訂單日期\n1,陳大文,100,2024-01-02\n2,張小明,200,2024-01-03\n3,林美玲,300,2024-01-04\n")
	if err != nil {
		t.Fatal(err)
	}
	r := mustRead(t, file(t, "big5.csv", big5), core.ImportOptions{})
	if r.Report.Detected.Encoding != "big5" || r.Transactions.Customers.At(0) != "陳大文" {
		t.Errorf("Big5: %s %s", r.Report.Detected.Encoding, r.Transactions.Customers.At(0))
	}
}

// Text that is not UTF-8 far behind the sample is found all the same.
func TestReadLateGBK(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("order_id,customer,order_date,amount\n")
	for i := range 60000 {
		fmt.Fprintf(&b, "%d,c%d,2024-01-%02d,%d.50\n", i, i%500, i%28+1, i%90+1)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(b.String() + "60000,张三丰,2024-02-01,5\n60001,李四光,2024-02-02,6\n" + strings.Replace(b.String(), "order_id,customer,order_date,amount\n", "", 1))
	if err != nil {
		t.Fatal(err)
	}
	r := mustRead(t, file(t, "late.csv", gbk), core.ImportOptions{})
	if c := r.Transactions.Customers; r.Report.Detected.Encoding != "gb18030" || c.At(c.Len()-1) != "李四光" {
		t.Errorf("%s, last customer %s", r.Report.Detected.Encoding, c.At(c.Len()-1))
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	head := "customer_id,order_date,amount,invoice\n"
	for name, c := range map[string]struct {
		file, text string
		o          core.ImportOptions
		code       string
		origin     core.Origin
		where      core.Where
	}{
		"empty":            {"a.csv", "", core.ImportOptions{}, "file_empty", core.OriginData, core.Where{File: "a.csv"}},
		"only a header":    {"a.csv", head, core.ImportOptions{}, "no_rows", core.OriginData, core.Where{File: "a.csv"}},
		"blank lines":      {"a.csv", "customer_id,age\n\n\n,,\n", core.ImportOptions{}, "no_rows", core.OriginData, core.Where{File: "a.csv"}},
		"blank orders":     {"a.csv", head + "\n\n,,,\n", core.ImportOptions{}, "no_rows", core.OriginData, core.Where{File: "a.csv"}},
		"PDF":              {"a.csv", "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj", core.ImportOptions{}, "not_a_table", core.OriginData, core.Where{File: "a.csv"}},
		"binary":           {"a.csv", "\x00\x01\x02\x03\x00\x00\x00abc", core.ImportOptions{}, "not_a_table", core.OriginData, core.Where{File: "a.csv"}},
		"old workbook":     {"a.xlsx", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", core.ImportOptions{}, "workbook_broken", core.OriginData, core.Where{File: "a.xlsx"}},
		"cut workbook":     {"a.xlsx", "PK\x03\x04\x14\x00\x06\x00\x08\x00", core.ImportOptions{}, "workbook_broken", core.OriginData, core.Where{File: "a.xlsx"}},
		"no date":          {"a.csv", "customer_id,amount,invoice\nA,5,1\nB,6,2\n", core.ImportOptions{}, "no_date_column", core.OriginData, core.Where{File: "a.csv", Row: 1}},
		"no customer":      {"a.csv", "order_date,amount\n2024-01-02,6\n2024-01-03,7\n", core.ImportOptions{}, "no_customer_column", core.OriginData, core.Where{File: "a.csv", Row: 1}},
		"no date exists":   {"a.csv", head + "A,31/31/2011,5,1\nB,32/12/2011,6,2\n", core.ImportOptions{}, "no_valid_date", core.OriginData, core.Where{File: "a.csv", Row: 2, Column: "order_date"}},
		"amounts are text": {"a.csv", head + "A,2011-01-02,five,1\nB,2011-01-03,six,2\n", core.ImportOptions{}, "no_valid_amount", core.OriginData, core.Where{File: "a.csv", Row: 2, Column: "amount"}},
		"unclosed quote":   {"a.csv", head + "A,2011-01-02,5,1\n\"B,2011-01-03,6,2\nC,2011-01-03,6,2\n", core.ImportOptions{}, "quote_unclosed", core.OriginData, core.Where{File: "a.csv", Row: 3}},
		"unknown column":   {"a.csv", head + "A,2011-01-02,5,1\n", core.ImportOptions{Map: map[core.Role]string{core.RoleDate: "when"}}, "no_such_column", core.OriginUser, core.Where{File: "a.csv", Param: "map"}},
		"unknown encoding": {"a.csv", head + "A,2011-01-02,5,1\n", core.ImportOptions{Encoding: "klingon"}, "unknown_encoding", core.OriginUser, core.Where{File: "a.csv", Param: "encoding"}},
		"bad delimiter":    {"a.csv", head + "A,2011-01-02,5,1\n", core.ImportOptions{Delimiter: "ab"}, "bad_delimiter", core.OriginUser, core.Where{File: "a.csv", Param: "delimiter"}},
		"unknown kind":     {"a.csv", head + "A,2011-01-02,5,1\n", core.ImportOptions{Kind: "weather"}, "kind_unsupported", core.OriginUser, core.Where{File: "a.csv", Param: "as"}},
		"long record":      {"a.csv", head + "A,2011-01-02,5,1\n" + strings.Repeat("x", 3<<20) + "\nB,2011-01-02,5,1\n", core.ImportOptions{}, "record_too_long", core.OriginData, core.Where{File: "a.csv", Row: 3}},
		"wide header":      {"a.csv", "customer,order_date,amount" + strings.Repeat(",c", 9997) + "\nA,2011-01-02,5" + strings.Repeat(",1", 9997) + "\n", core.ImportOptions{}, "too_many_columns", core.OriginData, core.Where{File: "a.csv", Row: 1}},
		"many fields":      {"a.csv", head + "A,2011-01-02,5,1\n" + strings.Repeat(",", 100000) + "\n", core.ImportOptions{}, "too_many_columns", core.OriginData, core.Where{File: "a.csv", Row: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := file(t, c.file, c.text)
			r, err := Read(t.Context(), path, c.o, core.NoProgress)
			e, ok := errors.AsType[*core.Error](err)
			if !ok {
				t.Fatalf("%v, %+v", err, r)
			}
			if e.Code != c.code || e.Origin != c.origin || e.Where != c.where {
				t.Errorf("%s of %s at %+v, want %s of %s at %+v", e.Code, e.Origin, e.Where, c.code, c.origin, c.where)
			}
			if _, err := Look(t.Context(), path, c.o, 10); err != nil && core.CodeOf(err) != c.code {
				t.Errorf("Look: %v", err)
			}
		})
	}
	if _, err := Read(t.Context(), filepath.Join(t.TempDir(), "none.csv"), core.ImportOptions{}, core.NoProgress); core.CodeOf(err) != "file_missing" {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Read(t.Context(), t.TempDir(), core.ImportOptions{}, core.NoProgress); core.CodeOf(err) != "not_a_file" {
		t.Errorf("folder: %v", err)
	}
}

// Rows that cannot be used are left out with their reason and number.
func TestExcluded(t *testing.T) {
	t.Parallel()
	r := mustRead(t, file(t, "a.csv", "Shop export,,,\n\ncustomer_id,order_date,amount,invoice\n"+
		"A,2011-12-30,5,1\n"+ // row 4
		"B,31/31/2011,6,2\n"+
		"\n"+
		"C,2011-12-30,free,3\n"+
		",2011-12-30,7,4\n"+
		"customer_id,order_date,amount,invoice\n"+
		"D,,8,5\n"+ // 10
		"E,2011-12-30,,6\n"+
		"F,2011-12-30,0,7\n"+
		"G,2011-12-30,9,8,extra\n"+
		"test01,2011-12-30,9,9\n"+
		",,,\n"+ // 15
		"Total,,44,\n"+
		"H,2011-12-31,10,10\n"), core.ImportOptions{})
	want := []core.Exclusion{
		{Reason: "blank_row", Count: 2, Examples: []int{6, 15}},
		{Reason: "repeated_header", Count: 1, Examples: []int{9}},
		{Reason: "total_row", Count: 1, Examples: []int{16}},
		{Reason: "too_many_cells", Count: 1, Examples: []int{13}},
		{Reason: "missing_customer", Count: 1, Examples: []int{8}},
		{Reason: "missing_date", Count: 1, Examples: []int{10}},
		{Reason: "bad_date", Count: 1, Examples: []int{5}},
		{Reason: "missing_amount", Count: 1, Examples: []int{11}},
		{Reason: "bad_amount", Count: 1, Examples: []int{7}},
		{Reason: "zero_amount", Count: 1, Examples: []int{12}},
		{Reason: "test_order", Count: 1, Examples: []int{14}},
	}
	if diff := cmp.Diff(want, r.Report.Rows.Excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	if r.Report.Rows.In != 14 || r.Report.Rows.Used != 2 || r.Report.Detected.HeaderRow != 3 {
		t.Errorf("rows %+v, header %d", r.Report.Rows, r.Report.Detected.HeaderRow)
	}
}

// The result does not depend on the size of the blocks, the number of workers or the
// line ends; quoted cells may span lines.
func TestBlocks(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("order_id,customer,order_date,amount,product,quantity\n")
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range 700 {
		product := []string{"tea", "\"two\nlines\"", "\"say \"\"hi\"\", ok\"", "5\" nail", "茶叶", "\" , \""}[rng.IntN(6)]
		amount := []string{"12.5", "\"1,299.00\"", "-3", "0.125", "7", "", "x"}[rng.IntN(7)]
		fmt.Fprintf(&b, "INV%05d,c%d,2024-%02d-%02d 10:%02d,%s,%s,%d\n", i/2, rng.IntN(90), rng.IntN(12)+1, rng.IntN(30)+1, rng.IntN(60), amount, product, rng.IntN(4)+1)
		if rng.IntN(40) == 0 {
			b.WriteString("\n")
		}
	}
	path := file(t, "lf.csv", b.String())
	crlf := file(t, "crlf.csv", strings.ReplaceAll(b.String(), "\n", "\r\n"))
	want := mustRead(t, path, core.ImportOptions{})
	for _, c := range []struct {
		path string
		tu   tuning
	}{{path, tuning{block: 1, workers: 1}}, {path, tuning{block: 1, workers: 3}}, {path, tuning{block: 77, workers: 2}}, {path, tuning{block: 4096, workers: 5}}, {crlf, tuning{block: 1, workers: 2}}, {crlf, tuning{block: 100, workers: 2}}, {crlf, tuning{block: 1 << 20, workers: 2}}} {
		got, err := read(t.Context(), c.path, core.ImportOptions{}, core.NoProgress, c.tu)
		if err != nil {
			t.Fatal(err)
		}
		if c.path == path && got.Fingerprint != want.Fingerprint {
			t.Errorf("%+v: hash %s, want %s", c.tu, got.Fingerprint, want.Fingerprint)
		}
		got.Fingerprint = want.Fingerprint
		if c.path == crlf { // the same rows; a quoted line end keeps its form
			if diff := cmp.Diff(rendered(want.Transactions, false), rendered(got.Transactions, false)); diff != "" {
				t.Errorf("%+v (-want +got):\n%.1000s", c.tu, diff)
			}
			got.Transactions, got.Told, got.Gone = want.Transactions, want.Told, want.Gone
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Result{})); diff != "" {
			t.Errorf("%+v (-want +got):\n%.2000s", c.tu, diff)
		}
	}
}

// Old line ends, tabs, semicolons, pipes and blanks are found.
func TestDelimiters(t *testing.T) {
	t.Parallel()
	const text = "customer,order_date,amount,note\nA,2024-01-02,5.5,x y\nB,2024-01-03,6,z\nA,2024-01-04,7,w\n"
	for name, s := range map[string]string{
		",": text, "\t": strings.ReplaceAll(text, ",", "\t"), ";": strings.ReplaceAll(text, ",", ";"), "|": strings.ReplaceAll(text, ",", "|"), "^": strings.ReplaceAll(text, ",", "^"),
		" ": strings.ReplaceAll(strings.ReplaceAll(text, "x y", "x"), ",", "   "), "CR": strings.ReplaceAll(text, "\n", "\r"),
	} {
		r := mustRead(t, file(t, "a.txt", s), core.ImportOptions{})
		if d := r.Report.Detected.Delimiter; d != name && name != "CR" || r.Report.Lines != 3 || r.Report.Amount != 18.5 {
			t.Errorf("%q read as %q: %d lines, %v", name, d, r.Report.Lines, r.Report.Amount)
		}
	}
}

func TestRefunds(t *testing.T) {
	t.Parallel()
	const head = "order_no,customer,order_date,product,quantity,price,status\n"
	for name, c := range map[string]struct {
		rows    string
		o       core.ImportOptions
		want    []string
		reasons map[string]int
		refunds int
	}{
		"full refund of an order by its number": {
			"1,A,2024-01-01,x,2,10,\n2,A,2024-01-02,y,1,5,\n1,A,2024-01-03,x,-2,10,\n",
			core.ImportOptions{},
			[]string{"A 2024-01-02 5 2 ×1"},
			map[string]int{"refund_linked": 1, "order_refunded": 1},
			0,
		},
		"partial refund of an order": {
			"1,A,2024-01-01,x,4,10,\n1,A,2024-01-01,y,1,7,\n1,A,2024-01-03,x,-1,10,\n",
			core.ImportOptions{},
			[]string{"A 2024-01-01 30 1 ×3", "A 2024-01-01 7 1 ×1"},
			map[string]int{"refund_linked": 1},
			0,
		},
		"C number links to the latest earlier purchase of the product": {
			"1,A,2024-01-01,x,5,10,\n2,A,2024-01-05,x,5,10,\nC3,A,2024-01-06,x,-5,10,\n4,A,2024-01-07,x,5,10,\n",
			core.ImportOptions{},
			[]string{"A 2024-01-01 50 1 ×5", "A 2024-01-07 50 4 ×5"},
			map[string]int{"refund_linked": 1, "order_refunded": 1},
			0,
		},
		"another price is no link": {
			"1,A,2024-01-01,x,5,10,\nC3,A,2024-01-06,x,-5,9,\n",
			core.ImportOptions{},
			[]string{"A 2024-01-01 50 1 ×5", "A 2024-01-06 -45 C3 ×-5"},
			nil, 1,
		},
		"C and the number cancels the order": {
			"17,A,2024-01-01,x,5,10,\nC17,A,2024-01-06,z,-5,10,\n18,B,2024-01-01,x,5,10,\n",
			core.ImportOptions{},
			[]string{"B 2024-01-01 50 18 ×5"},
			map[string]int{"refund_linked": 1, "order_refunded": 1},
			0,
		},
		"an unlinked refund lowers the money only": {
			"1,A,2024-01-01,x,5,10,\nR9,A,2024-01-06,w,-1,3,\n",
			core.ImportOptions{},
			[]string{"A 2024-01-01 50 1 ×5", "A 2024-01-06 -3 R9 ×-1"},
			nil, 1,
		},
		"more refunded than bought": {
			"1,A,2024-01-01,x,1,10,\n1,A,2024-01-06,x,-2,10,\n",
			core.ImportOptions{},
			[]string{"A 2024-01-06 -10 1 ×-2"},
			map[string]int{"order_refunded": 1},
			1,
		},
		"statuses": {
			"1,A,2024-01-01,x,1,10,已完成\n2,A,2024-01-01,x,1,10,退款成功\n3,A,2024-01-01,x,1,10,已取消\n4,A,2024-01-01,x,1,10,等待买家付款\n5,A,2024-01-01,x,1,10,测试订单\n6,A,2024-01-01,x,1,10,退款关闭\n",
			core.ImportOptions{},
			[]string{"A 2024-01-01 10 1 ×1", "A 2024-01-01 10 6 ×1"},
			map[string]int{"order_refunded": 1, "cancelled": 1, "unpaid": 1, "test_order": 1},
			0,
		},
		"the record of a refund": {
			"1,A,2024-01-01,x,1,10,completed\n2,B,2024-01-02,x,1,10,completed\n1,A,2024-01-03,x,1,10,refunded\n",
			core.ImportOptions{},
			[]string{"B 2024-01-02 10 2 ×1"},
			map[string]int{"refund_linked": 1, "order_refunded": 1},
			0,
		},
		"dropped": {
			"1,A,2024-01-01,x,5,10,\n1,A,2024-01-06,x,-5,10,\n2,A,2024-01-01,x,1,10,refunded\n3,A,2024-01-02,x,1,0,\n",
			core.ImportOptions{Refunds: core.RefundDrop},
			[]string{"A 2024-01-01 50 1 ×5", "A 2024-01-02 0 3 ×1"},
			map[string]int{"refund_dropped": 2},
			0,
		},
		"kept": {
			"1,A,2024-01-01,x,5,10,\n1,A,2024-01-06,x,-5,10,\n2,A,2024-01-01,x,1,10,refunded\n",
			core.ImportOptions{Refunds: core.RefundKeep},
			[]string{"A 2024-01-01 50 1 ×5", "A 2024-01-06 -50 1 ×-5", "A 2024-01-01 10 2 ×1"},
			nil, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := mustRead(t, file(t, "a.csv", head+c.rows), c.o)
			if diff := cmp.Diff(c.want, rendered(r.Transactions, false)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			got := map[string]int{}
			for _, e := range r.Report.Rows.Excluded {
				got[e.Reason] = e.Count
			}
			if len(got)+len(c.reasons) > 0 {
				if diff := cmp.Diff(c.reasons, got); diff != "" {
					t.Errorf("excluded (-want +got):\n%s", diff)
				}
			}
			n := 0
			for _, f := range r.Transactions.Refund {
				if f {
					n++
				}
			}
			if n != c.refunds {
				t.Errorf("%d refunds without an order, want %d", n, c.refunds)
			}
		})
	}
}

// Identifiers keep their digits: leading zeros, more than 2⁵³, and no ".0".
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	const rest = ",2024-01-02,5\n"
	for name, c := range map[string]struct{ ids, want []string }{
		"leading zeros":     {[]string{"00042", "00007", "12345", "00042"}, []string{"00042", "00007", "12345"}},
		"mixed widths":      {[]string{"0042", "42", "042"}, []string{"0042", "42", "042"}},
		"longer than 2^53":  {[]string{"9007199254740993", "9007199254740992"}, []string{"9007199254740993", "9007199254740992"}},
		"whole floats":      {[]string{"17850.0", "13047.0", "17850.0"}, []string{"17850", "13047"}},
		"some floats":       {[]string{"17850.0", "13047.5"}, []string{"17850.0", "13047.5"}},
		"prefix and number": {[]string{"C7", "C8", "D9", "C7"}, []string{"C7", "C8", "D9"}},
		"quoted and padded": {[]string{`" A "`, "A", `"B"`}, []string{"A", "B"}},
		"not UTF-8 alone":   {[]string{"a\u00e9", "b", "客户"}, []string{"a\u00e9", "b", "客户"}},
	} {
		var b strings.Builder
		b.WriteString("customer_id,order_date,amount\n")
		for _, id := range c.ids {
			b.WriteString(id + rest)
		}
		r := mustRead(t, file(t, "a.csv", b.String()), core.ImportOptions{Kind: core.SourceTransactions})
		var got []string
		for i := range r.Transactions.Customers.Len() {
			got = append(got, r.Transactions.Customers.At(i))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Multiplying all amounts by 10⁻⁴ multiplies the exact values, nothing else.
func TestTinyAmounts(t *testing.T) {
	t.Parallel()
	var a, b strings.Builder
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		cents := rng.IntN(1e7) + 1
		fmt.Fprintf(&a, "c%d,2024-01-02,%d.%02d\n", cents%37, cents/100, cents%100)
		fmt.Fprintf(&b, "c%d,2024-01-02,%.6f\n", cents%37, float64(cents)/1e6)
	}
	const head = "customer,order_date,amount\n"
	x, y := mustRead(t, file(t, "a.csv", head+a.String()), core.ImportOptions{}), mustRead(t, file(t, "b.csv", head+b.String()), core.ImportOptions{})
	if !slices.Equal(x.Transactions.Amount, y.Transactions.Amount) || y.Transactions.Scale != x.Transactions.Scale+4 {
		t.Errorf("scales %d and %d", x.Transactions.Scale, y.Transactions.Scale)
	}
}

// Dates of one file are read in one order, found from all of it.
func TestDateOrder(t *testing.T) {
	t.Parallel()
	rows := func(n int, f func(i int) string) string {
		var b strings.Builder
		b.WriteString("customer,order_date,amount\n")
		for i := range n {
			fmt.Fprintf(&b, "c%d,%s,5\n", i%9, f(i))
		}
		return b.String()
	}
	day := func(i int) core.Date { return core.YMD(2024, 1, 1) + core.Date(i) }
	dmy := func(i int) string { return day(i).Time().Format("2/1/2006") }
	for name, c := range map[string]struct {
		text string
		want core.DateOrder
		sure bool
	}{
		"days above 12":              {rows(60, dmy), core.DateDMY, true},
		"months second":              {rows(60, func(i int) string { return day(i).Time().Format("1/2/2006 15:04") }), core.DateMDY, true},
		"evidence behind the sample": {rows(40000, func(i int) string { return dmy(i / 4000) }) + strings.Replace(rows(30000, func(i int) string { return dmy(12 + i%15) }), "customer,order_date,amount\n", "", 1), core.DateDMY, true},
		"ambiguous but sorted":       {rows(48, func(i int) string { return day(i % 12 / 1).Time().Format("1/2/2006") }), core.DateMDY, false},
		"two-digit years":            {rows(60, func(i int) string { return day(i).Time().Format("02.01.06") }), core.DateDMY, true},
	} {
		r := mustRead(t, file(t, "a.csv", c.text), core.ImportOptions{})
		if d := r.Report.Detected; d.DateOrder != c.want || (d.Confidence["dateOrder"] > 0.7) != c.sure && c.sure {
			t.Errorf("%s: %s with %v", name, d.DateOrder, d.Confidence["dateOrder"])
		}
		if n := len(r.Report.Rows.Excluded); n > 0 {
			t.Errorf("%s: %+v", name, r.Report.Rows.Excluded)
		}
	}
}

// Importing a file again adds nothing; a longer export adds the new rows only.
func TestMergeTwice(t *testing.T) {
	t.Parallel()
	path := uci(t)
	a, b := mustRead(t, path, core.ImportOptions{}), mustRead(t, path, core.ImportOptions{})
	start := time.Now()
	merged, added, dup, _ := Merge(t.Context(), a.Transactions, b.Transactions)
	if added != 0 || dup != a.Report.Lines || merged.Rows() != a.Report.Lines {
		t.Errorf("%d added, %d duplicates of %d", added, dup, a.Report.Lines)
	}
	t.Logf("merging %d rows again took %v", dup, time.Since(start))
}

func TestCancel(t *testing.T) {
	t.Parallel()
	path := uci(t)
	ctx, cancel := context.WithCancel(t.Context())
	var at time.Time
	_, err := Read(ctx, path, core.ImportOptions{}, func(f float64, _ core.Message) {
		if f > 0.3 && at.IsZero() {
			at = time.Now()
			cancel()
		}
	})
	if core.CodeOf(err) != core.CodeCancelled || at.IsZero() || time.Since(at) > patience.For(300*time.Millisecond) {
		t.Errorf("%v after %v", err, time.Since(at))
	}
	cancel()
	if _, err := Look(ctx, path, core.ImportOptions{}, 5); core.CodeOf(err) != core.CodeCancelled {
		t.Errorf("Look: %v", err)
	}
}

func TestLook(t *testing.T) {
	t.Parallel()
	p, err := Look(t.Context(), uci(t), core.ImportOptions{}, 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Rows) != 20 || p.RowNumbers[0] != 2 || p.Rows[0][6] != "17850.0" || p.Lines <= p.Orders || p.Orders == 0 || p.Size < 45e6 || len(p.Header) != 8 {
		t.Errorf("%d rows, lines %d, orders %d, %v", len(p.Rows), p.Lines, p.Orders, p.RowNumbers)
	}
	bad, err := Look(t.Context(), file(t, "a.csv", "customer,date,amount\nA,2024-01-01,1\nB,31/31/2024,2\n\n"), core.ImportOptions{}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(bad.Problems) != 1 || bad.Problems[0].Args["row"] != 3 || bad.Problems[0].Args["count"] != 1 {
		t.Errorf("problems %+v", bad.Problems)
	}
	x, err := Look(t.Context(), data(t, "transactions/cn_taobao_rfm_orders.xlsx"), core.ImportOptions{}, 5)
	if err != nil {
		t.Fatal(err)
	}
	want := map[core.Role]string{core.RoleCustomer: "买家昵称", core.RoleDate: "付款日期", core.RoleAmount: "实付金额", core.RoleStatus: "订单状态", core.RoleQuantity: "购买数量", core.RoleCategory: "品牌名称"}
	if diff := cmp.Diff(want, x.Detected.Mapping); diff != "" || x.Sheets[0] != "Sheet1" || x.Rows[0][2] != "2019-01-01 00:17:59" {
		t.Errorf("mapping (-want +got):\n%s\nrow %q", diff, x.Rows[0])
	}
}

// The refunds of cn_taobao_rfm_orders.xlsx are known by their status; pandas counts
// 28,833 rows and 3,640,644 of money (golden/dialect/import_facts.json).
func TestReadTaobao(t *testing.T) {
	t.Parallel()
	r := mustRead(t, data(t, "transactions/cn_taobao_rfm_orders.xlsx"), core.ImportOptions{})
	if r.Report.Rows.In != 28833 || r.Report.FirstDate != core.YMD(2019, 1, 1) || r.Report.LastDate != core.YMD(2019, 6, 30) {
		t.Errorf("%+v", r.Report)
	}
	refunded := 0
	for _, e := range r.Report.Rows.Excluded {
		if e.Reason == "order_refunded" {
			refunded = e.Count
		}
	}
	keep := mustRead(t, data(t, "transactions/cn_taobao_rfm_orders.xlsx"), core.ImportOptions{Refunds: core.RefundKeep})
	if refunded == 0 || keep.Report.Amount != 3640644 {
		t.Errorf("%d refunded; all rows have %v", refunded, keep.Report.Amount)
	}
	s := mustRead(t, data(t, "transactions/online_retail_40k_sample.xlsx"), core.ImportOptions{})
	if s.Report.Rows.In != 40000 || s.Report.Detected.Mapping[core.RoleCustomer] != "CustomerID" || s.Report.Rows.Excluded[0].Count != 10057 {
		t.Errorf("%+v", s.Report)
	}
}

// The fingerprint of a file is that of its bytes, whatever is in them.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	read := func(content string) string {
		path := filepath.Join(t.TempDir(), "orders.csv")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return mustRead(t, path, core.ImportOptions{}).Fingerprint
	}
	const orders = "customer,date,amount\na,2024-01-01,5\nb,2024-01-02,7\n"
	same, again, other := read(orders), read(orders), read(strings.Replace(orders, "7", "8", 1))
	if same != again || same == other || !strings.HasPrefix(same, "highwayhash256:") || len(same) != len("highwayhash256:")+64 {
		t.Errorf("%s, %s, %s", same, again, other)
	}
}
