package ingest

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/core/ingest/internal/record"
	"qunxiang/core/ingest/internal/text"
)

// The sample of a text file.
const (
	headBytes = 256 << 10
	headMax   = 600 // rows of the head
	windows   = 12  // further places of the file that are looked at
	winBytes  = 16 << 10
	winMax    = 60 // rows of a window
)

// textFile is a delimited text file that was sniffed.
type textFile struct {
	f        *os.File
	path     string
	size     int64
	encoding string
	bom      int64
	dialect  record.Dialect
	found    delimited.Finding // what it was made of
	rows     []record.Row      // of the head
	rowBytes float64           // average size of a record in the file

	start     int64  // of the data in the decoded text, behind the header
	startLine int    // lines before it
	head      []byte // complete records at the start of the text, decoded
	tuning    tuning
	careful   bool // the quotes do not keep to the rules
	byLine    bool // a record is a line, see package delimited: it is read carefully, too
	kept      map[string]*Odd
	filler    *filler // of the reading
	zeros     *text.Strip
	*layout
}

// openFile opens a plain file. It looks before it opens: opening a pipe would wait for
// somebody to write into it, for ever.
func openFile(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, userError("not_a_file", "", nil)
	}
	return os.Open(path)
}

// headOf returns the first bytes of a file and its kind by content.
func headOf(f *os.File) (head []byte, size int64, err error) {
	st, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if !st.Mode().IsRegular() {
		return nil, 0, userError("not_a_file", "", nil)
	}
	if st.Size() == 0 {
		return nil, 0, dataError("file_empty", core.Where{})
	}
	head = make([]byte, min(st.Size(), headBytes))
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	return head[:n], st.Size(), nil
}

// sniff finds how a text file is to be read. stumbled is a sample that an earlier
// attempt could not read.
func sniff(f *os.File, path string, head []byte, size int64, o core.ImportOptions, stumbled []byte) (*textFile, error) {
	t := &textFile{f: f, path: path, size: size}
	wins := t.windows()
	samples := append([][]byte{head}, wins...)
	if stumbled != nil {
		samples = append(samples, stumbled)
	}
	conf, err := t.setEncoding(o, samples)
	if err != nil {
		return nil, err
	}
	plain := t.decode(head[t.bom:])
	if err := t.setDialect(plain, o, size > int64(len(head))); err != nil {
		return nil, err
	}
	complete, err := t.sample(plain, size <= int64(len(head)))
	if err != nil {
		return nil, err
	}
	t.rowBytes = float64(min(size, int64(len(head)))) / float64(max(1, bytes.Count(plain, []byte{t.dialect.Newline})))
	if t.layout, err = t.interpreted(t.extra(wins), o); err != nil {
		return nil, err
	}
	t.det.Encoding, t.det.Delimiter = t.encoding, delimName(t.dialect)
	if t.byLine {
		t.det.Delimiter = plainDelimiter(t.found)
	}
	t.det.Confidence["encoding"], t.det.Confidence["delimiter"] = conf, t.dialectConfidence(o)
	if t.header >= 0 {
		t.det.HeaderRow = t.rows[t.header].Line + 1
	}
	t.setStart(plain[:complete])
	t.head = plain[:complete]
	if conf < 0.5 {
		t.hints = append(t.hints, core.Message{Key: "import.hint.encoding_guessed", Args: core.Args{"encoding": t.encoding}})
	}
	return t, nil
}

// interpreted finds the layout from the rows of the head. The columns of a log have names
// that its format gives them, and its rows are events: who asked for what, and when.
func (t *textFile) interpreted(extra [][]string, o core.ImportOptions) (*layout, error) {
	rows := cellsOf(t.rows)
	if t.found.Names == nil || o.HeaderRow > 0 {
		return interpret(rows, extra, headerByLine(t.rows, o))
	}
	o.HeaderRow = 1
	if o.Kind == "" {
		o.Kind = core.SourceEvents
	}
	if o.Kind == core.SourceEvents {
		o.Map = logRoles(t.found.Names, o.Map)
	}
	l, err := interpret(slices.Insert(rows, 0, t.found.Names), extra, o)
	if l != nil {
		l.header-- // it is not in the file
	}
	return l, err
}

// logRoles adds what the columns of a log are where nobody says otherwise.
func logRoles(names []string, given map[core.Role]string) map[core.Role]string {
	out := maps.Clone(given)
	if out == nil {
		out = map[core.Role]string{}
	}
	for role, known := range map[core.Role][]string{
		core.RoleCustomer: {"host", "c-ip"},
		core.RoleEvent:    {"request", "cs-uri-stem", "cs-uri"},
		core.RoleDate:     {"time", "date"},
	} {
		for _, n := range known {
			if _, ok := out[role]; !ok && slices.Contains(names, n) && !slices.Contains(slices.Collect(maps.Values(out)), n) {
				out[role] = n
			}
		}
	}
	if slices.Contains(names, "date") && slices.Contains(names, "c-ip") && given[core.RoleDate] == "" {
		out[core.RoleDate] = "date"
	}
	return out
}

// sample reads the rows of the head, and returns how many bytes of it are complete
// records.
func (t *textFile) sample(plain []byte, whole bool) (complete int, err error) {
	complete, err = t.dialect.Cut(plain, whole)
	if t.byLine {
		complete, err = len(plain), nil
		if !whole {
			complete = bytes.LastIndexByte(plain, t.dialect.Newline) + 1
		}
	}
	switch {
	case err != nil && complete == 0:
		return 0, dataError("quote_unclosed", core.Where{Row: 1})
	case complete == 0:
		return 0, dataError("record_too_long", core.Where{Row: 1})
	}
	if t.rows, err = t.rowsOf(plain[:complete], headMax); err != nil {
		return 0, recordError(err, 1)
	}
	return complete, nil
}

// rowsOf reads the first rows of b, which holds complete records.
func (t *textFile) rowsOf(b []byte, most int) ([]record.Row, error) {
	if !t.byLine {
		return t.dialect.Rows(b, most)
	}
	var out []record.Row
	r, offset := delimited.NewReader(bytes.NewReader(b), t.carefulDialect(), t.found.Width), 0
	for len(out) < most {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &record.RowError{Line: rec.Line, Err: careless(err)}
		}
		row := record.Row{Line: rec.Line, Offset: offset, Cells: make([]string, len(rec.Cells))}
		for i, c := range rec.Cells {
			row.Cells[i] = string(c)
		}
		out = append(out, row)
		offset += bytes.IndexByte(b[offset:], t.dialect.Newline) + 1
	}
	return out, nil
}

// setStart finds where the data begin in the head.
func (t *textFile) setStart(head []byte) {
	t.start, t.startLine = int64(len(head)), bytes.Count(head, []byte{t.dialect.Newline})
	if t.header+1 < len(t.rows) {
		t.start, t.startLine = int64(t.rows[t.header+1].Offset), t.rows[t.header+1].Line
	}
}

// setEncoding takes the user's encoding or finds it in the samples.
func (t *textFile) setEncoding(o core.ImportOptions, samples [][]byte) (confidence float64, err error) {
	confidence = 1
	if o.Encoding != "" {
		t.encoding = text.Canonical(o.Encoding)
		if t.encoding == "" {
			return 0, userError("unknown_encoding", "encoding", core.Args{"encoding": o.Encoding, "encodings": text.Names()})
		}
	} else if t.encoding, confidence = text.Detect(samples...); t.encoding == "" {
		return 0, dataErrorArgs("not_a_table", core.Where{}, core.Args{"format": core.Message{Key: "format.binary"}})
	}
	if n, name := text.BOM(samples[0]); n > 0 && (name == t.encoding || name == text.UTF8BOM && t.encoding == text.UTF8) {
		t.bom = int64(n)
	}
	return confidence, nil
}

// headerByLine turns the line of the header into the number of its record.
func headerByLine(rows []record.Row, o core.ImportOptions) core.ImportOptions {
	if o.HeaderRow > 0 {
		i := slices.IndexFunc(rows, func(r record.Row) bool { return r.Line+1 >= o.HeaderRow })
		if i < 0 {
			i = len(rows)
		}
		o.HeaderRow = i + 1
	}
	return o
}

func cellsOf(rows []record.Row) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = r.Cells
	}
	return out
}

// windows reads a few more places of a large file.
func (t *textFile) windows() [][]byte {
	var out [][]byte
	if t.size <= headBytes+windows*winBytes {
		if rest := t.size - headBytes; rest > 0 {
			b := make([]byte, rest)
			if n, err := t.f.ReadAt(b, headBytes); err == nil || err == io.EOF {
				out = append(out, b[:n])
			}
		}
		return out
	}
	step := (t.size - headBytes - winBytes) / windows
	for i := range windows {
		b := make([]byte, winBytes)
		at := (headBytes + int64(i+1)*step) &^ 1 // even, for UTF-16
		n, err := t.f.ReadAt(b, at)
		if err != nil && err != io.EOF {
			break
		}
		out = append(out, b[:n])
	}
	return out
}

// extra reads rows from the windows. A window begins and ends inside a record, and
// with bad luck inside quotes: only rows of the right width count.
func (t *textFile) extra(wins [][]byte) [][]string {
	width := tableWidth(cellsOf(t.rows))
	var out [][]string
	for _, w := range wins {
		b := t.decode(w)
		from := bytes.IndexByte(b, t.dialect.Newline) + 1
		to := bytes.LastIndexByte(b, t.dialect.Newline) + 1
		if from >= to {
			continue
		}
		rows, err := t.rowsOf(b[from:to], winMax)
		if err != nil {
			continue
		}
		for _, r := range rows {
			if len(r.Cells) == width {
				out = append(out, r.Cells)
			}
		}
	}
	return out
}

// decode turns bytes of the file into UTF-8; a rune cut at the end becomes U+FFFD.
func (t *textFile) decode(b []byte) []byte {
	if d := text.Decoder(t.encoding); d != nil {
		out, err := d.Bytes(b)
		if err != nil {
			out = bytes.ToValidUTF8(b, []byte("?"))
		}
		b = out
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return bytes.ReplaceAll(b, []byte{0}, nil)
	}
	return b
}

// strip takes zero bytes out of the decoded text.
func (t *textFile) strip(r io.Reader) io.Reader {
	t.zeros = &text.Strip{R: r}
	return t.zeros
}

// recordError is the error for the user of a fault in the records of a text.
func recordError(err error, line int) error {
	if e, ok := errors.AsType[*record.RowError](err); ok {
		line += e.Line
	}
	switch {
	case errors.Is(err, record.ErrTooLong):
		return dataError("record_too_long", core.Where{Row: line})
	case errors.Is(err, record.ErrTooManyFields):
		return dataErrorArgs("too_many_columns", core.Where{Row: line}, core.Args{"limit": record.MaxFields})
	case errors.Is(err, record.ErrUnclosed):
		return dataError("quote_unclosed", core.Where{Row: line})
	}
	return err
}
