// Package stats is the method "stats": it describes features, correlates numbers and,
// with a column of groups, tests whether the groups differ and by how much. It makes
// no segments.
//
// What is computed, with the sources of the formulas, is in docs/method/stats.md. The
// functions of number.go, compare.go, contingency.go and correlation.go are pure. Sums
// are carried in twice the precision of a float64, so that the order of customers does
// not show in the result.
package stats
