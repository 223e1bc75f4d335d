package rules_test

import (
	"encoding/xml"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qunxiang/plugins/rules"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// element is any XML element: the evaluator below is written from the specification of
// PMML 4.4 (predicates, RuleSetModel) and shares nothing with the writer.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) find(name string) (out []*element) {
	for i := range e.Children {
		if e.Children[i].XMLName.Local == name {
			out = append(out, &e.Children[i])
		}
		out = append(out, e.Children[i].find(name)...)
	}
	return out
}

// The three values of a predicate.
type truth int

const (
	unknown truth = iota
	no
	yes
)

func is(b bool) truth {
	if b {
		return yes
	}
	return no
}

// holds evaluates a predicate for a customer: a text for each field, none where missing.
func (e *element) holds(t *testing.T, types, row map[string]string) truth {
	t.Helper()
	field := e.attr("field")
	value, known := row[field]
	if field != "" && types[field] == "" {
		t.Fatalf("field %q is not in the data dictionary", field)
	}
	switch e.XMLName.Local {
	case "True":
		return yes
	case "False":
		return no
	case "CompoundPredicate":
		return e.joined(t, types, row)
	case "SimpleSetPredicate":
		if !known {
			return unknown
		}
		words := strings.Split(strings.Trim(e.Children[0].Text, `"`), `" "`)
		if e.Children[0].attr("type") == "real" {
			words = strings.Fields(e.Children[0].Text)
		}
		if strconv.Itoa(len(words)) != e.Children[0].attr("n") {
			t.Fatalf("an array of %s with %q", e.Children[0].attr("n"), words)
		}
		in := slices.ContainsFunc(words, func(w string) bool { return order(types[field], value, strings.ReplaceAll(w, `\"`, `"`)) == 0 })
		return is(in == (e.attr("booleanOperator") == "isIn"))
	}
	op := e.attr("operator")
	if strings.HasSuffix(op, "issing") {
		return is(known == (op == "isNotMissing"))
	}
	if !known {
		return unknown
	}
	c := order(types[field], value, e.attr("value"))
	return is(map[string]bool{"equal": c == 0, "notEqual": c != 0, "lessThan": c < 0, "lessOrEqual": c <= 0, "greaterThan": c > 0, "greaterOrEqual": c >= 0}[op])
}

func (e *element) joined(t *testing.T, types, row map[string]string) truth {
	t.Helper()
	if len(e.Children) < 2 {
		t.Fatal("a compound predicate of fewer than two")
	}
	end, out := no, yes // and: one false decides
	if e.attr("booleanOperator") == "or" {
		end, out = yes, no
	}
	for i := range e.Children {
		switch e.Children[i].holds(t, types, row) {
		case end:
			return end
		case unknown:
			out = unknown
		}
	}
	return out
}

func order(kind, a, b string) int {
	if kind == "double" {
		x, _ := strconv.ParseFloat(a, 64)
		y, _ := strconv.ParseFloat(b, 64)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	return strings.Compare(a, b)
}

// members are customers with and without values of every kind.
func members() *table.Table {
	n := 24
	t := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "消费 金额", Kind: table.Float64, Floats: make([]float64, n)},
		{Name: "days", Kind: table.Int64, Ints: make([]int64, n)},
		{Name: "city", Kind: table.Category, Codes: make([]uint32, n), Dict: []string{"上海", `q"t`, "7", "007", "1000000"}},
		{Name: "vip", Kind: table.Bool, Ints: make([]int64, n)},
		{Name: "joined", Kind: table.Category, Codes: make([]uint32, n), Dict: []string{"2023-05-30", "2023-05-31", "2024-01-02"}},
		{Name: "born", Kind: table.Time, Ints: make([]int64, n)},
	}}
	for c := range t.Columns {
		t.Columns[c].Role, t.Columns[c].Valid = "columns", table.NewBits(n)
		for i := range n {
			if (i+c)%7 != 0 {
				t.Columns[c].Valid.Set(i)
			}
		}
	}
	const day = int64(86_400_000_000)
	for i := range n {
		t.Columns[0].Floats[i], t.Columns[1].Ints[i] = float64(i*i)/2, int64(i%6)*30
		t.Columns[2].Codes[i], t.Columns[3].Ints[i], t.Columns[4].Codes[i] = uint32(i%5), int64(i/2%2), uint32(i%3)
		t.Columns[5].Ints[i] = int64(i%4)*day + int64(i)*day/48 // at some time of 1970-01-01 … 04
	}
	return t
}

// cell is a value as other programs have it; days without their time.
func cell(c *table.Column, i int) string {
	switch c.Kind {
	case table.Float64:
		return strconv.FormatFloat(c.Floats[i], 'g', -1, 64)
	case table.Category:
		return c.Dict[c.Codes[i]]
	case table.Bool:
		return strconv.FormatBool(c.Ints[i] == 1)
	case table.Time:
		return "1970-01-0" + strconv.FormatInt(1+c.Ints[i]/86_400_000_000, 10)
	}
	return strconv.FormatInt(c.Ints[i], 10)
}

// What PMML says of the rules puts every customer, missing values included, where Fit does.
func TestExportModel(t *testing.T) {
	t.Parallel()
	in := members()
	for _, conditions := range [][]string{
		{"`消费 金额` >= 50 and days < 90"},
		{"not (`消费 金额` >= 50 and days < 90)", "days is missing or `消费 金额` < 2"},
		{"city != '上海'", "not city in ('7', 'q\"t')"},
		{"city in ('上海', 'q\"t')", "city = 7", "city = 007", "city = 1000000"},
		{"not city is missing and city not in (7, '上海')"},
		{"days in (30, 60)", "not days in (90)", "days != 0"},
		{"vip = true", "vip != true"},
		{"vip < 1", "not vip >= 0"},
		{"joined < '2023-05-31'", "not joined <= '2023-05-31'"},
		{"joined >= '2023-05-31' and joined != '2024-01-02'"},
		{"born = '1970-01-02'", "born > '1970-01-02'", "not born < '1970/1/1'"},
		{"born in ('1970-01-01', '1970-01-03')", "not born in ('1970-01-02')"},
		{"true and not (days > 30 or city = '7')", "false"},
		{"not not (days > 30 and not (city = '上海' or vip = 1))"},
	} {
		var texts []string
		for i, c := range conditions {
			texts = append(texts, "R"+strconv.Itoa(i)+":"+c)
		}
		res := fit(t, in, append(texts, "other:*")...)
		if sdk.Failed(res.Diagnostics) {
			t.Fatalf("%s: %v", conditions, res.Diagnostics)
		}
		b, err := rules.New().(sdk.Exporter).ExportModel(t.Context(), res.Model, "application/pmml+xml")
		if err != nil {
			t.Fatalf("%s: %v", conditions, err)
		}
		var doc element
		if err := xml.Unmarshal(b, &doc); err != nil || doc.attr("version") != "4.4" {
			t.Fatal(err, doc.attr("version"))
		}
		types := map[string]string{}
		for _, f := range doc.find("DataField") {
			types[f.attr("name")] = f.attr("dataType")
		}
		for i := range in.Rows {
			row := map[string]string{}
			for c := range in.Columns {
				if in.Columns[c].Valid.Get(i) {
					row[in.Columns[c].Name] = cell(&in.Columns[c], i)
				}
			}
			got := ""
			for _, r := range doc.find("SimpleRule") {
				if got == "" && r.Children[0].holds(t, types, row) == yes {
					got = r.attr("score")
				}
			}
			if want := res.Segments[res.Columns[0].Codes[i]].Key; got != want {
				t.Errorf("%s: customer %d %v: %s, by PMML %s", conditions, i, row, want, got)
			}
		}
	}
}

// What PMML has no words for is refused, never written otherwise.
func TestExportModel_NotSaid(t *testing.T) {
	t.Parallel()
	e, _ := rules.New().(sdk.Exporter)
	for _, c := range []string{"city < '上海'", "born > '1970-01-02 10:30'", "joined < '2023-05-31' and joined != 'never'"} {
		res := fit(t, members(), "R:"+c, "other:*")
		if _, err := e.ExportModel(t.Context(), res.Model, "application/pmml+xml"); !errors.Is(err, sdk.ErrNotExportable) {
			t.Errorf("%s: %v", c, err)
		}
	}
	if _, err := e.ExportModel(t.Context(), sdk.Model{}, "application/pmml+xml"); err == nil {
		t.Error("no model is written")
	}
}
