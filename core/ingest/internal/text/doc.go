// Package text finds the encoding of a text file and decodes it to UTF-8.
//
// The order of evidence: a byte order mark; zero bytes in every other place (UTF-16
// without a mark); strict UTF-8; GB18030 or Big5 by their byte patterns; and
// Windows-1252, which accepts everything, as the last resort with low confidence.
package text
