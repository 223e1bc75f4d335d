package stats

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves statistics. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var _ sdk.Method = Method{}

// Validate checks parameters and columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	const perValue = 8 + 1 + 4 + 8 // value, presence, order, rank
	out.MemoryBytes = int64(req.Rows) * int64(len(req.Columns)) * perValue
	return out, nil
}

// Fit computes the tables.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	checked := m.Info().Complete(req.Question())
	s := &study{ctx: ctx, rep: rep, threads: max(1, req.Threads), diags: checked.Diagnostics}
	if s.failed() {
		return sdk.Response{Diagnostics: s.diags}, nil
	}
	s.read(req.Table)
	if s.failed() {
		return sdk.Response{Diagnostics: s.diags}, nil
	}
	for _, step := range []func() error{s.sort, s.correlate, s.compare} {
		if err := step(); err != nil {
			return sdk.Response{}, err
		}
	}
	s.conclude()
	return sdk.Response{Metrics: s.metrics(), Tables: s.tables(), Diagnostics: s.diags}, nil
}

// study is one run.
type study struct {
	ctx     context.Context
	rep     sdk.Reporter
	threads int
	diags   []sdk.Diagnostic

	rows       int
	numbers    []*number
	ranks      [][]float64 // of numbers
	categories []*category
	by         *groups
	pairs      []pair
	tests      []test
	crosses    []*cross // of categories; nil = not tested
}

func (s *study) failed() bool { return sdk.Failed(s.diags) }

// read sorts the columns into numbers, categories and groups. Yes and no is both: a
// number to describe, a category to test.
func (s *study) read(t *table.Table) {
	if by := t.ByRole(roleBy); len(by) > 0 {
		if t = present(t, by[0]); t.Rows == 0 {
			s.diags = append(s.diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "no_groups", Param: "by", Column: by[0].Name,
				Summary: sdk.Text{ZH: "“{column}”一个值也没有，无法分组；请换一列。", EN: "“{column}” has no value at all, so there are no groups; choose another column."}.Fill("column", by[0].Name),
			})
			return
		}
		g, problem := readGroups(t.ByRole(roleBy)[0])
		if problem != nil {
			s.diags = append(s.diags, *problem)
			return
		}
		s.by = g
	}
	s.rows = t.Rows
	for _, c := range t.ByRole(roleFeatures) {
		if c.Numeric() {
			f, odd := readNumber(c)
			s.numbers = append(s.numbers, f)
			if odd > 0 {
				s.remark("not_finite", c.Name, sdk.Text{
					ZH: "“{column}”有 {n} 个值不是有限的数，当作缺失。", EN: "{n} values of “{column}” are not finite numbers and count as missing.",
				}.Fill("n", strconv.Itoa(odd)))
			}
		}
		if c.Kind == table.Category || c.Kind == table.Bool {
			s.categories = append(s.categories, readCategory(c))
		}
	}
}

// present keeps the customers who have a value in c.
func present(t *table.Table, c *table.Column) *table.Table {
	if c.CountMissing() == 0 {
		return t
	}
	var rows []int32
	for i := range t.Rows {
		if !c.Missing(i) {
			rows = append(rows, int32(i))
		}
	}
	return t.Pick(rows)
}

func (s *study) remark(code, column string, t sdk.Text) {
	s.diags = append(s.diags, sdk.Diagnostic{Severity: sdk.SeverityWarning, Code: code, Column: column, Summary: t.Fill("column", column)})
}

// each calls f for 0…n−1 from as many goroutines as there are threads, and returns the
// error of the first that failed.
func (s *study) each(n int, stage sdk.Text, from, to float64, f func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	var mu sync.Mutex
	next, done := 0, 0
	for range min(s.threads, n) {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n || s.ctx.Err() != nil {
					return
				}
				errs[i] = f(i)
				mu.Lock()
				done++
				s.rep.Progress(from+(to-from)*float64(done)/float64(n), stage)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := s.ctx.Err(); err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// sort ranks every number.
func (s *study) sort() error {
	s.ranks = make([][]float64, len(s.numbers))
	stage := sdk.Text{ZH: "排序", EN: "Sorting"}
	return s.each(len(s.numbers), stage, 0, 0.4, func(i int) error {
		if err := s.numbers[i].sortOrder(s.ctx); err != nil {
			return err
		}
		s.ranks[i] = s.numbers[i].midranks()
		return nil
	})
}

// correlate pairs the numbers, as many as fit mostPairs.
func (s *study) correlate() error {
	var list []pair
	for a := range s.numbers {
		for b := range a {
			list = append(list, pair{a: b, b: a})
		}
	}
	if len(list) > mostPairs {
		list = list[:mostPairs]
		s.remark("many_numbers", s.numbers[list[mostPairs-1].b].name, sdk.Text{
			ZH: "数值列太多，只算了前面各列之间的相关，到“{column}”为止；想看别的，请用 --features 挑选。",
			EN: "There are many numeric columns: correlations go up to “{column}”; pick columns to see others.",
		})
	}
	ok := make([]bool, len(list))
	stage := sdk.Text{ZH: "计算相关", EN: "Correlating"}
	err := s.each(len(list), stage, 0.4, 0.8, func(i int) error {
		a, b := list[i].a, list[i].b
		p, fine, err := correlate(s.ctx, s.numbers[a], s.numbers[b], s.ranks[a], s.ranks[b])
		p.a, p.b = a, b
		list[i], ok[i] = p, fine
		return err
	})
	var p []float64
	for i := range list {
		if ok[i] {
			s.pairs = append(s.pairs, list[i])
			p = append(p, list[i].spearmanP)
		}
	}
	for i, q := range adjust(p) {
		s.pairs[i].q = q
	}
	return err
}

// compare tests every feature against the groups.
func (s *study) compare() error {
	s.crosses = make([]*cross, len(s.categories))
	if s.by == nil {
		return nil
	}
	found := make([][]test, len(s.numbers)+len(s.categories))
	stage := sdk.Text{ZH: "比较各组", EN: "Comparing groups"}
	err := s.each(len(found), stage, 0.8, 1, func(i int) error {
		if i < len(s.numbers) {
			f := s.numbers[i]
			if !s.isCategory(f.name) {
				found[i] = append(f.compareMeans(s.by), f.compareRanks(s.by, s.ranks[i])...)
				advise(found[i], f.describe(f.order).skew)
				name(found[i], f.name)
			}
			return nil
		}
		c := s.categories[i-len(s.numbers)]
		if len(c.levels) <= mostLevels {
			x := newCross(c.of, len(c.levels), s.by)
			s.crosses[i-len(s.numbers)] = x
			found[i] = x.test()
			advise(found[i], 0)
			name(found[i], c.name)
		}
		return nil
	})
	s.tests = slices.Concat(found...)
	var p []float64
	for _, t := range s.tests {
		if t.advised {
			p = append(p, t.p)
		}
	}
	q := adjust(p)
	for i := range s.tests {
		if s.tests[i].advised {
			s.tests[i].q, q = q[0], q[1:]
		}
	}
	return err
}

func name(list []test, feature string) {
	for i := range list {
		list[i].feature = feature
	}
}

func (s *study) isCategory(name string) bool {
	return slices.ContainsFunc(s.categories, func(c *category) bool { return c.name == name })
}

// crooked is the skewness above which means say little of most customers, so that
// ranks are compared instead.
const crooked = 2

// advise marks the one test of a feature that should be read: χ² for a category; for a
// number Welch's analysis, which needs no equal variances, or Kruskal–Wallis where the
// values are crooked or Welch's cannot be had.
func advise(list []test, skew float64) {
	order := []string{testWelch, testKruskal, testANOVA, testChi2}
	if skew > crooked || skew < -crooked {
		order = []string{testKruskal, testWelch, testANOVA, testChi2}
	}
	for _, kind := range order {
		if i := slices.IndexFunc(list, func(t test) bool { return t.kind == kind }); i >= 0 {
			list[i].advised = true
			return
		}
	}
}

// differs reports a difference that is neither chance nor trivial.
func (t test) differs() bool { return t.advised && t.q < 0.05 && t.magnitude != "trivial" }

// conclude says in words what was found.
func (s *study) conclude() {
	for _, f := range s.numbers {
		if f.n > 0 && f.values[f.order[0]] == f.values[f.order[f.n-1]] {
			s.remark("constant", f.name, sdk.Text{ZH: "“{column}”只有一个值，没有可比的差别。", EN: "“{column}” has a single value: there is nothing to compare."})
		}
		if f.n == 0 {
			s.remark("all_missing", f.name, sdk.Text{ZH: "“{column}”一个值也没有。", EN: "“{column}” has no value at all."})
		}
	}
	for _, c := range s.categories {
		if len(c.levels) > mostLevels {
			s.remark("many_levels", c.name, sdk.Text{
				ZH: "“{column}”有 {n} 种取值，更像名称而不是类别，没有参加检验。", EN: "“{column}” has {n} different values, names rather than groups, and was not tested.",
			}.Fill("n", strconv.Itoa(len(c.levels))))
		}
	}
	if s.by == nil {
		return
	}
	s.differences()
}

func (s *study) differences() {
	var names, few []string
	asked := 0
	for _, t := range s.tests {
		if t.advised {
			asked++
		}
		if t.differs() {
			names = append(names, t.feature)
		}
		if t.advised && t.smallExpected {
			few = append(few, t.feature)
		}
	}
	d := sdk.Diagnostic{Severity: sdk.SeverityInfo, Code: "differences", Column: s.by.name}
	switch {
	case len(s.by.names) < 2:
		d.Severity, d.Code = sdk.SeverityWarning, "one_group"
		d.Summary = sdk.Text{ZH: "“{by}”只有一组，没有可比的对象。", EN: "“{by}” has one group only: there is nothing to compare."}
	case len(names) == 0:
		d.Summary = sdk.Text{ZH: "按“{by}”分组，{n} 个特征里没有一个的差别既可信又值得在意。", EN: "By “{by}”, none of {n} features differs in a way that is both beyond chance and worth attention."}
	default:
		d.Summary = sdk.Text{ZH: "按“{by}”分组，{n} 个特征里有 {k} 个确有差别：{names}。", EN: "By “{by}”, {k} of {n} features really differ: {names}."}
	}
	fill := func(list string) sdk.Text {
		return d.Summary.Fill("by", s.by.name, "n", strconv.Itoa(asked), "k", strconv.Itoa(len(names)), "names", list)
	}
	d.Summary = sdk.Text{ZH: fill(strings.Join(names, "、")).ZH, EN: fill(strings.Join(names, ", ")).EN}
	s.diags = append(s.diags, d)
	for _, f := range few {
		s.remark("small_expected", f, sdk.Text{
			ZH: "“{column}”的很多格子期望人数不足 5，卡方检验的 p 值只能参考；请合并少见的取值。",
			EN: "Many cells of “{column}” expect fewer than 5 customers, so the p of its χ² test is rough; merge rare values.",
		})
	}
}
