package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/internal/reference"
)

// Answers tell a survey whose headers do not ask: yes and no, degrees of consent. What is
// known of customers with a key stays a table of customers.
func TestChoicesAreSurveys(t *testing.T) {
	t.Parallel()
	table := func(header string, cells ...string) string {
		var b strings.Builder
		b.WriteString(header + "\n")
		for i := range 40 {
			row := make([]string, len(cells))
			for c, cell := range cells {
				options := strings.Split(cell, "|")
				row[c] = options[(i*(c+3)+i/3)%len(options)]
				if cell == "#" {
					row[c] = fmt.Sprintf("K%04d", i)
				}
			}
			b.WriteString(strings.Join(row, ",") + "\n")
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		text string
		want core.SourceKind
	}{
		"yes and no":           {table("fast,cheap,tasty,healthy,greasy,Age,Sex", "Yes|No", "No|Yes", "Yes|No", "Yes|No", "No|Yes", "31|47|25", "F|M"), core.SourceSurvey},
		"是否":                   {table("好吃,便宜,方便,健康,油腻,年龄", "是|否", "否|是", "是|否", "是|否", "否|是", "31|47|25"), core.SourceSurvey},
		"degrees, with a key":  {table("会员编号,服务,环境,价格,城市", "#", "非常满意|满意|一般|不满意", "满意|一般", "不满意|一般|满意", "上海|北京"), core.SourceSurvey},
		"degrees":              {table("id,staff,price,place", "#", "Strongly agree|Agree|Disagree", "Agree|Neutral|Disagree", "Agree|Disagree"), core.SourceSurvey},
		"customers with flags": {table("customerID,Partner,Dependents,PhoneService,Streaming,Paperless,Churn,tenure", "#", "Yes|No", "No|Yes", "Yes|No", "Yes|No", "No|Yes", "No|Yes", "1|34|2"), core.SourceCustomers},
		"few flags":            {table("age,job,default,housing,loan,balance", "31|47|25", "admin|services", "no|yes", "yes|no", "no|yes", "120|350|80"), core.SourceCustomers},
		"grades":               {table("name,grade,city", "#", "good|fair|poor", "Bath|York"), core.SourceCustomers},
	} {
		r, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(c.text)), core.ImportOptions{}, core.NoProgress)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := r.Report.Detected.Kind; got != c.want || r.Report.Rows.Used != 40 {
			t.Errorf("%s: read as %s, want %s; %+v", name, got, c.want, r.Report.Rows)
		}
	}
}

// The survey on a fast food chain of R's MSA and flexclust (Dolnicar, Grün and Leisch,
// "Market Segmentation Analysis", 2018): 1,453 persons, 11 attributes answered yes or no.
func TestMcDonaldsIsASurvey(t *testing.T) {
	t.Parallel()
	r, err := ingest.Read(t.Context(), reference.File(t, "surveys/mcdonalds.csv"), core.ImportOptions{}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if r.Report.Detected.Kind != core.SourceSurvey || r.Report.Rows.Used != 1453 || r.Records == nil {
		t.Errorf("%+v, %+v", r.Report.Detected.Kind, r.Report.Rows)
	}
}
