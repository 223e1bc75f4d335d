package comment

import "math"

// scale are the ends of the scale that ratings are given on.
type scale struct{ low, high float64 }

// scaleOf guesses the scale from the ratings: 0–1, 1–5, 1–10 or 0–100, by the largest,
// and from 0 where somebody gave 0. It reports false for what is no scale.
func scaleOf(ratings []float64) (scale, bool) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, r := range ratings {
		if !math.IsNaN(r) && !math.IsInf(r, 0) {
			low, high = min(low, r), max(high, r)
		}
	}
	if low < 0 || high > 100 || high < low {
		return scale{}, false
	}
	for _, end := range [...]float64{1, 5, 10, 100} {
		if high > end {
			continue
		}
		if end == 1 || end == 100 || low < 1 {
			return scale{0, end}, true
		}
		return scale{1, end}, true
	}
	return scale{}, false
}

// side is 1 for the upper three tenths of the scale (4 and 5 stars of 5), −1 for the lower
// three (1 and 2 stars), 0 between.
func (s scale) side(rating float64) int {
	at := (rating - s.low) / (s.high - s.low)
	switch {
	case math.IsNaN(at):
		return 0
	case at >= 0.7:
		return 1
	case at <= 0.3:
		return -1
	}
	return 0
}
