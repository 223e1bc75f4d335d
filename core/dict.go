package core

import (
	"bytes"
	"slices"
)

// Dict is a list of distinct strings, kept as bytes: ten million identifiers cost
// their characters and four bytes each, not a string header. Codes are positions.
// When every entry is one prefix and a number of fixed width, as running order
// numbers are, only the numbers are kept.
//
// A Dict is built once by AppendString or by a constructor and then only read; it
// does not look strings up (package ingest has the hash table for that).
type Dict struct {
	// Either Heap and Ends hold (Ends[i] = end of entry i in Heap) …
	Heap []byte
	Ends []uint32
	// … or Prefix, Width (digits, zero-padded; 0 = not padded) and Numbers do.
	Prefix  string
	Width   int
	Numbers []uint32
}

// Len returns the number of entries.
func (d *Dict) Len() int {
	if d == nil {
		return 0
	}
	return len(d.Ends) + len(d.Numbers)
}

// At returns the i-th entry.
func (d *Dict) At(i int) string { return string(d.AppendTo(nil, i)) }

// AppendTo appends the i-th entry to b.
func (d *Dict) AppendTo(b []byte, i int) []byte {
	if d.Numbers != nil {
		b = append(b, d.Prefix...)
		n := d.Numbers[i]
		width := max(d.Width, digits(n))
		start := len(b)
		b = slices.Grow(b, width)[:start+width]
		for at := len(b) - 1; at >= start; at-- { // written in place: a million keys are looked at in many a run
			b[at] = byte('0' + n%10)
			n /= 10
		}
		return b
	}
	from := uint32(0)
	if i > 0 {
		from = d.Ends[i-1]
	}
	return append(b, d.Heap[from:d.Ends[i]]...)
}

// digits is the number of decimal digits of n.
func digits(n uint32) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}

// View returns the i-th entry, to be read until b is used again. It writes to b only where
// the entry is not at hand as it is.
func (d *Dict) View(b []byte, i int) []byte {
	if d.Numbers != nil {
		return d.AppendTo(b[:0], i)
	}
	from := uint32(0)
	if i > 0 {
		from = d.Ends[i-1]
	}
	return d.Heap[from:d.Ends[i]:d.Ends[i]]
}

// Equal reports whether both have the same entries in the same form and order.
func (d *Dict) Equal(o *Dict) bool {
	if d == o || d.Len() != o.Len() || d.Len() == 0 {
		return d.Len() == o.Len()
	}
	return d.Prefix == o.Prefix && d.Width == o.Width && slices.Equal(d.Numbers, o.Numbers) &&
		slices.Equal(d.Ends, o.Ends) && bytes.Equal(d.Heap, o.Heap)
}

// AppendString adds an entry to a dictionary of the Heap form; the caller sees to
// it that entries differ and stay under 4 GiB together.
func (d *Dict) AppendString(s string) {
	d.Heap = append(d.Heap, s...)
	d.Ends = append(d.Ends, uint32(len(d.Heap)))
}
