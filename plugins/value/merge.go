package value

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/bits"
	"slices"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/cluster"
)

// merged are histories without repetition: customers that are alike in x, t_x and T are
// one weighted row. Rows are sorted by x, t_x, T, so that everything that follows
// depends neither on the order of the customers nor on the number of threads.
type merged struct {
	times  []float64 // the different values of t_x and T, rising
	x      []int32
	tx, T  []int32 // positions in times
	weight []float64
	once   int     // rows before have x = 0
	of     []int32 // customer → row, −1 for those without a history
	total  float64 // sum of the weights
}

func (m *merged) rows() int { return len(m.x) }

// errTooVaried is returned when there are so many different times (millions) and so many
// purchases of one customer (hundreds of thousands) that no history fits into a key.
var errTooVaried = errors.New("value: too many different times")

// mergeHistories brings histories into the form above.
func mergeHistories(ctx context.Context, h *histories) (*merged, error) {
	m := &merged{of: large.Make[int32](len(h.x))}
	tx, T := m.index(h)
	keys := make([]keyed, 0, len(h.x))
	shift := bits.Len(uint(len(m.times)))
	most := int32(0)
	for _, x := range h.x {
		most = max(most, x)
	}
	if bits.Len32(uint32(most))+2*shift > 64 {
		return nil, errTooVaried
	}
	for i, x := range h.x {
		m.of[i] = -1
		if x >= 0 {
			keys = append(keys, keyed{uint64(x)<<(2*shift) | uint64(tx[i])<<shift | uint64(T[i]), int32(i)})
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	keys = sortKeys(keys)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.allocate(keys)
	mask := uint64(1)<<shift - 1
	for i, k := range keys {
		if i == 0 || k.key != keys[i-1].key {
			m.x, m.tx, m.T = append(m.x, int32(k.key>>(2*shift))), append(m.tx, int32(k.key>>shift&mask)), append(m.T, int32(k.key&mask))
			m.weight = append(m.weight, 0)
		}
		last := len(m.x) - 1
		m.weight[last]++
		m.of[k.row] = int32(last)
	}
	m.once, _ = slices.BinarySearch(m.x, 1)
	m.total = float64(len(keys))
	return m, nil
}

// allocate makes room for the different keys.
func (m *merged) allocate(keys []keyed) {
	n := 0
	for i, k := range keys {
		if i == 0 || k.key != keys[i-1].key {
			n++
		}
	}
	m.x, m.tx, m.T, m.weight = large.Room[int32](n), large.Room[int32](n), large.Room[int32](n), large.Room[float64](n)
}

// index collects the different times and returns each customer's positions in them.
func (m *merged) index(h *histories) (tx, T []int32) {
	n := len(h.x)
	tx, T = large.Make[int32](n), large.Make[int32](n)
	if scale, most := h.grid(); scale > 0 {
		return tx, m.indexGrid(h, scale, most, tx, T)
	}
	at := make(map[float64]int32)
	for i := range n {
		if h.x[i] >= 0 {
			at[h.tx[i]], at[h.T[i]] = 0, 0
		}
	}
	for v := range at {
		m.times = append(m.times, v)
	}
	slices.Sort(m.times)
	for i, v := range m.times {
		at[v] = int32(i)
	}
	for i := range n {
		if h.x[i] >= 0 {
			tx[i], T[i] = at[h.tx[i]], at[h.T[i]]
		}
	}
	return tx, T
}

// indexGrid is index for whole numbers of days: a table instead of a search.
func (m *merged) indexGrid(h *histories, scale float64, most int, tx, T []int32) []int32 {
	at := make([]int32, most+1)
	for i, x := range h.x {
		if x >= 0 {
			tx[i], T[i] = int32(math.RoundToEven(h.tx[i]*scale)), int32(math.RoundToEven(h.T[i]*scale))
			at[tx[i]], at[T[i]] = 1, 1
		}
	}
	for v, seen := range at {
		if seen == 1 {
			at[v] = int32(len(m.times))
			m.times = append(m.times, float64(v)/scale)
		}
	}
	for i := range tx {
		if h.x[i] >= 0 {
			tx[i], T[i] = at[tx[i]], at[T[i]]
		}
	}
	return T
}

// keyed is a history packed into a number, and whose it is.
type keyed struct {
	key uint64
	row int32
}

// sortKeys sorts by key and then by row; the rows are rising already. The result may
// share memory with the argument.
func sortKeys(keys []keyed) []keyed {
	if len(keys) < 256 {
		slices.SortStableFunc(keys, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
		return keys
	}
	var all uint64
	for _, k := range keys {
		all |= k.key
	}
	other := make([]keyed, len(keys))
	const digit = 9
	for at := 0; at < bits.Len64(all); at += digit {
		var start [1<<digit + 1]int32
		for _, k := range keys {
			start[k.key>>at&(1<<digit-1)+1]++
		}
		for i := 1; i < len(start); i++ {
			start[i] += start[i-1]
		}
		for _, k := range keys {
			d := k.key >> at & (1<<digit - 1)
			other[start[d]] = k
			start[d]++
		}
		keys, other = other, keys
	}
	return keys
}

// sample is about n customers, evenly spaced in the sorted order.
func (m *merged) sample(n int) *merged {
	s := &merged{times: m.times}
	every := m.total / float64(n)
	seen, taken := 0.0, 0.0
	for i, w := range m.weight {
		seen += w
		if k := math.Floor(seen/every) - taken; k > 0 {
			taken += k
			s.x, s.tx, s.T, s.weight = append(s.x, m.x[i]), append(s.tx, m.tx[i]), append(s.T, m.T[i]), append(s.weight, k)
			s.total += k
		}
	}
	s.once, _ = slices.BinarySearch(s.x, 1)
	return s
}

// most is the largest number of repeat purchases.
func (m *merged) most() int {
	if m.rows() == 0 {
		return 0
	}
	return int(m.x[m.rows()-1])
}

// weightByX returns how many customers have each number of repeat purchases.
func (m *merged) weightByX() []float64 {
	out := make([]float64, m.most()+1)
	for i, x := range m.x {
		out[x] += m.weight[i]
	}
	return out
}

// sums returns the number of repeat purchases and the time that all were watched.
func (m *merged) sums() (purchases, time float64) {
	for i, w := range m.weight {
		purchases += w * float64(m.x[i])
		time += w * m.times[m.T[i]]
	}
	return purchases, time
}

// worker is what long loops need: blocks of rows on all threads, until the context ends.
type worker = cluster.Worker
