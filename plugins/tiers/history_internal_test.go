package tiers

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func dayOf(tb testing.TB, s string) int {
	tb.Helper()
	d, err := time.Parse("2006-01-02", s)
	if err != nil {
		tb.Fatal(err)
	}
	return int(d.Unix() / 86400)
}

// A window of months ends as the application's own windows do: the same day of the
// month, or its last day.
func TestWindow_Ends(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		day, last string // the last day on which an order of the day still counts
		months    int
	}{
		{"2023-01-10", "2024-01-10", 12},
		{"2024-02-29", "2025-02-28", 12}, // 2025-03-01 reaches back to 2024-03-01
		{"2023-02-28", "2024-02-29", 12},
		{"2024-01-31", "2024-02-29", 1},
		{"2024-02-29", "2024-03-31", 1}, // the windows of March 29 to 31 begin on February 29
		{"1969-12-31", "1970-01-31", 1},
	} {
		w := window{months: tt.months, ends: map[int]int{}}
		if got, want := w.end(dayOf(t, tt.day)), dayOf(t, tt.last)+1; got != want {
			t.Errorf("%s: ends %s, want the day after %s", tt.day, date(got).Format("2006-01-02"), tt.last)
		}
	}
}

// naive is the definition, day by day: who has been below the line for grace days in a
// row has lost the tier.
func naive(p policy, steps []change, months, asOf int) hold {
	w := window{months: months, ends: map[int]int{}}
	value := func(day int) float64 {
		v := 0.0
		for _, s := range steps {
			if s.day <= day && (months == 0 || s.day >= w.start(day)) {
				v += s.value
			}
		}
		return tidy(v)
	}
	out := hold{by: heldByValue, value: value(asOf), until: noDay}
	if len(steps) == 0 {
		return out
	}
	for i := 1; i < len(p.ladder); i++ {
		on, low := false, 0
		for day := steps[0].day; day <= asOf; day++ {
			v := value(day)
			if on && low >= p.grace && low > 0 {
				on = false
			}
			switch {
			case v >= p.ladder[i].from:
				on, low = true, 0
			case v >= p.line(p.ladder[i]):
				low = 0
			case on && p.grace == 0:
				on = false
			case on:
				low++
			}
		}
		if !on {
			continue
		}
		out = hold{tier: i, by: heldByValue, value: out.value, until: noDay}
		switch {
		case low > 0:
			out.by, out.left = heldByGrace, p.grace-(low-1)
		case out.value < p.ladder[i].from:
			out.by = heldByKeep
		}
	}
	return out
}

func drawn(t *rapid.T) (policy, []change, int, int) {
	p := policy{
		ladder: []tier{{}, {from: 100}, {from: 250}},
		keep:   float64(rapid.IntRange(0, 10).Draw(t, "keep")) / 10, grace: rapid.IntRange(0, 60).Draw(t, "grace"),
	}
	var steps []change
	day := 19000
	for range rapid.IntRange(0, 8).Draw(t, "orders") {
		day += rapid.IntRange(1, 60).Draw(t, "gap")
		steps = append(steps, change{day, float64(rapid.IntRange(-20, 200).Draw(t, "amount")) + 0.1})
	}
	return p, steps, rapid.IntRange(0, 3).Draw(t, "months"), day + rapid.IntRange(0, 120).Draw(t, "later")
}

func TestPolicy_AgreesWithTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, steps, months, asOf := drawn(t)
		w := window{months: months, ends: map[int]int{}}
		if got, want := p.at(w.path(steps, asOf), asOf), naive(p, steps, months, asOf); got != want {
			t.Fatalf("%+v, months %d, asOf %d: got %+v, want %+v", steps, months, asOf, got, want)
		}
	})
}

// More grace or a lower line never puts anybody lower, and nobody is below what
// today's value earns.
func TestPolicy_Monotone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, steps, months, asOf := drawn(t)
		w := window{months: months, ends: map[int]int{}}
		path := w.path(steps, asOf)
		base := p.at(path, asOf)
		if base.tier < p.earned(base.value) {
			t.Fatalf("%+v is below what the value earns", base)
		}
		more, lower := p, p
		more.grace += rapid.IntRange(0, 50).Draw(t, "more")
		lower.keep *= float64(rapid.IntRange(0, 10).Draw(t, "lower")) / 10
		for _, q := range []policy{more, lower} {
			if got := q.at(path, asOf); got.tier < base.tier {
				t.Fatalf("%+v with %+v, %+v with %+v", base, p, got, q)
			}
		}
	})
}

// The day on which a tier will be lost is the first on which it is.
func TestPolicy_Until(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, steps, months, asOf := drawn(t)
		w := window{months: months, ends: map[int]int{}}
		now := p.at(w.path(steps, asOf), asOf)
		if now.tier == 0 {
			return
		}
		want := noDay
		for day := asOf + 1; day < asOf+250 && want == noDay; day++ {
			if p.at(w.path(steps, day), day).tier < now.tier {
				want = day
			}
		}
		path := w.path(steps, math.MaxInt)
		if got := p.until(path, now.tier, asOf); got != want {
			t.Fatalf("%+v, months %d, asOf %d, %+v: until %d, want %d", steps, months, asOf, now, got, want)
		}
	})
}
