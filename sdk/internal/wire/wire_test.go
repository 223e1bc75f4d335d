package wire_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
	"qunxiang/sdk/table"
)

// same compares as the wire does: it does not tell nil from empty, and NaN is NaN.
var same = cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateNaNs()}

// through sends a message through its bytes.
func through[M interface {
	*T
	proto.Message
}, T any](t *rapid.T, m M) M {
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	out := M(new(T))
	if err := proto.Unmarshal(b, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	trip := func(name string, f func(t *rapid.T) (want, got any)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				if want, got := f(t); !cmp.Equal(want, got, same) {
					t.Fatalf("(-want +got):\n%s", cmp.Diff(want, got, same))
				}
			})
		})
	}
	trip("info", func(t *rapid.T) (any, any) {
		v := random[sdk.Info](t)
		return v, wire.ToInfo(through(t, wire.FromInfo(v)))
	})
	trip("validate request", func(t *rapid.T) (any, any) {
		v := random[sdk.ValidateRequest](t)
		return v, wire.ToValidate(through(t, wire.FromValidate("m", v)))
	})
	trip("validate response", func(t *rapid.T) (any, any) {
		v := random[sdk.ValidateResponse](t)
		return v, wire.ToValidated(through(t, wire.FromValidated(v)))
	})
	trip("response", func(t *rapid.T) (any, any) {
		v := random[sdk.Response](t)
		o, err := wire.ToOutcome(through(t, wire.FromResponse(v)), 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		return v, sdk.Response{Segments: o.Segments, Metrics: o.Metrics, Tables: o.Tables, Diagnostics: o.Diagnostics, Model: o.Model}
	})
	t.Run("table", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			v := anyTable(t, 500)
			if got := receive(t, v); !sameTable(v, got) {
				t.Fatalf("(-want +got):\n%s", cmp.Diff(v, got, same))
			}
		})
	})
}

// sameTable compares tables to the bit. It is what [same] does, without its reflection.
func sameTable(a, b *table.Table) bool {
	return a.Rows == b.Rows && slices.EqualFunc(a.Columns, b.Columns, func(a, b table.Column) bool {
		return a.Name == b.Name && a.Kind == b.Kind && a.Unit == b.Unit && a.Role == b.Role && slices.Equal(a.Dict, b.Dict) &&
			slices.EqualFunc(a.Floats, b.Floats, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) &&
			slices.Equal(a.Ints, b.Ints) && slices.Equal(a.Codes, b.Codes) && slices.Equal(a.Strings, b.Strings) && slices.Equal(a.Valid, b.Valid)
	})
}

// receive sends a table in chunks and puts it together.
func receive(t interface{ Fatal(...any) }, v *table.Table) *table.Table {
	a, err := wire.NewAssembler(wire.FromSchema(v, v.Rows), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	for c := range wire.Chunks(v) {
		b, err := proto.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var m methodv1.TableChunk
		if err := proto.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		if err := a.Add(&m); err != nil {
			t.Fatal(err)
		}
	}
	out, err := a.Table()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestManyChunks covers what the small random tables do not: joins between chunks,
// gaps that begin in a late chunk, texts that make chunks shorter.
func TestManyChunks(t *testing.T) {
	t.Parallel()
	const rows = 200_003
	v := &table.Table{Rows: rows, Columns: []table.Column{
		{Name: "f", Kind: table.Float64, Floats: make([]float64, rows)},
		{Name: "b", Kind: table.Bool, Ints: make([]int64, rows)},
		{Name: "c", Kind: table.Category, Codes: make([]uint32, rows), Dict: []string{"x", "y"}},
		{Name: "s", Kind: table.String, Strings: make([]string, rows)},
	}}
	valid := table.NewBits(rows)
	valid.Fill(rows)
	valid.Clear(rows - 1)
	v.Columns[0].Valid = valid
	for i := range rows {
		v.Columns[0].Floats[i] = math.Sqrt(float64(i))
		v.Columns[1].Ints[i] = int64(i % 2)
		v.Columns[2].Codes[i] = uint32(i / 7 % 2)
		v.Columns[3].Strings[i] = "abcdefghijklmnopqrstuvwxyz"[:i%27]
	}
	n := 0
	for range wire.Chunks(v) {
		n++
	}
	if n < 5 {
		t.Errorf("%d chunks", n)
	}
	if !sameTable(v, receive(t, v)) {
		t.Error("a table changed on the way")
	}
}

func TestAssemblerRefuses(t *testing.T) {
	t.Parallel()
	schema := func(rows int64, k methodv1.ColumnKind) *methodv1.TableSchema {
		return &methodv1.TableSchema{Rows: rows, Columns: []*methodv1.ColumnSchema{{Name: "a", Kind: k, Dictionary: []string{"x"}}}}
	}
	chunk := func(at int64, rows int32, b *methodv1.ColumnBuffer) *methodv1.TableChunk {
		return &methodv1.TableChunk{RowOffset: at, Rows: rows, Columns: []*methodv1.ColumnBuffer{b}}
	}
	floats, category, texts := methodv1.ColumnKind_COLUMN_KIND_FLOAT64, methodv1.ColumnKind_COLUMN_KIND_CATEGORY, methodv1.ColumnKind_COLUMN_KIND_STRING
	eight := &methodv1.ColumnBuffer{Values: make([]byte, 8)}
	cases := map[string]struct {
		schema *methodv1.TableSchema
		chunk  *methodv1.TableChunk
	}{
		"a negative number of rows":      {schema(-1, floats), nil},
		"more memory than allowed":       {schema(1<<30, floats), nil},
		"an unknown kind":                {schema(1, 99), nil},
		"no rows where one is announced": {schema(1, floats), nil},
		"a row too many":                 {schema(1, floats), chunk(0, 2, &methodv1.ColumnBuffer{Values: make([]byte, 16)})},
		"rows out of order":              {schema(100, floats), chunk(64, 1, eight)},
		"an empty chunk":                 {schema(1, floats), chunk(0, 0, eight)},
		"a buffer too short":             {schema(1, floats), chunk(0, 1, &methodv1.ColumnBuffer{Values: make([]byte, 7)})},
		"no buffer":                      {schema(1, floats), chunk(0, 1, nil)},
		"a column too many":              {schema(1, floats), &methodv1.TableChunk{Rows: 1, Columns: []*methodv1.ColumnBuffer{eight, eight}}},
		"a bitmap too long":              {schema(1, floats), chunk(0, 1, &methodv1.ColumnBuffer{Values: make([]byte, 8), Validity: make([]byte, 2)})},
		"a code outside the dictionary":  {schema(1, category), chunk(0, 1, &methodv1.ColumnBuffer{Values: []byte{1, 0, 0, 0}})},
		"a switch that is two":           {schema(1, methodv1.ColumnKind_COLUMN_KIND_BOOL), chunk(0, 1, &methodv1.ColumnBuffer{Values: []byte{2}})},
		"falling text offsets":           {schema(2, texts), chunk(0, 2, &methodv1.ColumnBuffer{Values: []byte{0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0}, Heap: []byte("a")})},
		"text that is not UTF-8":         {schema(1, texts), chunk(0, 1, &methodv1.ColumnBuffer{Values: []byte{0, 0, 0, 0, 1, 0, 0, 0}, Heap: []byte{0xff}})},
		"text that is not covered":       {schema(1, texts), chunk(0, 1, &methodv1.ColumnBuffer{Values: []byte{0, 0, 0, 0, 1, 0, 0, 0}, Heap: []byte("ab")})},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := wire.NewAssembler(c.schema, 1<<20)
			if err == nil && c.chunk != nil {
				err = a.Add(c.chunk)
			}
			if err == nil {
				_, err = a.Table()
			}
			var rows *wire.RowCountError
			var code *wire.CodeError
			if !errors.Is(err, wire.ErrMalformed) && !errors.Is(err, wire.ErrTooLarge) && !errors.As(err, &rows) && !errors.As(err, &code) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestDeepRulesAreRefused(t *testing.T) {
	t.Parallel()
	r := &methodv1.Rule{}
	for range 5000 {
		r = &methodv1.Rule{Op: methodv1.Op_OP_NOT, Rules: []*methodv1.Rule{r}}
	}
	if _, err := wire.ToSegments([]*methodv1.Segment{{Key: "a", Rule: r}}); !errors.Is(err, wire.ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

// FuzzDecode feeds anything to everything that reads: nothing may panic, and a table
// that comes out is sound.
func FuzzDecode(f *testing.F) {
	v := &table.Table{Rows: 3, Columns: []table.Column{
		{Name: "f", Kind: table.Float64, Floats: []float64{1, 2, 3}, Valid: table.Bits{5}},
		{Name: "c", Kind: table.Category, Codes: []uint32{0, 1, 0}, Dict: []string{"x", "y"}},
		{Name: "s", Kind: table.String, Strings: []string{"a", "", "群"}},
	}}
	value := 1.0
	seed, err := proto.Marshal(wire.FromResponse(sdk.Response{
		Segments: []sdk.Segment{{Key: "x", Name: sdk.Text{ZH: "一", EN: "one"}, Rule: &sdk.Rule{Op: sdk.OpLt, Column: "f", Number: &value}}},
		Metrics:  []sdk.Metric{{ID: "inertia", Value: &value}},
		Tables:   []sdk.DataTable{{ID: "t", Table: v, Titles: map[string]sdk.Text{"f": {ZH: "甲", EN: "a"}}}},
		Model:    sdk.Model{Format: "application/json", Version: 1},
	}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		var result methodv1.FitResult
		if proto.Unmarshal(b, &result) == nil {
			o, err := wire.ToOutcome(&result, 1<<20)
			for _, d := range o.Tables {
				if err == nil && d.Table != nil && d.Table.Check() != nil {
					t.Error("an unsound table came out")
				}
			}
		}
		var info methodv1.MethodInfo
		if proto.Unmarshal(b, &info) == nil {
			wire.ToInfo(&info)
		}
		var validate methodv1.ValidateRequest
		if proto.Unmarshal(b, &validate) == nil {
			wire.ToValidate(&validate)
		}
		var validated methodv1.ValidateResponse
		if proto.Unmarshal(b, &validated) == nil {
			wire.ToValidated(&validated)
		}
	})
}
