package evidence_test

import (
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/evidence"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func card(t *testing.T, in evidence.CardInput) map[string]evidence.Verification {
	t.Helper()
	lines, err := evidence.Card(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]evidence.Verification{}
	for _, l := range lines {
		out[in.Segments[l.Segment].Key+" "+string(l.Criterion)] = l
	}
	return out
}

// twoSegments has 100 customers in each of two segments that differ in x by d standard
// deviations (within a segment x is ±1, so its sample variance is 100/99).
func twoSegments(d float64) evidence.CardInput {
	c, phone := &table.Column{Name: "x", Kind: table.Float64}, &table.Column{Name: "phone", Kind: table.Category, Dict: []string{"1"}, Valid: table.NewBits(200)}
	in := evidence.CardInput{Scorable: true, Columns: []*table.Column{c}, Contacts: []*table.Column{phone}, Used: []string{"x"}}
	for i := range 200 {
		s := int32(i / 100)
		in.Label = append(in.Label, s)
		c.Floats = append(c.Floats, d*float64(s)+float64(i%2*2-1))
		phone.Codes = append(phone.Codes, 0)
		if s == 0 || i%4 == 0 {
			phone.Valid.Set(i)
		}
	}
	for s := range 2 {
		in.Segments = append(in.Segments, core.Segment{Key: string(rune('a' + s)), Size: 100, Share: 0.5, Stability: sdk.Bound(0.9)})
	}
	return in
}

func TestCardOfTwoSegments(t *testing.T) {
	t.Parallel()
	got := card(t, twoSegments(1))
	for key, want := range map[string]evidence.Judgement{
		"a measurable": "pass", "a substantial": "pass", "a accessible": "pass", "a differentiable": "pass", "a actionable": "pass",
		"b accessible": "fail", "b actionable": "fail",
	} {
		if got[key].Judgement != want {
			t.Errorf("%s: %+v, want %s", key, got[key], want)
		}
	}
	// d = 1 / sqrt(100/99)
	near(t, "Cohen's d", got["a differentiable"].Value, 0.994987437107, 1e-12)
	near(t, "reached", got["b accessible"].Value, 0.25, 0)
	if r := got["b actionable"].Rule; r != "act_not_accessible" {
		t.Errorf("reason %q", r)
	}
	if r := got["a differentiable"].Rule; r != "differs_lower" {
		t.Errorf("reason %q", r)
	}
}

func TestCardSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	in := twoSegments(0.1)
	in.Contacts, in.Scorable, in.Used = nil, false, nil
	in.Segments[0].Stability = sdk.Bound(0.55)
	in.Segments[1].Size, in.Segments[1].Share = 20, 0.01
	got := card(t, in)
	for key, want := range map[string]struct {
		j    evidence.Judgement
		rule string
	}{
		"a measurable": {"fail", "unstable"}, "b measurable": {"fail", "not_scorable"}, "a accessible": {"unknown", "no_contacts"},
		"b substantial": {"fail", "few"}, "a differentiable": {"fail", "differs_lower_unused"}, "b actionable": {"fail", "act_not_substantial"},
	} {
		if g := got[key]; g.Judgement != want.j || g.Rule != want.rule {
			t.Errorf("%s: %s by %q, want %+v", key, g.Judgement, g.Rule, want)
		}
	}
}

// R 4.2: chisq.test(matrix(c(30,70,60,40),2,byrow=TRUE),correct=FALSE) gives X-squared =
// 18.182, p-value = 2.008e-05; V = sqrt(18.1818/200) = 0.30151.
func TestCramersV(t *testing.T) {
	t.Parallel()
	c := &table.Column{Name: "city", Kind: table.Category, Dict: []string{"A", "B"}}
	in := evidence.CardInput{Columns: []*table.Column{c}, Segments: []core.Segment{{Key: "a", Size: 100, Share: 0.5}, {Key: "b", Size: 100, Share: 0.5}}}
	for s, counts := range [][]int{{30, 70}, {60, 40}} {
		for code, n := range counts {
			for range n {
				in.Label, c.Codes = append(in.Label, int32(s)), append(c.Codes, uint32(code))
			}
		}
	}
	got := card(t, in)["a differentiable"]
	near(t, "V", got.Value, 0.301511344578, 1e-9)
	if got.Judgement != evidence.Pass || !strings.HasPrefix(got.Rule, "differs_category") {
		t.Errorf("%+v", got)
	}
}

func TestCardOfOneSegmentAndOfNothing(t *testing.T) {
	t.Parallel()
	got := card(t, evidence.CardInput{Segments: []core.Segment{{Key: "a", Size: 3, Share: 1}}, Label: []int32{0, 0, 0}})
	if got["a differentiable"].Judgement != evidence.Unknown || got["a actionable"].Judgement != evidence.Fail {
		t.Errorf("%+v", got)
	}
}

func BenchmarkCardOfAMillionCustomers(b *testing.B) {
	const n, k = 1_000_000, 11
	in := evidence.CardInput{Label: make([]int32, n), Segments: make([]core.Segment, k), Threads: 1}
	for i := range in.Label {
		in.Label[i] = int32(i * 7 % k)
	}
	for _, name := range []string{"a", "b", "c"} {
		f, v := &table.Column{Name: name, Kind: table.Float64, Floats: make([]float64, n)}, &table.Column{Name: name + "i", Kind: table.Int64, Ints: make([]int64, n)}
		for i := range n {
			f.Floats[i], v.Ints[i] = float64(i%1009), int64(i%97)
		}
		in.Columns = append(in.Columns, f, v)
	}
	for b.Loop() {
		if _, err := evidence.Card(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}
