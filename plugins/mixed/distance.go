package mixed

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// measure is how unlike two rows are. Kind tells for every feature how it counts.
type measure struct {
	kind  []byte
	gamma float64 // prototypes: what a different category adds to the square
	gower bool

	numbers, categories []int // features by kind
	levels              []int // of each category
}

// How a feature counts.
const (
	isNumber byte = iota
	isCategory
	isPresence // asymmetric: 0 on both sides says nothing
)

func newMeasure(features []feature, algorithm string, gamma float64) measure {
	m := measure{gamma: gamma, gower: algorithm == pam, kind: make([]byte, len(features))}
	m.levels = make([]int, len(features))
	for j := range features {
		if m.levels[j] = len(features[j].Levels); features[j].category() {
			m.categories = append(m.categories, j)
		} else {
			m.numbers = append(m.numbers, j)
		}
		switch f := &features[j]; {
		case f.Asymmetric && m.gower:
			m.kind[j] = isPresence
		case f.category():
			m.kind[j] = isCategory
		}
	}
	return m
}

// between is the square root of Σ(a−b)² + γ·(different categories) for prototypes, and
// Gower's dissimilarity, the mean over the features that count, for medoids.
func (m *measure) between(a, b []float64) float64 {
	if m.gower {
		return m.gowers(a, b)
	}
	return math.Sqrt(m.square(a, b))
}

// square is what prototypes make small.
func (m *measure) square(a, b []float64) float64 {
	b = b[:len(a)]
	sum, different := 0.0, 0
	for _, j := range m.numbers {
		d := a[j] - b[j]
		sum += float64(d * d)
	}
	for _, j := range m.categories {
		if a[j] != b[j] {
			different++
		}
	}
	return sum + m.gamma*float64(different)
}

func (m *measure) gowers(a, b []float64) float64 {
	sum, count := 0.0, 0.0
	for j, kind := range m.kind {
		switch kind {
		case isNumber:
			sum += math.Abs(a[j] - b[j])
			count++
		case isCategory:
			if a[j] != b[j] {
				sum++
			}
			count++
		default:
			if a[j] != b[j] {
				sum++
			}
			if a[j] != 0 || b[j] != 0 {
				count++
			}
		}
	}
	if count == 0 {
		return 0
	}
	return sum / count
}

// far is the cluster.Measure of m.
func (m *measure) far(out, row []float64, p cluster.Points) {
	for i := range out {
		out[i] = m.between(row, p.Row(i))
	}
}
