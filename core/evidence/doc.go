// Package evidence judges a segmentation by what does not depend on the method that made
// it: the indices of a grouping ([Judge]), whether its segments come back when customers
// are drawn anew ([Resample]), and whether they are any use to a business ([Card]).
//
// Everything follows from labels, values and a seed; nothing here runs a method. Formulas,
// sources and thresholds are in docs/evidence.md.
package evidence
