package presenter

import (
	"cmp"
	"context"
	"slices"
)

// BoxState is who stands in a box that was drawn on the points of a chart.
type BoxState struct {
	Looking  bool
	Rows     []int32 // of the segmentation, rising
	Share    float64 // of its customers
	Segments []BoxPart
}

// BoxPart is how many of the box are in a segment.
type BoxPart struct {
	At        int // position of the segment
	Customers int
}

// Box looks at the customers whom find names; it runs away from the window's thread.
func (r *Results) Box(find func() []int32) {
	seg := r.state.Seg
	if seg == nil {
		return
	}
	r.update(func(s *ResultsState) { s.Boxed = &BoxState{Looking: true} })
	fetch(&r.boxed, func(context.Context) (*BoxState, error) {
		b := &BoxState{Rows: find()}
		count := make([]int, len(seg.Segments))
		for _, row := range b.Rows {
			count[seg.Label[row]]++
		}
		for at, n := range count {
			if n > 0 {
				b.Segments = append(b.Segments, BoxPart{at, n})
			}
		}
		slices.SortStableFunc(b.Segments, func(x, y BoxPart) int { return cmp.Compare(y.Customers, x.Customers) })
		b.Share = float64(len(b.Rows)) / float64(max(1, len(seg.Label)))
		return b, nil
	}, func(b *BoxState, err error) {
		if err == nil && r.state.Seg == seg && r.state.Boxed != nil {
			r.update(func(s *ResultsState) { s.Boxed = b })
		}
	})
}

// Unbox takes the box away.
func (r *Results) Unbox() {
	r.boxed.stop()
	if r.state.Boxed != nil {
		r.update(func(s *ResultsState) { s.Boxed = nil })
	}
}

// BehindBox returns the route to the customers in the box; ok is false where nobody is.
func (r *Results) BehindBox() (Route, bool) {
	s := r.state
	if s.Seg == nil || s.Boxed == nil || len(s.Boxed.Rows) == 0 {
		return Route{}, false
	}
	return Route{Page: PageCustomers, Name: s.Seg.Name, Run: s.Seg.Run, Rows: s.Boxed.Rows}, true
}
