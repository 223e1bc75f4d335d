// Package vec holds the inner loops of the clustering methods over columns of numbers:
// nearest centres, squared distances to a point, sums of distances.
//
// Each function exists twice: in plain Go, and for processors with AVX2 in assembly,
// eight rows at a time. Both do the same operations on every row in the same order, and
// neither fuses a multiplication with an addition, so their results are equal to the
// last bit (a test compares them); a machine without AVX2 is slower and nothing else.
//
// The package imports the standard library only.
package vec
