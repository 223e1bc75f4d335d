package sdk

import "qunxiang/sdk/table"

// The long tables that a host can give a method beside the table of customers: many
// rows a customer, sorted by customer and then by day. Column "customer" (Int64) is
// the row of Request.Table that a row belongs to; rows of customers that do not take
// part are not sent. Columns that the project has no data for are left out, except
// those marked *. Days are whole days since 1970-01-01 (Int64, unit "day"), none after
// the as-of date.
const (
	// DetailOrders has a row for each valid order: customer*, day*, amount* (Float64,
	// net of refunds, unit "money"). A customer has as many as its frequency, and they
	// add up to its monetary value.
	DetailOrders = "orders"
	// DetailLines has a row for each line of a valid order: customer*, day* (of the
	// order), amount*, order* (Int64, equal within an order and within no other),
	// quantity (Float64), product, category, channel (Category, sorted dictionaries).
	// Refunds that belong to no known line are not among them.
	DetailLines = "lines"
	// DetailComments has a row for each comment: customer*, text* (String), day.
	DetailComments = "comments"
	// DetailEvents has a row for each event: customer*, event* (Category), day, channel
	// (Category).
	DetailEvents = "events"
)

// Detail is a method's wish for a long table.
type Detail struct {
	ID       string `json:"id"`       // DetailOrders, DetailLines, DetailComments or DetailEvents
	Required bool   `json:"required"` // a run is refused where the project has no such data
	Help     Text   `json:"help,omitzero"`
}

// DetailTable is one long table of a run.
type DetailTable struct {
	ID    string
	Table *table.Table
}

// DetailSchema describes a long table before its rows are sent.
type DetailSchema struct {
	ID      string
	Columns []ColumnSchema
	Rows    int
}

// Detail returns the long table with the id, nil where the project has no such data or
// the method did not ask for it.
func (r Request) Detail(id string) *table.Table {
	for _, d := range r.Details {
		if d.ID == id {
			return d.Table
		}
	}
	return nil
}

// Detail is [Request.Detail] for new rows.
func (r ApplyRequest) Detail(id string) *table.Table {
	return Request{Details: r.Details}.Detail(id)
}

// HasDetail reports whether a run would be given the long table with the id.
func (r ValidateRequest) HasDetail(id string) bool {
	for _, d := range r.Details {
		if d.ID == id {
			return true
		}
	}
	return false
}
