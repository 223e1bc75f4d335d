// Package webtable reads the tables of web pages: what many systems send under the name
// of .xls. Pages are read token by token by golang.org/x/net/html; no tree is built.
//
// Every <table> is a table of the book, named by its caption; one inside another is a
// table of its own. A cell over several columns keeps its text in the first one, as a
// merged cell of a spreadsheet does; one over several rows is repeated downwards, for
// there it says what all those rows share. A table without its end tag is an error: HTML
// does not allow to leave it out, and it is what a truncated page looks like.
package webtable
