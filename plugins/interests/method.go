package interests

import (
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves interest groups. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var _ sdk.Method = Method{}

const (
	mostAuto  = 8  // groups that auto tries
	fewest    = 30 // customers below which groups are not looked for
	keyOpen   = "unclear"
	structNil = "none"
)

// Validate checks parameters and columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	for _, d := range req.Details {
		const perRow = 120 // a meeting, sorted, and its cell
		out.MemoryBytes += int64(d.Rows) * perRow
	}
	return out, nil
}

// Fit finds the groups.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(sdk.ValidateRequest{Params: req.Params, Rows: req.Table.Rows})
	s := &study{ctx: ctx, rep: rep, params: checked.Params, diags: checked.Diagnostics, rows: req.Table.Rows, brief: req.Brief}
	if s.failed() {
		return sdk.Response{Diagnostics: s.diags}, nil
	}
	rep.Progress(0.05, sdk.Text{ZH: "数一数谁喜欢什么", EN: "Counting who likes what"})
	if err := s.read(req); err != nil || s.failed() {
		return sdk.Response{Diagnostics: s.diags}, err
	}
	s.list, s.of = s.counts.profiles()
	s.base = base(s.list, len(s.counts.themes))
	if s.limits(); s.failed() {
		return sdk.Response{Diagnostics: s.diags}, nil
	}
	if err := s.find(req); err != nil {
		return sdk.Response{}, err
	}
	s.assign()
	s.remarks()
	return s.response(), nil
}

// study is one run.
type study struct {
	ctx    context.Context
	rep    sdk.Reporter
	params sdk.Params
	diags  []sdk.Diagnostic

	rows   int
	brief  bool
	from   string
	counts *counts
	list   []profile
	of     []int32 // profile of each customer
	base   []float64
	tried  []*mixture // by the number of components, from 1; with a given k 1 and that
	best   *mixture
	alike  bool // one group explains the data as well as those given

	segments []sdk.Segment
	part     []int     // component of each segment, −1 = unclear
	label    []uint32  // of each customer
	chance   []float64 // of each customer
	certain  float64   // mean greatest chance
}

func (s *study) failed() bool { return sdk.Failed(s.diags) }

func (s *study) report(severity sdk.Severity, code, param string, t sdk.Text) {
	s.diags = append(s.diags, sdk.Diagnostic{Severity: severity, Code: code, Param: param, Summary: t})
}

// limits checks a given k against the different customers there are. A part of the
// customers, drawn anew to see whether groups come back, may have fewer.
func (s *study) limits() {
	if n := len(s.list); !s.params.IsAuto("k") && !s.brief && s.params.Int("k") > n {
		s.report(sdk.SeverityError, "k_too_large", "k", sdk.Text{
			ZH: "要求分 {k} 群，但记录互不相同的客户只有 {n} 位；请减小群数。", EN: "{k} groups were asked for, but customers with different records number only {n}; choose a smaller k.",
		}.Fill("k", strconv.Itoa(s.params.Int("k")), "n", strconv.Itoa(n)))
	}
}

// find fits the mixtures and chooses one.
func (s *study) find(req sdk.Request) error {
	f := &fitter{ctx: s.ctx, list: s.list, base: s.base, seed: req.Seed, threads: max(1, req.Threads)}
	for _, p := range s.list {
		f.n += p.weight
	}
	from, to := 1, min(mostAuto, len(s.list))
	if !s.params.IsAuto("k") {
		from = min(s.params.Int("k"), len(s.list))
		to = from
	} else if f.n < fewest || len(s.base) < 2 {
		to = 1
	}
	for k := from; k <= to; k++ {
		s.rep.Progress(0.2+0.7*float64(k-from)/float64(to-from+1), sdk.Text{ZH: "尝试 {k} 个群", EN: "Trying {k} groups"}.Fill("k", strconv.Itoa(k)))
		m, err := f.fit(k)
		if err != nil {
			return err
		}
		s.tried = append(s.tried, m)
		if s.best == nil || m.bic < s.best.bic {
			s.best = m
		}
		if req.Brief {
			continue
		}
		if n := len(s.tried); n > 2 && s.tried[n-1].bic > s.tried[n-2].bic && s.tried[n-2].bic > s.tried[n-3].bic {
			break // it has risen twice: no better one lies beyond
		}
	}
	if from == 1 || req.Brief {
		return nil
	}
	return s.compare(f)
}

// compare asks whether one group would do as well as those asked for.
func (s *study) compare(f *fitter) error {
	one, err := f.fit(1)
	if err == nil {
		s.tried, s.alike = slices.Insert(s.tried, 0, one), one.bic <= s.best.bic
	}
	return err
}

// assign gives every customer the component of greatest chance; those whose chance is
// too small, or who met no theme, are not clear. Segments are ordered by the money
// that a customer of theirs spends on themes, then by size.
func (s *study) assign() {
	k := len(s.best.share)
	logs, post := s.best.logs(), make([]float64, k)
	component, chance := make([]int, len(s.list)), make([]float64, len(s.list))
	size, weight := make([]float64, k), 0.0
	least := s.params.Real("min_probability")
	for i := range s.list {
		p := &s.list[i]
		logs.chances(p, post)
		at := 0
		for c, x := range post {
			if x > post[at] {
				at = c
			}
		}
		component[i], chance[i] = at, post[at]
		s.certain += p.weight * post[at]
		weight += p.weight
		if post[at] < least {
			component[i] = -1
		} else {
			size[at] += p.weight
		}
	}
	s.certain /= weight
	s.order(size)
	place := map[int]int{}
	for at, c := range s.part {
		place[c] = at
	}
	s.label, s.chance = make([]uint32, s.rows), make([]float64, s.rows)
	for i, p := range s.of {
		c := -1
		if p >= 0 {
			c, s.chance[i] = component[p], chance[p]
		}
		at, ok := place[c]
		if !ok { // the first customer who is not clear
			at = len(s.part)
			place[c] = at
			s.part = append(s.part, c)
			s.segments = append(s.segments, unclear())
		}
		s.label[i] = uint32(at)
	}
}

// order lists the components that have customers, most valuable first.
func (s *study) order(size []float64) {
	worth := func(c int) float64 {
		v := 0.0
		for t, x := range s.best.theme[c] {
			v += x * s.counts.money[t] / math.Max(1, float64(s.counts.meetings[t]))
		}
		return v
	}
	for c := range size {
		if size[c] > 0 {
			s.part = append(s.part, c)
		}
	}
	slices.SortStableFunc(s.part, func(a, b int) int {
		switch x, y := worth(a), worth(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return int(size[b] - size[a])
	})
	taken := map[string]bool{}
	for at, c := range s.part {
		s.segments = append(s.segments, s.describe(c, "i"+strconv.Itoa(at+1), taken))
	}
}

func unclear() sdk.Segment {
	return sdk.Segment{
		Key: keyOpen, Name: sdk.Text{ZH: "兴趣不明", EN: "Not clear"},
		Description: sdk.Text{ZH: "买得太少或太杂，看不出偏好。", EN: "Too little, or too much of everything, to tell."},
	}
}

// remarks say what the numbers mean.
func (s *study) remarks() {
	if s.counts.left > 0 {
		s.report(sdk.SeverityInfo, "rare_themes", "", sdk.Text{
			ZH: "只看了最常见的 {n} 个主题，其余 {left} 个太少见；可用主题词表把它们归并。", EN: "The {n} most frequent themes were looked at, {left} rarer ones left out; a list of themes can merge them.",
		}.Fill("n", strconv.Itoa(len(s.counts.themes)), "left", strconv.Itoa(s.counts.left)))
	}
	none := 0
	for _, p := range s.of {
		if p < 0 {
			none++
		}
	}
	if none > 0 {
		s.report(sdk.SeverityInfo, "no_theme", "", sdk.Text{ZH: "{n} 位客户没有任何主题的记录，归入“兴趣不明”。", EN: "{n} customers met no theme and are “not clear”."}.Fill("n", strconv.Itoa(none)))
	}
	switch {
	case s.alike:
		s.report(sdk.SeverityWarning, "no_structure", "k", sdk.Text{
			ZH: "看不出天然的兴趣群：不分群就能同样好地解释这些数据（BIC {one}，分 {k} 群为 {bic}，越小越好）。", EN: "There are no natural groups of interest: one group explains the data as well (BIC {one}, against {bic} with {k}; smaller is better).",
		}.Fill("k", strconv.Itoa(len(s.best.share)), "one", bicText(s.tried[0]), "bic", bicText(s.best)))
	case !s.params.IsAuto("k"):
	case s.rows-none < fewest:
		s.report(sdk.SeverityWarning, "few_customers", "k", sdk.Text{
			ZH: "只有 {n} 位客户有记录，太少了，不分群；每个人最突出的兴趣仍然给出。", EN: "Only {n} customers have records, too few for groups; what each stands out by is still given.",
		}.Fill("n", strconv.Itoa(s.rows-none)))
	case len(s.best.share) == 1:
		s.report(sdk.SeverityWarning, "no_structure", "k", sdk.Text{
			ZH: "客户的兴趣分布看不出不同的群：大家买的东西差不多。每个人最突出的兴趣仍然给出。", EN: "Interests show no separate groups: customers go for much the same. What each stands out by is still given.",
		})
	}
}

func bicText(m *mixture) string { return strconv.FormatFloat(m.bic, 'f', 1, 64) }

func (s *study) structure() string {
	switch {
	case len(s.best.share) == 1 || s.alike:
		return structNil
	case s.certain >= 0.8:
		return "clear"
	}
	return "weak"
}

// top returns the theme that a customer stands out by and its index: their share of the
// theme over everybody's, drawn towards 100 as if they had three more meetings like all
// customers'.
func (s *study) top(p *profile) (theme int32, index float64) {
	const others = 3.0
	theme = -1
	for _, c := range p.cells {
		b := s.base[c.theme]
		x := 100 * (c.weight + others*b) / (p.total + others) / b
		if theme < 0 || x > index {
			theme, index = c.theme, x
		}
	}
	return theme, index
}

func (s *study) columns() []table.Column {
	n := s.rows
	dict := make([]string, len(s.segments))
	for i, g := range s.segments {
		dict[i] = g.Key
	}
	theme, index, valid := make([]uint32, n), make([]float64, n), table.NewBits(n)
	for i, p := range s.of {
		if p >= 0 {
			t, x := s.top(&s.list[p])
			theme[i], index[i] = uint32(t), x
			valid.Set(i)
		}
	}
	return []table.Column{
		{Name: "segment", Kind: table.Category, Codes: s.label, Dict: dict},
		{Name: "probability", Kind: table.Float64, Floats: s.chance, Valid: valid},
		{Name: "top_theme", Kind: table.Category, Codes: theme, Dict: s.counts.themes, Valid: valid},
		{Name: "top_index", Kind: table.Float64, Floats: index, Valid: valid},
	}
}
