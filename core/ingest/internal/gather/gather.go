package gather

import (
	"slices"
	"unsafe"
)

// Width is how many bytes of a row are looked at, its end among them, and so how many must be readable from the
// beginning of the last row on.
const Width = 64

// The numbers of a row, each of at most 8 digits.
const (
	First = iota
	Second
	Third
	Varying // the one whose number of digits may change
	numbers
)

// Digits is how many digits a number may have.
const Digits = 8

// Byte is what one byte of a row must be, and where its digit goes. Where High is below Low
// it is one that is not between them.
type Byte struct {
	Low, High byte
	Number    int // First…Varying; −1 where the byte is no digit of a number
	Place     int // of the digit from the end of the number, 0 for its last
}

// table says for one length of row where its bytes go: the digits of number k right-aligned to 8k…8k+7,
// all others in the places that are free. The assembly knows its layout.
type table struct {
	index, low, span [Width]byte
	used             uint64 // places that hold a byte of the row
	_                [56]byte
}

// Tables describe rows that have 1 to Most digits of the varying number.
type Tables struct {
	of   [Digits]table
	base int // length of a row without those digits
	most int
}

// Reset forgets all rows. base is the length of a row, with its end and without the digits
// of the varying number.
func (t *Tables) Reset(base int) { t.base, t.most = base, 0 }

// Add describes rows with one more digit of the varying number than those before, the first of all with one. It
// is false where they are too long.
func (t *Tables) Add(row []Byte) bool {
	if t.most == Digits || len(row) > Width || len(row) != t.base+t.most+1 {
		return false
	}
	o := &t.of[t.most]
	*o = table{}
	free := make([]int, 0, Width)
	for to := range Width {
		if to >= numbers*Digits || to/Digits == Second && !slices.ContainsFunc(row, func(b Byte) bool { return b.Number == Second }) {
			free = append(free, to)
		}
	}
	for i, b := range row {
		to := b.Number*Digits + Digits - 1 - b.Place
		if b.Number < 0 {
			if len(free) == 0 {
				return false
			}
			to, free = free[0], free[1:]
		}
		o.index[to], o.low[to], o.span[to] = byte(i), b.Low, b.High-b.Low
		o.used |= 1 << to
	}
	t.most++
	return true
}

// Rows reads rows from b[at:] on into the four columns, for as long as they are as
// described, there is room in all columns, and Width bytes can be looked at. It returns how many they
// were and where the next one begins. Second is nil where there is no second number.
func Rows[D ~int32 | ~uint32](t *Tables, b []byte, at int, first, second []uint32, third []D, varying []int64) (rows, next int) {
	n := min(len(first), len(third), len(varying))
	if second != nil {
		n = min(n, len(second))
	}
	if n == 0 || at < 0 || at+Width > len(b) || t.most == 0 {
		return 0, at
	}
	days := (*uint32)(unsafe.Pointer(&third[0])) // of the same size
	other := days                                // which is written last
	if second != nil {
		other = &second[0]
	}
	return scan(&b[0], at, len(b)-Width, t, n, &first[0], other, days, &varying[0])
}
