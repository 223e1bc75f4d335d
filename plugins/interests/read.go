package interests

import (
	"errors"
	"strconv"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// source is where interests are seen: a long table and its column of names or text.
type source struct{ id, detail, column string }

// sources are in the order in which automatic tries them.
func sources() []source {
	return []source{
		{fromCategory, sdk.DetailLines, "category"},
		{fromProduct, sdk.DetailLines, "product"},
		{fromEvents, sdk.DetailEvents, "event"},
		{fromComments, sdk.DetailComments, "text"},
	}
}

// read finds the source, and the meetings of customers with its themes.
func (s *study) read(req sdk.Request) error {
	list, err := parseThemes(s.params.Text("themes"))
	if bad, ok := errors.AsType[badLine](err); ok {
		s.report(sdk.SeverityError, "bad_themes", "themes", sdk.Text{
			ZH: "主题词表第 {line} 行看不懂；每行应是“主题: 词, 词”。", EN: "Line {line} of the list of themes cannot be read; a line is “theme: word, word”.",
		}.Fill("line", strconv.Itoa(bad.line)))
		return nil
	}
	looked := false
	for _, src := range sources() {
		if want := s.params.Text("from"); want != fromAuto && want != src.id {
			continue
		}
		t := req.Detail(src.detail)
		if t == nil || t.Column(src.column) == nil || src.id == fromComments && len(list.names) == 0 {
			continue
		}
		meetings, names, err := s.meetings(t, src, &list)
		if err != nil {
			return err
		}
		looked = true
		if len(meetings) > 0 {
			s.from = src.id
			s.counts, err = collect(s.ctx, meetings, names, s.rows)
			return err
		}
	}
	if looked && len(list.names) > 0 {
		s.report(sdk.SeverityError, "themes_unmet", "themes", sdk.Text{
			ZH: "主题词表里的词（如“{word}”）在客户买的、说的、做的里面一个也没有出现。请对照数据里的写法修改词表，或去掉词表。",
			EN: "No word of the list of themes, such as “{word}”, occurs in what customers buy, say or do. Write the words as the data do, or leave the list out.",
		}.Fill("word", list.words[0][0]))
		return nil
	}
	if s.params.Text("from") == fromComments && len(list.names) == 0 {
		s.report(sdk.SeverityError, "no_interests", "themes", sdk.Text{
			ZH: "看评论需要主题词表：每行写“主题: 词, 词”，评论里含有这个词就算这个主题。",
			EN: "Comments need a list of themes: write “theme: word, word” on each line; a comment with the word counts for the theme.",
		})
		return nil
	}
	s.report(sdk.SeverityError, "no_interests", "from", sdk.Text{
		ZH: "看不出客户买了什么、说了什么：交易里没有品类或商品列，也没有行为；评论要有主题词表才能数。请在导入时指定这些列，或给出主题词表。",
		EN: "Nothing tells what customers buy, do or say: the transactions have no category or product, there are no events, and comments need a list of themes. Map such a column at import, or give a list.",
	})
	return nil
}

// meetings reads a long table. With a list of themes names stand for the themes whose
// words they have, otherwise for themselves.
func (s *study) meetings(t *table.Table, src source, list *themeList) ([]meeting, []string, error) {
	column, customer := t.Column(src.column), t.Column("customer")
	amount, order := t.Column("amount"), t.Column("order")
	var themesOf func(i int) []int
	names := list.names
	switch {
	case column.Kind == table.String:
		themesOf = func(i int) []int { return list.of(column.Strings[i]) }
	case len(list.names) > 0:
		byCode := make([][]int, len(column.Dict))
		for k, w := range column.Dict {
			byCode[k] = list.of(w)
		}
		themesOf = func(i int) []int { return byCode[column.Codes[i]] }
	default:
		var place []int32
		place, names = words(column)
		one := make([]int, 1)
		themesOf = func(i int) []int {
			if one[0] = int(place[column.Codes[i]]); one[0] < 0 {
				return nil
			}
			return one
		}
	}
	var out []meeting
	for i := range t.Rows {
		if i%stride == 0 && s.ctx.Err() != nil {
			return nil, nil, s.ctx.Err()
		}
		if column.Missing(i) {
			continue
		}
		m := meeting{customer: int32(customer.Ints[i]), occasion: int64(i)}
		if order != nil && !order.Missing(i) {
			m.occasion = order.Ints[i]
		}
		if amount != nil && !amount.Missing(i) {
			m.amount = amount.Floats[i]
		}
		for _, theme := range themesOf(i) {
			m.theme = int32(theme)
			out = append(out, m)
		}
	}
	return out, names, nil
}
