// Package parquetfile reads Parquet (github.com/parquet-go/parquet-go) as rows of text.
//
// Leaves of the schema are columns, nested ones under "outer.inner"; the values of a list
// are put together with "; ". Dates, times, decimals and the old 96-bit timestamps are
// written as what they mean; an instant is written as its time in UTC. The rows that come
// out of a row group must be as many as the file's metadata declare.
//
// The library was made for trusted files: a panic in it is an error here, its memory is
// bounded by the process that reads (package book).
package parquetfile
