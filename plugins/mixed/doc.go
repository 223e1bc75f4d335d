// Package mixed is the method "mixed": groups of customers who are alike in numbers and
// categories together, by k-prototypes (Huang 1998, Data Mining and Knowledge Discovery
// 2, 283) or by medoids of Gower's dissimilarity (Gower 1971, Biometrics 27, 857;
// Kaufman and Rousseeuw 1990, chapter 2, with the swaps of Schubert and Rousseeuw 2019,
// FastPAM1, which finds the same optimum).
//
// Formulas, defaults and limits are in docs/method/mixed.md. Files: data.go reads and
// prepares, prototypes.go and medoids.go search, find.go chooses, tables.go tells.
package mixed
