package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/internal/large"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Fitter runs one method, wherever it lives.
type Fitter interface {
	Validate(ctx context.Context, req sdk.ValidateRequest) (sdk.ValidateResponse, error)
	Fit(ctx context.Context, req sdk.Request, progress func(float64, sdk.Text)) (sdk.Response, error)
}

// Request is one run.
type Request struct {
	Method   core.Method
	Fitter   Fitter
	Name     string
	Features *feature.Set      // every feature of the project as of the date
	Set      map[string]string // parameters as the command line writes them
	Columns  []string          // features that the user picked; nil = by the roles' hints
	Keep     []bool            // rows of Features that take part; nil = all
	Dropped  []core.Excluded   // why the others do not
	Where    string            // recorded
	Within   string            // recorded
	Parents  []core.Parent     // recorded
	Uses     []core.RunUse     // recorded
	Sources  []string          // identities of the runs among the features; part of the identity
	Seed     uint64
	Threads  int
	Room     core.Room // what the run may take; 0 = not checked
	Data     string    // fingerprint of the dataset, part of the identity
	// Detail makes a long table about customers, who are given by their codes: nil where
	// the project has no such data. A nil Detail has none.
	Detail   func(ctx context.Context, id string, customers []uint32) (*table.Table, error)
	Evidence Evidence
}

// Plan is a run that is ready to start: what will be sent and what was found.
type Plan struct {
	Method      core.Method
	Params      sdk.Params
	Table       *table.Table // the columns that the method will see, with their roles
	Rows        []int32      // rows of the feature set that are in Table
	Excluded    []core.Excluded
	Details     []sdk.DetailTable
	Diagnostics []sdk.Diagnostic
	// Later is asked for more of them, none of which refuses the run, when the method has
	// ended; nil = there are no more.
	Later       func() ([]sdk.Diagnostic, error)
	MemoryBytes int64
	req         Request
}

// Errors of a plan: a core.Error of origin user with one of these codes.
const (
	CodeUnknownParam  = "unknown_param"
	CodeBadParam      = "bad_param"
	CodeRoleUnfilled  = "role_unfilled"
	CodeUnknownColumn = "unknown_column"
	CodeColumnKind    = "column_kind"
	CodeColumnTwice   = "column_twice"
	CodeNoCustomers   = "no_customers_left"
	CodeDetailMissing = "detail_missing"
	CodeNoMemory      = "not_enough_memory"        // origin app; fewer customers would fit
	CodeNoMemoryAtAll = "not_enough_memory_at_all" // origin app; fewer customers would not
	CodeRefused       = "run_refused"
)

// narrowest is what of the request most likely left nobody.
func narrowest(r Request) string {
	switch {
	case r.Where != "":
		return "where"
	case r.Within != "":
		return "within"
	}
	return "as-of"
}

// Prepare fills the roles, parses the parameters, leaves out rows and asks the
// method to validate. Diagnostics of severity error are part of the plan: it is
// [Plan.Run] that refuses.
func Prepare(ctx context.Context, r Request) (*Plan, error) {
	params, err := parse(r.Method.Info, r.Set)
	if err != nil {
		return nil, err
	}
	cols, err := fillRoles(r.Method.Info, r.Features.Table, params, r.Columns)
	if err != nil {
		return nil, err
	}
	p := &Plan{Method: r.Method, Params: params, req: r}
	p.takeRows(cols)
	if len(p.Rows) == 0 {
		return nil, &core.Error{Code: CodeNoCustomers, Origin: core.OriginData, Op: "run", Where: core.Where{Param: narrowest(r)}, Args: core.Args{"method": r.Method.Info.Name}}
	}
	if err := p.addDetails(ctx); err != nil {
		return nil, err
	}
	v, err := r.Fitter.Validate(ctx, p.request().Question())
	if err != nil {
		return nil, err
	}
	if v.Params != nil {
		p.Params = v.Params
	}
	p.Diagnostics, p.MemoryBytes = v.Diagnostics, v.MemoryBytes
	return p, nil
}

// takeRows picks the rows that take part: those that the request keeps and that
// have a value in every column whose role does not allow missing ones.
func (p *Plan) takeRows(cols []column) {
	src := p.req.Features.Table
	missing := map[string][]uint32{}
	p.Rows = large.Room[int32](src.Rows)
	orders := p.needsOrders(cols)
	if p.everybody(cols, orders) {
		for i := range src.Rows {
			p.Rows = append(p.Rows, int32(i))
		}
	} else {
		p.pickRows(cols, orders, missing)
	}
	p.Excluded = append(append(p.Excluded, p.req.Features.Excluded...), p.req.Dropped...)
	for _, reason := range slices.Sorted(maps.Keys(missing)) {
		p.leaveOut(reason, missing[reason])
	}
	t := &table.Table{Rows: src.Rows}
	for _, c := range cols {
		col := *c.col
		col.Role = c.role
		t.Columns = append(t.Columns, col)
	}
	if len(p.Rows) < src.Rows {
		t = t.Pick(p.Rows)
	}
	p.Table = t
}

// leaveOut counts customers as left out, together with others of the same reason.
func (p *Plan) leaveOut(reason string, customers []uint32) {
	at := slices.IndexFunc(p.Excluded, func(e core.Excluded) bool { return e.Reason == reason })
	if at < 0 {
		p.Excluded = append(p.Excluded, core.Excluded{Reason: reason, Count: len(customers), Customers: customers})
		return
	}
	e := &p.Excluded[at]
	e.Customers = append(slices.Clip(e.Customers), customers...)
	slices.Sort(e.Customers)
	e.Count += len(customers)
}

// everybody reports whether no customer is left out, which most often needs no look at
// the rows.
func (p *Plan) everybody(cols []column, orders *table.Column) bool {
	if p.req.Keep != nil || orders != nil && orders.CountMissing() > 0 {
		return false
	}
	return !slices.ContainsFunc(cols, func(c column) bool { return c.exclude && c.col.CountMissing() > 0 })
}

// pickRows appends the rows that take part to p.Rows and the others to missing, by reason.
func (p *Plan) pickRows(cols []column, orders *table.Column, missing map[string][]uint32) {
rows:
	for i := range p.req.Features.Table.Rows {
		if p.req.Keep != nil && !p.req.Keep[i] {
			continue
		}
		customer := p.req.Features.Customers[i]
		if orders != nil && orders.Missing(i) {
			reason := p.req.Features.NoOrders(customer)
			missing[reason] = append(missing[reason], customer)
			continue
		}
		for _, c := range cols {
			if c.exclude && c.col.Missing(i) {
				reason := "missing_value"
				if slices.Contains(feature.Names(), c.col.Name) {
					reason = p.req.Features.NoOrders(customer)
				}
				missing[reason] = append(missing[reason], customer)
				continue rows
			}
		}
		p.Rows = append(p.Rows, int32(i))
	}
}

// Run fits the method and returns the segmentation, not yet numbered or dated. An
// error diagnostic of the plan refuses the run with CodeRefused.
func (p *Plan) Run(ctx context.Context, progress func(float64, sdk.Text)) (*core.Segmentation, error) {
	if err := p.refused(p.Diagnostics); err != nil {
		return nil, err
	}
	if err := p.fits(ctx); err != nil {
		return nil, err
	}
	resp, err := p.req.Fitter.Fit(ctx, p.request(), progress)
	if err != nil {
		return nil, err
	}
	if err := p.refused(resp.Diagnostics); err != nil { // what only the rows could tell
		return nil, err
	}
	if p.Later != nil {
		more, err := p.Later()
		if err != nil {
			return nil, err
		}
		p.Diagnostics, p.Later = append(slices.Clip(p.Diagnostics), more...), nil
	}
	return p.segmentation(resp)
}

// refused returns the first diagnostic of severity error as an error. One that names a
// parameter or a role is a wrong choice; any other is the data's.
func (p *Plan) refused(found []sdk.Diagnostic) error {
	for _, d := range found {
		if d.Severity == sdk.SeverityError {
			origin := core.OriginData
			if d.Param != "" || strings.HasPrefix(d.Code, "role_") {
				origin = core.OriginUser
			}
			return &core.Error{
				Code: CodeRefused, Origin: origin, Op: "run",
				Where: core.Where{Param: d.Param, Column: d.Column},
				Args:  core.Args{"reason": joinText(d.Summary, d.Detail), "method": p.Method.Info.Name},
			}
		}
	}
	return nil
}

func joinText(a, b sdk.Text) sdk.Text {
	if b.IsZero() {
		return a
	}
	return sdk.Text{ZH: a.ZH + b.ZH, EN: a.EN + " " + b.EN}
}

// Identity is the hash of everything that decides the plan's result: a stored run of the
// same identity came of the same plan.
func (p *Plan) Identity() string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	keys := make([]string, 0, len(p.Table.Columns))
	for i := range p.Table.Columns {
		keys = append(keys, p.Table.Columns[i].Name+"\x00"+p.Table.Columns[i].Role)
	}
	for _, v := range []any{
		p.req.Data, p.req.Features.AsOf, keys, p.Method.Info.ID, p.Method.Info.Version, p.Method.Plugin,
		p.Params, p.req.Where, p.req.Within, p.req.Seed, len(p.Rows),
	} {
		_ = enc.Encode(v) // plain data into a hash cannot fail
	}
	if len(p.req.Sources) > 0 {
		_ = enc.Encode(p.req.Sources)
	}
	return hex.EncodeToString(h.Sum(nil))
}
