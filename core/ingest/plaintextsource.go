package ingest

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/delimited"
	"qunxiang/core/ingest/internal/text"
)

func openPlain(ctx context.Context, path string, o core.ImportOptions) (*Plain, error) {
	src, err := open(ctx, path, &o, core.NoProgress)
	if core.CodeOf(err) == "file_empty" {
		return &Plain{Format: "text", Encoding: text.UTF8, src: nothing{}, ended: true}, nil
	}
	if err != nil {
		return nil, err
	}
	var p *Plain
	if src.book != nil {
		p, err = plainBook(ctx, src, o)
	} else {
		p, err = plainText(ctx, src, o)
	}
	if err != nil {
		src.close()
	}
	return p, err
}

// nothing is the source of an empty file.
type nothing struct{}

func (nothing) next(context.Context) (plainRow, error) { return plainRow{}, io.EOF }
func (nothing) close()                                 {}

// plainText opens delimited text.
func plainText(ctx context.Context, in *opened, o core.ImportOptions) (*Plain, error) {
	f, head, size := in.f, in.head, in.size
	t := &textFile{f: f, path: in.path, size: size}
	samples := append([][]byte{head}, t.windows()...)
	if _, err := t.setEncoding(o, samples); err != nil {
		return nil, err
	}
	if o.Encoding == "" && (t.encoding == text.UTF8 || t.encoding == text.UTF8BOM) {
		if bad, err := firstInvalid(ctx, f); err != nil {
			return nil, err
		} else if bad != nil { // the sample was ASCII, the rest is not UTF-8
			t.bom = 0
			if _, err := t.setEncoding(o, append(samples, bad)); err != nil {
				return nil, err
			}
		}
	}
	found, err := findDialect(t.decode(head[t.bom:]), size <= int64(len(head)), o)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(t.bom, io.SeekStart); err != nil {
		return nil, err
	}
	var src io.Reader = f
	if d := text.Decoder(t.encoding); d != nil {
		src = transform.NewReader(f, d)
	}
	p, err := newPlain(ctx, &textRows{in: in, r: delimited.NewReader(&text.Strip{R: src}, found.Dialect, found.Width), names: found.Names}, found.Width, o)
	if err != nil {
		return nil, err
	}
	p.Sheet, p.ragged = in.sheetName(""), true
	p.Format, p.Encoding = "text", t.encoding
	if found.Quote != 0 {
		p.Quote = string(rune(found.Quote))
	}
	p.Delimiter = plainDelimiter(found)
	p.written, p.mark = found.Dialect, t.bom
	return p, nil
}

// plainDelimiter is the name of a delimiter as the options know it.
func plainDelimiter(f delimited.Finding) string {
	switch f.Delim {
	case delimited.Blanks, delimited.WebLog:
		return " "
	case delimited.WideBlanks, delimited.Fixed:
		return wideBlanks
	case delimited.Boxed:
		return "|"
	}
	if f.Width <= 1 {
		return ""
	}
	return f.Delim
}

// findDialect finds the dialect, or takes the user's delimiter.
func findDialect(b []byte, complete bool, o core.ImportOptions) (delimited.Finding, error) {
	if o.Delimiter == "" {
		return delimited.Detect(b, complete), nil
	}
	c, ok := delimOf(o.Delimiter)
	if !ok {
		return delimited.Finding{}, userError("bad_delimiter", "delimiter", core.Args{"delimiter": o.Delimiter})
	}
	delim := string(rune(c))
	if c == ' ' {
		delim = delimited.Blanks
		if o.Delimiter == wideBlanks {
			delim = delimited.WideBlanks
		}
	}
	return delimited.DetectWith(b, delim, complete), nil
}

// firstInvalid returns bytes of the file around the first that are not UTF-8.
func firstInvalid(ctx context.Context, f *os.File) ([]byte, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	buf := make([]byte, 0, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := f.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		end := len(buf)
		if err == nil {
			end = len(wholeRunes(buf))
		}
		if !utf8.Valid(buf[:end]) {
			return aroundInvalid(buf[:end]), nil
		}
		buf = append(buf[:0], buf[end:]...)
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// wholeRunes is b without a rune that its end cuts.
func wholeRunes(b []byte) []byte {
	for n := 1; n <= 3 && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}

// textRows reads the records of a text.
type textRows struct {
	in    *opened
	r     *delimited.Reader
	n     int
	names []string // that the format gives the columns; the first row, with number 0
}

func (t *textRows) close() { t.in.close() }

var repairKinds = [...]string{"", "quote_kept", "other_delimiter", "quote_closed"}

func (t *textRows) next(ctx context.Context) (plainRow, error) {
	if t.n++; t.n%256 == 0 && ctx.Err() != nil {
		return plainRow{}, ctx.Err()
	}
	if t.n == 1 && t.names != nil {
		return plainRow{cells: slices.Clone(t.names)}, nil
	}
	rec, err := t.r.Next()
	switch {
	case errors.Is(err, delimited.ErrTooManyFields):
		return plainRow{}, dataErrorArgs("too_many_columns", core.Where{Row: rec.Line + 1}, core.Args{"limit": delimited.MaxFields})
	case errors.Is(err, delimited.ErrTooLong):
		return plainRow{}, dataError("record_too_long", core.Where{Row: rec.Line + 1})
	case err != nil:
		return plainRow{}, err
	}
	row := plainRow{cells: make([]string, len(rec.Cells)), number: rec.Line + 1, lines: rec.Lines, repair: repairKinds[rec.Repair]}
	for i, c := range rec.Cells {
		row.cells[i] = string(c)
	}
	if len(row.cells) == 1 && row.cells[0] == "\x1a" { // the end of a file of DOS
		row.cells[0] = ""
	}
	return row, nil
}
