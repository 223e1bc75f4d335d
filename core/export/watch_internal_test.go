package export

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Packing a workbook ends with the context, and without a cancel it is a workbook.
func TestWatchWriting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	pack := func() (b bytes.Buffer, err error) {
		f := excelize.NewFile()
		defer func() { _ = f.Close() }()
		if err := f.SetCellStr("Sheet1", "A1", "tea"); err != nil {
			return b, err
		}
		watchWriting(ctx, f)
		err = f.Write(&b)
		return b, err
	}
	b, err := pack()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.GetCellValue("Sheet1", "A1"); got != "tea" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	cancel()
	if _, err := pack(); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
