package check_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/check"
	"qunxiang/sdk/internal/wire"
	"qunxiang/sdk/table"
)

func text(s string) sdk.Text { return sdk.Text{ZH: s, EN: s} }

func info() sdk.Info {
	return sdk.Info{
		ID: "two", Version: "1.0.0", Name: text("Two"), Summary: text("Two."), Question: text("Which?"), Help: text("Help.\n\n- more"),
		Roles: []sdk.Role{{ID: "target", Title: text("Target"), Help: text("Target."), Min: 1, Max: 1, Kinds: []table.Kind{table.Float64}, Param: "target"}},
		Params: []sdk.Param{
			{ID: "target", Kind: sdk.ParamColumn, Title: text("Target"), Help: text("Target.")},
			{ID: "k", Kind: sdk.ParamInt, Title: text("K"), Help: text("K."), Default: sdk.Auto(), Auto: true, Min: sdk.Bound(2), Max: sdk.Bound(9)},
			{
				ID: "how", Kind: sdk.ParamChoice, Title: text("How"), Help: text("How."), Default: sdk.TextValue("a"),
				Choices: []sdk.Choice{{ID: "a", Title: text("A")}, {ID: "b", Title: text("B")}}, When: &sdk.When{Param: "k", Is: []string{"2"}},
			},
			{ID: "cuts", Kind: sdk.ParamNumbers, Title: text("Cuts"), Help: text("Cuts."), Default: sdk.Numbers(1, 2), Rising: true},
			{ID: "names", Kind: sdk.ParamTexts, Title: text("Names"), Help: text("Names."), Default: sdk.Texts("a,b", "c")},
		},
		Outputs: []sdk.Output{
			{ID: "segment", Title: text("Segment"), Kind: table.Category, Meaning: sdk.MeaningSegment},
			{ID: "p", Title: text("P"), Kind: table.Float64, Meaning: sdk.MeaningProbability},
		},
		Capabilities: sdk.Capabilities{ExportFormats: []string{"application/pmml+xml;version=4.4"}},
	}
}

func TestInfo(t *testing.T) {
	t.Parallel()
	if err := check.Info(info()); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*sdk.Info){
		"an id with blanks":                func(in *sdk.Info) { in.ID = "a b" },
		"no version":                       func(in *sdk.Info) { in.Version = "" },
		"one language":                     func(in *sdk.Info) { in.Name.ZH = "" },
		"no question":                      func(in *sdk.Info) { in.Question = sdk.Text{} },
		"a name with a line end":           func(in *sdk.Info) { in.Name = text("a\nb") },
		"a parameter twice":                func(in *sdk.Info) { in.Params = append(in.Params, in.Params[0]) },
		"a parameter of no kind":           func(in *sdk.Info) { in.Params[1].Kind = 99 },
		"a parameter without help":         func(in *sdk.Info) { in.Params[1].Help = sdk.Text{} },
		"a default out of range":           func(in *sdk.Info) { in.Params[1].Default = sdk.Int(1) },
		"a default of another kind":        func(in *sdk.Info) { in.Params[1].Default = sdk.TextValue("3") },
		"an automatic default not allowed": func(in *sdk.Info) { in.Params[1].Auto = false },
		"a default that falls":             func(in *sdk.Info) { in.Params[3].Default = sdk.Numbers(2, 1) },
		"an empty range":                   func(in *sdk.Info) { in.Params[1].Min = sdk.Bound(10) },
		"a bound that is no number":        func(in *sdk.Info) { in.Params[1].Min = sdk.Bound(math.NaN()) },
		"a choice without choices":         func(in *sdk.Info) { in.Params[2].Choices = nil },
		"a choice twice":                   func(in *sdk.Info) { in.Params[2].Choices[1].ID = "a" },
		"a default that is no choice":      func(in *sdk.Info) { in.Params[2].Default = sdk.TextValue("c") },
		"a condition on nothing":           func(in *sdk.Info) { in.Params[2].When.Param = "nothing" },
		"a condition on itself":            func(in *sdk.Info) { in.Params[2].When.Param = "how" },
		"a role without kinds":             func(in *sdk.Info) { in.Roles[0].Kinds = nil },
		"a role with an unknown kind":      func(in *sdk.Info) { in.Roles[0].Kinds = []table.Kind{9} },
		"a role with an empty range":       func(in *sdk.Info) { in.Roles[0].Min = 2 },
		"a role of another parameter":      func(in *sdk.Info) { in.Roles[0].Param = "k" },
		"two outputs with the segment": func(in *sdk.Info) {
			in.Outputs[1] = sdk.Output{ID: "s2", Title: text("S"), Kind: table.Category, Meaning: 1}
		},
		"a segment that is a number":            func(in *sdk.Info) { in.Outputs[0].Kind = table.Float64 },
		"an output twice":                       func(in *sdk.Info) { in.Outputs[1].ID = "segment" },
		"an export format that is no type":      func(in *sdk.Info) { in.Capabilities.ExportFormats = []string{"PMML file"} },
		"more parameters than anybody can read": func(in *sdk.Info) { in.Params = make([]sdk.Param, 1000) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := info()
			spoil(&in)
			var f *check.Fault
			if err := check.Info(in); !errors.As(err, &f) || f.Code == "" || f.Error() == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

// sent and response are a run that is in order.
func sent() *table.Table {
	return &table.Table{Rows: 3, Columns: []table.Column{{Name: "x", Kind: table.Float64, Floats: []float64{1, 2, 3}, Role: "target"}}}
}

func response() *sdk.Response {
	value := 0.5
	return &sdk.Response{
		Columns: []table.Column{
			{Name: "segment", Kind: table.Category, Codes: []uint32{0, 1, 0}, Dict: []string{"a", "b"}},
			{Name: "p", Kind: table.Float64, Floats: []float64{0, 1, math.NaN()}, Valid: table.Bits{3}},
		},
		Segments: []sdk.Segment{
			{Key: "a", Name: text("A"), Rule: &sdk.Rule{Op: sdk.OpAnd, Rules: []sdk.Rule{{Op: sdk.OpLt, Column: "x", Number: &value}, {Op: sdk.OpIn, Column: "segment", Set: []string{"a"}}}}},
			{Key: "b", Name: text("B"), Description: text("One.\nTwo.")},
		},
		Metrics:     []sdk.Metric{{ID: "inertia", Title: text("I"), Value: &value}, {ID: "silhouetteKind", Title: text("K"), Word: "exact"}},
		Tables:      []sdk.DataTable{{ID: "sweep", Title: text("Sweep"), Titles: map[string]sdk.Text{"x": text("X")}, Table: sent()}},
		Diagnostics: []sdk.Diagnostic{{Severity: sdk.SeverityWarning, Code: "few_rows", Summary: text("Few.")}},
		Model:       sdk.Model{Format: "application/json", Version: 1, Data: []byte("{}")},
	}
}

func TestResponse(t *testing.T) {
	t.Parallel()
	if err := check.Response(info(), sent(), response()); err != nil {
		t.Fatal(err)
	}
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		spoil func(*sdk.Response)
		code  string
	}{
		"a label missing":              {func(r *sdk.Response) { r.Columns[0].Codes = []uint32{0, 1} }, check.CodeRows},
		"a label out of range":         {func(r *sdk.Response) { r.Columns[0].Codes[2] = 2 }, check.CodeLabel},
		"a row in no segment":          {func(r *sdk.Response) { r.Columns[0].Valid = table.Bits{3} }, check.CodeResult},
		"another dictionary":           {func(r *sdk.Response) { r.Columns[0].Dict = []string{"b", "a"} }, check.CodeResult},
		"no column of labels":          {func(r *sdk.Response) { r.Columns = r.Columns[1:] }, check.CodeResult},
		"a column twice":               {func(r *sdk.Response) { r.Columns = append(r.Columns, r.Columns[1]) }, check.CodeRepeated},
		"an infinite value":            {func(r *sdk.Response) { r.Columns[1].Floats[0] = inf }, check.CodeNotFinite},
		"a NaN":                        {func(r *sdk.Response) { r.Columns[1].Valid = nil }, check.CodeNotFinite},
		"a probability of two":         {func(r *sdk.Response) { r.Columns[1].Floats[1] = 2 }, check.CodeResult},
		"no segments":                  {func(r *sdk.Response) { r.Segments = nil }, check.CodeResult},
		"a segment twice":              {func(r *sdk.Response) { r.Segments[1].Key = "a"; r.Columns[0].Dict = []string{"a", "a"} }, check.CodeRepeated},
		"too many segments":            {func(r *sdk.Response) { r.Segments = make([]sdk.Segment, check.MaxSegments+1) }, check.CodeResult},
		"a nameless segment":           {func(r *sdk.Response) { r.Segments[0].Name = sdk.Text{} }, check.CodeText},
		"a name in one language":       {func(r *sdk.Response) { r.Segments[0].Name.EN = "" }, check.CodeText},
		"half a description":           {func(r *sdk.Response) { r.Segments[1].Description.ZH = "" }, check.CodeText},
		"a name that turns":            {func(r *sdk.Response) { r.Segments[0].Name.EN = "a\u202eb" }, check.CodeText},
		"a name of no characters":      {func(r *sdk.Response) { r.Segments[0].Name.EN = "\xff" }, check.CodeText},
		"a name too long":              {func(r *sdk.Response) { r.Segments[0].Name.EN = strings.Repeat("群", 257) }, check.CodeText},
		"a rule on a foreign column":   {func(r *sdk.Response) { r.Segments[0].Rule.Rules[0].Column = "phone" }, check.CodeResult},
		"a rule with an infinity":      {func(r *sdk.Response) { r.Segments[0].Rule.Rules[0].Number = &inf }, check.CodeNumber},
		"a rule that compares nothing": {func(r *sdk.Response) { r.Segments[0].Rule.Rules[0].Number = nil }, check.CodeResult},
		"an unknown operation":         {func(r *sdk.Response) { r.Segments[0].Rule.Rules[0].Op = 99 }, check.CodeResult},
		"not of two rules":             {func(r *sdk.Response) { r.Segments[0].Rule.Op = sdk.OpNot }, check.CodeResult},
		"and of none":                  {func(r *sdk.Response) { r.Segments[0].Rule.Rules = nil }, check.CodeResult},
		"a metric of nothing":          {func(r *sdk.Response) { r.Metrics[0].Value = nil }, check.CodeResult},
		"a metric of both":             {func(r *sdk.Response) { r.Metrics[0].Word = "x" }, check.CodeResult},
		"an infinite metric":           {func(r *sdk.Response) { r.Metrics[0].Value = &inf }, check.CodeNumber},
		"a metric of a table's id":     {func(r *sdk.Response) { r.Tables[0].ID = r.Metrics[0].ID }, check.CodeRepeated},
		"a table of the host's":        {func(r *sdk.Response) { r.Tables[0].ID = "card" }, check.CodeRepeated},
		"a metric twice":               {func(r *sdk.Response) { r.Metrics[1].ID = "inertia" }, check.CodeRepeated},
		"no table":                     {func(r *sdk.Response) { r.Tables[0].Table = nil }, check.CodeResult},
		"a record of three rows":       {func(r *sdk.Response) { r.Tables[0].Record = true }, check.CodeResult},
		"a title for no column":        {func(r *sdk.Response) { r.Tables[0].Titles["y"] = text("Y") }, check.CodeResult},
		"a NaN in a table":             {func(r *sdk.Response) { r.Tables[0].Table.Columns[0].Floats[0] = math.NaN() }, check.CodeNotFinite},
		"too many tables":              {func(r *sdk.Response) { r.Tables = make([]sdk.DataTable, 65) }, check.CodeTooLarge},
		"a remark without words":       {func(r *sdk.Response) { r.Diagnostics[0].Summary = sdk.Text{} }, check.CodeText},
		"a remark of no severity":      {func(r *sdk.Response) { r.Diagnostics[0].Severity = 0 }, check.CodeResult},
		"an error with segments":       {func(r *sdk.Response) { r.Diagnostics[0].Severity = sdk.SeverityError }, check.CodeResult},
		"a model of no format":         {func(r *sdk.Response) { r.Model.Format = "" }, check.CodeResult},
		"a model too large":            {func(r *sdk.Response) { r.Model.Data = make([]byte, check.MaxModelBytes+1) }, check.CodeTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := response()
			c.spoil(r)
			var f *check.Fault
			if err := check.Response(info(), sent(), r); !errors.As(err, &f) || f.Code != c.code {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestErrorAloneIsAnAnswer(t *testing.T) {
	t.Parallel()
	r := &sdk.Response{Diagnostics: []sdk.Diagnostic{{Severity: sdk.SeverityError, Code: "few_rows", Summary: text("Too few.")}}}
	if err := check.Response(info(), sent(), r); err != nil {
		t.Error(err)
	}
}

func TestValidated(t *testing.T) {
	t.Parallel()
	good := sdk.ValidateResponse{Params: sdk.Params{"k": sdk.Int(3), "how": sdk.TextValue("b")}}
	if err := check.Validated(info(), &good); err != nil {
		t.Error(err)
	}
	for name, r := range map[string]sdk.ValidateResponse{
		"a parameter that there is not": {Params: sdk.Params{"x": sdk.Int(1)}},
		"a value out of range":          {Params: sdk.Params{"k": sdk.Int(1)}},
		"negative memory":               {MemoryBytes: -1},
	} {
		if check.Validated(info(), &r) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestWire(t *testing.T) {
	t.Parallel()
	for err, code := range map[error]string{
		&wire.RowCountError{Got: 2, Want: 3}: check.CodeRows, &wire.CodeError{Column: "c"}: check.CodeLabel,
		wire.ErrTooLarge: check.CodeTooLarge, wire.ErrMalformed: check.CodeMessage,
	} {
		if f := check.Wire(err, 16<<20); f.Code != code || code == check.CodeTooLarge && f.Args["limit"] != "16 MB" {
			t.Errorf("%v became %v", err, f)
		}
	}
}

// TestScrubbedIsClean: whatever comes in, what goes out may be shown.
func TestScrubbedIsClean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		limit := rapid.IntRange(0, 50).Draw(t, "limit")
		if out := check.Scrub(s, limit); !check.Clean(out, limit, false) {
			t.Fatalf("%q became %q", s, out)
		}
	})
}

func TestLongTables(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ids  []string
		fine bool
	}{
		"all four": {[]string{sdk.DetailOrders, sdk.DetailLines, sdk.DetailComments, sdk.DetailEvents}, true},
		"unknown":  {[]string{"passwords"}, false},
		"twice":    {[]string{sdk.DetailOrders, sdk.DetailOrders}, false},
		"nameless": {[]string{""}, false},
	} {
		in := info()
		for _, id := range c.ids {
			in.Details = append(in.Details, sdk.Detail{ID: id})
		}
		if err := check.Info(in); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := info()
	in.Details = []sdk.Detail{{ID: sdk.DetailOrders, Help: sdk.Text{ZH: "只有中文"}}}
	if check.Info(in) == nil {
		t.Error("a help in one language is accepted")
	}
}
