package workspace

import (
	"cmp"
	"context"
	"math"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// SheetReport is what an import of one of several tables of a file did.
type SheetReport struct {
	Sheet  string
	Report core.ImportReport
	Source int // that it became; 0 where nothing was stored
}

// Alike finds the tables of a file that have the same columns.
func (w *Workspace) Alike(ctx context.Context, file string, o core.ImportOptions) (ingest.Alike, error) {
	o.Reader = w.cfg.Reader
	return ingest.FindAlike(ctx, file, o)
}

// ImportSheets imports every table of a file that has the same columns, each as a source of
// its own, named FILE#SHEET. chosen is the template by which they are read, nil for what each
// is like. With store false nothing is stored, and each table is compared with the project
// as it is. A table that cannot be imported ends it: those before it are in the project. A
// file that is one table is imported as it is.
func (p *Project) ImportSheets(ctx context.Context, file string, o core.ImportOptions, chosen *core.Template, store bool, pr core.Progress) (core.ImportReport, []SheetReport, error) {
	var total core.ImportReport
	alike, err := p.w.Alike(ctx, file, o)
	if err != nil {
		return total, nil, err
	}
	if len(alike.Names) == 0 { // the file is one table
		alike.Names = []string{""}
	}
	sheets := make([]SheetReport, 0, len(alike.Names))
	customers := map[string]struct{}{}
	for i, name := range alike.Names {
		one := o
		one.Sheet, one.Several = name, name != ""
		if one, err = p.ReadLike(ctx, file, one, chosen); err != nil {
			return total, sheets, err
		}
		share := func(f float64, stage core.Message) { pr((float64(i)+f)/float64(len(alike.Names)), stage) }
		s, err := p.importSheet(ctx, file, one, store, share, customers)
		if err != nil {
			return total, sheets, err
		}
		s.Sheet = name
		sheets = append(sheets, s)
	}
	total = addedUp(sheets)
	if total.Rows.Used > 0 {
		total.Customers = len(customers)
	}
	if len(alike.Others) > 0 {
		total.Hints = append(total.Hints, core.Message{Key: "import.hint.other_sheets", Args: core.Args{"sheets": alike.Others}})
	}
	return total, sheets, nil
}

// importSheet imports one table and notes its customers.
func (p *Project) importSheet(ctx context.Context, file string, o core.ImportOptions, store bool, pr core.Progress, customers map[string]struct{}) (s SheetReport, err error) {
	p.change.Lock()
	defer p.change.Unlock()
	if s.Report, err = p.importFileOf(ctx, file, o, pr, store, func(res *ingest.Result) {
		keys := keysOf(res)
		for i := range keys.Len() {
			customers[keys.At(i)] = struct{}{}
		}
	}); err != nil || !store {
		return s, err
	}
	sources, err := p.file.Sources()
	if err == nil && len(sources) > 0 {
		s.Source = sources[len(sources)-1].ID
	}
	return s, err
}

// addedUp is the report of all sheets together. Rows that are left out are counted by
// reason; their numbers stand in the report of each sheet.
func addedUp(sheets []SheetReport) core.ImportReport {
	var t core.ImportReport
	t.FirstDate, t.LastDate = core.NoDate, core.NoDate
	for i, s := range sheets {
		r := s.Report
		if i == 0 {
			t.Detected, t.Like = r.Detected, r.Like
			t.Detected.Sheet = ingest.AllSheets
		}
		t.Rows.In, t.Rows.Used = t.Rows.In+r.Rows.In, t.Rows.Used+r.Rows.Used
		for _, x := range r.Rows.Excluded {
			k := slices.IndexFunc(t.Rows.Excluded, func(y core.Exclusion) bool { return y.Reason == x.Reason })
			if k < 0 {
				k = len(t.Rows.Excluded)
				t.Rows.Excluded = append(t.Rows.Excluded, core.Exclusion{Reason: x.Reason, Examples: []int{}})
			}
			t.Rows.Excluded[k].Count += x.Count
		}
		t.Orders, t.Lines, t.Records = t.Orders+r.Orders, t.Lines+r.Lines, t.Records+r.Records
		t.Duplicates += r.Duplicates
		t.Amount = math.Round((t.Amount+r.Amount)*1e6) / 1e6
		if r.FirstDate != core.NoDate && (t.FirstDate == core.NoDate || r.FirstDate < t.FirstDate) {
			t.FirstDate = r.FirstDate
		}
		if r.LastDate != core.NoDate && (t.LastDate == core.NoDate || r.LastDate > t.LastDate) {
			t.LastDate = r.LastDate
		}
		t.Diff = addDiffs(t.Diff, r.Diff)
	}
	return t
}

func addDiffs(a, b *core.OrderDiff) *core.OrderDiff {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	const most = 5
	some := func(x, y []string) []string { return slices.Concat(x, y)[:min(most, len(x)+len(y))] }
	return &core.OrderDiff{
		New: a.New + b.New, Unchanged: a.Unchanged + b.Unchanged, Changed: a.Changed + b.Changed, Vanished: a.Vanished + b.Vanished,
		Examples: core.DiffExamples{
			New: some(a.Examples.New, b.Examples.New), Changed: some(a.Examples.Changed, b.Examples.Changed), Vanished: some(a.Examples.Vanished, b.Examples.Vanished),
		},
	}
}
