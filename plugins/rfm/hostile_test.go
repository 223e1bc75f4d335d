package rfm_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode"

	"qunxiang/plugins/rfm"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// Whatever comes in, a result or a sentence in both languages goes out.
func TestMethod_Hostile(t *testing.T) {
	t.Parallel()
	inputs := map[string]customers{
		"nobody":         {},
		"one customer":   {r: []float64{3}, f: []float64{1}, m: []float64{10}},
		"all the same":   {r: []float64{3, 3, 3, 3}, f: []float64{1, 1, 1, 1}, m: []float64{10, 10, 10, 10}},
		"not a number":   {r: []float64{3, 4}, f: []float64{1, math.NaN()}, m: []float64{10, 1}},
		"infinite":       {r: []float64{3, 4}, f: []float64{1, 1}, m: []float64{math.Inf(1), 1}},
		"huge":           {r: []float64{1e300, -1e300, 0}, f: []float64{1e300, 1, 0}, m: []float64{1e308, 1e308, -1e308}},
		"tiny":           {r: []float64{1e-300, 5e-324, 0}, f: []float64{1, 1, 0}, m: []float64{5e-324, -5e-324, 0}},
		"all refunded":   {r: []float64{1, 2, 3}, f: []float64{0, 0, 0}, m: []float64{-1, -2, 0}},
		"two to the 53":  {r: []float64{1 << 53, 1<<53 + 2, 0}, f: []float64{1, 2, 3}, m: []float64{1, 2, 3}},
		"minus and plus": {r: []float64{0, math.Copysign(0, -1)}, f: []float64{1, 1}, m: []float64{0, math.Copysign(0, -1)}},
	}
	for name, in := range inputs {
		for variant, p := range everyBinning() {
			t.Run(name+" "+variant, func(t *testing.T) {
				t.Parallel()
				res := run(t, in.table(), p, 2)
				if len(res.Columns) == 0 {
					refused(t, res.Diagnostics)
					return
				}
				for m := 1; m <= 3; m++ {
					for _, s := range res.Columns[m].Ints {
						if s < 1 || s > 9 {
							t.Fatalf("score %d", s)
						}
					}
				}
			})
		}
	}
	two := customers{r: []float64{0, math.Copysign(0, -1)}, f: []float64{1, 1}, m: []float64{0, math.Copysign(0, -1)}}
	res := fit(t, two.table(), nil)
	if res.Columns[4].Ints[0] != res.Columns[4].Ints[1] {
		t.Error("0 and −0 score differently")
	}
}

func refused(t *testing.T, d []sdk.Diagnostic) {
	t.Helper()
	for _, x := range d {
		if x.Severity == sdk.SeverityError && x.Summary.ZH != "" && x.Summary.EN != "" {
			return
		}
	}
	t.Errorf("no result and no sentence: %+v", d)
}

func TestMethod_Validate(t *testing.T) {
	t.Parallel()
	columns := []sdk.ColumnSchema{
		{Name: "recency_days", Kind: table.Int64, Role: "recency"},
		{Name: "frequency", Kind: table.Int64, Role: "frequency"},
		{Name: "monetary", Kind: table.Float64, Role: "monetary"},
	}
	custom := func(text string) sdk.Params {
		return sdk.Params{"map": sdk.TextValue("custom"), "map_file": sdk.TextValue(text)}
	}
	tests := map[string]struct {
		p    sdk.Params
		want string // code of the first error; empty = none
	}{
		"defaults":               {nil, ""},
		"unknown parameter":      {sdk.Params{"binz": sdk.Int(5)}, "param_unknown"},
		"ten scores":             {sdk.Params{"bins": sdk.Int(10)}, "param_value"},
		"wrong type":             {sdk.Params{"bins": sdk.TextValue("five")}, "param_value"},
		"cuts that do not rise":  {sdk.Params{"binning": sdk.TextValue("custom"), "cuts_f": sdk.Numbers(3, 2)}, "param_value"},
		"custom without cuts":    {sdk.Params{"binning": sdk.TextValue("custom")}, "cuts_missing"},
		"ten cut points":         {sdk.Params{"binning": sdk.TextValue("custom"), "cuts_f": sdk.Numbers(1, 2, 3, 4, 5, 6, 7, 8, 9)}, "cuts_many"},
		"weights of zero":        {sdk.Params{"weights": sdk.Numbers(0, 0, 0)}, "weights_zero"},
		"two weights":            {sdk.Params{"weights": sdk.Numbers(1, 1)}, "param_value"},
		"custom without a map":   {sdk.Params{"map": sdk.TextValue("custom")}, "map_missing"},
		"a map with a gap":       {custom("a,甲,A,[1-5][1-4]"), "map_gap"},
		"a map with an overlap":  {custom("a,甲,A,..\nb,乙,B,55"), "map_overlap"},
		"a map of bytes":         {custom("\x01\x02\u200b"), "map_syntax"},
		"an overlap, first wins": {custom("first-match\na,甲,A,55\nb,乙,B,.."), ""},
		"fixed without values":   {sdk.Params{"map": sdk.TextValue("eight"), "compare": sdk.TextValue("fixed")}, "compare_missing"},
		"days without a column":  {sdk.Params{"frequency_of": sdk.TextValue("days")}, "frequency_days_missing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, err := rfm.New().Validate(t.Context(), sdk.ValidateRequest{Params: tt.p, Columns: columns, Rows: 10})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, d := range res.Diagnostics {
				if d.Summary.ZH == "" || d.Summary.EN == "" {
					t.Errorf("half a sentence: %+v", d)
				}
				if strings.ContainsFunc(d.Summary.EN, func(r rune) bool { return !unicode.IsPrint(r) }) {
					t.Errorf("unreadable: %q", d.Summary.EN)
				}
				if d.Severity == sdk.SeverityError && got == "" {
					got = d.Code
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q: %+v", got, tt.want, res.Diagnostics)
			}
		})
	}
}

func TestMethod_ApplyRefusesForeignModels(t *testing.T) {
	t.Parallel()
	in := customers{r: []float64{1}, f: []float64{1}, m: []float64{1}}
	for _, data := range []string{``, `{}`, `[]`, `{"scales":[{"scores":5,"cuts":[[1]]}]}`, `{"scales":[{"scores":1e9}]}`} {
		a, _ := rfm.New().(sdk.Applier)
		_, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: in.table(), Model: sdk.Model{Format: "application/json", Version: 1, Data: []byte(data)}}, sdktest.Quiet{})
		if err == nil {
			t.Errorf("%s was accepted", data)
		}
	}
}

func TestMethod_Cancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in := shop(100, 1)
	_, err := rfm.New().Fit(ctx, sdk.Request{Table: in.table(), Threads: 1}, sdktest.Quiet{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// 60 % one-time buyers collapse the frequency scores: said, with business cuts offered.
func TestMethod_CollapseIsSaid(t *testing.T) {
	t.Parallel()
	var in customers
	for i := range 1000 {
		in.add(float64(i), max(1, float64(i-598)), float64(i)+0.5)
	}
	res := fit(t, in.table(), nil)
	found := false
	for _, d := range res.Diagnostics {
		if d.Code == "bins_collapsed" {
			found = d.Param == "cuts_f" && d.Detail.EN != ""
			t.Log(d.Summary.ZH, d.Detail.ZH)
		}
	}
	if !found {
		t.Errorf("%+v", res.Diagnostics)
	}
}

func BenchmarkFit1M(b *testing.B) {
	in := shop(1_000_000, 1)
	t := in.table()
	for _, c := range []int{0, 1} { // days and orders arrive as whole numbers
		t.Columns[c].Kind, t.Columns[c].Ints = table.Int64, make([]int64, t.Rows)
		for i, x := range t.Columns[c].Floats {
			t.Columns[c].Ints[i] = int64(x)
		}
		t.Columns[c].Floats = nil
	}
	for _, threads := range []int{1, 2} {
		b.Run(map[int]string{1: "one", 2: "two"}[threads], func(b *testing.B) {
			for b.Loop() {
				run(b, t, nil, threads)
			}
		})
	}
}
