package intern

import (
	"encoding/binary"
	"math/bits"

	"qunxiang/core/ingest/internal/num"
)

// Running reads a column of running numbers straight from the text, cell by cell: what
// [Local.Fill] does where the cells' ends are known, here found on the way. It
// understands the plainest cells only and is for those who can start again with Fill.
type Running struct {
	prefix string
	nums   []uint32
	shape  shape
	kind   int // of the last cell's digits, see fillNumbers
}

// Begin starts a block of the column of l, whose first cell is given; rows is how many
// cells will come. It is false where the column is not of running numbers.
func (r *Running) Begin(l *Local, p *Part, first []byte, rows int) bool {
	prefix, ok := split(first)
	if !ok || l.text {
		return false
	}
	if string(prefix) != r.prefix {
		r.prefix = string(prefix)
	}
	if cap(p.nums) < rows {
		p.nums = make([]uint32, rows, rows+rows/8)
	}
	r.nums, r.shape, r.kind = p.nums[:rows], shape{}, -1
	return true
}

// Prefix is what all cells of the block begin with.
func (r *Running) Prefix() string { return r.prefix }

// Read reads the cell of a row at b[at:] and returns its end, −1 where it is not the
// prefix and at most eight digits. Nine bytes behind the prefix may be looked at.
func (r *Running) Read(row int, b []byte, at int) int {
	if n := len(r.prefix); n > 0 {
		if string(b[at:at+n]) != r.prefix {
			return -1
		}
		at += n
	}
	w := binary.LittleEndian.Uint64(b[at:]) ^ 0x3030303030303030
	n := bits.TrailingZeros64((w+0x0606060606060606|w)&0xF0F0F0F0F0F0F0F0) >> 3 // digits before anything else
	if n == 0 || n == 8 && b[at+8]-'0' <= 9 {
		return -1
	}
	if kind := n<<1 | b2i(b[at] == '0' && n > 1); kind != r.kind {
		if !r.shape.add(n, kind&1 != 0) {
			return -1
		}
		r.kind = kind
	}
	r.nums[row] = num.Digits(w << (8 * uint(8-n)))
	return at + n
}

// End hands the block's cells over as Fill would.
func (r *Running) End(p *Part) {
	*p = Part{
		prefix: append(p.prefix[:0], r.prefix...), nums: r.nums, codes: p.codes[:0], heap: p.heap[:0], ends: p.ends[:0], hashes: p.hashes[:0],
		numeric: true, shape: r.shape, any: true,
	}
}
