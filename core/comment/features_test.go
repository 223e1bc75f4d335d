package comment_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/comment"
)

// Worked by hand: with α = 15 a sum s of the lexicon is s/√(s²+15).
func TestFeatures_byHand(t *testing.T) {
	t.Parallel()
	day := core.YMD(2024, 5, 1)
	r := recordsOf([]said{
		{"ann", day, "好吃", 5},          // 2.5
		{"ann", day + 9, "送餐太慢", 2},    // −1.5
		{"bob", day + 3, "", 3},        // nothing said
		{"bob", core.NoDate, "垃圾", -1}, // −3, without a day
		{"cat", day + 40, "很好", 4},     // after the as-of date
	})
	a := read(t, r, day+10, comment.Options{}).Features()
	squash := func(s float64) float64 { return s / math.Sqrt(s*s+15) }
	all := (squash(2.5) + squash(-1.5) + 0 + squash(-3)) / 4
	for _, c := range []struct {
		who, name string
		want      float64
	}{
		{"ann", "comments", 2},
		{"bob", "comments", 2},
		{"ann", "days_since_comment", 1},
		{"bob", "days_since_comment", 7},
		{"ann", "sentiment", (squash(2.5) + squash(-1.5) + 2*all) / 4},
		{"bob", "sentiment", (squash(-3) + 2*all) / 4},
		{"ann", "sentiment_last", squash(-1.5)},
		{"bob", "sentiment_last", 0},
		{"ann", "share_negative", 0.5},
		{"bob", "share_negative", 0.5},
		{"ann", "rating", 3.5},
		{"bob", "rating", 3},
		{"ann", "theme_taste", 0.5},
		{"ann", "theme_delivery", 0.5},
		{"bob", "theme_taste", 0},
	} {
		if got := cell(t, a, c.who, c.name); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s of %s is %v, want %v", c.name, c.who, got, c.want)
		}
	}
	if n := a.Customers.Len(); n != 2 {
		t.Errorf("%d customers; cat wrote nothing before the as-of date", n)
	}
	for _, c := range a.Columns {
		if c.Name == "theme_claims" {
			t.Error("a theme that nobody spoke of has a feature")
		}
	}
}

func TestRead_accountsForEveryRow(t *testing.T) {
	t.Parallel()
	day := core.YMD(2024, 5, 1)
	r := read(t, recordsOf([]said{{"a", day, "好", -1}, {"a", day + 1, "好", -1}, {"b", core.NoDate, "", -1}}), day, comment.Options{})
	want := core.Reconciliation{In: 3, Used: 2, Excluded: []core.Exclusion{{Reason: "after_as_of", Count: 1}}}
	if diff := cmp.Diff(want, r.Used); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestRead_withoutComments(t *testing.T) {
	t.Parallel()
	for _, all := range [][]*core.Records{nil, {nil}, {{Kind: core.SourceEvents}}, {{Kind: core.SourceComments}}} {
		if r, err := comment.Read(t.Context(), all, core.NoDate, comment.Options{}); r != nil || err != nil {
			t.Errorf("%v, %v", r, err)
		}
		if a, err := comment.Make(comment.Options{})(t.Context(), all, core.NoDate); a != nil || err != nil {
			t.Errorf("%v, %v", a, err)
		}
	}
}

// What comes later, learnt from or not, changes nothing of what was known.
func TestRead_looksNotAhead(t *testing.T) {
	t.Parallel()
	rows := invented(1500, true)
	asOf := core.YMD(2024, 6, 1)
	before := slices.DeleteFunc(slices.Clone(rows), func(s said) bool { return s.day > asOf })
	a := read(t, recordsOf(rows), asOf, comment.Options{})
	b := read(t, recordsOf(before), asOf, comment.Options{})
	if diff := cmp.Diff(b.Method, a.Method); diff != "" {
		t.Errorf("method (-want +got):\n%s", diff)
	}
	fa, fb := a.Features(), b.Features()
	for i := range fb.Customers.Len() {
		who := fb.Customers.At(i)
		for _, c := range fb.Columns {
			if x, y := cell(t, fa, who, c.Name), cell(t, fb, who, c.Name); x != y {
				t.Fatalf("%s of %s: %v with later comments, %v without", c.Name, who, x, y)
			}
		}
	}
}

// Neither the order of the rows nor the number of threads shows in anything. It changes
// GOMAXPROCS, so it is not parallel.
func TestRead_orderNeverMatters(t *testing.T) { //nolint:paralleltest // see above
	rows := invented(900, true)
	unrated := invented(900, false)
	for _, way := range []string{comment.ByLexicon, comment.ByRatings, comment.BySelf} {
		in := rows
		if way == comment.BySelf {
			in = unrated
		}
		first := outcome(t, in, way)
		mixed := slices.Clone(in)
		s := stream(3)
		for i := range mixed {
			j := i + s.below(len(mixed)-i)
			mixed[i], mixed[j] = mixed[j], mixed[i]
		}
		old := runtime.GOMAXPROCS(1)
		second := outcome(t, mixed, way)
		runtime.GOMAXPROCS(old)
		if diff := cmp.Diff(first, second, cmpopts.IgnoreFields(comment.Quote{}, "Row"), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: mixed rows, one thread (-want +got):\n%s", way, diff)
		}
	}
}

// all is what a reading says, by customer key.
type all struct {
	Method    comment.Method
	Summary   *comment.Summary
	Suggested []comment.Suggestion
	Features  map[string]float64
}

func outcome(t *testing.T, rows []said, way string) all {
	t.Helper()
	r := read(t, recordsOf(rows), core.NoDate, comment.Options{Sentiment: way})
	sum, err := r.Summarise(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	words, err := r.Suggest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := all{r.Method, sum, words, map[string]float64{}}
	a := r.Features()
	for _, c := range a.Columns {
		for i := range a.Customers.Len() {
			out.Features[a.Customers.At(i)+"/"+c.Name] = cell(t, a, a.Customers.At(i), c.Name)
		}
	}
	return out
}

func TestRead_fewRatingsAskedFor(t *testing.T) {
	t.Parallel()
	_, err := comment.Read(t.Context(), []*core.Records{recordsOf(invented(30, true))}, core.NoDate, comment.Options{Sentiment: comment.ByRatings})
	if !errors.Is(err, &core.Error{Code: "comments_few_ratings"}) {
		t.Errorf("%v", err)
	}
	if m := read(t, recordsOf(invented(30, true)), core.NoDate, comment.Options{}).Method; m.ID != comment.ByLexicon || m.Accuracy == nil {
		t.Errorf("%+v", m)
	}
	if m := read(t, recordsOf(invented(30, false)), core.NoDate, comment.Options{}).Method; m.ID != comment.ByLexicon || m.Accuracy != nil {
		t.Errorf("without ratings no accuracy is known: %+v", m)
	}
}

func TestRead_cancelled(t *testing.T) {
	t.Parallel()
	r := read(t, recordsOf(invented(600, true)), core.NoDate, comment.Options{})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := comment.Read(ctx, []*core.Records{recordsOf(invented(600, true))}, core.NoDate, comment.Options{})
	_, err2 := r.Suggest(ctx)
	_, err3 := r.Summarise(ctx)
	for _, err := range []error{err, err2, err3} {
		if core.CodeOf(err) != core.CodeCancelled {
			t.Errorf("%v", err)
		}
	}
}

// Whatever people write, scores stay in −1…1, shares in 0…1 and nothing panics.
func TestRead_anything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.OneOf(
			rapid.String(),
			rapid.StringOfN(rapid.RuneFrom([]rune("好不很，。!？但是慢 a'n\x00\u200b👍❤️繁體質量ＡＢ...")), 0, 60, -1),
		), 1, 20).Draw(t, "texts")
		rows := make([]said, len(texts))
		for i, s := range texts {
			rows[i] = said{string(rune('a' + i%5)), core.NoDate, s, float64(i % 7)}
		}
		r, err := comment.Read(context.Background(), []*core.Records{recordsOf(rows)}, core.NoDate, comment.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Rows() {
			if s := r.At(i).Score; !(s >= -1 && s <= 1) {
				t.Fatalf("score %v", s)
			}
		}
		if _, err := r.Suggest(context.Background()); err != nil {
			t.Fatal(err)
		}
		sum, err := r.Summarise(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if sum.Positive+sum.Neutral+sum.Negative != len(rows) {
			t.Fatalf("%+v", sum)
		}
		for _, th := range sum.Themes {
			if th.Share <= 0 || th.Share > 1 || math.Abs(th.Sentiment) > 1 {
				t.Fatalf("%+v", th)
			}
		}
	})
}

// TestCounts_areThoseOfFeatures: what is made without reading the texts is what reading them
// gives, customer by customer.
func TestCounts_areThoseOfFeatures(t *testing.T) {
	t.Parallel()
	for _, rated := range []bool{true, false} {
		records := recordsOf(invented(300, rated))
		for _, asOf := range []core.Date{core.NoDate, core.YMD(2026, 1, 1), core.YMD(2024, 3, 1)} {
			all := read(t, records, asOf, comment.Options{Sentiment: comment.ByLexicon}).Features()
			few, err := comment.Counts(t.Context(), []*core.Records{records}, asOf)
			if err != nil {
				t.Fatal(err)
			}
			if few.Customers.Len() != all.Customers.Len() || len(few.Columns) == 0 {
				t.Fatalf("%d customers and %d columns, not %d", few.Customers.Len(), len(few.Columns), all.Customers.Len())
			}
			for _, c := range few.Columns {
				for i := range few.Customers.Len() {
					who := few.Customers.At(i)
					if a, b := cell(t, few, who, c.Name), cell(t, all, who, c.Name); a != b && (!math.IsNaN(a) || !math.IsNaN(b)) {
						t.Errorf("%s of %s: %v, not %v", c.Name, who, a, b)
					}
				}
			}
		}
	}
	if a, err := comment.Counts(t.Context(), nil, core.NoDate); a != nil || err != nil {
		t.Errorf("without comments: %v, %v", a, err)
	}
}

// Progress rises to the end, in steps.
func TestProgressOfReading(t *testing.T) {
	t.Parallel()
	texts := make([]string, 0, 1500)
	for i := range 1500 {
		feel := []string{"很好吃，非常满意", "太难吃了，很失望"}[i%2]
		texts = append(texts, feel+strconv.Itoa(i))
	}
	r := &core.Records{Kind: core.SourceComments, Customers: &core.Dict{}, Columns: []core.AttributeColumn{{Name: core.ColumnText, Dict: texts}}}
	r.Customers.AppendString("a")
	for i := range texts {
		r.Customer, r.Columns[0].Codes = append(r.Customer, 0), append(r.Columns[0].Codes, uint32(i))
	}
	last, calls := 0.0, 0
	_, err := comment.Read(t.Context(), []*core.Records{r}, core.NoDate, comment.Options{Sentiment: comment.BySelf, Progress: func(done float64) {
		if done < last || done > 1 {
			t.Errorf("%v after %v", done, last)
		}
		last = done
		calls++
	}})
	if err != nil || last < 0.99 || calls < 10 {
		t.Errorf("ends at %v after %d calls: %v", last, calls, err)
	}
}
