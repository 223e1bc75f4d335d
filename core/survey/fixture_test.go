package survey_test

import (
	"math"
	"strconv"
	"testing"

	"qunxiang/core"
	"qunxiang/core/survey"
	"qunxiang/internal/reference"
)

// records makes a survey of a table with a header: a column of numbers where all that is
// not empty or NA is one, else of labels. Respondents are customers r1, r2, … unless the
// header has "customer".
func records(name string, table [][]string) *core.Records {
	r := &core.Records{Kind: core.SourceSurvey, Name: name, Customers: &core.Dict{}}
	index := map[string]uint32{}
	of := -1
	for j, h := range table[0] {
		if h == "customer" {
			of = j
		} else if h != "" {
			r.Columns = append(r.Columns, column(h, table[1:], j))
		}
	}
	for i, row := range table[1:] {
		key := "r" + strconv.Itoa(i+1)
		if of >= 0 {
			key = row[of]
		}
		code, ok := index[key]
		if !ok {
			code = uint32(len(index))
			index[key] = code
			r.Customers.AppendString(key)
		}
		r.Customer = append(r.Customer, code)
	}
	return r
}

func column(name string, rows [][]string, j int) core.AttributeColumn {
	c := core.AttributeColumn{Name: name, Floats: make([]float64, len(rows)), Valid: make([]bool, len(rows))}
	for i, row := range rows {
		if row[j] == "" || row[j] == "NA" {
			continue
		}
		v, err := strconv.ParseFloat(row[j], 64)
		if err != nil {
			return labels(name, rows, j)
		}
		c.Floats[i], c.Valid[i] = v, true
	}
	return c
}

func labels(name string, rows [][]string, j int) core.AttributeColumn {
	c := core.AttributeColumn{Name: name, Codes: make([]uint32, len(rows))}
	index := map[string]uint32{}
	for i, row := range rows {
		code, ok := index[row[j]]
		if !ok {
			code = uint32(len(c.Dict))
			index[row[j]] = code
			c.Dict = append(c.Dict, row[j])
		}
		if c.Codes[i] = code; row[j] == "" {
			c.Codes[i] = core.NoCode
		}
	}
	return c
}

func analyse(t *testing.T, r *core.Records, s survey.Settings) *survey.Report {
	t.Helper()
	rep, err := survey.Analyse(t.Context(), r, s, core.NoDate)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func reports(tb testing.TB, file string) *core.Records {
	tb.Helper()
	return records("survey", reference.Rows(tb, "surveys/"+file))
}

func item(t *testing.T, rep *survey.Report, name string) survey.ItemReport {
	t.Helper()
	for _, it := range rep.Items {
		if it.Name == name {
			return it
		}
	}
	t.Fatalf("no item %q", name)
	return survey.ItemReport{}
}

func scale(t *testing.T, rep *survey.Report, name string) *survey.Scale {
	t.Helper()
	for _, s := range rep.Scales {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no scale %q", name)
	return nil
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s: %v, want %v ± %v", what, got, want, tolerance)
	}
}
