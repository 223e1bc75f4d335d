// Package kmeans finds natural groups of customers by k-means.
//
// The way of the data: rows are put into an order that follows from their values
// alone ([points]), so neither the order of the file nor the number of cores can
// change a result; a recipe in words (cap, log, scale) makes features comparable;
// greedy k-means++ starts, Lloyd's iteration with Hamerly's exact bounds and
// Hartigan–Wong moves find the groups; indices, the gap statistic and their votes judge
// them. All sums run over blocks of a fixed size in a fixed order.
//
// docs/method/kmeans.md has formulas, sources, limits and a worked example. The package
// imports sdk and sdk/table only.
package kmeans
