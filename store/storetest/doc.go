// Package storetest has what tests of stored projects share: a model of a project
// that keeps everything in memory, a comparison, and random changes that can be
// replayed from a seed. Only tests import it.
package storetest
