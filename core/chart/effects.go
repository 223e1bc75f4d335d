package chart

import (
	"cmp"
	"math"
	"slices"
)

// effect is how much one feature differs between groups.
type effect struct {
	feature, kind, size string // size: trivial, small, medium, large
	value, q            float64
	hasQ                bool
}

// effectRank orders what effects are called.
func effectRank(size string) int {
	return slices.Index([]string{"trivial", "small", "medium", "large"}, size)
}

func hasEffects(in *Input) bool {
	t := in.dataTable("tests")
	return textColumn(t, "feature") != nil && number(t, "effect") != nil
}

// newEffects draws how much each feature differs between the groups, by the test that
// the method advises: the effect and not p, which with many customers is always small.
func newEffects(in *Input, o Options) (drawFunc, error) {
	t := in.dataTable("tests")
	feature, kind, size := textColumn(t, "feature"), textColumn(t, "effectKind"), textColumn(t, "magnitude")
	advised, q := number(t, "advised"), number(t, "q")
	var all []effect
	for i := range t.Rows {
		v, ok := at(number(t, "effect"), i)
		if a, told := at(advised, i); !ok || told && a == 0 {
			continue
		}
		e := effect{feature: cellText(feature, i), kind: cellText(kind, i), size: cellText(size, i), value: math.Abs(v)}
		e.q, e.hasQ = at(q, i)
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil, in.noData(KindEffects)
	}
	slices.SortStableFunc(all, func(a, b effect) int {
		return cmp.Or(cmp.Compare(effectRank(b.size), effectRank(a.size)), cmp.Compare(b.value, a.value))
	})
	return func(p *pen, b box) { in.drawEffects(p, b, o, all) }, nil
}

func (in *Input) drawEffects(p *pen, b box, o Options, all []effect) {
	lc := in.locale()
	all = all[:min(len(all), max(3, int(b.h/22)))]
	names := make([]rowName, len(all))
	most := 0.1
	for i, e := range all {
		names[i] = rowName{text: in.columnTitle(e.feature)}
		most = max(most, e.value)
	}
	x := axis{title: lc.T("chart.effects.x"), lo: 0, hi: most * 1.04, scale: linearScale{}}
	p.rows(in, o, b, names, x, func(m *mapping, i int, y, h float64) {
		e, half := all[i], min(12, h*0.34)
		c := mix(SegmentColor(1, in.Dark), p.th.background, 0.55-0.18*float64(max(0, effectRank(e.size))))
		bar := box{m.px(0), y - half, max(2, m.px(e.value)-m.px(0)), 2 * half}
		p.round(bar, 2, c)
		label := lc.Number(e.value, 2)
		lines := []string{names[i].text, lc.T("chart.pair", "name", in.effectName(e.kind), "value", lc.Number(e.value, 3))}
		if key := "chart.effects." + e.size; lc.Has(key) {
			label += " · " + lc.T(key)
			lines = append(lines, lc.T(key))
		}
		strong, _ := ink(c)
		in.barText(p, bar, m.box, label, strong)
		if e.hasQ {
			lines = append(lines, lc.T("chart.effects.q", "q", lc.Number(e.q, 4)))
		}
		p.hit(box{b.x, y - h/2, b.w, h}, Selection{}, lines...)
	})
}

func (in *Input) effectName(kind string) string {
	if key := "chart.effect." + kind; in.locale().Has(key) {
		return in.locale().T(key)
	}
	return kind
}
