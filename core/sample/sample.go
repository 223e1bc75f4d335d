package sample

import (
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/sdk"
)

// Shop is the id of the generated shop, the one business there is.
const Shop = "shop"

// The limits of Options.Customers. The upper one keeps the workbook within the
// 1,048,576 rows that the format has.
const (
	DefaultCustomers = 1500
	MinCustomers     = 50
	MaxCustomers     = 100_000
)

// The codes of the errors that Generate and Write return.
const (
	CodeUnknownBusiness = "sample_business"
	CodeCustomers       = "sample_customers"
	CodeWrite           = "sample_write"
	CodeDiskFull        = "disk_full"
)

// Options choose a business.
type Options struct {
	Customers int      // MinCustomers … MaxCustomers; 0 = DefaultCustomers
	Seed      uint64   // another seed, another shop of the same kind
	Lang      sdk.Lang // the market: festivals, prices and currency; "" = Chinese
}

// Business is a generated business. It is read-only.
type Business struct {
	ID       string
	Name     sdk.Text
	Currency string // ISO 4217
	Facts    Facts
	Segments []Segment // the planted segments, best first
	Truth    []Truth   // one per customer, in the order of their numbers

	seed   uint64
	people []person
	rows   []row
}

// Segment is one planted segment.
type Segment struct {
	Key   string
	Name  sdk.Text
	Count int // customers
}

// Truth is what is known of one customer, under the refund policy "net": a fully
// refunded order does not count, other refunds lower the amount.
type Truth struct {
	Customer string // number, with the prefix of the market's language
	Segment  string // key
	Orders   int    // valid orders, refunded ones left out
	Amount   int64  // net paid, in hundredths of the currency
	Last     core.Date
}

// Facts count the rows of the orders file by what they are. Rows is the sum of
// those from Lines to CancelledRows.
type Facts struct {
	Rows int // data rows of the file

	Lines          int // paid order lines
	RefundRows     int // rows that take back a whole order
	PartialRows    int // rows that take back a part of one line
	UnlinkedRows   int // refunds without an order in the file
	NoCustomerRows int // sales without a customer
	BadDateRows    int // dates that are none
	BadAmountRows  int // text where the amount belongs
	DuplicateRows  int // second copies of lines; they repeat DuplicateOrders
	TestRows       int // orders of the test account
	CancelledRows  int // orders that were never paid

	Customers       int // with at least one paid order
	Orders          int // paid orders, refunded ones included
	RefundedOrders  int // of them taken back as a whole
	DuplicateOrders int
	Net             int64 // of Lines and the three kinds of refunds, in hundredths
	DuplicateNet    int64 // what the second copies would add, in hundredths
	First, Last     core.Date
}

// Businesses lists the ids that Generate knows.
func Businesses() []string { return []string{Shop} }

// Generate makes a business. It returns a *core.Error with CodeUnknownBusiness for
// an id that is not in Businesses and with CodeCustomers for a number out of range.
func Generate(business string, o Options) (*Business, error) {
	if !slices.Contains(Businesses(), business) {
		return nil, &core.Error{
			Code: CodeUnknownBusiness, Origin: core.OriginUser, Op: "generate sample",
			Args: core.Args{"business": business, "known": Businesses()},
		}
	}
	if o.Customers == 0 {
		o.Customers = DefaultCustomers
	}
	if o.Customers < MinCustomers || o.Customers > MaxCustomers {
		return nil, &core.Error{
			Code: CodeCustomers, Origin: core.OriginUser, Op: "generate sample", Where: core.Where{Param: "customers"},
			Args: core.Args{"customers": o.Customers, "min": MinCustomers, "max": MaxCustomers},
		}
	}
	if o.Lang == "" {
		o.Lang = sdk.ZH
	}
	return newShop(o)
}

// customerID writes the number of customer i, "K00042".
func customerID(prefix string, i int) string { return prefix + pad(i+1, 5) }

// pad writes n with at least width digits.
func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}
