package value

import (
	"math"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// unrated is the segment of customers without a history, such as those who had not
// bought by the calibration day.
const unrated = "unrated"

// division is how forecasts become segments. It is stored with the model.
type division struct {
	By   string        `json:"by"`
	Cuts []float64     `json:"cuts"` // quintiles: smallest value of each segment but the last, best first; alive_value: the value to be above
	List []sdk.Segment `json:"segments"`
}

// ranked is what customers are ranked by: the value of the next orders, or their number
// where values are not known.
func (f *forecast) ranked() []float64 {
	if f.clv != nil {
		return f.clv
	}
	return f.orders
}

// distinct is what customers are ranked by, with the number of customers of each value.
// Where values of orders are not known that is the same for equal histories.
func (f *forecast) distinct() (v, weight []float64) {
	if f.clv != nil {
		return known(f.clv), nil
	}
	return f.rows.orders, f.rows.weight
}

// staying is what a customer with the value v would be worth if they still are one.
func (f *forecast) staying(v, alive float64) float64 {
	if f.nobodyLeaves || !(alive > 0) {
		return v
	}
	return v / alive
}

// ifStaying is staying for all.
func (f *forecast) ifStaying() []float64 {
	out := slices.Clone(f.ranked())
	for i := range out {
		out[i] = f.staying(out[i], f.alive[i])
	}
	return out
}

// aliveFrom is the probability from which a customer counts as active.
const aliveFrom = 0.5

// divide learns the division from forecasts, and returns each customer's position in
// its keys.
func (f *forecast) divide(by string) (*division, []int32) {
	d := &division{By: by}
	if by == segmentAliveValue {
		d.Cuts = []float64{median(f.ifStaying())}
	} else {
		d.Cuts = quintileCuts(f.distinct())
	}
	used, labels := make([]bool, len(d.keys())), d.labels(f)
	for _, k := range labels {
		used[k] = true
	}
	for i, key := range d.keys() {
		if used[i] {
			d.List = append(d.List, segmentOf(key, f.clv != nil))
		}
	}
	return d, labels
}

func (d *division) keys() []string {
	if d.By == segmentAliveValue {
		return []string{"alive_high", "risk_high", "alive_low", "risk_low", unrated}
	}
	return []string{"v5", "v4", "v3", "v2", "v1", unrated}
}

// valid reports whether a stored division can be used.
func (d *division) valid() bool {
	cuts := map[string]int{segmentQuintiles: 4, segmentAliveValue: 1}[d.By]
	keys := d.keys()
	return cuts > 0 && len(d.Cuts) == cuts && len(d.List) > 0 &&
		!slices.ContainsFunc(d.List, func(g sdk.Segment) bool { return !slices.Contains(keys, g.Key) })
}

// labels returns each customer's position in keys.
func (d *division) labels(f *forecast) []int32 {
	out := large.Make[int32](len(f.alive))
	if f.clv == nil { // the same for equal histories
		byRow := make([]int32, len(f.rows.orders)+1)
		for i, v := range f.rows.orders {
			byRow[i] = d.label(f, v, f.rows.alive[i])
		}
		byRow[len(f.rows.orders)] = int32(len(d.keys()) - 1)
		for i, row := range f.rows.of {
			if row < 0 {
				row = int32(len(f.rows.orders))
			}
			out[i] = byRow[row]
		}
		return out
	}
	for i, v := range f.clv {
		if out[i] = int32(len(d.keys()) - 1); v == v {
			out[i] = d.label(f, v, f.alive[i])
		}
	}
	return out
}

// label is the position in keys of a customer with a value and a chance of still being
// one.
func (d *division) label(f *forecast, v, alive float64) int32 {
	if d.By != segmentAliveValue {
		k := 0
		for k < len(d.Cuts) && v < d.Cuts[k] {
			k++
		}
		return int32(k)
	}
	k := int32(0)
	if !(f.staying(v, alive) > d.Cuts[0]) {
		k = 2
	}
	if alive < aliveFrom {
		k++
	}
	return k
}

// column makes the output column of labels; a stored division may lack a segment that nobody was
// in, and its neighbour takes the customer.
func (d *division) column(labels []int32) table.Column {
	keys := d.keys()
	at := make([]uint32, len(keys))
	for i, key := range keys {
		at[i] = uint32(d.nearest(keys, i, key))
	}
	c := table.Column{Name: "segment", Kind: table.Category, Codes: large.Room[uint32](len(labels))}
	for _, g := range d.List {
		c.Dict = append(c.Dict, g.Key)
	}
	for _, k := range labels {
		c.Codes = append(c.Codes, at[k])
	}
	return c
}

func (d *division) nearest(keys []string, i int, key string) int {
	best, far := 0, len(keys)+1
	for j, g := range d.List {
		k := slices.Index(keys, g.Key)
		if g.Key == key {
			return j
		}
		if away := max(k-i, i-k); away < far {
			best, far = j, away
		}
	}
	return best
}

// complete adds the segment for customers without a history where it is missing.
func (d *division) complete() {
	if !slices.ContainsFunc(d.List, func(g sdk.Segment) bool { return g.Key == unrated }) {
		d.List = append(d.List, segmentOf(unrated, false))
	}
}

func median(v []float64) float64 {
	s := known(v)
	if len(s) == 0 {
		return 0
	}
	slices.Sort(s)
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// known are the values that are there, in their order.
func known(v []float64) []float64 {
	s := large.Room[float64](len(v))
	for _, x := range v {
		if !math.IsNaN(x) {
			s = append(s, x)
		}
	}
	return s
}

// quintileCuts divides by the midrank percentile, so that equal values are always in
// the same segment: the position of the middle of those that are equal, 1 + ⌊5·position⌋.
// Values are not negative; weight is nil where every value counts once.
//
// Only where the scores change do values have to be in order: they are counted by their
// first digits, and those in whose company another score is found are sorted.
func quintileCuts(v, weight []float64) []float64 {
	coarse, n := buckets(v, weight)
	cuts := []float64{math.MaxFloat64, math.MaxFloat64, math.MaxFloat64, math.MaxFloat64} // JSON has no infinity
	least := func(score int, key uint64) {
		for c := max(0, 5-score); c < len(cuts); c++ { // cuts[0] is the smallest value of score 5
			cuts[c] = min(cuts[c], math.Float64frombits(key))
		}
	}
	for i := range coarse {
		if b := &coarse[i]; b.weight > 0 && !b.mixed {
			least(scoreAt(b.below, n), b.least)
		}
	}
	var by []keyed
	for i, x := range v {
		if k := orderKey(x); coarse[bucketOf(k)].mixed {
			by = append(by, keyed{k, int32(i)})
		}
	}
	by = sortKeys(by)
	for i := 0; i < len(by); {
		first, equal := by[i].key, 0.0
		b := &coarse[bucketOf(first)]
		for ; i < len(by) && by[i].key == first; i++ {
			equal += weightAt(weight, int(by[i].row))
		}
		least(scoreAt(b.below+equal/2, n), first)
		b.below += equal
	}
	return cuts
}

// buckets counts values by their first digits; n is the sum of the weights.
func buckets(v, weight []float64) (coarse []bucket, n float64) {
	coarse = make([]bucket, mostBuckets)
	for i, x := range v {
		k := orderKey(x)
		b := &coarse[bucketOf(k)]
		if b.weight == 0 || k < b.least {
			b.least = k
		}
		b.weight += weightAt(weight, i)
	}
	for i := range coarse {
		n += coarse[i].weight
	}
	below := 0.0
	for i := range coarse {
		b := &coarse[i]
		b.below = below
		below += b.weight
		b.mixed = scoreAt(b.below, n) != scoreAt(below, n)
	}
	return coarse, n
}

// bucket are the values that are alike in the upper bits: exponent and first digits.
type bucket struct {
	weight, below float64 // of the customers in it, and of those before
	least         uint64  // key of the smallest value
	mixed         bool    // values of several scores may be in it
}

// mostBuckets is the number of buckets, of the bits that values from 0 to infinity have
// after the sign.
const mostBuckets = 1 << 15

func bucketOf(key uint64) int { return int(min(key>>48, mostBuckets-1)) }

// orderKey has the order of values that are not negative; −0 becomes 0.
func orderKey(v float64) uint64 { return math.Float64bits(v + 0) }

// scoreAt is the score at a position among n customers.
func scoreAt(position, n float64) int { return min(5, 1+int(5*position/n)) }

func weightAt(weight []float64, i int) float64 {
	if weight == nil {
		return 1
	}
	return weight[i]
}

// ranks returns the rank of each value, the largest 1; equal values share the best, NaN
// has 0. Values are not negative.
func ranks(v []float64) []int64 {
	by := make([]keyed, 0, len(v))
	for i, x := range v {
		if !math.IsNaN(x) {
			by = append(by, keyed{orderKey(x), int32(i)})
		}
	}
	by = sortKeys(by)
	out := make([]int64, len(v))
	for i := len(by) - 1; i >= 0; i-- {
		if out[by[i].row] = int64(len(by) - i); i+1 < len(by) && by[i].key == by[i+1].key {
			out[by[i].row] = out[by[i+1].row]
		}
	}
	return out
}

func segmentOf(key string, money bool) sdk.Segment {
	by := sdk.Text{ZH: "按预期复购次数", EN: "by expected purchases"}
	if money {
		by = sdk.Text{ZH: "按预期价值", EN: "by expected value"}
	}
	names := map[string][2]sdk.Text{
		"v5":         {{ZH: "价值最高的五分之一", EN: "Top fifth"}, {ZH: "{by}排在最前的 20%。留住他们最要紧。", EN: "The first 20% {by}. Keeping them matters most."}},
		"v4":         {{ZH: "价值较高的五分之一", EN: "Second fifth"}, {ZH: "{by}排在 20%–40%。", EN: "From 20% to 40% {by}."}},
		"v3":         {{ZH: "价值居中的五分之一", EN: "Middle fifth"}, {ZH: "{by}排在 40%–60%。", EN: "From 40% to 60% {by}."}},
		"v2":         {{ZH: "价值较低的五分之一", EN: "Fourth fifth"}, {ZH: "{by}排在 60%–80%。", EN: "From 60% to 80% {by}."}},
		"v1":         {{ZH: "价值最低的五分之一", EN: "Bottom fifth"}, {ZH: "{by}排在最后的 20%。", EN: "The last 20% {by}."}},
		"alive_high": {{ZH: "活跃·高价值", EN: "Active, high value"}, {ZH: "多半还会来，值得好好维系。", EN: "Most likely still customers, and worth looking after."}},
		"risk_high":  {{ZH: "流失风险·高价值", EN: "At risk, high value"}, {ZH: "多半已经离开；若能挽回，价值在一半客户之上。先联系风险金额大的。", EN: "Most likely gone; worth more than half of all customers if they come back. Begin with the largest money at risk."}},
		"alive_low":  {{ZH: "活跃·低价值", EN: "Active, low value"}, {ZH: "多半还会来，但买得少或便宜。", EN: "Most likely still customers, but they buy little."}},
		"risk_low":   {{ZH: "流失风险·低价值", EN: "At risk, low value"}, {ZH: "多半已经离开，挽回的收益也有限。", EN: "Most likely gone, and little to win back."}},
		unrated:      {{ZH: "暂无预测", EN: "No forecast"}, {ZH: "在所用日期之前没有可用的购买记录。", EN: "No usable purchase up to the date."}},
	}
	t := names[key]
	return sdk.Segment{Key: key, Name: t[0], Description: t[1].FillText("by", by)}
}
