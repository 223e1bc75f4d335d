package storetest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Change makes the random change of a seed in both projects, which must be alike.
// It returns what it did. big makes some changes larger than one chunk of a column.
func Change(ctx context.Context, seed uint64, big bool, a, b Project) (string, error) {
	r := rand.New(rand.NewPCG(seed, 1))
	switch n := r.IntN(10); {
	case n < 3:
		return addSource(ctx, r, big, a, b)
	case n < 6:
		s := Segmentation(r, big)
		if r.IntN(2) == 0 {
			if err := ofAttributes(ctx, s, a); err != nil {
				return "read attributes", err
			}
		}
		s2 := *s
		if err := a.PutSegmentation(s); err != nil {
			return "put " + s.Name, err
		}
		return "put " + s.Name, b.PutSegmentation(&s2)
	case n < 8:
		key := settingKeys()[r.IntN(3)]
		var v []byte
		if r.IntN(3) > 0 {
			v = fmt.Appendf([]byte{}, "%*d", r.IntN(2000), r.Uint64())
		}
		if err := a.SetSetting(key, v); err != nil {
			return "set " + key, err
		}
		return "set " + key, b.SetSetting(key, v)
	}
	heads, err := b.Runs()
	if err != nil {
		return "list runs", err
	}
	if len(heads) == 0 || r.IntN(3) == 0 {
		p := core.Project{Name: fmt.Sprint("name ", r.IntN(100)), Currency: "CNY"}
		if err := a.SetProject(p); err != nil {
			return "rename", err
		}
		return "rename", b.SetProject(p)
	}
	return changeRun(r, heads[r.IntN(len(heads))], a, b)
}

func changeRun(r *rand.Rand, h core.RunHead, a, b Project) (string, error) {
	if r.IntN(3) == 0 {
		what := "delete " + h.Name
		if err := a.DeleteSegmentation(h.Name); err != nil {
			return what, err
		}
		return what, b.DeleteSegmentation(h.Name)
	}
	what := fmt.Sprintf("rename segments of %s/%d", h.Name, h.Run)
	s, err := b.Segmentation(h.Name, h.Run)
	if err != nil {
		return what, err
	}
	segs := append([]core.Segment(nil), s.Segments...)
	for i := range segs {
		segs[i].Name = sdk.Text{ZH: fmt.Sprint("群", r.IntN(9)), EN: fmt.Sprint("segment ", r.IntN(9))}
	}
	if err := a.UpdateSegments(h.Name, h.Run, segs); err != nil {
		return what, err
	}
	return what, b.UpdateSegments(h.Name, h.Run, segs)
}

func addSource(ctx context.Context, r *rand.Rand, big bool, a, b Project) (string, error) {
	old, err := b.Transactions(ctx)
	if err != nil {
		return "import", err
	}
	var tx *core.Transactions
	var at *core.Attributes
	if r.IntN(4) > 0 {
		tx = Grow(r, old, big)
	}
	if tx == nil || r.IntN(3) == 0 {
		at = attributes(r)
	}
	var rec []*core.Records
	if r.IntN(3) == 0 {
		rec = append(rec, records(r))
	}
	s := core.Source{
		Name: fmt.Sprintf("file %d.csv", r.IntN(100)), SHA256: fmt.Sprint(r.Uint64()),
		Imported: time.Unix(r.Int64N(1e9), r.Int64N(1e9)), Kind: core.SourceTransactions,
	}
	s.Report.Rows.In = r.IntN(1000)
	s.Report.Hints = []core.Message{{Key: "hint.n", Args: core.Args{"n": r.IntN(100), "day": core.Date(r.IntN(20000))}}}
	what := fmt.Sprintf("import of %d rows after %d", tx.Rows(), old.Rows())
	if err := a.AddSource(s, tx, old.Rows(), at, rec...); err != nil {
		return what, err
	}
	return what, b.AddSource(s, tx, old.Rows(), at, rec...)
}

// Grow returns old with rows added, as ingest.Merge does: old rows keep their place,
// dictionaries only grow. Now and then a column appears, a scale changes or a
// dictionary takes another form, which a store must survive too.
func Grow(r *rand.Rand, old *core.Transactions, big bool) *core.Transactions {
	add := r.IntN(300)
	if big && r.IntN(4) == 0 {
		add = 140_000
	}
	t := &core.Transactions{Customers: &core.Dict{}}
	if old != nil {
		*t = *old
	}
	if r.IntN(6) == 0 && t.Scale < 9 {
		t.Amount = scaled(t.Amount)
		t.Scale++
	}
	t.Customers, t.Customer = codes(r, t.Customers, t.Customer, add)
	t.Day = extend(t.Day, add, func(i int) core.Date { return core.Date(19000 + i/7) })
	t.Amount = extend(t.Amount, add, func(int) int64 { return r.Int64N(1e7) - 1e5 })
	growOptional(r, t)
	t.Summary, t.Linked = summary(r, t), linked(r, t)
	return t
}

// linked says that some rows of t are changed by refunds, or nothing.
func linked(r *rand.Rand, t *core.Transactions) *core.Linked {
	if r.IntN(3) == 0 {
		return nil
	}
	l := &core.Linked{Rows: t.Rows()}
	if t.Quantity != nil {
		l.Quantity = []int64{}
	}
	for i := range t.Rows() {
		if r.IntN(9) > 0 {
			continue
		}
		l.Row, l.Amount = append(l.Row, int32(i)), append(l.Amount, r.Int64N(3))
		if l.Quantity != nil {
			l.Quantity = append(l.Quantity, r.Int64N(5))
		}
	}
	return l
}

// summary is any summary of as many rows and customers, or none, or one of others.
func summary(r *rand.Rand, t *core.Transactions) *core.Summary {
	s := &core.Summary{Rows: t.Rows(), Scale: t.Scale, From: core.Date(r.IntN(20000)), To: core.Date(r.IntN(20000)), Of: make([]core.Tally, t.Customers.Len())}
	for i := range s.Of {
		s.Of[i] = core.Tally{Money: int64(r.Uint64()), First: core.Date(r.Int32()), Last: core.NoDate, Orders: r.Uint32(), Days: uint32(i)}
	}
	switch r.IntN(6) {
	case 0:
		return nil
	case 1:
		s.Rows++
	case 2:
		s.Notes = fmt.Appendf(nil, "%d", r.Uint64())
	}
	return s
}

// growOptional extends the columns that not every file has to the rows of t; one
// that is not there may appear.
func growOptional(r *rand.Rand, t *core.Transactions) {
	rows := t.Rows()
	if t.Orders != nil || r.IntN(4) == 0 {
		if t.Orders == nil {
			t.Orders = &core.Dict{Prefix: "SO", Width: 8, Numbers: []uint32{}}
		}
		grown := rows > len(t.Order) // rows that are there keep their number
		t.Orders, t.Order = codes(r, t.Orders, t.Order, rows-len(t.Order))
		if grown && r.IntN(4) == 0 {
			t.Order[rows-1] = core.NoCode // of a file without order numbers
		}
	}
	if t.Clock != nil || r.IntN(4) == 0 {
		t.Clock = extend(t.Clock, rows-len(t.Clock), func(int) int32 { return r.Int32N(86400) })
	}
	if t.Quantity != nil || r.IntN(4) == 0 {
		t.Quantity = extend(t.Quantity, rows-len(t.Quantity), func(int) int64 { return r.Int64N(10) })
	}
	if t.Refund != nil || r.IntN(4) == 0 {
		t.Refund = extend(t.Refund, rows-len(t.Refund), func(int) bool { return r.IntN(9) == 0 })
	}
	if t.Void != nil || r.IntN(6) == 0 { // rows of before change too
		t.Void = extend[bool](nil, rows, func(int) bool { return r.IntN(9) == 0 })
	}
	t.Labels = labels(r, t.Labels, rows)
}

func labels(r *rand.Rand, old []core.Labels, rows int) []core.Labels {
	out := append([]core.Labels(nil), old...)
	if len(out) == 0 && r.IntN(3) == 0 {
		out = []core.Labels{{Role: "product", Dict: &core.Dict{}}}
	}
	for i := range out {
		out[i].Dict, out[i].Codes = codes(r, out[i].Dict, out[i].Codes, rows-len(out[i].Codes))
		if rows > 0 && rows > len(old) {
			out[i].Codes[rows-1] = core.NoCode
		}
	}
	return out
}

// codes grows a dictionary and adds n codes into it.
func codes(r *rand.Rand, d *core.Dict, v []uint32, n int) (*core.Dict, []uint32) {
	g := &core.Dict{Prefix: d.Prefix, Width: d.Width}
	g.Heap, g.Ends = append([]byte(nil), d.Heap...), append([]uint32(nil), d.Ends...)
	if d.Numbers != nil {
		g.Numbers = append([]uint32{}, d.Numbers...)
		if r.IntN(6) == 0 { // a number that does not fit the form any more
			g = &core.Dict{}
			for i := range d.Len() {
				g.AppendString(d.At(i))
			}
		}
	}
	for range 1 + r.IntN(50) {
		if g.Numbers != nil {
			g.Numbers = append(g.Numbers, uint32(g.Len()))
		} else {
			g.AppendString(fmt.Sprintf("k%d-%d", g.Len(), r.IntN(1e6)))
		}
	}
	return g, extend(v, n, func(int) uint32 { return r.Uint32N(uint32(g.Len())) })
}

func extend[T any](v []T, n int, next func(i int) T) []T {
	out := make([]T, len(v), len(v)+n)
	copy(out, v)
	for i := range n {
		out = append(out, next(len(v)+i))
	}
	return out
}

func scaled(v []int64) []int64 {
	out := make([]int64, len(v))
	for i, x := range v {
		out[i] = 10 * x
	}
	return out
}

func attributes(r *rand.Rand) *core.Attributes {
	n := 1 + r.IntN(100)
	a := &core.Attributes{Customers: &core.Dict{}}
	floats, valid, city, tier := make([]float64, n), make([]bool, n), make([]uint32, n), make([]uint32, n)
	for i := range n {
		a.Customers.AppendString(fmt.Sprint("customer ", i))
		floats[i], valid[i], city[i] = r.NormFloat64(), r.IntN(5) > 0, r.Uint32N(3)
		tier[i] = city[i] % 2
	}
	city[0] = core.NoCode
	a.Columns = []core.AttributeColumn{
		{Name: "age", Floats: floats, Valid: valid},
		{Name: "city", Codes: city, Dict: []string{"上海", "", "Köln"}},
		{Name: "tier", Codes: tier, Dict: []string{"gold", "银"}},
	}
	return a
}

// records makes comments, events or one of a few surveys.
func records(r *rand.Rand) *core.Records {
	n := r.IntN(200)
	rec := &core.Records{Kind: []core.SourceKind{core.SourceComments, core.SourceEvents, core.SourceSurvey}[r.IntN(3)]}
	if rec.Kind == core.SourceSurvey {
		rec.Name = []string{"spring", "秋"}[r.IntN(2)]
	}
	rec.Customers, rec.Customer = codes(r, &core.Dict{}, nil, n)
	if r.IntN(3) > 0 {
		rec.Day = extend(nil, n, func(int) core.Date {
			if r.IntN(5) == 0 {
				return core.NoDate
			}
			return core.Date(r.IntN(20000))
		})
	}
	texts, codes := []string{"很好", "", "bad\nlight"}, make([]uint32, n)
	for i := range codes {
		if codes[i] = r.Uint32N(4); codes[i] == 3 {
			codes[i] = core.NoCode
		}
	}
	rec.Columns = []core.AttributeColumn{
		{Name: core.ColumnText, Codes: codes, Dict: texts},
		{Name: core.ColumnRating, Floats: extend(nil, n, func(int) float64 { return float64(r.IntN(5)) }), Valid: extend(nil, n, func(int) bool { return r.IntN(4) > 0 })},
	}
	return rec
}

// ofAttributes makes a run one of all customers with attributes, by the attributes as the
// project reads them.
func ofAttributes(ctx context.Context, s *core.Segmentation, p Project) error {
	a, err := p.Attributes(ctx)
	if err != nil || a == nil {
		return err
	}
	n := a.Customers.Len()
	s.Customers, s.Label, s.Columns = make([]uint32, n), make([]int32, n), nil
	for i := range n {
		s.Customers[i] = uint32(i)
	}
	for _, c := range a.Columns {
		switch {
		case c.Floats != nil:
			s.Columns = append(s.Columns, table.Column{Name: c.Name, Kind: table.Float64, Floats: c.Floats})
		case c.Name == "tier": // codes without gaps, which runs have no word for
			s.Columns = append(s.Columns, table.Column{Name: c.Name, Kind: table.Category, Codes: c.Codes, Dict: c.Dict})
		}
	}
	return nil
}

// Segmentation makes a random run under one of a few names.
func Segmentation(r *rand.Rand, big bool) *core.Segmentation {
	n := r.IntN(400)
	if big && r.IntN(5) == 0 {
		n = 150_000
	}
	s := &core.Segmentation{
		Name: []string{"rfm", "分群", "k"}[r.IntN(3)], Method: "rfm", MethodVersion: "1.2.3", Plugin: "bundled",
		AsOf: core.Date(r.IntN(20000)), Seed: r.Uint64(), Identity: fmt.Sprint(r.Uint64()),
		Params:  sdk.Params{"bins": sdk.Int(r.Int64()), "x": sdk.Numbers(r.NormFloat64(), math.NaN())},
		Created: time.Unix(r.Int64N(1e9), 0), Model: sdk.Model{Format: "f", Data: make([]byte, r.IntN(3000))},
		Segments:  []core.Segment{{ID: 1, Key: "a", Amount: math.Inf(1)}, {ID: 2, Key: "b", Share: r.Float64()}},
		Excluded:  []core.Excluded{{Reason: "no_orders", Count: 1, Customers: []uint32{r.Uint32()}}},
		Customers: make([]uint32, n), Label: make([]int32, n),
	}
	money, ranks := make([]float64, n), make([]int64, n)
	valid := table.NewBits(n)
	for i := range n {
		s.Customers[i], s.Label[i] = uint32(i), int32(r.IntN(2))
		money[i], ranks[i] = float64(r.IntN(1e6))/100, r.Int64N(5)
		if r.IntN(3) > 0 {
			valid.Set(i)
		}
	}
	s.Columns = []table.Column{
		{Name: "monetary", Kind: table.Float64, Unit: "money", Floats: money, Valid: valid},
		{Name: "m", Kind: table.Int64, Ints: ranks},
	}
	return s
}
