package workspace

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/feature"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// settingSecret is the setting with the project's key for pseudonyms: it is random,
// stays in the project, and leaves it in no export.
const settingSecret = "pseudonym_key"

// ExportRequest asks for a list of the customers of a result.
type ExportRequest struct {
	Name     string
	Run      int      // 0 = newest
	To       string   // .csv or .xlsx
	Segments []string // ids, keys or names; nil = all
	Columns  []string // nil = the method's own
	Identity string   // "raw", "pseudonym", "none"; "" or "auto" = see [Project.ListIdentity]
	K        int      // segments with fewer customers are left out; 0 = none are
	Encoding string   // "utf-8-bom" (default), "gbk" or "utf-8"
	Holdout  float64  // percent of each segment kept back as a control group, 0…50
	Force    bool     // replace an existing file
	Lang     sdk.Lang
}

// ExportReport tells what a list holds.
type ExportReport struct {
	Path       string   `json:"path"`
	Customers  int      `json:"customers"`
	Columns    []string `json:"columns"`
	Suppressed int      `json:"suppressed"` // customers of segments smaller than K
	Holdout    int      `json:"holdout"`    // customers kept back as a control group
	Identity   string   `json:"identity"`   // what stands in the customer column
	Auto       bool     `json:"-"`          // nobody asked for that
	Holds      string   `json:"-"`          // what the customers' codes are, where they are direct identifiers
	Masked     []string `json:"masked"`     // direct identifiers among the columns that were masked, or left empty
}

// Control is a control group as it is stored when a list is made: whoever is in it
// must not be approached until the campaign has been measured.
type Control struct {
	Name      string   `json:"name"`
	Run       int      `json:"run"`
	Percent   float64  `json:"percent"`
	Customers []uint32 `json:"customers"` // codes into the customer dictionary, rising
}

// Export writes a list. The file is whole or not there.
func (p *Project) Export(ctx context.Context, r ExportRequest, pr core.Progress) (ExportReport, error) {
	format, err := r.check()
	if err != nil {
		return ExportReport{}, err
	}
	s, err := p.Segmentation(ctx, r.Name, r.Run)
	if err != nil {
		return ExportReport{}, err
	}
	rep := ExportReport{Path: r.To, Auto: r.Identity == "" || r.Identity == "auto", Masked: []string{}}
	if r.Identity, err = p.ListIdentity(ctx, r.Identity); err != nil {
		return ExportReport{}, err
	}
	rep.Identity = r.Identity
	if c, err := p.classes(ctx); err == nil { // asked for above
		rep.Holds = string(c.key.holds)
	}
	in, o, err := p.listOf(ctx, s, r, rep.Auto)
	if err != nil {
		return ExportReport{}, err
	}
	if rep.Masked, err = p.hides(ctx, r.Columns, r.Identity == "raw" && !rep.Auto); err != nil {
		return ExportReport{}, err
	}
	rep.Suppressed = dropSmall(&o, s, r.K)
	var control *Control
	if r.Holdout > 0 {
		control = holdout(s, o.Segments, r.Holdout)
		in.Seg = without(s, control.Customers)
		rep.Holdout = len(control.Customers)
	}
	o.Format, o.Progress = format, pr
	if rep.Columns, rep.Customers, err = export.ListColumns(in, o); err != nil {
		return ExportReport{}, err
	}
	if err := export.WriteFile(r.To, r.Force, func(w io.Writer) error { return export.List(ctx, w, in, o) }); err != nil {
		return ExportReport{}, err
	}
	if control != nil {
		err = p.keepControl(control)
	}
	return rep, err
}

func (r ExportRequest) check() (export.Format, error) {
	bad := func(param, value string, known ...string) error {
		return &core.Error{Code: "bad_option", Origin: core.OriginUser, Op: "export", Where: core.Where{Param: param}, Args: core.Args{"value": value, "known": known}}
	}
	format := export.Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(r.To), ".")))
	switch {
	case format != export.CSV && format != export.XLSX:
		return "", bad("to", filepath.Base(r.To), ".csv", ".xlsx")
	case !slices.Contains([]string{"", "auto", "raw", "pseudonym", "none"}, r.Identity):
		return "", bad("identity", r.Identity, "raw", "pseudonym", "none")
	case !slices.Contains([]string{"", export.UTF8BOM, export.GBK, export.UTF8}, r.Encoding):
		return "", bad("encoding", r.Encoding, export.UTF8BOM, export.GBK, export.UTF8)
	case r.Holdout < 0 || r.Holdout > 50 || math.IsNaN(r.Holdout):
		return "", bad("holdout", strconv.FormatFloat(r.Holdout, 'g', -1, 64), "0…50")
	case r.K < 0:
		return "", bad("k", strconv.Itoa(r.K), "0, 1, 2 …")
	}
	return format, nil
}

// ListIdentity says what stands in the customer column of a list: what was asked for; where
// nobody asked, the business's own code, and a pseudonym where the code is a direct
// identifier, such as a telephone.
func (p *Project) ListIdentity(ctx context.Context, asked string) (string, error) {
	if asked != "" && asked != "auto" {
		return asked, nil
	}
	c, err := p.classes(ctx)
	if err == nil && c.key.class == core.ClassDirect {
		return string(export.IdentityPseudonym), nil
	}
	return string(export.IdentityRaw), err
}

// hides lists the direct identifiers among columns that are not shown as they are.
func (p *Project) hides(ctx context.Context, columns []string, raw bool) ([]string, error) {
	out := []string{}
	c, err := p.classes(ctx)
	if err != nil || raw {
		return out, err
	}
	for _, name := range columns {
		if c.has(name, core.ClassDirect) {
			out = append(out, name)
		}
	}
	return out, nil
}

func (p *Project) listOf(ctx context.Context, s *core.Segmentation, r ExportRequest, auto bool) (export.ListInput, export.ListOptions, error) {
	o := export.ListOptions{Columns: r.Columns, Identity: export.Identity(r.Identity), Encoding: r.Encoding}
	for _, called := range r.Segments {
		at, err := FindSegment(s, called)
		if err != nil {
			return export.ListInput{}, o, err
		}
		o.Segments = append(o.Segments, at)
	}
	keys, err := p.Keys(ctx)
	if err != nil {
		return export.ListInput{}, o, err
	}
	in := export.ListInput{Seg: s, Keys: keys, Lang: r.Lang}
	if m, err := p.w.Method(ctx, s.Method); err == nil { // without the method its columns keep their order
		in.Method = m.Info
	}
	if len(r.Columns) > 0 {
		if in.Extra, err = p.extra(ctx, s, r.Columns); err != nil {
			return in, o, err
		}
		direct, err := p.contacts(ctx, s, r, auto)
		if err != nil {
			return in, o, err
		}
		in.Extra = append(in.Extra, direct...)
	}
	if o.Identity == export.IdentityPseudonym {
		in.Secret, err = p.secret()
	}
	return in, o, err
}

// extra returns the project's features among the wanted columns that the result
// itself does not hold, a value per row of the result.
func (p *Project) extra(ctx context.Context, s *core.Segmentation, wanted []string) ([]table.Column, error) {
	have := make(map[string]bool, len(s.Columns))
	for i := range s.Columns {
		have[s.Columns[i].Name] = true
	}
	c, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	wanted = slices.DeleteFunc(slices.Clone(wanted), func(n string) bool { return c.has(n, core.ClassDirect) })
	if !slices.ContainsFunc(wanted, func(n string) bool { return !have[n] }) {
		return nil, nil
	}
	set, err := p.FeaturesWith(ctx, s.AsOf, 0, wanted)
	if err != nil {
		return nil, err
	}
	rows := make([]int32, len(s.Customers))
	for i, c := range s.Customers {
		at, ok := slices.BinarySearch(set.Customers, c)
		if !ok {
			at = -1
		}
		rows[i] = int32(at)
	}
	return set.Columns(wanted, have, rows), nil
}

// contacts are the direct identifiers among the wanted columns, a value per row of the
// result: as they are where raw was asked for, nothing under identity none, masked
// otherwise.
func (p *Project) contacts(ctx context.Context, s *core.Segmentation, r ExportRequest, auto bool) ([]table.Column, error) {
	rows := &feature.Set{Customers: s.Customers, Table: &table.Table{Rows: len(s.Customers)}}
	cols, err := p.identifiers(ctx, rows, r.Columns)
	if err != nil || len(cols) == 0 || r.Identity == "raw" && !auto {
		return cols, err
	}
	c, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	for i := range cols {
		if cols[i] = masked(cols[i], c.of[cols[i].Name]); r.Identity == "none" {
			cols[i].Valid = table.NewBits(len(s.Customers))
		}
	}
	return cols, nil
}

// dropSmall takes segments with fewer than k customers out of the list and returns
// how many customers that leaves out.
func dropSmall(o *export.ListOptions, s *core.Segmentation, k int) int {
	if k <= 0 {
		return 0
	}
	if o.Segments == nil {
		for i := range s.Segments {
			o.Segments = append(o.Segments, i)
		}
	}
	left := 0
	o.Segments = slices.DeleteFunc(o.Segments, func(at int) bool {
		if n := s.Segments[at].Size; n < k {
			left += n
			return true
		}
		return false
	})
	return left
}

// holdout draws the control group: of each segment on the list, the share with the
// smallest hashes of run identity and customer. The same run gives the same group.
func holdout(s *core.Segmentation, segments []int, percent float64) *Control {
	type draw struct {
		hash     uint64
		customer uint32
	}
	by := make([][]draw, len(s.Segments))
	if s.Label == nil {
		by = make([][]draw, 1)
	}
	for i, c := range s.Customers {
		at := 0
		if s.Label != nil {
			at = int(s.Label[i])
		}
		if segments != nil && !slices.Contains(segments, at) {
			continue
		}
		h := sha256.Sum256(binary.LittleEndian.AppendUint32([]byte(s.Identity), c))
		by[at] = append(by[at], draw{binary.LittleEndian.Uint64(h[:8]), c})
	}
	out := &Control{Name: s.Name, Run: s.Run, Percent: percent}
	for _, d := range by {
		slices.SortFunc(d, func(a, b draw) int { return cmp.Compare(a.hash, b.hash) })
		for _, x := range d[:int(math.Round(float64(len(d))*percent/100))] {
			out.Customers = append(out.Customers, x.customer)
		}
	}
	slices.Sort(out.Customers)
	return out
}

// without returns the segmentation without the rows of some customers.
func without(s *core.Segmentation, customers []uint32) *core.Segmentation {
	out := *s
	t := &table.Table{Rows: len(s.Customers), Columns: s.Columns}
	var rows []int32
	out.Customers, out.Label = nil, nil
	for i, c := range s.Customers {
		if _, held := slices.BinarySearch(customers, c); !held {
			rows = append(rows, int32(i))
			out.Customers = append(out.Customers, c)
			if s.Label != nil {
				out.Label = append(out.Label, s.Label[i])
			}
		}
	}
	out.Columns = t.Pick(rows).Columns
	return &out
}

// keepControl stores a control group under its result and run.
func (p *Project) keepControl(c *Control) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return p.SetSetting("control/"+c.Name+"/"+strconv.Itoa(c.Run), b)
}

// secret returns the project's key for pseudonyms, made at the first use.
func (p *Project) secret() ([]byte, error) {
	b, err := p.file.Setting(settingSecret)
	if err != nil || len(b) > 0 {
		return b, err
	}
	b = make([]byte, 32)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return b, p.SetSetting(settingSecret, b)
}

// WriteReport writes the HTML report of a result.
func (p *Project) WriteReport(ctx context.Context, name string, n int, to string, lang sdk.Lang, force bool) error {
	s, err := p.Segmentation(ctx, name, n)
	if err != nil {
		return err
	}
	keys, err := p.ShownKeys(ctx)
	if err != nil {
		return err
	}
	in := export.ReportInput{Project: p.Head(), Seg: s, Keys: keys, Lang: lang}
	if in.Sources, err = p.Sources(ctx); err != nil {
		return err
	}
	if m, err := p.w.Method(ctx, s.Method); err == nil {
		in.Method = m.Info
	}
	return writePrompt(ctx, to, force, func(w io.Writer) error { return export.Report(ctx, w, in) })
}
