// Package sheet builds the small tables of a method's evidence row by row.
package sheet
