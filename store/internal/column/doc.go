// Package column turns columns of numbers into small chunks of bytes and back, fast
// enough that encryption and the disk, not the encoding, set the pace.
//
// A chunk holds at most [ChunkRows] values. Whole numbers are cut into blocks of
// 256: each block is bit-packed either as differences to its smallest value or as
// steps from value to value, whichever is narrower; a constant block and a running
// number cost a few bytes. Numbers with a fraction are stored as whole numbers of
// cents (or of 10^-4), or in single precision, where that is exact to the bit, otherwise
// as they are.
//
// Decoders take any bytes: they return [ErrChunk] and never panic, and they
// allocate nothing that the caller did not size.
package column
