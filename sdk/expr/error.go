package expr

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"qunxiang/sdk"
)

// Error is a fault of an expression, or of an expression against a table. It is of
// the user's making: [Error.Text] is the sentence for them.
type Error struct {
	Code   string         // expr_empty, expr_name, expr_long, expr_deep, expr_sign, expr_quote, expr_number, expr_syntax, expr_end, expr_column, expr_type, expr_date
	Pos    int            // 1-based character in the expression, 0 = unknown
	Column string         // of expr_column, expr_type and expr_date
	Args   map[string]any // limit, found, expected (a word), quote, column, columns ([]string), value, kind (of the column)
}

// fail makes an error at a 1-based character position.
func fail(code string, pos int, args map[string]any) error {
	return &Error{Code: code, Pos: pos, Args: args}
}

// Error implements error, for logs.
func (e *Error) Error() string { return fmt.Sprintf("%s at %d: %s", e.Code, e.Pos, e.Text().EN) }

func sentences() map[string]sdk.Text {
	return map[string]sdk.Text{
		"expr_empty":  {ZH: "条件是空的。", EN: "The condition is empty."},
		"expr_long":   {ZH: "条件超过 {limit} 字节。", EN: "The condition is longer than {limit} bytes."},
		"expr_name":   {ZH: "“{found}”不是规则；请写成“名称:条件”，例如“高价值:monetary >= 2000”，其余的客户写“其他:*”。", EN: "“{found}” is not a rule; write NAME:CONDITION, such as “high:monetary >= 2000”, and “other:*” for everybody else."},
		"expr_deep":   {ZH: "条件嵌套超过 {limit} 层（第 {position} 个字符）。", EN: "The condition nests more than {limit} levels (character {position})."},
		"expr_sign":   {ZH: "条件第 {position} 个字符“{found}”看不懂。", EN: "The sign “{found}” at character {position} of the condition is not understood."},
		"expr_quote":  {ZH: "条件第 {position} 个字符的引号 {quote} 没有配对。", EN: "The quote {quote} at character {position} of the condition is never closed."},
		"expr_number": {ZH: "条件里的“{found}”（第 {position} 个字符）不是数。", EN: "“{found}” in the condition (character {position}) is not a number."},
		"expr_syntax": {ZH: "条件在第 {position} 个字符“{found}”处看不懂；这里应为：{expected}。", EN: "The condition is not understood at character {position}, “{found}”; expected: {expected}."},
		"expr_end":    {ZH: "条件没有写完（第 {position} 个字符）；这里应为：{expected}。", EN: "The condition ends too early (character {position}); expected: {expected}."},
		"expr_column": {ZH: "条件用到的“{column}”列（第 {position} 个字符）不存在；相近的列：{columns}。", EN: "The condition uses the column “{column}” (character {position}), which does not exist; the nearest are: {columns}."},
		"expr_type":   {ZH: "条件把“{column}”列与“{value}”（第 {position} 个字符）比较，两者类型不合。", EN: "The condition compares the column “{column}” with “{value}” (character {position}), which does not go together."},
		"expr_date":   {ZH: "条件把日期列“{column}”与“{value}”（第 {position} 个字符）比较，它不是日期；请加引号写成 '2024-05-31'。", EN: "The condition compares the date column “{column}” with “{value}” (character {position}), which is not a date; write it in quotes, as '2024-05-31'."},
	}
}

func expectations() map[string]sdk.Text {
	return map[string]sdk.Text{
		"close":    {ZH: "右括号 )", EN: "a closing parenthesis )"},
		"column":   {ZH: "列名", EN: "the name of a column"},
		"comma":    {ZH: "逗号或右括号", EN: "a comma or a closing parenthesis"},
		"in":       {ZH: "not 之后接 in", EN: "in after not"},
		"joint":    {ZH: "and、or 或结束", EN: "and, or, or the end"},
		"missing":  {ZH: "is 之后接 missing 或 not missing", EN: "missing or not missing after is"},
		"open":     {ZH: "in 之后接左括号 (", EN: "an opening parenthesis ( after in"},
		"operator": {ZH: "= != < <= > >= in 或 is missing", EN: "= != < <= > >= in or is missing"},
		"value":    {ZH: "数、加引号的文字、true 或 false", EN: "a number, a quoted text, true or false"},
	}
}

// Text is the sentence for people: what is wrong, at which character, what to do.
func (e *Error) Text() sdk.Text {
	at := strconv.Itoa(e.Pos)
	zh, en := []string{"position", at}, []string{"position", at}
	for name, v := range e.Args {
		half := sdk.Text{}
		switch v := v.(type) {
		case string:
			half = sdk.Text{ZH: shown(v), EN: shown(v)}
			if name == "expected" {
				half = expectations()[v]
			}
		case []string:
			near := v[:min(5, len(v))]
			half = sdk.Text{ZH: shown(strings.Join(near, "、")), EN: shown(strings.Join(near, ", "))}
		default:
			half.ZH = fmt.Sprint(v)
			half.EN = half.ZH
		}
		zh, en = append(zh, name, half.ZH), append(en, name, half.EN)
	}
	t := sentences()[e.Code]
	return sdk.Text{ZH: t.Fill(zh...).ZH, EN: t.Fill(en...).EN}
}

// shown makes a piece of the user's text fit for a sentence: short, on one line.
func shown(s string) string {
	const most = 120
	r := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}

// Near returns the names ordered by their likeness to the wanted one, best first:
// fewest letters to change, without regard to case; equals by name.
func Near(wanted string, names []string) []string {
	type scored struct {
		name string
		cost int
	}
	w := []rune(strings.ToLower(wanted))
	list := make([]scored, len(names))
	for i, n := range names {
		lower := strings.ToLower(n)
		list[i] = scored{n, distance(w, []rune(lower))}
		if len(w) > 1 && strings.Contains(lower, string(w)) {
			list[i].cost = 1 // "recency" is near "recency_days"
		}
	}
	slices.SortFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.name, b.name)) })
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.name
	}
	return out
}

// distance is the number of letters to insert, remove or replace between a and b
// (Levenshtein), of which at most the first 64 count.
func distance(a, b []rune) int {
	const most = 64
	a, b = a[:min(most, len(a))], b[:min(most, len(b))]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		last := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := last
			if x != y {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
