// Package cluster is what the clustering methods share, so that k-means and the
// hierarchy prepare, judge and describe groups in one way.
//
// The recipe in words (cap, log, scale) makes features comparable ([Recipe],
// [Feature]); [Prepare] brings rows into an order that follows from their values alone;
// the indices judge groups, [GapStatistic] compares them with data without structure,
// and votes choose a number of groups; an [Outcome] orders, names and tabulates what was
// found. Nothing here searches for groups.
//
// The package imports sdk and sdk/table only, and only methods import it.
package cluster
