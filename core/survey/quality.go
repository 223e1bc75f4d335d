package survey

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"

	"qunxiang/core"
)

// The flags that a respondent may carry. None drops anybody unless the settings exclude it.
const (
	FlagStraight  = "straightlined"     // the same answer again and again
	FlagSpeeder   = "speeder"           // finished in less than a third of the median time
	FlagDuplicate = "duplicate_answers" // another respondent gave exactly the same answers
	FlagRepeated  = "repeated"          // the same customer answered again later
	FlagMissing   = "mostly_missing"    // more than half of the questions are not answered
)

// Flags lists the flags in the order in which they are told.
func Flags() []string {
	return []string{FlagStraight, FlagSpeeder, FlagDuplicate, FlagRepeated, FlagMissing}
}

// Quality are the flags of the respondents of one survey, by row.
type Quality struct {
	Of        [][]string // flags of each row; nil = none
	Straight  []int8     // 1 = straightlined, 0 = not, −1 = too few ratings to tell
	Longest   []int      // longest run of the same rating, items in the order of the file
	Spread    []float64  // standard deviation within the person over ratings of one scale, reversed ones as they are given
	Missing   []float64  // share of the questions without an answer
	Seconds   []float64  // taken to answer; NaN = not known
	Median    float64    // of Seconds; NaN = none
	Judged    int        // ratings that the straight-lining is looked for in
	Counts    map[string]int
	Excluded  []bool
	Questions int
}

// The thresholds of the flags.
const (
	minRun       = 6       // equal ratings in a row that make a straight line at least
	speedShare   = 1.0 / 3 // of the median time
	minTimes     = 10      // respondents with a time that make a median
	minDuplicate = 10      // answers that have to agree
)

// quality flags the rows that count; latest are the rows that no later one of the same
// customer replaces.
func (f *finder) quality(ctx context.Context, counts, latest []bool, exclude []string) (*Quality, error) {
	q := &Quality{
		Of: make([][]string, f.rows), Straight: make([]int8, f.rows), Longest: make([]int, f.rows), Spread: make([]float64, f.rows),
		Missing: make([]float64, f.rows), Seconds: make([]float64, f.rows), Median: math.NaN(), Counts: map[string]int{}, Excluded: make([]bool, f.rows),
	}
	q.straight(ctx, f.items)
	q.times(f.items)
	q.missing(ctx, f.items)
	q.repeated(latest, counts)
	q.duplicates(ctx, f.items, f.profiles)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	for i, flags := range q.Of {
		if !counts[i] {
			q.Of[i] = nil
			continue
		}
		slices.SortFunc(flags, func(a, b string) int { return cmp.Compare(slices.Index(Flags(), a), slices.Index(Flags(), b)) })
		for _, flag := range flags {
			q.Counts[flag]++
			q.Excluded[i] = q.Excluded[i] || slices.Contains(exclude, flag)
		}
	}
	return q, nil
}

// stop looks now and then whether the work is cancelled; whoever returns early is asked
// for the context's error.
func stop(ctx context.Context, i int) bool { return i%1024 == 0 && ctx.Err() != nil }

func (q *Quality) flag(i int, flag string) { q.Of[i] = append(q.Of[i], flag) }

// straight looks for straight lines over the ratings with the same ends that most have.
func (q *Quality) straight(ctx context.Context, items []Item) {
	lo, hi, _ := usual(items, func(*Item) bool { return true })
	var use []*Item
	for i := range items {
		if items[i].Kind == Likert && items[i].Low == lo && items[i].High == hi {
			use = append(use, &items[i])
		}
	}
	q.Judged = len(use)
	for i := range q.Of {
		if stop(ctx, i) {
			return
		}
		run, n, spread := lines(use, i)
		q.Longest[i], q.Spread[i] = run, spread
		switch need := max(minRun, (n+1)/2); {
		case n < minRun:
			q.Straight[i] = -1
		case run >= need:
			q.Straight[i] = 1
			q.flag(i, FlagStraight)
		}
	}
}

// lines returns the longest run of equal ratings of row i, how many it has, and their
// standard deviation. A rating that is missing does not end a run.
func lines(use []*Item, i int) (longest, n int, sd float64) {
	last, run := math.NaN(), 0
	var sum, squares float64
	for _, it := range use {
		v := it.value(i)
		if math.IsNaN(v) {
			continue
		}
		n++
		sum += v
		squares += v * v
		if v == last {
			run++
		} else {
			last, run = v, 1
		}
		longest = max(longest, run)
	}
	if n < 2 {
		return longest, n, math.NaN()
	}
	return longest, n, math.Sqrt(max(0, (squares-sum*sum/float64(n))/float64(n-1)))
}

// times finds who was much faster than most.
func (q *Quality) times(items []Item) {
	var known []float64
	at := slices.IndexFunc(items, func(it Item) bool { return it.Kind == Meta && it.Use == MetaDuration })
	for i := range q.Seconds {
		q.Seconds[i] = math.NaN()
		if at >= 0 {
			q.Seconds[i] = items[at].seconds(i)
		}
		if q.Seconds[i] > 0 {
			known = append(known, q.Seconds[i])
		}
	}
	if len(known) < minTimes {
		return
	}
	slices.Sort(known)
	q.Median = (known[(len(known)-1)/2] + known[len(known)/2]) / 2
	for i, s := range q.Seconds {
		if s >= 0 && s < speedShare*q.Median {
			q.flag(i, FlagSpeeder)
		}
	}
}

var (
	clock  = lazily(`^(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:\.\d+)?$`)
	spoken = lazily(`(\d+(?:\.\d+)?)\s*(\p{Han}+|[a-z]+)`)
)

// seconds reads a time taken: 95, "95秒", "1分35秒", "00:01:35", "2 min 5 s".
func (it *Item) seconds(i int) float64 {
	if it.cells.floats != nil {
		return it.cells.number(i)
	}
	c := it.cells.code(i)
	if c == core.NoCode {
		return math.NaN()
	}
	return duration(it.cells.dict[c])
}

func duration(s string) float64 {
	s = plain(s)
	if x, err := strconv.ParseFloat(s, 64); err == nil {
		return x
	}
	if m := clock().FindStringSubmatch(s); m != nil {
		var total float64
		for _, part := range m[1:] {
			x, _ := strconv.ParseFloat(part, 64) // hours that are not there are none
			total = total*60 + x
		}
		return total
	}
	found := spoken().FindAllStringSubmatch(s, 4)
	if len(found) == 0 {
		return math.NaN()
	}
	var total float64
	for _, m := range found {
		x, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return math.NaN()
		}
		switch {
		case is("hours", m[2]):
			x *= 3600
		case is("minutes", m[2]):
			x *= 60
		case !is("seconds", m[2]):
			return math.NaN()
		}
		total += x
	}
	return total
}

// missing counts the questions that respondents left open. A block of choices is one.
func (q *Quality) missing(ctx context.Context, items []Item) {
	use := asked(items)
	q.Questions = len(use)
	for i := range q.Missing {
		if stop(ctx, i) {
			return
		}
		n := 0
		for _, it := range use {
			if !it.answered(i) {
				n++
			}
		}
		if len(use) > 0 {
			q.Missing[i] = float64(n) / float64(len(use))
		}
		if q.Missing[i] > 0.5 {
			q.flag(i, FlagMissing)
		}
	}
}

// asked are the items that everybody should answer: no open text, one of each block of
// choices, and no ticks, since one that is not there is an answer.
func asked(items []Item) []*Item {
	var use []*Item
	block := map[string]bool{}
	for i := range items {
		it := &items[i]
		if !it.question() || it.Kind == Text {
			continue
		}
		if it.Kind == Multi && it.Separator == "" {
			if it.cells.floats == nil || block[it.Group] {
				continue
			}
			block[it.Group] = true
		}
		use = append(use, it)
	}
	return use
}

// repeated flags the answers of customers who answered again later.
func (q *Quality) repeated(latest, counts []bool) {
	for i, ok := range latest {
		if !ok && counts[i] {
			q.flag(i, FlagRepeated)
		}
	}
}
