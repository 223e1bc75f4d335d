package intern

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/num"
)

// Part is a text column of one block: either Nums or Codes has an entry per row.
type Part struct {
	numeric bool
	prefix  []byte
	shape   shape
	nums    []uint32 // NoNum = empty
	codes   []uint32 // into this part's own entries, core.NoCode = empty
	heap    []byte
	ends    []uint32
	hashes  []uint64
	any     bool // a cell that is not empty was added
}

// Rows returns how many cells the part has.
func (p *Part) Rows() int { return max(len(p.nums), len(p.codes)) }

// Local turns cells into Parts. It belongs to one goroutine and is used for one
// column, block after block.
type Local struct {
	seed  maphash.Seed
	text  bool     // an earlier block was not numeric: do not try again
	slots []uint32 // code+1 into the part's entries
}

// NewLocal makes a Local; all Locals of a column and its Keys share the seed.
func NewLocal(seed maphash.Seed) *Local { return &Local{seed: seed} }

// Fill sets p to the cells b[start[i]:end[i]]. Empty cells have no code.
func (l *Local) Fill(p *Part, b []byte, start, end []uint32) {
	*p = Part{prefix: p.prefix[:0], nums: p.nums[:0], codes: p.codes[:0], heap: p.heap[:0], ends: p.ends[:0], hashes: p.hashes[:0]}
	done := 0
	if !l.text {
		p.numeric = true
		if done = fillNumbers(p, b, start, end); done == len(start) {
			return
		}
		l.text, p.numeric = true, false
		done = 0
		p.nums = p.nums[:0]
	}
	l.fillText(p, b, start[done:], end[done:])
}

// fillNumbers reads running numbers and returns how many rows it could.
func fillNumbers(p *Part, b []byte, start, end []uint32) int {
	nums := p.nums
	if cap(nums) < len(start) {
		nums = make([]uint32, 0, len(start)+len(start)/8)
	}
	last := -1
	for i := range start {
		key := b[start[i]:end[i]]
		if len(key) == 0 {
			nums = append(nums, NoNum)
			continue
		}
		from := len(p.prefix)
		if !p.any {
			prefix, ok := split(key)
			if !ok {
				return i
			}
			p.prefix, p.any = append(p.prefix[:0], prefix...), true
			from = len(prefix)
		}
		if len(key) <= from || len(key) > from+maxTail || string(key[:from]) != string(p.prefix) {
			return i
		}
		tail := key[from:]
		n, ok := digits(b, start[i]+uint32(from), end[i])
		if !ok {
			return i
		}
		padded := tail[0] == '0' && len(tail) > 1
		if kind := len(tail)<<1 | b2i(padded); kind != last { // the shape of a column hardly changes
			if !p.shape.add(len(tail), padded) {
				return i
			}
			last = kind
		}
		nums = append(nums, n)
	}
	p.nums = nums
	return len(start)
}

// digits reads the number in b[from:to], 1 to maxTail digits. Eight at a time: the
// word that ends with the number, with what stands before it made zeros, is checked
// and summed up in parallel.
func digits(b []byte, from, to uint32) (uint32, bool) {
	n := to - from
	if to < 8 || n > 8 {
		return digitByDigit(b[from:to])
	}
	w := binary.LittleEndian.Uint64(b[to-8 : to])
	const zeros = 0x3030303030303030
	keep := ^uint64(0) << (8 * (8 - n)) // the first digit is in the lowest byte
	w = w&keep | zeros&^keep
	w ^= zeros
	if (w+0x0606060606060606|w)&0xF0F0F0F0F0F0F0F0 != 0 {
		return 0, false
	}
	return num.Digits(w), true
}

func digitByDigit(b []byte) (n uint32, ok bool) {
	for _, c := range b {
		d := c - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + uint32(d)
	}
	return n, true
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fillText interns the cells among themselves.
func (l *Local) fillText(p *Part, b []byte, start, end []uint32) {
	size := 64
	for size < 2*len(start) {
		size *= 2
	}
	if len(l.slots) < size {
		l.slots = make([]uint32, size)
	}
	slots := l.slots[:size]
	clear(slots)
	mask := uint64(size - 1)
	prev, prevCode := []byte(nil), uint32(core.NoCode)
	for i := range start {
		key := b[start[i]:end[i]]
		if len(key) == 0 {
			p.codes = append(p.codes, core.NoCode)
			continue
		}
		if prev != nil && bytes.Equal(prev, key) { // lines of one order follow each other
			p.codes = append(p.codes, prevCode)
			continue
		}
		h := maphash.Bytes(l.seed, key)
		j := h & mask
		for slots[j] != 0 && (p.hashes[slots[j]-1] != h || !bytes.Equal(entry(p.heap, p.ends, slots[j]-1), key)) {
			j = (j + 1) & mask
		}
		if slots[j] == 0 {
			p.heap = append(p.heap, key...)
			p.ends = append(p.ends, uint32(len(p.heap)))
			p.hashes = append(p.hashes, h)
			slots[j] = uint32(len(p.ends))
			p.any = true
		}
		prev, prevCode = key, slots[j]-1
		p.codes = append(p.codes, prevCode)
	}
}

func entry(heap []byte, ends []uint32, code uint32) []byte {
	from := uint32(0)
	if code > 0 {
		from = ends[code-1]
	}
	return heap[from:ends[code]]
}
