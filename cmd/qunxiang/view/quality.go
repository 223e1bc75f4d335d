package view

import (
	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/quality"
	"qunxiang/core/workspace"
	"qunxiang/i18n"
)

// Quality is the answer of "quality": the scores, what lies behind them, and where every
// row went. Sentences are in the language of the locale.
func Quality(c *quality.Card, loc i18n.Locale) Object {
	dims := Object{}
	for _, d := range c.Dimensions {
		dims = append(dims, Field{string(d.Dimension), Object{{"score", number(d.Score)}, {"weight", number(d.Weight)}, {"issues", d.Issues}}})
	}
	issues := make([]Object, 0, len(c.Issues))
	for _, i := range c.Issues {
		issues = append(issues, issue(i, loc))
	}
	lines := make([]Object, 0, len(c.Reconciliation.Sources))
	for _, l := range c.Reconciliation.Sources {
		o := Object{{"source", l.Source}, {"file", l.File}, {"kind", l.Kind}}
		lines = append(lines, append(o, reconciliation(core.Reconciliation{In: l.In, Used: l.Used, Excluded: l.Excluded})...))
	}
	r := c.Reconciliation
	rows := append(reconciliation(core.Reconciliation{In: r.In, Used: r.Used, Excluded: r.Excluded}), Field{"excludedBySteps", list(r.Removed)}, Field{"holds", r.Holds()})
	return Object{
		{"score", number(c.Score)},
		{"dimensions", dims},
		{"issues", issues},
		{"reconciliation", lines},
		{"rows", rows},
		{"steps", stepList(c.Steps, c.Effects, loc)},
		{"counts", c.Counts},
		{"asOf", date(c.AsOf)},
	}
}

func issue(i quality.Issue, loc i18n.Locale) Object {
	o := Object{
		{"id", i.ID},
		{"code", i.Code},
		{"dimension", i.Dimension},
		{"severity", i.Severity},
		{"message", loc.Message(i.Message())},
		{"advice", loc.Message(i.Advice())},
		{"count", i.Count},
		{"unit", i.Unit},
		{"share", number(i.Share)},
		{"amount", number(i.Amount)},
	}
	for _, part := range []Field{{"table", i.Table}, {"column", i.Column}, {"file", i.File}} {
		if part.Value != "" {
			o = append(o, part)
		}
	}
	o = append(o, Field{"examples", list(i.Examples)})
	if len(i.Fixes) == 0 {
		return append(o, Field{"fix", nil}, Field{"fixes", []Object{}})
	}
	fixes := make([]Object, 0, len(i.Fixes))
	for _, f := range i.Fixes {
		fixes = append(fixes, step(f, loc))
	}
	return append(o, Field{"fix", fixes[0]}, Field{"fixes", fixes})
}

// step is a step as "fix --step" takes it, with a sentence.
func step(s clean.Step, loc i18n.Locale) Object {
	o := Object{}
	if s.ID > 0 {
		o = append(o, Field{"id", s.ID})
	}
	o = append(o, Field{"kind", s.Kind}, Field{"args", s.Args})
	if s.ID > 0 {
		o = append(o, Field{"off", s.Off})
	}
	if s.Issue != "" {
		o = append(o, Field{"issue", s.Issue})
	}
	if s.Note != "" {
		o = append(o, Field{"note", s.Note})
	}
	return append(o, Field{"message", loc.Message(s.Message())})
}

func stepList(steps []clean.Step, effects []clean.Effect, loc i18n.Locale) []Object {
	out := make([]Object, 0, len(steps))
	for i, s := range steps {
		o := step(s, loc)
		if i < len(effects) {
			o = append(o, Field{"effect", effect(effects[i], loc)})
		}
		out = append(out, o)
	}
	return out
}

func effect(e clean.Effect, loc i18n.Locale) Object {
	o := Object{{"before", e.Before}, {"after", e.After}, {"rows", e.Rows}, {"dropped", e.Dropped}, {"customers", e.Customers}, {"examples", list(e.Examples)}}
	if e.Remark.Key != "" {
		o = append(o, Field{"remark", loc.Message(e.Remark)})
	}
	return o
}

// Fix is the answer of "fix": the steps after it, with their effects, and the data before
// and after it.
func Fix(c workspace.StepsChange, stored bool, loc i18n.Locale) Object {
	return Object{
		{"stored", stored},
		{"before", c.Before},
		{"after", c.After},
		{"steps", stepList(c.Steps.Steps, c.Effects, loc)},
		{"undoes", c.Steps.Undoes()},
		{"redoes", c.Steps.Redoes()},
	}
}

// Fixable are the issues that steps can mend, as a field of the answer of "fix --list".
func Fixable(c *quality.Card, loc i18n.Locale) Field {
	issues := []Object{}
	for _, i := range c.Issues {
		if len(i.Fixes) > 0 {
			issues = append(issues, issue(i, loc))
		}
	}
	return Field{"issues", issues}
}
