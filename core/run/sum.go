package run

import "math"

// sum adds many amounts of money so that the total is the nearest double of the true
// one, in whatever order they come: 0.1 ten times is 1.
//
// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
// Summen", ZAMM 54 (1974), algorithm IV.
type sum struct{ high, low float64 }

func (s *sum) add(v float64) {
	t := s.high + v
	if math.Abs(s.high) >= math.Abs(v) {
		s.low += (s.high - t) + v
	} else {
		s.low += (v - t) + s.high
	}
	s.high = t
}

func (s *sum) value() float64 { return s.high + s.low }
