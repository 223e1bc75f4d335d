package clean

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"qunxiang/core"
)

// Kind is what a step does.
type Kind string

// The kinds of steps, with the arguments that each reads.
const (
	// DropDuplicates leaves one of several equal rows: How "rows" (rows of the transactions
	// equal in every column, the default), "orders" (whole orders whose every line is there
	// twice or more), "changed" (lines of one order and product that differ: the latest stays), "number" (an order number that several customers or days have: the latest day stays).
	DropDuplicates Kind = "drop_duplicates"
	// DropTests drops customers whose key is a test account's (guard.IsTest).
	DropTests Kind = "drop_tests"
	// DropCustomers drops the rows, attributes and records of Customers.
	DropCustomers Kind = "drop_customers"
	// DropOrders drops the rows of Orders.
	DropOrders Kind = "drop_orders"
	// KeepDates drops rows before From and after To, both kept themselves; either may be nil. Rows of
	// records without a date stay.
	KeepDates Kind = "keep_dates"
	// Outliers treats rows of the transactions whose amount is above High (in units of the
	// currency) or above the Percentile of the positive amounts: How "cap" (the amount becomes the
	// bound), "drop" (the row goes), "group" (nothing goes: their customers get "large_buyer" in an
	// attribute "outlier", all others "none"). Low does the same for amounts below it, with
	// "cap" and "drop".
	Outliers Kind = "outliers"
	// Rescale multiplies amounts by Factor: of all rows, or of those between From and To, or of the
	// file File. With a Column it multiplies that attribute instead.
	Rescale Kind = "rescale"
	// CapColumn brings numbers of Column below Low or above High (or beyond Percentile and its
	// counterpart at the lower end) to the bound.
	CapColumn Kind = "cap_column"
	// LimitColumn makes numbers of Column below Low or above High missing.
	LimitColumn Kind = "limit_column"
	// AsMissing makes the values Words of Column missing; numbers are compared as numbers.
	AsMissing Kind = "as_missing"
	// FillColumn fills missing values of Column: How "median" (numbers), "value" (Value; a number or
	// a category). Flag adds a column "<Column>_missing" of 0 and 1. No customer goes.
	FillColumn Kind = "fill_column"
	// Unify puts spellings of Column together: each of Groups[i].From becomes Groups[i].To. Without
	// Groups, spellings of equal normal form ([Normal]) become the commonest of them.
	Unify Kind = "unify"
	// DropColumn leaves Column out.
	DropColumn Kind = "drop_column"
	// Merge makes one customer of several: rows, attributes and records of Groups[i].From become
	// Groups[i].To's; of attributes what To has wins.
	Merge Kind = "merge_customers"
)

// The tables that a step's column is in. A survey is "survey:" and its name.
const (
	TableTransactions = "transactions"
	TableCustomers    = "customers"
	TableComments     = "comments"
	TableEvents       = "events"
	TableSurvey       = "survey:"
)

// Args are the arguments of a step. Which of them a kind reads stands at the kind; the
// others must be empty.
type Args struct {
	Table      string     `json:"table,omitempty"`      // of Column or of the dates; "" = customers for a column, transactions for dates
	Column     string     `json:"column,omitempty"`     // of transactions: "product", "category", "channel", "status"
	How        string     `json:"how,omitempty"`        //
	Customers  []string   `json:"customers,omitempty"`  // keys
	Orders     []string   `json:"orders,omitempty"`     // numbers
	From       *core.Date `json:"from,omitempty"`       // first day that counts
	To         *core.Date `json:"to,omitempty"`         // last day that counts
	File       int        `json:"file,omitempty"`       // id of a source
	Low        *float64   `json:"low,omitempty"`        //
	High       *float64   `json:"high,omitempty"`       //
	Percentile float64    `json:"percentile,omitempty"` // above 50, below 100
	Factor     float64    `json:"factor,omitempty"`     // above 0
	Words      []string   `json:"words,omitempty"`
	Value      string     `json:"value,omitempty"`
	Flag       bool       `json:"flag,omitempty"`
	Groups     []Group    `json:"groups,omitempty"`
}

// Group is several names that become one.
type Group struct {
	To   string   `json:"to"`
	From []string `json:"from"`
}

// Step is one change of the data.
type Step struct {
	ID   int  `json:"id"` // 1, 2, … within a project, given by [List.Add] and never used twice
	Kind Kind `json:"kind"`
	Args Args `json:"args"`
	Off  bool `json:"off,omitempty"`
	// Issue is the id of the issue of core/quality that the step answers, Note a remark of
	// whoever added it; both may be empty.
	Issue string `json:"issue,omitempty"`
	Note  string `json:"note,omitempty"`
}

// Message says what the step does.
func (s Step) Message() core.Message {
	a := core.Args{
		"table": s.Args.Table, "column": s.Args.Column, "customers": len(s.Args.Customers), "orders": len(s.Args.Orders),
		"words": s.Args.Words, "value": s.Args.Value, "factor": s.Args.Factor, "file": s.Args.File, "bounds": s.bounds(), "period": s.period(),
	}
	names := 0
	var to []string
	for _, g := range s.Args.Groups {
		names += len(g.From)
		if len(to) < 3 {
			to = append(to, g.To)
		}
	}
	a["names"], a["groups"], a["to"] = names, len(s.Args.Groups), to
	key := "clean.step." + string(s.Kind)
	if v := s.variant(); v != "" {
		key += "." + v
	}
	return core.Message{Key: key, Args: a}
}

// variant is what tells the sentences of one kind apart.
func (s Step) variant() string {
	switch {
	case s.Kind == DropDuplicates && s.Args.How == "":
		return "rows"
	case s.Kind == Rescale && s.Args.Column != "":
		return "column"
	case s.Kind == Rescale && s.Args.File != 0:
		return "file"
	case s.Kind == Rescale && (s.Args.From != nil || s.Args.To != nil):
		return "period"
	case s.Kind == Rescale:
		return "all"
	case s.Kind == Unify && len(s.Args.Groups) == 0:
		return "auto"
	}
	return s.Args.How
}

func (s Step) bounds() core.Message {
	a, key := core.Args{}, ""
	if s.Args.Low != nil {
		a["low"], key = *s.Args.Low, "low"
	}
	if s.Args.High != nil {
		a["high"], key = *s.Args.High, key+"high"
	}
	if s.Args.Percentile > 0 {
		a["percentile"], key = s.Args.Percentile, "percentile"
	}
	return core.Message{Key: "clean.bounds." + key, Args: a}
}

func (s Step) period() core.Message {
	a, key := core.Args{}, ""
	if s.Args.From != nil {
		a["from"], key = *s.Args.From, "from"
	}
	if s.Args.To != nil {
		a["to"], key = *s.Args.To, key+"to"
	}
	return core.Message{Key: "clean.period." + key, Args: a}
}

// Limits on what a step may hold. The longest list that a person needs is one of merged
// customers, a few ten thousand.
const (
	maxNames  = 200_000
	maxLength = 500 // bytes of a name
)

// Check says what is wrong with a step, as a *core.Error of code "step_invalid".
func (s Step) Check() error {
	switch _, ok := kinds()[s.Kind]; {
	case !ok:
		return invalid(s, "kind", "kind")
	case !fine(s.Issue) || !fine(s.Note):
		return invalid(s, "note", "text")
	}
	for _, c := range []func(Step) error{checkArguments, checkNames, checkNumbers, checkNeeds} {
		if err := c(s); err != nil {
			return err
		}
	}
	return nil
}

// spec is what a kind reads: its arguments by their JSON names, those it needs, and the
// words of How.
type spec struct{ reads, needs, how string }

// kinds lists the kinds of steps.
func kinds() map[Kind]spec {
	return map[Kind]spec{
		DropDuplicates: {"how", "", "rows orders number changed"},
		DropTests:      {"", "", ""},
		DropCustomers:  {"customers", "customers", ""},
		DropOrders:     {"orders", "orders", ""},
		KeepDates:      {"table from to", "period", ""},
		Outliers:       {"how low high percentile", "how bounds", "cap drop group"},
		Rescale:        {"table column from to file factor", "factor", ""},
		CapColumn:      {"table column low high percentile", "column bounds", ""},
		LimitColumn:    {"table column low high", "column bounds", ""},
		AsMissing:      {"table column words", "column words", ""},
		FillColumn:     {"table column how value flag", "column how", "median value"},
		Unify:          {"table column groups", "column", ""},
		DropColumn:     {"table column", "column", ""},
		Merge:          {"groups", "groups", ""},
	}
}

// Kinds lists the kinds of steps, sorted.
func Kinds() []Kind {
	out := make([]Kind, 0, len(kinds()))
	for k := range kinds() {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// given lists the arguments that are there by their JSON names.
func (a *Args) given() []string {
	var out []string
	for _, x := range []struct {
		name string
		is   bool
	}{
		{"table", a.Table != ""},
		{"column", a.Column != ""},
		{"how", a.How != ""},
		{"customers", len(a.Customers) > 0},
		{"orders", len(a.Orders) > 0},
		{"from", a.From != nil},
		{"to", a.To != nil},
		{"file", a.File != 0},
		{"low", a.Low != nil},
		{"high", a.High != nil},
		{"percentile", a.Percentile != 0},
		{"factor", a.Factor != 0},
		{"words", len(a.Words) > 0},
		{"value", a.Value != ""},
		{"flag", a.Flag},
		{"groups", len(a.Groups) > 0},
	} {
		if x.is {
			out = append(out, x.name)
		}
	}
	return out
}

func checkArguments(s Step) error {
	k := kinds()[s.Kind]
	for _, name := range s.Args.given() {
		if !slices.Contains(strings.Fields(k.reads), name) {
			return invalid(s, name, "unread")
		}
	}
	if s.Args.How != "" && !slices.Contains(strings.Fields(k.how), s.Args.How) {
		return invalid(s, "how", "choice")
	}
	switch t := s.Args.Table; {
	case t == "", t == TableTransactions, t == TableCustomers, t == TableComments, t == TableEvents:
	case strings.HasPrefix(t, TableSurvey) && fine(t):
	default:
		return invalid(s, "table", "table")
	}
	return nil
}

func checkNames(s Step) error {
	lists := map[string][]string{"customers": s.Args.Customers, "orders": s.Args.Orders, "words": s.Args.Words}
	var of, to []string
	for _, g := range s.Args.Groups {
		if g.To == "" || len(g.From) == 0 {
			return invalid(s, "groups", "group")
		}
		of, to = append(of, g.From...), append(to, g.To)
	}
	lists["groups"] = append(slices.Clone(of), to...)
	for _, name := range []string{"customers", "orders", "words", "groups"} {
		if len(lists[name]) > maxNames {
			return invalid(s, name, "many")
		}
		if i := slices.IndexFunc(lists[name], func(x string) bool { return x == "" || !fine(x) }); i >= 0 {
			return invalid(s, name, "text")
		}
	}
	seen := make(map[string]bool, len(of))
	for _, x := range of {
		if seen[x] {
			return invalid(s, "groups", "twice")
		}
		seen[x] = true
	}
	if slices.ContainsFunc(to, func(x string) bool { return seen[x] }) {
		return invalid(s, "groups", "chain")
	}
	if !fine(s.Args.Column) || !fine(s.Args.Value) {
		return invalid(s, "column", "text")
	}
	return nil
}

func fine(s string) bool {
	return len(s) <= maxLength && utf8.ValidString(s)
}

func checkNumbers(s Step) error {
	a := s.Args
	for _, x := range []struct {
		name string
		v    *float64
	}{{"low", a.Low}, {"high", a.High}} {
		if x.v != nil && (math.IsNaN(*x.v) || math.Abs(*x.v) > 1e15) {
			return invalid(s, x.name, "number")
		}
	}
	for _, c := range []struct {
		bad           bool
		argument, why string
	}{
		{above(a.Low, a.High), "low", "reversed"},
		{above(a.From, a.To), "from", "reversed"},
		{outside(a.Percentile, 50.000001, 99.999999), "percentile", "percentile"},
		{a.Percentile != 0 && (a.Low != nil || a.High != nil), "percentile", "both"},
		{outside(a.Factor, 1e-6, 1e6), "factor", "factor"},
		{a.File < 0, "file", "number"},
		{noDay(a.From), "from", "number"},
		{noDay(a.To), "to", "number"},
	} {
		if c.bad {
			return invalid(s, c.argument, c.why)
		}
	}
	return nil
}

// outside reports a number that was given and lies outside a range.
func outside(x, low, high float64) bool { return x != 0 && !(x >= low && x <= high) }

// noDay reports a day outside the years that four digits can write.
func noDay(d *core.Date) bool {
	return d != nil && (*d < core.YMD(1, 1, 1) || *d > core.YMD(9999, 12, 31))
}

// above reports whether a bound that is there lies above the other.
func above[T float64 | core.Date](a, b *T) bool { return a != nil && b != nil && *a > *b }

func checkNeeds(s Step) error {
	given := s.Args.given()
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(given, n) })
	}
	for _, need := range strings.Fields(kinds()[s.Kind].needs) {
		ok := has(need)
		switch need {
		case "bounds":
			ok = has("low", "high", "percentile")
		case "period":
			ok = has("from", "to")
		}
		if !ok {
			return invalid(s, need, "missing")
		}
	}
	switch {
	case s.Kind == Rescale && has("column") && has("from", "to", "file"), s.Kind == Rescale && has("file") && has("from", "to"):
		return invalid(s, "file", "both")
	case s.Kind == Outliers && s.Args.How == "group" && has("low"):
		return invalid(s, "low", "group_low")
	case s.Kind == FillColumn && (s.Args.How == "value") != has("value"):
		return invalid(s, "value", "missing")
	}
	return nil
}

// CodeInvalid is the code of the error for a step that cannot be.
const CodeInvalid = "step_invalid"

func invalid(s Step, argument, why string) error {
	k := kinds()[s.Kind]
	known := strings.Fields(k.reads)
	switch why {
	case "choice":
		known = strings.Fields(k.how)
	case "kind":
		for _, k := range Kinds() {
			known = append(known, string(k))
		}
	}
	kind := string(s.Kind)
	if !fine(kind) {
		kind = ""
	}
	return &core.Error{
		Code: CodeInvalid, Origin: core.OriginUser, Op: "step", Where: core.Where{Param: argument},
		Args: core.Args{"kind": kind, "argument": argument, "known": known, "why": core.Message{Key: "clean.wrong." + why, Args: core.Args{"argument": argument, "known": known}}},
	}
}

// ParseStep reads one step written as JSON by hand; unknown names are refused. The error is
// as of [Step.Check].
func ParseStep(b []byte) (Step, error) {
	var s Step
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, &core.Error{
			Code: CodeInvalid, Origin: core.OriginUser, Op: "step", Where: core.Where{Param: "step"}, Err: err,
			Args: core.Args{"kind": "", "argument": "step", "why": core.Message{Key: "clean.wrong.json", Args: core.Args{"text": err.Error()}}},
		}
	}
	return s, s.Check()
}
