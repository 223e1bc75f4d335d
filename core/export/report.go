package export

import (
	"bytes"
	"context"
	"embed"
	"encoding/base64"
	"fmt"
	"html"
	"html/template"
	"io"
	"strings"
	"sync"

	"qunxiang/assets"
	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/export/webfont"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

// ReportInput is what a report is made of. It is only read.
type ReportInput struct {
	Project core.Project
	Sources []core.Source
	Seg     *core.Segmentation
	Keys    *core.Dict
	Method  sdk.Info // titles of parameters and columns; the zero Info shows ids
	Lang    sdk.Lang
}

//go:embed template/report.html
var templates embed.FS

// reportTemplate is parsed once; "t" is bound to a language by Clone.
var reportTemplate = sync.OnceValues(func() (*template.Template, error) {
	t := template.New("report.html").Funcs(template.FuncMap{"t": func(string) string { return "" }})
	return t.ParseFS(templates, "template/report.html")
})

// Report writes one HTML file that needs nothing else: charts are inline SVG, there
// is no script, and a content security policy forbids to fetch anything. Every text
// from data is escaped. Equal input gives equal bytes. No customer is named.
func Report(ctx context.Context, w io.Writer, in ReportInput) error {
	t, err := reportTemplate()
	if err != nil {
		return err
	}
	if t, err = t.Clone(); err != nil {
		return err
	}
	lc := i18n.Locale{Lang: in.Lang}
	t.Funcs(template.FuncMap{"t": func(key string) string { return lc.T(key) }})
	page, err := newReport(ctx, in, lc)
	if err != nil {
		return err
	}
	if page.Fonts, err = fontsFor(t, page); err != nil {
		return err
	}
	return t.Execute(w, page)
}

// fontsFor returns the embedded fonts cut down to the characters of the page, so
// that it reads the same where no Chinese font is installed.
func fontsFor(t *template.Template, page *report) (template.CSS, error) {
	text := *page
	text.Charts = make([]template.HTML, 1) // outlines, not text; their heading counts
	var b bytes.Buffer
	if err := t.Execute(&b, &text); err != nil {
		return "", err
	}
	used := map[rune]bool{}
	for _, r := range html.UnescapeString(b.String()) {
		used[r] = true
	}
	var out strings.Builder
	for _, f := range []struct {
		weight string
		ttf    []byte
	}{{"400", assets.FontRegular}, {"700", assets.FontBold}} {
		woff, err := webfont.Subset(f.ttf, used)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "@font-face { font-family: \"Qunxiang\"; font-weight: %s; src: url(data:font/woff;base64,%s) format(\"woff\"); }\n",
			f.weight, base64.StdEncoding.EncodeToString(woff))
	}
	return template.CSS(out.String()), nil //nolint:gosec // base64 of our own font
}

// report is what the template shows.
type report struct {
	Lang, Title, Subtitle string
	Fonts                 template.CSS
	Figures               []pair
	Lead                  []string
	Segments              sheet
	Charts                []template.HTML
	Notes                 []string
	Metrics               *sheet
	Tables                []sheet
	Counted               sheet
	Sources               []sheet
	Made, Params          []pair
}

type pair struct{ Name, Value string }

// sheet is one table of the report.
type sheet struct {
	Title string
	Head  []cell
	Rows  [][]cell
	Foot  []cell
	Note  string
}

// cell is one cell. Chip is the colour of a segment, More a remark under the text.
type cell struct {
	Text, More string
	Chip       template.CSS
	Number     bool
}

func text(s string) cell   { return cell{Text: s} }
func number(s string) cell { return cell{Text: s, Number: true} }

func newReport(ctx context.Context, in ReportInput, lc i18n.Locale) (*report, error) {
	b := reporter{in: in, lc: lc, seg: in.Seg}
	charts, err := b.charts(ctx)
	if err != nil {
		return nil, err
	}
	r := &report{
		Lang: string(in.Lang), Title: b.title(), Subtitle: b.subtitle(),
		Figures: b.figures(), Lead: b.lead(), Segments: b.segments(), Charts: charts, Notes: b.notes(),
		Metrics: b.metrics(), Tables: b.tables(), Counted: b.counted(), Made: b.made(), Params: b.params(),
	}
	for i := range in.Sources {
		r.Sources = append(r.Sources, b.source(&in.Sources[i]))
	}
	return r, nil
}

// reporter makes the parts of a report.
type reporter struct {
	in  ReportInput
	lc  i18n.Locale
	seg *core.Segmentation
}

// The size that charts of a report are drawn at, in pixels.
const (
	chartWidth  = 560
	chartHeight = 400
)

// charts draws every kind that makes sense, as SVG.
func (b *reporter) charts(ctx context.Context) ([]template.HTML, error) {
	in := chart.Input{Seg: b.seg, Keys: b.in.Keys, Lang: b.in.Lang, Currency: b.in.Project.Currency, Titles: b.titles()}
	var out []template.HTML
	for _, kind := range chart.Kinds(in) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := chart.New(kind, in, chart.Options{})
		if core.CodeOf(err) == "chart_no_data" { // all customers alike, say: the kind fits, the values do not
			continue
		}
		if err != nil {
			return nil, err
		}
		var buf bytes.Buffer
		if err := f.Write(&buf, "svg", chartWidth, chartHeight); err != nil {
			return nil, err
		}
		svg := buf.Bytes()
		if i := bytes.Index(svg, []byte("<svg")); i > 0 {
			svg = svg[i:] // without the XML declaration
		}
		out = append(out, template.HTML(svg)) //nolint:gosec // our own drawing: paths, and a title that is escaped
	}
	return out, nil
}

// titles are the names that the method gives to its columns.
func (b *reporter) titles() map[string]sdk.Text {
	out := map[string]sdk.Text{}
	for _, o := range b.in.Method.Outputs {
		out[o.ID] = o.Title
	}
	return out
}
