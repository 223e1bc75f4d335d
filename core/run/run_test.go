package run_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/run"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// halves puts customers above a limit into "high", others into "low".
type halves struct{ seen *table.Table }

func (h *halves) info() sdk.Info {
	return sdk.Info{
		ID: "halves", Version: "1.0.0", Name: sdk.Text{ZH: "二分", EN: "Halves"},
		Roles: []sdk.Role{{ID: "value", Title: sdk.Text{ZH: "数值", EN: "Value"}, Min: 1, Max: 1, Kinds: []table.Kind{table.Float64, table.Int64}, Hints: []string{feature.Monetary}}},
		Params: []sdk.Param{
			{ID: "limit", Kind: sdk.ParamReal, Default: sdk.Real(10), Min: sdk.Bound(0)},
			{ID: "side", Kind: sdk.ParamChoice, Choices: []sdk.Choice{{ID: "left"}, {ID: "right"}}, Default: sdk.TextValue("left")},
		},
		Outputs: []sdk.Output{{ID: "segment", Kind: table.Category, Meaning: sdk.MeaningSegment}, {ID: "gap", Kind: table.Float64}},
	}
}

func (h *halves) Validate(_ context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	resp := sdk.ValidateResponse{Params: r.Params}
	if r.Params.Real("limit") > 1000 {
		resp.Diagnostics = []sdk.Diagnostic{{Severity: sdk.SeverityError, Code: "too_high", Summary: sdk.Text{ZH: "太高", EN: "too high"}, Param: "limit"}}
	}
	return resp, nil
}

func (h *halves) Fit(_ context.Context, r sdk.Request, _ func(float64, sdk.Text)) (sdk.Response, error) {
	h.seen = r.Table
	seg := table.Column{Name: "segment", Kind: table.Category, Dict: []string{"low", "high"}}
	gap := table.Column{Name: "gap", Kind: table.Float64}
	for i := range r.Table.Rows {
		v := r.Table.Columns[0].Float(i)
		code := uint32(0)
		if v > r.Params.Real("limit") {
			code = 1
		}
		seg.Codes, gap.Floats = append(seg.Codes, code), append(gap.Floats, v-r.Params.Real("limit"))
	}
	return sdk.Response{
		Columns:  []table.Column{seg, gap},
		Segments: []sdk.Segment{{Key: "high", Name: sdk.Text{ZH: "高", EN: "High"}}, {Key: "low", Name: sdk.Text{ZH: "低", EN: "Low"}}},
	}, nil
}

func features() *feature.Set {
	age := table.Column{Name: "age", Kind: table.Float64, Floats: []float64{20, 0, 40, 60}, Valid: table.NewBits(4)}
	for _, i := range []int{0, 2, 3} {
		age.Valid.Set(i)
	}
	return &feature.Set{
		Customers: []uint32{1, 4, 6, 7}, AsOf: core.YMD(2024, 5, 1),
		Table: &table.Table{Rows: 4, Columns: []table.Column{
			{Name: feature.Monetary, Kind: table.Float64, Floats: []float64{5, 50, 10, 35}},
			age,
			{Name: "city", Kind: table.Category, Codes: []uint32{0, 0, 1, 1}, Dict: []string{"上海", "北京"}},
		}},
		Excluded: []core.Excluded{{Reason: feature.ReasonNoOrders, Count: 1, Customers: []uint32{2}}},
	}
}

func request(h *halves) run.Request {
	return run.Request{Method: core.Method{Info: h.info(), Plugin: "bundled"}, Fitter: h, Name: "n", Features: features(), Data: "d"}
}

func TestRun(t *testing.T) {
	t.Parallel()
	h := &halves{}
	p, err := run.Prepare(t.Context(), request(h))
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Run(t.Context(), func(float64, sdk.Text) {})
	if err != nil {
		t.Fatal(err)
	}
	want := []core.Segment{
		{ID: 1, Key: "high", Name: sdk.Text{ZH: "高", EN: "High"}, Size: 2, Share: 0.5, Amount: 85, AmountShare: 0.85},
		{ID: 2, Key: "low", Name: sdk.Text{ZH: "低", EN: "Low"}, Size: 2, Share: 0.5, Amount: 15, AmountShare: 0.15},
	}
	if diff := cmp.Diff(want, s.Segments); diff != "" {
		t.Errorf("segments (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{1, 0, 1, 0}, s.Label); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if len(h.seen.Columns) != 1 || h.seen.Columns[0].Role != "value" {
		t.Errorf("the method saw %d columns, want its one role only", len(h.seen.Columns))
	}
	if len(s.Excluded) != 1 || s.Identity == "" {
		t.Errorf("excluded %+v, identity %q", s.Excluded, s.Identity)
	}
}

func TestMissingValuesAreExcludedByReason(t *testing.T) {
	t.Parallel()
	r := request(&halves{})
	r.Columns = []string{"age"}
	r.Keep = []bool{true, true, true, false}
	p, err := run.Prepare(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int32{0, 2}, p.Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if got := p.Excluded[1]; got.Reason != "missing_value" || !cmp.Equal(got.Customers, []uint32{4}) {
		t.Errorf("excluded %+v, want customer 4 for its missing age", got)
	}
}

// One reason is one line, whether a customer without orders has a row of attributes or none.
func TestCustomersWithoutOrdersAreLeftOutByReason(t *testing.T) {
	t.Parallel()
	r := request(&halves{})
	set := *r.Features
	money := set.Table.Column(feature.Monetary)
	some := table.NewBits(money.Len())
	some.Set(0) // 4 and 6 bought nothing in the time that counts, 6 before it
	some.Set(3)
	set.Table = &table.Table{Rows: set.Table.Rows, Columns: slices.Clone(set.Table.Columns)}
	set.Table.Column(feature.Monetary).Valid = some
	set.Early = []uint32{set.Customers[2]}
	r.Features = &set
	p, err := run.Prepare(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	want := []core.Excluded{
		{Reason: feature.ReasonNoOrders, Count: 2, Customers: []uint32{2, 4}},
		{Reason: feature.ReasonWindow, Count: 1, Customers: []uint32{6}},
	}
	if diff := cmp.Diff(want, p.Excluded); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*run.Request)
		code   string
	}{
		"unknown parameter":             {func(r *run.Request) { r.Set = map[string]string{"limt": "1"} }, run.CodeUnknownParam},
		"value out of range":            {func(r *run.Request) { r.Set = map[string]string{"limit": "-1"} }, run.CodeBadParam},
		"broken text":                   {func(r *run.Request) { r.Set = map[string]string{"limit": "1\xff"} }, run.CodeBadParam},
		"not a choice":                  {func(r *run.Request) { r.Set = map[string]string{"side": "up"} }, run.CodeBadParam},
		"unknown column":                {func(r *run.Request) { r.Columns = []string{"income"} }, run.CodeUnknownColumn},
		"categories where numbers go":   {func(r *run.Request) { r.Columns = []string{"city"} }, run.CodeColumnKind},
		"nobody left":                   {func(r *run.Request) { r.Keep = make([]bool, 4) }, run.CodeNoCustomers},
		"the method objects":            {func(r *run.Request) { r.Set = map[string]string{"limit": "2000"} }, run.CodeRefused},
		"no column that the role takes": {func(r *run.Request) { r.Features.Table.Columns = r.Features.Table.Columns[2:] }, run.CodeRoleUnfilled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request(&halves{})
			c.change(&r)
			p, err := run.Prepare(t.Context(), r)
			if err == nil {
				_, err = p.Run(t.Context(), func(float64, sdk.Text) {})
			}
			if got := core.CodeOf(err); got != c.code {
				t.Errorf("code %q (%v), want %q", got, err, c.code)
			}
		})
	}
}

func TestIdentityFollowsWhatDecidesTheResult(t *testing.T) {
	t.Parallel()
	identity := func(change func(*run.Request)) string {
		r := request(&halves{})
		change(&r)
		p, err := run.Prepare(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		s, err := p.Run(t.Context(), func(float64, sdk.Text) {})
		if err != nil {
			t.Fatal(err)
		}
		return s.Identity
	}
	base := identity(func(*run.Request) {})
	if identity(func(r *run.Request) { r.Name, r.Threads = "other", 7 }) != base {
		t.Error("the name or the number of cores changes the identity")
	}
	for name, change := range map[string]func(*run.Request){
		"seed":      func(r *run.Request) { r.Seed = 1 },
		"parameter": func(r *run.Request) { r.Set = map[string]string{"limit": "11"} },
		"column":    func(r *run.Request) { r.Columns = []string{"age"} },
		"data":      func(r *run.Request) { r.Data = "e" },
		"as-of":     func(r *run.Request) { r.Features.AsOf++ },
	} {
		if identity(change) == base {
			t.Errorf("the %s does not change the identity", name)
		}
	}
}

// A column that a parameter names, or that is named twice, is sent once.
func TestPickedColumnsAreSentOnce(t *testing.T) {
	t.Parallel()
	h := &explains{}
	r := request(&h.halves)
	r.Method.Info, r.Fitter = h.info(), h
	r.Set = map[string]string{"target": "age"}
	r.Columns = []string{"age", feature.Monetary, feature.Monetary}
	p, err := run.Prepare(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range p.Table.Columns {
		got = append(got, c.Role+"="+c.Name)
	}
	if diff := cmp.Diff([]string{"target=age", "features=monetary"}, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	r.Columns = []string{"age"}
	if _, err := run.Prepare(t.Context(), r); core.CodeOf(err) != run.CodeRoleUnfilled {
		t.Errorf("nothing but the target picked: %v", err)
	}
}

// Where every role is optional and takes one column, the user's columns fill them in
// their order, and hints fill none beside them.
func TestPickedColumnsFillOptionalRoles(t *testing.T) {
	t.Parallel()
	h := &halves{}
	r := request(h)
	numbers := []table.Kind{table.Float64, table.Int64}
	r.Method.Info.Roles = []sdk.Role{
		{ID: "one", Max: 1, Kinds: numbers}, {ID: "two", Max: 1, Kinds: numbers}, {ID: "three", Max: 1, Kinds: numbers, Hints: []string{feature.Monetary}},
	}
	for _, c := range []struct{ picked, want []string }{
		{[]string{"age", feature.Monetary}, []string{"one=age", "two=monetary"}},
		{[]string{"age"}, []string{"one=age"}},
		{nil, []string{"three=monetary"}},
	} {
		r.Columns = c.picked
		p, err := run.Prepare(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range p.Table.Columns {
			got = append(got, c.Role+"="+c.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.picked, diff)
		}
	}
}

// explains has a target that a parameter names and any number of features.
type explains struct{ halves }

func (e *explains) info() sdk.Info {
	i := e.halves.info()
	numbers := []table.Kind{table.Float64, table.Int64}
	i.Params = append(i.Params, sdk.Param{ID: "target", Kind: sdk.ParamColumn})
	i.Roles = []sdk.Role{{ID: "target", Min: 1, Max: 1, Kinds: numbers, Param: "target"}, {ID: "features", Min: 1, Kinds: numbers}}
	return i
}
