package value

import (
	"slices"
	"strconv"

	"qunxiang/sdk"
)

// fewest customers with repeat purchases, and the shortest history in weeks, from which
// model=auto trusts a probability model.
const (
	autoRepeats = 200
	autoWeeks   = 13
)

// compareCustomers is the number of customers, evenly spaced in the sorted order, on
// which model=auto compares the two probability models where there are more.
const compareCustomers = 5_000

// tooFew says why model=auto takes the simple estimate without trying another; zero
// where there are data enough.
func tooFew(repeat int, weeks float64) sdk.Text {
	switch {
	case repeat < autoRepeats:
		return sdk.Text{
			ZH: "自动选择：简单推算。只有 {n} 位客户有过复购（少于 {least} 位），不足以看出谁会离开。",
			EN: "Chosen automatically: the simple estimate. Only {n} customers bought again (fewer than {least}), too few to learn who leaves.",
		}.Fill("n", strconv.Itoa(repeat), "least", strconv.Itoa(autoRepeats))
	case weeks < autoWeeks:
		return sdk.Text{
			ZH: "自动选择：简单推算。记录只有 {n} 周（少于 {least} 周），看不出客户是否已离开。",
			EN: "Chosen automatically: the simple estimate. The history is only {n} weeks long (less than {least}), too short to see who leaves.",
		}.Fill("n", strconv.FormatFloat(weeks, 'f', 1, 64), "least", strconv.Itoa(autoWeeks))
	}
	return sdk.Text{}
}

// auto fits both probability models, the likelier one first where they were compared on
// a sample, and takes the likelier of those whose parameters are well determined; the
// simple one where neither is. Both have four parameters, so the comparison is that of
// Akaike's and Schwarz's criteria, too.
func (r *run) auto() (*fitted, error) {
	if why := tooFew(r.repeat, r.span()); !why.IsZero() {
		r.remark(sdk.SeverityInfo, "model_chosen", why)
		return fitModel(r.ctx, modelSimple, r.m, r.w)
	}
	part := r.m
	if r.m.total > compareCustomers {
		part = r.m.sample(compareCustomers)
	}
	pair, err := r.both(part)
	if err != nil {
		return nil, err
	}
	for i, f := range pair {
		full := f
		if part != r.m {
			if full, err = fitModel(r.ctx, f.kind, r.m, r.w); err != nil {
				return nil, err
			}
		}
		if full.sound() {
			r.remarkChoice(pair, i)
			return full, nil
		}
	}
	r.remark(sdk.SeverityInfo, "model_chosen", sdk.Text{
		ZH: "自动选择：简单推算。BG/NBD 和 Pareto/NBD 的参数都定不下来，说明数据里看不出客户离开的规律。",
		EN: "Chosen automatically: the simple estimate. Neither BG/NBD nor Pareto/NBD has well determined parameters: the data show no pattern of leaving.",
	})
	return fitModel(r.ctx, modelSimple, r.m, r.w)
}

// both fits the probability models, the likelier first.
func (r *run) both(part *merged) ([]*fitted, error) {
	var pair []*fitted
	for i, kind := range []string{modelBGNBD, modelPareto} {
		r.rep.Progress(0.1+0.1*float64(i), fitting())
		f, err := fitModel(r.ctx, kind, part, r.w)
		if err != nil {
			return nil, err
		}
		pair = append(pair, f)
	}
	if pair[1].log > pair[0].log {
		slices.Reverse(pair)
	}
	return pair, nil
}

// remarkChoice says why the model at a position of the pair was taken.
func (r *run) remarkChoice(pair []*fitted, at int) {
	names := map[string]string{modelBGNBD: "BG/NBD", modelPareto: "Pareto/NBD"}
	why := sdk.Text{
		ZH: "自动选择：{a}。它比 {b} 更贴合这些购买记录（对数似然 {la} 对 {lb}），各参数也都定得下来。",
		EN: "Chosen automatically: {a}. It describes the purchases better than {b} (log-likelihood {la} against {lb}), and all its parameters are well determined.",
	}
	if at > 0 {
		why = sdk.Text{
			ZH: "自动选择：{a}。{b} 的参数跑到了边界或定不下来，{a} 的各参数都定得下来（对数似然 {la} 对 {lb}）。",
			EN: "Chosen automatically: {a}. The parameters of {b} ran to a bound or are barely determined; those of {a} are well determined (log-likelihood {la} against {lb}).",
		}
	}
	a, b := pair[at], pair[1-at]
	log := func(f *fitted) string { return strconv.FormatFloat(f.log, 'f', 1, 64) }
	r.remark(sdk.SeverityInfo, "model_chosen", why, "a", names[a.kind], "b", names[b.kind], "la", log(a), "lb", log(b))
}
