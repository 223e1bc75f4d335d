package workspace

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/core/export"
	"qunxiang/core/privacy"
	"qunxiang/core/quality"
)

// asIs shows a customer's code as it is.
func asIs(key string) string { return key }

// Shown returns how the code of a customer is shown to people: masked where codes are
// direct identifiers, as it is otherwise.
func (p *Project) Shown(ctx context.Context) (func(key string) string, error) {
	c, err := p.classes(ctx)
	if err != nil || c.key.class != core.ClassDirect {
		return asIs, err
	}
	return c.key.shown, nil
}

// shown masks the code of a customer where codes are of the class. A project may know some
// customers by their telephones and others by codes of another file: a code that cannot be
// what the class holds is no identifier of anybody, and stays.
func (c classed) shown(code string) string {
	if c.class == core.ClassDirect && otherCode(c.holds, code) {
		return code
	}
	return privacy.MaskAs(c.class, c.holds, code)
}

// fewDigits is the number of digits below which nobody takes a code for a telephone.
const fewDigits = 7

// otherCode reports a code that is too short for a telephone, or no e-mail address.
func otherCode(holds privacy.Kind, code string) bool {
	n := 0
	for _, r := range code {
		if unicode.IsDigit(r) {
			n++
		}
	}
	switch holds {
	case privacy.Phone, privacy.Landline, privacy.ForeignPhone:
		return n < fewDigits && !strings.Contains(code, "@")
	case privacy.Email:
		return n < fewDigits && !strings.Contains(code, "@") && !strings.Contains(code, "\uff20")
	}
	return false
}

// Coded returns what stands for a customer's code in a list: see [Project.ListIdentity].
func (p *Project) Coded(ctx context.Context, identity string) (func(key string) string, error) {
	identity, err := p.ListIdentity(ctx, identity)
	if err != nil {
		return nil, err
	}
	switch export.Identity(identity) {
	case export.IdentityNone:
		return func(string) string { return "" }, nil
	case export.IdentityPseudonym:
		secret, err := p.secret()
		return func(key string) string { return export.Pseudonym(secret, key) }, err
	}
	return asIs, nil
}

// codedKeys are the customers of a file as a list has them. Where only the file's own codes
// are direct identifiers, and nobody said what is to stand there, they are masked.
func (p *Project) codedKeys(ctx context.Context, keys *core.Dict, d core.Detected, identity string) (*core.Dict, error) {
	code, err := p.Coded(ctx, identity)
	if err != nil {
		return nil, err
	}
	auto := identity == "" || identity == "auto"
	if c, err := p.classes(ctx); err != nil {
		return nil, err
	} else if own := keyClass(d); auto && c.key.class != core.ClassDirect && own.class == core.ClassDirect {
		code = own.shown
	} else if auto && c.key.class != core.ClassDirect {
		return keys, nil
	}
	out := &core.Dict{}
	for i := range keys.Len() {
		out.AppendString(code(keys.At(i)))
	}
	return out, nil
}

// keyClass is the class of the customers' column of a file.
func keyClass(d core.Detected) classed {
	for _, c := range d.Columns {
		if c.Role == core.RoleCustomer || c.Name == d.Mapping[core.RoleCustomer] {
			return classed{c.Class, privacy.Kind(c.Holds)}
		}
	}
	return classed{class: core.ClassKey}
}

// ShownSteps are steps as people may see them: codes of customers masked where they are
// direct identifiers.
func (p *Project) ShownSteps(ctx context.Context, steps []clean.Step) ([]clean.Step, error) {
	show, err := p.Shown(ctx)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(steps)
	for i := range out {
		out[i].Args = shownArgs(out[i], show)
	}
	return out, nil
}

func shownArgs(s clean.Step, show func(string) string) clean.Args {
	a := s.Args
	a.Customers = slices.Clone(a.Customers)
	for i, k := range a.Customers {
		a.Customers[i] = show(k)
	}
	if s.Kind != clean.Merge { // other groups are of spellings
		return a
	}
	a.Groups = slices.Clone(a.Groups)
	for i, g := range a.Groups {
		g.To, g.From = show(g.To), slices.Clone(g.From)
		for k, from := range g.From {
			g.From[k] = show(from)
		}
		a.Groups[i] = g
	}
	return a
}

// shownWords are the words of an issue's sentences that are codes of customers.
func shownWords(i quality.Issue, show func(string) string) core.Args {
	args := maps.Clone(i.Args)
	for _, name := range [...]string{"customer", "a", "b"} {
		key, ok := args[name].(string)
		if ok && (name == "customer" || i.Code == "same_written") {
			args[name] = show(key)
		}
	}
	return args
}

// ShownIssues are issues whose ways to mend them are shown as steps are by [Project.ShownSteps].
func (p *Project) ShownIssues(ctx context.Context, issues []quality.Issue) ([]quality.Issue, error) {
	out := slices.Clone(issues)
	for i := range out {
		var err error
		if out[i].Fixes, err = p.ShownSteps(ctx, out[i].Fixes); err != nil {
			return nil, err
		}
	}
	return out, nil
}
