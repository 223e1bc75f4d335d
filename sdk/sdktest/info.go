package sdktest

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
	"qunxiang/sdk/table"
)

func (s *suite) testInfo(t *testing.T) {
	if err := check.Info(s.info); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.info, s.method.Info()); diff != "" {
		t.Errorf("Info is another on the second call:\n%s", diff)
	}
	b, err := proto.Marshal(wire.FromInfo(s.info))
	if err != nil {
		t.Fatal(err)
	}
	var m methodv1.MethodInfo
	if err := proto.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.info, wire.ToInfo(&m), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("Info does not survive the wire (-sent +received):\n%s", diff)
	}
	_, applies := s.method.(sdk.Applier)
	if s.info.Capabilities.Apply && !applies {
		t.Error("Capabilities.Apply without an Apply method")
	}
	_, exports := s.method.(sdk.Exporter)
	if len(s.info.Capabilities.ExportFormats) > 0 && !exports {
		t.Error("Capabilities.ExportFormats without an ExportModel method")
	}
}

func (s *suite) testValidate(t *testing.T, c Case) {
	t.Helper()
	ask := func(p sdk.Params, columns []sdk.ColumnSchema) sdk.ValidateResponse {
		t.Helper()
		out, err := tried(func() (sdk.ValidateResponse, error) {
			return s.method.Validate(t.Context(), c.question(p, columns))
		})
		if err == nil {
			err = check.Validated(s.info, &out)
		}
		if err != nil {
			t.Errorf("validate %v: %v", p, err)
		}
		return out
	}
	full := s.complete(t, c)
	for id, v := range s.info.Defaults() {
		if _, given := c.Params[id]; !given && full[id].IsZero() {
			t.Errorf("the default %v of %s was not filled in", v, id)
		}
	}
	if diff := cmp.Diff(full, ask(full, sdk.Schema(c.Table)).Params, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("complete parameters were changed:\n%s", diff)
	}
	for name, p := range wrong(s.info) {
		given := maps.Clone(full)
		maps.Copy(given, p)
		if failing(ask(given, sdk.Schema(c.Table)).Diagnostics) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	needs := slices.ContainsFunc(s.info.Roles, func(r sdk.Role) bool { return r.Min > 0 })
	if needs && failing(ask(full, nil).Diagnostics) == nil {
		t.Error("a table without columns is accepted")
	}
	ask(nil, nil) // whatever it answers, in order
}

// wrong are parameters that no method may accept.
func wrong(in sdk.Info) map[string]sdk.Params {
	out := map[string]sdk.Params{"an unknown parameter": {"no_such_parameter": sdk.Int(1)}}
	for _, p := range in.Params {
		if !p.Auto && p.Kind != sdk.ParamText {
			out[p.ID+"=auto"] = sdk.Params{p.ID: sdk.Auto()}
		}
		if v := outside(p); !v.IsZero() {
			out[fmt.Sprintf("%s=%v", p.ID, v)] = sdk.Params{p.ID: v}
		}
	}
	return out
}

// outside is a value just outside what a parameter takes; none where it takes any.
func outside(p sdk.Param) sdk.Value {
	limit := func(b *float64) bool { return b != nil && math.Abs(*b) < 1<<52 }
	switch p.Kind {
	case sdk.ParamChoice:
		return sdk.TextValue("no such choice")
	case sdk.ParamInt:
		if limit(p.Max) {
			return sdk.Int(int64(*p.Max) + 1)
		}
		if limit(p.Min) {
			return sdk.Int(int64(*p.Min) - 1)
		}
	case sdk.ParamReal:
		if limit(p.Max) {
			return sdk.Real(math.Nextafter(*p.Max, math.Inf(1)))
		}
	case sdk.ParamNumbers:
		if p.Items > 0 {
			return sdk.Numbers(make([]float64, p.Items+1)...)
		}
	}
	return sdk.Value{}
}

// snapshot is a deep copy of what a method must not change.
func snapshot(t *table.Table) *table.Table {
	all := make([]int32, t.Rows)
	for i := range all {
		all[i] = int32(i)
	}
	out := t.Pick(all)
	for i := range out.Columns {
		out.Columns[i].Dict = slices.Clone(t.Columns[i].Dict)
	}
	return out
}
