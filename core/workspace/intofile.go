package workspace

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/ingest"
)

// intoSample is how many rows are looked at to find the column of the codes.
const intoSample = 5000

// errSampled ends the look at a file.
var errSampled = errors.New("enough")

// place finds the columns in the file.
func (x *intoWriter) place(ctx context.Context) error {
	plain, err := x.open(ctx)
	if err != nil {
		return err
	}
	defer plain.Close()
	if !plain.IsText() && x.format == export.CSV {
		return x.fault("into_workbook", core.Where{Param: "to"}, core.Args{"file": x.rep.Into})
	}
	if len(plain.Header) == 0 {
		return x.fault("into_no_header", core.Where{File: x.rep.Into}, nil)
	}
	var sample [][]string
	err = plain.Each(ctx, func(cells []string, _ int) error {
		if len(sample) == intoSample {
			return errSampled
		}
		sample = append(sample, slices.Clone(cells))
		return nil
	})
	if err != nil && !errors.Is(err, errSampled) {
		return atName(err, x.r.File)
	}
	x.width, x.text = plain.Columns(), plain.IsText()
	if err := x.findKey(plain.Header, sample); err != nil {
		return err
	}
	return x.findColumns(plain.Header)
}

// open opens the file.
func (x *intoWriter) open(ctx context.Context) (*ingest.Plain, error) {
	return ingest.OpenPlain(ctx, x.r.File, x.r.Import)
}

func (x *intoWriter) fault(code string, where core.Where, args core.Args) error {
	if args == nil {
		args = core.Args{}
	}
	args["file"] = x.rep.Into
	origin := core.OriginData
	if where.Param != "" {
		origin = core.OriginUser
	}
	return &core.Error{Code: code, Origin: origin, Op: "export", Where: where, Args: args}
}

// findKey finds the column of the codes: the one that was named, or the one of which most
// cells are codes of the project.
func (x *intoWriter) findKey(header []string, sample [][]string) error {
	x.key = -1
	if x.r.Key != "" {
		if x.key = headerAt(header, x.r.Key); x.key < 0 {
			return x.fault("into_no_column", core.Where{Param: "key", Column: x.r.Key}, core.Args{"column": x.r.Key, "columns": header})
		}
	}
	best, share := -1, 0.0
	for c := range header {
		if x.key >= 0 && c != x.key {
			continue
		}
		n, hits := 0, 0
		strip := floatKeys(sample, c)
		for _, cells := range sample {
			if code := codeOf(cells[c], strip); code != "" {
				n++
				if _, ok := x.codes[code]; ok {
					hits++
				}
			}
		}
		if n > 0 && float64(hits)/float64(n) > share {
			best, share = c, float64(hits)/float64(n)
		}
	}
	const enough = 0.2
	switch {
	case x.key < 0 && (best < 0 || share < enough):
		return x.fault("into_no_key", core.Where{File: x.rep.Into}, core.Args{"columns": header})
	case x.key < 0:
		x.key = best
	}
	x.rep.Key, x.strip = header[x.key], floatKeys(sample, x.key)
	x.rep.FloatKeys = x.strip
	return nil
}

// floatKeys reports codes that all stand as 17850.0, as an import takes them.
func floatKeys(sample [][]string, c int) bool {
	n := 0
	for _, cells := range sample {
		code := codeOf(cells[c], false)
		if code == "" {
			continue
		}
		whole, ok := strings.CutSuffix(code, ".0")
		if _, err := strconv.ParseUint(whole, 10, 64); !ok || err != nil {
			return false
		}
		n++
	}
	return n > 0
}

// codeOf is a cell as an import takes an identifier; "" for none.
func codeOf(cell string, strip bool) string {
	code := export.Plain(ingest.Trim(cell))
	if ingest.IsMissing(code) {
		return ""
	}
	if strip {
		code = strings.TrimSuffix(code, ".0")
	}
	return code
}

// headerAt finds a column by its header: the same, or the only one that is it but for case,
// blanks and width.
func headerAt(header []string, name string) int {
	if i := slices.Index(header, name); i >= 0 {
		return i
	}
	at := -1
	for i, h := range header {
		if f := foldHeader(h); f != "" && f == foldHeader(name) {
			if at >= 0 {
				return -1
			}
			at = i
		}
	}
	return at
}

// findColumns says which columns are there and which are new.
func (x *intoWriter) findColumns(header []string) error {
	var added []int
	for i, name := range x.headers {
		at := headerAt(header, name)
		if len(x.r.Columns) == 0 { // nobody named it: “R” may be something else than r
			at = slices.Index(header, name)
		}
		if at == x.key && at >= 0 || slices.Contains(x.fill, at) || name == "" || slices.Contains(x.headers[:i], name) {
			return x.fault("into_column_twice", core.Where{Param: "columns", Column: name}, core.Args{"column": name})
		}
		if at < 0 {
			added = append(added, i)
			x.rep.Appended = append(x.rep.Appended, export.Safe(name))
			continue
		}
		x.fill, x.from = append(x.fill, at), append(x.from, i)
		x.counts = append(x.counts, FilledColumn{Column: header[at]})
	}
	x.from = append(x.from, added...)
	x.rep.Columns = slices.Clone(x.headers)
	return nil
}

// row returns the new cells of a row of the file. A row that is not a whole one and is of
// nobody, such as a note below the table, stays as it is.
func (x *intoWriter) row(cells []string, _ int) ([]string, bool) {
	code := ""
	if x.key < len(cells) {
		code = codeOf(cells[x.key], x.strip)
	}
	at, known := x.codes[code]
	if (code == "" || !known) && x.around(cells) {
		return nil, false
	}
	x.rep.Rows++
	switch {
	case code == "":
		x.rep.NoKey++
		out := make([]string, len(x.from))
		for i := range x.fill {
			out[i] = ingest.KeepCell
		}
		return out, true
	case !known:
		x.rep.Unknown++
		x.others = append(x.others, code)
		return x.empty(cells), true
	case at < 0:
		x.rep.NotOnList++
		return x.empty(cells), true
	}
	x.rep.Matched++
	if x.seen[at] {
		x.rep.Repeated++
	}
	x.seen[at] = true
	return x.filled(cells, x.cells.Row(at)), true
}

// around reports a row that is no row of the table. Workbooks leave empty cells at the end
// of a row out.
func (x *intoWriter) around(cells []string) bool {
	filled := 0
	for _, c := range cells {
		if ingest.Trim(c) != "" {
			filled++
		}
	}
	return x.text && len(cells) < x.width || filled < 2 && x.width > 1
}

// empty are the cells of a row of somebody who is not on the list.
func (x *intoWriter) empty(cells []string) []string {
	for i := range x.fill {
		x.count(i, cells, "")
	}
	return make([]string, len(x.from))
}

// filled puts the values of a customer in order.
func (x *intoWriter) filled(cells, values []string) []string {
	out := make([]string, len(x.from))
	for i, from := range x.from {
		if out[i] = values[from]; i < len(x.fill) {
			x.count(i, cells, out[i])
		}
	}
	return out
}

// count notes what becomes of a cell that was there.
func (x *intoWriter) count(i int, cells []string, now string) {
	if c := x.fill[i]; c < len(cells) && cells[c] != now {
		x.counts[i].Changed++
		if now == "" {
			x.counts[i].Emptied++
		}
	}
}

// finish adds up what was found.
func (x *intoWriter) finish() {
	r := x.rep
	r.Customers = r.Matched
	r.Filled = append(r.Filled, x.counts...)
	for i := range x.seg.Customers {
		if x.cells.On(i) && !x.seen[i] {
			r.NotInFile++
		}
	}
	if len(x.others) == 0 {
		return
	}
	slices.Sort(x.others)
	x.others = slices.Compact(x.others)
	r.Examples = append(r.Examples, x.others[:min(len(x.others), maxKeyExamples)]...)
	known := make(map[string]bool, len(x.codes))
	for code := range x.codes {
		known[code] = true
	}
	m := merging{}
	m.nearly(x.others, known)
	r.Hints = m.report.Hints
}

// sheet writes the table and what is around it as a workbook of values.
func (x *intoWriter) sheet(ctx context.Context, w io.Writer, plain *ingest.Plain) error {
	width, head := plain.Columns(), 0
	if n := len(plain.HeaderRows); n > 0 {
		head = plain.HeaderRows[n-1]
	}
	numeric, err := x.numeric(ctx, width)
	if err != nil {
		return err
	}
	x.rep.Lost = append(x.rep.Lost, "formulas", "formatting", "number_types")
	if len(plain.Sheets) > 1 {
		x.rep.Lost = append(x.rep.Lost, "other_sheets")
	}
	if plain.IsText() {
		x.rep.Lost = []string{}
	}
	shift := 0
	return export.Sheet(ctx, w, plain.Sheet, numeric, func(write func(int, []string) error) error {
		err := plain.All(ctx, func(cells []string, row int) error {
			if row == 0 { // names that the file itself has
				shift, head = 1, 0
			}
			out := slices.Clone(cells)
			switch {
			case row == head:
				out = append(padded(out, width), x.rep.Appended...)
			case row > head && strings.TrimSpace(strings.Join(cells, "")) != "":
				if values, ok := x.row(cells, row); ok {
					out = x.patched(out, values, width)
				}
			}
			return write(row+shift, out)
		})
		return atName(err, x.r.File)
	})
}

// patched puts new cells into a row of a workbook.
func (x *intoWriter) patched(cells, values []string, width int) []string {
	out := padded(cells, width)
	for i, c := range x.fill {
		if values[i] != ingest.KeepCell {
			out[c] = values[i]
		}
	}
	if len(out) > width {
		x.rep.Long++
	}
	return slices.Insert(out, width, values[len(x.fill):]...)
}

func padded(cells []string, width int) []string {
	out := slices.Clone(cells)
	for len(out) < width {
		out = append(out, "")
	}
	return out
}

// numeric finds the columns that may be written as numbers: nothing else is in them, and
// none is so long that it may be a telephone or a code.
func (x *intoWriter) numeric(ctx context.Context, width int) ([]bool, error) {
	plain, err := x.open(ctx)
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	const longest = 10
	out, filled := make([]bool, width+len(x.rep.Appended)), make([]bool, width)
	for i := range out {
		out[i] = i != x.key
	}
	err = plain.Each(ctx, func(cells []string, _ int) error {
		for i, c := range cells[:min(len(cells), width)] {
			if c == "" {
				continue
			}
			filled[i] = true
			if _, ok := export.PlainNumber(c); !ok || len(c) > longest {
				out[i] = false
			}
		}
		return nil
	})
	for i := range filled {
		out[i] = out[i] && (filled[i] || slices.Contains(x.fill, i))
	}
	return out, atName(err, x.r.File)
}
