package comment

import (
	"context"
	"math"
	"slices"

	"qunxiang/core"
)

// The features of customers; a theme's is FeatureTheme and its id.
const (
	FeatureCount    = "comments"
	FeatureDays     = "days_since_comment"
	FeatureMean     = "sentiment"
	FeatureLast     = "sentiment_last"
	FeatureNegative = "share_negative"
	FeatureRating   = "rating"
	FeatureTheme    = "theme_"
)

// prior is how many average comments everybody is taken to have written besides: the mean
// sentiment of few comments is drawn towards that of all, so that one angry line does not
// make a customer the angriest.
const prior = 2

// Make returns a maker of the features: it reads the comments as of a date and makes a row
// for each customer with a comment. It returns nil where there are none.
func Make(opt Options) func(ctx context.Context, all []*core.Records, asOf core.Date) (*core.Attributes, error) {
	return func(ctx context.Context, all []*core.Records, asOf core.Date) (*core.Attributes, error) {
		r, err := Read(ctx, all, asOf, opt)
		if r == nil || err != nil {
			return nil, err
		}
		return r.Features(), nil
	}
}

// Counts makes the features that need no reading of texts, with the values that Features
// gives them: comments, days_since_comment and rating. It returns nil where there are no
// comments.
func Counts(ctx context.Context, all []*core.Records, asOf core.Date) (*core.Attributes, error) {
	records := Comments(all)
	if records == nil {
		return nil, nil
	}
	r := &Reading{AsOf: asOf, records: records, text: records.Column(core.ColumnText)}
	r.pick()
	if c := records.Column(core.ColumnRating); c != nil && c.Floats != nil {
		r.rate(c)
	}
	a := r.features(func(int) opinion { return opinion{} })
	a.Columns = slices.DeleteFunc(a.Columns, func(c core.AttributeColumn) bool {
		return c.Name != FeatureCount && c.Name != FeatureDays && c.Name != FeatureRating
	})
	return a, ctx.Err()
}

// tally is what the comments of one customer add up to.
type tally struct {
	n, negative int
	sum         float64
	last        core.Date
	lastSum     float64 // of the comments of the last day
	lastN       int
	rating      float64
	rated       int
}

// Features returns a row for each customer with a comment, in the order of their codes:
//
//	comments            number of comments
//	days_since_comment  days from the last comment to the as-of date; missing without days
//	sentiment           (sum of scores + 2·mean of all comments) / (comments + 2), −1…1
//	sentiment_last      mean score on the last day with a comment; missing without days
//	share_negative      share of negative comments, 0…1
//	rating              mean rating, where comments are rated
//	theme_<id>          share of the customer's comments with the theme, 0…1; themes that
//	                    occur in no comment have none
//
// A comment whose text is empty counts as neutral and without a theme.
func (r *Reading) Features() *core.Attributes {
	return r.features(func(row int) opinion {
		if at := r.at(row); at >= 0 {
			return r.opinion[at]
		}
		return opinion{}
	})
}

// features are Features with what a row says.
func (r *Reading) features(says func(row int) opinion) *core.Attributes {
	place, codes := r.people()
	people := make([]tally, len(codes))
	themes := make([]int, len(codes)*len(r.Themes))
	met := make([]bool, len(r.Themes))
	all := r.mean()
	latest := core.NoDate
	for _, row := range r.rows {
		p := place[r.records.Customer[row]]
		day := r.day(int(row))
		latest = max(latest, day)
		said := says(int(row))
		for _, a := range said.aspects {
			themes[p*len(r.Themes)+int(a.theme)]++
			met[a.theme] = true
		}
		people[p].add(day, said.score)
		if r.rating != nil && !math.IsNaN(r.rating[row]) {
			people[p].rating += r.rating[row]
			people[p].rated++
		}
	}
	asOf := r.AsOf
	if asOf == core.NoDate && latest != core.NoDate {
		asOf = latest + 1
	}
	out := &core.Attributes{Customers: &core.Dict{}}
	for _, c := range codes {
		out.Customers.AppendString(r.records.Customers.At(int(c)))
	}
	out.Columns = append(r.means(people, all, asOf), r.shares(people, themes, met)...)
	return out
}

// add counts a comment.
func (t *tally) add(day core.Date, score float64) {
	t.n++
	t.sum += score
	if FeelingOf(score) == Negative {
		t.negative++
	}
	if day == core.NoDate {
		return
	}
	if t.lastN == 0 || day > t.last {
		t.last, t.lastSum, t.lastN = day, 0, 0
	}
	if day == t.last {
		t.lastSum += score
		t.lastN++
	}
}

// people returns the codes of customers with a comment, rising, and their places by code.
func (r *Reading) people() ([]int, []uint32) {
	place := make([]int, r.records.Customers.Len())
	var codes []uint32
	for _, row := range r.rows {
		codes = append(codes, r.records.Customer[row])
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	for i, c := range codes {
		place[c] = i
	}
	return place, codes
}

// mean is the mean score of all comments.
func (r *Reading) mean() float64 {
	if len(r.opinion) == 0 {
		return 0
	}
	count := make([]int, len(r.opinion))
	for _, row := range r.rows {
		if at := r.at(int(row)); at >= 0 {
			count[at]++
		}
	}
	sum := 0.0 // text by text, so that the order of rows does not show in the last digit
	for i, n := range count {
		sum += r.opinion[i].score * float64(n)
	}
	return sum / float64(max(1, len(r.rows)))
}

func (r *Reading) means(people []tally, all float64, asOf core.Date) []core.AttributeColumn {
	column := func(name string, value func(t *tally) (float64, bool)) core.AttributeColumn {
		c := core.AttributeColumn{Name: name, Floats: make([]float64, len(people))}
		for i := range people {
			v, ok := value(&people[i])
			if ok {
				c.Floats[i] = v
				continue
			}
			if c.Valid == nil {
				c.Valid = slices.Repeat([]bool{true}, len(people))
			}
			c.Valid[i] = false
		}
		return c
	}
	out := []core.AttributeColumn{
		column(FeatureCount, func(t *tally) (float64, bool) { return float64(t.n), true }),
		column(FeatureDays, func(t *tally) (float64, bool) { return float64(asOf - t.last), t.lastN > 0 }),
		column(FeatureMean, func(t *tally) (float64, bool) { return exact((t.sum + prior*all) / float64(t.n+prior)), true }),
		column(FeatureLast, func(t *tally) (float64, bool) { return exact(t.lastSum / float64(max(1, t.lastN))), t.lastN > 0 }),
		column(FeatureNegative, func(t *tally) (float64, bool) { return float64(t.negative) / float64(t.n), true }),
	}
	if r.records.Day == nil {
		out = slices.Delete(slices.Delete(out, 3, 4), 1, 2)
	}
	if r.rating != nil {
		out = append(out, column(FeatureRating, func(t *tally) (float64, bool) { return exact(t.rating / float64(max(1, t.rated))), t.rated > 0 }))
	}
	return out
}

// exact drops the digits in which the order of adding shows.
func exact(v float64) float64 { return math.Round(v*1e12) / 1e12 }

func (r *Reading) shares(people []tally, themes []int, met []bool) []core.AttributeColumn {
	var out []core.AttributeColumn
	for t := range r.Themes {
		if !met[t] {
			continue
		}
		c := core.AttributeColumn{Name: FeatureTheme + r.Themes[t].ID, Floats: make([]float64, len(people))}
		for i := range people {
			c.Floats[i] = float64(themes[i*len(r.Themes)+t]) / float64(people[i].n)
		}
		out = append(out, c)
	}
	return out
}
