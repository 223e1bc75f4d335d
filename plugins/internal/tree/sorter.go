package tree

import (
	"math"
	"slices"
)

// sorter has the scratch of sorting.
type sorter struct {
	keys, temp []uint64
	values     []float64
}

// codes sorts by counting; the rank is the code.
func (s *sorter) codes(f *Feature, rows []int32, out []uint32, b *block, j int) []uint32 {
	if f.wide != nil {
		return s.levels(f, rows, out)
	}
	n := len(rows)
	code := make([]byte, n)
	if b != nil {
		b.column(code, rows, j)
	} else {
		for i, row := range rows {
			code[i] = f.code[row]
		}
	}
	var start [257]int
	for _, c := range code {
		start[int(c)+1]++
	}
	for c := 1; c < 257; c++ {
		start[c] += start[c-1]
	}
	out = out[:start[gone]]
	for i, c := range code {
		if c != gone {
			out[start[c]] = uint32(c)<<16 | uint32(i)
			start[c]++
		}
	}
	return out
}

// levels sorts by level; the rank counts the levels here, which are at most as many as rows.
func (s *sorter) levels(f *Feature, rows []int32, out []uint32) []uint32 {
	s.keys = s.keys[:0]
	for i, row := range rows {
		if c := f.wide[row]; c != wideGone {
			s.keys = append(s.keys, uint64(c)<<32|uint64(i))
		}
	}
	slices.Sort(s.keys)
	rank := uint32(0)
	for i, k := range s.keys {
		if i > 0 && k>>32 != s.keys[i-1]>>32 {
			rank++
		}
		out = append(out, rank<<16|uint32(k)&0xffff)
	}
	return out
}

// numbers sorts by value: by its place between the smallest and the largest in 32 bits,
// then by the value itself where that does not decide.
func (s *sorter) numbers(f *Feature, rows []int32, out []uint32) []uint32 {
	s.values = s.values[:0]
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, row := range rows {
		x := f.raw[row]
		s.values = append(s.values, x)
		if x < lo {
			lo = x
		}
		if x > hi {
			hi = x
		}
	}
	scale := (math.MaxUint32 - 1) / (hi/2 - lo/2)
	if hi/2-lo/2 == 0 || scale-scale != 0 {
		scale = 0
	}
	s.keys = s.keys[:0]
	for i, x := range s.values {
		if x == x {
			s.keys = append(s.keys, uint64((x/2-lo/2)*scale)<<32|uint64(i))
		}
	}
	s.sort()
	s.settle()
	rank := uint32(0)
	for i, k := range s.keys {
		if i > 0 && s.values[uint32(k)] != s.values[uint32(s.keys[i-1])] {
			rank++
		}
		out = append(out, rank<<16|uint32(k)&0xffff)
	}
	return out
}

// sort sorts the keys by their upper 32 bits, equal ones staying in order.
func (s *sorter) sort() {
	n := len(s.keys)
	if n < 256 {
		slices.Sort(s.keys)
		return
	}
	if cap(s.temp) < n {
		s.temp = make([]uint64, n)
	}
	from, to := s.keys, s.temp[:n]
	for shift := 32; shift < 64; shift += 11 {
		var start [2048]int32
		for _, k := range from {
			start[k>>shift&2047]++
		}
		sum := int32(0)
		for b, c := range start {
			start[b] = sum
			sum += c
		}
		for _, k := range from {
			b := k >> shift & 2047
			to[start[b]] = k
			start[b]++
		}
		from, to = to, from
	}
	s.keys, s.temp = from, to
}

// settle orders runs of equal upper bits by value.
func (s *sorter) settle() {
	for i := 0; i < len(s.keys); {
		end, differ := i+1, false
		for end < len(s.keys) && s.keys[end]>>32 == s.keys[i]>>32 {
			differ = differ || s.values[uint32(s.keys[end])] != s.values[uint32(s.keys[i])]
			end++
		}
		if differ {
			slices.SortStableFunc(s.keys[i:end], func(a, b uint64) int {
				switch x, y := s.values[uint32(a)], s.values[uint32(b)]; {
				case x < y:
					return -1
				case x > y:
					return 1
				}
				return 0
			})
		}
		i = end
	}
}
