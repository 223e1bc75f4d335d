package export

import (
	"context"
	"io"
	"math"
	"strconv"

	"github.com/xuri/excelize/v2"

	"qunxiang/core"
)

// maxSheetText is how many characters a cell of a worksheet holds.
const maxSheetText = 32767

// Sheet writes a workbook of one sheet of texts. Rows come with their number, from 1 and
// rising; numbers that are left out stay empty. The cells of a column that is marked as
// numeric are written as numbers where they are such.
//
// The error has code too_many_rows or cell_too_long where a sheet cannot hold them.
func Sheet(ctx context.Context, w io.Writer, name string, numeric []bool, rows func(write func(row int, cells []string) error) error) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // removes its temporary files
	sheet := sheetName(name)
	if err := f.SetSheetName(f.GetSheetName(0), sheet); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	style, err := textStyle(f)
	if err != nil {
		return err
	}
	err = rows(func(row int, cells []string) error {
		if row > maxSheetRows {
			return &core.Error{Code: CodeTooManyRows, Origin: core.OriginUser, Op: "export", Args: core.Args{"rows": row, "most": maxSheetRows}}
		}
		values, err := sheetValues(row, cells, numeric, style)
		if err != nil {
			return err
		}
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		if row%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return sw.SetRow(at, values)
	})
	if err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	watchWriting(ctx, f)
	return f.Write(w)
}

// textStyle is the style of cells that are text whatever they look like.
func textStyle(f *excelize.File) (int, error) {
	const textFormat = 49 // built-in number format "@"
	return f.NewStyle(&excelize.Style{NumFmt: textFormat})
}

func sheetValues(row int, cells []string, numeric []bool, style int) ([]any, error) {
	out := make([]any, len(cells))
	for i, c := range cells {
		if len(c) > maxSheetText && len([]rune(c)) > maxSheetText {
			return nil, &core.Error{Code: "cell_too_long", Origin: core.OriginData, Op: "export", Where: core.Where{Row: row}, Args: core.Args{"most": maxSheetText}}
		}
		switch v, ok := PlainNumber(c); {
		case c == "":
		case ok && i < len(numeric) && numeric[i]:
			out[i] = v
		default:
			out[i] = excelize.Cell{StyleID: style, Value: c}
		}
	}
	return out, nil
}

// PlainNumber reads a number that a spreadsheet would write as it stands: nothing is lost
// by keeping it as one.
func PlainNumber(s string) (float64, bool) {
	const digits = 15 // what a spreadsheet keeps
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || len(s) > digits {
		return 0, false
	}
	return v, strconv.FormatFloat(v, 'f', -1, 64) == s
}
