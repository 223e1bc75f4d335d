package export

import (
	"context"
	"io"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk/table"
)

// maxSheetRows is the number of rows that a worksheet holds.
const maxSheetRows = 1 << 20

// writeXLSX writes a workbook of one sheet. Text is written as text, never as a
// formula, so it needs no apostrophe there; cells of text have the format "text" so
// that they stay text when somebody edits them.
func (l *list) writeXLSX(ctx context.Context, w io.Writer) error {
	if _, rows, err := ListColumns(l.in, l.o); err != nil || rows >= maxSheetRows {
		if err != nil {
			return err
		}
		return &core.Error{
			Code: CodeTooManyRows, Origin: core.OriginUser, Op: "export",
			Args: core.Args{"rows": rows, "most": maxSheetRows - 1},
		}
	}
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // removes its temporary files
	sheet := sheetName(i18n.Locale{Lang: l.in.Lang}.T("export.sheet"))
	if err := f.SetSheetName(f.GetSheetName(0), sheet); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := l.fillSheet(ctx, f, sw); err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	watchWriting(ctx, f)
	return f.Write(w)
}

func (l *list) fillSheet(ctx context.Context, f *excelize.File, sw *excelize.StreamWriter) error {
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	text, err := textStyle(f)
	if err != nil {
		return err
	}
	if err := sw.SetColWidth(1, 3+len(l.columns), 16); err != nil {
		return err
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	row := make([]any, 0, 3+len(l.columns))
	for _, name := range l.header() {
		row = append(row, excelize.Cell{StyleID: head, Value: name})
	}
	if err := sw.SetRow("A1", row); err != nil {
		return err
	}
	names := newPseudonyms(l.in.Secret)
	line := 1
	for i := range l.rows() {
		label := l.label(i)
		if !l.keeps(label) {
			continue
		}
		line++
		row = l.sheetRow(row[:0], names, text, i, label)
		cell, err := excelize.CoordinatesToCellName(1, line)
		if err != nil {
			return err
		}
		if err := sw.SetRow(cell, row); err != nil {
			return err
		}
		if line%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			l.o.Progress(float64(i)/float64(l.rows()), core.Message{Key: "stage.export"})
		}
	}
	return ctx.Err()
}

func (l *list) sheetRow(row []any, names *pseudonyms, text, i int, label int32) []any {
	key := any(nil)
	switch code := int(l.in.Seg.Customers[i]); l.o.Identity {
	case IdentityPseudonym:
		key = string(names.append(nil, l.in.Keys.AppendTo(nil, code)))
	case IdentityRaw:
		key = l.in.Keys.At(code)
	}
	row = append(row, excelize.Cell{StyleID: text, Value: key})
	if label == noLabel {
		row = append(row, nil, nil)
	} else {
		row = append(row, l.in.Seg.Segments[label].ID, excelize.Cell{StyleID: text, Value: l.segmentName(int(label))})
	}
	for _, c := range l.columns {
		row = append(row, sheetCell(c, i, text))
	}
	return row
}

func sheetCell(c *table.Column, i, text int) any {
	if c.Missing(i) {
		return nil
	}
	switch c.Kind {
	case table.Float64:
		if v := c.Floats[i]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
		return nil
	case table.Int64:
		return c.Ints[i]
	case table.Bool:
		return c.Ints[i] != 0
	case table.Time:
		return timeText(c.Ints[i])
	}
	return excelize.Cell{StyleID: text, Value: c.Text(i)}
}

// sheetName makes a text fit for a sheet: without []:*?/\ and at most 31 characters.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 31 {
		s = string(r[:31])
	}
	if s == "" {
		return "list"
	}
	return s
}
