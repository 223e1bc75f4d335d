package workspace

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/expr"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
	"qunxiang/core/privacy"
	"qunxiang/sdk"
	language "qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// settingClasses keeps the classes that the user chose, by column.
const settingClasses = "field_classes"

// Field is a column of a source and how far it tells who somebody is.
type Field struct {
	Source    int             `json:"source"`
	File      string          `json:"file"`
	Kind      core.SourceKind `json:"kind"` // of the source
	Column    string          `json:"column"`
	Attribute string          `json:"attribute,omitempty"` // its name in the table of features, "" = not kept, or not an attribute
	Class     core.FieldClass `json:"class"`
	Holds     privacy.Kind    `json:"holds,omitempty"`
	By        string          `json:"by"`      // "values", "header", "both", "role", "user"
	Sure      float64         `json:"sure"`    // 0…1
	Example   string          `json:"example"` // a cell, masked where the class asks for it
}

// classed is what the project knows of a column by its name.
type classed struct {
	class core.FieldClass
	holds privacy.Kind
}

// Fields lists the columns of all sources with their classes: what was found when they
// were imported, or what the user chose.
func (p *Project) Fields(ctx context.Context) ([]Field, error) {
	sources, err := p.file.Sources()
	if err != nil {
		return nil, err
	}
	chosen, err := p.chosenClasses()
	if err != nil {
		return nil, err
	}
	out := []Field{}
	var attrs *core.Attributes // read once, where a class has to be found
	for _, s := range sources {
		for _, d := range s.Report.Detected.Columns {
			f := Field{
				Source: s.ID, File: s.Name, Kind: s.Kind, Column: d.Name, Attribute: attributeName(s.Kind, d), Class: d.Class,
				Holds: privacy.Kind(d.Holds), By: d.ClassBy, Sure: d.ClassSure, Example: d.Example,
			}
			if f.Class == "" { // imported before there were classes
				if attrs == nil {
					if attrs, err = p.imported(ctx); err != nil {
						return nil, err
					}
				}
				if err := p.classify(ctx, &f, d.Role, attrs); err != nil {
					return nil, err
				}
			}
			if c, ok := chosen[d.Name]; ok {
				f.Class, f.By, f.Sure = c, string(privacy.ByUser), 1
				f.Example = privacy.Example(c, f.Holds, f.Example)
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// imported returns the attributes as they were imported. Without steps these are the ones
// that everything else works with, and are read once.
func (p *Project) imported(ctx context.Context) (*core.Attributes, error) {
	steps, err := p.active()
	if err != nil {
		return nil, err
	}
	if len(steps) > 0 {
		return p.file.Attributes(ctx)
	}
	attrs, _, err := p.attributes(ctx)
	return attrs, err
}

// attributeName is the name of a column in the table of features.
func attributeName(kind core.SourceKind, d core.DetectedColumn) string {
	switch {
	case kind == core.SourceTransactions && ingest.IsContact(d):
		return d.Name
	case d.Role == core.RoleCustomer || kind == core.SourceTransactions || kind == core.SourceComments || kind == core.SourceEvents:
		return ""
	case kind == core.SourceCustomers && d.Role != "":
		return string(d.Role) // the user mapped it
	}
	return d.Name
}

// classify finds the class of a column of an older project from its attribute.
func (p *Project) classify(ctx context.Context, f *Field, role core.Role, attrs *core.Attributes) error {
	cells := someCells(attrs, f.Attribute)
	if role == core.RoleCustomer {
		keys, err := p.file.Customers(ctx)
		if err != nil {
			return err
		}
		for i := range min(keys.Len(), 300) {
			cells = append(cells, keys.At(i))
		}
	}
	if f.Kind == core.SourceCustomers && role != core.RoleCustomer { // there a role is the name of an attribute
		role = ""
	}
	found := privacy.Classify(f.Column+" "+f.Attribute, cells, role)
	f.Class, f.Holds, f.By, f.Sure = found.Class, found.Kind, string(found.By), found.Sure
	if len(cells) > 0 {
		f.Example = privacy.Example(f.Class, f.Holds, cells[0])
	}
	return nil
}

// someCells returns cells of an attribute; telephones may be numbers there.
func someCells(a *core.Attributes, name string) []string {
	if a == nil {
		return nil
	}
	const few = 300
	for i := range a.Columns {
		c := &a.Columns[i]
		if c.Name != name {
			continue
		}
		if c.Floats == nil {
			return c.Dict[:min(len(c.Dict), few)]
		}
		var out []string
		for _, v := range c.Floats[:min(len(c.Floats), few)] {
			out = append(out, strconv.FormatFloat(v, 'f', -1, 64))
		}
		return out
	}
	return nil
}

func (p *Project) chosenClasses() (map[string]core.FieldClass, error) {
	b, err := p.file.Setting(settingClasses)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	var out map[string]core.FieldClass
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, &core.Error{Code: "classes_damaged", Origin: core.OriginData, Op: "fields", Err: err}
	}
	maps.DeleteFunc(out, func(_ string, c core.FieldClass) bool { return !slices.Contains(core.FieldClasses(), c) })
	return out, nil
}

// SetClasses chooses the classes of columns, in whatever source they are; "" goes back to
// what was found. The error has code unknown_field or bad_class.
func (p *Project) SetClasses(ctx context.Context, classes map[string]core.FieldClass) error {
	fields, err := p.Fields(ctx)
	if err != nil {
		return err
	}
	var known []string
	for _, f := range fields {
		known = append(known, f.Column)
	}
	chosen, err := p.chosenClasses()
	if err != nil {
		return err
	}
	if chosen == nil {
		chosen = map[string]core.FieldClass{}
	}
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		switch c := classes[name]; {
		case !slices.Contains(known, name):
			return &core.Error{Code: "unknown_field", Origin: core.OriginUser, Op: "fields", Where: core.Where{Column: name}, Args: core.Args{"column": name, "known": known}}
		case c == "":
			delete(chosen, name)
		case !slices.Contains(core.FieldClasses(), c):
			var all []string
			for _, k := range core.FieldClasses() {
				all = append(all, string(k))
			}
			return &core.Error{Code: "bad_class", Origin: core.OriginUser, Op: "fields", Where: core.Where{Column: name, Param: "set"}, Args: core.Args{"class": string(c), "known": all}}
		default:
			chosen[name] = c
		}
	}
	b, err := json.Marshal(chosen)
	if err != nil {
		return err
	}
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.SetSetting(settingClasses, b); err != nil {
		return err
	}
	p.changed(true)
	return nil
}

// classes are the classes of the attributes by their names in the table of features, and
// that of the customers' codes.
type classes struct {
	of  map[string]classed
	key classed
}

func (p *Project) classes(ctx context.Context) (*classes, error) {
	p.mu.RLock()
	c := p.cache.classes
	p.mu.RUnlock()
	if c != nil {
		return c, nil
	}
	fields, err := p.Fields(ctx)
	if err != nil {
		return nil, err
	}
	c = &classes{of: map[string]classed{}, key: classed{class: core.ClassKey}}
	for _, f := range fields {
		switch {
		case f.Attribute != "":
			c.of[f.Attribute] = classed{f.Class, f.Holds} // the newest source decides
		case f.Class == core.ClassDirect && f.Kind != "" && p.isKey(f):
			c.key = classed{f.Class, f.Holds}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cache.classes = c
	return c, nil
}

// isKey reports the column of the customers' codes. Every source has its own; one whose
// codes are telephones is enough to hide them all.
func (p *Project) isKey(f Field) bool {
	sources, err := p.file.Sources()
	if err != nil {
		return false
	}
	for _, s := range sources {
		if s.ID == f.Source {
			return s.Report.Detected.Mapping[core.RoleCustomer] == f.Column
		}
	}
	return false
}

// has reports whether a column is of a class.
func (c *classes) has(name string, class core.FieldClass) bool { return c.of[name].class == class }

// direct returns the first of some names that is a direct identifier, "" for none.
func (c *classes) direct(names []string) string {
	for _, n := range names {
		if c.has(n, core.ClassDirect) {
			return n
		}
	}
	return ""
}

// offered is attributes without direct identifiers, which are no features.
func (c *classes) offered(a *core.Attributes) *core.Attributes { return c.only(a, false) }

// withheld is attributes of direct identifiers alone.
func (c *classes) withheld(a *core.Attributes) *core.Attributes { return c.only(a, true) }

func (c *classes) only(a *core.Attributes, direct bool) *core.Attributes {
	if a == nil {
		return nil
	}
	out := &core.Attributes{Customers: a.Customers}
	for i := range a.Columns {
		if c.has(a.Columns[i].Name, core.ClassDirect) == direct {
			out.Columns = append(out.Columns, a.Columns[i])
		}
	}
	return out
}

// noIdentifiers refuses direct identifiers among the columns that a method would see.
func (c *classes) noIdentifiers(names []string) error {
	if name := c.direct(names); name != "" {
		return &core.Error{Code: "direct_identifier", Origin: core.OriginUser, Op: "run", Where: core.Where{Column: name}, Args: core.Args{"column": name}}
	}
	return nil
}

// identifiers returns the direct identifiers that names call for, a value per row of the
// set, as they are.
func (p *Project) identifiers(ctx context.Context, set *feature.Set, names []string) ([]table.Column, error) {
	c, err := p.classes(ctx)
	if err != nil || c.direct(names) == "" {
		return nil, err
	}
	attrs, codes, err := p.attributes(ctx)
	if err != nil {
		return nil, err
	}
	var out []table.Column
	if all := feature.Join(nil, c.withheld(attrs), codes); all != nil {
		for i := range all.Table.Columns {
			if col := all.Table.Columns[i]; slices.Contains(names, col.Name) {
				out = append(out, set.Spread(col, all.Customers))
			}
		}
	}
	return p.told(ctx, set, names, out)
}

// filter answers a condition over the features; a filter stays in the host, so that it
// may ask for direct identifiers.
func (p *Project) filter(ctx context.Context, where string, set *feature.Set) ([]bool, error) {
	t := set.Table
	if e, err := language.Parse(where); err == nil {
		more, err := p.identifiers(ctx, set, e.Columns())
		if err != nil {
			return nil, err
		}
		if len(more) > 0 {
			t = &table.Table{Rows: t.Rows, Columns: slices.Concat(t.Columns, more)}
		}
	}
	return expr.Filter(where, t)
}

// private sees to it that a method gets no direct identifier, and nothing sensitive that
// nobody has named; it tells what was left out, and what was not.
func (p *Project) private(ctx context.Context, set *feature.Set, info sdk.Info, r RunRequest) (*feature.Set, []sdk.Diagnostic, error) {
	c, err := p.classes(ctx)
	if err != nil {
		return nil, nil, err
	}
	r.Where = ""
	named := wanted(info, r)
	if err := c.noIdentifiers(named); err != nil {
		return nil, nil, err
	}
	out, left, used := c.harmless(set, named)
	var notes []sdk.Diagnostic
	note := func(code string, severity sdk.Severity, columns []string) {
		args := core.Args{"columns": columns}
		notes = append(notes, sdk.Diagnostic{
			Severity: severity, Code: code, Column: columns[0],
			Summary: p.w.say(core.Message{Key: "run." + code, Args: args}), Detail: p.w.say(core.Message{Key: "run." + code + ".do", Args: args}),
		})
	}
	if len(used) > 0 {
		note("sensitive_used", sdk.SeverityWarning, used)
	}
	open := func(role sdk.Role) bool { return role.Param == "" && role.Max != 1 }
	if len(left) > 0 && len(r.Features) == 0 && slices.ContainsFunc(info.Roles, open) {
		note("sensitive_left_out", sdk.SeverityInfo, left)
	}
	return out, notes, nil
}

// harmless is a set without sensitive columns but those that are named: which it left out,
// and which it did not.
func (c *classes) harmless(set *feature.Set, named []string) (out *feature.Set, left, used []string) {
	out = &feature.Set{Customers: set.Customers, AsOf: set.AsOf, Excluded: set.Excluded, Table: &table.Table{Rows: set.Table.Rows}}
	for _, col := range set.Table.Columns {
		switch sensitive := c.has(col.Name, core.ClassSensitive); {
		case sensitive && !slices.Contains(named, col.Name):
			left = append(left, col.Name)
			continue
		case sensitive:
			used = append(used, col.Name)
		}
		out.Table.Columns = append(out.Table.Columns, col)
	}
	if left == nil {
		out = set
	}
	return out, left, used
}

// masked hides the cells of a column of categories.
func masked(c table.Column, as classed) table.Column {
	if c.Kind != table.Category {
		return table.Column{Name: c.Name, Kind: table.Category, Valid: c.Valid, Codes: make([]uint32, c.Len()), Dict: []string{privacy.Stars}}
	}
	dict := make([]string, len(c.Dict))
	for i, s := range c.Dict {
		dict[i] = privacy.MaskAs(as.class, as.holds, s)
	}
	c.Dict = dict
	return c
}

// ShownKeys are the customers' codes as people may see them: masked where they are
// direct identifiers, the codes themselves otherwise.
func (p *Project) ShownKeys(ctx context.Context) (*core.Dict, error) {
	keys, err := p.Keys(ctx)
	if err != nil {
		return nil, err
	}
	c, err := p.classes(ctx)
	if err != nil || c.key.class != core.ClassDirect {
		return keys, err
	}
	out := &core.Dict{}
	for i := range keys.Len() {
		out.AppendString(c.key.shown(keys.At(i)))
	}
	return out, nil
}
