package ingest

import (
	"qunxiang/core"
	"qunxiang/core/ingest/internal/intern"
)

// reason says why a row does not count.
type reason uint8

// The reasons, in the order of the report.
const (
	used reason = iota
	blankRow
	repeatedHeader
	totalRow
	noteRow
	tooManyCells
	missingCustomer
	missingDate
	badDate
	missingAmount
	badAmount
	zeroAmount
	cancelled
	unpaid
	testOrder
	refundDropped
	refundLinked
	orderRefunded
	duplicateCustomer
	missingText
	missingEvent
	reasons
)

// reasonIDs are the stable ids of the report and of i18n "reason.<id>".
var reasonIDs = [...]string{
	"", "blank_row", "repeated_header", "total_row", "note_row", "too_many_cells", "missing_customer", "missing_date", "bad_date",
	"missing_amount", "bad_amount", "zero_amount", "cancelled", "unpaid", "test_order", "refund_dropped", "refund_linked",
	"order_refunded", "duplicate_customer", "missing_text", "missing_event",
}

// part is what a parser makes of one block. Its slices are used again for the next
// block: an assembler copies what it keeps.
type part struct {
	line    int // of the block in the file, from 0; set by the assembler's caller
	lines   int // in the block
	in      int // data rows
	rows    int // rows that count so far
	skipped []skip
	invalid []byte // bytes that are not UTF-8, as evidence for another encoding
	garbled garbled
	odd     int // quotation marks that do not keep to the rules
	err     error
	errLine int // in the block, from 0

	// Transactions.
	day      []core.Date
	clock    []int32
	timed    bool           // a row has a time of day
	oddDate  string         // the first cell that is no date …
	oddMoney string         // … and no number
	signs    map[string]int // amounts by their currency; nil for none
	amount   money
	quantity money
	keys     [keyRoles]intern.Part // by keyRole; rows as above
	backed   int                   // amounts of which something was given back …
	over     int                   // … and those of which more was than they are
	alt      [3]int                // dates that were refused and that another order reads

	// Customers: all columns as text. Transactions: those that say who bought.
	columns []intern.Part
}

// skip is a line that is no row in use: an excluded row, or the continuation of a
// quoted cell (reason used).
type skip struct {
	line uint32 // in the block, from 0
	why  reason
}

func (p *part) reset() {
	*p = part{
		skipped: p.skipped[:0], day: p.day[:0], clock: p.clock[:0], keys: p.keys, columns: p.columns,
		amount: money{v: p.amount.v[:0], scale: p.amount.scale}, quantity: money{v: p.quantity.v[:0], scale: p.quantity.scale},
	}
}

// The text columns of transactions that are kept as codes.
const (
	keyCustomer = iota
	keyOrder
	keyProduct
	keyCategory
	keyChannel
	keyStatus
	keyRefundStatus
	keyRoles
)

var keyRole = [...]core.Role{core.RoleCustomer, core.RoleOrder, core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus, core.RoleRefundStatus}
