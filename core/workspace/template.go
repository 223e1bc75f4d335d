package workspace

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
)

// settingTemplates keeps the project's templates of imports, sorted by name.
const settingTemplates = "import_templates"

// maxTemplates bounds the templates of a project.
const maxTemplates = 200

// Templates lists the project's templates by name.
func (p *Project) Templates(context.Context) ([]core.Template, error) {
	b, err := p.file.Setting(settingTemplates)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	var out []core.Template
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, &core.Error{Code: "templates_damaged", Origin: core.OriginData, Op: "template", Err: err}
	}
	for i := range out {
		if err := checkTemplate(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Template returns the template of a name; the error of code unknown_template names those
// there are.
func (p *Project) Template(ctx context.Context, name string) (core.Template, error) {
	all, err := p.Templates(ctx)
	if err != nil {
		return core.Template{}, err
	}
	if i := slices.IndexFunc(all, func(t core.Template) bool { return t.Name == name }); i >= 0 {
		return all[i], nil
	}
	return core.Template{}, unknownTemplate(name, all)
}

func unknownTemplate(name string, all []core.Template) error {
	known := []string{}
	for _, t := range all {
		known = append(known, t.Name)
	}
	return &core.Error{Code: "unknown_template", Origin: core.OriginUser, Op: "template", Where: core.Where{Param: "template"}, Args: core.Args{"name": name, "known": known, "count": len(known)}}
}

// SaveTemplate keeps how a source was read under a name, in the place of the template of
// that name. from is the source's number or file name, the newest of that name; "" = the
// newest source.
func (p *Project) SaveTemplate(ctx context.Context, name, from string) (core.Template, error) {
	sources, err := p.file.Sources()
	if err != nil {
		return core.Template{}, err
	}
	s, err := findSource(sources, from)
	if err != nil {
		return core.Template{}, err
	}
	chosen, err := p.chosenClasses()
	if err != nil {
		return core.Template{}, err
	}
	t := templateOf(s)
	t.Name = strings.TrimSpace(name)
	for _, h := range t.Headers {
		if c, ok := chosen[h]; ok {
			if t.Classes == nil {
				t.Classes = map[string]core.FieldClass{}
			}
			t.Classes[h] = c
		}
	}
	return t, p.AddTemplate(ctx, t)
}

// findSource finds a source by number or by file name.
func findSource(sources []core.Source, from string) (*core.Source, error) {
	known := []string{}
	for i, s := range slices.Backward(sources) {
		if from == "" || s.Name == from || strconv.Itoa(s.ID) == from {
			return &sources[i], nil
		}
		if !slices.Contains(known, s.Name) {
			known = append(known, s.Name)
		}
	}
	if len(sources) == 0 {
		return nil, &core.Error{Code: "no_data", Origin: core.OriginUser, Op: "template"}
	}
	return nil, &core.Error{Code: "unknown_source", Origin: core.OriginUser, Op: "template", Where: core.Where{Param: "from"}, Args: core.Args{"source": from, "known": known}}
}

// templateOf is how a source was read.
func templateOf(s *core.Source) core.Template {
	d := s.Report.Detected
	t := core.Template{
		Name: s.Name, Kind: s.Kind, Columns: map[core.Role]string{}, HeaderRow: d.HeaderRow, Encoding: d.Encoding, Delimiter: d.Delimiter,
		Sheet: d.Sheet, DateOrder: d.DateOrder, Grain: d.Grain, Refunds: d.Refunds, From: s.Name, Headers: []string{},
	}
	for role, column := range d.Mapping {
		if column != "" {
			t.Columns[role] = column
		}
	}
	for _, c := range d.Columns {
		t.Headers = append(t.Headers, c.Name)
	}
	return t
}

// AddTemplate keeps a template, in the place of the one of its name.
func (p *Project) AddTemplate(ctx context.Context, t core.Template) error {
	if err := checkTemplate(&t); err != nil {
		return err
	}
	all, err := p.Templates(ctx)
	if err != nil {
		return err
	}
	all = append(slices.DeleteFunc(all, func(o core.Template) bool { return o.Name == t.Name }), t)
	if len(all) > maxTemplates {
		return &core.Error{Code: "too_many_templates", Origin: core.OriginUser, Op: "template", Args: core.Args{"most": maxTemplates}}
	}
	return p.keepTemplates(all)
}

// RemoveTemplate forgets a template.
func (p *Project) RemoveTemplate(ctx context.Context, name string) error {
	all, err := p.Templates(ctx)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(all), func(t core.Template) bool { return t.Name == name })
	if len(left) == len(all) {
		return unknownTemplate(name, all)
	}
	return p.keepTemplates(left)
}

func (p *Project) keepTemplates(all []core.Template) error {
	slices.SortFunc(all, func(a, b core.Template) int { return strings.Compare(a.Name, b.Name) })
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return p.SetSetting(settingTemplates, b)
}

// adoptClasses takes over the classes of a template for columns of which the user of this
// project has not said anything.
func (p *Project) adoptClasses(classes map[string]core.FieldClass) error {
	if len(classes) == 0 {
		return nil
	}
	chosen, err := p.chosenClasses()
	if err != nil {
		return err
	}
	all := maps.Clone(classes)
	maps.Copy(all, chosen)
	if maps.Equal(all, chosen) {
		return nil
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := p.file.SetSetting(settingClasses, b); err != nil {
		return err
	}
	p.changed(true)
	return nil
}
