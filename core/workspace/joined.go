package workspace

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/run"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// segmentPrefix begins the name of the feature that a stored segmentation is offered
// as: "segment:RFM" has the keys of the segments of the newest run.
const segmentPrefix = "segment:"

// wanted lists the columns that a run asks for by name: those that were picked, those
// that a parameter names and those that the filter mentions.
func wanted(info sdk.Info, r RunRequest) []string {
	names := slices.Clone(r.Features)
	for _, spec := range info.Params {
		text := r.Set[spec.ID]
		if text == "" || spec.Kind != sdk.ParamColumn && spec.Host != sdk.HostExpr {
			continue
		}
		v, err := spec.Parse(text)
		switch {
		case err != nil: // told when the parameters are checked
		case spec.Host == sdk.HostExpr:
			names = append(names, expr.Mentioned(v)...)
		default:
			names = append(names, v.Text)
		}
	}
	if r.Where != "" {
		if e, err := expr.Parse(r.Where); err == nil {
			names = append(names, e.Columns()...)
		}
	}
	return names
}

// segmentWords refuses a condition that asks a column of segments for a word that is no
// segment's key, such as the name that a list shows: it would hold for nobody, or with
// != for everybody, and nothing would tell.
func segmentWords(info sdk.Info, r RunRequest, uses []core.RunUse) error {
	for _, use := range uses {
		if use.Names == nil {
			continue
		}
		for _, c := range conditions(info, r) {
			for _, e := range c.list {
				for _, word := range e.Texts(use.As) {
					if _, ok := use.Names[word]; ok {
						continue
					}
					return &core.Error{
						Code: "unknown_segment_word", Origin: core.OriginUser, Op: "run", Where: core.Where{Param: c.param, Column: use.As},
						Args: core.Args{"segment": word, "name": use.Name, "known": keysWithNames(use.Names)},
					}
				}
			}
		}
	}
	return nil
}

// written are the conditions that can be read of one parameter.
type written struct {
	param string
	list  []*expr.Expr
}

// conditions are those of the filter and of the method's parameters.
func conditions(info sdk.Info, r RunRequest) []written {
	out := []written{{"where", expr.Readable(sdk.TextValue(r.Where))}}
	for _, spec := range info.Params {
		if v, err := spec.Parse(r.Set[spec.ID]); err == nil && spec.Host == sdk.HostExpr {
			out = append(out, written{spec.ID, expr.Readable(v)})
		}
	}
	return out
}

// keysWithNames are texts such as: 'vip' (VIP).
func keysWithNames(names map[string]sdk.Text) []sdk.Text {
	var out []sdk.Text
	for _, key := range slices.Sorted(maps.Keys(names)) {
		out = append(out, sdk.Text{ZH: "'" + key + "' (" + names[key].ZH + ")", EN: "'" + key + "' (" + names[key].EN + ")"})
	}
	return out
}

// joined returns the set with the columns of stored results that the names call for,
// and which runs they come from: "segment:NAME" is the customer's segment, "NAME.output"
// what the method answered. It reads nothing unless a name is not the set's own. Names
// that call for no result are left to whoever uses them.
func (p *Project) joined(ctx context.Context, set *feature.Set, names []string) (*feature.Set, []core.RunUse, error) {
	out, uses := set, []core.RunUse(nil)
	var runs []string
	for _, name := range names {
		if name == "" || out.Table.Column(name) != nil {
			continue
		}
		if runs == nil {
			var err error
			if runs, err = p.resultNames(ctx); err != nil {
				return nil, nil, err
			}
		}
		of, output, err := resultColumn(runs, name)
		if err != nil {
			return nil, nil, err
		}
		if of == "" {
			continue
		}
		s, err := p.Segmentation(ctx, of, 0)
		if err != nil {
			return nil, nil, err
		}
		c, err := column(s, name, output)
		if err != nil {
			return nil, nil, err
		}
		if out == set {
			out = &feature.Set{Customers: set.Customers, AsOf: set.AsOf, Excluded: set.Excluded, Table: &table.Table{Rows: set.Table.Rows, Columns: slices.Clone(set.Table.Columns)}}
		}
		out.Table.Columns = append(out.Table.Columns, out.Spread(c, s.Customers))
		use := core.RunUse{As: name, Name: s.Name, Run: s.Run, Identity: s.Identity}
		if output == "" {
			use.Names = make(map[string]sdk.Text, len(s.Segments))
			for _, g := range s.Segments {
				use.Names[g.Key] = g.Name
			}
		}
		uses = append(uses, use)
	}
	return out, uses, nil
}

// FeaturesWith is [Project.Features] with columns of stored results, which are named as
// "segment:NAME" or "NAME.output". Other names are passed over.
func (p *Project) FeaturesWith(ctx context.Context, asOf core.Date, windowMonths int, names []string) (*feature.Set, error) {
	set, err := p.Features(ctx, asOf, windowMonths)
	if err != nil {
		return nil, err
	}
	classes, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	if err := classes.noIdentifiers(names); err != nil {
		return nil, err
	}
	set, _, err = p.joined(ctx, set, names)
	return set, err
}

// resultNames lists the names of the stored results, longest first, so that of two that
// begin a column's name the longer one is meant.
func (p *Project) resultNames(ctx context.Context) ([]string, error) {
	heads, err := p.Runs(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(heads))
	for _, h := range heads {
		names = append(names, h.Name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(names), nil
}

// resultColumn returns the result that a column's name calls for, and the output, ""
// for the segments; no result where the name calls for none.
func resultColumn(results []string, name string) (of, output string, err error) {
	if of, ok := strings.CutPrefix(name, segmentPrefix); ok {
		if slices.Contains(results, of) {
			return of, "", nil
		}
		known := make([]string, 0, len(results))
		for _, r := range slices.Sorted(slices.Values(results)) {
			known = append(known, segmentPrefix+r)
		}
		return "", "", &core.Error{
			Code: "unknown_result_column", Origin: core.OriginUser, Op: "run", Where: core.Where{Column: name},
			Args: core.Args{"name": of, "known": known},
		}
	}
	for _, r := range results {
		if output, ok := strings.CutPrefix(name, r+"."); ok && output != "" {
			return r, output, nil
		}
	}
	return "", "", nil
}

// column is what a result says about its customers: their segments, or an output of its
// method.
func column(s *core.Segmentation, name, output string) (table.Column, error) {
	if output == "" {
		if s.Label == nil {
			return table.Column{}, &core.Error{Code: "no_segments", Origin: core.OriginUser, Op: "run", Where: core.Where{Column: name}, Args: core.Args{"name": s.Name}}
		}
		c := table.Column{Name: name, Kind: table.Category, Codes: make([]uint32, len(s.Label))}
		for _, g := range s.Segments {
			c.Dict = append(c.Dict, g.Key)
		}
		for i, l := range s.Label {
			c.Codes[i] = uint32(l)
		}
		return c, nil
	}
	var known []string
	for _, c := range s.Columns {
		if slices.Contains(s.Features, c.Name) || slices.Contains(feature.Names(), c.Name) || c.Kind == table.String {
			continue
		}
		if c.Name == output {
			c.Name, c.Role = name, ""
			return c, nil
		}
		known = append(known, s.Name+"."+c.Name)
	}
	return table.Column{}, &core.Error{
		Code: run.CodeUnknownColumn, Origin: core.OriginUser, Op: "run", Where: core.Where{Column: name}, Args: core.Args{"known": known},
	}
}

// parents is the way from the outermost segment to the one that a run stays within.
func parents(of *core.Segmentation, at int) []core.Parent {
	g := of.Segments[at]
	return append(slices.Clone(of.Parents), core.Parent{Name: of.Name, Run: of.Run, Segment: g.Key, Title: g.Name, Identity: of.Identity})
}

// sources are the identities of the runs that a run was made of.
func sources(uses []core.RunUse, within []core.Parent) []string {
	var out []string
	for _, u := range uses {
		out = append(out, u.As+"\x00"+strconv.Itoa(u.Run)+"\x00"+u.Identity)
	}
	for _, w := range within {
		out = append(out, w.Name+"\x00"+w.Segment+"\x00"+strconv.Itoa(w.Run)+"\x00"+w.Identity)
	}
	return out
}
