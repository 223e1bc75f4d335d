package core

import "time"

// SourceKind is what the rows of an imported file are.
type SourceKind string

// The kinds of sources.
const (
	SourceTransactions SourceKind = "transactions"
	SourceCustomers    SourceKind = "customers"
	SourceSurvey       SourceKind = "survey"
	SourceComments     SourceKind = "comments"
	SourceEvents       SourceKind = "events"

	// SourceContacts is what rows of purchases say of who bought: names, telephones,
	// addresses, a row per customer. Records of this kind are kept beside purchases; no file
	// is of it.
	SourceContacts SourceKind = "contacts"
)

// Role is the use of a column of a source.
type Role string

// The roles of columns. Attributes of customers have no role: they keep their name.
const (
	RoleCustomer Role = "customer"
	RoleDate     Role = "date"
	RoleAmount   Role = "amount"
	RoleOrder    Role = "order"
	RoleQuantity Role = "quantity"
	RolePrice    Role = "price"
	RoleProduct  Role = "product"
	RoleCategory Role = "category"
	RoleChannel  Role = "channel"
	RoleStatus   Role = "status"

	// What became of a purchase later, where a file says it beside its status and amount.
	RoleRefund       Role = "refund"        // money that was given back of the row's amount
	RoleRefundStatus Role = "refund_status" // of the refund

	RoleText   Role = "text"   // of a comment
	RoleRating Role = "rating" // that came with a comment: stars, 0/1
	RoleEvent  Role = "event"
	RoleWeight Role = "weight" // of a respondent
)

// OrderPolicy says what becomes of an order that a project has and a file tells with other lines.
type OrderPolicy string

// The order policies; "" takes what the file itself makes likely, see docs/import.md.
const (
	OrdersReplace OrderPolicy = "replace" // the order is as the file has it: lines that it lacks give way
	OrdersAdd     OrderPolicy = "add"     // the order has the lines of both
	OrdersKeep    OrderPolicy = "keep"    // the order stays as the project has it: the file's lines and refunds of it are left out
)

// RefundPolicy says what happens to refunds, see product.md "Refunds".
type RefundPolicy string

// The refund policies.
const (
	RefundNet  RefundPolicy = "net"  // linked refunds reduce or remove their order, others lower the money
	RefundDrop RefundPolicy = "drop" // refund rows are excluded
	RefundKeep RefundPolicy = "keep" // rows count as they are
)

// Grain is what one row of a transactions file is.
type Grain string

// The grains.
const (
	GrainLine  Grain = "line"
	GrainOrder Grain = "order"
)

// DateOrder is the order of day, month and year in dates of digits only.
type DateOrder string

// The date orders.
const (
	DateYMD DateOrder = "ymd"
	DateDMY DateOrder = "dmy"
	DateMDY DateOrder = "mdy"
)

// ImportOptions are what the user fixed; zero fields are detected.
type ImportOptions struct {
	Kind      SourceKind      // "" = detected
	Map       map[Role]string // role → column header; "" = no column has it
	Sheet     string
	HeaderRow int    // 1-based; 0 = detected, -1 = there is none
	Encoding  string // "utf-8", "gb18030", "utf-16le" …
	Delimiter string // one character
	Grain     Grain
	DateOrder DateOrder
	Refunds   RefundPolicy
	Orders    OrderPolicy

	// Reader starts the process that reads workbooks, archives and whatever else is no
	// plain text, as a program and its arguments; nil = they are read in this process.
	Reader []string `json:"-"`

	// Several: the table is one of several of the file that are imported: the source is named
	// FILE#SHEET.
	Several bool `json:"-"`

	// Like is what these options were taken from, to be told in the report; nil = nothing.
	Like *TemplateUse `json:"-"`
}

// Detected is how a file was read: what was found or given.
type Detected struct {
	Encoding   string             `json:"encoding"`
	Delimiter  string             `json:"delimiter"` // "" for a workbook
	HeaderRow  int                `json:"headerRow"` // 1-based; 0 = none
	Sheet      string             `json:"sheet"`
	Mapping    map[Role]string    `json:"mapping"`
	DateOrder  DateOrder          `json:"dateOrder"`
	Kind       SourceKind         `json:"kind"`
	Grain      Grain              `json:"oneRowIs"`
	Refunds    RefundPolicy       `json:"refunds"`
	Columns    []DetectedColumn   `json:"columns"`
	Preset     string             `json:"preset,omitempty"` // id of the export that the headers are of, such as "shopify_orders"
	Confidence map[string]float64 `json:"confidence"`       // 0…1 by "encoding", "delimiter", "headerRow", "dateOrder", "oneRowIs"
}

// DetectedColumn is one column of the file as it was read.
type DetectedColumn struct {
	Name       string  `json:"name"`
	Type       string  `json:"type"` // "number", "date", "text", "category", "id", "empty"
	Role       Role    `json:"role,omitempty"`
	Confidence float64 `json:"confidence"` // 0…1 of the role (of the type where there is no role)

	// What package privacy found; "" in projects of before it.
	Class     FieldClass `json:"class,omitempty"`
	Holds     string     `json:"holds,omitempty"`     // what is in the column: "phone", "email", "age" …
	ClassBy   string     `json:"classBy,omitempty"`   // "values", "header", "both", "role"
	ClassSure float64    `json:"classSure,omitempty"` // 0…1 of the class
	Example   string     `json:"example,omitempty"`   // a cell, masked where the class asks for it
}

// Exclusion counts rows or customers left out for one reason.
type Exclusion struct {
	Reason   string `json:"reason"` // stable id; the text is i18n "reason."+Reason
	Count    int    `json:"count"`
	Examples []int  `json:"examples"` // first few row numbers in the file, 1-based, header included
}

// Reconciliation proves that no row was lost: In = Used + the sum of Excluded.
type Reconciliation struct {
	In       int         `json:"in"` // data rows of the file, without the header
	Used     int         `json:"used"`
	Excluded []Exclusion `json:"excluded"`
}

// ImportReport tells what an import did.
type ImportReport struct {
	Rows       Reconciliation `json:"rows"`
	Detected   Detected       `json:"detected"`
	Customers  int            `json:"customers"`
	Orders     int            `json:"orders"`
	Lines      int            `json:"lines"`
	Records    int            `json:"records,omitempty"` // answers, comments or events
	Amount     float64        `json:"amount"`
	FirstDate  Date           `json:"firstDate"`
	LastDate   Date           `json:"lastDate"`
	Duplicates int            `json:"duplicatesSkipped"`
	Hints      []Message      `json:"hints,omitempty"` // remarks on quality, worth a look
	Unmatched  *Unmatched     `json:"unmatched,omitempty"`
	Diff       *OrderDiff     `json:"diff,omitempty"`
	Like       *TemplateUse   `json:"like,omitempty"`   // what the file was read like
	Stored     int            `json:"stored,omitempty"` // rows of purchases that the import put into the project, where they are not Lines
}

// OrderDiff is what a file of purchases tells of orders beside what the project has.
type OrderDiff struct {
	New       int          `json:"newOrders"`
	Unchanged int          `json:"unchangedOrders"` // of the file, as the project has them; 0 where there are no order numbers
	Changed   int          `json:"changedOrders"`   // other lines or amounts, or no longer valid
	Vanished  int          `json:"vanishedOrders"`  // of the days of the file, and not in it
	Examples  DiffExamples `json:"examples"`
}

// DiffExamples are the numbers of the first few orders of each kind.
type DiffExamples struct {
	New      []string `json:"new"`
	Changed  []string `json:"changed"`
	Vanished []string `json:"vanished"`
}

// Unmatched counts customers of a source that meet nothing in the project: purchases, or
// for a source of purchases attributes and records. Nil where there was nothing to meet.
type Unmatched struct {
	SourceOnly  int      `json:"sourceOnly"`  // customers of the file
	ProjectOnly int      `json:"projectOnly"` // customers of the project that the file does not have
	Examples    []string `json:"examples"`    // first few of SourceOnly
}

// Source is one imported file of a project.
type Source struct {
	ID     int    `json:"id"`               // 1, 2, … within the project
	Name   string `json:"name"`             // base name of the file
	SHA256 string `json:"sha256,omitempty"` // of the file, in projects of before Fingerprint

	Fingerprint string          `json:"fingerprint,omitempty"` // of the file's bytes, with the name of the hash
	Imported    time.Time       `json:"imported"`
	Database    *DatabaseSource `json:"database,omitempty"` // where it came from, nil for a file
	Kind        SourceKind      `json:"kind"`
	Report      ImportReport    `json:"report"`
}

// Project is the head of a project file.
type Project struct {
	ID       string    `json:"id"` // random, for keys and backups
	Name     string    `json:"name"`
	Currency string    `json:"currency"` // ISO 4217, "CNY"
	Created  time.Time `json:"created"`
}
