// Package risk puts customers into bands of high, medium and low risk of an outcome
// (churn, claim, default) by calibrated probabilities.
//
// An average of trees (or one pruned tree) is fitted, judged on customers that each tree
// has not seen, and its scores are turned into probabilities by a line in log odds or an
// isotonic step function. Every customer gets a probability, the reasons that speak most
// for it, and where an amount is given the expected loss.
//
// docs/method/risk.md has formulas, sources, limits, measurements and a worked example.
package risk
