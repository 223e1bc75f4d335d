package survey

import (
	"math"
	"slices"
)

// groups finds what columns of one kind share a stem of their headers: ratings get the
// scale of all of them, 0/1 columns and columns of ticks become a block of choices.
func (f *finder) groups() {
	f.group(f.rateable, f.rateTogether)
	f.group(f.tick, f.block)
	f.liken()
}

// liken gives single ratings the ends that two or more other ratings have where their own
// answers only lack one end of it: nobody may have given the worst point.
func (f *finder) liken() {
	lo, hi, n := usual(f.items, func(it *Item) bool { return it.cells.floats != nil && !f.named(it) })
	if n < 2 {
		return
	}
	for i := range f.items {
		it, p := &f.items[i], &f.profiles[i]
		if it.Kind != Single && it.Kind != Likert || it.Group != "" || it.cells.floats == nil || f.named(it) {
			continue
		}
		if p.min >= lo && p.max <= hi && p.max-p.min >= hi-lo-1 && p.max > p.min {
			it.Kind, it.Low, it.High, it.Confidence = Likert, lo, hi, max(it.Confidence, 0.6)
		}
	}
}

// usual are the ends that most ratings have of those that pass, and how many have them.
func usual(items []Item, pass func(*Item) bool) (lo, hi float64, n int) {
	count := map[[2]float64]int{}
	for i := range items {
		it := &items[i]
		if it.Kind != Likert || !pass(it) {
			continue
		}
		k := [2]float64{it.Low, it.High}
		if count[k]++; count[k] > n {
			lo, hi, n = it.Low, it.High, count[k]
		}
	}
	return lo, hi, n
}

// group hands every set of items that pass and share a stem to use.
func (f *finder) group(pass func(i int) bool, use func(members []int)) {
	var at []int
	var headers []string
	for i := range f.items {
		if pass(i) {
			at, headers = append(at, i), append(headers, f.items[i].Name)
		}
	}
	members := map[string][]int{}
	var order []string
	for k, stem := range share(headers) {
		if stem == "" {
			continue
		}
		if members[stem] == nil {
			order = append(order, stem)
		}
		members[stem] = append(members[stem], at[k])
		f.items[at[k]].Group = stem
	}
	for _, stem := range order {
		use(members[stem])
	}
}

// rateable reports whether a column may be one of a group of ratings: even a single number
// that is too little to tell alone.
func (f *finder) rateable(i int) bool {
	it, p := &f.items[i], &f.profiles[i]
	if it.Kind == Likert && it.cells.level != nil {
		return true
	}
	if it.cells.floats == nil || p.answered == 0 || !p.whole || p.numbers == nil || f.named(it) {
		return false
	}
	_, _, ok := family(p.min, p.max)
	return ok && it.Kind != Binary
}

// named reports headers that say themselves that they are no rating.
func (f *finder) named(it *Item) bool {
	return metaUse(it.Name) != "" || is("weight", it.Name) || brief(it.Name) && mentions("demographic", it.Name)
}

func (f *finder) rateTogether(members []int) {
	low, high := math.Inf(1), math.Inf(-1)
	worded := 0
	for _, i := range members {
		it, p := &f.items[i], &f.profiles[i]
		switch {
		case it.InWords:
			worded++
		case it.cells.level != nil:
			low, high = min(low, it.Low), max(high, it.High)
		default:
			low, high = min(low, p.min), max(high, p.max)
		}
	}
	if worded > 0 {
		f.wordTogether(members)
		return
	}
	lo, hi, ok := family(low, high)
	for _, i := range members {
		it := &f.items[i]
		if !ok || len(members) < 3 || high == low || hi-lo < 2 {
			it.Group = ""
			continue
		}
		it.Kind, it.Low, it.High, it.Confidence = Likert, lo, hi, groupConfidence(it)
	}
}

// groupConfidence is that of a rating among others of its kind.
func groupConfidence(it *Item) float64 {
	if is("generic", it.Group) {
		return 0.75
	}
	return 0.95
}

// wordTogether finds the one scale in words that the labels of all members are on, since
// nobody may have used its ends in one of them.
func (f *finder) wordTogether(members []int) {
	var all []label
	for _, i := range members {
		it := &f.items[i]
		if !it.InWords {
			it.Group = ""
			continue
		}
		for _, l := range f.profiles[i].labels {
			if !slices.ContainsFunc(all, func(o label) bool { return o.text == l.text }) {
				all = append(all, label{uint32(len(all)), l.text, l.count})
			}
		}
	}
	at := slices.IndexFunc(words().scales, func(s wordScale) bool { return s.match(all, len(all)) != nil })
	for _, i := range members {
		it := &f.items[i]
		switch {
		case !it.InWords:
		case at < 0: // each on a scale of its own
			it.Group = ""
		default:
			s := words().scales[at]
			if level := s.only(f.profiles[i].labels, len(it.cells.dict)); level != nil {
				it.rate(level, s.size)
				it.Confidence = groupConfidence(it)
			}
		}
	}
}

// tick reports whether a column may be one choice of a block.
func (f *finder) tick(i int) bool {
	it, p := &f.items[i], &f.profiles[i]
	if it.Kind != Binary {
		return false
	}
	return it.cells.floats != nil || len(p.labels) == 1
}

func (f *finder) block(members []int) {
	for _, i := range members {
		it := &f.items[i]
		if is("generic", it.Group) {
			it.Group = "" // Q1, Q2, … are questions of their own
			continue
		}
		it.Kind, it.Confidence = Multi, 0.9
	}
}
