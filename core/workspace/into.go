package workspace

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/export"
	"qunxiang/core/ingest"
)

// IntoRequest asks for a result to be written into the customers' own file.
type IntoRequest struct {
	ExportRequest                    // Columns may be HEADER=column; Identity says what becomes of direct identifiers among them
	File          string             // that has the customers, a row each
	Key           string             // its column with the customers' codes; "" = found
	Import        core.ImportOptions // how the file is read; zero = found
}

// IntoReport tells what was written into a file.
type IntoReport struct {
	ExportReport
	Into      string         `json:"into"`
	Key       string         `json:"key"`       // column of the codes
	Rows      int            `json:"rows"`      // of the table
	Matched   int            `json:"matched"`   // rows of customers on the list
	NotOnList int            `json:"notOnList"` // rows of customers of the project who are not
	Unknown   int            `json:"unknown"`   // rows of customers that the project does not have
	NoKey     int            `json:"noKey"`     // rows without a code
	Repeated  int            `json:"repeated"`  // rows of customers who had one already
	NotInFile int            `json:"notInFile"` // customers on the list that the file does not have
	Examples  []string       `json:"examples"`  // first codes of Unknown
	Appended  []string       `json:"appended"`  // headers that are new
	Filled    []FilledColumn `json:"filled"`    // columns that were there
	Long      int            `json:"long"`      // rows with cells beyond the last column, which now stand behind the new ones
	Lost      []string       `json:"lost"`      // of a workbook: "formulas", "formatting", "other_sheets", "number_types"
	FloatKeys bool           `json:"floatKeys"` // codes stand as 17850.0 and were matched as 17850
	Hints     []core.Message `json:"-"`
}

// FilledColumn is a column of the file that got new cells.
type FilledColumn struct {
	Column  string `json:"column"`
	Changed int    `json:"changed"` // rows whose cell is another one now
	Emptied int    `json:"emptied"` // of them, whose cell is empty now
}

// Into writes a result into a copy of the customers' own file: segment, scores and dates of
// each customer as new columns behind the others, or into columns of that name. Text stays
// as it is, byte for byte, but for these cells; a workbook is written anew with its values.
// Rows are matched by the customer's code. Who is not on the list gets empty cells.
//
// The file is the user's own, so that whatever identifies people in it stays.
func (p *Project) Into(ctx context.Context, r IntoRequest, pr core.Progress) (IntoReport, error) {
	x, err := p.into(ctx, &r)
	if err != nil {
		return IntoReport{}, err
	}
	plain, err := x.open(ctx)
	if err != nil {
		return IntoReport{}, err
	}
	defer plain.Close()
	pr(0.3, core.Message{Key: "stage.export"})
	err = export.WriteFile(r.To, r.Force, func(w io.Writer) error {
		if x.format == export.XLSX {
			return x.sheet(ctx, w, plain)
		}
		done, err := plain.EditText(ctx, w, ingest.Edit{Fill: x.fill, Append: x.rep.Appended, Row: x.row})
		x.rep.Long = done.Long
		return atName(err, r.File)
	})
	if err != nil {
		return IntoReport{}, err
	}
	x.finish()
	if x.control != nil {
		err = p.keepControl(x.control)
	}
	return *x.rep, err
}

// into prepares what is written, and finds its place in the file.
func (p *Project) into(ctx context.Context, r *IntoRequest) (*intoWriter, error) {
	x := &intoWriter{rep: &IntoReport{Examples: []string{}, Appended: []string{}, Filled: []FilledColumn{}, Lost: []string{}}, r: r}
	var err error
	if x.format, err = r.check(); err != nil {
		return nil, err
	}
	if export.SameFile(r.File, r.To) {
		return nil, &core.Error{Code: "into_itself", Origin: core.OriginUser, Op: "export", Where: core.Where{Param: "to"}, Args: core.Args{"file": r.To}}
	}
	s, err := p.Segmentation(ctx, r.Name, r.Run)
	if err != nil {
		return nil, err
	}
	if err := x.values(ctx, p, s); err != nil {
		return nil, err
	}
	if err := x.customers(ctx, p); err != nil {
		return nil, err
	}
	r.Import.Reader = p.w.cfg.Reader
	return x, x.place(ctx)
}

// atName puts the file's name to an error of the data.
func atName(err error, file string) error {
	if e, ok := errors.AsType[*core.Error](err); ok && e.Where.File == "" {
		e.Where.File = filepath.Base(file)
	}
	return err
}

// intoWriter writes a result into a file.
type intoWriter struct {
	r      *IntoRequest
	rep    *IntoReport
	format export.Format

	cells   *export.Cells
	seg     *core.Segmentation
	headers []string // by column of cells: its header in the file
	control *Control

	codes map[string]int // customer's code → row of the result; −1 = in the project, not in the result
	seen  map[int]bool   // rows of the result that the file has

	text   bool // the file is delimited text
	width  int  // columns of the table
	key    int  // column of the codes
	strip  bool // they stand as 17850.0
	fill   []int
	from   []int // by new cell, those of fill first: column of cells
	counts []FilledColumn
	others []string // codes that the project does not have
}

// values prepares the columns of the result.
func (x *intoWriter) values(ctx context.Context, p *Project, s *core.Segmentation) error {
	r := x.r
	x.rep.Path, x.rep.Into, x.rep.Masked = r.To, filepath.Base(r.File), []string{}
	auto := r.Identity == "" || r.Identity == "auto"
	if auto {
		r.Identity = string(export.IdentityRaw) // the file has its own codes
	}
	x.rep.Auto, x.rep.Identity = auto, r.Identity
	names := r.Columns
	var plain, real []string
	for _, c := range names {
		header, column, renamed := strings.Cut(c, "=")
		if !renamed {
			header, column = c, c
		}
		plain, x.headers = append(plain, strings.TrimSpace(column)), append(x.headers, strings.TrimSpace(header))
	}
	for _, c := range plain {
		if !slices.Contains([]string{export.ColumnCustomer, export.ColumnSegment, export.ColumnSegmentID, export.ColumnAsOf, export.ColumnRun, export.ColumnRunDate}, c) {
			real = append(real, c)
		}
	}
	ask := r.ExportRequest
	ask.Columns = real
	in, o, err := p.listOf(ctx, s, ask, auto)
	if err != nil {
		return err
	}
	if x.rep.Masked, err = p.hides(ctx, real, r.Identity == "raw" && !auto); err != nil {
		return err
	}
	x.rep.Suppressed = dropSmall(&o, s, r.K)
	if r.Holdout > 0 {
		x.control = holdout(s, o.Segments, r.Holdout)
		in.Seg, x.rep.Holdout = without(s, x.control.Customers), len(x.control.Customers)
	}
	if o.Columns = plain; len(names) == 0 {
		o.Columns = nil
	}
	if x.cells, err = export.NewCells(in, o); err != nil {
		return err
	}
	if x.seg = in.Seg; x.headers == nil {
		x.headers = x.cells.Columns()
	}
	return nil
}

// customers notes who is in the project, and where in the result. Codes that a step of
// cleaning has made one with another lead to that.
func (x *intoWriter) customers(ctx context.Context, p *Project) error {
	keys, err := p.Keys(ctx)
	if err != nil {
		return err
	}
	x.codes, x.seen = make(map[string]int, keys.Len()), map[int]bool{}
	at := make([]int32, keys.Len())
	for i, c := range x.seg.Customers {
		at[c] = int32(i) + 1
	}
	for i := range keys.Len() {
		if i%65536 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row := int(at[i]) - 1
		if row >= 0 && !x.cells.On(row) {
			row = -1
		}
		x.codes[keys.At(i)] = row
	}
	steps, err := p.active()
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s.Kind == clean.Merge {
			x.merged(s.Args.Groups)
		}
	}
	return nil
}

// merged leads codes that are one now to the same customer.
func (x *intoWriter) merged(groups []clean.Group) {
	for _, g := range groups {
		to, ok := x.codes[g.To]
		for _, from := range g.From {
			if had, known := x.codes[from]; ok && (!known || had < 0) {
				x.codes[from] = to
			}
		}
	}
}
