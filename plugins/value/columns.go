package value

import (
	"math"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// The roles of columns that hold finished histories.
const (
	roleFrequency = "frequency"
	roleRecency   = "t_x"
	roleAge       = "age"
	roleMonetary  = "monetary"
)

// hasColumns reports whether the table holds finished histories.
func hasColumns(t *table.Table) bool {
	return len(t.ByRole(roleFrequency)) > 0 && len(t.ByRole(roleRecency)) > 0 && len(t.ByRole(roleAge)) > 0
}

// readColumns takes histories from columns, in the unit that they are in. What cannot be
// a history refuses the run, with the first row in question.
func readColumns(t *table.Table) (*histories, []sdk.Diagnostic) {
	x, tx, T := t.ByRole(roleFrequency)[0], t.ByRole(roleRecency)[0], t.ByRole(roleAge)[0]
	h := newHistories(t.Rows)
	for i := range t.Rows {
		if x.Missing(i) || tx.Missing(i) || T.Missing(i) {
			continue
		}
		n, last, age := x.Float(i), tx.Float(i), T.Float(i)
		if problem := badHistory(n, last, age); !problem.IsZero() {
			return nil, problem1("history_value", "", x.Name, problem, "row", strconv.Itoa(i+1), "x", number(n), "tx", number(last), "age", number(age),
				"f", x.Name, "r", tx.Name, "t", T.Name)
		}
		h.x[i], h.tx[i], h.T[i] = int32(n), last, age
	}
	if m := t.ByRole(roleMonetary); len(m) > 0 {
		return h, h.readMoney(m[0])
	}
	return h, nil
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 8, 64) }

func badHistory(x, tx, T float64) sdk.Text {
	switch {
	case !(x >= 0) || x != math.Floor(x) || x > mostRepeats:
		return sdk.Text{
			ZH: "第 {row} 位客户的复购次数“{f}”是 {x}；它应是 0 到 1048575 的整数（首单不算）。",
			EN: "Customer {row}: the number of repeat purchases “{f}” is {x}; it must be a whole number from 0 to 1048575 (the first purchase does not count).",
		}
	case !(tx >= 0) || !(T >= 0) || tx > 1e9 || T > 1e9:
		return sdk.Text{
			ZH: "第 {row} 位客户的时间不对：“{r}”是 {tx}，“{t}”是 {age}；都应是不小于 0 的天数或周数。",
			EN: "Customer {row}: “{r}” is {tx} and “{t}” is {age}; both must be a number of days or weeks, at least 0.",
		}
	case tx > T:
		return sdk.Text{
			ZH: "第 {row} 位客户的“{r}”（{tx}）比“{t}”（{age}）还长：前者是首单到末单的时间，后者是首单到今天的时间。列的顺序应为 复购次数,首末单间隔,首单至今。",
			EN: "Customer {row}: “{r}” ({tx}) is longer than “{t}” ({age}). The first is the time from the first to the last purchase, the second that from the first purchase to the end of the data; the order of columns is frequency, recency, T.",
		}
	case x == 0 && tx > 0:
		return sdk.Text{
			ZH: "第 {row} 位客户没有复购（“{f}”是 0），“{r}”却是 {tx}；没有复购时它应为 0。",
			EN: "Customer {row} has no repeat purchase (“{f}” is 0), but “{r}” is {tx}; without one it must be 0.",
		}
	}
	return sdk.Text{}
}

// readMoney takes the mean values of repeat purchases. A customer with repeat purchases
// and a value that is not positive refuses the run: the spending model has no place for
// it, and an empty cell says that it is not known.
func (h *histories) readMoney(m *table.Column) []sdk.Diagnostic {
	for i, x := range h.x {
		if x <= 0 || m.Missing(i) {
			continue
		}
		v := m.Float(i)
		if !(v > 0) || v > 1e200 {
			return problem1("money_value", "", m.Name, sdk.Text{
				ZH: "第 {row} 位客户有复购，“{m}”却是 {v}；它应是复购订单的平均金额，大于 0。不知道就留空。",
				EN: "Customer {row} has repeat purchases, but “{m}” is {v}; it must be the mean value of the repeat purchases, above 0. Leave it empty where it is not known.",
			}, "row", strconv.Itoa(i+1), "m", m.Name, "v", number(v))
		}
		h.money[i], h.worth = v, true
	}
	return nil
}
