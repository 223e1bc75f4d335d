package column_test

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"qunxiang/store/internal/column"
)

func roundTrip[T column.Int](t *testing.T, v []T) []byte {
	t.Helper()
	b := column.AppendInts(nil, v)
	got := make([]T, len(v))
	if err := column.DecodeInts(got, b); err != nil {
		t.Fatalf("decode %d values: %v", len(v), err)
	}
	if !slices.Equal(v, got) {
		t.Fatalf("%d values differ after a round trip", len(v))
	}
	return b
}

func TestIntsComeBackExactly(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for bitsWide := range 65 {
		for _, n := range []int{0, 1, 2, 255, 256, 257, 1000} {
			v := make([]int64, n)
			for i := range v {
				v[i] = int64(r.Uint64()) >> (64 - max(1, bitsWide)) << 1 >> 1
			}
			roundTrip(t, v)
			slices.Sort(v)
			roundTrip(t, v)
		}
	}
	roundTrip(t, []int64{math.MinInt64, math.MaxInt64, 0, -1, math.MinInt64})
	roundTrip(t, []uint64{0, math.MaxUint64, 1 << 63, 5})
	roundTrip(t, []uint32{math.MaxUint32, 0, math.MaxUint32, 7})
	roundTrip(t, []int32{math.MinInt32, math.MaxInt32, 0})
}

func TestUsualColumnsAreSmall(t *testing.T) {
	t.Parallel()
	n := column.ChunkRows
	running, constant, days, short := make([]uint32, n), make([]int32, n), make([]int32, n), make([]float64, n)
	for i := range n {
		short[i] = float64(float32(math.Sqrt(float64(i))))
		running[i], constant[i], days[i] = uint32(i+100000), 19723, int32(19000+i/500)
	}
	for name, c := range map[string]struct{ size, limit int }{
		"running numbers": {len(roundTrip(t, running)), n / 20},
		"constant":        {len(roundTrip(t, constant)), n / 20},
		"sorted days":     {len(roundTrip(t, days)), n / 8},
		"seven digits":    {len(column.AppendFloats(nil, short)), 4*n + 1},
	} {
		if c.size > c.limit {
			t.Errorf("%s: %d bytes for %d values, at most %d expected", name, c.size, n, c.limit)
		}
	}
}

func TestFloatsComeBackToTheBit(t *testing.T) {
	t.Parallel()
	for name, v := range map[string][]float64{
		"none":       {},
		"whole":      {1, 2, -5, 1e15},
		"cents":      {1.25, 19.99, -0.01, 1234567.89},
		"fine":       {0.0001, 12.3456},
		"minus zero": {math.Copysign(0, -1), 1},
		"not finite": {math.NaN(), math.Inf(1), math.Inf(-1), math.Float64frombits(0x7ff8000000000123)},
		"short":      {float64(float32(math.Pi)), math.Inf(-1), float64(math.MaxFloat32)},
		"any":        {math.Pi, math.SmallestNonzeroFloat64, math.MaxFloat64},
	} {
		got := make([]float64, len(v))
		if err := column.DecodeFloats(got, column.AppendFloats(nil, v)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range v {
			if math.Float64bits(v[i]) != math.Float64bits(got[i]) {
				t.Errorf("%s: %v became %v", name, v[i], got[i])
			}
		}
	}
}

func TestRandomColumns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.SliceOfN(rapid.Int64(), 0, 700).Draw(rt, "v")
		got := make([]int64, len(v))
		if err := column.DecodeInts(got, column.AppendInts(nil, v)); err != nil || !slices.Equal(v, got) {
			rt.Fatalf("round trip of %v: %v, %v", v, got, err)
		}
		b := rapid.SliceOfN(rapid.Bool(), 0, 100).Draw(rt, "b")
		bits := make([]bool, len(b))
		if err := column.DecodeBools(bits, column.AppendBools(nil, b)); err != nil || !slices.Equal(b, bits) {
			rt.Fatalf("round trip of %v: %v, %v", b, bits, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(column.AppendInts(nil, []int64{1, 5, 9, 1 << 60}), 4)
	f.Add(column.AppendInts(nil, make([]uint32, 600)), 600)
	f.Add(column.AppendFloats(nil, []float64{1.25, 3}), 2)
	f.Add([]byte{0xc0, 0, 0}, 300)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		n = max(0, min(n, 2000))
		v := make([]int64, n)
		if err := column.DecodeInts(v, b); err == nil {
			again := make([]int64, n)
			if err := column.DecodeInts(again, column.AppendInts(nil, v)); err != nil || !slices.Equal(v, again) {
				t.Fatalf("accepted values do not survive: %v", err)
			}
		} else if !errors.Is(err, column.ErrChunk) {
			t.Fatalf("unexpected error %v", err)
		}
		if err := column.DecodeFloats(make([]float64, n), b); err != nil && !errors.Is(err, column.ErrChunk) {
			t.Fatalf("unexpected error %v", err)
		}
		if err := column.DecodeBools(make([]bool, n), b); err != nil && !errors.Is(err, column.ErrChunk) {
			t.Fatalf("unexpected error %v", err)
		}
	})
}

func BenchmarkInts(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]uint32, column.ChunkRows)
	for i := range v {
		v[i] = r.Uint32N(1_000_000)
	}
	enc := column.AppendInts(nil, v)
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(4 * len(v)))
		buf := make([]byte, 0, len(enc)+binary.MaxVarintLen64)
		for b.Loop() {
			buf = column.AppendInts(buf[:0], v)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(4 * len(v)))
		for b.Loop() {
			if err := column.DecodeInts(v, enc); err != nil {
				b.Fatal(err)
			}
		}
	})
}
