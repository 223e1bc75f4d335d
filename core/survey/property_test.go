package survey_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/survey"
)

// drawn are answers 1–5 to t1 … tk that hang together, some missing.
func drawn(t *rapid.T) [][]float64 {
	n, k := rapid.IntRange(5, 40).Draw(t, "respondents"), rapid.IntRange(3, 7).Draw(t, "items")
	columns := make([][]float64, k)
	for j := range columns {
		columns[j] = make([]float64, n)
	}
	for i := range n {
		own := rapid.IntRange(1, 5).Draw(t, "trait")
		for j := range k {
			v := float64(min(5, max(1, own+rapid.IntRange(-1, 1).Draw(t, "noise"))))
			if rapid.IntRange(0, 19).Draw(t, "gap") == 0 {
				v = math.NaN()
			}
			columns[j][i] = v
		}
	}
	return columns
}

func build(columns [][]float64, names []string) *core.Records {
	r := &core.Records{Kind: core.SourceSurvey, Name: "s", Customers: &core.Dict{}}
	for i := range columns[0] {
		r.Customers.AppendString("r" + strconv.Itoa(i))
		r.Customer = append(r.Customer, uint32(i))
	}
	for j, c := range columns {
		col := core.AttributeColumn{Name: names[j], Floats: slices.Clone(c), Valid: make([]bool, len(c))}
		for i, v := range c {
			col.Valid[i] = !math.IsNaN(v)
		}
		r.Columns = append(r.Columns, col)
	}
	return r
}

func named(k int) []string {
	out := make([]string, k)
	for j := range out {
		out[j] = "t" + strconv.Itoa(j+1)
	}
	return out
}

// the makes the scale of all items, with some reversed and none suggested.
func the(t *rapid.T, r *core.Records, reversed map[string]bool) *survey.Scale {
	s := survey.Settings{Kinds: map[string]survey.Kind{}, Reversed: map[string]bool{}, Scales: map[string][]string{"all": nil}}
	for _, c := range r.Columns {
		s.Kinds[c.Name], s.Reversed[c.Name] = survey.Likert, reversed[c.Name]
		s.Scales["all"] = append(s.Scales["all"], c.Name)
	}
	rep, err := survey.Analyse(t.Context(), r, s, core.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	return rep.Scales[0]
}

func same(a, b float64) bool { return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-9 }

func TestAlphaIsThatOfTheAnswers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := drawn(t)
		names := named(len(columns))
		a := the(t, build(columns, names), nil).Alpha

		order := rapid.Permutation(names).Draw(t, "order")
		moved := make([][]float64, len(columns))
		for j, name := range order {
			moved[j] = columns[slices.Index(names, name)]
		}
		if b := the(t, build(moved, order), nil).Alpha; !same(a, b) {
			t.Errorf("items in another order: %v, then %v", a, b)
		}
		rows := rapid.Permutation(indices(len(columns[0]))).Draw(t, "rows")
		turned := each(columns, func(c []float64, i int) float64 { return c[rows[i]] })
		if b := the(t, build(turned, names), nil).Alpha; !(a == b || math.IsNaN(a) && math.IsNaN(b)) {
			t.Errorf("rows in another order: %v, then %v", a, b)
		}
		scaled := each(columns, func(c []float64, i int) float64 { return 3*c[i] - 7 })
		if b := the(t, build(scaled, names), nil).Alpha; !same(a, b) {
			t.Errorf("rescaled: %v, then %v", a, b)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func each(columns [][]float64, f func(c []float64, i int) float64) [][]float64 {
	out := make([][]float64, len(columns))
	for j, c := range columns {
		out[j] = make([]float64, len(c))
		for i := range c {
			out[j][i] = f(c, i)
		}
	}
	return out
}

func TestReversingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := drawn(t)
		names := named(len(columns))
		for j := range columns { // the ends of every scale are there, so that 6 − x has the same
			columns[j][0], columns[j][1] = 1, 5
		}
		turned := rapid.SampledFrom(names).Draw(t, "item")
		at := slices.Index(names, turned)
		again := slices.Clone(columns)
		again[at] = make([]float64, len(columns[at]))
		for i, v := range columns[at] {
			again[at][i] = 6 - v
		}
		a, b := the(t, build(columns, names), nil), the(t, build(again, names), map[string]bool{turned: true})
		if !same(a.Alpha, b.Alpha) || !same(a.Mean, b.Mean) || !same(a.MeanR, b.MeanR) {
			t.Errorf("alpha %v, then %v; mean %v, then %v", a.Alpha, b.Alpha, a.Mean, b.Mean)
		}
		for i := range columns[0] {
			if !same(a.Score(i), b.Score(i)) {
				t.Errorf("score of row %d: %v, then %v", i, a.Score(i), b.Score(i))
			}
		}
	})
}

func TestEqualWeightsAreNone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := drawn(t)
		nps := make([]float64, len(columns[0]))
		for i := range nps {
			nps[i] = float64(rapid.IntRange(0, 10).Draw(t, "nps"))
		}
		w := slices.Repeat([]float64{rapid.Float64Range(1e-9, 1e9).Draw(t, "weight")}, len(nps))
		names := append(named(len(columns)), "recommend", "weight")
		r := build(append(slices.Clone(columns), nps, w), names)
		none := ""
		s := survey.Settings{Kinds: map[string]survey.Kind{"recommend": survey.NPS, "weight": survey.Weight}}
		weighted, err := survey.Analyse(t.Context(), r, s, core.NoDate)
		if err != nil {
			t.Fatal(err)
		}
		delete(s.Kinds, "weight")
		s.Weight = &none
		plain, err := survey.Analyse(t.Context(), r, s, core.NoDate)
		if err != nil {
			t.Fatal(err)
		}
		for k := range columns {
			a, b := weighted.Items[k].Figures, plain.Items[k].Figures
			if diff := cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
				t.Errorf("item %d: %s", k, diff)
			}
		}
		a, b := weighted.Items[len(columns)].NPS, plain.Items[len(columns)].NPS
		if a.NPS < -100 || a.NPS > 100 || a.Interval.Low < -100 || a.Interval.High > 100 || a.Interval.Low > a.NPS || a.Interval.High < a.NPS {
			t.Errorf("NPS %+v", a)
		}
		if !same(a.NPS, b.NPS) || math.Abs(a.Interval.Low-b.Interval.Low) > 1e-6 {
			t.Errorf("weighted %+v, plain %+v", a, b)
		}
		for k, sc := range weighted.Scales {
			if !same(sc.Alpha, plain.Scales[k].Alpha) {
				t.Errorf("alpha %v, %v", sc.Alpha, plain.Scales[k].Alpha)
			}
		}
	})
}

func TestHostileSurveys(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	wide := make([][]float64, 2000)
	for j := range wide {
		wide[j] = make([]float64, 30)
		for i := range wide[j] {
			wide[j][i] = float64(1 + (i*j+i/3+j/7)%5)
		}
	}
	for name, columns := range map[string][][]float64{
		"constant":       {{3, 3, 3}, {3, 3, 3}, {3, 3, 3}},
		"one respondent": {{1}, {2}, {5}},
		"all missing":    {{nan, nan}, {nan, nan}, {nan, nan}},
		"infinite":       {{inf, -inf, 1}, {1, 2, inf}, {1, 2, 3}},
		"huge":           {{1e300, -1e300, 0}, {1e300, 1e300, 1}, {1, 2, 3}},
		"nobody":         {{}, {}, {}},
		"opposite":       {{1, 2, 3, 4, 5}, {5, 4, 3, 2, 1}, {1, 2, 3, 4, 5}, {5, 4, 3, 2, 1}},
		"2,000 columns":  wide,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := build(columns, named(len(columns)))
			for _, s := range []survey.Settings{{}, {Scales: map[string][]string{"a": named(len(columns))}, Weight: new("t1")}} {
				rep, err := survey.Analyse(t.Context(), r, s, core.NoDate)
				if err != nil && core.CodeOf(err) != survey.CodeScaleItem {
					t.Fatal(err)
				}
				if err == nil {
					for _, sc := range rep.Scales {
						if sc.Alpha > 1+1e-9 {
							t.Errorf("alpha %v", sc.Alpha)
						}
					}
				}
			}
			if _, err := survey.Features(t.Context(), []*core.Records{r}, nil, core.NoDate); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	start := time.Now()
	if _, err := survey.Analyse(ctx, build([][]float64{{1, 2}, {2, 1}, {1, 1}}, named(3)), survey.Settings{}, core.NoDate); !errors.Is(err, context.Canceled) {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func TestRowOrderDoesNotShow(t *testing.T) {
	t.Parallel()
	table := wjx()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.Permutation(indices(len(table)-1)).Draw(t, "rows")
		other := [][]string{append([]string{"customer"}, table[0]...)}
		straight := [][]string{other[0]}
		for i := range rows {
			straight = append(straight, append([]string{"c" + strconv.Itoa(i%30)}, table[i+1]...))
		}
		for _, i := range rows {
			other = append(other, straight[i+1])
		}
		a, err := survey.Features(t.Context(), []*core.Records{records("s", straight)}, nil, core.NoDate)
		if err != nil {
			t.Fatal(err)
		}
		b, err := survey.Features(t.Context(), []*core.Records{records("s", other)}, nil, core.NoDate)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(byCustomer(a), byCustomer(b), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("(-straight +other):\n%s", diff)
		}
	})
}

// byCustomer are the values of every customer and column as texts.
func byCustomer(a *core.Attributes) map[string]string {
	out := map[string]string{}
	for _, c := range a.Columns {
		for i := range a.Customers.Len() {
			text := ""
			switch {
			case c.Floats != nil && c.Valid[i]:
				text = strconv.FormatFloat(c.Floats[i], 'g', -1, 64)
			case c.Floats == nil && c.Codes[i] != core.NoCode:
				text = c.Dict[c.Codes[i]]
			}
			out[a.Customers.At(i)+" "+c.Name] = text
		}
	}
	return out
}
