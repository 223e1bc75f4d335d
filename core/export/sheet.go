package export

import (
	"context"
	"io"
	"math"
	"strconv"

	"qunxiang/core"
	"qunxiang/internal/workbook"
)

// maxSheetText is how many characters a cell of a worksheet holds.
const maxSheetText = workbook.MaxText

// Sheet writes a workbook of one sheet of texts. Rows come with their number, from 1 and
// rising; numbers that are left out stay empty. The cells of a column that is marked as
// numeric are written as numbers where they are such.
//
// The error has code too_many_rows or cell_too_long where a sheet cannot hold them.
func Sheet(ctx context.Context, w io.Writer, name string, numeric []bool, rows func(write func(row int, cells []string) error) error) error {
	to := workbook.New(w, sheetName(name))
	err := rows(func(row int, cells []string) error {
		if row > maxSheetRows {
			return &core.Error{Code: CodeTooManyRows, Origin: core.OriginUser, Op: "export", Args: core.Args{"rows": row, "most": maxSheetRows}}
		}
		values, err := sheetValues(row, cells, numeric)
		if err != nil {
			return err
		}
		if row%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return to.Row(row, values)
	})
	if err != nil {
		return err
	}
	return to.Close()
}

func sheetValues(row int, cells []string, numeric []bool) ([]any, error) {
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
			out[i] = workbook.Text(c)
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
