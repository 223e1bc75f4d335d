package view

import (
	"maps"
	"slices"

	"qunxiang/core"
	"qunxiang/core/advise"
	"qunxiang/core/guard"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// Say puts a message into both languages.
type Say func(core.Message) sdk.Text

// Advise is the answer of "advise".
func Advise(a *workspace.Advised, say Say) Object {
	out := make([]Object, 0, len(a.Advice))
	for _, x := range a.Advice {
		out = append(out, advice(x, a.Names[x.Method], say))
	}
	guards := make([]Object, 0, len(a.Guards))
	for _, g := range a.Guards {
		guards = append(guards, finding(g, say))
	}
	return Object{{"advice", out}, {"guards", guards}, {"customers", a.Facts.Customers}}
}

func advice(x advise.Advice, name sdk.Text, say Say) Object {
	params := make(Object, 0, len(x.Params))
	for _, id := range slices.Sorted(maps.Keys(x.Params)) {
		params = append(params, Field{id, x.Params[id]})
	}
	reasons := make([]Object, 0, len(x.Reasons))
	for _, r := range x.Reasons {
		reasons = append(reasons, Object{{"rule", r.Rule}, {"text", say(r.Message())}, {"numbers", plainArgs(r.Args)}})
	}
	return Object{
		{"method", x.Method}, {"name", name}, {"params", params}, {"features", list(x.Features)}, {"reasons", reasons}, {"score", number(x.Score)},
	}
}

func finding(g guard.Finding, say Say) Object {
	o := Object{{"code", g.Code}, {"severity", severity(g.Severity)}, {"summary", say(g.Message())}, {"detail", say(g.Advice())}, {"columns", list(g.Columns)}}
	if g.Rows > 0 {
		o = append(o, Field{"rows", g.Rows})
	}
	if len(g.Keys) > 0 {
		o = append(o, Field{"examples", g.Keys})
	}
	return o
}

// plainArgs are arguments that JSON has a form for.
func plainArgs(args core.Args) Object {
	o := make(Object, 0, len(args))
	for _, name := range slices.Sorted(maps.Keys(args)) {
		switch v := args[name].(type) {
		case core.Message:
		case core.Date:
			o = append(o, Field{name, date(v)})
		case float64:
			o = append(o, Field{name, number(v)})
		default:
			o = append(o, Field{name, v})
		}
	}
	return o
}
