package sdktest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

// Case is one run that a method must do well.
type Case struct {
	Name   string
	Table  *table.Table // columns carry roles of the method
	Params sdk.Params   // incomplete is fine: Validate completes them
	Seed   uint64

	Details []sdk.DetailTable // long tables, for a method that asks for them
	AsOf    int               // days since 1970-01-01
}

// pick is the case with the given rows of the table, in that order, and with what the
// long tables have about them.
func (c Case) pick(rows []int32) Case {
	c.Table = c.Table.Pick(rows)
	c.Details = pickDetails(c.Details, rows)
	return c
}

// mapped is the case with the numbers changed.
func (c Case) mapped(f func(row int, v float64) float64) Case {
	c.Table = mapped(c.Table, f)
	long := slices.Clone(c.Details)
	for i := range long {
		long[i].Table = mappedDetail(long[i].Table, f)
	}
	c.Details = long
	return c
}

// Sequence is the tag of methods for which the order of rows has a meaning. All
// others must not depend on it.
const Sequence = "sequence"

// Run holds a method to the contract, on the cases or, where there are none, on a
// table made from its roles.
func Run(t *testing.T, m sdk.Method, cases ...Case) {
	t.Helper()
	s := &suite{method: m, info: m.Info()}
	t.Run("info", s.testInfo)
	if t.Failed() {
		return
	}
	if len(cases) == 0 {
		cases = []Case{Generated(s.info, 240, 1)}
	}
	t.Run("validate", func(t *testing.T) { s.testValidate(t, cases[0]) })
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { s.testCase(t, c) })
	}
	t.Run("hard data", func(t *testing.T) { s.testHard(t, cases[0]) })
	t.Run("cancel", func(t *testing.T) { s.testCancel(t, cases[0]) })
}

// RunRemote is Run for every method of a live plugin. Cases are told apart by the
// method's id.
func RunRemote(t *testing.T, c *rpc.Client, cases map[string][]Case) {
	t.Helper()
	d, err := c.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range d.Methods {
		t.Run(info.ID, func(t *testing.T) { Run(t, c.Method(info), cases[info.ID]...) })
	}
}

// suite is one method under test.
type suite struct {
	method sdk.Method
	info   sdk.Info
}

// tried calls f and reports a panic as an error, so that one does not end the suite.
func tried[T any](f func() (T, error)) (out T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return f()
}

// complete validates a case and returns the parameters that a run gets.
func (s *suite) complete(t *testing.T, c Case) sdk.Params {
	t.Helper()
	out, err := tried(func() (sdk.ValidateResponse, error) {
		return s.method.Validate(t.Context(), c.question(c.Params, sdk.Schema(c.Table)))
	})
	if err != nil {
		t.Fatalf("validate: %v", err)
	}
	if d := failing(out.Diagnostics); d != nil {
		t.Fatalf("validate: %s: %s", d.Code, d.Summary.EN)
	}
	return out.Params
}

func (s *suite) fit(ctx context.Context, c Case, p sdk.Params, threads int, rep sdk.Reporter) (sdk.Response, error) {
	return tried(func() (sdk.Response, error) {
		return s.method.Fit(ctx, c.request(p, threads), rep)
	})
}

// answer is what the method finds in a case that it must do well.
func (s *suite) answer(t *testing.T, c Case, p sdk.Params) sdk.Response {
	t.Helper()
	out, err := s.fit(t.Context(), c, p, 1, Quiet{})
	if err == nil {
		err = check.Response(s.info, c.Table, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	if d := failing(out.Diagnostics); d != nil {
		t.Fatalf("%s: %s", d.Code, d.Summary.EN)
	}
	return out
}

// request is the case as it is run.
func (c Case) request(p sdk.Params, threads int) sdk.Request {
	return sdk.Request{Table: c.Table, Details: c.Details, AsOf: c.AsOf, Params: p, Seed: c.Seed, Threads: threads}
}

// question is the case as it is validated, with these columns.
func (c Case) question(p sdk.Params, columns []sdk.ColumnSchema) sdk.ValidateRequest {
	r := c.request(p, 1).Question()
	r.Columns = columns
	return r
}

func failing(list []sdk.Diagnostic) *sdk.Diagnostic {
	i := slices.IndexFunc(list, func(d sdk.Diagnostic) bool { return d.Severity == sdk.SeverityError })
	if i < 0 {
		return nil
	}
	return &list[i]
}
