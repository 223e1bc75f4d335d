package ingest

import (
	"bufio"
	"context"
	"io"
	"strings"
)

// WriteCSV writes the table as comma-separated text in UTF-8 (RFC 4180): lines end in
// CR LF, cells are quoted where they need it and otherwise stand as they are, every row
// has Width cells or more. A table without a header is written without one.
func (p *Plain) WriteCSV(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	if p.Header != nil {
		if err := writeRecord(out, p.Header); err != nil {
			return err
		}
	}
	err := p.Each(ctx, func(cells []string, _ int) error { return writeRecord(out, cells) })
	if err != nil {
		return err
	}
	return out.Flush()
}

// writeRecord writes one row. Errors of the disk come with the next flush.
func writeRecord(out *bufio.Writer, cells []string) error {
	for i, c := range cells {
		if i > 0 {
			_ = out.WriteByte(',')
		}
		if !quoteNeeded(c, len(cells)) {
			_, _ = out.WriteString(c)
			continue
		}
		_ = out.WriteByte('"')
		_, _ = out.WriteString(strings.ReplaceAll(c, `"`, `""`))
		_ = out.WriteByte('"')
	}
	_, err := out.WriteString("\r\n")
	return err
}

// quoteNeeded reports cells that a reader would take for more, or for nothing: an empty
// line is no row to many.
func quoteNeeded(c string, width int) bool {
	return c == "" && width == 1 || strings.ContainsAny(c, ",\"\r\n")
}
