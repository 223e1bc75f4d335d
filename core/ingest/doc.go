// Package ingest reads the files that people bring: order exports and customer tables
// as delimited text or as workbooks, in any of the usual encodings, without a question
// asked where the file itself gives the answer.
//
//	file → sniff (a sample: encoding, delimiter, header, types, roles) → layout
//	     → blocks → parse in parallel → assemble in file order → refunds → Result
//
// Three rules hold everywhere. No row is lost in silence: rows in = rows used + rows
// excluded, each with a reason and its line. Amounts are exact decimals. The result
// does not depend on the size of the blocks or the number of processors.
//
// Subpackages: xlsx (strict streaming reader of workbooks) and internal/… for bytes:
// text (encodings), record (cells of delimited text), num, day, intern (dictionaries).
// The package imports core and these only; it never sees a project file or a window.
package ingest
