// Package boltcheck proves that a bbolt file is safe to open, by reading it with
// plain positioned reads: no memory map, no unsafe, no trust in any field.
//
// bbolt believes its file: page numbers, counts and offsets of a crafted or
// damaged file make it crash the process beyond recover, or loop for ever. A file
// that [Walk] accepts can be opened, checked, walked and written by bbolt without
// fault. Values are not looked at (package store authenticates them); what is
// checked is all that bbolt itself interprets: meta pages, page headers, element
// tables, key order, bucket headers, the free list.
//
// Since it visits every key anyway, Walk also serves as a reader: it tells where
// each value lies, so that a file can be read without bbolt and without a copy.
package boltcheck
