package page

import (
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
	"qunxiang/sdk"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// openExport asks how a list is to be written, then where, and writes it.
func openExport(cfg Config, p *presenter.Results, segments []int) {
	e, st := cfg.Env, p.State()
	if st.Seg == nil {
		return
	}
	c := presenter.DefaultList(segments)
	encoding := optionChoice(e, "gui.export.encoding.", []string{"utf-8-bom", "gbk", "utf-8"}, c.Encoding, func(id string) { c.Encoding = id })
	format := optionChoice(e, "gui.export.format.", []string{"csv", "xlsx"}, c.Format, func(id string) {
		c.Format = id
		if id == "xlsx" {
			encoding.Disable()
		} else {
			encoding.Enable()
		}
	})
	why := widget.Hint(e, e.T("gui.export.identity."+c.Identity+".hint"))
	identity := optionChoice(e, "gui.export.identity.", []string{"auto", "raw", "pseudonym", "none"}, c.Identity, func(id string) {
		c.Identity = id
		why.Set(e.T("gui.export.identity." + id + ".hint"))
	})
	field := func(label string, os ...fyne.CanvasObject) fyne.CanvasObject {
		return widget.Column(theme.GapXS, append([]fyne.CanvasObject{widget.NewText(label).Bold()}, os...)...)
	}
	left := widget.Column(theme.GapM, field(e.T("gui.export.format"), format), field(e.T("gui.export.encoding"), encoding),
		field(e.T("gui.export.identity"), identity, why))
	columns := field(e.T("gui.export.columns"), columnChecks(e, outputsOf(st), st.ListColumns(), &c))
	right := fyne.CanvasObject(container.NewVScroll(columns))
	if len(st.Seg.Segments) > 0 {
		right = container.NewBorder(widget.NewText(e.T("gui.export.segments")).Bold(), nil, nil, nil,
			container.NewVScroll(widget.Column(theme.GapM, segmentChecks(cfg, st.Seg, &c), columns)))
	}
	body := widget.Fixed(container.New(splitLayout{gap: theme.GapXL, left: 0.5}, left, right), theme.DialogWide*0.85, theme.DialogTall*0.62)
	cfg.Dialogs.Show(e.T("gui.export.title", "name", st.Seg.Name), body, widget.Action{Text: e.T("gui.cancel")},
		widget.Action{Text: e.T("gui.export.do"), Icon: "export", Primary: true, Do: func() { writeList(cfg, p, st.Seg, c) }})
}

func writeList(cfg Config, p *presenter.Results, s *core.Segmentation, c presenter.ListChoice) {
	e := cfg.Env
	name := s.Name
	if len(c.Segments) == 1 {
		name += " " + s.Segments[c.Segments[0]].Name.In(e.Locale.Lang)
	}
	cfg.Dialogs.SaveFile(name+"."+c.Format, func(path string) {
		p.SaveList(path, c, func(rep presenter.ExportReport) {
			cfg.Dialogs.Say(e.T("gui.export.done", "n", rep.Customers, "file", base(path)))
		})
	})
}

func optionChoice(e widget.Env, prefix string, ids []string, now string, set func(id string)) *widget.Choice {
	titles := make([]string, len(ids))
	for i, id := range ids {
		titles[i] = e.T(prefix + id)
	}
	return widget.NewChoice(ids, titles, now, set)
}

// segmentChecks picks segments; all of them are written as "all".
func segmentChecks(cfg Config, s *core.Segmentation, c *presenter.ListChoice) fyne.CanvasObject {
	e := cfg.Env
	on := make([]bool, len(s.Segments))
	for i := range on {
		on[i] = c.Segments == nil || slices.Contains(c.Segments, i)
	}
	box := widget.Column(0)
	for i, g := range s.Segments {
		k := widget.NewCheck(e.T("gui.export.segment", "name", g.Name, "n", g.Size), nil)
		k.SetChecked(on[i])
		k.OnChanged = func(v bool) {
			on[i] = v
			c.Segments = nil
			for j, yes := range on {
				if yes {
					c.Segments = append(c.Segments, j)
				}
			}
		}
		box.Add(widget.Row(0, widget.Swatch(chart.SegmentColor(g.ID, cfg.Dark)), k))
	}
	return box
}

func columnChecks(e widget.Env, outputs []sdk.Output, names []string, c *presenter.ListChoice) fyne.CanvasObject {
	on := make([]bool, len(names))
	box := widget.Column(0)
	for i, n := range names {
		on[i] = true
		k := widget.NewCheck(outputTitle(e, outputs, n), nil)
		k.SetChecked(true)
		k.OnChanged = func(v bool) {
			on[i] = v
			c.Columns = nil
			for j, yes := range on {
				if yes {
					c.Columns = append(c.Columns, names[j])
				}
			}
		}
		box.Add(k)
	}
	return box
}

// saveReport asks where and writes the HTML report.
func saveReport(cfg Config, p *presenter.Results, h core.RunHead) {
	e := cfg.Env
	cfg.Dialogs.SaveFile(strings.TrimSpace(h.Name)+".html", func(path string) {
		p.SaveReport(h, path, func() {
			cfg.Dialogs.Say(e.T("gui.saved", "file", base(path)), widget.Action{Text: e.T("gui.openFile"), Icon: "open", Do: func() { cfg.Browse(path) }})
		})
	})
}
