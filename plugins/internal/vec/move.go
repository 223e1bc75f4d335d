package vec

import "math"

// Moves adds up what rows that change their group take from one to the other.
type Moves struct {
	c      Columns
	weight []float64 // nil: every row counts once
	wide   int       // D rounded up to a multiple of Lanes
	grid   []float64 // coarse and fine numbers as those of GridSum, wide of each
}

// NewMoves returns the means to add rows, times their weights, which may be nil, on grids:
// one number of each for each column.
func NewMoves(c Columns, weight, coarse, fine []float64) Moves {
	m := Moves{c: c, weight: weight, wide: (c.D + Lanes - 1) / Lanes * Lanes}
	m.grid = make([]float64, 2*m.wide)
	copy(m.grid, coarse)
	copy(m.grid[m.wide:], fine)
	return m
}

// Room is the number of sums for so many groups.
func (m *Moves) Room(k int) int { return 2 * m.wide * k }

// Sums returns the coarse and the fine sums of a group among all.
func (m *Moves) Sums(all []float64, group int) (coarse, fine []float64) {
	at := 2 * m.wide * group
	return all[at : at+m.c.D], all[at+m.wide : at+m.wide+m.c.D]
}

// Move takes rows from their old groups and puts them into the new ones, which are others.
func (m *Moves) Move(row, old, now []int32, sums []float64) {
	if len(row) == 0 {
		return
	}
	if wide() && m.c.D > 0 {
		_, _ = old[len(row)-1], now[len(row)-1]
		moveFast(m, row, old, now, sums)
		return
	}
	m.move(row, old, now, sums)
}

func (m *Moves) move(row, old, now []int32, sums []float64) {
	for i, r := range row {
		w := 1.0
		if m.weight != nil {
			w = m.weight[r]
		}
		fromCoarse, fromFine := m.Sums(sums, int(old[i]))
		toCoarse, toFine := m.Sums(sums, int(now[i]))
		for j := range m.c.D {
			x := float64(w * m.c.X[j*m.c.Stride+int(r)])
			coarse := (x + m.grid[j]) - m.grid[j]
			fine := (x - coarse + m.grid[m.wide+j]) - m.grid[m.wide+j]
			fromCoarse[j] -= coarse
			fromFine[j] -= fine
			toCoarse[j] += coarse
			toFine[j] += fine
		}
	}
}

// Nearness turns squared distances to the nearest and the second nearest centre into the
// distance to the nearest, and (b − a)/b of both, which is 0 where b is 0 or infinite. Both
// are rounded to single precision, unless that holds no such number.
func Nearness(first, second []float64) {
	done := 0
	if n := len(first) &^ 3; n > 0 && Fast() {
		_ = second[n-1]
		nearnessFast(first[:n], second)
		done = n
	}
	for i := done; i < len(first); i++ {
		own, other, value := math.Sqrt(first[i]), math.Sqrt(second[i]), 0.0
		if m := max(own, other); m > 0 && !math.IsInf(other, 1) {
			value = (other - own) / m
		}
		first[i], second[i] = short(own), short(value)
	}
}

func short(x float64) float64 {
	if y := float64(float32(x)); y != 0 && y-y == 0 {
		return y
	}
	return x
}
