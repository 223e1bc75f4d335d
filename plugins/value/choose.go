package value

import (
	"strconv"

	"qunxiang/sdk"
)

// fewest customers with repeat purchases, and the shortest history in weeks, from which
// model=auto trusts a probability model.
const (
	autoRepeats = 200
	autoWeeks   = 13
)

// candidates are the models that a run tries, in order; the last always works.
func candidates(model string, repeat int, weeks float64) (list []string, why sdk.Text) {
	if model != modelAuto {
		return []string{model}, why
	}
	switch {
	case repeat < autoRepeats:
		return []string{modelSimple}, sdk.Text{
			ZH: "只有 {n} 位客户有过复购（少于 {least} 位），不足以估计“还会不会来”，改用简单推算。",
			EN: "Only {n} customers bought again (fewer than {least}), too few to learn who leaves; the simple estimate was used.",
		}.Fill("n", strconv.Itoa(repeat), "least", strconv.Itoa(autoRepeats))
	case weeks < autoWeeks:
		return []string{modelSimple}, sdk.Text{
			ZH: "记录只有 {n} 周（少于 {least} 周），看不出客户是否已离开，改用简单推算。",
			EN: "The history is only {n} weeks long (less than {least}), too short to see who leaves; the simple estimate was used.",
		}.Fill("n", strconv.FormatFloat(weeks, 'f', 1, 64), "least", strconv.Itoa(autoWeeks))
	}
	return []string{modelBGNBD, modelPareto, modelSimple}, why
}

// chosenBecause says why auto took a model after others were tried.
func chosenBecause(kind string) sdk.Text {
	switch kind {
	case modelBGNBD:
		return sdk.Text{
			ZH: "自动选择：BG/NBD。复购客户和记录长度足够，各参数都能稳定估出。",
			EN: "Chosen automatically: BG/NBD. There are enough repeat customers and history, and every parameter is well determined.",
		}
	case modelPareto:
		return sdk.Text{
			ZH: "自动选择：Pareto/NBD。BG/NBD 的参数跑到了边界，Pareto/NBD 的各参数都能稳定估出。",
			EN: "Chosen automatically: Pareto/NBD. The parameters of BG/NBD ran to a bound; those of Pareto/NBD are well determined.",
		}
	}
	return sdk.Text{
		ZH: "自动选择：简单推算。BG/NBD 和 Pareto/NBD 的参数都定不下来，说明数据里看不出客户离开的规律。",
		EN: "Chosen automatically: the simple estimate. Neither BG/NBD nor Pareto/NBD has well determined parameters: the data show no pattern of leaving.",
	}
}
