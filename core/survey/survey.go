package survey

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/core"
)

// Report is what a survey says.
type Report struct {
	Name      string
	Rows      int // answered questionnaires up to the as-of date
	Later     int // … after it, which count nowhere
	Used      int // of Rows, without those that the settings exclude
	Customers int // who gave them
	Items     []ItemReport
	Scales    []*Scale
	Weights   *Weights // nil = the survey has none
	Quality   *Quality
	Exclude   []string
	Unknown   []string // items of the settings that the survey does not have

	latest  []bool // rows that no later one of the same customer replaces
	records *core.Records
}

// ItemReport is an item with its answers.
type ItemReport struct {
	*Item
	*Figures
}

// Analyse recognises a survey under the settings and counts its answers up to the as-of
// date, NoDate for all. Rows whose flags the settings exclude count nowhere but in Quality.
func Analyse(ctx context.Context, r *core.Records, s Settings, asOf core.Date) (*Report, error) {
	f, err := recognise(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := f.apply(s); err != nil {
		return nil, err
	}
	out := &Report{Name: r.Name, Exclude: s.Exclude, records: r}
	for _, name := range s.names() {
		if r.Column(name) == nil {
			out.Unknown = append(out.Unknown, name)
		}
	}
	counts := out.count(asOf)
	out.latest = f.latest(r, counts)
	if out.Quality, err = f.quality(ctx, counts, out.latest, s.Exclude); err != nil {
		return nil, err
	}
	for i := range counts {
		if counts[i] = counts[i] && !out.Quality.Excluded[i]; counts[i] {
			out.Used++
		}
	}
	if err := out.measure(ctx, f, s, counts); err != nil {
		return nil, err
	}
	return out, nil
}

// measure weighs the rows that count and works out scales and figures.
func (r *Report) measure(ctx context.Context, f *finder, s Settings, counts []bool) (err error) {
	w, weights := weigh(f.weight(), counts)
	r.Weights = weights
	if r.Scales, err = f.scales(s); err != nil {
		return err
	}
	for _, sc := range r.Scales {
		if err := sc.judge(ctx, w); err != nil {
			return err
		}
	}
	all := make([]*Item, len(f.items))
	for i := range f.items {
		all[i] = &f.items[i]
	}
	ofStem := blocks(all)
	for i := range f.items {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		it := &f.items[i]
		if it.Kind == Multi && it.Separator != "" {
			it.Options = options(&f.profiles[i], it.Separator)
		}
		use := w
		if it.Kind == Weight { // does not weigh itself
			use, _ = weigh(nil, counts)
		}
		g := it.figures(use, &f.profiles[i])
		if it.ticks() {
			g.block(it, ofStem[it.Group], use)
		}
		r.Items = append(r.Items, ItemReport{it, g})
	}
	return nil
}

// count says which rows are there as of the date.
func (r *Report) count(asOf core.Date) []bool {
	counts := make([]bool, r.records.Rows())
	seen := make([]bool, r.records.Customers.Len())
	for i := range counts {
		if r.records.Day != nil && asOf != core.NoDate && r.records.Day[i] > asOf {
			r.Later++
			continue
		}
		counts[i] = true
		r.Rows++
		if c := r.records.Customer[i]; !seen[c] {
			seen[c] = true
			r.Customers++
		}
	}
	return counts
}

func (f *finder) weight() *Item {
	for i := range f.items {
		if f.items[i].Kind == Weight {
			return &f.items[i]
		}
	}
	return nil
}

// latest marks for every customer the row that counts: that of the latest day; on the same
// day of the latest time or highest number that the export wrote; else the one with most
// answers. What is still equal is told apart by its contents, never by the order of rows.
func (f *finder) latest(r *core.Records, counts []bool) []bool {
	best := make([]int, r.Customers.Len()) // row and one; 0 = none
	out := make([]bool, len(r.Customer))
	for i, c := range r.Customer {
		if !counts[i] {
			continue
		}
		j := best[c] - 1
		if j >= 0 && f.later(r, i, j) <= 0 {
			continue
		}
		if j >= 0 {
			out[j] = false
		}
		best[c], out[i] = i+1, true
	}
	return out
}

func (f *finder) later(r *core.Records, i, j int) int {
	if r.Day != nil && r.Day[i] != r.Day[j] {
		return cmp.Compare(r.Day[i], r.Day[j])
	}
	for _, use := range []string{MetaTime, MetaID} {
		for k := range f.items {
			if it := &f.items[k]; it.Kind == Meta && it.Use == use {
				if c := it.compare(i, j); c != 0 {
					return c
				}
			}
		}
	}
	n := 0
	for k := range f.items {
		n += answers(&f.items[k], i) - answers(&f.items[k], j)
	}
	if n != 0 {
		return n
	}
	for k := range f.items {
		if c := f.items[k].compare(i, j); c != 0 {
			return c
		}
	}
	return 0
}

func answers(it *Item, i int) int {
	if it.question() && it.cells.answered(i) {
		return 1
	}
	return 0
}

// compare orders two rows by their cells, nothing first.
func (it *Item) compare(i, j int) int {
	if it.cells.floats != nil {
		x, y := it.cells.number(i), it.cells.number(j)
		if math.IsNaN(x) && math.IsNaN(y) {
			return 0
		}
		return cmp.Compare(x, y) // NaN is less than any number
	}
	return cmp.Compare(it.cells.text(i), it.cells.text(j))
}

// text is the label of row i, "" for none.
func (v *cells) text(i int) string {
	if c := v.code(i); c != core.NoCode {
		return v.dict[c]
	}
	return ""
}

// Flagged are the rows with a flag, rising.
func (r *Report) Flagged(flag string) []int {
	var out []int
	for i, flags := range r.Quality.Of {
		if slices.Contains(flags, flag) {
			out = append(out, i)
		}
	}
	return out
}

// Key is the customer of row i.
func (r *Report) Key(i int) string { return r.records.Customers.At(int(r.records.Customer[i])) }
