package comment_test

import (
	"archive/zip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/comment"
	"qunxiang/internal/reference"
)

// labelled are the texts of a corpus with their labels 0 and 1.
type labelled struct {
	texts  []string
	labels []int
}

func waimai(tb testing.TB) labelled {
	tb.Helper()
	var out labelled
	for _, row := range reference.Rows(tb, "text/waimai_10k.csv")[1:] {
		out.add(row[1], row[0])
	}
	return out
}

// shopping reads a category of the corpus of shopping reviews, "" = all.
func shopping(tb testing.TB, category string) labelled {
	tb.Helper()
	z, err := zip.OpenReader(reference.File(tb, "text/online_shopping_10_cats.zip"))
	if err != nil {
		tb.Fatal(err)
	}
	defer z.Close()
	f, err := z.File[0].Open()
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	var out labelled
	for first := true; ; first = false {
		row, err := r.Read()
		if err == io.EOF {
			return out
		}
		if err != nil {
			tb.Fatal(err)
		}
		if !first && (category == "" || row[0] == category) {
			out.add(row[2], row[1])
		}
	}
}

func (l *labelled) add(text, label string) {
	y, _ := strconv.Atoi(label)
	l.texts, l.labels = append(l.texts, text), append(l.labels, y)
}

// records are the comments with their labels as ratings 0 and 1.
func (l *labelled) records() *core.Records {
	rows := make([]said, len(l.texts))
	for i, t := range l.texts {
		rows[i] = said{"c" + strconv.Itoa(i), core.NoDate, t, float64(l.labels[i])}
	}
	return recordsOf(rows)
}

// bayes is multinomial naive Bayes on counts of one and two characters with a weight of 1
// for what was never seen, judged over five parts in file order that have as many of each
// label: what scikit-learn's CountVectorizer(analyzer="char", ngram_range=(1, 2)),
// MultinomialNB() and cross_val_score(cv=5) do.
func bayes(l labelled) float64 {
	const parts = 5
	n := [2]int{}
	for _, y := range l.labels {
		n[y]++
	}
	part := make([]int, len(l.labels))
	at := [2]int{}
	for i, y := range l.labels {
		base, more := n[y]/parts, n[y]%parts
		if edge := more * (base + 1); at[y] < edge {
			part[i] = at[y] / (base + 1)
		} else {
			part[i] = more + (at[y]-edge)/base
		}
		at[y]++
	}
	known := map[string]bool{}
	for _, t := range l.texts {
		pairs(t, func(g string) { known[g] = true })
	}
	mean := 0.0
	for p := range parts {
		counts := [2]map[string]float64{{}, {}}
		sums, docs := [2]float64{}, [2]float64{}
		for i, t := range l.texts {
			if part[i] == p {
				continue
			}
			y := l.labels[i]
			docs[y]++
			pairs(t, func(g string) { counts[y][g]++; sums[y]++ })
		}
		right, all := 0, 0
		for i, t := range l.texts {
			if part[i] != p {
				continue
			}
			score := math.Log(docs[1]) - math.Log(docs[0])
			pairs(t, func(g string) {
				score += math.Log((counts[1][g]+1)/(sums[1]+float64(len(known)))) - math.Log((counts[0][g]+1)/(sums[0]+float64(len(known))))
			})
			all++
			if (score > 0) == (l.labels[i] == 1) {
				right++
			}
		}
		mean += float64(right) / float64(all) / parts
	}
	return mean
}

// blanks are what scikit-learn makes one blank of.
var blanks = regexp.MustCompile(`[\s\p{Z}]{2,}`)

// pairs calls each character and each pair of characters of a text.
func pairs(text string, each func(string)) {
	text = blanks.ReplaceAllString(strings.ToLower(text), " ")
	before := -1
	for i, r := range text {
		end := i + utf8.RuneLen(r)
		if r == utf8.RuneError {
			end = i + 1
		}
		each(text[i:end])
		if before >= 0 {
			each(text[before:end])
		}
		before = i
	}
}

// The baseline of golden/stats/text_golden.json is 0.8732, without the parts that it was
// judged on; with scikit-learn 1.2.1 parts in file order give 0.8557 and shuffled ones 0.877 to
// 0.879 (0.873 where n-grams of one text are dropped).
const baseline = 0.8732

func TestAccuracy_takeaway(t *testing.T) {
	t.Parallel()
	l := waimai(t)
	if got := bayes(l); math.Abs(got-0.85568) > 0.0002 {
		t.Errorf("naive Bayes of one and two characters comes to %.4f, not to what scikit-learn has, 0.8557", got)
	}
	r := l.records()
	learnt := read(t, r, core.NoDate, comment.Options{}).Method
	if learnt.ID != comment.ByRatings || *learnt.Accuracy < 0.90 {
		t.Errorf("with labels: %s %.4f", learnt.ID, *learnt.Accuracy)
	}
	if *learnt.Accuracy <= baseline {
		t.Errorf("%.4f does not beat the baseline", *learnt.Accuracy)
	}
	self := read(t, r, core.NoDate, comment.Options{Sentiment: comment.BySelf}).Method
	if self.ID != comment.BySelf || *self.Accuracy < 0.88 {
		t.Errorf("without labels: %s %.4f", self.ID, *self.Accuracy)
	}
	if *self.Lexicon < 0.81 || *self.Lexicon > 0.83 {
		t.Errorf("the lexicon alone: %.4f; docs/method/comments.md says 0.818", *self.Lexicon)
	}
	t.Logf("lexicon %.4f, without labels %.4f, with labels %.4f", *self.Lexicon, *self.Accuracy, *learnt.Accuracy)
}

func TestAccuracy_shopping(t *testing.T) {
	t.Parallel()
	categories := []string{"计算机", "手机"}
	if os.Getenv("QUNXIANG_SLOW") != "" {
		categories = []string{"", "书籍", "平板", "手机", "水果", "洗发水", "热水器", "蒙牛", "衣服", "计算机", "酒店"}
	}
	for _, c := range categories {
		l := shopping(t, c)
		r := l.records()
		learnt := read(t, r, core.NoDate, comment.Options{}).Method
		self := read(t, r, core.NoDate, comment.Options{Sentiment: comment.BySelf}).Method
		t.Logf("%s: lexicon %.4f, %s %.4f, %s %.4f", c, *self.Lexicon, self.ID, *self.Accuracy, learnt.ID, *learnt.Accuracy)
		if *learnt.Accuracy < 0.89 || *learnt.Accuracy < *learnt.Lexicon {
			t.Errorf("%s with labels: %.4f", c, *learnt.Accuracy)
		}
		if c == "" && (*learnt.Accuracy < 0.9070 || *self.Accuracy < baseline) { // naive Bayes as above in shuffled parts: 0.9070
			t.Errorf("all: %.4f with labels, %.4f without", *learnt.Accuracy, *self.Accuracy)
		}
	}
}
