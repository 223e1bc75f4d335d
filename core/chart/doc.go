// Package chart draws a segmentation: the RFM heat grid, the treemap, bars,
// scatter, box, histogram, snake plot, tree and the evidence of clusterings.
//
// gonum/plot is the drawing engine (axes, canvases for PNG, SVG and PDF); layout,
// colours and text are ours. Every picture is drawn by one function on a [pen],
// whose coordinates are device-independent pixels with y down, so that the window,
// a PNG, an SVG and a PDF show the same thing:
//
//	New → Figure (immutable, safe for concurrent use)
//	        ├─ Render(w, h, scale) → Frame: image, hit areas, pixel ↔ data
//	        └─ Write(w, "png" | "svg" | "pdf", width, height)
//
// Text is filled glyph outlines of the embedded font, so Chinese is right in every
// format without the reader having a font. The package must not import fyne.
package chart
