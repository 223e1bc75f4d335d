package workspace

import (
	"context"
	"io"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/ingest"
)

// Inspect says what a file holds, with its first rows, before anything is imported.
func (w *Workspace) Inspect(ctx context.Context, file string, o core.ImportOptions, rows int) (*ingest.Inspection, error) {
	o.Reader = w.cfg.Reader
	return ingest.Inspect(ctx, file, o, rows)
}

// Convert writes the table of a file as comma-separated text, see [ingest.Plain.WriteCSV]: all
// cells as text, nothing interpreted. What is not the table is listed in the answer.
func (w *Workspace) Convert(ctx context.Context, file string, o core.ImportOptions, to string, force bool) (*ingest.Plain, error) {
	o.Reader = w.cfg.Reader
	p, err := ingest.OpenPlain(ctx, file, o)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	err = export.WriteFile(to, force, func(dst io.Writer) error { return p.WriteCSV(ctx, dst) })
	if err != nil {
		return nil, err
	}
	return p, nil
}
