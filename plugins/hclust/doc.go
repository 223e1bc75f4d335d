// Package hclust joins customers step by step into a hierarchy of groups and cuts it.
//
// The way of the data: the recipe of package cluster prepares the features; customers
// that are alike become one weighted site, and above 20,000 different ones sites are
// small cells ([squeeze]); a linkage joins sites into a [dendrogram]: Ward by a
// nearest-neighbour chain on centroids, single by a spanning tree, centroid and median
// on positions, all in memory linear in the sites; complete, average and weighted by
// a chain over stored distances. The cuts for 2…10 groups are judged like k-means's.
//
// Everything follows from positions in the canonical order, ties included, so the
// order of the file changes nothing.
//
// docs/method/hclust.md has formulas, sources, limits and a worked example. The package
// imports sdk, sdk/table and plugins/internal/cluster only.
package hclust
