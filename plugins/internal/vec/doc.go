// Package vec holds the inner loops of the clustering methods over columns of numbers:
// nearest centres, squared distances to a point, sums of distances, sums by group, order
// statistics, hashes of rows.
//
// Each function exists twice: in plain Go, and for processors with AVX2 in assembly,
// eight rows at a time. Both do the same operations on every row in the same order, and
// neither fuses a multiplication with an addition, so their results are equal to the
// last bit (a test compares them); a machine without AVX2 is slower and nothing else.
//
// Screen finds nearest centres in single precision with a bound of its error, and looks at the
// few rows within the bound in full, so its labels are the same, too. Only Narrow, for samples,
// has sums of distances in single precision, on every machine the same.
//
// The package imports the standard library only.
package vec
