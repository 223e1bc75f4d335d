package presenter

import (
	"qunxiang/core/ingest"
	"qunxiang/core/workspace"
)

// The types below are what states hold and pages show, under the presenter's own
// names: a page knows its presenter, not where the presenter has its data from.

// CustomerView is a sorted, filtered look at all customers.
type CustomerView = workspace.CustomerView

// CustomerQuery says which customers, and in which order.
type CustomerQuery = workspace.CustomerQuery

// CustomerColumn heads a column of a CustomerView.
type CustomerColumn = workspace.CustomerColumn

// Cell is one value of a CustomerView.
type Cell = workspace.Cell

// ExportReport says what a list holds and what it left out.
type ExportReport = workspace.ExportReport

// Preview is the head of a file and how it would be read.
type Preview = ingest.Preview

// ColumnSegment names the column of the segment in a CustomerView.
const ColumnSegment = workspace.ColumnSegment

// SheetReport is what an import of one of several tables of a file did.
type SheetReport = workspace.SheetReport
