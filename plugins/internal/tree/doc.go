// Package tree grows, prunes, judges, edits and writes decision trees (CART) for the
// methods that need them. It knows columns of a table, nothing of parameters.
//
// Up to [ExactRows] rows every column is sorted once and each node looks at every cut
// (exact). Above that, nodes of more than 4,096 rows see numbers through 255 quantile
// bins (a histogram a node; the larger child by subtraction), smaller ones every value.
// Categories are exact for two classes and for numbers. Missing values follow surrogate
// splits as in rpart. Nothing depends on the order of rows or the number of cores.
//
// Sources: Breiman, Friedman, Olshen and Stone, Classification and Regression Trees
// (1984), chapters 3 to 5; Therneau and Atkinson, An Introduction to Recursive
// Partitioning Using the RPART Routines (2022), sections 3 to 5; Breiman, Random
// Forests (2001).
package tree
