package run

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// parse reads the user's parameters over the method's defaults. An unknown name or
// a value that does not fit is a core.Error of origin user that names the parameter.
func parse(info sdk.Info, set map[string]string) (sdk.Params, error) {
	params := info.Defaults()
	for name, text := range set {
		spec, ok := info.Param(name)
		if !ok {
			var known []string
			for _, p := range info.Params {
				known = append(known, p.ID)
			}
			return nil, &core.Error{
				Code: CodeUnknownParam, Origin: core.OriginUser, Op: "run",
				Where: core.Where{Param: name}, Args: core.Args{"method": info.ID, "known": known},
			}
		}
		v, err := spec.Parse(text)
		if clean := printable(text); err == nil && spec.Kind != sdk.ParamFile && clean != text {
			text, err = clean, errUnprintable
		}
		if err != nil {
			return nil, &core.Error{
				Code: CodeBadParam, Origin: core.OriginUser, Op: "run", Err: err,
				Where: core.Where{Param: name}, Args: core.Args{"title": spec.Title, "value": text, "expected": expected(spec)},
			}
		}
		if !v.IsZero() {
			params[name] = v
		}
	}
	return params, nil
}

// errUnprintable is a value that nobody can have meant, and no message can show.
var errUnprintable = errors.New("broken text or control characters")

// printable replaces broken bytes and control characters other than line ends and tabs.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return '?'
		}
		return r
	}, s)
}

// expected says what a parameter takes.
func expected(p sdk.Param) core.Message {
	args := core.Args{"min": "−∞", "max": "∞", "items": p.Items}
	if p.Min != nil {
		args["min"] = *p.Min
	}
	if p.Max != nil {
		args["max"] = *p.Max
	}
	var choices []string
	for _, c := range p.Choices {
		choices = append(choices, c.ID)
	}
	args["choices"] = choices
	key := map[sdk.ParamKind]string{
		sdk.ParamInt: "expected.int", sdk.ParamReal: "expected.real", sdk.ParamBool: "expected.bool",
		sdk.ParamChoice: "expected.choice", sdk.ParamNumbers: "expected.numbers",
	}[p.Kind]
	switch {
	case key == "expected.numbers" && p.Rising:
		key = "expected.rising"
	case key == "expected.numbers" && p.Items > 0:
		key = "expected.items"
	case key == "":
		key = "expected.text"
	}
	if p.Auto {
		return core.Message{Key: "expected.auto", Args: core.Args{"expected": core.Message{Key: key, Args: args}}}
	}
	return core.Message{Key: key, Args: args}
}

// column is a feature column in a role.
type column struct {
	col     *table.Column
	role    string
	exclude bool // customers without a value are left out
}

// fillRoles gives every role of the method its columns: the column that a parameter
// names, the columns that the user picked, else those that the role's hints name,
// else (for roles without hints) every column of a fitting kind. No column is there
// twice: what an expression mentions and another role has stays in that role.
func fillRoles(info sdk.Info, t *table.Table, params sdk.Params, picked []string) ([]column, error) {
	f := filler{info: info, t: t, used: map[string]bool{}}
	if err := f.known(params, picked); err != nil {
		return nil, err
	}
	for _, name := range picked { // once each, and not what a parameter has taken
		if !f.used[name] && !slices.Contains(f.picked, name) {
			f.picked = append(f.picked, name)
		}
	}
	f.nothing = len(picked) > 0 && len(f.picked) == 0
	f.single = !slices.ContainsFunc(info.Roles, func(r sdk.Role) bool { return r.Param == "" && (r.Min > 0 || r.Max != 1) })
	filled := make([][]*table.Column, len(info.Roles))
	for _, last := range []bool{false, true} {
		for i, role := range info.Roles {
			if f.conditions(role) != last {
				continue
			}
			var err error
			if filled[i], err = f.fill(role, params); err != nil {
				return nil, err
			}
		}
	}
	var out []column
	for i, role := range info.Roles {
		for _, c := range filled[i] {
			out = append(out, column{c, role.ID, role.Missing == sdk.MissingExclude})
		}
	}
	return out, nil
}

// known checks that the columns called by name are there and of a kind that their roles
// take. One that a parameter names is taken: no other role may have it.
func (f *filler) known(params sdk.Params, picked []string) error {
	for _, name := range picked {
		if f.t.Column(name) == nil {
			return unknownColumn(f.t, name, "")
		}
	}
	owner := map[string]sdk.Role{}
	for _, role := range f.info.Roles {
		if role.Param == "" {
			continue
		}
		for _, name := range f.named(role, params) {
			c := f.t.Column(name)
			if c == nil {
				return unknownColumn(f.t, name, role.Param)
			}
			if err := fits(role, c); err != nil {
				return err
			}
			if f.conditions(role) {
				continue
			}
			if other, taken := owner[name]; taken {
				return &core.Error{
					Code: CodeColumnTwice, Origin: core.OriginUser, Op: "run", Where: core.Where{Column: name, Param: role.Param},
					Args: core.Args{"role": role.Title, "other": other.Title},
				}
			}
			owner[name], f.used[name] = role, true
		}
	}
	return nil
}

// conditions reports whether a role is filled with what expressions mention.
func (f *filler) conditions(role sdk.Role) bool {
	spec, _ := f.info.Param(role.Param)
	return spec.Host == sdk.HostExpr
}

// fits returns an error for a column of a kind that the role does not take.
func fits(role sdk.Role, c *table.Column) error {
	if slices.Contains(role.Kinds, c.Kind) {
		return nil
	}
	return &core.Error{
		Code: CodeColumnKind, Origin: core.OriginUser, Op: "run", Where: core.Where{Column: c.Name, Param: role.Param},
		Args: core.Args{"role": role.Title, "kind": core.Message{Key: "kind." + c.Kind.String()}},
	}
}

func unknownColumn(t *table.Table, name, param string) error {
	var known []string
	for i := range t.Columns {
		known = append(known, t.Columns[i].Name)
	}
	known = expr.Near(name, known)
	return &core.Error{
		Code: CodeUnknownColumn, Origin: core.OriginUser, Op: "run",
		Where: core.Where{Column: name, Param: param}, Args: core.Args{"known": known},
	}
}

type filler struct {
	info   sdk.Info
	t      *table.Table
	picked []string // the user's columns that no role has taken yet
	used   map[string]bool

	nothing bool // of the user's columns none is left for a role without a parameter
	single  bool // every role takes one column or none: the user's fill them in their order
}

// named returns the columns that a role's parameter names: by its value, or in the
// expressions that it holds.
func (f *filler) named(role sdk.Role, params sdk.Params) []string {
	v := params[role.Param]
	if f.conditions(role) {
		return expr.Mentioned(v)
	}
	if v.Text == "" {
		return nil
	}
	return []string{v.Text}
}

// fill gives a role its columns, which no later role may have.
func (f *filler) fill(role sdk.Role, params sdk.Params) ([]*table.Column, error) {
	cols := f.choose(role, params)
	for _, c := range cols {
		if err := fits(role, c); err != nil {
			return nil, err
		}
	}
	if len(cols) < role.Min {
		return nil, &core.Error{
			Code: CodeRoleUnfilled, Origin: core.OriginUser, Op: "run", Where: core.Where{Param: cmp.Or(role.Param, "features")},
			Args: core.Args{"role": role.Title, "help": role.Help, "method": f.info.Name, "found": len(cols), "min": role.Min},
		}
	}
	if f.conditions(role) {
		cols = slices.DeleteFunc(cols, func(c *table.Column) bool { return f.used[c.Name] })
	}
	for _, c := range cols {
		f.used[c.Name] = true
	}
	return cols, nil
}

func (f *filler) choose(role sdk.Role, params sdk.Params) (cols []*table.Column) {
	switch {
	case role.Param != "":
		for _, name := range f.named(role, params) {
			cols = append(cols, f.t.Column(name))
		}
	case len(f.picked) > 0 && (role.Min > 0 || role.Max != 1 || f.single):
		n := len(f.picked)
		if role.Max > 0 {
			n = min(n, role.Max)
		}
		for _, name := range f.picked[:n] {
			cols = append(cols, f.t.Column(name))
		}
		f.picked = f.picked[n:]
		f.nothing = f.single && len(f.picked) == 0
	case !f.nothing:
		cols = f.byHints(role)
	}
	return cols
}

func (f *filler) byHints(role sdk.Role) []*table.Column {
	var cols []*table.Column
	full := func() bool { return role.Max > 0 && len(cols) >= role.Max }
	for _, h := range role.Hints {
		if c := f.t.Column(h); c != nil && !f.used[h] && !full() && slices.Contains(role.Kinds, c.Kind) {
			cols = append(cols, c)
		}
	}
	if len(cols) >= max(1, role.Min) || role.Max == 1 {
		return cols
	}
	cols = nil
	for i := range f.t.Columns {
		c := &f.t.Columns[i]
		if !f.used[c.Name] && !full() && slices.Contains(role.Kinds, c.Kind) && !manyLevels(c) {
			cols = append(cols, c)
		}
	}
	return cols
}

// manyLevels reports a category that is more a name than a group: such a column
// enters a run only when the user picks it.
func manyLevels(c *table.Column) bool {
	return c.Kind == table.Category && len(c.Dict) > 50 && len(c.Dict)*2 > c.Len()
}
