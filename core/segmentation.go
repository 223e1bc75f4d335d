package core

import (
	"slices"
	"strings"
	"time"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Segmentation is the checked result of one run: every customer of the project is
// in one segment or excluded with a reason. Immutable.
type Segmentation struct {
	Name          string     `json:"name"`
	Run           int        `json:"run"` // 1, 2, … under the name
	Method        string     `json:"method"`
	MethodVersion string     `json:"methodVersion"`
	Plugin        string     `json:"plugin"` // "bundled" or the pack's id@version
	AsOf          Date       `json:"asOf"`
	Seed          uint64     `json:"seed"`
	Params        sdk.Params `json:"params"`
	Features      []string   `json:"features"`
	Roles         []string   `json:"roles,omitempty"` // of the features in the method, in their order
	Where         string     `json:"where,omitempty"`
	Within        string     `json:"within,omitempty"`  // NAME/SEGMENT
	Parents       []Parent   `json:"parents,omitempty"` // the segments that Within is in, outermost first, and itself
	Uses          []RunUse   `json:"uses,omitempty"`    // results that served as columns
	Identity      string     `json:"identity"`          // hex hash of dataset, features, method, parameters, seed
	Created       time.Time  `json:"created"`           // not part of the identity

	Segments    []Segment        `json:"segments"`
	Excluded    []Excluded       `json:"excluded"`
	Metrics     []sdk.Metric     `json:"metrics"`
	Tables      []sdk.DataTable  `json:"tables"`
	Diagnostics []sdk.Diagnostic `json:"diagnostics"`
	Model       sdk.Model        `json:"-"`

	// Customers are codes into the project's customer dictionary, one per row of
	// Label and Columns. Label[i] is the position in Segments. Label and Segments are
	// nil for a method that makes no segments.
	Customers []uint32       `json:"-"`
	Label     []int32        `json:"-"`
	Columns   []table.Column `json:"-"` // features used and the method's row outputs
}

// Segment is one segment of a segmentation.
type Segment struct {
	ID          int       `json:"id"` // 1-based position at creation; never reused within a name
	Key         string    `json:"key"`
	Name        sdk.Text  `json:"name"`
	Description sdk.Text  `json:"description,omitzero"`
	Rule        *sdk.Rule `json:"rule,omitempty"`
	Size        int       `json:"size"`
	Share       float64   `json:"share"`       // of the customers in segments, 0…1
	Amount      float64   `json:"amount"`      // money of its customers; 0 without transactions
	AmountShare float64   `json:"amountShare"` // 0…1
	Stability   *float64  `json:"stability"`   // mean bootstrap Jaccard, 0…1; nil = not measured
}

// Class is what people call a class of the outcome that the result explains: the name of
// the segment where the outcome is the segments of another result, else the class itself.
func (s *Segmentation) Class(word string) sdk.Text {
	if at := slices.Index(s.Roles, "target"); at >= 0 && at < len(s.Features) {
		return s.UsedName(s.Features[at], word)
	}
	return sdk.Text{ZH: word, EN: word}
}

// UsedName is what people call a value of a column of the result: the name of the segment
// where the column is the segments of another result, else the value itself.
func (s *Segmentation) UsedName(column, word string) sdk.Text {
	for _, u := range s.Uses {
		if name := u.Names[word]; u.As == column && !name.IsZero() {
			return name
		}
	}
	return sdk.Text{ZH: word, EN: word}
}

// Parent is the segment of a stored run that another run stays within.
type Parent struct {
	Name     string   `json:"name"`
	Run      int      `json:"run"`
	Segment  string   `json:"segment"` // its key
	Title    sdk.Text `json:"title"`   // its name at the time
	Identity string   `json:"identity"`
}

// RunUse is a stored run that served another as a column.
type RunUse struct {
	As       string `json:"as"` // "segment:NAME" or "NAME.output"
	Name     string `json:"name"`
	Run      int    `json:"run"`
	Identity string `json:"identity"`

	Names map[string]sdk.Text `json:"names,omitempty"` // of its segments by key, as they were, where the column is a segment
}

// Excluded are customers that a run left out for one reason.
type Excluded struct {
	Reason    string   `json:"reason"` // i18n "reason."+Reason
	Count     int      `json:"count"`
	Customers []uint32 `json:"-"`
}

// RunHead lists a stored run without its rows.
type RunHead struct {
	Name, Method string
	Run          int
	AsOf         Date
	Created      time.Time
	Segments     int
	Customers    int
	Within       string `json:",omitempty"` // the segments that it stays within: NAME/SEGMENT, outermost first, with " › " between
}

// WithinPath writes the segments that a run stays within as one line.
func WithinPath(parents []Parent) string {
	var b strings.Builder
	for i, p := range parents {
		if i > 0 {
			b.WriteString(" › ")
		}
		b.WriteString(p.Name + "/" + p.Segment)
	}
	return b.String()
}
