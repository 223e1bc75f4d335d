package workspace

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/ingest"
)

// The marks of a template's file.
const (
	templateFormat  = "qunxiang-template"
	templateVersion = 1
)

// Bounds of what a file of a template may say.
const (
	maxTemplateFile  = 1 << 20
	maxTemplateText  = 1000 // bytes of a header or name
	maxTemplateNames = 2000 // headers
)

// templateFile is a template as a file between projects.
type templateFile struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	core.Template
}

// WriteTemplate writes a template of the project as a file.
func (p *Project) WriteTemplate(ctx context.Context, name, to string, force bool) error {
	t, err := p.Template(ctx, name)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(templateFile{templateFormat, templateVersion, t}, "", "  ")
	if err != nil {
		return err
	}
	return export.WriteFile(to, force, func(w io.Writer) error {
		_, err := w.Write(append(b, '\n'))
		return err
	})
}

// ReadTemplate reads the file of a template. It is hostile until it is checked: the error
// of code template_file_bad says what is wrong with it.
func ReadTemplate(path string) (core.Template, error) {
	b, err := readBounded(path, maxTemplateFile)
	if err != nil {
		return core.Template{}, err
	}
	var f templateFile
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	dec.DisallowUnknownFields()
	err = dec.Decode(&f)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("text behind the template")
		}
	}
	switch {
	case f.Format == templateFormat && f.Version > templateVersion:
		return core.Template{}, templateFault("newer", path, nil)
	case err != nil, f.Format != templateFormat, f.Version != templateVersion:
		return core.Template{}, templateFault("format", path, err)
	}
	if err := checkTemplate(&f.Template); err != nil {
		e := core.AsError(err)
		e.Where.File = filepath.Base(path)
		return core.Template{}, e
	}
	return f.Template, nil
}

func readBounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &core.Error{Code: "template_file_missing", Origin: core.OriginUser, Op: "template", Where: core.Where{File: filepath.Base(path)}, Args: core.Args{"file": path}, Err: err}
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, templateFault("format", path, err)
	}
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, templateFault("format", path, err)
	}
	if int64(len(b)) > most {
		return nil, templateFault("size", path, nil)
	}
	return b, nil
}

// templateFault says what is wrong with a template: what is the ending of template.bad.
func templateFault(what, where string, err error) error {
	return &core.Error{
		Code: "template_bad", Origin: core.OriginData, Op: "template", Where: core.Where{File: filepath.Base(where)},
		Args: core.Args{"what": core.Message{Key: "template.bad." + what}}, Err: err,
	}
}

// checkTemplate refuses what an import could not do.
func checkTemplate(t *core.Template) error {
	what := ""
	switch {
	case !goodText(t.Name) || len(t.Name) > 200 || t.Name != strings.TrimSpace(t.Name):
		what = "name"
	case !slices.Contains([]core.SourceKind{core.SourceTransactions, core.SourceCustomers, core.SourceSurvey, core.SourceComments, core.SourceEvents}, t.Kind):
		what = "kind"
	case len(t.Headers) == 0 || len(t.Headers) > maxTemplateNames || !slices.ContainsFunc(t.Headers, goodText):
		what = "headers"
	case !goodLayout(t):
		what = "layout"
	case !slices.Contains([]core.DateOrder{"", core.DateYMD, core.DateDMY, core.DateMDY}, t.DateOrder),
		!slices.Contains([]core.Grain{"", core.GrainLine, core.GrainOrder}, t.Grain),
		!slices.Contains([]core.RefundPolicy{"", core.RefundNet, core.RefundDrop, core.RefundKeep}, t.Refunds):
		what = "choices"
	default:
		what = checkColumns(t)
	}
	if what == "" {
		return nil
	}
	return templateFault(what, "", nil)
}

// goodLayout reports a layout that a file can have.
func goodLayout(t *core.Template) bool {
	const longest = 8 // bytes of a delimiter
	return t.HeaderRow >= 0 && t.HeaderRow <= maxTemplateText && (t.Encoding == "" || ingest.KnownEncoding(t.Encoding)) &&
		len(t.Delimiter) <= longest && len(t.Sheet) <= maxTemplateText
}

// checkColumns checks the roles and classes against the headers.
func checkColumns(t *core.Template) string {
	seen := map[string]bool{}
	for _, h := range t.Headers {
		if len(h) > maxTemplateText || !utf8.ValidString(h) || seen[h] {
			return "headers"
		}
		seen[h] = true
	}
	for role, column := range t.Columns {
		if !goodText(string(role)) || !seen[column] || t.Kind == core.SourceTransactions && !slices.Contains(purchaseRoles(), role) {
			return "columns"
		}
	}
	for column, class := range t.Classes {
		if !seen[column] || !slices.Contains(core.FieldClasses(), class) {
			return "classes"
		}
	}
	return ""
}

// purchaseRoles are the roles of columns of purchases.
func purchaseRoles() []core.Role {
	return []core.Role{
		core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleOrder, core.RoleQuantity, core.RolePrice,
		core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus, core.RoleRefund, core.RoleRefundStatus,
	}
}

// goodText reports a text that can be a name: something in it, and nothing that cannot be
// seen.
func goodText(s string) bool {
	return strings.TrimSpace(s) != "" && len(s) <= maxTemplateText && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
