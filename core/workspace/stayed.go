package workspace

import (
	"context"
	"errors"
	"maps"
	"slices"

	"qunxiang/core"
	"qunxiang/core/run"
	"qunxiang/sdk"
)

// addedUp returns the name of a source that a database added up, where a method asks for
// single purchases and the project has none: "" otherwise.
func (p *Project) addedUp(ctx context.Context, info sdk.Info) string {
	wants := func(d sdk.Detail) bool { return d.ID == sdk.DetailOrders || d.ID == sdk.DetailLines }
	if !slices.ContainsFunc(info.Details, wants) {
		return ""
	}
	tx, _, err := p.loadLean(ctx)
	if err != nil || tx.Rows() > 0 {
		return ""
	}
	all, err := p.file.Sources()
	if err != nil {
		return "" // whatever is wrong will be said by what reads them next
	}
	name := ""
	for _, s := range all {
		if s.Database != nil && s.Database.Aggregate {
			name = s.Name
		}
	}
	return name
}

// rowsStayed tells a run that failed for want of purchases where they are.
func (p *Project) rowsStayed(ctx context.Context, info sdk.Info, err error) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Code != run.CodeDetailMissing && e.Code != run.CodeRefused {
		return err
	}
	source := p.addedUp(ctx, info)
	if source == "" {
		return err
	}
	if e.Code == run.CodeDetailMissing {
		return &core.Error{Code: "rows_in_database", Origin: core.OriginUser, Op: "run", Args: core.Args{"method": e.Args["method"], "source": source}, Err: err}
	}
	out := *e
	out.Args = maps.Clone(e.Args)
	if why, ok := e.Args["reason"].(sdk.Text); ok {
		more := p.w.say(stayed(source))
		out.Args["reason"] = sdk.Text{ZH: why.ZH + more.ZH, EN: why.EN + " " + more.EN}
	}
	return &out
}

func stayed(source string) core.Message {
	return core.Message{Key: "run.rows_in_database", Args: core.Args{"source": source}}
}

// noteRowsStayed says the same before a run that can do without.
func (p *Project) noteRowsStayed(ctx context.Context, info sdk.Info, plan *run.Plan) {
	if source := p.addedUp(ctx, info); source != "" {
		plan.Diagnostics = append(plan.Diagnostics, sdk.Diagnostic{Severity: sdk.SeverityWarning, Code: "rows_in_database", Summary: p.w.say(stayed(source))})
	}
}
