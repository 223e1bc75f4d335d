package comment_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/comment"
	"qunxiang/sdk"
)

func TestMask(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"电话13812345678，快点":         "电话138****5678,快点",
		"写信到 li.lei@example.com 吧": "写信到 l***@example.com 吧",
		"我叫张小明，东西坏了":               "我叫张**，东西坏了",
		"联系人：欧阳娜娜 谢谢":              "联系人：欧阳** 谢谢",
		"李建国先生很热情":                 "李**先生很热情",
		"送到人民路88号3单元502室了":         "***了",
		"订单号 2024010112345 没到":     "订单号 *** 没到",
		"My name is John Smith.":   "My name is ***.",
		"味道很好，100分":                "味道很好，100分",
		"联系客服没人理":                  "联系客服没人理",
	} {
		if got := comment.Mask(text); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}

func TestQuotes_areShortMaskedAndOfDifferentPeople(t *testing.T) {
	t.Parallel()
	rows := invented(300, false)
	for i := range rows {
		if i%3 == 0 {
			rows[i].text += "，电话13912345678" + strings.Repeat("，真的很好", 30)
		}
	}
	records := recordsOf(rows)
	r := read(t, records, core.NoDate, comment.Options{})
	all, err := r.Summarise(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g := comment.Group{Segments: []core.Segment{{Key: "a", Name: sdk.Text{EN: "A"}, Size: 70}, {Key: "b", Size: 50}, {Key: "none", Size: 1}}, Label: make([]int32, records.Customers.Len())}
	for i := range g.Label {
		g.Label[i] = int32(i%3) - 1 // a third of them are in no segment
		if g.Label[i] == 1 {
			g.Label[i] = 1
		}
	}
	segments, err := r.Segments(t.Context(), all, g)
	if err != nil {
		t.Fatal(err)
	}
	if len(segments) != 3 || segments[2].Comments != 0 || segments[0].Comments == 0 || segments[0].Comments+segments[1].Comments >= all.Comments {
		t.Fatalf("%+v", segments)
	}
	seen := map[uint32]bool{}
	quotes := 0
	for _, th := range all.Themes {
		if th.Quote == nil {
			continue
		}
		quotes++
		who := records.Customer[th.Quote.Row]
		if seen[who] {
			t.Errorf("customer %d is quoted twice", who)
		}
		seen[who] = true
		if strings.Contains(th.Quote.Text, "13912345678") || utf8.RuneCountInString(th.Quote.Text) > 61 {
			t.Errorf("%s", th.Quote.Text)
		}
	}
	if quotes < 3 {
		t.Errorf("%d quotes", quotes)
	}
	for _, th := range segments[0].Themes {
		for _, a := range all.Themes {
			if a.ID == th.ID && (th.Index-100*th.Share/a.Share > 1e-9 || th.Comments > a.Comments) {
				t.Errorf("%+v of %+v", th, a)
			}
		}
	}
}
