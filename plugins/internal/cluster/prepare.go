package cluster

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/internal/large"
	"qunxiang/plugins/internal/vec"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Itoa writes a whole number.
func Itoa(n int) string { return strconv.Itoa(n) }

// ReadRecipe reads the recipe's parameters; names are those of the feature columns.
func ReadRecipe(p sdk.Params, names []string) (Recipe, []sdk.Diagnostic) {
	r := Recipe{Cap: p.Real("cap"), Log: p.Text("log"), Scale: p.Text("scale")}
	switch r.Log {
	case logAuto, logNone, logAll:
		return r, nil
	}
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	var diags []sdk.Diagnostic
	for name := range strings.SplitSeq(r.Log, ",") {
		name = strings.TrimSpace(name)
		if !known[name] {
			diags = append(diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "log_column", Param: "log",
				Summary: sdk.Text{ZH: "参数 log 提到的“{name}”不在所选特征中。", EN: "Parameter log names “{name}”, which is not among the chosen features."}.Fill("name", name),
			})
		}
		r.Names = append(r.Names, name)
	}
	r.Log = logNames
	return r, diags
}

// Prepared is the data of a run, in canonical order. Of more than OrderRows rows in
// columns only a sample is ordered, and the rows stay as they are, unless the sample
// shows too few different ones.
type Prepared struct {
	P        Points      // by Prepare
	C        Columns     // by PrepareColumns
	Weight   []float64   // by place, as C; nil where every row counts once
	Order    []int32     // place → row of the table
	AsGiven  bool        // Order is 0, 1, 2, …
	Sample   Columns     // rows of C, by PrepareColumns: those Sampled
	Sampled  []int32     // places of a sample of at most SampleRows, in canonical order
	Some     []int32     // places of a larger sample in no order of its own; nil where all rows are it
	Largest  []float64   // size of the largest value of each column of C
	Features []Feature   // of the columns of P and C
	Raw      [][]float64 // original values of the kept columns, by row of the table
	ends     [][2]float64
	study    study // of Sample
	shelf    *large.Shelf
	Unit     float64 // P and C hold prepared values times unit, a power of two
	Distinct int     // different rows, as far as they matter: at most mostDistinct
	InSample int     // the same of the sample, by PrepareColumns
}

const (
	// OrderRows is the number of rows up to which all are put into canonical order.
	OrderRows = 50_000
	// someRows is the size of the larger sample, more or less; it is made of twice as many.
	someRows = 200_000
	// mostDistinct is where counting different rows ends; no k is larger.
	mostDistinct = 1_000
	mostGroups   = 100
)

// N returns the number of rows.
func (d *Prepared) N() int { return len(d.Order) }

// largest returns the size of the largest original value of a kept column.
func (d *Prepared) largest(j int) float64 { return max(-d.ends[j][0], d.ends[j][1], 0) }

// Prepare brings the columns into canonical order and applies the recipe.
func Prepare(ctx context.Context, columns []*table.Column, n int, r Recipe) (*Prepared, []sdk.Diagnostic, error) {
	d, diags := kept(columns, n, nil)
	if d == nil {
		return nil, diags, nil
	}
	var err error
	if d.Order, err = Canonical(ctx, d.Raw, n); err != nil {
		return nil, nil, err
	}
	c := vec.NewColumns(n, len(d.Raw))
	bad, err := d.learn(ctx, r, c)
	switch {
	case err != nil:
		return nil, nil, err
	case bad != "":
		return nil, append(diags, rangeDiagnostic(bad)), nil
	}
	d.P = ToPoints(c)
	d.Distinct = d.P.Distinct()
	return d, append(diags, twins(studyColumns(nil, ToColumns(d.P.Sample(SampleRows))), d.Features)...), nil
}

// PrepareColumns is Prepare with the result in columns, and with weights of the rows,
// which may be nil. Above OrderRows rows keep their order: what comes after must not
// depend on it.
func PrepareColumns(w Worker, columns []*table.Column, weight []float64, n int, r Recipe) (*Prepared, []sdk.Diagnostic, error) {
	hash := large.Take[uint64](w.Shelf, n)
	d, diags := kept(columns, n, func(part []float64, from int) bool {
		vec.MixAll(hash[from:], part)
		return w.Ctx.Err() == nil
	})
	switch {
	case w.Ctx.Err() != nil:
		return nil, nil, w.Ctx.Err()
	case d == nil:
		return nil, diags, nil
	case len(d.Raw) < len(columns): // the hashes are of all columns
		var err error
		large.GiveBack(w.Shelf, hash)
		if hash, err = hashes(w.Ctx, d.Raw, n); err != nil {
			return nil, nil, err
		}
	}
	d.shelf = w.Shelf
	if err := d.arrange(w.Ctx, weight, hash); err != nil {
		return nil, nil, err
	}
	if len(d.Raw) == len(columns) {
		large.GiveBack(w.Shelf, hash)
	}
	if !d.asReceived(r) {
		d.C = vec.ColumnsOn(w.Shelf, n, len(d.Raw))
		bad, err := d.learn(w.Ctx, r, d.C)
		switch {
		case err != nil:
			return nil, nil, err
		case bad != "":
			return nil, append(diags, rangeDiagnostic(bad)), nil
		}
	}
	d.Sample = d.C
	if len(d.Sampled) < n {
		d.Sample = w.Gather(d.C, d.Sampled)
	}
	d.study = studyColumns(w.Shelf, d.Sample)
	return d, append(diags, twins(d.study, d.Features)...), nil
}

// arrange sets the order, the sample and the weights. It adds the weights to the hashes of
// the rows.
func (d *Prepared) arrange(ctx context.Context, weight []float64, hash []uint64) error {
	keys, n := d.Raw, len(hash)
	if weight != nil {
		keys = append(slices.Clone(keys), weight)
	}
	d.Distinct = differentRows(hash, mostDistinct)
	if weight != nil {
		vec.MixAll(hash, weight)
	}
	if n > OrderRows {
		d.Order, d.AsGiven = large.Take[int32](d.shelf, n), true
		for i := range d.Order {
			d.Order[i] = int32(i)
		}
		var some []int32 // nil: all rows
		if n > 2*someRows {
			room := large.Take[int32](d.shelf, n)
			some = slices.Clone(below(room, hash, nil, atMost(someRows, n)))
			large.GiveBack(d.shelf, room)
		}
		if evenShares(hash) {
			d.Sampled = canonicalBelow(d.shelf, keys, hash, some, atMost(SampleRows*11/10, n))
		}
		if len(d.Sampled) < SampleRows { // many rows are alike, or a rare chance
			d.Sampled = canonicalSample(keys, hash, SampleRows)
		} else {
			d.Sampled, d.Some = d.Sampled[:SampleRows], some
		}
		d.InSample = neighbours(hash, d.Sampled)
	}
	if n <= OrderRows || d.InSample < min(d.Distinct, mostGroups) {
		var err error
		if d.Order, err = Canonical(ctx, keys, n); err != nil {
			return err
		}
		d.Sampled, d.Some, d.AsGiven = Evenly(n, SampleRows), nil, false
		rows := make([]int32, len(d.Sampled))
		for i, at := range d.Sampled {
			rows[i] = d.Order[at]
		}
		d.InSample = neighbours(hash, rows)
	}
	if weight != nil {
		d.Weight = arranged(weight, d.Order)
	}
	return nil
}

// learn finds the recipe and puts prepared values, by place and times Unit, into the
// table. It returns the name of a column that cannot be used.
func (d *Prepared) learn(ctx context.Context, r Recipe, to Columns) (bad string, err error) {
	largest, l := 0.0, learner{shelf: d.shelf}
	defer func() { large.GiveBack(d.shelf, l.copy, l.room) }()
	for j := range to.D {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		v := to.Column(j)
		d.arrangeInto(v, d.Raw[j])
		f, lo, hi := &d.Features[j], d.ends[j][0], d.ends[j][1]
		r.learn(f, v, &l)
		if f.Low != nil || f.Log {
			lo, hi = Extent(v)
		}
		if f.Centre != 0 || f.Scale != 1 { // rounded, it still puts no value before a smaller one
			vec.Standard(v, f.Centre, f.Scale)
			lo, hi = (lo-f.Centre)/f.Scale, (hi-f.Centre)/f.Scale
		}
		if !InRange(max(-lo, hi)) {
			return f.Name, nil
		}
		d.Largest = append(d.Largest, max(-lo, hi, 0))
		largest = max(largest, d.Largest[j])
	}
	if d.Unit = unitOf(largest); d.Unit != 1 {
		for i := range to.X {
			to.X[i] *= d.Unit
		}
		for j := range d.Largest {
			d.Largest[j] *= d.Unit
		}
	}
	return "", nil
}

// asReceived takes the original values for the prepared ones, without a copy, where they are
// the same, in the same order, and lie as Columns do. Nobody writes to either.
func (d *Prepared) asReceived(r Recipe) bool {
	if !d.AsGiven || !r.none() {
		return false
	}
	all, step := large.Whole(d.Raw)
	largest := 0.0
	for j := range d.Raw {
		largest = max(largest, d.largest(j))
	}
	if all == nil || unitOf(largest) != 1 {
		return false
	}
	d.C, d.Unit = Columns{N: d.N(), D: len(d.Raw), Stride: step, X: all}, 1
	for j := range d.Raw {
		d.Features[j].Scale = 1
		d.Largest = append(d.Largest, d.largest(j))
	}
	return true
}

// InRange reports whether sums of squares of prepared values of at most this size can be told
// as numbers: beyond, the inertia would be none.
func InRange(largest float64) bool {
	const most = 1e140
	return largest <= most
}

// unitOf returns what prepared values of at most the size largest are multiplied by, a power
// of two, for their squares neither to overflow nor to vanish.
func unitOf(largest float64) float64 {
	const tame = 1e50
	if largest <= tame && largest >= 1/tame {
		return 1
	}
	_, e := math.Frexp(largest)
	return math.Ldexp(1, max(-e, -1000))
}

// arrangeInto puts values by row of the table into out, by place.
func (d *Prepared) arrangeInto(out, v []float64) {
	if d.AsGiven {
		copy(out, v)
		return
	}
	for i, row := range d.Order {
		out[i] = v[row]
	}
}

// ByRow returns values by place as those by row of the table. It may be the same slice.
func (d *Prepared) ByRow(v []float64) []float64 {
	if d.AsGiven {
		return v
	}
	out := make([]float64, len(v))
	for i, row := range d.Order {
		out[row] = v[i]
	}
	return out
}

// arranged returns values in an order.
func arranged(v []float64, order []int32) []float64 {
	out := make([]float64, len(order))
	for i, row := range order {
		out[i] = v[row]
	}
	return out
}
