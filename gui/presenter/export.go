package presenter

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// ListChoice is what the export dialog asks for.
type ListChoice struct {
	Format   string // "csv" or "xlsx"
	Encoding string // of CSV: "utf-8-bom", "gbk" or "utf-8"
	Identity string // "auto", "raw", "pseudonym" or "none"
	Segments []int  // positions; nil = all
	Columns  []string
}

// DefaultList is the choice that works for most: a workbook-friendly CSV of the
// business's own codes, since the list goes back to the shop that they come from;
// direct identifiers stay out of it.
func DefaultList(segments []int) ListChoice {
	return ListChoice{Format: "csv", Encoding: "utf-8-bom", Identity: "auto", Segments: segments}
}

// SaveList writes a list of customers of the result looked at as a task. done gets
// the report, on the window's thread, unless it failed.
func (r *Results) SaveList(to string, c ListChoice, done func(workspace.ExportReport)) {
	p, s := r.session.Project(), r.state.Seg
	if p == nil || s == nil {
		return
	}
	req := workspace.ExportRequest{
		Name: s.Name, Run: s.Run, To: to, Columns: c.Columns, Identity: c.Identity, Encoding: c.Encoding,
		Force: true, Lang: r.session.Lang(),
	}
	if c.Format == "xlsx" {
		req.Encoding = ""
	}
	for _, at := range c.Segments {
		req.Segments = append(req.Segments, s.Segments[at].Key)
	}
	var report workspace.ExportReport
	r.desk.Start("export", core.Message{Key: "gui.task.export"}, func(ctx context.Context, pr core.Progress) (err error) {
		report, err = p.Export(ctx, req, pr)
		return err
	}, func(err error) {
		r.exec.Post(func() {
			if err != nil {
				r.session.Fail(err)
				return
			}
			done(report)
		})
	})
}

// SaveReport writes the result's HTML report as a task.
func (r *Results) SaveReport(h core.RunHead, to string, done func()) {
	p := r.session.Project()
	if p == nil {
		return
	}
	lang := r.session.Lang()
	r.desk.Start("report", core.Message{Key: "gui.task.report"}, func(ctx context.Context, _ core.Progress) error {
		return p.WriteReport(ctx, h.Name, h.Run, to, lang, true)
	}, func(err error) {
		r.exec.Post(func() {
			if err != nil {
				r.session.Fail(err)
				return
			}
			done()
		})
	})
}

// ListColumns names the columns that a list can have beside the customer and the
// segment: the result's own.
func (s ResultsState) ListColumns() []string {
	if s.Seg == nil {
		return nil
	}
	var out []string
	for i := range s.Seg.Columns {
		if n := s.Seg.Columns[i].Name; !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
