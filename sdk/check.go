package sdk

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Fill replaces every {name} of both halves by the value that follows the name:
// Fill("n", "3", "column", "age"). Since 1.0.
func (t Text) Fill(pairs ...string) Text {
	return Text{ZH: fill(t.ZH, pairs), EN: fill(t.EN, pairs)}
}

// fill is Fill of one language: what [strings.NewReplacer] would do, which takes longer to make
// than to use once.
func fill(s string, pairs []string) string {
	at := strings.IndexByte(s, '{')
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, '{') {
		b.WriteString(s[:at])
		s = s[at:]
		value, length := s[:1], 1
		for i := 0; i+1 < len(pairs); i += 2 {
			if rest, ok := strings.CutPrefix(s[1:], pairs[i]); ok && strings.HasPrefix(rest, "}") {
				value, length = pairs[i+1], len(pairs[i])+2
				break
			}
		}
		b.WriteString(value)
		s = s[length:]
	}
	b.WriteString(s)
	return b.String()
}

// Complete is the part of Validate that every method needs: it fills in defaults
// and checks each value against its parameter and the columns against the roles.
// What is wrong comes back as error diagnostics. It does not change req. Since 1.0.
func (in Info) Complete(req ValidateRequest) ValidateResponse {
	out := ValidateResponse{Params: in.Defaults()}
	ids := make([]string, 0, len(req.Params))
	for id := range req.Params {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		p, ok := in.Param(id)
		if !ok {
			out.Diagnostics = append(out.Diagnostics, unknownParam(id))
			continue
		}
		v := req.Params[id]
		if v.IsZero() {
			continue
		}
		v, problem := p.check(v)
		if !problem.IsZero() {
			out.Diagnostics = append(out.Diagnostics, Diagnostic{
				Severity: SeverityError, Code: "param_value", Param: id, Summary: problem.Fill("param", id, "value", v.String()),
			})
			continue
		}
		out.Params[id] = v
	}
	for _, r := range in.Roles {
		out.Diagnostics = append(out.Diagnostics, r.check(req.Columns)...)
	}
	return out
}

func unknownParam(id string) Diagnostic {
	return Diagnostic{
		Severity: SeverityError, Code: "param_unknown", Param: id,
		Summary: Text{
			ZH: "没有名为“{param}”的参数，请检查拼写。",
			EN: "There is no parameter named “{param}”; check the spelling.",
		}.Fill("param", id),
	}
}

// check returns the value in the parameter's own kind, or what is wrong with it as a
// sentence with the places {param} and {value}.
func (p Param) check(v Value) (Value, Text) {
	if v.Kind == KindAuto {
		if p.Auto {
			return v, Text{}
		}
		return v, Text{ZH: "参数“{param}”不能为 auto，请给出具体的值。", EN: "Parameter “{param}” cannot be auto; give a value."}
	}
	if p.Kind == ParamReal && v.Kind == KindInt {
		v = Real(float64(v.Int))
	}
	if v.Kind != p.Kind.value() {
		return v, Text{ZH: "参数“{param}”的值“{value}”类型不对。", EN: "The value “{value}” of parameter “{param}” is of the wrong type."}
	}
	switch p.Kind {
	case ParamInt:
		return v, p.checkNumber(float64(v.Int))
	case ParamReal:
		return v, p.checkNumber(v.Real)
	case ParamNumbers:
		return v, p.checkNumbers(v.Numbers)
	case ParamChoice:
		if !slices.ContainsFunc(p.Choices, func(c Choice) bool { return c.ID == v.Text }) {
			return v, Text{
				ZH: "参数“{param}”的值“{value}”不在可选值中：{choices}。",
				EN: "The value “{value}” of parameter “{param}” is not one of {choices}.",
			}.Fill("choices", p.choiceIDs())
		}
	}
	return v, Text{}
}

func (k ParamKind) value() ValueKind {
	switch k {
	case ParamInt:
		return KindInt
	case ParamReal:
		return KindReal
	case ParamBool:
		return KindBool
	case ParamTexts:
		return KindTexts
	case ParamNumbers:
		return KindNumbers
	}
	return KindText
}

func (p Param) checkNumber(f float64) Text {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Text{ZH: "参数“{param}”的值“{value}”不是有限的数。", EN: "The value “{value}” of parameter “{param}” is not a finite number."}
	}
	if p.inRange(f) == nil {
		return Text{}
	}
	bound := func(b *float64, open string) string {
		if b == nil {
			return open
		}
		return strconv.FormatFloat(*b, 'g', -1, 64)
	}
	return Text{
		ZH: "参数“{param}”的值“{value}”超出范围 {lo} 到 {hi}。",
		EN: "The value “{value}” of parameter “{param}” is outside {lo} to {hi}.",
	}.Fill("lo", bound(p.Min, "−∞"), "hi", bound(p.Max, "∞"))
}

func (p Param) checkNumbers(v []float64) Text {
	for i, f := range v {
		if t := p.checkNumber(f); !t.IsZero() {
			return t
		}
		if p.Rising && i > 0 && f <= v[i-1] {
			return Text{ZH: "参数“{param}”的数必须从小到大：{value}。", EN: "The numbers of parameter “{param}” must rise: {value}."}
		}
	}
	if p.Items > 0 && len(v) != p.Items {
		return Text{
			ZH: "参数“{param}”需要 {n} 个数，现在是：{value}。",
			EN: "Parameter “{param}” needs {n} numbers; given: {value}.",
		}.Fill("n", strconv.Itoa(p.Items))
	}
	return Text{}
}

// check compares the columns that fill the role with what it asks for.
func (r Role) check(columns []ColumnSchema) []Diagnostic {
	var out []Diagnostic
	n := 0
	for _, c := range columns {
		if c.Role != r.ID {
			continue
		}
		n++
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, c.Kind) {
			out = append(out, Diagnostic{
				Severity: SeverityError, Code: "role_kind", Column: c.Name,
				Summary: Text{
					ZH: "“{column}”列的类型不适合用作“{role}”，请换一列。",
					EN: "Column “{column}” has the wrong type for “{role}”; choose another.",
				}.Fill("column", c.Name).FillText("role", r.Title),
			})
		}
	}
	if n < r.Min || r.Max > 0 && n > r.Max {
		out = append(out, Diagnostic{
			Severity: SeverityError, Code: "role_count", Param: r.Param,
			Summary: Text{
				ZH: "“{role}”需要 {need} 列，现在有 {n} 列，请重新选择。",
				EN: "“{role}” needs {need}; {n} given. Choose again.",
			}.FillText("role", r.Title).FillText("need", r.need()).Fill("n", strconv.Itoa(n)),
		})
	}
	return out
}

func (r Role) need() Text {
	lo, hi := strconv.Itoa(r.Min), strconv.Itoa(r.Max)
	switch {
	case r.Max == 0:
		return Text{ZH: "至少 " + lo, EN: "at least " + lo + " column(s)"}
	case r.Min == r.Max:
		return Text{ZH: lo, EN: lo + " column(s)"}
	}
	return Text{ZH: lo + " 到 " + hi, EN: lo + " to " + hi + " columns"}
}

// FillText is Fill with a text of its own in each language. Since 1.0.
func (t Text) FillText(name string, v Text) Text {
	return Text{ZH: strings.ReplaceAll(t.ZH, "{"+name+"}", v.ZH), EN: strings.ReplaceAll(t.EN, "{"+name+"}", v.EN)}
}
