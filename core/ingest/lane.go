package ingest

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/intern"
	"qunxiang/core/ingest/internal/num"
)

// lane reads the blocks of the plainest tables in one pass, row by row, from bytes to
// columns: customers and orders that are running numbers, days like 2024-05-31, an
// amount. Most large files are so, and the usual way takes three times as long. At the
// first cell that is anything else it gives the block up, to be read the usual way,
// which alone decides what a table means: the two always agree.
type lane struct {
	cells     []laneCell // by column of the file, up to the last one that is read
	rest      int        // columns behind those
	delim     byte
	numbers   num.Style
	dates     day.Style
	zeros     bool // rows without money count
	keys      [keyOrder + 1]laneRunning
	memo      [2]uint64 // the last date, as its first and its last eight bytes
	stamp     core.Date
	won, lost int // blocks
	quick     *quick
}

// laneRunning is a column of keys.
type laneRunning struct {
	intern.Running
	word, mask uint64 // the first eight bytes of the prefix
	digits     int    // of the last number
	padded     bool
	either     bool // numbers of so many digits came with and without zeros before them
}

// take notes the form of a number, false where it does not go with those before.
func (k *laneRunning) take(digits int, padded bool) bool {
	switch {
	case digits == k.digits && (k.either || padded == k.padded):
		return true
	case !k.Digits(digits, padded):
		return false
	}
	k.either = digits == k.digits && padded != k.padded
	k.digits, k.padded = digits, padded
	return true
}

// laneCell is what a column holds.
type laneCell uint8

const (
	laneSkip laneCell = iota
	laneDate
	laneAmount
	laneKey // and the key's number
)

// lanePad is how many bytes behind a block may be looked at, and lanePrefix how many of
// them may be the beginning of a key.
const (
	lanePad    = 32
	lanePrefix = lanePad - 10
)

// laneFits reports whether a plan has what the lane reads and nothing that it does not.
func laneFits(p *txPlan) bool {
	d := p.dialect
	return bytes.IndexByte([]byte(",;\t|"), d.Delim) >= 0 && d.Newline == '\n' &&
		p.date >= 0 && p.amount >= 0 && p.key[keyCustomer] >= 0 && p.qty < 0 && p.contact == nil
}

// newLane returns nil where the layout alone rules the lane out.
func newLane(p *txPlan) *lane {
	d := p.dialect
	if !laneFits(p) {
		return nil
	}
	kinds := make([]laneCell, len(p.cols))
	kinds[p.date], kinds[p.amount] = laneDate, laneAmount
	used := 2
	for k, slot := range p.key {
		if slot < 0 {
			continue
		}
		if k > keyOrder || p.lay.strip[p.cols[slot]] {
			return nil
		}
		kinds[slot] = laneKey + laneCell(k)
		used++
	}
	l := &lane{delim: d.Delim, numbers: p.lay.numbers[p.cols[p.amount]], dates: p.lay.dates, zeros: p.zeros}
	for _, slot := range p.slot {
		k := laneSkip
		if slot >= 0 {
			k = kinds[slot]
		}
		l.rest++
		if l.cells = append(l.cells, k); k != laneSkip {
			l.rest = 0
			used--
		}
	}
	l.cells = l.cells[:len(l.cells)-l.rest]
	if used != 0 { // a column in two roles
		return nil
	}
	l.quick = newQuick(l)
	return l
}

// parse reads a block, or reports that it must be read the usual way.
func (l *lane) parse(t *txParser, b *block) bool {
	data, out := b.data, &b.out
	if l.lost > 3 && l.lost > l.won || len(data) == 0 || data[len(data)-1] != '\n' || cap(data) < len(data)+lanePad {
		return false
	}
	out.reset()
	n := bytes.Count(data, []byte{'\n'})
	if !l.begin(t, data, out, n) || !l.all(data[:len(data)+lanePad], n, out) || !ascii(data) && !sound(data, t.utf8, t.dialect.Newline, out) {
		l.lost++
		return false
	}
	l.won++
	for k, slot := range t.key[:len(l.keys)] {
		if slot >= 0 {
			l.keys[k].End(&out.keys[k])
		}
	}
	out.clock = slices.Grow(out.clock, n)[:n]
	clear(out.clock)
	out.in, out.lines, out.rows = n, n, n
	return true
}

// begin looks at the first row and makes room for n.
func (l *lane) begin(t *txParser, data []byte, out *part, n int) bool {
	if q := t.dialect.Quote; q != 0 && bytes.IndexByte(data, q) >= 0 {
		return false
	}
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	first := bytes.Split(bytes.TrimSuffix(line, []byte{'\r'}), []byte{l.delim})
	if len(first) < len(l.cells) {
		return false
	}
	for c, kind := range l.cells {
		if kind < laneKey {
			continue
		}
		k := &l.keys[kind-laneKey]
		if !k.Begin(t.locals[kind-laneKey], &out.keys[kind-laneKey], first[c], n) {
			return false
		}
		// Blanks and apostrophes would be trimmed, other beginnings may be words for "missing".
		p := k.Prefix
		if len(p) > lanePrefix || len(p) > 0 && (p[0] <= ' ' || p[0] == '\'' || suspicious(p[0])) {
			return false
		}
		k.word, k.mask, k.digits, k.either = 0, 0, 0, false
		for j := range min(8, len(p)) {
			k.word |= uint64(p[j]) << (8 * j)
			k.mask |= 0xFF << (8 * j)
		}
	}
	out.day, out.amount.v = slices.Grow(out.day, n), slices.Grow(out.amount.v, n)
	return true
}

// all reads n rows. b reaches lanePad bytes further than the last.
func (l *lane) all(b []byte, n int, out *part) bool {
	out.day = out.day[:n]
	l.quick.tries, l.quick.rows = 0, 0
	for at, i := 0, 0; i < n; {
		to := n
		if l.quick.on() {
			to = i + 1
		}
		if at = l.rows(b, at, i, to, n, out); at < 0 {
			return false
		}
		if i = to; i < n {
			if i, at = l.quickly(b, at, i, n, out); at < 0 {
				return false
			}
		}
	}
	out.amount.v = out.amount.v[:n]
	return true
}

// rows reads the rows from the i-th up to another of n, the first of which begins at b[at], and returns where
// the next one begins, −1 where the block must be given up.
//
//nolint:gocyclo,funlen // the path of nearly every cell of the largest files: in one piece it is a tenth faster
func (l *lane) rows(b []byte, at, i, to, n int, out *part) int {
	const zeros, sixes, high = 0x3030303030303030, 0x0606060606060606, 0xF0F0F0F0F0F0F0F0
	amounts, scaled := out.amount.v[:n], out.amount.scale // the same memory: add, which grows v, never needs more
	cells, days, delim, decimals := l.cells, out.day, l.delim, !l.numbers.Comma
	for ; i < to; i++ {
		for c, kind := range cells {
			if c > 0 {
				if b[at] != delim {
					return -1
				}
				at++
			}
			w := binary.LittleEndian.Uint64(b[at:])
			switch kind {
			case laneSkip:
				at = l.end(b, at)
			case laneDate:
				if tail := binary.LittleEndian.Uint64(b[at+2:]); w != l.memo[0] || tail != l.memo[1] {
					if !l.day(b[at : at+10]) {
						return -1
					}
					l.memo = [2]uint64{w, tail}
				}
				days[i] = l.stamp
				at += 10
			case laneAmount:
				w ^= zeros
				other := (w + sixes | w) & high // in the bytes that are no digits; exact up to the second of them where the first is a point
				k := bits.TrailingZeros64(other) >> 3
				digits, scale, end := k, 0, k
				if k < 7 && b[at+k] == '.' {
					end = bits.TrailingZeros64(other&^(0xFF<<(8*uint(k)))) >> 3
					before := uint64(1)<<(8*uint(k)) - 1
					w = w&before | w>>8&^before
					digits, scale = end-1, end-1-k
				}
				next := b[at+end]
				if digits == 0 || end == 8 || !decimals || next != delim && next != '\n' && next != '\r' {
					out.amount.v = amounts[:i]
					if at = l.amount(b, at, out); at < 0 {
						return -1
					}
					scaled = out.amount.scale
					continue
				}
				m := int64(num.Digits(w << (8 * uint(8-digits))))
				switch {
				case m == 0 && !l.zeros:
					return -1
				case scale == scaled || m == 0:
					amounts[i] = m
				default:
					out.amount.v = amounts[:i]
					out.amount.add(num.Decimal{M: m, Scale: scale})
					scaled = out.amount.scale
				}
				at += end
			default:
				k := &l.keys[kind-laneKey]
				if w&k.mask != k.word || len(k.Prefix) > 8 && !bytes.HasPrefix(b[at:], k.Prefix) {
					return -1
				}
				at += len(k.Prefix)
				w = binary.LittleEndian.Uint64(b[at:]) ^ zeros
				digits := bits.TrailingZeros64((w+sixes|w)&high) >> 3
				if digits == 0 || digits == 8 && b[at+8]-'0' <= 9 {
					return -1
				}
				if padded := w&0xFF == 0 && digits > 1; digits != k.digits || padded != k.padded && !k.either {
					if !k.take(digits, padded) {
						return -1
					}
				}
				k.Nums[i] = num.Digits(w << (8 * uint(8-digits)))
				at += digits
			}
		}
		for left := l.rest; b[at] == delim; left-- {
			if left == 0 { // a cell beyond the last column
				return -1
			}
			at = l.end(b, at+1)
		}
		if b[at] == '\r' {
			at++
		}
		if b[at] != '\n' {
			return -1
		}
		at++
	}
	return at
}

// end is the first delimiter or line end from at on.
func (l *lane) end(b []byte, at int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	delim, newline := uint64(l.delim)*ones, uint64('\n')*ones
	for ; ; at += 8 {
		w := binary.LittleEndian.Uint64(b[at:])
		// The lowest byte that is told to be zero is; those above it may be mistaken.
		d, n := w^delim, w^newline
		if m := ((d-ones)&^d | (n-ones)&^n) & tops; m != 0 {
			return at + bits.TrailingZeros64(m)>>3
		}
	}
}

// day reads a date of ten characters into the stamp.
func (l *lane) day(cell []byte) bool {
	for i, c := range cell {
		if i == 4 || i == 7 {
			if c != '-' {
				return false
			}
		} else if c-'0' > 9 {
			return false
		}
	}
	st, ok := day.Parse(cell, l.dates)
	l.stamp = st.Day
	return ok
}

// amount reads an amount of any form that needs no trimming and returns its end.
func (l *lane) amount(b []byte, at int, out *part) int {
	end := l.end(b, at)
	cell := b[at:end]
	if len(cell) > 0 && b[end] == '\n' && cell[len(cell)-1] == '\r' {
		cell = cell[:len(cell)-1]
	}
	if len(cell) == 0 {
		return -1
	}
	if a, z := cell[0], cell[len(cell)-1]; a <= ' ' || z <= ' ' || a >= 0x80 || z >= 0x80 || a == '\'' {
		return -1
	}
	d, ok := num.Parse(cell, l.numbers)
	if !ok || d.M == 0 && !l.zeros {
		return -1
	}
	if d.M == 0 {
		d = num.Decimal{}
	}
	if dressed(cell) {
		out.currency(cell)
	}
	out.amount.add(d)
	return at + len(cell)
}
