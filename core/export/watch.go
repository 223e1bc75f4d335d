package export

import (
	"archive/zip"
	"context"
	"io"

	"github.com/xuri/excelize/v2"
)

// watchWriting lets the packing of a workbook, which is one call and takes seconds where
// there are a million rows, end with the context.
func watchWriting(ctx context.Context, f *excelize.File) {
	f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return zip.NewWriter(watched{ctx, w}) })
}

// watched writes until the context ends.
type watched struct {
	ctx context.Context
	w   io.Writer
}

func (x watched) Write(b []byte) (int, error) {
	if err := x.ctx.Err(); err != nil {
		return 0, err
	}
	return x.w.Write(b)
}
