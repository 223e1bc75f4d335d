package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"qunxiang/gui/theme"
)

// TaskItem is one running task as the bar shows it.
type TaskItem struct {
	ID       int
	Title    string
	Stage    string
	Fraction float64 // negative = unknown
	Left     string  // "about 20 s left", "" = not known
}

// TaskBar lists running tasks at the bottom of the window; it has no height while
// there are none.
type TaskBar struct {
	widget.BaseWidget
	box      *fyne.Container
	env      Env
	onCancel func(id int)
	rows     map[int]*taskRow
}

type taskRow struct {
	title, stage, left *Text
	bar                *widget.ProgressBar
	busy               *widget.ProgressBarInfinite
	box                fyne.CanvasObject
}

// NewTaskBar makes the bar; onCancel gets the task's id.
func NewTaskBar(e Env, onCancel func(id int)) *TaskBar {
	b := &TaskBar{box: Column(0), env: e, onCancel: onCancel, rows: map[int]*taskRow{}}
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer implements fyne.Widget.
func (b *TaskBar) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(b.box) }

// Set shows the tasks.
func (b *TaskBar) Set(items []TaskItem) {
	seen := make(map[int]bool, len(items))
	for _, it := range items {
		seen[it.ID] = true
		r, ok := b.rows[it.ID]
		if !ok {
			r = b.newRow(it.ID)
			b.rows[it.ID] = r
			b.box.Add(r.box)
		}
		r.set(it)
	}
	for id, r := range b.rows {
		if !seen[id] {
			r.busy.Stop()
			b.box.Remove(r.box)
			delete(b.rows, id)
		}
	}
}

func (b *TaskBar) newRow(id int) *taskRow {
	r := &taskRow{
		title: Whole("").Bold(), stage: NewText("").Color(theme.ColorMuted), left: Whole("").Color(theme.ColorMuted),
		bar: widget.NewProgressBar(), busy: widget.NewProgressBarInfinite(),
	}
	cancel := Action{Text: b.env.T("gui.cancel"), Icon: "close", Do: func() { b.onCancel(id) }}.Link()
	meter := Fixed(container.NewStack(r.bar, r.busy), theme.MenuWidth, 0)
	line := container.NewBorder(nil, nil, Row(theme.GapM, Centered(r.title), Centered(meter), Centered(r.left)), cancel,
		Inset(Centered(r.stage), 0, theme.GapM, 0, theme.GapM))
	r.box = container.NewStack(fill(theme.ColorRail), container.NewBorder(fixedLine(), nil, nil, nil, Inset(line, theme.GapXS, theme.GapM, theme.GapXS, theme.GapL)))
	return r
}

func fixedLine() fyne.CanvasObject {
	l := fill(theme.ColorLine)
	l.SetMinSize(fyne.NewSize(0, 1))
	return l
}

// Line is a hair line across its place.
func Line() fyne.CanvasObject { return fixedLine() }

func (r *taskRow) set(it TaskItem) {
	r.title.Set(it.Title)
	r.stage.Set(it.Stage)
	r.left.Set(it.Left)
	show(r.bar, it.Fraction >= 0)
	show(r.busy, it.Fraction < 0)
	if it.Fraction >= 0 {
		r.busy.Stop()
		r.bar.SetValue(it.Fraction)
		return
	}
	r.busy.Start()
}
