package page

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"qunxiang/gui/presenter"
	"qunxiang/gui/theme"
	"qunxiang/gui/widget"
)

// Learn is the help: the first run in steps, and the words that the window uses.
type Learn struct {
	cfg  Config
	root *fyne.Container
}

// NewLearn makes the page.
func NewLearn(cfg Config) *Learn { return &Learn{cfg: cfg, root: container.NewStack()} }

// Content implements Page.
func (l *Learn) Content() fyne.CanvasObject { return l.root }

// Refresh implements Page.
func (l *Learn) Refresh() {}

// Hide implements Page.
func (l *Learn) Hide() {}

// Show implements Page.
func (l *Learn) Show(presenter.Route) {
	if len(l.root.Objects) > 0 {
		return
	}
	e := l.cfg.Env
	steps := widget.Column(theme.GapM)
	for i := 1; i <= 6; i++ {
		n := strconv.Itoa(i)
		steps.Add(container.NewBorder(nil, nil, widget.Inset(widget.Whole(n).Bold().Color(theme.ColorAccentText).Sized(theme.SizeSection), 0, theme.GapM, 0, 0), nil,
			widget.Column(2, widget.NewText(e.T("gui.learn.step"+n)).Bold(), widget.Hint(e, e.T("gui.learn.step"+n+".text")))))
	}
	steps.Add(widget.Row(theme.GapS, widget.Action{Text: e.T("gui.home.sample"), Icon: "shop", Primary: true, Do: l.cfg.SampleShop}.Button()))
	words := widget.Column(theme.GapM)
	for _, id := range []string{"asOf", "recency", "frequency", "monetary", "score", "segment", "segmentation", "eleven", "eight", "method", "silhouette", "excluded", "refund", "seed"} {
		words.Add(widget.Column(2, widget.NewText(e.T("gui.word."+id)).Bold(), widget.Hint(e, e.T("gui.word."+id+".text"))))
	}
	left := container.NewVScroll(widget.Inset(widget.TitledCard(e.T("gui.learn.first"), nil, steps), 0, theme.GapM, theme.GapL, 0))
	right := container.NewVScroll(widget.Inset(widget.TitledCard(e.T("gui.learn.words"), nil, words), 0, theme.GapM, theme.GapL, 0))
	swap(l.root, frame(e.T("gui.page.learn"), e.T("gui.learn.sub"), nil, container.New(splitLayout{gap: theme.GapS, left: 0.48}, left, right)))
}
