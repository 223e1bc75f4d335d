package comment_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/comment"
)

func TestRead_hostileTexts(t *testing.T) {
	t.Parallel()
	texts := []string{
		strings.Repeat("好", 1<<20/3),
		strings.Repeat("不", 100000) + "好",
		strings.Repeat("味道，不好。", 50000),
		strings.Repeat("a", 1<<20),
		strings.Repeat("a ", 1<<19),
		strings.Repeat("'", 100000),
		strings.Repeat("1.", 100000),
		strings.Repeat("，。！", 100000),
		strings.Repeat("👍🏽", 50000),
		strings.Repeat("13800000000", 20000),
		strings.Repeat("\x00", 1000), "\xff\xfe\xfd", "\u202e反\u202c", "\ufeff好", " ", "\n\n", "好\x1b[31m",
	}
	var rows []said
	for i, s := range texts {
		rows = append(rows, said{"c" + strconv.Itoa(i), core.NoDate, s, -1})
	}
	r := read(t, recordsOf(rows), core.NoDate, comment.Options{})
	for i := range r.Rows() {
		if s := r.At(i).Score; !(math.Abs(s) <= 1) {
			t.Errorf("%.10q: %v", texts[i], s)
		}
	}
	if _, err := r.Suggest(t.Context()); err != nil {
		t.Error(err)
	}
	sum, err := r.Summarise(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range sum.Quotes {
		if strings.ContainsAny(q.Text, "\x1b\x00\n") || utf8.RuneCountInString(q.Text) > 70 {
			t.Errorf("%q", q.Text)
		}
	}
}

func TestRead_hostileRatings(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{math.NaN(), math.Inf(1), -5, 1e300} {
		rows := invented(10, true)
		for i := range rows {
			rows[i].rating = 5
		}
		r := recordsOf(rows)
		r.Columns[1].Floats[0] = v
		m := read(t, r, core.NoDate, comment.Options{}).Method
		if m.Accuracy != nil && !(*m.Accuracy >= 0 && *m.Accuracy <= 1) {
			t.Errorf("%v: %v", v, *m.Accuracy)
		}
	}
}

func FuzzScore(f *testing.F) {
	for _, s := range []string{"味道不好，但是送得快！", "not bad at all...", "好好好好", "a'b'c", "1.2.3", "\xff好", "😀:)", "不不不", "too_big too big"} {
		f.Add(s)
	}
	l := comment.DefaultLexicon()
	f.Fuzz(func(t *testing.T, s string) {
		folded := comment.Fold(s)
		if again := comment.Fold(folded); again != folded {
			t.Errorf("folding %q gives %q, folding that %q", s, folded, again)
		}
		score, _ := l.Score(s)
		if !(score >= -1 && score <= 1) {
			t.Errorf("%q scores %v", s, score)
		}
		masked := comment.Mask(s)
		if utf8.ValidString(s) && !utf8.ValidString(masked) {
			t.Errorf("masking %q gives invalid text", s)
		}
	})
}

func FuzzParseThemes(f *testing.F) {
	f.Add("价格: 贵, 便宜\n# x\nservice")
	f.Add(`{"a":["b"]}`)
	f.Add(`{"a:b, c":["d,e", "#", "# f"], "#g": [], "h":["i: j"]}`)
	f.Fuzz(func(t *testing.T, s string) {
		themes, err := comment.ParseThemes([]byte(s))
		if err != nil {
			if core.CodeOf(err) == core.CodeInternal {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		again, err := comment.ParseThemes(comment.FormatThemes(themes))
		if diff := cmp.Diff(themes, again); err != nil || diff != "" {
			t.Errorf("%q written and read again: %v (-want +got):\n%s", s, err, diff)
		}
		r := read(t, recordsOf([]said{{"a", core.NoDate, s, -1}}), core.NoDate, comment.Options{Themes: themes})
		if r.Features().Customers.Len() != 1 {
			t.Error("a comment was lost")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	rows := invented(60000, true)
	rated, plain := recordsOf(rows), recordsOf(invented(60000, false))
	for name, r := range map[string]*core.Records{"rated": rated, "plain": plain} {
		for _, way := range []string{comment.ByLexicon, comment.ByAuto} {
			b.Run(name+"/"+way, func(b *testing.B) {
				for b.Loop() {
					read(b, r, core.NoDate, comment.Options{Sentiment: way})
				}
			})
		}
	}
}
