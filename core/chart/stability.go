package chart

// The thresholds of bootstrap stability (Hennig, Comput. Stat. Data Anal. 52 (2007)
// 258–271, as the product words them).
const (
	stabilityDoubtful = 0.60
	stabilityStable   = 0.75
	stabilityVery     = 0.85
)

// steady is how often a segment comes back.
type steady struct {
	at              int
	mean, low, high float64
	ranged          bool
}

// steadies reads the stability of each segment, with an interval where the table
// "stability" has one.
func (in *Input) steadies() []steady {
	t := in.dataTable("stability")
	segment, mean := anyText(t, "segment"), anyNumber(t, "mean", "stability", "jaccard")
	low, high := number(t, "low"), number(t, "high")
	var out []steady
	if segment != nil && mean != nil {
		for i := range t.Rows {
			s := steady{at: in.segmentAt(cellText(segment, i))}
			var ok, hasLow, hasHigh bool
			if s.mean, ok = at(mean, i); !ok || s.at < 0 {
				continue
			}
			s.low, hasLow = at(low, i)
			s.high, hasHigh = at(high, i)
			s.ranged = hasLow && hasHigh && s.high > s.low
			out = append(out, s)
		}
	}
	if out != nil || in.Seg == nil {
		return out
	}
	for i := range in.Seg.Segments {
		if v := in.Seg.Segments[i].Stability; v != nil && drawable(*v) {
			out = append(out, steady{at: i, mean: *v})
		}
	}
	return out
}

func hasStability(in *Input) bool { return hasSegments(in) && len(in.steadies()) > 0 }

// newStability draws how often each segment comes back when customers are drawn anew,
// with the thresholds for what that is called.
func newStability(in *Input, o Options) (drawFunc, error) {
	all := in.steadies()
	return func(p *pen, b box) { in.drawStability(p, b, o, all) }, nil
}

func (in *Input) drawStability(p *pen, b box, o Options, all []steady) {
	lc := in.locale()
	all = all[:min(len(all), max(2, int(b.h/16)))]
	names := make([]rowName, len(all))
	for i, s := range all {
		names[i] = rowName{text: in.segmentName(s.at), id: in.Seg.Segments[s.at].ID, at: s.at}
	}
	x := axis{
		title: lc.T("chart.stability.x"), lo: 0, hi: 1.02, scale: linearScale{},
		ticks: []float64{0, 0.2, 0.4, stabilityDoubtful, stabilityStable, stabilityVery, 1},
		label: func(v float64) string { return lc.Number(v, 2) },
	}
	if b.w < 460 {
		x.ticks = []float64{0, stabilityDoubtful, stabilityVery}
	}
	p.rows(in, o, b, names, x, func(m *mapping, i int, y, h float64) {
		if i == 0 {
			for _, v := range []float64{stabilityDoubtful, stabilityStable, stabilityVery} {
				for d := m.box.y; d < m.bottom(); d += 7 {
					p.line(m.px(v), d, m.px(v), min(m.bottom(), d+4), 1.4, p.th.muted)
				}
			}
		}
		s, half := all[i], min(13, h*0.32)
		x0, x1 := m.px(0), m.px(min(1, max(0, s.mean)))
		p.round(box{x0, y - half, max(2, x1-x0), 2 * half}, 2, in.color(p, o, s.at))
		if s.ranged {
			l, r := m.px(max(0, s.low)), m.px(min(1, s.high))
			p.line(l, y, r, y, 1.6, p.th.text)
			for _, e := range []float64{l, r} {
				p.line(e, y-half*0.45, e, y+half*0.45, 1.6, p.th.text)
			}
		}
		word := lc.T("chart.stability." + stabilityWord(s.mean))
		st := style{size: sizeSmall, bold: true, v: 0.5}
		strong, _ := ink(in.color(p, o, s.at))
		st.c = strong
		label := lc.Number(s.mean, 2) + " · " + word
		switch {
		case p.width(label, st) <= x1-x0-12 && half >= 6:
			p.text(x0+7, y, label, st)
		case p.width(label, st) <= m.right()-x1-18 && !s.ranged:
			st.c = p.th.text
			p.text(x1+7, y, label, st)
		}
		lines := []string{names[i].text, lc.T("chart.hover.stability", "v", lc.Number(s.mean, 2), "word", word)}
		if s.ranged {
			lines = append(lines, lc.T("chart.hover.interval", "low", lc.Number(s.low, 2), "high", lc.Number(s.high, 2)))
		}
		p.hit(box{b.x, y - h/2, b.w, h}, Selection{Segments: []int{s.at}}, lines...)
	})
}

// stabilityWord says what a stability is called.
func stabilityWord(v float64) string {
	switch {
	case v < stabilityDoubtful:
		return "unstable"
	case v < stabilityStable:
		return "doubtful"
	case v <= stabilityVery:
		return "stable"
	}
	return "very_stable"
}
