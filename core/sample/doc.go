// Package sample makes businesses with a known truth, to try the program with, to
// teach with and to test it against: every customer is planted in a segment, and
// the numbers that an import must reconcile to are known ([Facts]).
//
// A business follows from its options alone: the same seed gives the same bytes on
// every machine and on every day. People, products and numbers are made up. All
// words are in data/, one file per language, lists of the same shape; a business is
// generated as positions in those lists and gets its words when it is written.
//
// The files are of the messy kind that owners have: refunds in three forms,
// cancelled and test orders, repeated orders, cells that cannot be read.
package sample
