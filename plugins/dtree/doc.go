// Package dtree grows a decision tree (CART): which few conditions tell apart the
// customers of a chosen outcome? Each leaf is a segment with a rule that can be read.
//
// Numbers are cut into bins (every distinct value up to 4,096 of them, otherwise 512
// quantiles) and categories into levels, so a node costs one pass over its rows.
// Splits are binary; missing values go to the side that fits them better. The grown
// tree is pruned by cost-complexity with cross-validation and the one-standard-error
// rule. Rows are first put into an order that follows from their values, so that
// neither the file's order nor the number of cores can change a result.
//
// docs/method/dtree.md has formulas, sources, limits and a worked example. The package
// imports sdk and sdk/table only.
package dtree
