// Package identity finds customers who are there under several codes: the same telephone
// written in two ways, an e-mail address in capitals, a name with a title, a code with
// and without its leading noughts.
//
// Cells are brought into a normal form ([Normal]), customers who share one are put side
// by side (blocking, so that the number of pairs stays near that of customers), and every
// pair is scored by adding up stated points for what agrees and taking away for what does
// not, in the manner of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969),
// with names weighed by how many customers have them (Winkler 1989). From [Sure] points on
// a pair is the same person, from [Review] on somebody should look. docs/identity.md has
// the table of points and what they achieve on data with known doubles.
//
// What many share tells nothing: a shop's own telephone on fifty walk-ins, 13800138000,
// test@test.com. Such values are listed ([Result.Shared]) and make no pair sure. Two
// different identity cards, and two customers whom somebody has kept apart, never come
// into one group, whatever lies between them.
//
// The order of rows never matters.
package identity
