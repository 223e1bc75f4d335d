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

// auto fits both probability models and takes the likelier of those whose parameters are
// all well determined. Both have four parameters, so the comparison is that of Akaike's
// and Schwarz's criteria, too. Where neither is, the likelier will do whose pace of buying
// is well determined: at a bound of leaving stands a model of its own, in which customers
// leave alike, or nobody does. What is left are customers who are all alike, and the
// simple estimate.
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
		if !f.sound() {
			continue
		}
		if full, err := r.onAll(f, part); err != nil || full.sound() {
			r.remarkChoice(pair, i, true)
			return full, err
		}
	}
	for i, f := range pair {
		if !f.paced() {
			continue
		}
		if full, err := r.onAll(f, part); err != nil || full.paced() {
			r.remarkChoice(pair, i, full != nil && full.sound())
			return full, err
		}
	}
	r.remark(sdk.SeverityInfo, "model_chosen", sdk.Text{
		ZH: "自动选择：简单推算。客户的购买节奏太相像，BG/NBD 和 Pareto/NBD 的参数都定不下来。",
		EN: "Chosen automatically: the simple estimate. Customers buy too much alike to determine the parameters of BG/NBD or Pareto/NBD.",
	})
	return fitModel(r.ctx, modelSimple, r.m, r.w)
}

// onAll is a model fitted to all customers, where it was fitted to a part.
func (r *run) onAll(f *fitted, part *merged) (*fitted, error) {
	if part == r.m {
		return f, nil
	}
	return fitModel(r.ctx, f.kind, r.m, r.w)
}

// paced reports whether the parameters of the pace of buying, r and α, are well
// determined.
func (s solution) paced() bool {
	return s.covariance != nil && s.bound[0] == 0 && s.bound[1] == 0 && !s.weak[0] && !s.weak[1]
}

// sameLog is the difference of log-likelihoods that says nothing; BG/NBD is the simpler.
const sameLog = 1

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
	if pair[1].log > pair[0].log+sameLog {
		slices.Reverse(pair)
	}
	return pair, nil
}

// called is what people call a model.
func called(kind string) string {
	switch kind {
	case modelBGNBD:
		return "BG/NBD"
	case modelPareto:
		return "Pareto/NBD"
	}
	return kind
}

// remarkChoice says why the model at a position of the pair was taken; sound, whether
// all its parameters are well determined.
func (r *run) remarkChoice(pair []*fitted, at int, sound bool) {
	why := sdk.Text{
		ZH: "自动选择：{a}。它比 {b} 更贴合这些购买记录（对数似然 {la} 对 {lb}），各参数也都定得下来。",
		EN: "Chosen automatically: {a}. It describes the purchases better than {b} (log-likelihood {la} against {lb}), and all its parameters are well determined.",
	}
	switch {
	case !sound:
		why = sdk.Text{
			ZH: "自动选择：{a}（对数似然 {la}，{b} 是 {lb}）。购买节奏定得下来；离开的参数在边上：客户离开的倾向彼此相近，或几乎没人离开。",
			EN: "Chosen automatically: {a} (log-likelihood {la}, that of {b} is {lb}). The pace of buying is well determined; the parameters of leaving are at an edge: customers leave alike, or hardly anybody does.",
		}
	case at > 0:
		why = sdk.Text{
			ZH: "自动选择：{a}。{b} 的参数跑到了边界或定不下来，{a} 的各参数都定得下来（对数似然 {la} 对 {lb}）。",
			EN: "Chosen automatically: {a}. The parameters of {b} ran to a bound or are barely determined; those of {a} are well determined (log-likelihood {la} against {lb}).",
		}
	}
	a, b := pair[at], pair[1-at]
	log := func(f *fitted) string { return strconv.FormatFloat(f.log, 'f', 1, 64) }
	r.remark(sdk.SeverityInfo, "model_chosen", why, "a", called(a.kind), "b", called(b.kind), "la", log(a), "lb", log(b))
}
