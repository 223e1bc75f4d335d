package check

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// maxList bounds every list of a description: roles, parameters, choices, outputs.
const maxList = 256

// Info checks a method's description. It returns nil or a *Fault.
func Info(in sdk.Info) error {
	if !isID(in.ID) {
		return badInfo("method id %q", Scrub(in.ID, MaxName))
	}
	if !isVersion(in.Version) {
		return badInfo("%s: version %q", in.ID, Scrub(in.Version, MaxName))
	}
	if max(len(in.Roles), len(in.Params), len(in.Outputs), len(in.Tags), len(in.Capabilities.ExportFormats), len(in.Details)) > maxList {
		return badInfo("%s: a list of more than %d entries", in.ID, maxList)
	}
	f := first(
		both(in.Name, "name", MaxName, false), both(in.Summary, "summary", MaxLong, false),
		both(in.Question, "question", MaxLong, false), both(in.Help, "help", maxHelp, true),
	)
	for _, tag := range in.Tags {
		f = first(f, word(tag, "tags", MaxName))
	}
	for _, format := range in.Capabilities.ExportFormats {
		if !isMedia(format) {
			f = first(f, badInfo("export format %q", Scrub(format, MaxName)))
		}
	}
	if f = first(f, params(in.Params), roles(in), details(in.Details), outputs(in.Outputs)); f != nil {
		f.Err = errors.Join(f.Err, fmt.Errorf("method %s", in.ID))
		return f
	}
	return nil
}

func params(list []sdk.Param) *Fault {
	seen := set{}
	for i := range list {
		p := &list[i]
		field := "parameter " + Scrub(p.ID, MaxName)
		if !isID(p.ID) {
			return badInfo("%s: malformed id", field)
		}
		if p.Kind < sdk.ParamInt || p.Kind > sdk.ParamFile {
			return badInfo("%s: unknown kind %d", field, p.Kind)
		}
		f := first(seen.add(p.ID, "parameters"), both(p.Title, field, MaxName, false), both(p.Help, field, MaxLong, true),
			maybe(p.Unit, field, MaxName, false), maybe(p.Group, field, MaxName, false), choices(p, field), bounds(p, field), preset(p, field))
		if f != nil {
			return f
		}
	}
	return conditions(list)
}

func choices(p *sdk.Param, field string) *Fault {
	if (p.Kind == sdk.ParamChoice) != (len(p.Choices) > 0) || len(p.Choices) > maxList {
		return badInfo("%s: choices", field)
	}
	seen := set{}
	for _, c := range p.Choices {
		if c.ID == "" {
			return badInfo("%s: a choice without id", field)
		}
		f := first(word(c.ID, field, MaxName), seen.add(c.ID, field), both(c.Title, field, MaxName, false), maybe(c.Help, field, MaxLong, true))
		if f != nil {
			return f
		}
	}
	return nil
}

func bounds(p *sdk.Param, field string) *Fault {
	for _, b := range []*float64{p.Min, p.Max} {
		if b != nil && (math.IsNaN(*b) || math.IsInf(*b, 0)) {
			return badInfo("%s: a bound is not a finite number", field)
		}
	}
	if p.Min != nil && p.Max != nil && *p.Min > *p.Max {
		return badInfo("%s: empty range", field)
	}
	if p.Items < 0 || p.Host > sdk.HostExpr || p.Host == sdk.HostExpr && p.Kind != sdk.ParamText && p.Kind != sdk.ParamTexts {
		return badInfo("%s: items or host use", field)
	}
	return nil
}

// preset checks that the default is a value of the parameter: of its kind, and read
// back from the form that the command line writes.
func preset(p *sdk.Param, field string) *Fault {
	if p.Default.IsZero() {
		return nil
	}
	if err := Value(*p, p.Default); err != nil {
		return badInfo("%s: default: %v", field, err)
	}
	return nil
}

// Value checks that v is a value of p: kind, range, choice, number of items. Errors
// wrap sdk.ErrValue.
func Value(p sdk.Param, v sdk.Value) error {
	if v.IsZero() {
		return nil
	}
	if v.IsAuto() {
		if p.Auto {
			return nil
		}
		return fmt.Errorf("%w: auto is not allowed", sdk.ErrValue)
	}
	want := map[sdk.ParamKind]sdk.ValueKind{
		sdk.ParamInt: sdk.KindInt, sdk.ParamReal: sdk.KindReal, sdk.ParamBool: sdk.KindBool, sdk.ParamChoice: sdk.KindText, sdk.ParamText: sdk.KindText,
		sdk.ParamTexts: sdk.KindTexts, sdk.ParamNumbers: sdk.KindNumbers, sdk.ParamColumn: sdk.KindText, sdk.ParamFile: sdk.KindText,
	}[p.Kind]
	widened := p.Kind == sdk.ParamReal && v.Kind == sdk.KindInt
	if v.Kind != want && !widened {
		return fmt.Errorf("%w: a value of another kind", sdk.ErrValue)
	}
	switch p.Kind {
	case sdk.ParamInt, sdk.ParamReal, sdk.ParamBool, sdk.ParamChoice, sdk.ParamNumbers:
		if s := v.String(); s != "" {
			_, err := p.Parse(s)
			return err
		}
	}
	return nil
}

func conditions(list []sdk.Param) *Fault {
	for i := range list {
		w := list[i].When
		if w == nil {
			continue
		}
		known := slices.ContainsFunc(list, func(p sdk.Param) bool { return p.ID == w.Param && p.ID != list[i].ID })
		if !known || len(w.Is) == 0 {
			return badInfo("parameter %s: shown when %q, which is no other parameter", list[i].ID, Scrub(w.Param, MaxName))
		}
	}
	return nil
}

func roles(in sdk.Info) *Fault {
	seen := set{}
	for _, r := range in.Roles {
		field := "role " + Scrub(r.ID, MaxName)
		if !isID(r.ID) || r.Min < 0 || r.Max < 0 || r.Max > 0 && r.Min > r.Max || r.Missing > sdk.MissingAllow {
			return badInfo("%s: malformed", field)
		}
		if len(r.Kinds) == 0 || slices.ContainsFunc(r.Kinds, badKind) {
			return badInfo("%s: kinds", field)
		}
		if r.Param != "" {
			if p, ok := in.Param(r.Param); !ok || p.Kind != sdk.ParamColumn && p.Host != sdk.HostExpr {
				return badInfo("%s: parameter %q is not a column parameter", field, Scrub(r.Param, MaxName))
			}
		}
		if f := first(seen.add(r.ID, "roles"), both(r.Title, field, MaxName, false), both(r.Help, field, MaxLong, true)); f != nil {
			return f
		}
	}
	return nil
}

// details checks that a method asks for long tables that there are, each once.
func details(list []sdk.Detail) *Fault {
	seen := set{}
	for _, d := range list {
		switch d.ID {
		case sdk.DetailOrders, sdk.DetailLines, sdk.DetailComments, sdk.DetailEvents:
		default:
			return badInfo("long table %q: unknown", Scrub(d.ID, MaxName))
		}
		if f := first(seen.add(d.ID, "details"), maybe(d.Help, "long table "+d.ID, MaxLong, true)); f != nil {
			return f
		}
	}
	return nil
}

func badKind(k table.Kind) bool { return k < table.Float64 || k > table.String }

func outputs(list []sdk.Output) *Fault {
	seen, segments := set{}, 0
	for _, o := range list {
		field := "output " + Scrub(o.ID, MaxName)
		if !isField(o.ID) || badKind(o.Kind) || o.Meaning > sdk.MeaningOutlier {
			return badInfo("%s: malformed", field)
		}
		if o.Meaning == sdk.MeaningSegment {
			if segments++; o.Kind != table.Category || segments > 1 {
				return badInfo("%s: one category output has the segment", field)
			}
		}
		if f := first(seen.add(o.ID, "outputs"), both(o.Title, field, MaxName, false), word(o.Unit, field, MaxName)); f != nil {
			return f
		}
	}
	return nil
}
