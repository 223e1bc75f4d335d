// Package quality judges the data of a project: a score of 0…100 in five dimensions, and
// the issues behind it, each with what is concerned and, where there is one, the step
// of core/clean that mends it.
//
// The dimensions are those of ISO/IEC 25012 and of DAMA UK ("The six primary dimensions for
// data quality assessment", 2013) as far as data alone can tell: completeness, validity
// (their syntactic accuracy), uniqueness, consistency and timeliness. Whether a value is
// true nobody can see in a table.
//
// A dimension's score is
//
//	100 · Π (1 − w·s)
//
// over its issues: s is the share concerned (of rows, customers, orders, cells or days, as
// the issue says) and w how bad it would be if all were (docs/quality.md has every w). So an
// issue can only lower the score, and 100 means that nothing was found. The score of the
// data is the mean of the dimensions with the weights of [Weights], without those that the
// data cannot have.
//
// What is learnt depends on the data and the import reports alone: not on the clock, the
// order of rows or the number of processors.
package quality
