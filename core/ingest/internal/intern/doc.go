// Package intern gives every distinct cell of a text column a code, without a Go
// string per cell.
//
// Reading is parallel over blocks of the file, so it has two steps: a Local turns the
// cells of one block into a Part, then Keys takes the Parts in file order and hands
// out codes by first appearance. Codes are therefore the same whatever the blocks were.
//
// Columns of running numbers (INV00000001, C0042, 17850) stay numbers all the way: no
// bytes are kept for them and the lookup is an array. One cell that does not fit turns
// the whole column to text, with the same codes.
package intern
