package rfm

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"qunxiang/plugins/rfm/segmap"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// customers are the measures of all customers, their money in all, and the measures
// that are not the columns of their names: days for orders, the mean for the sum.
type customers struct {
	v        [3]values
	names    [3]string    // of the columns that the measures are; "" where one was computed
	raw      [3][]float64 // the values of measures that are fractions
	money    []float64
	restated []table.Column
}

// readMeasures takes the three measures from the table.
func readMeasures(t *table.Table, frequencyOf, monetaryOf string) (customers, []sdk.Diagnostic) {
	var v customers
	if t.Rows == 0 {
		return v, []sdk.Diagnostic{{
			Severity: sdk.SeverityError, Code: "no_customers",
			Summary: sdk.Text{ZH: "没有可以打分的客户，请检查筛选条件和统计窗口。", EN: "There is no customer to score; check the filter and the window."},
		}}
	}
	use := [3]string{roleRecency, roleFrequency, roleMonetary}
	if frequencyOf == ofDays {
		use[frequency] = roleDays
	}
	var columns [3]*table.Column
	var diags []sdk.Diagnostic
	for m, role := range use {
		c := t.ByRole(role)
		if len(c) == 0 {
			if role == roleDays {
				return v, []sdk.Diagnostic{daysMissing()}
			}
			return v, []sdk.Diagnostic{roleMissing(measureNames[m])}
		}
		columns[m] = c[0]
		if bad := countBad(c[0]); bad > 0 {
			diags = append(diags, notFinite(c[0].Name, bad))
		}
	}
	if len(diags) > 0 {
		return v, diags
	}
	v.money = floats(columns[monetary])
	for m, c := range columns {
		v.names[m], v.raw[m] = c.Name, c.Floats
		switch {
		case m == monetary && monetaryOf == ofMean:
			mean := means(v.money, columns[frequency])
			v.v[m], v.names[m], v.raw[m] = newValues(mean), "", mean
			v.restated = append(v.restated, table.Column{Name: ownMonetary, Kind: table.Float64, Unit: c.Unit, Floats: mean})
		case c.Kind == table.Float64:
			v.v[m] = newValues(c.Floats)
		default:
			v.v[m] = wholeValues(c.Ints)
		}
	}
	if frequencyOf == ofDays {
		v.restated = append(v.restated, table.Column{Name: ownFrequency, Kind: table.Float64, Unit: "day", Floats: floats(columns[frequency])})
	}
	return v, nil
}

// countBad returns how many values of a column are missing or not finite.
func countBad(c *table.Column) int {
	bad := c.CountMissing()
	for _, x := range c.Floats {
		if x-x != 0 { // NaN or infinite
			bad++
		}
	}
	return bad
}

func floats(c *table.Column) []float64 {
	if c.Kind == table.Float64 {
		return c.Floats
	}
	out := make([]float64, len(c.Ints))
	for i, x := range c.Ints {
		out[i] = float64(x)
	}
	return out
}

// means divides money by orders; a customer without an order keeps the sum.
func means(money []float64, orders *table.Column) []float64 {
	out := make([]float64, len(money))
	for i, x := range money {
		out[i] = x / max(1, orders.Float(i))
	}
	return out
}

func daysMissing() sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "frequency_days_missing", Param: "frequency_of",
		Summary: sdk.Text{ZH: "频次按天计，但没有“消费天数”列；请改为 frequency_of=orders。", EN: "Frequency is to count days, but there is no column for purchase days; use frequency_of=orders."},
	}
}

func roleMissing(name sdk.Text) sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "role_count",
		Summary: sdk.Text{ZH: "缺少“{role}”列。", EN: "The column for “{role}” is missing."}.FillText("role", name),
	}
}

func notFinite(column string, n int) sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "not_finite", Column: column,
		Summary: sdk.Text{ZH: "“{column}”列有 {n} 个值缺失或不是数，无法打分；请先清理或排除这些客户。", EN: "Column “{column}” has {n} values that are missing or not numbers and cannot be scored; clean or exclude them first."}.
			Fill("column", column, "n", strconv.Itoa(n)),
	}
}

// mapDiagnostic puts a problem of a segment map into words.
func mapDiagnostic(p segmap.Problem, firstMatch bool) sdk.Diagnostic {
	d := sdk.Diagnostic{Severity: sdk.SeverityError, Code: string(p.Kind), Param: "map_file"}
	if !p.Fatal(firstMatch) {
		d.Severity = sdk.SeverityWarning
	}
	switch p.Kind {
	case segmap.Syntax:
		d.Summary = sdk.Text{ZH: "划分文件第 {line} 行看不懂：“{text}”。每行应为：标识,中文名,英文名,得分组合。", EN: "Line {line} of the map is not understood: “{text}”. A line is key,Chinese name,English name,scores."}
	case segmap.BadKey:
		d.Summary = sdk.Text{ZH: "划分文件第 {line} 行的标识“{text}”不行：只能用小写字母、数字、_ 和 -，名称不超过 120 字节。", EN: "Line {line} of the map has the unusable key “{text}”: use lower-case letters, digits, _ and -, and names of at most 120 bytes."}
	case segmap.BadPattern:
		d.Summary = sdk.Text{ZH: "划分文件第 {line} 行的得分组合“{text}”看不懂；写法如 5[45]、[1-2]5、3.. 或 *。", EN: "Line {line} of the map has scores that are not understood: “{text}”; write such as 5[45], [1-2]5, 3.. or *."}
	case segmap.BadScore:
		d.Summary = sdk.Text{ZH: "划分文件第 {line} 行的“{text}”用到了不存在的得分；请检查得分档数。", EN: "Line {line} of the map uses a score that does not exist: “{text}”; check the number of scores."}
	case segmap.TooLarge:
		d.Summary = sdk.Text{ZH: "划分文件太大：最多 64 KB、200 个客群。", EN: "The map is too large: at most 64 KB and 200 segments."}
	case segmap.Empty:
		d.Summary = sdk.Text{ZH: "划分文件里没有客群。", EN: "The map has no segment."}
	case segmap.Gap:
		d.Summary = sdk.Text{ZH: "有 {n} 个得分组合不属于任何客群：{cells}。请补上，或加一行 other,其他,Other,* 收下其余。", EN: "{n} score combinations belong to no segment: {cells}. Add them, or add the line other,其他,Other,* for the rest."}
	case segmap.Overlap:
		d.Summary = sdk.Text{ZH: "有 {n} 个得分组合同时属于“{a}”和“{b}”：{cells}。", EN: "{n} score combinations belong to both “{a}” and “{b}”: {cells}."}
		d.Detail = sdk.Text{ZH: "请改成互不重叠；若要让写在前面的客群优先，在文件里加一行 first-match。", EN: "Make them exclusive; to let the earlier line win, add the line first-match to the map."}
		if firstMatch {
			d.Detail = sdk.Text{ZH: "文件写明 first-match，重叠处归写在前面的客群。", EN: "The map says first-match: the earlier line wins."}
		}
	case segmap.Unreachable:
		d.Summary = sdk.Text{ZH: "客群“{a}”没有得到任何得分组合，里面不会有客户。", EN: "Segment “{a}” gets no score combination, so it will have no customers."}
	}
	keys := append(append([]string{}, p.Keys...), "", "")
	d.Summary = d.Summary.Fill("line", strconv.Itoa(p.Line), "text", clip(p.Text, 60), "n", strconv.Itoa(len(p.Cells)),
		"cells", cellList(p.Cells, 12), "a", keys[0], "b", keys[1])
	if len(p.Cells) > 12 {
		all := cellList(p.Cells, len(p.Cells))
		d.Detail = sdk.Text{ZH: strings.TrimSpace(d.Detail.ZH + " 全部组合：" + all), EN: strings.TrimSpace(d.Detail.EN + " All of them: " + all)}
	}
	return d
}

func cellList(cells []string, most int) string {
	if len(cells) <= most {
		return strings.Join(cells, " ")
	}
	return strings.Join(cells[:most], " ") + " …"
}

// clip shortens foreign text to at most n characters.
func clip(s string, n int) string {
	r := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) { // broken bytes, too, are U+FFFD here
			return '\uFFFD'
		}
		return r
	}, s))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n]) + "…"
}

// remarks are what the owner should know about a run that went well.
func remarks(in customers, scales [3]Scale, s Scores, set settings) []sdk.Diagnostic {
	var out []sdk.Diagnostic
	if n := len(s[0]); n < set.options.Bins*10 {
		out = append(out, sdk.Diagnostic{
			Severity: sdk.SeverityWarning, Code: "few_customers",
			Summary: sdk.Text{ZH: "只有 {n} 位客户，得分只能粗看；可以减少档数。", EN: "There are only {n} customers, so scores are rough; fewer scores may serve better."}.Fill("n", strconv.Itoa(n)),
		})
	}
	for m := range scales {
		ranked := set.options.Binning == binIndependent || set.options.Binning == binCustom && len(set.options.Cuts[m]) == 0
		if d, ok := collapsed(m, scales[m].Scores, in.v[m], s[m]); ranked && ok {
			out = append(out, d)
		}
	}
	low := 0
	for _, x := range in.money {
		if x <= 0 {
			low++
		}
	}
	if low > 0 {
		out = append(out, sdk.Diagnostic{
			Severity: sdk.SeverityInfo, Code: "money_not_positive",
			Summary: sdk.Text{ZH: "有 {n} 位客户的净额不大于 0（多为退货），保留在最低的金额得分里。", EN: "{n} customers have net money of 0 or less (mostly refunds); they stay, with the lowest monetary scores."}.Fill("n", strconv.Itoa(low)),
		})
	}
	return out
}

// collapsed reports that equal values fill several scores, so that some do not occur.
func collapsed(m, scores int, v values, s []uint8) (sdk.Diagnostic, bool) {
	var count [10]int
	for _, x := range s {
		count[x]++
	}
	var absent []string
	for x := 1; x <= scores; x++ {
		if count[x] == 0 {
			absent = append(absent, strconv.Itoa(x))
		}
	}
	if len(absent) == 0 {
		return sdk.Diagnostic{}, false
	}
	value, same := v.commonest()
	share := float64(same) / float64(len(s))
	cuts := [3]string{"cuts_r=30,90,180,365", "cuts_f=2,3,5,10", ""}[m]
	detail := sdk.Text{ZH: "可改用自定切点（binning=custom），按业务习惯给出 {param}。", EN: "Use cut points of your own (binning=custom) and give {param}."}
	if m == frequency {
		detail = sdk.Text{ZH: "可改用业务切点：binning=custom、{param}，即 1 次、2 次、3–4 次、5–9 次、10 次以上。", EN: "Business cuts may serve better: binning=custom with {param}, that is 1, 2, 3–4, 5–9 and 10 or more."}
	}
	if cuts == "" {
		cuts = cutIDs[m]
	}
	return sdk.Diagnostic{
		Severity: sdk.SeverityWarning, Code: "bins_collapsed", Param: cutIDs[m],
		Summary: sdk.Text{
			ZH: "“{measure}”有 {share} 的客户数值相同（{value}），同值同分，所以没有得分为 {absent} 的客户。",
			EN: "{measure}: {share} of the customers share the value {value}; equal values get equal scores, so no customer has score {absent}.",
		}.FillText("measure", measureNames[m]).Fill("share", fmt.Sprintf("%.0f%%", 100*share), "value", strconv.FormatFloat(value, 'g', 10, 64), "absent", strings.Join(absent, ", ")),
		Detail: detail.Fill("param", cuts),
	}, true
}
