package workspace

import (
	"cmp"
	"context"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/ingest"
	"qunxiang/sdk"
)

// ScoreRequest asks to put the customers of a file into the segments of a stored run.
type ScoreRequest struct {
	Name     string
	Run      int    // 0 = newest
	File     string // transactions or customers
	Import   core.ImportOptions
	AsOf     core.Date // the zero value and NoDate = the run's, or the day after the file's last where that is later
	To       string    // .csv or .xlsx
	Encoding string    // as in ExportRequest
	Identity string    // as in ExportRequest
	Force    bool      // replace an existing file
	Lang     sdk.Lang
}

// ScoreReport tells what became of the customers of the file: those scored and those
// left out are all of them.
type ScoreReport struct {
	Path        string
	Name        string
	Run         int
	AsOf        core.Date
	Customers   int
	Columns     []string
	Segments    []core.Segment // with the sizes among the scored
	Excluded    []core.Excluded
	Diagnostics []sdk.Diagnostic
}

// Score reads a file, computes what the run was made of for its customers, and writes
// the list of their segments under the run's model. The project is not changed.
func (p *Project) Score(ctx context.Context, r ScoreRequest, pr core.Progress) (ScoreReport, error) {
	x := ExportRequest{To: r.To, Encoding: r.Encoding, Identity: r.Identity}
	format, err := x.check()
	if err != nil {
		return ScoreReport{}, err
	}
	s, err := p.Segmentation(ctx, r.Name, r.Run)
	if err != nil {
		return ScoreReport{}, err
	}
	m, err := p.w.Method(ctx, s.Method)
	if err != nil {
		return ScoreReport{}, err
	}
	if !m.Info.Capabilities.Apply || len(s.Model.Data) == 0 || len(s.Roles) != len(s.Features) || p.w.cfg.Models == nil {
		return ScoreReport{}, &core.Error{Code: "model_no_apply", Origin: core.OriginUser, Op: "score", Args: core.Args{"name": s.Name, "method": m.Info.Name}}
	}
	o, err := p.readAs(ctx, r.File, r.Import)
	if err != nil {
		return ScoreReport{}, err
	}
	o.Reader = p.w.cfg.Reader
	res, err := ingest.Read(ctx, r.File, o, func(f float64, stage core.Message) { pr(f*0.5, stage) })
	if err != nil {
		return ScoreReport{}, err
	}
	in := scoring{run: s, method: m, file: filepath.Base(r.File), asOf: r.AsOf, say: p.w.say}
	if err := in.features(ctx, res); err != nil {
		return ScoreReport{}, err
	}
	pr(0.6, core.Message{Key: "stage.method", Args: core.Args{"stage": m.Info.Name}})
	answer, err := p.w.cfg.Models.Apply(ctx, s.Method, in.request())
	if err != nil {
		return ScoreReport{}, err
	}
	scored, err := in.scored(answer)
	if err != nil {
		return ScoreReport{}, err
	}
	keys, err := p.codedKeys(ctx, in.keys, res.Report.Detected, r.Identity)
	if err != nil {
		return ScoreReport{}, err
	}
	list := export.ListInput{Seg: scored, Keys: keys, Method: m.Info, Lang: r.Lang}
	lo := export.ListOptions{Format: format, Encoding: r.Encoding, Progress: func(f float64, stage core.Message) { pr(0.8+f*0.2, stage) }}
	rep := ScoreReport{Path: r.To, Name: s.Name, Run: s.Run, AsOf: scored.AsOf, Segments: scored.Segments, Excluded: scored.Excluded, Diagnostics: append(in.notes, answer.Diagnostics...)}
	if rep.Columns, rep.Customers, err = export.ListColumns(list, lo); err != nil {
		return ScoreReport{}, err
	}
	return rep, export.WriteFile(r.To, r.Force, func(w io.Writer) error { return export.List(ctx, w, list, lo) })
}

// readAs completes the options of a file by those of the source of the project that has
// most columns in common with it, all that it maps being there; of several the newest.
// A table of customers maps little more than their number, which orders have too. What
// the user said holds.
func (p *Project) readAs(ctx context.Context, file string, o core.ImportOptions) (core.ImportOptions, error) {
	if err := p.w.fits(file); err != nil {
		return o, err
	}
	if len(o.Map) > 0 {
		return o, nil
	}
	sources, err := p.Sources(ctx)
	if err != nil {
		return o, err
	}
	look, err := p.w.Look(ctx, file, o, 0)
	if err != nil {
		return o, err
	}
	var best *core.Source
	for i := range slices.Backward(sources) {
		s := &sources[i]
		if (o.Kind == "" || o.Kind == s.Kind) && fits(s, look.Header) && (best == nil || len(s.Report.Detected.Mapping) > len(best.Report.Detected.Mapping)) {
			best = s
		}
	}
	if best == nil {
		return o, nil
	}
	d := best.Report.Detected
	o.Kind, o.Map = best.Kind, maps.Clone(d.Mapping)
	o.Grain, o.Refunds = cmp.Or(o.Grain, d.Grain), cmp.Or(o.Refunds, d.Refunds)
	if o.DateOrder == "" && look.Detected.DateOrder != core.DateYMD {
		o.DateOrder = d.DateOrder
	}
	return o, nil
}

// fits reports that a header has all columns that a source was read by.
func fits(s *core.Source, header []string) bool {
	mapping := s.Report.Detected.Mapping
	for _, column := range mapping {
		if column != "" && !slices.Contains(header, column) {
			return false
		}
	}
	return mapping[core.RoleCustomer] != ""
}
