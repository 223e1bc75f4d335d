package comment

import (
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"qunxiang/core"
)

// Options are the user's choices; zero fields are the defaults.
type Options struct {
	Themes    []Theme // nil = DefaultThemes
	Sentiment string  // ByAuto, ByLexicon, ByRatings, BySelf; "" = ByAuto

	// Progress is told how much of the reading is done, 0…1, one call at a time; nil = nobody is.
	Progress func(done float64)
}

// Reading is what the comments of a project say as of a date. It is immutable and safe for
// concurrent use.
type Reading struct {
	Themes []Theme
	Method Method
	AsOf   core.Date
	Used   core.Reconciliation // In = rows of comments; excluded: after_as_of

	records *core.Records
	text    *core.AttributeColumn
	rating  []float64 // by row of the records; nil = there are none
	scale   scale
	rows    []int32   // rows that count
	folded  []int32   // by code of a text: its place in opinions
	texts   []string  // distinct folded texts, in their order
	opinion []opinion // of each
}

// opinion is what a distinct folded text says.
type opinion struct {
	score   float64
	aspects []aspect
}

// mostRunes is how much of a comment is read.
const mostRunes = 5000

// Comments returns the records of comments among all records, nil where there are none.
func Comments(all []*core.Records) *core.Records {
	for _, r := range all {
		if r != nil && r.Kind == core.SourceComments && r.Column(core.ColumnText) != nil {
			return r
		}
	}
	return nil
}

// Read reads the comments of the day asOf and before; those without a day always count,
// and core.NoDate lets all count. Nothing that was written later has any influence. It
// returns nil where there are no comments. Errors: comments_few_ratings, cancelled.
func Read(ctx context.Context, all []*core.Records, asOf core.Date, opt Options) (*Reading, error) {
	records := Comments(all)
	if records == nil {
		return nil, nil
	}
	r := &Reading{Themes: opt.Themes, AsOf: asOf, records: records, text: records.Column(core.ColumnText)}
	if r.Themes == nil {
		r.Themes = DefaultThemes()
	}
	ctx = measured(ctx, opt.Progress)
	r.pick()
	if c := records.Column(core.ColumnRating); c != nil && c.Floats != nil {
		r.rate(c)
	}
	texts, err := r.fold(work(ctx, workFold))
	if err != nil {
		return nil, core.AsError(err)
	}
	r.texts = texts
	lex, err := r.hear(work(ctx, workHear), texts)
	if err != nil {
		return nil, core.AsError(err)
	}
	j, err := judge(ctx, texts, lex, r.votes(len(texts)), opt.Sentiment)
	if err != nil {
		return nil, core.AsError(err)
	}
	r.Method = j.method
	for i, score := range j.score {
		r.opinion[i].score = score
	}
	return r, nil
}

// pick finds the rows that count.
func (r *Reading) pick() {
	later := core.Exclusion{Reason: "after_as_of"}
	for i := range r.records.Rows() {
		if day := r.day(i); day != core.NoDate && r.AsOf != core.NoDate && day > r.AsOf {
			later.Count++
			continue
		}
		r.rows = append(r.rows, int32(i))
	}
	r.Used = core.Reconciliation{In: r.records.Rows(), Used: len(r.rows)}
	if later.Count > 0 {
		r.Used.Excluded = []core.Exclusion{later}
	}
}

func (r *Reading) day(row int) core.Date {
	if r.records.Day == nil {
		return core.NoDate
	}
	return r.records.Day[row]
}

// rate keeps the ratings where they lie on a scale.
func (r *Reading) rate(c *core.AttributeColumn) {
	values := make([]float64, r.records.Rows())
	for i := range values {
		values[i] = math.NaN()
	}
	var seen []float64
	for _, i := range r.rows {
		if c.Valid == nil || c.Valid[i] {
			values[i] = c.Floats[i]
			seen = append(seen, c.Floats[i])
		}
	}
	if s, ok := scaleOf(seen); ok {
		r.rating, r.scale = values, s
	}
}

// fold folds the texts that count and returns the distinct ones, in the order of the texts.
func (r *Reading) fold(ctx context.Context) ([]string, error) {
	used := make([]bool, len(r.text.Dict))
	for _, i := range r.rows {
		if c := r.text.Codes[i]; c != core.NoCode {
			used[c] = true
		}
	}
	folded := make([]string, len(r.text.Dict))
	err := parallel(ctx, len(folded), func(from, to int) {
		for c := from; c < to; c++ {
			if used[c] {
				folded[c] = Fold(head(r.text.Dict[c], mostRunes))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	distinct := make([]string, 0, len(folded))
	for c, t := range folded {
		if used[c] {
			distinct = append(distinct, t)
		}
	}
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	r.folded = make([]int32, len(folded))
	for c := range folded {
		r.folded[c] = -1
		if used[c] {
			at, _ := slices.BinarySearch(distinct, folded[c])
			r.folded[c] = int32(at)
		}
	}
	return distinct, nil
}

// head returns the first n characters of a text.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// votes counts the sides that ratings take, by folded text; nil where nothing is rated.
func (r *Reading) votes(n int) []votes {
	if r.rating == nil {
		return nil
	}
	out := make([]votes, n)
	for _, i := range r.rows {
		at := r.at(int(i))
		if at < 0 {
			continue
		}
		switch r.scale.side(r.rating[i]) {
		case 1:
			out[at].up++
		case -1:
			out[at].down++
		}
	}
	return out
}

// at is the place of a row's opinion, −1 = the row has no text.
func (r *Reading) at(row int) int32 {
	if c := r.text.Codes[row]; c != core.NoCode {
		return r.folded[c]
	}
	return -1
}

// hear finds the themes of texts and what the lexicon says of them.
func (r *Reading) hear(ctx context.Context, texts []string) ([]float64, error) {
	l, s := DefaultLexicon(), newSpotter(r.Themes)
	r.opinion = make([]opinion, len(texts))
	lex := make([]float64, len(texts))
	err := parallel(ctx, len(texts), func(from, to int) {
		var list []token
		for i := from; i < to; i++ {
			list = l.tokens(texts[i], list)
			clauses := l.clauses(list)
			lex[i], _ = total(clauses)
			r.opinion[i].aspects = s.aspects(texts[i], list, clauses)
		}
	})
	return lex, err
}

// Said is a comment as it was read.
type Said struct {
	Row      int // in the records
	Customer string
	Day      core.Date
	Text     string
	Rating   float64 // NaN = none
	Score    float64 // −1…1
	Feeling  Feeling
	Themes   []int // places in Reading.Themes
}

// Rows returns the number of comments that count.
func (r *Reading) Rows() int { return len(r.rows) }

// At returns the comment at place i of those that count, 0 ≤ i < Rows().
func (r *Reading) At(i int) Said {
	row := int(r.rows[i])
	out := Said{Row: row, Day: r.day(row), Rating: math.NaN(), Feeling: Neutral}
	out.Customer = r.records.Customers.At(int(r.records.Customer[row]))
	if r.rating != nil {
		out.Rating = r.rating[row]
	}
	at := r.at(row)
	if at < 0 {
		return out
	}
	out.Text = r.text.Dict[r.text.Codes[row]]
	o := &r.opinion[at]
	out.Score, out.Feeling = o.score, FeelingOf(o.score)
	for _, a := range o.aspects {
		out.Themes = append(out.Themes, int(a.theme))
	}
	return out
}

// runes counts the characters of a text.
func runes(s string) int { return utf8.RuneCountInString(s) }
