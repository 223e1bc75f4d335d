package workspace

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// A project keeps the rows of a file that were left out, as they stand there, so that they
// can be seen, corrected and exported when the file is gone. They are bounded: of a file that
// has more, the file itself is read again.

// Bounds of the document, before and after it is packed.
const (
	maxKeptBytes   = 48 << 20
	maxPackedBytes = 3 << 20
)

// keptRows is the document of one source.
type keptRows struct {
	Rows     []keptRow              `json:"rows"`
	Complete bool                   `json:"complete"`        // these are all rows that were left out
	Fixed    map[int]map[int]string `json:"fixed,omitempty"` // cells that were corrected and imported, by row and column
}

type keptRow struct {
	Row    int      `json:"n"`
	Reason string   `json:"why"`
	Cells  []string `json:"c"`
}

// KeptRejected are rows that an import left out, as the project keeps them.
type KeptRejected struct {
	Rejection *ingest.Rejection
	Complete  bool                   // the project keeps all of them
	Fixed     map[int]map[int]string // cells that were corrected and imported, by row and column
}

func settingRejected(source int) string { return fmt.Sprintf("rejected_rows/%d", source) }

// leftOf reads the rows that an import of the file leaves out. That it cannot be done does
// not hinder the import: the file is read again then.
func leftOf(ctx context.Context, file string, o core.ImportOptions, res *ingest.Result) (k keptRows, err error) {
	left, err := res.Left(ctx, file, o)
	if err != nil {
		return k, ctx.Err()
	}
	k = keptRows{Complete: left.Complete, Rows: make([]keptRow, len(left.Rows))}
	for i, r := range left.Rows {
		k.Rows[i] = keptRow{r.Row, r.Reason, r.Cells}
	}
	return k, nil
}

// keepLeft stores the rows that the newest source left out.
func (p *Project) keepLeft(k keptRows) error {
	sources, err := p.file.Sources()
	if err != nil || len(k.Rows) == 0 || len(sources) == 0 {
		return err
	}
	return p.putRejected(sources[len(sources)-1].ID, k)
}

// putRejected stores as many of the rows as there is room for.
func (p *Project) putRejected(source int, k keptRows) error {
	for len(k.Rows) > 0 {
		b, err := pack(k)
		if err != nil {
			return err
		}
		if len(b) <= maxPackedBytes {
			return p.file.SetSetting(settingRejected(source), b)
		}
		k.Rows, k.Complete = k.Rows[:len(k.Rows)/2], false
	}
	return nil
}

func pack(k keptRows) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(k); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(b []byte) (k keptRows, err error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return k, err
	}
	err = json.NewDecoder(io.LimitReader(z, maxKeptBytes)).Decode(&k)
	return k, err
}

// KeptRejected returns the rows of a source that were left out and that the project keeps;
// the rejection is nil where it keeps none. Errors are unknown_source and those of the file.
func (p *Project) KeptRejected(_ context.Context, source int) (KeptRejected, error) {
	var out KeptRejected
	sources, err := p.file.Sources()
	if err != nil {
		return out, err
	}
	s, err := findSource(sources, strconv.Itoa(source))
	if err != nil {
		return out, err
	}
	b, err := p.file.Setting(settingRejected(source))
	if err != nil || len(b) == 0 {
		return out, err
	}
	k, err := unpack(b)
	if err != nil {
		return out, nil //nolint:nilerr // of no use: the file is read again
	}
	rows := make([]ingest.Rejected, len(k.Rows))
	for i, r := range k.Rows {
		rows[i] = ingest.Rejected{Row: r.Row, Reason: r.Reason, Cells: r.Cells}
	}
	out.Rejection, out.Complete, out.Fixed = ingest.StoredRejection(s.Report, s.Fingerprint, rows), k.Complete, k.Fixed
	return out, nil
}

// MarkFixed notes cells of rows that were corrected and imported.
func (p *Project) MarkFixed(_ context.Context, source int, fixed map[int]map[int]string) error {
	p.change.Lock()
	defer p.change.Unlock()
	b, err := p.file.Setting(settingRejected(source))
	if err != nil || len(b) == 0 {
		return err
	}
	k, err := unpack(b)
	if err != nil {
		return nil // there is nothing to mark
	}
	if k.Fixed == nil {
		k.Fixed = map[int]map[int]string{}
	}
	maps.Copy(k.Fixed, fixed)
	if err := p.putRejected(source, k); err != nil {
		return err
	}
	p.changed(false)
	return nil
}
