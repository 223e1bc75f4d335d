package workspace

import (
	"context"
	"io"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/ingest"
)

// Rejected reads a file again and knows the rows that an import of it leaves out.
func (w *Workspace) Rejected(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (*ingest.Rejection, error) {
	o.Reader = w.cfg.Reader
	return ingest.FindRejected(ctx, file, o, pr)
}

// WriteRejected writes the rows that an import of the file leaves out and that may be
// corrected, in the layout of the file, and returns their number. word says a reason in
// words.
func (w *Workspace) WriteRejected(ctx context.Context, r *ingest.Rejection, to string, force bool, word func(reason string) string) (n int, err error) {
	err = export.WriteFile(to, force, func(dst io.Writer) error {
		out, err := ingest.NewRejectedWriter(dst, r, word)
		if err != nil {
			return err
		}
		if err := r.Each(ctx, 0, ingest.Correctable(), out.Write); err != nil {
			return err
		}
		n = out.N
		return out.Flush()
	})
	return n, err
}
