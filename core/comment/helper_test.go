package comment_test

import (
	"math"
	"strconv"
	"testing"

	"qunxiang/core"
	"qunxiang/core/comment"
)

// said is a row of comments for a test; rating < 0 = none.
type said struct {
	who    string
	day    core.Date
	text   string
	rating float64
}

// recordsOf makes records of comments of rows; without any rating there is no column of them.
func recordsOf(rows []said) *core.Records {
	r := &core.Records{Kind: core.SourceComments, Customers: &core.Dict{}}
	text := core.AttributeColumn{Name: core.ColumnText}
	rating := core.AttributeColumn{Name: core.ColumnRating}
	people, texts := map[string]uint32{}, map[string]uint32{}
	rated, dated := false, false
	for _, s := range rows {
		if _, there := people[s.who]; !there {
			people[s.who] = uint32(r.Customers.Len())
			r.Customers.AppendString(s.who)
		}
		r.Customer = append(r.Customer, people[s.who])
		r.Day = append(r.Day, s.day)
		dated = dated || s.day != core.NoDate
		code := uint32(core.NoCode)
		if s.text != "" {
			if _, there := texts[s.text]; !there {
				texts[s.text] = uint32(len(text.Dict))
				text.Dict = append(text.Dict, s.text)
			}
			code = texts[s.text]
		}
		text.Codes = append(text.Codes, code)
		rating.Floats = append(rating.Floats, s.rating)
		rating.Valid = append(rating.Valid, s.rating >= 0)
		rated = rated || s.rating >= 0
	}
	if !dated {
		r.Day = nil
	}
	r.Columns = []core.AttributeColumn{text}
	if rated {
		r.Columns = append(r.Columns, rating)
	}
	return r
}

func read(tb testing.TB, r *core.Records, asOf core.Date, opt comment.Options) *comment.Reading {
	tb.Helper()
	out, err := comment.Read(tb.Context(), []*core.Records{r}, asOf, opt)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// cell is a customer's value of a feature, NaN where it is missing.
func cell(tb testing.TB, a *core.Attributes, who, name string) float64 {
	tb.Helper()
	for _, c := range a.Columns {
		if c.Name != name {
			continue
		}
		for i := range a.Customers.Len() {
			if a.Customers.At(i) == who {
				if c.Valid != nil && !c.Valid[i] {
					return math.NaN()
				}
				return c.Floats[i]
			}
		}
		tb.Fatalf("no customer %s", who)
	}
	tb.Fatalf("no feature %s", name)
	return 0
}

// stream is a small generator, so that tests do not depend on the library's.
type stream uint64

func (s *stream) below(n int) int {
	*s = *s*6364136223846793005 + 1442695040888963407
	return int(uint64(*s)>>33) % n
}

// invented are n comments made of phrases, rated by what they say.
func invented(n int, rated bool) []said {
	good := []string{"味道很好", "送得很快", "服务态度不错", "很满意", "包装精致", "great value", "fresh and tasty", "下次还来"}
	bad := []string{"太难吃了", "送得太慢", "客服态度差", "很失望", "包装破损", "terrible quality", "cold and late", "再也不买"}
	plain := []string{"买了一份套餐", "放在门口", "周一收到", "和朋友一起", "ordered on Monday", "蓝色的那款", "第二件", "用手机下单"}
	s := stream(7)
	out := make([]said, n)
	for i := range out {
		list, rating := good, 5.0
		if s.below(3) == 0 {
			list, rating = bad, 1
		}
		if !rated {
			rating = -1
		}
		text := plain[s.below(8)] + "，" + list[s.below(8)] + "，" + list[s.below(8)] + " " + strconv.Itoa(s.below(500))
		out[i] = said{"c" + strconv.Itoa(s.below(n/3+1)), core.YMD(2024, 1, 1) + core.Date(s.below(300)), text, rating}
	}
	return out
}
