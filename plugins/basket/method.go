package basket

import (
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Method serves baskets. The zero value is ready and safe for concurrent use.
type Method struct{}

// New returns the method.
func New() sdk.Method { return Method{} }

var _ sdk.Method = Method{}

// everybody is the group of all customers.
const everybody = -1

const mostGroups = 50

// Validate checks parameters and columns.
func (m Method) Validate(_ context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	out := m.Info().Complete(req)
	for _, d := range req.Details {
		const perLine = 3 * 40 // the lines, sorted, and their lists of baskets
		out.MemoryBytes += int64(d.Rows) * perLine
	}
	return out, nil
}

// Fit searches for rules and offers.
func (m Method) Fit(ctx context.Context, req sdk.Request, rep sdk.Reporter) (sdk.Response, error) {
	s := &study{ctx: ctx, rep: rep, rows: req.Table.Rows, rules: map[int][]rule{}}
	checked := m.Info().Complete(req.Question())
	s.params, s.diags = checked.Params, checked.Diagnostics
	if !s.failed() {
		s.readGroups(req.Table)
	}
	if s.failed() {
		return sdk.Response{Diagnostics: s.diags}, nil
	}
	if err := s.readBaskets(req.Detail(sdk.DetailLines)); err != nil || s.failed() {
		return sdk.Response{Diagnostics: s.diags}, err
	}
	if err := s.find(); err != nil {
		return sdk.Response{}, err
	}
	s.conclude()
	return sdk.Response{Columns: s.columns(), Metrics: s.metrics(), Tables: s.tables(), Diagnostics: s.diags}, nil
}

// study is one run.
type study struct {
	ctx    context.Context
	rep    sdk.Reporter
	params sdk.Params
	diags  []sdk.Diagnostic

	rows    int
	groups  []string
	groupOf []int32 // of each customer, −1 = none
	baskets *baskets
	owned   *baskets // one a customer
	kind    string
	rules   map[int][]rule
	next    offers
}

func (s *study) failed() bool { return sdk.Failed(s.diags) }

func (s *study) report(severity sdk.Severity, code, param string, t sdk.Text) {
	s.diags = append(s.diags, sdk.Diagnostic{Severity: severity, Code: code, Param: param, Summary: t})
}

// readGroups reads the column that divides the customers.
func (s *study) readGroups(t *table.Table) {
	s.groupOf = make([]int32, s.rows)
	for i := range s.groupOf {
		s.groupOf[i] = everybody
	}
	by := t.ByRole(roleBy)
	if len(by) == 0 {
		return
	}
	c := by[0]
	text := func(i int) string {
		if c.Kind == table.Category {
			return c.Dict[c.Codes[i]]
		}
		return strconv.FormatInt(c.Ints[i], 10)
	}
	seen := map[string]int32{}
	for i := range s.rows {
		if !c.Missing(i) {
			seen[text(i)] = 0
		}
	}
	if len(seen) > mostGroups {
		s.report(sdk.SeverityError, "too_many_groups", "by", sdk.Text{
			ZH: "“{column}”有 {n} 种取值，太多了，无法逐组找规则；请换一列（最多 {most} 种）。",
			EN: "“{column}” has {n} different values, too many to search one by one; choose another column (at most {most} values).",
		}.Fill("column", c.Name, "n", strconv.Itoa(len(seen)), "most", strconv.Itoa(mostGroups)))
		return
	}
	for name := range seen {
		s.groups = append(s.groups, name)
	}
	slices.Sort(s.groups)
	for k, name := range s.groups {
		seen[name] = int32(k)
	}
	for i := range s.rows {
		if !c.Missing(i) {
			s.groupOf[i] = seen[text(i)]
		}
	}
}

// readBaskets gathers the lines.
func (s *study) readBaskets(t *table.Table) error {
	level := s.params.Text("level")
	if t == nil || t.Column(level) == nil {
		s.report(sdk.SeverityError, "no_items", "level", sdk.Text{
			ZH: "交易里没有“{level}”这一列，无从知道买了什么。请在导入时指定商品或品类列，或改用另一个 level。",
			EN: "The transactions have no column of the role “{level}”, so what was bought is unknown. Map a product or category column at import, or use the other level.",
		}.Fill("level", level))
		return nil
	}
	s.rep.Progress(0.05, sdk.Text{ZH: "整理购物篮", EN: "Gathering baskets"})
	lines, names, err := readLines(s.ctx, t, level)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		s.report(sdk.SeverityError, "no_items", "level", sdk.Text{ZH: "交易里的“{level}”列全是空的。", EN: "The column of the role “{level}” is empty in every transaction."}.Fill("level", level))
		return nil
	}
	if s.baskets, s.kind, err = choose(s.ctx, lines, names, s.params.Text("basket")); err != nil {
		return err
	}
	s.owned, err = gather(s.ctx, lines, names, keys()[basketCustomer])
	return err
}

// find searches everybody's baskets and each group's, and chooses the offers.
func (s *study) find() error {
	for g := everybody; g < len(s.groups); g++ {
		s.rep.Progress(0.1+0.8*float64(g+1)/float64(len(s.groups)+1), sdk.Text{ZH: "寻找规则", EN: "Searching for rules"})
		b := s.baskets
		if g != everybody {
			b = b.only(func(c int32) bool { return int(s.groupOf[c]) == g })
		}
		q := &search{
			ctx: s.ctx, b: b, group: g, least: s.least(b.n()), lift: s.params.Real("min_lift"),
			confidence: s.params.Real("min_confidence"), three: s.params.Int("max_items") > 2,
		}
		if err := q.run(); err != nil {
			return err
		}
		s.rules[g] = q.rules
		s.limited(q.cut)
	}
	s.rep.Progress(0.92, sdk.Text{ZH: "挑选推荐", EN: "Choosing offers"})
	var err error
	s.next, err = offerNext(s.ctx, s.owned, s.rows, func(c int32) int { return int(s.groupOf[c]) }, s.rules)
	return err
}

// least is in how many of n baskets the things of a rule must be together.
func (s *study) least(n int) int {
	if s.params.IsAuto("min_support") {
		few := 10
		if n < 1000 {
			few = 5
		}
		return max(few, int(math.Ceil(float64(n)/1000)))
	}
	return max(1, int(math.Ceil(s.params.Real("min_support")*float64(n)-1e-9)))
}

// limited says what a limit left out.
func (s *study) limited(what string) {
	texts := map[string]sdk.Text{
		"items":   {ZH: "常见商品超过 {n} 种，只看了最常见的；看品类（level=category）会更全面。", EN: "There are more than {n} frequent things; only the most frequent were searched. Categories (level=category) cover all."},
		"triples": {ZH: "三件一组的组合太多，没有全部看完；请提高最低支持度。", EN: "There are too many combinations of three to look at all; raise the least support."},
		"rules":   {ZH: "规则太多，只保留了最可靠的 {rules} 条。", EN: "There are many rules; the {rules} most reliable were kept."},
	}
	if t, ok := texts[what]; ok && !slices.ContainsFunc(s.diags, func(d sdk.Diagnostic) bool { return d.Code == "limited_"+what }) {
		s.report(sdk.SeverityWarning, "limited_"+what, "", t.Fill("n", strconv.Itoa(mostItems), "rules", strconv.Itoa(mostRules)))
	}
}

// conclude says in words what the numbers mean.
func (s *study) conclude() {
	if n := s.baskets.several(); float64(n) < enough*float64(s.baskets.n()) {
		s.report(sdk.SeverityWarning, "single_items", "basket", sdk.Text{
			ZH: "{n} 个购物篮里只有 {k} 个有两件以上的商品，几乎看不出谁和谁一起买。",
			EN: "Of {n} baskets only {k} hold two things or more, so little can be said about what is bought together.",
		}.Fill("n", strconv.Itoa(s.baskets.n()), "k", strconv.Itoa(n)))
	}
	sure := 0
	for i := range s.rules[everybody] {
		if s.rules[everybody][i].q < 0.05 {
			sure++
		}
	}
	switch all := len(s.rules[everybody]); {
	case all == 0:
		s.report(sdk.SeverityInfo, "no_rules", "min_support", sdk.Text{
			ZH: "没有达到门槛的规则：商品之间看不出关联。可以降低最低支持度或提升度再试，但规则会更像碰巧。",
			EN: "No rule passes the limits: the things are bought independently as far as can be seen. Lower limits find more, and more chance.",
		})
	case sure == 0:
		s.report(sdk.SeverityWarning, "only_chance", "", sdk.Text{
			ZH: "找到 {n} 条规则，但比较了这么多组合之后，没有一条能排除碰巧（校正后的 p 值都不小于 0.05）。推荐只供参考，先小范围试。",
			EN: "{n} rules pass, but after so many comparisons none is beyond chance (every corrected p is 0.05 or more). Take the offers as hints and try them on a few customers first.",
		}.Fill("n", strconv.Itoa(all)))
	}
}
