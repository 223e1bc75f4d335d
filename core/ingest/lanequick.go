package ingest

import (
	"bytes"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/gather"
)

// quick reads the rows of a lane whose bytes all stand where those of a row before did,
// but for the digits of the amount before its point: most rows of most files, where the processor can
// do it. It stops at the first that is otherwise, which the lane then reads alone.
type quick struct {
	off    bool // not here, or not worth it
	tries  int  // in a block
	rows   int  // that they read
	form   rowForm
	tables gather.Tables
	days   []dayOf
}

// rowForm is what rows have in common.
type rowForm struct {
	keys  [keyOrder + 1]keyForm
	scale int  // digits of the amount behind the point
	cr    bool // carriage returns before the line ends
	// The lengths of cells that nobody reads, and how many stand behind those that somebody does.
	skips [maxSkips]int
	rest  int
}

// maxSkips is how many cells that nobody reads a row may have.
const maxSkips = 8

type keyForm struct {
	prefix         string
	digits         int
	padded, either bool
}

// dayOf remembers what a date, as the number yyyymmdd, stands for.
type dayOf struct {
	number uint32
	day    core.Date
}

// After so many tries in a block there must have been so many rows for each.
const (
	quickTries = 8
	quickRows  = 16
)

// newQuick returns the quick way for the columns of a lane.
func newQuick(l *lane) *quick {
	return &quick{off: !gather.Usable() || l.numbers.Comma}
}

// on reports whether it is worth another try.
func (q *quick) on() bool {
	return !q.off && (q.tries < quickTries || q.rows >= q.tries*quickRows)
}

// quickly reads rows from the i-th on, which begins at b[at], and returns the first
// that it did not read and where that begins; −1 where the block must be given up.
func (l *lane) quickly(b []byte, at, i, n int, out *part) (row, next int) {
	q := l.quick
	q.tries++
	if !l.describe(b, at, out.amount.scale) {
		return i, at
	}
	first := l.keys[keyCustomer].Nums[i:n]
	days, amounts := out.day[i:n], out.amount.v[:n][i:]
	var second []uint32
	if l.has(keyOrder) {
		second = l.keys[keyOrder].Nums[i:n]
	}
	rows, next := gather.Rows(&q.tables, b, at, first, second, days, amounts)
	q.rows += rows
	if !l.zeros && slices.Contains(amounts[:rows], 0) || !l.knownDays(days[:rows]) {
		return i, -1
	}
	return i + rows, next
}

func (l *lane) has(key int) bool { return slices.Contains(l.cells, laneKey+laneCell(key)) }

// knownDays puts days in the place of the numbers yyyymmdd, false where one is no day.
func (l *lane) knownDays(days []core.Date) bool {
	const places = 1 << 10
	q := l.quick
	if q.days == nil {
		q.days = make([]dayOf, places)
	}
	defer func(stamp core.Date) { l.stamp = stamp }(l.stamp) // which goes with the memo
	var last dayOf                                           // the number 0 is no date
	for i, d := range days {
		number := uint32(d)
		if number != last.number {
			known := &q.days[number*0x9E3779B1>>22]
			if known.number != number {
				cell := [10]byte{4: '-', 7: '-'}
				for k, v := 9, number; k >= 0; k-- {
					if k != 4 && k != 7 {
						cell[k], v = byte('0'+v%10), v/10
					}
				}
				if number == 0 || !l.day(cell[:]) {
					return false
				}
				*known = dayOf{number, l.stamp}
			}
			last = *known
		}
		days[i] = last.day
	}
	return true
}

// describe makes the tables for rows like the one at b[at:], whose amount has the decimals
// of the column; false where it is no such row.
func (l *lane) describe(b []byte, at, scale int) bool {
	form, end, ok := l.formOf(b, at)
	if !ok || form.scale != scale || end-at > gather.Width {
		return false
	}
	for k := range form.keys {
		if f := &form.keys[k]; f.digits > 0 && !l.keys[k].take(f.digits, f.padded) {
			return false
		}
		form.keys[k].either = l.keys[k].either
		if form.keys[k].either {
			form.keys[k].padded = false
		}
	}
	if form == l.quick.form {
		return true
	}
	l.quick.form = rowForm{}
	one := l.bytesOf(&form, 1)
	l.quick.tables.Reset(len(one) - 1)
	for n := 1; n+form.scale <= gather.Digits; n++ {
		if !l.quick.tables.Add(l.bytesOf(&form, n)) {
			if n == 1 {
				return false
			}
			break
		}
	}
	l.quick.form = form
	return true
}

// formOf is the form of the row at b[at:] and where it ends.
func (l *lane) formOf(b []byte, at int) (form rowForm, end int, ok bool) {
	r := formReader{l: l, b: b, at: at}
	for c, kind := range l.cells {
		if c > 0 && !r.one(l.delim) {
			return form, 0, false
		}
		switch kind {
		case laneSkip:
			ok = r.skip()
		case laneDate:
			ok = r.digits() == 4 && r.one('-') && r.digits() == 2 && r.one('-') && r.digits() == 2
		case laneAmount:
			ok = r.amount()
		default:
			ok = r.key(int(kind - laneKey))
		}
		if !ok {
			return form, 0, false
		}
	}
	for ; r.one(l.delim); r.form.rest++ {
		if r.form.rest == l.rest || !r.skip() {
			return form, 0, false
		}
	}
	r.form.cr = r.one('\r')
	return r.form, r.at + 1, r.one('\n')
}

// formReader reads one row for its form.
type formReader struct {
	l     *lane
	b     []byte
	at    int
	form  rowForm
	skips int
}

// one passes a byte, if it is the next.
func (r *formReader) one(c byte) bool {
	if r.at == len(r.b) || r.b[r.at] != c {
		return false
	}
	r.at++
	return true
}

// digits passes digits and counts them.
func (r *formReader) digits() int {
	from := r.at
	for r.at < len(r.b) && r.b[r.at]-'0' <= 9 {
		r.at++
	}
	return r.at - from
}

// skip passes a cell that nobody reads.
func (r *formReader) skip() bool {
	end := r.l.end(r.b, r.at)
	if r.skips == maxSkips || end-r.at > gather.Width {
		return false
	}
	r.form.skips[r.skips], r.at = end-r.at, end
	r.skips++
	return true
}

func (r *formReader) amount() bool {
	whole := r.digits()
	if r.one('.') {
		if r.form.scale = r.digits(); r.form.scale == 0 {
			return false
		}
	}
	return whole > 0 && whole+r.form.scale <= gather.Digits
}

func (r *formReader) key(k int) bool {
	prefix := r.l.keys[k].Prefix
	if !bytes.HasPrefix(r.b[r.at:], prefix) {
		return false
	}
	r.at += len(prefix)
	zero := r.at < len(r.b) && r.b[r.at] == '0'
	n := r.digits()
	r.form.keys[k] = keyForm{prefix: string(prefix), digits: n, padded: zero && n > 1}
	return n > 0 && n <= gather.Digits
}

// bytesOf describes rows of a form whose amount has so many digits before its point.
func (l *lane) bytesOf(form *rowForm, whole int) []gather.Byte {
	r := rowBytes{l: l, skips: form.skips[:]}
	for c, kind := range l.cells {
		if c > 0 {
			r.literal(string(rune(l.delim)))
		}
		switch kind {
		case laneSkip:
			r.skip()
		case laneDate:
			r.number(gather.Third, 4, 4)
			r.literal("-")
			r.number(gather.Third, 2, 2)
			r.literal("-")
			r.number(gather.Third, 2, 0)
		case laneAmount:
			r.number(gather.Varying, whole, form.scale)
			if form.scale > 0 {
				r.literal(".")
				r.number(gather.Varying, form.scale, 0)
			}
		default:
			r.key(int(kind-laneKey), &form.keys[kind-laneKey])
		}
	}
	for range form.rest {
		r.literal(string(rune(l.delim)))
		r.skip()
	}
	if form.cr {
		r.literal("\r")
	}
	r.literal("\n")
	return r.out
}

// rowBytes describes one row, byte after byte.
type rowBytes struct {
	l     *lane
	skips []int
	out   []gather.Byte
}

func (r *rowBytes) literal(s string) {
	for _, c := range []byte(s) {
		r.out = append(r.out, gather.Byte{Low: c, High: c, Number: -1})
	}
}

// number describes digits of number k, with so many others of it behind them.
func (r *rowBytes) number(k, digits, behind int) {
	for i := range digits {
		r.out = append(r.out, gather.Byte{Low: '0', High: '9', Number: k, Place: behind + digits - 1 - i})
	}
}

// skip describes a cell of any bytes but delimiters.
func (r *rowBytes) skip() {
	for range r.skips[0] {
		r.out = append(r.out, gather.Byte{Low: r.l.delim + 1, High: r.l.delim - 1, Number: -1})
	}
	r.skips = r.skips[1:]
}

// key describes a key: customers are the first number, orders the second.
func (r *rowBytes) key(k int, f *keyForm) {
	r.literal(f.prefix)
	r.number(gather.First+k, f.digits, 0)
	switch head := &r.out[len(r.out)-f.digits]; {
	case f.either || f.digits == 1:
	case f.padded:
		head.High = '0'
	default:
		head.Low = '1'
	}
}
