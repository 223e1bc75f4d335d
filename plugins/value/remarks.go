package value

import (
	"math"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
)

// remarks are what the owner should know about the result.
func (r *run) remarks() {
	r.remarkPrecision(r.fit.solution, r.fit.names(), r.fit.kind)
	if r.fit.kind == modelSimple {
		r.remark(sdk.SeverityWarning, "simple_model", sdk.Text{
			ZH: "简单推算假定客户都照旧买下去、没有人离开，总数可能偏高；“仍是客户的概率”只反映这段沉默对他是否寻常。",
			EN: "The simple estimate takes it that everybody goes on buying and nobody leaves, so totals may be too high; the chance of still being a customer only tells how usual the silence is.",
		})
	} else if r.repeat < autoRepeats {
		r.remark(sdk.SeverityWarning, "few_repeats", sdk.Text{
			ZH: "只有 {n} 位客户有过复购，参数很不确定；建议至少有 {least} 位，或用 model=simple。",
			EN: "Only {n} customers bought again, so the parameters are uncertain; at least {least} are advised, or model=simple.",
		}, "n", strconv.Itoa(r.repeat), "least", strconv.Itoa(autoRepeats))
	}
	if once := r.all - r.repeat; r.fit.kind == modelBGNBD && once > 0 {
		r.remark(sdk.SeverityInfo, "once_alive", sdk.Text{
			ZH: "BG/NBD 认为只有复购之后才会离开，所以 {n} 位只买过一次的客户“仍是客户的概率”都是 1；请看预期购买次数。",
			EN: "BG/NBD lets nobody leave before a repeat purchase, so the {n} customers with one purchase have a chance of 1 of still being one; look at their expected purchases.",
		}, "n", sheet.Count(once))
	}
	r.remarkMoney()
	r.remarkCheck()
	if n := len(r.h.x) - r.all; n > 0 {
		r.remark(sdk.SeverityInfo, "unrated", sdk.Text{
			ZH: "{n} 位客户在所用日期之前没有购买记录，不作预测。", EN: "{n} customers have no purchase up to the date and get no forecast.",
		}, "n", sheet.Count(n))
	}
}

// remarkPrecision tells which parameters lie on a bound or are barely determined.
func (r *run) remarkPrecision(s solution, names []string, kind string) {
	var at, weak []string
	for i, name := range names {
		switch {
		case s.bound[i] != 0:
			at = append(at, name+"="+number(math.Exp(s.theta[i])))
		case s.weak[i]:
			weak = append(weak, name)
		}
	}
	if len(at) > 0 {
		r.remark(sdk.SeverityWarning, "boundary", sdk.Text{
			ZH: "{model} 的参数跑到了允许范围的边上（{which}）：数据里看不出客户之间的这种差别。预测仍可用，边上的参数没有标准误，区间不含它们的不确定。",
			EN: "Parameters of {model} ran to the edge of their range ({which}): the data do not show this difference among customers. Forecasts can be used; these parameters have no standard errors, and intervals leave their uncertainty out.",
		}, "model", called(kind), "which", strings.Join(at, ", "))
	}
	if len(weak) > 0 {
		r.remark(sdk.SeverityWarning, "weak_parameters", sdk.Text{
			ZH: "{model} 的参数 {which} 几乎定不下来，相差十倍的值也同样说得通；请看检验结果再用。",
			EN: "The parameters {which} of {model} are barely determined: values ten times as large or small fit as well. See the check before use.",
		}, "model", called(kind), "which", strings.Join(weak, ", "))
	}
}

// strongCorrelation is the correlation of frequency and value from which the spending
// model's assumption of independence is doubtful.
const strongCorrelation = 0.3

func (r *run) remarkMoney() {
	if r.worth == nil {
		r.remark(sdk.SeverityInfo, "no_money", sdk.Text{
			ZH: "没有可用的金额，只预测购买次数，不算价值；客群按预期购买次数划分。",
			EN: "There are no usable amounts, so purchases are forecast but not their value; segments go by expected purchases.",
		})
		return
	}
	if r.worth.fit == nil && (r.fit.kind != modelSimple || r.repeat >= autoRepeats) {
		r.remark(sdk.SeverityWarning, "spend_mean", sdk.Text{
			ZH: "金额模型定不下来（有复购金额的客户太少、金额全都一样，或差别大得没有平均数），每单金额改用客户均价与总体均价的折中。",
			EN: "The model of spending could not be used (too few customers with repeat values, all values equal, or so different that there is no mean); orders are valued between the customer's own mean and that of all.",
		})
	}
	if r.worth.fit != nil {
		r.remarkPrecision(r.spend.solution, []string{"p", "q", "gamma"}, "Gamma-Gamma")
	}
	if c := r.correlation(); math.Abs(c) > strongCorrelation {
		r.remark(sdk.SeverityWarning, "frequency_value", sdk.Text{
			ZH: "复购次数与均价相关（r = {r}），而金额模型假定二者无关：常客的价值可能被高估或低估。",
			EN: "Frequency and value of purchases are correlated (r = {r}), but the model of spending takes them as independent: frequent customers may be valued too high or too low.",
		}, "r", strconv.FormatFloat(c, 'f', 2, 64))
	}
	left := 0
	for i, x := range r.h.x {
		if x > 0 && !(r.h.money[i] > 0) {
			left++
		}
	}
	if left > 0 {
		r.remark(sdk.SeverityInfo, "money_left_out", sdk.Text{
			ZH: "{n} 位复购客户没有大于 0 的复购金额，每单金额按总体推断。",
			EN: "{n} customers with repeat purchases have no value above 0 for them; their orders are valued like those of all.",
		}, "n", sheet.Count(left))
	}
}

// badBias is the bias of the check from which it is a warning.
const badBias = 0.25

func (r *run) remarkCheck() {
	c := r.check
	if c == nil {
		if r.ledger != nil {
			r.remark(sdk.SeverityInfo, "no_check", sdk.Text{
				ZH: "记录太短或复购太少，没有留出后一段来检验。", EN: "The history is too short, or repeat purchases are too few, to keep a part for a check.",
			})
		}
		return
	}
	if c.automatic {
		r.remark(sdk.SeverityInfo, "check_chosen", sdk.Text{
			ZH: "检验用 {day} 为界：之前的数据拟合，之后 {n} 周检验；最终预测用了全部数据。",
			EN: "The check divides the data at {day}: fitted before, compared in the {n} weeks after; the forecast itself uses all data.",
		}, "day", dateOf(c.calibration), "n", strconv.FormatFloat(c.weeks, 'f', 0, 64))
	} else {
		r.remark(sdk.SeverityInfo, "check_given", sdk.Text{
			ZH: "只用到 {day} 为止的数据拟合并预测；之后 {n} 周用来检验。",
			EN: "Fitted and forecast with the data up to {day}; the {n} weeks after it are the check.",
		}, "day", dateOf(c.calibration), "n", strconv.FormatFloat(c.weeks, 'f', 0, 64))
	}
	if b := c.bias(); math.Abs(b) > badBias || c.actual == 0 {
		r.remark(sdk.SeverityWarning, "check_bias", sdk.Text{
			ZH: "检验期实际购买 {a} 次，模型预期 {e} 次：生意有季节或趋势时会这样，总量要打折看，排序仍有用。",
			EN: "In the check {a} purchases happened and {e} were expected. Seasons and trends do this: take totals with care; the ranking is still of use.",
		}, "a", number(c.actual), "e", strconv.FormatFloat(c.expected, 'f', 0, 64))
	}
}
