package comment

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/sdk"
)

// Summary is what all comments, or those of one segment, say.
type Summary struct {
	Customers int // who wrote
	Comments  int
	Mean      float64 // sentiment, −1…1
	Positive  int
	Neutral   int
	Negative  int
	NoTheme   int      // comments without a theme
	Rating    *float64 // mean; nil where none is rated
	First     core.Date
	Last      core.Date
	Themes    []ThemeSummary // the most frequent first; themes that do not occur are left out
	Quotes    []Quote        // of the most frequent themes, one of a customer; for a segment: of those it speaks of more than others
}

// ThemeSummary is what the comments say about a theme.
type ThemeSummary struct {
	ID        string
	Comments  int
	Customers int
	Share     float64 // of the comments, 0…1
	Sentiment float64 // mean of the clauses about the theme, −1…1, by the lexicon
	Negative  float64 // share of the comments whose clauses about it are negative
	Index     float64 // share over the share in all comments, 100 = the same; 100 in the summary of all
	Quote     *Quote
}

// Quote is a comment for others to read: short and masked.
type Quote struct {
	Text    string
	Theme   string
	Feeling Feeling // of the comment
	Row     int     // in the records; not for printing
}

// SegmentSummary is the summary of the comments of one segment.
type SegmentSummary struct {
	Key     string
	Name    sdk.Text
	Members int // customers of the segment, with comments or without
	Summary
}

// Group tells which segment each customer is in.
type Group struct {
	Segments []core.Segment
	Label    []int32 // by customer code of the records; −1 = none
}

// shortest and longest are the lengths of a good quote, in characters.
const (
	shortestQuote = 6
	longestQuote  = 60
	mostQuotes    = 5
)

// Summarise summarises all comments.
func (r *Reading) Summarise(ctx context.Context) (*Summary, error) {
	return r.summarise(ctx, r.rows, nil)
}

// Segments summarises the comments of each segment, and those of customers in none are
// left out. all is the summary of all comments.
func (r *Reading) Segments(ctx context.Context, all *Summary, g Group) ([]SegmentSummary, error) {
	rows := make([][]int32, len(g.Segments))
	for _, row := range r.rows {
		if s := g.Label[r.records.Customer[row]]; s >= 0 {
			rows[s] = append(rows[s], row)
		}
	}
	out := make([]SegmentSummary, len(g.Segments))
	for i, s := range g.Segments {
		sum, err := r.summarise(ctx, rows[i], all)
		if err != nil {
			return nil, err
		}
		out[i] = SegmentSummary{Key: s.Key, Name: s.Name, Members: s.Size, Summary: *sum}
	}
	return out, nil
}

// themeSum is what is added up of a theme.
type themeSum struct {
	n, negative int
	sum         float64
	people      map[uint32]bool
}

func (r *Reading) summarise(ctx context.Context, rows []int32, all *Summary) (*Summary, error) {
	out := &Summary{Comments: len(rows), First: core.NoDate, Last: core.NoDate}
	sums := make([]themeSum, len(r.Themes))
	people := map[uint32]bool{}
	rated, rating := 0, 0.0
	for n, row := range rows {
		if n%stride == 0 && ctx.Err() != nil {
			return nil, core.AsError(ctx.Err())
		}
		customer := r.records.Customer[row]
		people[customer] = true
		out.count(r, int(row))
		if r.rating != nil && !math.IsNaN(r.rating[row]) {
			rated++
			rating += r.rating[row]
		}
		if at := r.at(int(row)); at >= 0 {
			for _, a := range r.opinion[at].aspects {
				sums[a.theme].add(customer, float64(a.score))
			}
		}
	}
	out.Customers = len(people)
	out.Mean = exact(out.Mean / float64(max(1, len(rows))))
	if rated > 0 {
		mean := exact(rating / float64(rated))
		out.Rating = &mean
	}
	r.themes(out, sums, all)
	r.quote(out, rows, all != nil)
	return out, nil
}

func (s *themeSum) add(customer uint32, score float64) {
	if s.people == nil {
		s.people = map[uint32]bool{}
	}
	s.people[customer] = true
	s.n++
	s.sum += score
	if FeelingOf(score) == Negative {
		s.negative++
	}
}

// count adds a row to the totals.
func (s *Summary) count(r *Reading, row int) {
	score, themes := 0.0, 0
	if at := r.at(row); at >= 0 {
		score, themes = r.opinion[at].score, len(r.opinion[at].aspects)
	}
	s.Mean += score
	switch FeelingOf(score) {
	case Positive:
		s.Positive++
	case Negative:
		s.Negative++
	default:
		s.Neutral++
	}
	if themes == 0 {
		s.NoTheme++
	}
	day := r.day(row)
	if day == core.NoDate {
		return
	}
	if s.First == core.NoDate || day < s.First {
		s.First = day
	}
	s.Last = max(s.Last, day)
}

// themes fills in the themes that occur.
func (r *Reading) themes(out *Summary, sums []themeSum, all *Summary) {
	for t, s := range sums {
		if s.n == 0 {
			continue
		}
		theme := ThemeSummary{
			ID: r.Themes[t].ID, Comments: s.n, Customers: len(s.people), Index: 100, Share: float64(s.n) / float64(out.Comments),
			Sentiment: exact(s.sum / float64(s.n)), Negative: float64(s.negative) / float64(s.n),
		}
		if all != nil {
			if at := slices.IndexFunc(all.Themes, func(a ThemeSummary) bool { return a.ID == theme.ID }); at >= 0 {
				theme.Index = exact(100 * theme.Share / all.Themes[at].Share)
			}
		}
		out.Themes = append(out.Themes, theme)
	}
	slices.SortStableFunc(out.Themes, func(a, b ThemeSummary) int { return b.Comments - a.Comments })
}

// pick is a comment that may be quoted for a theme.
type pick struct {
	row  int32
	rank float64
	key  uint64
}

// quote chooses a quote for each theme, the most telling ones first: the clauses about the
// theme feel as most comments do about it, and strongly; the comment is short, and of a
// customer who is not quoted yet.
func (r *Reading) quote(out *Summary, rows []int32, segment bool) {
	order := make([]int, len(out.Themes))
	for i := range order {
		order[i] = i
	}
	if segment { // what sets it apart comes first
		telling := func(i int) float64 {
			t := out.Themes[i]
			return float64(t.Comments) * math.Log(max(t.Index, 1)/100)
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(telling(b), telling(a)) })
	}
	best := r.picks(out, rows)
	quoted := map[uint32]bool{}
	for _, i := range order {
		t := &out.Themes[i]
		for _, p := range best[t.ID] {
			customer := r.records.Customer[p.row]
			text := clipped(Mask(head(r.text.Dict[r.text.Codes[p.row]], 8*longestQuote)))
			if quoted[customer] || text == "" {
				continue
			}
			quoted[customer] = true
			o := r.opinion[r.at(int(p.row))]
			t.Quote = &Quote{Text: text, Theme: t.ID, Feeling: FeelingOf(o.score), Row: int(p.row)}
			if len(out.Quotes) < mostQuotes {
				out.Quotes = append(out.Quotes, *t.Quote)
			}
			break
		}
	}
}

// mostPicks is how many comments are kept as candidates for the quote of a theme: one more
// than there can be themes whose quotes take their customers.
const mostPicks = 40

// picks ranks the comments for each theme.
func (r *Reading) picks(out *Summary, rows []int32) map[string][]pick {
	lean := map[string]float64{} // the side that a theme's comments take
	for _, t := range out.Themes {
		lean[t.ID] = 1
		if t.Sentiment < 0 {
			lean[t.ID] = -1
		}
	}
	best := map[string][]pick{}
	for _, row := range rows {
		at := r.at(int(row))
		if at < 0 || len(r.opinion[at].aspects) == 0 {
			continue
		}
		text := r.text.Dict[r.text.Codes[row]]
		n := runes(head(text, 4*longestQuote))
		if n < shortestQuote {
			continue
		}
		o := r.opinion[at]
		for _, a := range o.aspects {
			id := r.Themes[a.theme].ID
			rank := lean[id]*(float64(a.score)+0.5*o.score) - 0.08*float64(len(o.aspects))
			if n > longestQuote {
				rank--
			}
			best[id] = insert(best[id], pick{row, rank, hash(text + r.records.Customers.At(int(r.records.Customer[row])))})
		}
	}
	return best
}

// insert keeps the best picks in order, ties by a hash that does not know the row.
func insert(list []pick, p pick) []pick {
	before := func(a, b pick) int { return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.key, b.key)) }
	if len(list) == mostPicks && before(list[len(list)-1], p) <= 0 {
		return list
	}
	at, _ := slices.BinarySearchFunc(list, p, before)
	list = slices.Insert(list, at, p)
	return list[:min(len(list), mostPicks)]
}

// clipped is a text as one line, cut behind a mark where it is long.
func clipped(s string) string {
	s = oneLine(s)
	if runes(s) <= longestQuote {
		return s
	}
	s = firstRunes(s, longestQuote)
	for i := len(s); i > len(s)/2; {
		cut := s[:i]
		r, size := lastRune(cut)
		if isMark(r) {
			return cut[:i-size] + "…"
		}
		i -= size
	}
	return s + "…"
}
