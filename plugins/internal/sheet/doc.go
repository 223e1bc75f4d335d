// Package sheet builds the small tables of a method's evidence row by row, and writes
// the numbers of its sentences.
package sheet
