package survey

import (
	"context"
	"math"
	"strings"
	"unicode/utf8"

	"qunxiang/core"
)

// finder recognises the columns of one survey.
type finder struct {
	rows     int
	coded    bool // an export that writes −2 and −3 for "no answer"
	items    []Item
	profiles []profile
}

// recognise says what every column is, by header and content.
func recognise(ctx context.Context, r *core.Records) (*finder, error) {
	f := &finder{rows: r.Rows(), items: make([]Item, len(r.Columns)), profiles: make([]profile, len(r.Columns))}
	f.coded = exported(r)
	for i := range r.Columns {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c := &r.Columns[i]
		it := &f.items[i]
		*it = Item{Name: c.Name, Label: c.Name, cells: newCells(c, f.coded)}
		f.profiles[i] = look(&it.cells, f.rows)
		f.content(it, &f.profiles[i])
	}
	f.groups()
	for i := range f.items {
		f.header(&f.items[i], &f.profiles[i])
	}
	f.oneWeight()
	for i := range f.items {
		if it := &f.items[i]; !it.rating() {
			it.Low, it.High = 0, 0
		}
	}
	return f, nil
}

// exported reports whether the columns are those of an export that has signs of its own for
// skipped questions: two of a running number, the time of handing in (which may have become
// the day of the rows) and the time taken.
func exported(r *core.Records) bool {
	signs := map[string]bool{}
	if r.Day != nil {
		signs[MetaTime] = true
	}
	for i := range r.Columns {
		for _, use := range []string{MetaID, MetaTime, MetaDuration} {
			signs[use] = signs[use] || is("meta."+use, r.Columns[i].Name)
		}
	}
	n := 0
	for _, there := range signs {
		if there {
			n++
		}
	}
	return n >= 2
}

// content says what the answers of a column look like.
func (f *finder) content(it *Item, p *profile) {
	switch {
	case p.answered == 0:
		it.Kind, it.Confidence = Empty, 1
	case it.cells.floats != nil:
		f.numeric(it, p)
	default:
		f.labels(it, p)
	}
}

func (f *finder) numeric(it *Item, p *profile) {
	lo, hi, ok := family(p.min, p.max)
	switch {
	case p.numbers == nil || !p.whole:
		it.Kind, it.Confidence = Number, 0.9
		if p.whole && p.answered >= manyRows && !f.named(it) && it.unique(f.rows) {
			it.Kind, it.Use, it.Confidence = Meta, MetaID, 0.8
		}
	case p.min >= 0 && p.max <= 1:
		it.Kind, it.Confidence = Binary, 0.9
	case !ok:
		it.Kind, it.Confidence = Number, 0.9
	default:
		it.Low, it.High = lo, hi
		it.Kind, it.Confidence = alone(it.Name, p, lo, hi)
	}
}

// alone says what a column of a few whole numbers is likely to be by itself.
func alone(name string, p *profile, lo, hi float64) (Kind, float64) {
	switch {
	case lo < 0:
		return Likert, 0.85
	case mentions("rating", name):
		return Likert, 0.9
	case p.min == p.max:
		return Number, 0.5 // says nothing
	case p.max == hi && (lo == 1 && hi >= 5 || lo == 0 && hi == 10):
		return Likert, 0.6
	case lo == 0:
		return Number, 0.6 // of children, of visits
	}
	return Single, 0.5 // a choice as a code
}

// manyRows is from how many answers on numbers that are all different are a running number.
const manyRows = 50

// unique reports whether no two rows have the same number.
func (it *Item) unique(rows int) bool {
	seen := make(map[float64]bool, rows)
	for i := range rows {
		if x := it.cells.number(i); !math.IsNaN(x) {
			if seen[x] {
				return false
			}
			seen[x] = true
		}
	}
	return true
}

func (f *finder) labels(it *Item, p *profile) {
	if yesNo(p) {
		it.Kind, it.Confidence = Binary, 0.95
		return
	}
	if level, size := p.levels(len(it.cells.dict)); level != nil {
		it.rate(level, size)
		it.Confidence = 0.9
		if size == 0 && len(p.labels) < 5 {
			it.Confidence = 0.6
		}
		return
	}
	if sep, sure := separator(p); sep != "" {
		it.Kind, it.Separator, it.Confidence = Multi, sep, sure
		return
	}
	distinct := float64(len(p.labels))
	switch {
	case len(p.labels) == 1 && p.answered < f.rows:
		it.Kind, it.Confidence = Binary, 0.5 // ticked or not
	case p.length > 15 && distinct > 0.5*float64(p.answered), distinct > 20 && distinct > 0.2*float64(p.answered):
		it.Kind, it.Confidence = Text, 0.9
	case distinct <= 12:
		it.Kind, it.Confidence = Single, 0.9
	default:
		it.Kind, it.Confidence = Single, 0.6
	}
}

// rate makes the item a rating by the points of its labels; size is that of a scale in words.
func (it *Item) rate(level []float64, size int) {
	it.Kind, it.cells.level, it.InWords = Likert, level, size > 0
	it.Low, it.High = 1, float64(size)
	if size > 0 {
		return
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range level {
		if !math.IsNaN(x) {
			low, high = min(low, x), max(high, x)
		}
	}
	it.Low, it.High, _ = family(low, high)
}

// yesNo reports labels of which every one means yes or no, both there.
func yesNo(p *profile) bool {
	yes, no := false, false
	for _, l := range p.labels {
		switch word := unnumbered(l.text); {
		case is("yes", word):
			yes = true
		case is("no", word):
			no = true
		default:
			return false
		}
	}
	return yes && no
}

// header lets the words of a header decide where they are clear.
func (f *finder) header(it *Item, p *profile) {
	weight := is("weight", it.Name) && it.cells.floats != nil
	use := metaUse(it.Name)
	switch {
	case it.Kind == Empty:
		if weight {
			it.Kind = Weight // of no use, which is told
		}
	case use != "" && it.cells.level == nil && (use != MetaScore || !it.rating()):
		it.Kind, it.Use, it.Confidence, it.Group = Meta, use, 0.95, ""
	case weight:
		it.Kind, it.Confidence, it.Group = Weight, 0.95, ""
	case it.recommends(p):
		it.Kind, it.Low, it.High, it.Confidence, it.Group = NPS, 0, 10, 0.95, ""
		if p.min > 0 && p.max < 10 {
			it.Confidence = 0.85
		}
	case it.person():
		it.Kind, it.Confidence = Demographic, 0.9
	case it.counted():
		it.Kind, it.Confidence = Number, 0.5
	}
}

// counted reports a single column of small numbers whose header speaks of counting.
func (it *Item) counted() bool {
	return it.Kind == Likert && it.Group == "" && it.cells.level == nil && !mentions("rating", it.Name) && distinctive(it.Name)
}

// person reports an item alone whose short header speaks of the respondent.
func (it *Item) person() bool {
	return it.Group == "" && it.Kind != Multi && it.Kind != Text && !it.InWords && brief(it.Name) && mentions("demographic", it.Name)
}

// recommends reports whole numbers of 0 … 10 under a header that speaks of recommending;
// what lies between 1 and 7 may be another scale.
func (it *Item) recommends(p *profile) bool {
	if p.answered == 0 || !p.whole || it.Kind == Binary || it.InWords || !mentions("nps", it.Name) {
		return false
	}
	low, high := p.min, p.max
	if it.cells.level != nil {
		low, high = it.Low, it.High
	} else if it.cells.floats == nil {
		return false
	}
	return low >= 0 && high <= 10 && (low == 0 || high > 7)
}

// distinctive reports names of counts and amounts, which small numbers may well be.
func distinctive(name string) bool {
	p := plain(name)
	for _, w := range []string{"count", "number", "visits", "times", "orders", "qty", "quantity"} {
		if within(p, w) {
			return true
		}
	}
	return false
}

// metaUse is the use of a column that the export adds, "" for others.
func metaUse(name string) string {
	for _, use := range []string{MetaID, MetaTime, MetaDuration, MetaSource, MetaPerson, MetaScore} {
		if is("meta."+use, name) || is("meta."+use, strings.ReplaceAll(name, "_", " ")) {
			return use
		}
	}
	return ""
}

var questionNumber = lazily(`^\s*[QqＱ]?\d{1,3}\s*[.、．:：_)）]\s*`)

// brief reports a header of a few words, in which one of them tells what the column is.
func brief(name string) bool {
	name = questionNumber().ReplaceAllString(name, "")
	if len(name) == utf8.RuneCountInString(name) {
		return len(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' })) <= 5
	}
	return utf8.RuneCountInString(name) <= 14
}

// oneWeight leaves one column of weights: the first.
func (f *finder) oneWeight() {
	found := false
	for i := range f.items {
		if f.items[i].Kind != Weight {
			continue
		}
		if found {
			f.items[i].Kind, f.items[i].Confidence = Number, 0.5
		}
		found = true
	}
}
