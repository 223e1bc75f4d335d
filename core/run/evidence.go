package run

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/evidence"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Evidence says what a run adds to the method's own evidence.
type Evidence struct {
	// Replicates of the stability of segments: 0 = some for clusterings and none for other
	// methods, NoStability = none.
	Replicates int
	// Keys are the customers' keys by code: draws follow from them, so that they do not
	// hang on the order in which customers were imported. Nil = as they stand.
	Keys *core.Dict
	// Session starts one process for many short runs; nil = each has one of its own.
	Session func(context.Context) (Session, error)
	// Say puts a message into both languages; nil leaves the texts of tables empty.
	Say func(core.Message) sdk.Text
}

// StabilityFailed is the code of the remark that the stability could not be measured.
const StabilityFailed = "stability_failed"

// NoStability asks for no replicates at all.
const NoStability = -1

// Session runs one method several times, from several goroutines.
type Session interface {
	Fit(ctx context.Context, r sdk.Request) (sdk.Response, error)
	Close()
}

// alone is a session of a Fitter that has none.
type alone struct{ Fitter }

func (a alone) Fit(ctx context.Context, r sdk.Request) (sdk.Response, error) {
	return a.Fitter.Fit(ctx, r, func(float64, sdk.Text) {})
}

func (alone) Close() {}

func (p *Plan) session(ctx context.Context) (Session, error) {
	if p.req.Evidence.Session == nil {
		return alone{p.req.Fitter}, nil
	}
	return p.req.Evidence.Session(ctx)
}

// Clustering is the tag of methods that look for groups, whose segments are therefore
// asked whether they come back.
const Clustering = "clustering"

// replicates returns how many replicates a segmentation gets.
func (p *Plan) replicates(s *core.Segmentation) int {
	switch n := p.req.Evidence.Replicates; {
	case n < 0 || len(s.Segments) < 2 || len(s.Label) == 0:
		return 0
	case n == 0 && slices.Contains(p.Method.Info.Tags, Clustering):
		return evidence.Replicates(len(s.Label))
	default:
		return n
	}
}

// Stability measures how well the segments of a result of the plan come back when
// customers are drawn anew, and returns s with the numbers in its segments and in the
// table "stability". s is not changed. A method that fails on the draws leaves a remark,
// no error: the result itself stands.
func (p *Plan) Stability(ctx context.Context, s *core.Segmentation, progress func(float64, sdk.Text)) (*core.Segmentation, error) {
	n := p.replicates(s)
	if n == 0 {
		return s, nil
	}
	out := *s
	session, err := p.session(ctx)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	found, err := evidence.Resample(ctx, s.Label, len(s.Segments), evidence.Draws{
		Replicates: n, Seed: p.req.Seed, Threads: max(1, p.req.Threads), Order: p.order(),
		Done: func(ready, of int) {
			progress(float64(ready)/float64(of), p.say(core.Message{Key: "stage.stability", Args: core.Args{"ready": ready, "of": of}}))
		},
	}, p.refit(s, session))
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		e := core.AsError(err)
		out.Diagnostics = append(slices.Clip(s.Diagnostics), sdk.Diagnostic{
			Severity: sdk.SeverityInfo, Code: StabilityFailed,
			Summary: p.say(core.Message{Key: "evidence.stability_failed", Args: core.Args{"code": e.Code}}),
		})
		return &out, nil
	}
	out.Segments = slices.Clone(s.Segments)
	for i, f := range found {
		out.Segments[i].Stability = nil
		if !math.IsNaN(f.Mean) {
			out.Segments[i].Stability = sdk.Bound(f.Mean)
		}
	}
	out.Tables = WithTable(s.Tables, p.stabilityTable(out.Segments, found))
	return &out, nil
}

// WithTable returns the tables with t in the place of the one with its id, or at the end.
func WithTable(tables []sdk.DataTable, t sdk.DataTable) []sdk.DataTable {
	out := slices.DeleteFunc(slices.Clone(tables), func(o sdk.DataTable) bool { return o.ID == t.ID })
	return append(out, t)
}

// Explore runs the method once on at most so many of the plan's customers, chosen by their
// keys, with all its evidence: a quick look before a decision.
func (p *Plan) Explore(ctx context.Context, most int) (sdk.Response, int, error) {
	rows, err := evidence.Pool(ctx, p.Table.Rows, p.order())
	if err != nil {
		return sdk.Response{}, 0, err
	}
	rows = rows[:min(len(rows), most)]
	req := p.part(rows, p.Params, p.req.Seed, p.starts())
	req.Brief, req.Threads = false, max(1, p.req.Threads)
	resp, err := p.req.Fitter.Fit(ctx, req, func(float64, sdk.Text) {})
	return resp, len(rows), err
}

// errNothing ends a replicate in which the method refuses to find anything.
var errNothing = errors.New("run: nothing found in a draw")

// refit runs the method on some rows. The number of segments is the one found, not
// searched again; nor is which columns are taken on a logarithmic scale, which would count
// a skewness near the threshold as an unstable segment.
func (p *Plan) refit(s *core.Segmentation, session Session) evidence.Refit {
	params := make(sdk.Params, len(p.Params))
	for id, v := range p.Params {
		params[id] = v
	}
	if k, ok := p.Method.Info.Param("k"); ok && k.Kind == sdk.ParamInt {
		params["k"] = sdk.Int(int64(len(s.Segments)))
		delete(params, "height")
	}
	if names, ok := logged(s); ok && params.Text("log") == "auto" {
		params["log"] = sdk.TextValue(names)
	}
	starts := p.starts()
	return func(ctx context.Context, replicate int, rows []int32) ([]int32, error) {
		resp, err := session.Fit(ctx, p.part(rows, params, p.req.Seed+uint64(replicate)+1, starts))
		if err != nil {
			return nil, err
		}
		label, err := labels(p.Method.Info, resp, len(rows))
		if errors.Is(err, errNothing) {
			return nil, nil
		}
		return label, err
	}
}

// logged names the columns that a clustering took the logarithm of, as its table "recipe"
// has them, in the form of the parameter log; false where that cannot be said.
func logged(s *core.Segmentation) (string, bool) {
	recipe := s.DataTable("recipe")
	if recipe == nil {
		return "", false
	}
	feature, log := recipe.Column("feature"), recipe.Column("log")
	if feature == nil || log == nil || log.Kind != table.Bool {
		return "", false
	}
	var names []string
	for i, x := range log.Ints {
		name := feature.Text(i)
		switch {
		case x == 0:
		case strings.ContainsAny(name, ",，") || strings.TrimSpace(name) != name:
			return "", false
		default:
			names = append(names, name)
		}
	}
	switch all := strings.Join(names, ","); all {
	case "":
		return "none", true
	case "auto", "none", "all": // a column of that name
		return "", false
	default:
		return all, true
	}
}

// part is the request of a run on some rows of the plan.
func (p *Plan) part(rows []int32, params sdk.Params, seed uint64, starts [][]int32) sdk.Request {
	r := sdk.Request{Table: p.Table.Pick(rows), AsOf: asOf(p.req.Features.AsOf), Params: params, Seed: seed, Threads: 1, Brief: true}
	for i, d := range p.Details {
		r.Details = append(r.Details, sdk.DetailTable{ID: d.ID, Table: pickDetail(d.Table, rows, starts[i])})
	}
	return r
}

// detailCustomer is the column of a long table that says whose row it is.
const detailCustomer = "customer"

// starts returns for every row of the plan where its rows begin in each long table.
func (p *Plan) starts() [][]int32 {
	out := make([][]int32, len(p.Details))
	for i, d := range p.Details {
		out[i] = make([]int32, p.Table.Rows+1)
		for _, customer := range d.Table.Column(detailCustomer).Ints {
			out[i][customer+1]++
		}
		for r := range p.Table.Rows {
			out[i][r+1] += out[i][r]
		}
	}
	return out
}

// pickDetail returns the part of a long table that is about the rows, renumbered.
func pickDetail(t *table.Table, rows []int32, start []int32) *table.Table {
	var take []int32
	var whose []int64
	for i, r := range rows {
		for at := start[r]; at < start[r+1]; at++ {
			take, whose = append(take, at), append(whose, int64(i))
		}
	}
	out := t.Pick(take)
	out.Column(detailCustomer).Ints = whose
	return out
}

// labels reads the codes of the segments out of an answer.
func labels(info sdk.Info, resp sdk.Response, rows int) ([]int32, error) {
	for _, d := range resp.Diagnostics {
		if d.Severity == sdk.SeverityError {
			return nil, errNothing
		}
	}
	for i := range resp.Columns {
		c := &resp.Columns[i]
		if meaningOf(info, c.Name) != sdk.MeaningSegment || len(c.Codes) != rows {
			continue
		}
		out := make([]int32, rows)
		for j, code := range c.Codes {
			out[j] = int32(code)
		}
		return out, nil
	}
	return nil, errNothing
}

// order numbers the rows of the plan by their customers' keys.
func (p *Plan) order() func(int) uint64 {
	keys := p.req.Evidence.Keys
	if keys == nil {
		return nil
	}
	var b []byte
	return func(row int) uint64 {
		b = keys.AppendTo(b[:0], int(p.req.Features.Customers[p.Rows[row]]))
		return evidence.HashBytes(b)
	}
}

func (p *Plan) say(m core.Message) sdk.Text {
	if p.req.Evidence.Say == nil {
		return sdk.Text{}
	}
	return p.req.Evidence.Say(m)
}

// stabilityTable is the table "stability": a row a segment.
func (p *Plan) stabilityTable(segments []core.Segment, found []evidence.Stability) sdk.DataTable {
	n := len(found)
	mean, low, high := make([]float64, n), make([]float64, n), make([]float64, n)
	words, replicates := make([]string, n), make([]int64, n)
	valid := table.NewBits(n)
	for i, f := range found {
		words[i], replicates[i] = string(f.Verdict), int64(f.Replicates)
		if !math.IsNaN(f.Mean) {
			valid.Set(i)
			mean[i], low[i], high[i] = f.Mean, f.Low, f.High
		}
	}
	number := func(name string, v []float64) table.Column {
		return table.Column{Name: name, Kind: table.Float64, Floats: v, Valid: valid}
	}
	return p.titled("stability", &table.Table{Rows: n, Columns: []table.Column{
		segmentColumn(segments, func(i int) int { return i }, n),
		number("mean", mean), number("low", low), number("high", high),
		{Name: "verdict", Kind: table.String, Strings: words},
		{Name: "replicates", Kind: table.Int64, Ints: replicates},
	}})
}

// segmentColumn calls the segments of n rows of a table by their keys.
func segmentColumn(segments []core.Segment, of func(row int) int, n int) table.Column {
	c := table.Column{Name: "segment", Kind: table.Category, Codes: make([]uint32, n), Dict: make([]string, len(segments))}
	for i, g := range segments {
		c.Dict[i] = g.Key
	}
	for i := range c.Codes {
		c.Codes[i] = uint32(of(i))
	}
	return c
}
