package export_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// reported is a whole input for a report; poison is put into every text of the data.
func reported(lang sdk.Lang, poison string) export.ReportInput {
	in := big(600)
	for i := range in.Seg.Label {
		s := &in.Seg.Segments[in.Seg.Label[i]]
		s.Size++
		s.Amount += in.Seg.Columns[2].Floats[i]
	}
	total := 0.0
	for i := range in.Seg.Segments {
		total += in.Seg.Segments[i].Amount
	}
	for i := range in.Seg.Segments {
		s := &in.Seg.Segments[i]
		s.Share, s.AmountShare = float64(s.Size)/600, s.Amount/total
		s.Name.ZH += poison
		s.Name.EN += poison
		s.Description = sdk.Text{ZH: poison, EN: poison}
	}
	both := sdk.Text{ZH: poison, EN: poison}
	seg, value := in.Seg, 0.43
	seg.Name, seg.Run, seg.Method, seg.MethodVersion, seg.Plugin = "rfm"+poison, 1, "rfm", "1.0.0", "bundled"
	seg.AsOf, seg.Seed, seg.Identity = core.YMD(2011, 12, 10), 1, "8f00b204"
	seg.Features, seg.Where = []string{"recency_days", "frequency", "monetary", poison}, poison
	seg.Params = sdk.Params{"bins": sdk.Int(5), "binning": sdk.TextValue("independent"), "map": sdk.TextValue(poison)}
	seg.Excluded = []core.Excluded{{Reason: "no_orders" + poison, Count: 12}}
	seg.Metrics = []sdk.Metric{{ID: "x", Title: both, Value: &value, Help: both}, {ID: "y", Word: poison}}
	seg.Diagnostics = []sdk.Diagnostic{{Severity: sdk.SeverityWarning, Summary: both, Detail: both}}
	seg.Tables = []sdk.DataTable{{ID: "bins", Title: both, Titles: map[string]sdk.Text{"cut": both}, Table: &table.Table{
		Rows: 2,
		Columns: []table.Column{
			{Name: "cut" + poison, Kind: table.Float64, Floats: []float64{1, 2.5}},
			{Name: "name", Kind: table.String, Strings: []string{poison, "b"}},
		},
	}}}
	return export.ReportInput{
		Project: core.Project{Name: "Shop" + poison, Currency: "CNY"}, Seg: seg, Keys: in.Keys, Lang: lang,
		Method: sdk.Info{ID: "rfm", Name: sdk.Text{ZH: "RFM 分群" + poison, EN: "RFM" + poison}},
		Sources: []core.Source{{Name: "orders.csv" + poison, Report: core.ImportReport{
			Customers: 612, Orders: 2000,
			Rows: core.Reconciliation{In: 5000, Used: 4990, Excluded: []core.Exclusion{{Reason: "bad_date" + poison, Count: 10}}},
		}}},
	}
}

func TestReportTellsTheResult(t *testing.T) {
	t.Parallel()
	for lang, want := range map[sdk.Lang][]string{
		sdk.ZH: {`lang="zh-CN"`, "客群", "4,990", "5,000", "2011-12-10", "<svg", "运行标识", "8f00b204", "612 位客户"},
		sdk.EN: {`lang="en"`, "Segments", "4,990", "5,000", "as of 2011-12-10", "<svg", "Identity of the run", "612 customers"},
	} {
		var b, again bytes.Buffer
		if err := export.Report(t.Context(), &b, reported(lang, "")); err != nil {
			t.Fatal(err)
		}
		for _, s := range want {
			if !strings.Contains(b.String(), s) {
				t.Errorf("%s: %q is not in the report", lang, s)
			}
		}
		if strings.Contains(b.String(), "report.") || strings.Contains(b.String(), "chart.") {
			t.Errorf("%s: a text has no translation", lang)
		}
		if strings.Count(b.String(), "url(data:font/woff;base64,d09GRgABAAA") != 2 || strings.Contains(b.String(), "ZgotmplZ") {
			t.Errorf("%s: the letters are not in the report", lang)
		}
		if strings.Contains(b.String(), "C0000001") {
			t.Errorf("%s: a customer is named", lang)
		}
		if err := export.Report(t.Context(), &again, reported(lang, "")); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s: equal input gives other bytes (%v)", lang, err)
		}
		if p := os.Getenv("REPORT_LOOK"); p != "" {
			if err := os.WriteFile(p+string(lang)+".html", b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// One customer, or all of them alike: the report leaves out what cannot be drawn.
func TestReportOfCustomersWhoAreAlike(t *testing.T) {
	t.Parallel()
	in := reported(sdk.EN, "")
	for i := range in.Seg.Columns {
		c := &in.Seg.Columns[i]
		for k := range c.Floats {
			c.Floats[k] = 7
		}
		for k := range c.Ints {
			c.Ints[k] = 3
		}
	}
	var b bytes.Buffer
	if err := export.Report(t.Context(), &b, in); err != nil || !strings.Contains(b.String(), "<svg") {
		t.Errorf("report: %v", err)
	}
}
