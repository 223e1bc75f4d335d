package ingest

import (
	"bytes"
	"cmp"

	"qunxiang/core"
)

// vanished counts the orders of the project that the file should have and has not. On its
// first and last day only those between its own numbers count: it may end within a day.
func (c *comparison) vanished() {
	if len(c.orders) == 0 {
		return
	}
	edge := c.edges()
	segments := c.segments
	if segments == nil {
		segments = []int{c.old.Rows()}
	}
	left := make(map[int32]bool, len(c.void))
	for _, r := range c.void {
		left[r] = true
	}
	seen, named := make([]bool, c.old.Orders.Len()), c.named()
	d := &c.out.Diff
	from := 0
	for _, n := range segments {
		to := min(from+n, c.old.Rows())
		shares := c.shares(from, to)
		for i := from; i < to && shares; i++ {
			o := c.old.Order[i]
			if !c.live(i) || c.place[o] != 0 || seen[o] || named[o] || !edge.covers(c.old.Day[i], c.old.Orders, o) || left[int32(i)] {
				continue
			}
			seen[o] = true
			d.Vanished++
			d.Examples.Vanished = example(d.Examples.Vanished, c.old.Orders, o)
			c.listing.add(&c.listing.missing, o)
		}
		from = to
	}
}

// shares reports whether any of the project's rows is of an order of the file.
func (c *comparison) shares(from, to int) bool {
	for i := from; i < to; i++ {
		if c.of(c.old.Order[i]) != nil && c.live(i) {
			return true
		}
	}
	return false
}

// named are the orders that the file mentions without counting them: refunds of them, or
// lines that it calls cancelled.
func (c *comparison) named() map[uint32]bool {
	out := map[uint32]bool{}
	for i, o := range c.add.Order {
		if o != core.NoCode && c.place[o] == 0 {
			out[c.add.Order[i]] = true
		}
	}
	for l := range c.lines {
		out[l.order] = true
	}
	return out
}

// edges are the days of a file, with its least number on the first and its greatest on
// the last.
type edges struct {
	first, last     core.Date
	least, greatest []byte
}

func (c *comparison) edges() (e edges) {
	e.first, e.last = span(c.add.Day)
	var b []byte
	for i, o := range c.add.Order {
		if d := c.add.Day[i]; !c.counts(i) || d != e.first && d != e.last {
			continue
		}
		b = c.add.Orders.AppendTo(b[:0], int(o))
		if c.add.Day[i] == e.first && (e.least == nil || compareNumbers(b, e.least) < 0) {
			e.least = append(e.least[:0], b...)
		}
		if c.add.Day[i] == e.last && (e.greatest == nil || compareNumbers(b, e.greatest) > 0) {
			e.greatest = append(e.greatest[:0], b...)
		}
	}
	return e
}

// covers reports whether the file should have an order of a day.
func (e *edges) covers(day core.Date, orders *core.Dict, code uint32) bool {
	switch {
	case day < e.first || day > e.last:
		return false
	case day == e.first && e.least != nil && compareNumbers(orders.AppendTo(nil, int(code)), e.least) < 0:
		return false
	case day == e.last && e.greatest != nil && compareNumbers(orders.AppendTo(nil, int(code)), e.greatest) > 0:
		return false
	}
	return true
}

// compareNumbers orders numbers of orders: 9 is before 10.
func compareNumbers(a, b []byte) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), bytes.Compare(a, b))
}
