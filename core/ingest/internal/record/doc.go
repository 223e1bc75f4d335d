// Package record divides the bytes of a delimited text into records and cells.
//
// A Dialect cuts a block after its last complete record (Cut) and finds the cells of
// the columns that are wanted (Split) as positions into the block: no string is made.
// Blocks without a quote take a path that looks at eight bytes at a time; the other
// path follows RFC 4180, leniently: text behind a closing quote belongs to the cell,
// and a quote inside an unquoted cell is a character like any other.
package record
