package core

// Database is a SQL database and what is read from it. It never holds a password: that
// is handed over beside it and kept nowhere.
type Database struct {
	URL       string `json:"url"`                 // without a password: "postgres://user@host/shop", "sqlite:///path/shop.db"
	Table     string `json:"table,omitempty"`     // table or view, "schema.name" where needed; "" = Query
	Query     string `json:"query,omitempty"`     // one SELECT
	Aggregate bool   `json:"aggregate,omitempty"` // the database adds up, a row per customer
}

// DatabaseSource is what a source remembers of the database that it came from, so that
// it can be read again.
type DatabaseSource struct {
	Database
	Statement string `json:"statement"`      // the SQL that ran
	AsOf      Date   `json:"asOf,omitempty"` // of the features that the database added up
}

// DatabaseTable is a table or view of a database.
type DatabaseTable struct {
	Name    string           `json:"name"` // as --table takes it
	View    bool             `json:"view"`
	Rows    int64            `json:"rows"` // the database's own estimate; −1 = it has none
	Columns []DatabaseColumn `json:"columns"`
}

// DatabaseColumn is a column of a table.
type DatabaseColumn struct {
	Name string `json:"name"`
	Type string `json:"type"` // in the database's words
}

// Aggregated is what a database added up: customers with their features, and what
// became of the rows.
type Aggregated struct {
	Attributes  *Attributes // named as the features of transactions are
	AsOf        Date
	Statement   string // the SQL that ran
	Fingerprint string // of the rows that came back
	Report      ImportReport
}
