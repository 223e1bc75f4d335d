package sdk

import (
	"context"
	"errors"

	"qunxiang/sdk/table"
)

// Method is one segmentation method. Implementations are safe for concurrent use:
// they keep no state between calls.
type Method interface {
	// Info describes the method. It is static: the same value on every call.
	Info() Info
	// Validate checks parameters and columns before any row is sent. Problems of
	// the user's making are diagnostics; an error means that the check itself failed.
	Validate(ctx context.Context, req ValidateRequest) (ValidateResponse, error)
	// Fit finds segments. It returns soon after ctx ends (well within half a
	// second) with ctx's error, and the best answer so far soon after
	// Reporter.Stopping reports true.
	Fit(ctx context.Context, req Request, rep Reporter) (Response, error)
}

// Applier is a method that can put new customers into the segments of a stored
// model. It says so in [Capabilities].
type Applier interface {
	Apply(ctx context.Context, req ApplyRequest, rep Reporter) (ApplyResponse, error)
}

// Exporter is a method that can write its model in an exchange format, such as
// PMML. It lists the media types in [Capabilities]. An error that wraps
// [ErrNotExportable] says that this one model has no such form.
type Exporter interface {
	ExportModel(ctx context.Context, model Model, format string) ([]byte, error)
}

// ErrNotExportable is returned by an [Exporter] for a model that the format cannot say,
// though it can say others of the method.
var ErrNotExportable = errors.New("this model cannot be written in that format")

// Reporter takes what a method has to say while it works. Calls are cheap, may come
// from several goroutines, and never block on the host.
type Reporter interface {
	// Progress reports the share of the work that is done, 0…1 (negative: unknown),
	// and what is being done now.
	Progress(fraction float64, stage Text)
	// Stopping reports whether the user asked for the best result so far.
	Stopping() bool
}

// Info is what a method says about itself.
type Info struct {
	ID            string       `json:"id"`      // stable; lower-case letters, digits, _ and -
	Version       string       `json:"version"` // semantic version of the method
	Name          Text         `json:"name"`
	Summary       Text         `json:"summary"`  // one sentence
	Question      Text         `json:"question"` // the owner's question that it answers
	Help          Text         `json:"help"`     // Markdown
	Tags          []string     `json:"tags"`     // "rule", "clustering", "supervised", "value", …
	Roles         []Role       `json:"roles"`
	Details       []Detail     `json:"details,omitempty"` // long tables that it wants beside the customers
	Params        []Param      `json:"parameters"`
	ParamsVersion int          `json:"paramsVersion"` // raised when stored parameters need upgrading
	Outputs       []Output     `json:"outputs"`
	Capabilities  Capabilities `json:"capabilities"`
}

// Param returns the parameter with the id, and whether there is one.
func (in Info) Param(id string) (Param, bool) {
	for _, p := range in.Params {
		if p.ID == id {
			return p, true
		}
	}
	return Param{}, false
}

// Defaults returns the default value of every parameter that has one.
func (in Info) Defaults() Params {
	out := make(Params, len(in.Params))
	for _, p := range in.Params {
		if !p.Default.IsZero() {
			out[p.ID] = p.Default
		}
	}
	return out
}

// Capabilities are a method's optional powers, declared as data because a type
// assertion does not cross a process.
type Capabilities struct {
	Apply         bool     `json:"apply"`  // scores new customers with its model
	Seeded        bool     `json:"seeded"` // uses the seed
	StopEarly     bool     `json:"stopEarly"`
	ExportFormats []string `json:"exportFormats,omitempty"` // media types
}

// Missing says what the host does with missing values in a role's columns.
type Missing uint8

// The policies for missing values.
const (
	MissingExclude Missing = iota // customers with a missing value are left out and counted
	MissingAllow                  // the method takes missing values
)

// RoleTarget is the id of the role of a column that a method learns from: what is to be
// explained or foretold. It is known of the customers of a run and of no others, so
// Apply goes without it.
const RoleTarget = "target"

// Role is one use that a method has for columns.
type Role struct {
	ID      string       `json:"id"` // "recency", "features", "target", …
	Title   Text         `json:"title"`
	Help    Text         `json:"help"`
	Min     int          `json:"min"` // fewest columns
	Max     int          `json:"max"` // most columns; 0 = no limit
	Kinds   []table.Kind `json:"kinds"`
	Hints   []string     `json:"hints,omitempty"` // names of features that fill the role unasked
	Param   string       `json:"param,omitempty"` // a ParamColumn whose value names the column, or a parameter marked HostExpr
	Missing Missing      `json:"missing"`
}

// Meaning tells the host what a row output is.
type Meaning uint8

// The meanings of row outputs.
const (
	MeaningNone        Meaning = iota
	MeaningSegment             // Category; dictionary = the keys of Response.Segments
	MeaningProbability         // 0…1
	MeaningScore
	MeaningDistance // ≥ 0, to the own segment's centre
	MeaningOutlier  // Bool
)

// Output is one column that a method answers with, a value per row of the table.
type Output struct {
	ID      string     `json:"id"`
	Title   Text       `json:"title"`
	Kind    table.Kind `json:"kind"`
	Meaning Meaning    `json:"meaning"`
	Unit    string     `json:"unit,omitempty"`
}

// ValidateRequest is a run without its rows.
type ValidateRequest struct {
	Params  Params
	Version int            // ParamsVersion that Params were written with; 0 = current
	Columns []ColumnSchema // of the table that would be sent
	Rows    int
	Details []DetailSchema // of the long tables that would be sent
	AsOf    int            // the as-of date in days since 1970-01-01; 0 = the data have no dates
}

// ColumnSchema describes a column before its values are sent.
type ColumnSchema struct {
	Name     string
	Kind     table.Kind
	Unit     string
	Role     string
	Missing  int
	Distinct int // 0 = not counted
}

// ValidateResponse answers a ValidateRequest.
type ValidateResponse struct {
	Params      Params // complete: defaults filled in, old versions upgraded
	Diagnostics []Diagnostic
	MemoryBytes int64 // estimate for the run; 0 = unknown
}

// Request is one run.
type Request struct {
	Table   *table.Table  // one row per customer; columns carry the role they fill
	Details []DetailTable // the long tables of Info.Details that the project has
	AsOf    int           // the as-of date in days since 1970-01-01; 0 = the data have no dates
	Params  Params        // complete
	Seed    uint64
	Threads int  // processor cores that may be used, ≥ 1
	Brief   bool // the segments are all that is asked: evidence about them may be left out; a method may ignore it
}

// Response is the outcome of a run.
type Response struct {
	Columns     []table.Column // row outputs, each as long as the table; one has MeaningSegment in Info.Outputs
	Segments    []Segment      // in the order in which they are shown, best first
	Metrics     []Metric
	Tables      []DataTable
	Diagnostics []Diagnostic
	Model       Model
}

// ApplyRequest asks for the segments of new rows under a stored model.
type ApplyRequest struct {
	Table   *table.Table
	Details []DetailTable // the long tables of Info.Details that the new data have
	AsOf    int           // as in Request
	Model   Model
}

// ApplyResponse has the row outputs and segments of Response.
type ApplyResponse struct {
	Columns     []table.Column
	Segments    []Segment
	Diagnostics []Diagnostic
}

// Model is a method's own record of what it learned, opaque to the host.
type Model struct {
	Format  string // "application/json" preferred
	Version int    // of the record; another than its own a method refuses
	Data    []byte // at most 64 MiB
}
