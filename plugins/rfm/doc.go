// Package rfm scores customers by recency, frequency and monetary value and names
// the segments that follow.
//
// The rule that everything else leans on: the same value always gets the same score.
// With N customers, a value that b customers stay below and c customers share has the
// midrank percentile p = (b + c/2) / N, and its score of n is
//
//	score = min(n, 1 + ⌊n·p⌋)
//
// computed in whole numbers, so neither the order of rows nor the unit of money can
// change it. A group of equal values whose middle lies exactly on a border goes to
// the better score. Recency is scored the other way round: fewer days, higher score.
//
// Learning yields cut points (rising upper bounds, exclusive), which are the model:
// later customers are scored against the frozen cuts. docs/method/rfm.md has the
// whole story with a worked example.
//
// Package segmap holds the segment maps. The package imports sdk and sdk/table only.
package rfm
