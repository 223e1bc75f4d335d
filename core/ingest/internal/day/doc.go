// Package day reads calendar days and times of day as tables write them, from bytes.
//
// It knows the order of day, month and year from its Style, which the caller finds by
// evidence over the whole column. It imports the standard library and core.
package day
