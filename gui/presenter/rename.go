package presenter

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/sdk"
)

// renamed is a segment that was given another name.
type renamed struct {
	result   string
	run, id  int
	from, to sdk.Text
}

// Rename gives a segment another name in the present language; the other language's
// name stays unless it was the same. It can be taken back.
func (r *Results) Rename(segment int, name string) {
	s := r.state.Seg
	if s == nil || name == "" {
		return
	}
	i := slices.IndexFunc(s.Segments, func(g core.Segment) bool { return g.ID == segment })
	if i < 0 {
		return
	}
	t := s.Segments[i].Name
	if r.session.Lang() == sdk.ZH {
		t.ZH = name
	} else {
		t.EN = name
	}
	if t == s.Segments[i].Name {
		return
	}
	c := renamed{s.Name, s.Run, segment, s.Segments[i].Name, t}
	r.name(c, func() { r.past, r.next = append(r.past, c), nil })
}

// name writes the new name of a change and shows the result that it is in.
func (r *Results) name(c renamed, done func()) {
	p := r.session.Project()
	if p == nil {
		return
	}
	fetch(&reader{exec: r.exec}, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, p.RenameSegment(ctx, c.result, c.run, c.id, c.to)
	}, func(_ struct{}, err error) {
		switch {
		case r.session.Project() != p:
			return
		case err != nil:
			r.session.Fail(err)
		default:
			done()
		}
		r.Load(Route{Name: c.result, Run: c.run})
	})
}

// TakeBack takes the last change back that was made on the page: a cut that was moved, else
// a name, else a change of the tree by hand.
func (r *Results) TakeBack() {
	if s := r.state; s.Kind == chart.KindDendrogram && s.Cut != nil && !s.Cut.Own {
		height := s.Cut.Height
		r.ResetCut()
		r.held = &height
		return
	}
	n := len(r.past)
	if n == 0 {
		r.Undo()
		return
	}
	c := r.past[n-1]
	r.name(renamed{c.result, c.run, c.id, c.to, c.from}, func() {
		r.past, r.next = r.past[:len(r.past)-1], append(r.next, c)
	})
}

// MakeAgain makes the change again that was taken back last.
func (r *Results) MakeAgain() {
	if s := r.state; r.held != nil && s.Kind == chart.KindDendrogram && s.Cut != nil && s.Cut.Own {
		r.SetCut(*r.held)
		r.held = nil
		return
	}
	n := len(r.next)
	if n == 0 {
		r.redo()
		return
	}
	c := r.next[n-1]
	r.name(c, func() { r.past, r.next = append(r.past, c), r.next[:len(r.next)-1] })
}
