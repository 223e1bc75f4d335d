package presenter

import (
	"qunxiang/core/ingest"
	"qunxiang/core/workspace"
)

// What states hold and pages show, under the presenter's own names: a page knows its
// presenter, not where the presenter has its data from.
type (
	CustomerView   = workspace.CustomerView   // CustomerView is a sorted, filtered look at all customers.
	CustomerQuery  = workspace.CustomerQuery  // CustomerQuery says which customers, and in which order.
	CustomerColumn = workspace.CustomerColumn // CustomerColumn heads a column of the view.
	Cell           = workspace.Cell           // Cell is one value of the view.
	ExportReport   = workspace.ExportReport   // ExportReport says what a list holds and what it left out.
	Preview        = ingest.Preview           // Preview is the head of a file and how it would be read.
)

// ColumnSegment names the column of the segment in a CustomerView.
const ColumnSegment = workspace.ColumnSegment
