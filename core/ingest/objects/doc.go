// Package objects reads tables of JSON: objects one after another, usually a line each
// (JSON Lines), or an array of them. Every object is a row; its members are columns in
// the order in which they are first seen, those of an object within it under "outer.inner".
// An array stays as it is written.
//
// Numbers keep the digits that are written. What is malformed, cut off or said twice in one
// object is an error that names the record; so is text that is not valid in its encoding.
package objects
