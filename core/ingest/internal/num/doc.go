// Package num reads numbers as people and programs write them, from bytes and
// exactly: the result is a decimal, never a binary fraction.
//
// It understands currency signs, thousands separators, decimal commas, percent,
// accounting negatives, full-width digits and the Chinese units of ten thousand and
// a hundred million. It imports the standard library only.
package num
