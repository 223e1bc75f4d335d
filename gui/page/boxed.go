package page

import (
	"strings"

	"fyne.io/fyne/v2"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// boxTool tells who is in the box that was drawn on the points, and leads to them.
func (r *Results) boxTool(st presenter.ResultsState) fyne.CanvasObject {
	e, l, b := r.cfg.Env, r.cfg.Env.Locale, st.Boxed
	clear := widget.Action{Text: e.T("gui.box.clear"), Icon: "close", Do: r.p.Unbox}.Button()
	open := widget.Action{Text: e.T("gui.box.open"), Icon: "customers", Primary: true, Do: func() {
		if route, ok := r.p.BehindBox(); ok {
			r.cfg.Session.Go(route)
		}
	}}.Button()
	if b == nil {
		clear.Disable()
	}
	if b == nil || len(b.Rows) == 0 {
		open.Disable()
	}
	// The two lines stay as high as they are: the chart must not move under the box.
	lines := func(head *widget.Text, below string) fyne.CanvasObject {
		return widget.Column(theme.GapXS, widget.Spread(widget.Centered(head), widget.Row(theme.GapS, clear, open)), widget.Muted(below))
	}
	switch {
	case b == nil:
		return lines(widget.Muted(e.T("gui.box.hint")), " ")
	case b.Looking:
		return lines(widget.Muted(e.T("gui.box.looking")), " ")
	}
	parts := make([]string, 0, len(b.Segments))
	for _, s := range b.Segments {
		parts = append(parts, e.T("gui.box.part", "name", st.Seg.Segments[s.At].Name, "n", l.Int(s.Customers)))
	}
	head := widget.NewText(e.T("gui.box.count", "n", len(b.Rows), "share", l.Percent(b.Share))).Bold()
	return lines(head, strings.Join(parts, " · "))
}
