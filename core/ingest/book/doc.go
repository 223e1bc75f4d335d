// Package book is the one form in which ingest meets every file that is no plain text:
// a book of tables. Workbooks, web pages, JSON and Parquet are read by packages that
// push rows of text into a [Sink]; archives hand out the bytes of an entry.
//
// Such files are hostile until proved otherwise, and some of their readers are not
// ours. So a book is read on the far side of a stream: [Serve] reads, in a process
// of its own ([Command]) or in this one ([Inside]), and [Open] asks. What comes over is
// bounded frames of rows; a far side that crashes, hangs, fills the memory or says
// nonsense is an [Error] on this side and nothing else (docs/adr/0015).
//
// Rows are counted on both sides, and against what the file declares where it does.
//
// Texts of cells: numbers as plain decimals of at most 15 significant digits unless the
// file writes the digits itself, dates as yyyy-mm-dd[ hh:mm:ss], TRUE and FALSE.
package book
