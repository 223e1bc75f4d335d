package comment_test

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/comment"
)

//go:embed testdata/english.txt
var english string

func TestLexicon_readsNegationDegreeAndContrast(t *testing.T) {
	t.Parallel()
	l := comment.DefaultLexicon()
	for _, c := range []struct {
		text string
		want comment.Feeling
	}{
		{"味道很好", comment.Positive},
		{"味道不好", comment.Negative},
		{"味道不太好", comment.Negative},
		{"味道不是很好", comment.Negative},
		{"不错", comment.Positive},
		{"没有异味，不贵", comment.Positive},
		{"好慢", comment.Negative},
		{"不得不说，好吃", comment.Positive},
		{"不好吃", comment.Negative},
		{"难吃死了", comment.Negative},
		{"收到快递，还没拆开", comment.Neutral},
		{"好像是周一到的", comment.Neutral},
		{"味道還不錯，服務態度很好", comment.Positive},
		{"質量太差，再也不買了", comment.Negative},
		{"ＧＯＯＤ", comment.Positive},
		{"not good", comment.Negative},
		{"It's not bad", comment.Positive},
		{"never been disappointed", comment.Positive},
		{"could not be happier", comment.Positive},
		{"该商品的 battery 很给力", comment.Positive},
		{"👍👍", comment.Positive},
		{"😡", comment.Negative},
		{"", comment.Neutral},
		{"。。。！！！", comment.Neutral},
	} {
		score, reasons := l.Score(c.text)
		if got := comment.FeelingOf(score); got != c.want {
			t.Errorf("%q is %s (%.2f, %v), want %s", c.text, got, score, reasons, c.want)
		}
	}
}

func TestLexicon_comparesDegrees(t *testing.T) {
	t.Parallel()
	l := comment.DefaultLexicon()
	for _, c := range []struct{ less, more string }{
		{"好吃", "非常好吃"},
		{"有点慢", "太慢了"},
		{"味道好但是太慢", "太慢但是味道好"},
		{"虽然好吃，但是太贵", "虽然太贵，但是好吃"},
		{"好吃吗？", "好吃。"},
		{"the food was good but the service was bad", "the service was bad but the food was good"},
		{"not expensive", "cheap and good"},
	} {
		a, _ := l.Score(c.less)
		b, _ := l.Score(c.more)
		if strings.Contains(c.less, "慢") && !strings.Contains(c.less, "好") {
			a, b = -a, -b
		}
		if a >= b {
			t.Errorf("%q scores %.3f and %q %.3f", c.less, a, c.more, b)
		}
	}
}

func TestLexicon_saysWhy(t *testing.T) {
	t.Parallel()
	_, reasons := comment.DefaultLexicon().Score("送得很快，但是很差劲，也不好吃")
	var words []string
	for _, r := range reasons {
		words = append(words, r.Word)
	}
	if diff := cmp.Diff([]string{"差劲", "不好", "快"}, words); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

// The sentences were written before the lexicon was tried on them.
func TestLexicon_onSentencesWrittenForIt(t *testing.T) {
	t.Parallel()
	l := comment.DefaultLexicon()
	right, silent, n := 0, 0, 0
	for line := range strings.Lines(english) {
		label, text, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		n++
		score, reasons := l.Score(text)
		switch {
		case score == 0:
			silent++
			t.Logf("silent: %s", text)
		case score > 0 == (label == "+"):
			right++
		default:
			t.Logf("wrong %.2f %v: %s", score, reasons, text)
		}
	}
	t.Logf("%d right, %d silent of %d", right, silent, n)
	if n != 100 || right < 86 {
		t.Errorf("%d of %d right, %d silent", right, n, silent)
	}
}
