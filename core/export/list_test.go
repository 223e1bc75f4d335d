package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// small is three customers in two segments, with everything that can go wrong in a
// cell: a formula for a key, a comma in a name, a missing value.
func small() export.ListInput {
	keys := &core.Dict{}
	for _, k := range []string{"A1", "=cmd|'/c calc'!A1", "王五"} {
		keys.AppendString(k)
	}
	valid := table.NewBits(3)
	valid.Set(0)
	valid.Set(2)
	return export.ListInput{Keys: keys, Lang: sdk.ZH, Secret: []byte("secret"), Seg: &core.Segmentation{
		Segments: []core.Segment{
			{ID: 1, Name: sdk.Text{ZH: "重要价值客户", EN: "Champions"}, Size: 2},
			{ID: 7, Name: sdk.Text{ZH: "沉睡,客户", EN: "Sleeping, \"lost\""}, Size: 1},
		},
		Customers: []uint32{0, 1, 2}, Label: []int32{0, 1, 0},
		Columns: []table.Column{
			{Name: "recency_days", Kind: table.Float64, Role: "recency", Floats: []float64{3, 120, 0}},
			{Name: "monetary", Kind: table.Float64, Role: "monetary", Floats: []float64{1234.5, -20.25, 1e7 / 3}, Valid: valid},
			{Name: "r", Kind: table.Int64, Ints: []int64{5, 1, 5}},
		},
	}, Extra: []table.Column{
		{Name: "phone", Kind: table.String, Strings: []string{"+8613800000000", "x;=1+1", "a\nb"}},
		{Name: "city", Kind: table.Category, Dict: []string{"北京", "@home"}, Codes: []uint32{0, 1, 0}},
	}}
}

func TestListShowsMeasuresAsTheMethodTookThem(t *testing.T) {
	t.Parallel()
	in := small()
	in.Seg.Features = []string{"recency_days", "days", "monetary"}
	in.Seg.Columns = append(in.Seg.Columns,
		table.Column{Name: "days", Kind: table.Int64, Ints: []int64{1, 2, 3}},
		table.Column{Name: "rfm_monetary", Kind: table.Float64, Floats: []float64{10, 20, 30}},
		table.Column{Name: "rfm_r", Kind: table.Int64, Ints: []int64{7, 8, 9}}, // renamed by the host, no stand-in
	)
	in.Method = sdk.Info{
		ID: "rfm", Outputs: []sdk.Output{{ID: "rfm_monetary"}},
		Roles: []sdk.Role{{ID: "recency", Min: 1, Max: 1, Hints: []string{"recency_days"}}, {ID: "days", Max: 1, Hints: []string{"days"}}},
	}
	for columns, want := range map[string]string{
		"":              "customer,segment_id,segment,recency_days,monetary,r,rfm_r\nA1,1,重要价值客户,3,10,5,7\n王五,1,重要价值客户,0,30,5,9\n",
		"monetary,days": "customer,segment_id,segment,monetary,days\nA1,1,重要价值客户,10,1\n王五,1,重要价值客户,30,3\n",
	} {
		o := export.ListOptions{Encoding: export.UTF8, Segments: []int{0}}
		if columns != "" {
			o.Columns = strings.Split(columns, ",")
		}
		var out bytes.Buffer
		if err := export.List(t.Context(), &out, in, o); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("columns %q: (-want +got)\n%s", columns, diff)
		}
	}
}

func TestListAsCSV(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		o    export.ListOptions
		want string
	}{
		"default columns, identifiers left out": {
			export.ListOptions{Encoding: export.UTF8},
			"customer,segment_id,segment,recency_days,monetary,r\n" +
				"A1,1,重要价值客户,3,1234.5,5\n" +
				"\"'=cmd|'/c calc'!A1\",7,\"沉睡,客户\",120,,1\n" +
				"王五,1,重要价值客户,0,3333333.3333333335,5\n",
		},
		"named columns, a segment": {
			export.ListOptions{Encoding: export.UTF8, Columns: []string{"city", "phone", "customer"}, Segments: []int{1}},
			"customer,segment_id,segment,city,phone\n\"'=cmd|'/c calc'!A1\",7,\"沉睡,客户\",\"'@home\",\"x;'=1+1\"\n",
		},
		"no identity": {
			export.ListOptions{Encoding: export.UTF8, Identity: export.IdentityNone, Columns: []string{"r"}, Segments: []int{0}},
			"customer,segment_id,segment,r\n,1,重要价值客户,5\n,1,重要价值客户,5\n",
		},
		"pseudonyms": {
			export.ListOptions{Encoding: export.UTF8, Identity: export.IdentityPseudonym, Columns: []string{}, Segments: []int{0}},
			"customer,segment_id,segment\n" + export.Pseudonym([]byte("secret"), "A1") + ",1,重要价值客户\n" +
				export.Pseudonym([]byte("secret"), "王五") + ",1,重要价值客户\n",
		},
		"byte order mark": {export.ListOptions{Columns: []string{}, Segments: []int{}}, "\ufeffcustomer,segment_id,segment\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := export.List(t.Context(), &b, small(), tt.o); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, b.String()); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOwnColumnsComeFirst(t *testing.T) {
	t.Parallel()
	in := small()
	in.Seg.Features = []string{"recency_days", "monetary"}
	in.Seg.Columns = append(in.Seg.Columns,
		table.Column{Name: "silhouette", Kind: table.Float64, Floats: []float64{1, 1, 1}},
		table.Column{Name: "distance", Kind: table.Float64, Floats: []float64{1, 1, 1}})
	for name, tt := range map[string]struct {
		roles []sdk.Role
		want  string
	}{
		"features of fixed roles are the method's own": {
			[]sdk.Role{{ID: "recency", Max: 1}, {ID: "monetary", Max: 1}},
			"customer segment_id segment recency_days monetary r distance silhouette",
		},
		"features that were picked come last": {
			[]sdk.Role{{ID: "features"}},
			"customer segment_id segment r distance silhouette recency_days monetary",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := in
			in.Method = sdk.Info{Roles: tt.roles}
			got, rows, err := export.ListColumns(in, export.ListOptions{Segments: []int{0}})
			if err != nil || strings.Join(got, " ") != tt.want || rows != 2 {
				t.Errorf("columns %v, %d rows, %v", got, rows, err)
			}
		})
	}
}

func TestListInGBKKeepsRareCharacters(t *testing.T) {
	t.Parallel()
	in := small()
	in.Keys = &core.Dict{}
	for _, k := range []string{"王", "𠮷野", "é€"} {
		in.Keys.AppendString(k)
	}
	var b bytes.Buffer
	if err := export.List(t.Context(), &b, in, export.ListOptions{Encoding: export.GBK, Columns: []string{}}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b.Bytes(), []byte("\xcd\xf5,1,")) { // GBK of 王
		t.Errorf("a common character is not written as in GBK: %q", b.Bytes())
	}
	got, err := simplifiedchinese.GB18030.NewDecoder().String(b.String())
	if err != nil || !strings.Contains(got, "\n𠮷野,7,") || !strings.Contains(got, "\né€,1,") {
		t.Errorf("read back: %q, %v", got, err)
	}
}

func TestListAsXLSX(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	o := export.ListOptions{Format: export.XLSX, Columns: []string{"monetary", "city", "phone"}}
	if err := export.List(t.Context(), &b, small(), o); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"customer", "segment_id", "segment", "monetary", "city", "phone"},
		{"A1", "1", "重要价值客户", "1234.5", "北京", "+8613800000000"},
		{"=cmd|'/c calc'!A1", "7", "沉睡,客户", "", "@home", "x;=1+1"},
		{"王五", "1", "重要价值客户", "3333333.33333333", "北京", "a\nb"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
	for _, cell := range []string{"A3", "E3", "F2", "F3"} {
		if formula, err := f.GetCellFormula(f.GetSheetName(0), cell); formula != "" || err != nil {
			t.Errorf("%s is a formula: %q %v", cell, formula, err)
		}
	}
}

func TestListErrors(t *testing.T) {
	t.Parallel()
	in := small()
	err := export.List(t.Context(), io.Discard, in, export.ListOptions{Columns: []string{"age"}})
	if core.CodeOf(err) != export.CodeNoColumn {
		t.Errorf("unknown column: %v", err)
	} else if known, _ := core.AsError(err).Args["known"].([]string); len(known) != 5 {
		t.Errorf("unknown column: the columns there are: %v", known)
	}
	in.Secret = nil
	err = export.List(t.Context(), io.Discard, in, export.ListOptions{Identity: export.IdentityPseudonym})
	if core.CodeOf(err) != export.CodeNoSecret {
		t.Errorf("pseudonym without a key: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := export.List(ctx, io.Discard, big(100_000), export.ListOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if err := export.List(t.Context(), failing{}, big(100_000), export.ListOptions{}); !errors.Is(err, errFull) {
		t.Errorf("failing writer: %v", err)
	}
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write(b []byte) (int, error) {
	if len(b) > 1000 {
		return 0, errFull
	}
	return len(b), nil
}

// big is n customers with the seven columns of RFM.
func big(n int) export.ListInput {
	rng := rand.New(rand.NewPCG(1, 2))
	keys := &core.Dict{Prefix: "C", Width: 7}
	s := &core.Segmentation{Segments: make([]core.Segment, 11)}
	for i := range s.Segments {
		s.Segments[i] = core.Segment{ID: i + 1, Name: sdk.Text{ZH: fmt.Sprintf("客群%d", i), EN: fmt.Sprintf("Segment %d", i)}}
	}
	cols := [7][]float64{}
	var score [4][]int64
	for i := range n {
		keys.Numbers = append(keys.Numbers, uint32(i))
		s.Customers = append(s.Customers, uint32(i))
		s.Label = append(s.Label, int32(rng.IntN(11)))
		cols[0] = append(cols[0], float64(rng.IntN(700)))
		cols[1] = append(cols[1], float64(1+rng.IntN(30)))
		cols[2] = append(cols[2], float64(rng.IntN(10_000_000))/100)
		for k := range score {
			score[k] = append(score[k], int64(1+rng.IntN(5)))
		}
	}
	for i, name := range []string{"recency_days", "frequency", "monetary"} {
		s.Columns = append(s.Columns, table.Column{Name: name, Kind: table.Float64, Floats: cols[i]})
	}
	for i, name := range []string{"r", "f", "m", "rfm_score"} {
		s.Columns = append(s.Columns, table.Column{Name: name, Kind: table.Int64, Ints: score[i]})
	}
	return export.ListInput{Seg: s, Keys: keys, Lang: sdk.EN}
}

func TestBlocksKeepTheOrder(t *testing.T) {
	t.Parallel()
	in := big(50_000)
	var b bytes.Buffer
	if err := export.List(t.Context(), &b, in, export.ListOptions{Encoding: export.UTF8}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 50_001 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range rows[1:] {
		if want := fmt.Sprintf("C%07d", i); r[0] != want {
			t.Fatalf("row %d is %q, want %q", i, r[0], want)
		}
		if want := fmt.Sprint(in.Seg.Columns[2].Floats[i]); r[5] != want && len(want) < 8 {
			t.Fatalf("row %d has money %q, want %q", i, r[5], want)
		}
	}
}

func BenchmarkListCSV(b *testing.B) {
	in := big(1_000_000)
	for b.Loop() {
		if err := export.List(b.Context(), io.Discard, in, export.ListOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
