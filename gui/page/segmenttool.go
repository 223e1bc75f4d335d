package page

import (
	"fyne.io/fyne/v2"

	"qunxiang/core"
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
	if st.HasLadder() {
		l := newTierLadder(s.cfg, s.p.Tiers())
		l.money = func() (keep, grace float64, known bool) { return protection(s.p.State().Preview) }
		return &tool{l.left, l.right, 0.52, []string{"ladder"}}
	}
	return nil
}

// protection reads how many customers hold a tier by protection only.
func protection(s *core.Segmentation) (keep, grace float64, known bool) {
	if s == nil {
		return 0, 0, false
	}
	for _, m := range s.Metrics {
		if m.Value == nil {
			continue
		}
		switch m.ID {
		case "protectedByKeep":
			keep, known = *m.Value, true
		case "protectedByGrace":
			grace, known = *m.Value, true
		}
	}
	return keep, grace, known
}
