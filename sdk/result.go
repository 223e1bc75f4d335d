package sdk

import "qunxiang/sdk/table"

// Segment is one segment that a method found or defined.
type Segment struct {
	Key         string `json:"key"`  // stable within the method: "champions", "c1"
	Name        Text   `json:"name"` // suggestion; the user may rename
	Description Text   `json:"description,omitzero"`
	Rule        *Rule  `json:"rule,omitempty"` // where membership is a rule over the columns
}

// Metric is one number or word that judges the result. It appears under its id in
// the evidence. Exactly one of Value and Word holds.
type Metric struct {
	ID           string   `json:"id"` // camelCase, as in the evidence: "inertia", "silhouetteKind"
	Title        Text     `json:"title"`
	Value        *float64 `json:"value,omitempty"`
	Word         string   `json:"word,omitempty"`
	HigherBetter bool     `json:"higherBetter,omitempty"`
	Help         Text     `json:"help,omitzero"`
}

// DataTable is a small table of a result, shown by the host and placed in the
// evidence under its id, as a list of objects, or as one object when it is a record.
type DataTable struct {
	ID     string
	Title  Text
	Titles map[string]Text // column name → title
	Table  *table.Table
	Record bool // one row that reads as one object
}

// Severity orders diagnostics.
type Severity uint8

// The severities. An error stops a run before it starts.
const (
	SeverityInfo Severity = iota + 1
	SeverityWarning
	SeverityError
)

// Diagnostic is a problem, or a remark, about the user's data or choices, as
// opposed to an error, which is a call that failed. Summary and Detail are whole
// sentences that say where and what to do.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"` // stable, snake_case
	Summary  Text     `json:"summary"`
	Detail   Text     `json:"detail,omitzero"`
	Param    string   `json:"param,omitempty"`
	Column   string   `json:"column,omitempty"`
}

// Op is the operation of a Rule.
type Op uint8

// The operations: And, Or and Not combine Rules; the others test Column.
const (
	OpAlways Op = iota
	OpAnd
	OpOr
	OpNot
	OpEq
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpIn
	OpMissing
)

// Rule is a predicate over a table's columns (the predicates of PMML), so that the
// host can show it in any language, count it and turn it into SQL.
type Rule struct {
	Op     Op       `json:"op"`
	Rules  []Rule   `json:"rules,omitempty"`  // And, Or, Not (one)
	Column string   `json:"column,omitempty"` // tests
	Number *float64 `json:"number,omitempty"` // Eq … Ge on numbers
	Text   string   `json:"text,omitempty"`   // Eq … Ge on categories, texts and dates, when Number is nil
	Set    []string `json:"set,omitempty"`    // In
}
