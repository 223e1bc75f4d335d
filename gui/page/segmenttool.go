package page

import (
	"fyne.io/fyne/v2"

	"qunxiang/gui/presenter"
)

// tool edits some parameters of a method better than a form does.
type tool struct {
	body, side fyne.CanvasObject
	share      float32  // of the page's width for the body
	params     []string // that it takes from the form
}

// tool returns what the method has, nil for the form alone.
func (s *Segment) tool(st presenter.SegmentState) *tool {
	if id := st.RulesParam(); id != "" {
		b := newRuleBuilder(s.cfg, s.p.Rules())
		return &tool{b.left, b.right, 0.6, []string{id}}
	}
	return nil
}
