package intern

import (
	"slices"

	"qunxiang/core"
	"qunxiang/internal/ahead"
	"qunxiang/internal/large"
)

// numbers gives codes to running numbers. While they only rise, which order numbers
// in a till's export do, there is no table at all; then an array over the numbers,
// and a hash table where they are too far apart for that.
type numbers struct {
	list   []uint32 // number of each code
	falls  bool     // the numbers do not only rise
	direct []uint32 // code+1 by number
	sparse []uint64 // number<<32 | code+1
}

// codes appends the code of every number to out.
func (t *numbers) codes(nums []uint32, out []uint32) []uint32 {
	i := 0
	if !t.falls {
		if i, out = t.rising(nums, out); i == len(nums) {
			return out
		}
		t.build()
	}
	nums = nums[i:]
	out = slices.Grow(out, len(nums))
	ahead.Fetch(t.direct, nums[:min(ahead.Rows, len(nums))])
	for len(nums) > 0 {
		n := min(ahead.Rows, len(nums))
		ahead.Fetch(t.direct, nums[n:min(n+ahead.Rows, len(nums))])
		out = t.few(nums[:n], out)
		nums = nums[n:]
	}
	return out
}

// few appends the codes of a few numbers, for which out has room.
func (t *numbers) few(nums, out []uint32) []uint32 {
	for _, n := range nums {
		code := uint32(core.NoCode)
		switch {
		case n == NoNum:
		case int(n) < len(t.direct) && t.direct[n] != 0:
			code = t.direct[n] - 1
		default:
			code = t.slow(n)
		}
		out = append(out, code)
	}
	return out
}

// rising codes numbers for as long as each is no lower than the one before.
func (t *numbers) rising(nums []uint32, out []uint32) (int, []uint32) {
	list, rows := slices.Grow(t.list, len(nums)), len(out)
	out = slices.Grow(out, len(nums))[:rows+len(nums)]
	last, n := int64(-1), len(list)
	if n > 0 {
		last = int64(list[n-1])
	}
	list = list[:n+len(nums)]
	for i, number := range nums {
		code := uint32(n)
		switch {
		case number == NoNum:
			code = core.NoCode
		case int64(number) > last:
			list[n] = number
			n++
			last = int64(number)
		case int64(number) == last:
			code--
		default:
			t.list = list[:n]
			return i, out[:rows+i]
		}
		out[rows+i] = code
	}
	t.list = list[:n]
	return len(nums), out
}

// dense reports whether an array over the numbers up to top is worth its memory.
func (t *numbers) dense(top uint32) bool { return int(top) < 1<<20 || int(top) < 8*len(t.list) }

// build makes the table from the list.
func (t *numbers) build() {
	t.falls = true
	top := uint32(0)
	for _, n := range t.list {
		top = max(top, n)
	}
	if t.dense(top) {
		t.direct = large.Make[uint32](int(top) + 1)
		for i, n := range t.list {
			t.direct[n] = uint32(i + 1)
		}
		return
	}
	t.toSparse()
}

func (t *numbers) toSparse() {
	t.direct = nil
	size := 1024
	for size < 4*len(t.list) {
		size *= 2
	}
	t.sparse = large.Make[uint64](size)
	for i, n := range t.list {
		t.put(n, uint32(i+1))
	}
}

func (t *numbers) put(n, code1 uint32) {
	mask := uint64(len(t.sparse) - 1)
	j := mix(n) & mask
	for t.sparse[j] != 0 {
		j = (j + 1) & mask
	}
	t.sparse[j] = uint64(n)<<32 | uint64(code1)
}

// slow finds or adds a number that the array does not hold.
func (t *numbers) slow(n uint32) uint32 {
	if t.direct != nil {
		if int(n) < len(t.direct) || t.dense(n) {
			if int(n) >= len(t.direct) {
				grown := large.Make[uint32](max(int(n)+1, 2*len(t.direct)))
				copy(grown, t.direct)
				t.direct = grown
			}
			t.add(n)
			t.direct[n] = uint32(len(t.list))
			return uint32(len(t.list) - 1)
		}
		t.toSparse()
	}
	mask := uint64(len(t.sparse) - 1)
	for j := mix(n) & mask; t.sparse[j] != 0; j = (j + 1) & mask {
		if s := t.sparse[j]; uint32(s>>32) == n {
			return uint32(s) - 1
		}
	}
	t.add(n)
	if 2*len(t.list) >= len(t.sparse) {
		t.toSparse()
	} else {
		t.put(n, uint32(len(t.list)))
	}
	return uint32(len(t.list) - 1)
}

// add gives a number the next code. A long list grows in large pages.
func (t *numbers) add(n uint32) {
	if len(t.list) == cap(t.list) {
		t.list = append(large.Room[uint32](max(1024, 2*cap(t.list))), t.list...)
	}
	t.list = append(t.list, n)
}

// mix spreads a number over 64 bits (the finaliser of MurmurHash3).
func mix(n uint32) uint64 {
	h := uint64(n) * 0x9E3779B97F4A7C15
	h ^= h >> 32
	return h * 0xD6E8FEB86659FD93 >> 8
}
