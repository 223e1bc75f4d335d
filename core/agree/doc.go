// Package agree puts two segmentations of the same customers side by side: how much they
// agree by chance-corrected indices, who is where in both, and which customers both put
// into segments that answer each other.
//
// Formulas and sources are in docs/evidence.md.
package agree
