package wire_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
	"qunxiang/sdk/internal/wire"
	"qunxiang/sdk/table"
)

// TestLongTablesRoundTrip sends a table and the long tables behind it, by the short
// way and by the usual one.
func TestLongTablesRoundTrip(t *testing.T) {
	t.Parallel()
	codec := wire.NewCodec()
	rapid.Check(t, func(t *rapid.T) {
		v := anyTable(t, 200)
		var long []sdk.DetailTable
		for _, id := range []string{sdk.DetailOrders, sdk.DetailLines, sdk.DetailEvents}[rapid.IntRange(0, 3).Draw(t, "without"):] {
			long = append(long, sdk.DetailTable{ID: id, Table: anyTable(t, 200)})
		}
		all, err := wire.NewAssemblers(wire.FromSchema(v, v.Rows), wire.FromDetails(long), 1<<30)
		if err != nil {
			t.Fatal(err)
		}
		direct := rapid.Bool().Draw(t, "direct")
		for c := range wire.AllChunks(v, long) {
			a := all[c.GetTable()]
			want, err := proto.Marshal(&methodv1.FitRequest{Event: &methodv1.FitRequest_Chunk{Chunk: c}})
			if err != nil {
				t.Fatal(err)
			}
			got, err := codec.Marshal(&methodv1.FitRequest{Event: &methodv1.FitRequest_Chunk{Chunk: c}})
			if err != nil || !bytes.Equal(want, got.Materialize()) {
				t.Fatalf("the short way writes other bytes: %v", err)
			}
			m := new(methodv1.FitRequest)
			f := wire.Frame{Message: m}
			if direct {
				f.Into = a
			}
			if err := codec.Unmarshal(split(want, 7), &f); err != nil || f.Err != nil {
				t.Fatal(err, f.Err)
			}
			if !f.Taken {
				if err := a.Add(m.GetChunk()); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i, a := range all {
			want := v
			if i > 0 {
				want = long[i-1].Table
			}
			if got, err := a.Table(); err != nil || !sameTable(want, got) {
				t.Fatalf("table %d: %v", i, err)
			}
		}
	})
}

// floats is a table of n numbers.
func floats(n int) *table.Table {
	return &table.Table{Rows: n, Columns: []table.Column{{Name: "a", Kind: table.Float64, Floats: make([]float64, n)}}}
}

func TestRowsOfAnotherTableAreRefused(t *testing.T) {
	t.Parallel()
	codec := wire.NewCodec()
	for _, index := range []int32{1, 3, -1, math.MaxInt32} {
		for _, direct := range []bool{true, false} {
			all, err := wire.NewAssemblers(wire.FromSchema(floats(2), 2), wire.FromDetails([]sdk.DetailTable{{ID: "orders", Table: floats(2)}}), 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			for c := range wire.Chunks(floats(2)) {
				c.Table = index
				if !direct {
					err = all[0].Add(c)
					continue
				}
				b, merr := codec.Marshal(&methodv1.FitRequest{Event: &methodv1.FitRequest_Chunk{Chunk: c}})
				f := wire.Frame{Message: new(methodv1.FitRequest), Into: all[0]}
				if uerr := codec.Unmarshal(b, &f); merr != nil || uerr != nil || !f.Taken {
					t.Fatal(merr, uerr, f.Taken)
				}
				err = f.Err
			}
			if !errors.Is(err, wire.ErrMalformed) || all[0].Done() {
				t.Errorf("table %d, direct %v: %v, done %v", index, direct, err, all[0].Done())
			}
		}
	}
}

func TestAnnouncedLongTablesAreChecked(t *testing.T) {
	t.Parallel()
	head := func(id string, rows int64) *methodv1.DetailSchema {
		s := wire.FromSchema(floats(0), 0)
		s.Rows = rows
		return &methodv1.DetailSchema{Id: id, Schema: s}
	}
	many := make([]*methodv1.DetailSchema, 17)
	for i := range many {
		many[i] = head(string(rune('a'+i)), 1)
	}
	cases := map[string]struct {
		details []*methodv1.DetailSchema
		want    error
	}{
		"too many":              {many, wire.ErrMalformed},
		"no id":                 {[]*methodv1.DetailSchema{head("", 1)}, wire.ErrMalformed},
		"an id twice":           {[]*methodv1.DetailSchema{head("orders", 1), head("orders", 1)}, wire.ErrMalformed},
		"a negative size":       {[]*methodv1.DetailSchema{head("orders", -1)}, wire.ErrMalformed},
		"no head":               {[]*methodv1.DetailSchema{nil}, wire.ErrMalformed},
		"too much":              {[]*methodv1.DetailSchema{head("orders", 1<<17)}, wire.ErrTooLarge},
		"too much taken all up": {[]*methodv1.DetailSchema{head("orders", 1<<16), head("lines", 1<<16)}, wire.ErrTooLarge},
	}
	for name, c := range cases {
		if _, err := wire.NewAssemblers(wire.FromSchema(floats(1), 1), c.details, 1<<20); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
