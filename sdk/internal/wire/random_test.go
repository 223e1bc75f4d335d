package wire_test

import (
	"math"
	"reflect"
	"slices"

	"pgregory.net/rapid"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// random fills any value of package sdk by its type, so that a field that is added
// there is tried here without anybody thinking of it.
func random[T any](t *rapid.T) T {
	var v T
	fillAny(t, reflect.ValueOf(&v).Elem(), 3)
	return v
}

// enums are the highest values of the enumerations.
var enums = map[reflect.Type]uint8{
	reflect.TypeFor[sdk.ParamKind](): uint8(sdk.ParamFile), reflect.TypeFor[sdk.HostUse](): uint8(sdk.HostExpr),
	reflect.TypeFor[sdk.Missing](): uint8(sdk.MissingAllow), reflect.TypeFor[sdk.Meaning](): uint8(sdk.MeaningOutlier),
	reflect.TypeFor[sdk.Severity](): uint8(sdk.SeverityError), reflect.TypeFor[sdk.Op](): uint8(sdk.OpMissing),
	reflect.TypeFor[table.Kind](): uint8(table.String),
}

func fillAny(t *rapid.T, v reflect.Value, depth int) {
	switch v.Type() {
	case reflect.TypeFor[sdk.Value]():
		v.Set(reflect.ValueOf(value(t)))
		return
	case reflect.TypeFor[sdk.Model]():
		v.Set(reflect.ValueOf(sdk.Model{Format: rapid.String().Draw(t, "format"), Version: int(rapid.Int32().Draw(t, "version"))}))
		return
	case reflect.TypeFor[*table.Table]():
		v.Set(reflect.ValueOf(anyTable(t, 200)))
		return
	case reflect.TypeFor[[]table.Column]():
		return // row outputs go by chunks
	case reflect.TypeFor[sdk.Params]():
		v.Set(reflect.ValueOf(params(t)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillAny(t, v.Field(i), depth)
		}
	case reflect.Slice:
		n := 0
		if depth > 0 {
			n = rapid.IntRange(0, 3).Draw(t, "n")
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fillAny(t, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, k := range rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "keys") {
			e := reflect.New(v.Type().Elem()).Elem()
			fillAny(t, e, depth-1)
			v.SetMapIndex(reflect.ValueOf(k), e)
		}
	case reflect.Pointer:
		if depth > 0 && rapid.Bool().Draw(t, "some") {
			v.Set(reflect.New(v.Type().Elem()))
			fillAny(t, v.Elem(), depth-1)
		}
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "s"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "b"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Uint8Range(0, enums[v.Type()]).Draw(t, v.Type().String())))
	case reflect.Int:
		v.SetInt(int64(rapid.Int32().Draw(t, "i")))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "i64"))
	case reflect.Float64:
		v.SetFloat(number(t))
	default:
		t.Fatalf("no generator for %v: add one", v.Type())
	}
}

// number is any float64, the odd ones often.
func number(t *rapid.T) float64 {
	odd := []float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64}
	if i := rapid.IntRange(0, 3*len(odd)).Draw(t, "odd"); i < len(odd) {
		return odd[i]
	}
	return rapid.Float64().Draw(t, "f")
}

func value(t *rapid.T) sdk.Value {
	switch sdk.ValueKind(rapid.IntRange(0, int(sdk.KindNumbers)).Draw(t, "kind")) {
	case sdk.KindAuto:
		return sdk.Auto()
	case sdk.KindInt:
		return sdk.Int(rapid.Int64().Draw(t, "int"))
	case sdk.KindReal:
		return sdk.Real(number(t))
	case sdk.KindBool:
		return sdk.Bool(rapid.Bool().Draw(t, "bool"))
	case sdk.KindText:
		return sdk.TextValue(rapid.String().Draw(t, "text"))
	case sdk.KindTexts:
		return sdk.Texts(rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "texts")...)
	case sdk.KindNumbers:
		return sdk.Numbers(rapid.SliceOfN(rapid.Float64(), 0, 4).Draw(t, "numbers")...)
	}
	return sdk.Value{}
}

// params never hold a value of no kind: that is the same as none.
func params(t *rapid.T) sdk.Params {
	out := sdk.Params{}
	for _, id := range rapid.SliceOfN(rapid.String(), 0, 5).Draw(t, "ids") {
		if v := value(t); !v.IsZero() {
			out[id] = v
		}
	}
	return out
}

// anyTable is a table of up to so many rows with columns of every kind.
func anyTable(t *rapid.T, rows int) *table.Table {
	n := rapid.IntRange(0, rows).Draw(t, "rows")
	out := &table.Table{Rows: n}
	for i := range rapid.IntRange(0, 7).Draw(t, "columns") {
		c := column(t, n)
		c.Name = string(rune('a'+i)) + rapid.StringN(0, 4, -1).Draw(t, "name")
		out.Columns = append(out.Columns, c)
	}
	return out
}

func column(t *rapid.T, n int) table.Column {
	c := table.Column{Kind: table.Kind(rapid.IntRange(1, int(table.String)).Draw(t, "kind")), Unit: rapid.String().Draw(t, "unit"), Role: rapid.String().Draw(t, "role")}
	// One seed and arithmetic fill the rows: drawing each would be slow and shrink badly.
	x := rapid.Uint64().Draw(t, "seed")
	next := func() uint64 {
		x = x*6364136223846793005 + 1442695040888963407
		return x ^ x>>29
	}
	if c.Kind == table.Category {
		c.Dict = rapid.SliceOfNDistinct(rapid.String(), 1, 5, rapid.ID).Draw(t, "dict")
	}
	for range n {
		switch c.Kind {
		case table.Float64:
			c.Floats = append(c.Floats, math.Float64frombits(next()))
		case table.Category:
			c.Codes = append(c.Codes, uint32(next()%uint64(len(c.Dict))))
		case table.String:
			c.Strings = append(c.Strings, slices.Repeat([]string{"", "x", "群像", "naïve"}, 2)[next()%8])
		case table.Bool:
			c.Ints = append(c.Ints, int64(next()%2))
		default:
			c.Ints = append(c.Ints, int64(next()))
		}
	}
	if rapid.Bool().Draw(t, "gaps") {
		c.Valid = table.NewBits(n)
		for i := range n {
			if next()%3 > 0 {
				c.Valid.Set(i)
			}
		}
	}
	return c
}
