package survey

import (
	"context"
	"maps"
	"math"
	"slices"

	"qunxiang/core"
)

// maxScale is how many items a scale may have: alpha needs all pairs of them.
const maxScale = 200

// Scale is a group of ratings that measure one thing.
type Scale struct {
	Name       string
	Label      string
	Given      bool // by the settings
	Sure       bool // it makes a score: given, or by a header that tells and answers that agree
	Items      []ScaleItem
	Left       []string // items that nobody varies on: no part of the reliability
	N          int      // respondents with a score, those without a weight left out
	Complete   int      // … who answered every item
	Alpha      float64  // raw; NaN = cannot be told
	Interval   Interval
	Standard   float64 // alpha of standardised items
	AsGiven    float64 // alpha without reversing anything
	MeanR      float64 // mean correlation between items
	Component  float64 // share of the variance in the first principal component
	Mean, SD   float64 // of the scores, weighted
	Low, High  float64
	TooWide    bool // more than maxScale items
	Suggestion int  // items reversed by suggestion alone
}

// ScaleItem is an item within its scale.
type ScaleItem struct {
	Name      string
	Reversed  bool
	Suggested bool    // the answers say that it is reversed
	Given     bool    // the settings say whether
	Rest      float64 // correlation with the sum of the others, after reversing; NaN = cannot be told
	Without   float64 // alpha without the item
	Loading   float64 // on the first principal component, after reversing

	item *Item
}

// scales makes the scales of a survey: those of the settings, and of the groups of ratings
// found those that share no item with them and that the settings do not take away.
func (f *finder) scales(s Settings) ([]*Scale, error) {
	var out []*Scale
	taken := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(s.Scales)) {
		sc, err := f.given(name, s.Scales[name])
		if err != nil {
			return nil, err
		}
		for _, it := range sc.Items {
			taken[it.Name] = true
		}
		if len(sc.Items) > 0 {
			out = append(out, sc)
		}
	}
	out = append(out, f.found(s, taken)...)
	for _, sc := range out {
		if sc.Label = s.Labels[sc.Name]; sc.Label == "" {
			sc.Label = sc.Name
		}
		sc.ends(s)
	}
	return out, nil
}

// given is a scale of the settings; items that the survey does not have are left out.
func (f *finder) given(name string, items []string) (*Scale, error) {
	sc := &Scale{Name: name, Given: true, Sure: true}
	for _, item := range items {
		it := f.find(item)
		if it == nil || it.Kind == Empty || slices.ContainsFunc(sc.Items, func(o ScaleItem) bool { return o.Name == item }) {
			continue
		}
		if !it.rating() && (it.Kind != Binary || it.cells.floats == nil) {
			return nil, failure(CodeScaleItem, core.OriginUser, item, core.Args{"item": item, "scale": name, "kind": core.Message{Key: "survey.kind." + string(it.Kind)}})
		}
		sc.Items = append(sc.Items, ScaleItem{Name: item, item: it})
	}
	return sc, nil
}

// found are the groups of three ratings or more under one stem, without the items taken.
func (f *finder) found(s Settings, taken map[string]bool) []*Scale {
	var out []*Scale
	of := map[string]*Scale{}
	for i := range f.items {
		it := &f.items[i]
		if _, own := s.Scales[it.Group]; own || it.Kind != Likert || it.Group == "" || taken[it.Name] {
			continue
		}
		sc := of[it.Group]
		if sc == nil {
			sc = &Scale{Name: it.Group}
			of[it.Group] = sc
			out = append(out, sc)
		}
		sc.Items = append(sc.Items, ScaleItem{Name: it.Name, item: it})
	}
	return slices.DeleteFunc(out, func(sc *Scale) bool { return len(sc.Items) < 3 })
}

func (f *finder) find(name string) *Item {
	for i := range f.items {
		if f.items[i].Name == name {
			return &f.items[i]
		}
	}
	return nil
}

// ends finds the ends of the scale and what the settings say of its items.
func (sc *Scale) ends(s Settings) {
	sc.Low, sc.High = math.Inf(1), math.Inf(-1)
	for i := range sc.Items {
		it := &sc.Items[i]
		if it.item.Kind == Binary {
			it.item.Low, it.item.High = 0, 1
		}
		sc.Low, sc.High = min(sc.Low, it.item.Low), max(sc.High, it.item.High)
		it.Reversed, it.Given = s.Reversed[it.Name], false
		if _, ok := s.Reversed[it.Name]; ok {
			it.Given = true
		}
	}
}

// judge works out the reliability of a scale, and which items the answers say are reversed.
func (sc *Scale) judge(ctx context.Context, w []float64) error {
	sc.Alpha, sc.Standard, sc.AsGiven, sc.MeanR, sc.Component = math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()
	sc.Interval = unknown()
	for i := range sc.Items {
		it := &sc.Items[i]
		it.Rest, it.Without, it.Loading = math.NaN(), math.NaN(), math.NaN()
	}
	if sc.TooWide = len(sc.Items) > maxScale; sc.TooWide {
		return nil
	}
	use, columns := sc.columns(w)
	if len(use) > 1 {
		m, err := covariances(ctx, columns, w)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(m.v, math.IsNaN) {
			if err := sc.reliability(ctx, use, m); err != nil {
				return err
			}
		}
	}
	if err := sc.describe(ctx, w); err != nil {
		return err
	}
	if !math.IsNaN(sc.Alpha) {
		sc.Interval = feldt(sc.Alpha, effective(w, func(i int) bool { return !math.IsNaN(sc.Score(i)) }), len(use))
	}
	sc.Sure = sc.Given || !is("generic", sc.Name) || sc.Alpha >= 0.6
	return nil
}

// columns are the answers of the items that vary, from the low end of each.
func (sc *Scale) columns(w []float64) (use []*ScaleItem, columns [][]float64) {
	for i := range sc.Items {
		it := &sc.Items[i]
		c := make([]float64, len(w))
		for r := range c {
			c[r] = it.item.value(r) - it.item.Low
		}
		if v := covariance(c, c, w); !(v > 0) {
			sc.Left = append(sc.Left, it.Name)
			continue
		}
		use, columns = append(use, it), append(columns, c)
	}
	return use, columns
}

// weak is the loading below which an item's sign says nothing.
const weak = 0.2

func (sc *Scale) reliability(ctx context.Context, use []*ScaleItem, m *matrix) error {
	loadings, _, err := m.correlations().component(ctx)
	if err != nil {
		return err
	}
	sc.AsGiven = m.alpha()
	sc.suggest(use, loadings)
	reversed := make([]bool, len(use))
	for i, it := range use {
		reversed[i] = it.Reversed
	}
	m = m.flip(reversed)
	r := m.correlations()
	all, _ := r.sum()
	k := float64(r.k)
	sc.Alpha = m.alpha()
	sc.MeanR = (all - k) / (k * (k - 1))
	if all > 0 {
		sc.Standard = k / (k - 1) * (1 - k/all)
	}
	loadings, share, err := r.component(ctx)
	if err != nil {
		return err
	}
	sc.Component = share
	sign := 1.0
	if majority(loadings) < 0 {
		sign = -1
	}
	for i, it := range use {
		it.Rest, it.Loading = m.itemRest(i), sign*loadings[i]
		if r.k > 2 {
			it.Without = m.without(i)
		}
	}
	return nil
}

// suggest marks the items whose answers run against those of most: the sign of the loading
// on the first principal component. What the settings say of an item stands; where they
// say of more than half of the items the contrary of what most loadings say, the other side
// is the usual one.
func (sc *Scale) suggest(use []*ScaleItem, loadings []float64) {
	side := majority(loadings)
	contrary := 0
	for i, it := range use {
		if it.Given && math.Abs(loadings[i]) >= weak && (loadings[i]*side < 0) != it.Reversed {
			contrary++
		}
	}
	if 2*contrary > len(use) {
		side = -side
	}
	sc.Suggestion = 0
	for i, it := range use {
		it.Suggested = loadings[i]*side < 0 && math.Abs(loadings[i]) >= weak
		if it.Given {
			continue
		}
		if it.Reversed = it.Suggested; it.Reversed {
			sc.Suggestion++
		}
	}
}

// majority is the sign of most loadings that say something; that of the first on a tie.
func majority(loadings []float64) float64 {
	var n, first float64
	for _, l := range loadings {
		if math.Abs(l) < weak {
			continue
		}
		if first == 0 {
			first = math.Copysign(1, l)
		}
		n += math.Copysign(1, l)
	}
	if n == 0 {
		return first
	}
	return n
}

// Score is the mean of the items that row i answers, reversed ones turned round (low +
// high − answer); NaN where fewer than half are answered.
func (sc *Scale) Score(i int) float64 {
	var sum float64
	n := 0
	for k := range sc.Items {
		it := &sc.Items[k]
		x := it.item.value(i)
		if math.IsNaN(x) {
			continue
		}
		if it.Reversed {
			x = it.item.Low + it.item.High - x
		}
		sum += x
		n++
	}
	if n == 0 || 2*n < len(sc.Items) {
		return math.NaN()
	}
	return sum / float64(n)
}

// describe counts the respondents and works out mean and deviation of their scores.
func (sc *Scale) describe(ctx context.Context, w []float64) error {
	tallies := map[float64]float64{} // weight by score: few distinct ones, added exactly
	sc.N, sc.Complete = 0, 0
	for i, x := range w {
		if stop(ctx, i) {
			return ctx.Err()
		}
		if x == 0 {
			continue
		}
		score := sc.Score(i)
		if math.IsNaN(score) {
			continue
		}
		sc.N++
		tallies[score] += x
		if !slices.ContainsFunc(sc.Items, func(it ScaleItem) bool { return math.IsNaN(it.item.value(i)) }) {
			sc.Complete++
		}
	}
	sc.Mean, sc.SD = moments(tallies, sc.N)
	return nil
}
