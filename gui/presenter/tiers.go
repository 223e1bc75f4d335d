package presenter

import (
	"context"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/i18n"
	"qunxiang/sdk/table"
)

// TiersState is the ladder of tiers while its thresholds are set: what each tier would
// hold by today's values.
type TiersState struct {
	Phase    Phase
	Err      error
	Column   string
	Whole    bool // the values are whole numbers
	IsMoney  bool // the column is money itself
	Rungs    []Rung
	Bars     []float64 // customers by value, as heights 0…1
	Low      float64   // value at the left end of the bars
	High     float64   // and at the right
	Total    int
	Missing  int // customers without a value
	Money    float64
	HasMoney bool
	Shape    int // see RulesState
	CanUndo  bool
	Faulty   bool
}

// Rung is one tier, lowest first. The lowest takes everybody who reaches no other.
type Rung struct {
	Name      string
	Typed     string // the threshold as typed
	From      float64
	Fault     string // "number", "order" or "name"; "" = none
	Customers int
	Amount    float64 // money of those customers
	Near      int     // customers who are less than a tenth short of it
	At        float64 // place of the threshold between the ends, 0…1
}

// tierBars is how many bars show the values.
const tierBars = 48

// Tiers is the presenter of the ladder.
type Tiers struct {
	Live[TiersState]
	session  *Session
	load     reader
	onChange func(ladder string)
	values   []float64 // rising
	money    []float64 // of the customers from each place on; nil = there is none
	past     [][]Rung
	next     [][]Rung // taken back
	typing   string
	loaded   string // column and window of the values
	of       counted
}

// newTiers makes the presenter; onChange gets the ladder as the method's parameter takes
// it, "" while it cannot be used.
func newTiers(exec Exec, session *Session, onChange func(string)) *Tiers {
	return &Tiers{session: session, load: reader{exec: exec}, onChange: onChange}
}

func (t *Tiers) update(f func(*TiersState)) {
	st := t.state
	f(&st)
	t.set(st)
}

func (t *Tiers) reset() {
	t.load.stop()
	t.values, t.money, t.past, t.next, t.loaded = nil, nil, nil, nil, ""
	t.set(TiersState{Shape: t.state.Shape + 1})
}

type tierRead struct {
	values, money []float64
	missing       int
	whole         bool
}

// open reads the values of a column within a window of months and shows a ladder.
// Without one it begins with the top fifth and twentieth of the customers.
func (t *Tiers) open(column, ladder string, months int, where, within string) {
	p := t.session.Project()
	if p == nil {
		return
	}
	key := strings.Join([]string{column, strconv.Itoa(months), where, within}, "\x00")
	if key == t.loaded && t.state.Phase == Ready {
		return
	}
	before, _, _ := strings.Cut(t.loaded, "\x00")
	again := before != column // thresholds of another column say nothing here
	t.loaded, t.of = key, counted{months, where, within}
	if again {
		t.update(func(s *TiersState) { s.Phase = Loading })
	}
	fetch(&t.load, func(ctx context.Context) (tierRead, error) { return readTiers(ctx, p, column, months, where, within) }, func(v tierRead, err error) {
		if err != nil {
			t.update(func(s *TiersState) { s.Phase, s.Err = Failed, err })
			return
		}
		t.values, t.money = v.values, v.money
		t.update(func(s *TiersState) {
			s.Phase, s.Err, s.Column, s.Whole, s.IsMoney = Ready, nil, column, v.whole, column == feature.Monetary
			s.Total, s.Missing, s.HasMoney = len(v.values), v.missing, v.money != nil
			if s.HasMoney {
				s.Money = v.money[0]
			}
		})
		t.histogram()
		rungs := t.state.Rungs
		if again {
			t.past, t.next = nil, nil
			if rungs = readRungs(ladder); len(rungs) < 2 {
				rungs = t.starter()
			}
		}
		t.show(rungs, again)
	})
}

func readTiers(ctx context.Context, p Project, column string, months int, where, within string) (out tierRead, err error) {
	set, err := p.FeaturesWith(ctx, core.NoDate, months, []string{column})
	if err != nil {
		return out, err
	}
	tab, err := narrowed(ctx, p, set, where, within)
	if err != nil {
		return out, err
	}
	c, m := tab.Column(column), tab.Column(feature.Monetary)
	if c == nil || !c.Numeric() {
		return out, &core.Error{Code: "unknown_column", Origin: core.OriginUser, Op: "tiers", Where: core.Where{Column: column}}
	}
	out.whole = c.Kind == table.Int64
	var rows []int
	for i := range tab.Rows {
		if x := c.Float(i); c.Missing(i) || math.IsNaN(x) || math.IsInf(x, 0) {
			out.missing++
			continue
		}
		rows = append(rows, i)
	}
	sort.SliceStable(rows, func(a, b int) bool { return c.Float(rows[a]) < c.Float(rows[b]) })
	for _, i := range rows {
		out.values = append(out.values, c.Float(i))
	}
	if m != nil && m.Numeric() {
		out.money = make([]float64, len(rows)+1)
		for k := len(rows) - 1; k >= 0; k-- {
			out.money[k] = out.money[k+1]
			if !m.Missing(rows[k]) {
				out.money[k] += m.Float(rows[k])
			}
		}
	}
	return out, ctx.Err()
}

// starter is a ladder of the customers' own values.
func (t *Tiers) starter() []Rung {
	l := i18n.Locale{Lang: t.session.Lang()}
	out := []Rung{{Name: l.T("gui.tiers.lowest"), Typed: "0"}}
	last := 0.0
	for i, share := range []float64{0.8, 0.95} {
		if n := len(t.values); n > 0 {
			if x := Round(t.values[min(n-1, int(share*float64(n)))], t.state.Whole); x > last {
				out = append(out, Rung{Name: []string{"VIP", "SVIP"}[i], Typed: plainNumber(x)})
				last = x
			}
		}
	}
	return out
}

// show makes the rungs the present ones and counts them.
func (t *Tiers) show(rungs []Rung, reshape bool) {
	faulty := false
	seen := map[string]bool{}
	for i := range rungs {
		r := &rungs[i]
		r.Fault = ""
		x, ok := number(r.Typed)
		switch {
		case r.Name == "" || seen[r.Name]:
			r.Fault = "name"
		case !ok:
			r.Fault = "number"
		case i > 0 && x <= rungs[i-1].From:
			r.Fault = "order"
		}
		seen[r.Name] = true
		if ok {
			r.From = x
		}
		faulty = faulty || r.Fault != ""
	}
	t.count(rungs)
	t.update(func(s *TiersState) {
		s.Rungs, s.Faulty, s.CanUndo = rungs, faulty, len(t.past) > 0
		if reshape {
			s.Shape++
		}
	})
	if faulty || len(rungs) < 2 {
		t.onChange("")
		return
	}
	parts := make([]string, len(rungs))
	for i, r := range rungs {
		parts[i] = r.Name + ":" + plainNumber(r.From)
	}
	t.onChange(strings.Join(parts, ","))
}

// count puts customers and money into the rungs: two looks into sorted values each.
// Where a threshold is below one under it, that one counts for both, so that nobody is
// counted twice.
func (t *Tiers) count(rungs []Rung) {
	n := len(t.values)
	from := make([]int, len(rungs)+1)
	for i := 1; i < len(rungs); i++ {
		at, _ := slices.BinarySearch(t.values, rungs[i].From)
		from[i] = max(from[i-1], at)
	}
	from[len(rungs)] = n
	for i := range rungs {
		a, b := from[i], from[i+1]
		r := &rungs[i]
		r.Customers, r.Amount, r.Near, r.At = b-a, 0, 0, t.place(r.From)
		if t.money != nil {
			r.Amount = t.money[a] - t.money[b]
		}
		if i > 0 && r.From > 0 {
			near, _ := slices.BinarySearch(t.values, 0.9*r.From)
			r.Near = max(0, a-max(near, from[i-1]))
		}
	}
}

// histogram counts the values in bars of equal width on the scale of place.
func (t *Tiers) histogram() {
	low, high := 0.0, 1.0
	if n := len(t.values); n > 0 {
		low, high = max(0, t.values[0]), t.values[n-1]
		if at := t.values[min(n-1, n*995/1000)]; high > 3*at && at > low { // one giant would squeeze all others
			high = 3 * at
		}
		if high <= low {
			high = low + 1
		}
	}
	t.update(func(s *TiersState) { s.Low, s.High = low, high })
	bars := make([]float64, tierBars)
	top := 1.0
	for _, x := range t.values {
		k := min(tierBars-1, int(t.place(x)*tierBars))
		bars[k]++
		top = max(top, bars[k])
	}
	for i := range bars {
		bars[i] = math.Sqrt(bars[i] / top) // small counts stay to be seen
	}
	t.update(func(s *TiersState) { s.Bars = bars })
}

// knee is the value below which the scale is nearly even, above which it is logarithmic.
func (t *Tiers) knee() float64 {
	n := len(t.values)
	if n == 0 {
		return 1
	}
	return max((t.state.High-t.state.Low)/1000, math.Abs(t.values[n/2]-t.state.Low)/2)
}

// place is where a value lies between the ends, 0…1; value is its inverse.
func (t *Tiers) place(x float64) float64 {
	low, high, k := t.state.Low, t.state.High, t.knee()
	return min(1, max(0, math.Log1p(max(0, x-low)/k)/math.Log1p((high-low)/k)))
}

func (t *Tiers) value(at float64) float64 {
	low, high, k := t.state.Low, t.state.High, t.knee()
	return low + k*math.Expm1(min(1, max(0, at))*math.Log1p((high-low)/k))
}

func (t *Tiers) change(field string, f func([]Rung) []Rung) {
	before := t.state.Rungs
	if field == "" || field != t.typing {
		t.past = append(t.past, before)
	}
	t.next = nil
	t.typing = field
	t.show(f(slices.Clone(before)), field == "")
}

// Undo takes the last change back.
func (t *Tiers) Undo() {
	n := len(t.past)
	if n == 0 {
		return
	}
	rungs := t.past[n-1]
	t.past, t.next, t.typing = t.past[:n-1], append(t.next, t.state.Rungs), ""
	t.show(slices.Clone(rungs), true)
}

// Redo makes the change again that was taken back last.
func (t *Tiers) Redo() {
	n := len(t.next)
	if n == 0 {
		return
	}
	rungs := t.next[n-1]
	t.past, t.next, t.typing = append(t.past, t.state.Rungs), t.next[:n-1], ""
	t.show(slices.Clone(rungs), true)
}

// Rename calls a tier otherwise. Colon and comma end names, so there are none in them.
func (t *Tiers) Rename(i int, name string) {
	name = strings.TrimSpace(strings.NewReplacer(":", " ", "：", " ", ",", " ", "，", " ", ";", " ", "；", " ").Replace(name))
	t.change("name"+strconv.Itoa(i), func(r []Rung) []Rung {
		r[i].Name = name
		return r
	})
}

// Type sets a threshold to what was typed.
func (t *Tiers) Type(i int, typed string) {
	if t.state.Rungs[i].Typed == typed {
		return
	}
	t.change("from"+strconv.Itoa(i), func(r []Rung) []Rung {
		r[i].Typed = typed
		return r
	})
}

// Drag puts a threshold at a place between the ends, on a round number between its
// neighbours.
func (t *Tiers) Drag(i int, at float64) {
	rungs := t.state.Rungs
	if i < 1 || i >= len(rungs) {
		return
	}
	x := Round(t.value(at), t.state.Whole)
	if x <= rungs[i-1].From || i+1 < len(rungs) && x >= rungs[i+1].From || x == rungs[i].From {
		return
	}
	t.change("drag"+strconv.Itoa(i), func(r []Rung) []Rung {
		r[i].Typed = plainNumber(x)
		return r
	})
}

// Add puts a tier on top, halfway to the end of the scale.
func (t *Tiers) Add() {
	rungs := t.state.Rungs
	top := rungs[len(rungs)-1]
	x := Round(t.value((t.place(top.From)+1)/2), t.state.Whole)
	if x <= top.From {
		x = Round(2*max(1, top.From), t.state.Whole)
	}
	name := i18n.Locale{Lang: t.session.Lang()}.T("gui.tiers.newName", "n", len(rungs)+1)
	t.change("", func(r []Rung) []Rung { return append(r, Rung{Name: name, Typed: plainNumber(x)}) })
}

// Remove takes a tier away; the lowest stays.
func (t *Tiers) Remove(i int) {
	if i > 0 && len(t.state.Rungs) > 2 {
		t.change("", func(r []Rung) []Rung { return slices.Delete(r, i, i+1) })
	}
}
