package vec

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The wide registers and the plain loop give the same values, in the same order.
func TestSplit(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 15))
	for range 300 {
		v := make([]float64, rnd.IntN(200))
		var wantLess, wantMore []float64
		pivot := float64(rnd.IntN(8))
		for i := range v {
			v[i] = float64(rnd.IntN(8))
			if rnd.IntN(10) == 0 {
				v[i] = math.Inf(rnd.IntN(2)*2 - 1)
			}
			if v[i] < pivot {
				wantLess = append(wantLess, v[i])
			} else if v[i] > pivot {
				wantMore = append(wantMore, v[i])
			}
		}
		less, more := make([]float64, len(v)), make([]float64, len(v))
		a, b := Split(v, pivot, less, more)
		if !slices.Equal(less[:a], wantLess) || !slices.Equal(more[:b], wantMore) {
			t.Fatalf("%v at %g: %v and %v", v, pivot, less[:a], more[:b])
		}
		c, d := Split(v, pivot, v, more)
		if !slices.Equal(v[:c], wantLess) || !slices.Equal(more[:d], wantMore) {
			t.Fatalf("in place at %g: %v and %v", pivot, v[:c], more[:d])
		}
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 16))
	for round := range 600 {
		v := make([]float64, 1+rnd.IntN(1+round*3))
		for i := range v {
			switch v[i] = rnd.NormFloat64(); round % 6 {
			case 0: // ties
				v[i] = math.Floor(rnd.ExpFloat64())
			case 1:
				v[i] = float64(i)
			case 2:
				v[i] = float64(-i)
			case 3: // both zeros, and infinities
				v[i] = []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), 1}[rnd.IntN(5)]
			}
		}
		sorted := append(slices.Sorted(slices.Values(v)), math.Inf(1))
		k := rnd.IntN(len(v))
		value, next := Pick(v, k, make([]float64, len(v)))
		if value != sorted[k] || next != sorted[k+1] {
			t.Fatalf("round %d: %d of %d is %g, then %g, want %g, then %g", round, k, len(v), value, next, sorted[k], sorted[k+1])
		}
		if math.Signbit(value) && value == 0 || math.Signbit(next) && next == 0 {
			t.Fatalf("round %d: a zero has a sign", round)
		}
	}
}

// Hashes are those of one row after the other.
func TestMixAll(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 17))
	odd := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, math.MaxFloat64}
	for range 300 {
		v := make([]float64, rnd.IntN(100))
		hash, want := make([]uint64, len(v)+rnd.IntN(3)), make([]uint64, len(v))
		for i := range v {
			hash[i] = rnd.Uint64() >> rnd.IntN(64)
			if v[i] = math.Float64frombits(rnd.Uint64()); rnd.IntN(3) == 0 {
				v[i] = odd[rnd.IntN(len(odd))]
			}
			want[i] = Mix(hash[i], v[i])
		}
		MixAll(hash, v)
		if !slices.Equal(hash[:len(v)], want) {
			t.Fatalf("%v: %x, want %x", v, hash, want)
		}
	}
	if Mix(7, 0) != Mix(7, math.Copysign(0, -1)) {
		t.Error("the zeros have two hashes")
	}
}

// The assembly gives the bits of plain Go.
func TestDot(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 18))
	for seed := range uint64(300) {
		c := random(1+rnd.IntN(100), 2, seed)
		a, b := c.Column(0), c.Column(1)
		var sums [16]float64
		dot(a, b, &sums)
		for half := 8; half > 0; half /= 2 {
			for l := range half {
				sums[l] += sums[l+half]
			}
		}
		if got := Dot(a, b); math.Float64bits(got) != math.Float64bits(sums[0]) {
			t.Fatalf("seed %d, %d values: %g, plain %g", seed, c.N, got, sums[0])
		}
	}
}

func BenchmarkPick(b *testing.B) {
	rnd := rand.New(rand.NewPCG(5, 19))
	from, v, room := make([]float64, 2000), make([]float64, 2000), make([]float64, 2000)
	for i := range from {
		from[i] = rnd.NormFloat64()
	}
	for b.Loop() {
		copy(v, from)
		Pick(v, 1000, room)
	}
}

func BenchmarkMixAll(b *testing.B) {
	hash, v := make([]uint64, 4096), make([]float64, 4096)
	for b.Loop() {
		MixAll(hash, v)
	}
}
