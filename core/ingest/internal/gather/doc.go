// Package gather reads rows whose bytes all have their known places: "C0062074,2022-01-01,17.00,INV00000001"
// and the million rows behind it differ in digits, and in how many digits the amount has, and in nothing else. One permutation
// brings the digits of such a row together, one comparison proves that every byte is what it has to be, and
// four multiplications make four numbers of them, without a branch that could be guessed
// wrongly. It needs a processor with AVX-512 and is told row by row when to stop.
package gather
