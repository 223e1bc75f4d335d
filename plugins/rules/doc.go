// Package rules puts customers into segments by rules that somebody wrote by hand:
// NAME:EXPR, in the language of package sdk/expr, the first that holds wins.
//
// A set of rules must give every customer a segment: either the rules cover every
// value there can be, which is proved from the rules themselves ([expr.Prove]), or a
// last one is for everybody else. Where something is uncovered the run is refused and
// the uncovered regions are named, with an example and the customers in them. Regions
// that two rules cover, rules that can never take anybody and rules that take nobody
// today are reported. docs/method/rules.md has the whole story with a worked example.
package rules
