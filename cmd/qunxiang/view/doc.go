// Package view shapes results for the --json answers of the command: pure functions
// from domain values to documents whose keys are a contract with scripts.
//
// The documents are structs or Objects (ordered keys), so that the same result is
// the same bytes. NaN and infinities, which JSON cannot hold, become null.
package view
