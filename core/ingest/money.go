package ingest

import (
	"math"
	"math/bits"

	"qunxiang/core/ingest/internal/num"
)

// money is a column of exact decimals of one scale.
type money struct {
	v     []int64
	scale int
}

// add appends d, raising the scale of the column where d has more decimal places. A
// value that does not fit the column's scale is rounded to what fits 64 bits.
func (c *money) add(d num.Decimal) {
	if d.Scale > c.scale && d.M != 0 {
		c.raise(d.Scale)
	}
	m, ok := d.Rescale(c.scale)
	if !ok {
		m = math.MaxInt64 / 4
		if d.M < 0 {
			m = -m
		}
	}
	c.v = append(c.v, m)
}

// set replaces the i-th value, raising the scale of the column where d has more decimal places.
func (c *money) set(i int, d num.Decimal) {
	if d.Scale > c.scale && d.M != 0 {
		c.raise(d.Scale)
	}
	if m, ok := d.Rescale(c.scale); ok {
		c.v[i] = m
	}
}

// raise brings the column to more decimal places, as far as its values allow.
func (c *money) raise(scale int) {
	var top uint64
	for _, v := range c.v {
		top = max(top, abs(v))
	}
	by := 0
	for by < scale-c.scale {
		hi, lo := bits.Mul64(top, uint64(pow10(by+1)))
		if hi != 0 || lo > math.MaxInt64/4 {
			break
		}
		by++
	}
	if by == 0 {
		return
	}
	f := pow10(by)
	for i := range c.v {
		c.v[i] *= f
	}
	c.scale += by
}

// join appends another column.
func (c *money) join(o *money) {
	if o.scale > c.scale {
		if len(c.v) == 0 {
			c.scale = o.scale
		} else {
			c.raise(o.scale)
		}
	}
	if o.scale == c.scale {
		c.v = append(c.v, o.v...)
		return
	}
	for _, v := range o.v {
		c.add(num.Decimal{M: v, Scale: o.scale})
	}
}

// trim drops decimal places that no value uses.
func (c *money) trim() {
	for c.scale > 0 {
		for _, v := range c.v {
			if v%10 != 0 {
				return
			}
		}
		for i := range c.v {
			c.v[i] /= 10
		}
		c.scale--
	}
}

func abs(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// product multiplies a quantity by a price exactly where that fits, otherwise to 15
// significant digits.
func product(a, b num.Decimal) num.Decimal {
	hi, lo := bits.Mul64(abs(a.M), abs(b.M))
	for hi != 0 || lo > math.MaxInt64/4 || a.Scale+b.Scale > num.MaxScale {
		if a.Scale > 0 && (b.Scale == 0 || a.Scale >= b.Scale) {
			a.M, _ = num.Shift(a.M, -1)
			a.Scale--
		} else if b.Scale > 0 {
			b.M, _ = num.Shift(b.M, -1)
			b.Scale--
		} else {
			break
		}
		hi, lo = bits.Mul64(abs(a.M), abs(b.M))
	}
	if hi != 0 || lo > math.MaxInt64/4 {
		lo = math.MaxInt64 / 4
	}
	m := int64(lo)
	if (a.M < 0) != (b.M < 0) {
		m = -m
	}
	return num.Decimal{M: m, Scale: a.Scale + b.Scale}
}
