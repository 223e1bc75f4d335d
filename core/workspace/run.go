package workspace

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/guard"
	"qunxiang/core/run"
	"qunxiang/sdk"
)

// RunRequest is what the user asks of a method.
type RunRequest struct {
	Method   string
	Name     string            // of the segmentation; Try ignores it
	Set      map[string]string // parameters as on the command line; several texts are joined by newlines
	Features []string          // picked columns; nil = the method's own choice
	AsOf     core.Date         // the zero value and NoDate = the project's own
	Where    string            // expression over the features; "" = everybody
	Within   string            // NAME/SEGMENT: only the customers of that segment
	Seed     uint64
	Force    bool // run even where the method says that it needs more memory than there is
	// Stability is how many times the method is run again on customers drawn anew: 0 = some
	// for clusterings and none for other methods, run.NoStability = none.
	Stability int
}

// Plan resolves a request without running it: parameters, columns, customers left
// out, diagnostics, memory.
func (p *Project) Plan(ctx context.Context, r RunRequest) (*run.Plan, error) {
	plan, in, err := p.plan(ctx, r)
	if err != nil {
		return nil, err
	}
	found, err := p.guards(ctx, in, plan.Diagnostics)
	plan.Diagnostics = append(slices.Clip(plan.Diagnostics), found...)
	return plan, err
}

// plan is Plan without what the guards find, and with what they look at.
func (p *Project) plan(ctx context.Context, r RunRequest) (*run.Plan, guard.Input, error) {
	var in guard.Input
	m, err := p.w.Method(ctx, r.Method)
	if err != nil {
		return nil, in, err
	}
	if r.AsOf == 0 { // 1970-01-01 is before every order; a request that names no date means the project's
		r.AsOf = core.NoDate
	}
	set, err := p.featuresFor(ctx, m.Info, r)
	if err != nil {
		return nil, in, err
	}
	data, err := p.fingerprint(ctx)
	if err != nil {
		return nil, in, err
	}
	names := wanted(m.Info, r)
	set, uses, err := p.joined(ctx, set, names)
	if err != nil {
		return nil, in, err
	}
	full := set
	set, notes, err := p.private(ctx, set, m.Info, r)
	if err != nil {
		return nil, in, err
	}
	req := run.Request{
		Method: m, Fitter: fitter{p.w.cfg.Methods, r.Method}, Name: r.Name, Features: set, Set: r.Set,
		Columns: r.Features, Where: r.Where, Within: r.Within, Seed: r.Seed, Threads: p.w.cfg.Threads, Data: data, Uses: uses,
		Detail: p.detail(feature.Options{AsOf: set.AsOf, WindowMonths: window(m.Info, r.Set)}),
	}
	if req.Evidence, err = p.evidence(ctx, r); err != nil {
		return nil, in, err
	}
	if err := segmentWords(m.Info, r, uses); err != nil {
		return nil, in, err
	}
	if err := p.narrow(ctx, &req, full); err != nil {
		return nil, in, err
	}
	if p.w.cfg.Room != nil && !r.Force {
		req.Room = p.room()
	}
	req.Sources = sources(req.Uses, req.Parents)
	plan, err := run.Prepare(ctx, req)
	if err != nil {
		return nil, in, p.rowsStayed(ctx, m.Info, err)
	}
	plan.Diagnostics = append(plan.Diagnostics, notes...)
	p.noteRowsStayed(ctx, m.Info, plan)
	if n := len(plan.Rows); r.Within != "" && n < fewWithin {
		plan.Diagnostics = append(plan.Diagnostics, sdk.Diagnostic{
			Severity: sdk.SeverityWarning, Code: "few_customers_within",
			Summary: p.w.say(core.Message{Key: "run.few_within", Args: core.Args{"segment": r.Within, "count": n, "least": fewWithin}}),
		})
	}
	in = guard.Input{Info: plan.Method.Info, Params: plan.Params, Table: plan.Table, Rows: plan.Rows, Features: req.Features, AsOf: req.Features.AsOf}
	return plan, in, nil
}

// room is how much memory a run may take. Where addresses are few, what storing the result
// needs of them is taken before the rest is counted.
func (p *Project) room() core.Room {
	r := p.w.cfg.Room()
	if f, ok := p.file.(readier); ok && r.Own < r.All {
		f.Ready()
		r = p.w.cfg.Room()
	}
	return r
}

// fewWithin is the number of customers below which a segmentation of a segment is more
// chance than structure.
const fewWithin = 30

// window reads the months of history that the host applies for the method; a text
// that is no number is left to the parameter check.
func window(info sdk.Info, set map[string]string) int {
	for _, q := range info.Params {
		if q.Host == sdk.HostWindow {
			if n, err := strconv.Atoi(strings.TrimSpace(set[q.ID])); err == nil && n > 0 {
				return n
			}
			return int(q.Default.Int)
		}
	}
	return 0
}

// narrow applies Where, which may ask for more than the method sees, and Within.
func (p *Project) narrow(ctx context.Context, req *run.Request, set *feature.Set) error {
	if req.Where != "" {
		keep, err := p.filter(ctx, req.Where, set)
		if err != nil {
			return err
		}
		req.Keep = keep
		req.Dropped = append(req.Dropped, dropped("filtered", set, nil, keep)...)
	}
	if req.Within == "" {
		return nil
	}
	inside, err := p.members(ctx, req)
	if err != nil {
		return err
	}
	keep := make([]bool, set.Table.Rows)
	for i, c := range set.Customers {
		keep[i] = inside[c] && (req.Keep == nil || req.Keep[i])
	}
	req.Dropped = append(req.Dropped, dropped("outside_segment", set, req.Keep, keep)...)
	req.Keep = keep
	return nil
}

// dropped lists the customers that were kept before and are not now.
func dropped(reason string, set *feature.Set, before, now []bool) []core.Excluded {
	e := core.Excluded{Reason: reason}
	for i, c := range set.Customers {
		if !now[i] && (before == nil || before[i]) {
			e.Customers = append(e.Customers, c)
		}
	}
	if e.Count = len(e.Customers); e.Count == 0 {
		return nil
	}
	return []core.Excluded{e}
}

// members returns the customers of NAME/SEGMENT and notes whose segment it is.
func (p *Project) members(ctx context.Context, req *run.Request) (map[uint32]bool, error) {
	name, segment, ok := strings.Cut(req.Within, "/")
	if !ok || name == "" || segment == "" {
		return nil, &core.Error{Code: "bad_within", Origin: core.OriginUser, Op: "run", Where: core.Where{Param: "within"}, Args: core.Args{"value": req.Within}}
	}
	s, err := p.Segmentation(ctx, name, 0)
	if err != nil {
		return nil, err
	}
	at, err := FindSegment(s, segment)
	if err != nil {
		if e, ok := errors.AsType[*core.Error](err); ok {
			e.Where.Param = "within"
		}
		return nil, err
	}
	req.Parents = parents(s, at)
	out := make(map[uint32]bool, s.Segments[at].Size)
	for i, c := range s.Customers {
		if int(s.Label[i]) == at {
			out[c] = true
		}
	}
	return out, nil
}

// FindSegment returns the position of the segment that the user calls by id, key or
// name in either language.
func FindSegment(s *core.Segmentation, called string) (int, error) {
	for i, g := range s.Segments {
		if called == g.Key || called == g.Name.ZH || strings.EqualFold(called, g.Name.EN) || called == strconv.Itoa(g.ID) {
			return i, nil
		}
	}
	return 0, unknownSegment(s, called)
}

// unknownSegment is the error that a result has no segment of that name.
func unknownSegment(s *core.Segmentation, called string) error {
	if len(s.Segments) == 0 {
		return &core.Error{Code: "no_segments", Origin: core.OriginUser, Op: "segment", Args: core.Args{"segment": called, "name": s.Name}}
	}
	var known []sdk.Text
	for _, g := range s.Segments {
		known = append(known, g.Name)
	}
	return &core.Error{Code: "unknown_segment", Origin: core.OriginUser, Op: "segment", Where: core.Where{Param: "segment"}, Args: core.Args{"segment": called, "name": s.Name, "known": known}}
}

// Try runs a method and stores nothing: the live preview of a form.
func (p *Project) Try(ctx context.Context, r RunRequest, pr core.Progress) (*core.Segmentation, error) {
	plan, err := p.Plan(ctx, r)
	if err != nil {
		return nil, err
	}
	s, err := plan.Run(ctx, func(f float64, stage sdk.Text) {
		pr(f*0.95, core.Message{Key: "stage.method", Args: core.Args{"stage": stage}})
	})
	return s.InCurrency(p.Head().Currency), p.rowsStayed(ctx, plan.Method.Info, err)
}

// longestName bounds the name of a segmentation in characters: it stands in lists,
// columns, captions and sheets.
const longestName = 100

// nameable reports a name that a segmentation may have: it is seen as it is written.
func nameable(name string) bool {
	hidden := func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) && c != zeroWidthJoiner }
	return strings.TrimSpace(name) != "" && !strings.Contains(name, "/") && utf8.ValidString(name) &&
		utf8.RuneCountInString(name) <= longestName && !strings.ContainsFunc(name, hidden)
}

// zeroWidthJoiner holds the parts of an emoji together.
const zeroWidthJoiner = '\u200d'

// Run runs a method and stores the result as a new run under r.Name.
func (p *Project) Run(ctx context.Context, r RunRequest, pr core.Progress) (*core.Segmentation, error) {
	if !nameable(r.Name) {
		return nil, &core.Error{Code: "bad_name", Origin: core.OriginUser, Op: "run", Where: core.Where{Param: "name"}, Args: core.Args{"name": r.Name, "most": longestName}}
	}
	plan, in, err := p.plan(ctx, r)
	if err != nil {
		return nil, err
	}
	b := p.besides(ctx, in, plan)
	s, err := p.w.judged(ctx, plan, func(f float64, m core.Message) {
		b.begin() // the method has its table
		pr(f, m)
	})
	b.end()
	if err != nil {
		return nil, p.rowsStayed(ctx, plan.Method.Info, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pr(stageStore, core.Message{Key: "stage.store"})
	p.change.Lock()
	defer p.change.Unlock()
	s.Created = p.w.cfg.Now().UTC()
	if err := p.file.PutSegmentation(s); err != nil {
		return nil, err
	}
	p.changed(false)
	pr(1, core.Message{Key: "stage.store"})
	return s.InCurrency(p.Head().Currency), nil
}

// Segmentation returns a stored run, with amounts in the project's present currency; run 0
// is the newest.
func (p *Project) Segmentation(_ context.Context, name string, n int) (*core.Segmentation, error) {
	s, err := p.file.Segmentation(name, n)
	return s.InCurrency(p.Head().Currency), err
}

// RenameSegment gives the segment with the id a new name.
func (p *Project) RenameSegment(ctx context.Context, name string, n, id int, t sdk.Text) error {
	p.change.Lock()
	defer p.change.Unlock()
	s, err := p.file.Segmentation(name, n)
	if err != nil {
		return err
	}
	segs := slices.Clone(s.Segments)
	at := slices.IndexFunc(segs, func(g core.Segment) bool { return g.ID == id })
	if at < 0 {
		return unknownSegment(s, strconv.Itoa(id))
	}
	segs[at].Name = t
	if err := p.file.UpdateSegments(name, n, segs); err != nil {
		return err
	}
	p.changed(false)
	return nil
}

// DeleteSegmentation removes every run under the name.
func (p *Project) DeleteSegmentation(_ context.Context, name string) error {
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.DeleteSegmentation(name); err != nil {
		return err
	}
	p.changed(false)
	return nil
}

// fitter binds the catalogue to one method.
type fitter struct {
	methods Methods
	id      string
}

func (f fitter) Validate(ctx context.Context, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	return f.methods.Validate(ctx, f.id, r)
}

func (f fitter) Fit(ctx context.Context, r sdk.Request, progress func(float64, sdk.Text)) (sdk.Response, error) {
	return f.methods.Fit(ctx, f.id, r, progress)
}
