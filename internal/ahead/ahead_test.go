package ahead_test

import (
	"math"
	"slices"
	"testing"

	"qunxiang/internal/ahead"
)

type tally struct {
	money int64
	days  [4]uint32
}

// Fetching changes nothing and never fails, wherever the places are.
func TestFetchOnlyAsks(t *testing.T) {
	t.Parallel()
	index := []uint32{0, 7, 3, math.MaxUint32, 1 << 31, 8}
	numbers := []uint32{1, 2, 3, 4, 5, 6, 7, 8}
	tallies := make([]tally, 8)
	for i := range tallies {
		tallies[i] = tally{int64(i), [4]uint32{uint32(i)}}
	}
	n, ts, ix := slices.Clone(numbers), slices.Clone(tallies), slices.Clone(index)
	for k := range len(index) + 1 {
		ahead.Fetch(numbers, index[:k])
		ahead.Fetch(tallies, index[:k])
		ahead.Fetch([]uint32{}, index[:k])
		ahead.Fetch([]tally(nil), index[:k])
	}
	if !slices.Equal(n, numbers) || !slices.Equal(ts, tallies) || !slices.Equal(ix, index) {
		t.Error("something was written")
	}
}

var sum int64

// Adding to customers at random, with and without fetching.
func BenchmarkFetch(b *testing.B) {
	of, rows := make([]tally, 1<<20), make([]uint32, 1<<22)
	x := uint32(1)
	for i := range rows {
		x = x*1664525 + 1013904223
		rows[i] = x >> 12
	}
	for name, fetch := range map[string]bool{"fetched": true, "waited": false} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for at := 0; at < len(rows); at += ahead.Rows {
					if fetch {
						ahead.Fetch(of, rows[min(at+ahead.Rows, len(rows)):min(at+2*ahead.Rows, len(rows))])
					}
					for _, c := range rows[at:min(at+ahead.Rows, len(rows))] {
						t := &of[c]
						t.money += int64(c)
						t.days[3] = max(t.days[3], c)
						sum += t.money & 1
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/row")
		})
	}
}
