// Package patch changes and adds columns of a delimited text in whatever encoding, and
// leaves every byte that it does not have to touch as it is: other cells with their
// quoting, blanks, line ends, rows that are not the table's, bytes that are no characters.
//
// It walks the bytes of the file itself, not a decoded copy that would have to be encoded
// again: delimiters, quotation marks and line ends are characters of ASCII in every
// encoding that is read, and it is enough to know which bytes are whole characters, since
// the second byte of one in GB18030, Big5 or Shift-JIS may look like them. Cells are told
// from each other by the rules of package delimited; what that package would have to repair
// is an error here, since nothing says how the repair would be written back.
package patch
