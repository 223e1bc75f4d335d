package kmeans

import (
	"math"

	"qunxiang/plugins/internal/cluster"
)

// nearestTwo returns the nearest centre of a row (the first of equals) and the
// squared distances of the nearest and the second nearest.
func nearestTwo(row, centres []float64) (best int32, first, second float64) {
	switch len(row) {
	case 2:
		return nearestTwo2(row, centres)
	case 3:
		return nearestTwo3(row, centres)
	}
	d := len(row)
	first, second = math.Inf(1), math.Inf(1)
	for c, at := int32(0), 0; at < len(centres); c, at = c+1, at+d {
		s := cluster.Square(row, centres[at:at+d])
		if s < first {
			best, first, second = c, s, first
		} else if s < second {
			second = s
		}
	}
	return best, first, second
}

func nearestTwo2(row, centres []float64) (best int32, first, second float64) {
	x, y := row[0], row[1]
	first, second = math.Inf(1), math.Inf(1)
	for c := int32(0); len(centres) >= 2; c++ {
		a, b := x-centres[0], y-centres[1]
		s := float64(a*a) + float64(b*b)
		if s < first {
			best, first, second = c, s, first
		} else if s < second {
			second = s
		}
		centres = centres[2:]
	}
	return best, first, second
}

func nearestTwo3(row, centres []float64) (best int32, first, second float64) {
	x, y, z := row[0], row[1], row[2]
	first, second = math.Inf(1), math.Inf(1)
	for c := int32(0); len(centres) >= 3; c++ {
		a, b, e := x-centres[0], y-centres[1], z-centres[2]
		s := float64(a*a) + float64(b*b) + float64(e*e)
		if s < first {
			best, first, second = c, s, first
		} else if s < second {
			second = s
		}
		centres = centres[3:]
	}
	return best, first, second
}
