// Package interests is the method "interests": groups of customers who like the same
// things, from the categories or products they buy, from words in their comments and
// from what they do (events), and for every customer the theme they stand out by.
//
// Groups are the components of a mixture of multinomial distributions over themes,
// fitted by expectation–maximisation (Dempster, Laird and Rubin 1977; Nigam et al.
// 2000, Machine Learning 39, 103); their number is that of the smallest BIC (Schwarz
// 1978), one included. What is counted, and the limits, are in docs/method/interests.md.
package interests
