// Package large makes large arrays of numbers in large pages, where the system has them:
// a column of ten million amounts is then first touched 40 times instead of 20,000, and
// looking up customers at random misses fewer translations of addresses. It is a hint: where the
// system does not take it, an array is what make returns.
package large
