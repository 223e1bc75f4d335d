// Package delimited reads delimited text of any kind carefully: it finds the dialect
// from a sample (Detect), and reads records one after the other (Reader), repairing
// what only one reading can explain.
//
// The fast way of an import (package record) trusts that a file keeps to one dialect.
// Here every record is held against the width of the table: a quotation mark that
// opens a cell and would swallow the lines behind it is a character of the cell when
// that alone makes the record whole; a line in another delimiter is read with that. A
// record that stays odd is handed over as it is and says so. Nothing is dropped.
//
// The weighing of dialects follows the idea of van den Burg, Nazábal and Sutton,
// "Wrangling messy CSV files by detecting row and type patterns" (Data Mining and
// Knowledge Discovery 33, 2019): a good dialect makes rows of one width whose cells
// are of known types. The formula is our own.
package delimited
