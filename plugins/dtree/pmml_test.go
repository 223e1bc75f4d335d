package dtree_test

import (
	"encoding/xml"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qunxiang/plugins/dtree"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
	"qunxiang/sdk/table"
)

// element is any XML element: the evaluator below knows PMML 4.4 by its names alone and
// shares nothing with the writer.
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

func (e *element) all(name string) []*element {
	var out []*element
	for i := range e.Children {
		if e.Children[i].XMLName.Local == name {
			out = append(out, &e.Children[i])
		}
	}
	return out
}

// The three values of a predicate.
const (
	no = iota
	yes
	unknown
)

// row is a customer: a text for each field, absent where it is missing.
type row map[string]string

func eval(e *element, r row) int {
	value, known := r[e.attr("field")]
	truth := func(b bool) int {
		if b {
			return yes
		}
		return no
	}
	switch e.XMLName.Local {
	case "True":
		return yes
	case "False":
		return no
	case "SimplePredicate":
		if !known {
			return unknown
		}
		x, _ := strconv.ParseFloat(value, 64)
		y, _ := strconv.ParseFloat(e.attr("value"), 64)
		if e.attr("operator") == "lessThan" {
			return truth(x < y)
		}
		return truth(x >= y)
	case "SimpleSetPredicate":
		if !known {
			return unknown
		}
		in := slices.Contains(array(e.all("Array")[0].Text), value)
		return truth(in == (e.attr("booleanOperator") == "isIn"))
	case "CompoundPredicate":
		return compound(e, r)
	}
	return unknown
}

// compound is the truth of several predicates together, as PMML 4.4's tables have it;
// surrogate is the first that is known.
func compound(e *element, r row) int {
	decides, otherwise := unknown, unknown
	switch e.attr("booleanOperator") {
	case "and":
		decides, otherwise = no, yes
	case "or":
		decides, otherwise = yes, no
	}
	for i := range e.Children {
		switch v := eval(&e.Children[i], r); {
		case decides == unknown && v != unknown, v == decides && decides != unknown:
			return v
		case v == unknown:
			otherwise = unknown
		}
	}
	return otherwise
}

// array reads quoted strings.
func array(s string) []string {
	var out []string
	var b strings.Builder
	inside, escaped := false, false
	for _, c := range s {
		switch {
		case escaped:
			b.WriteRune(c)
			escaped = false
		case c == '\\':
			escaped = true
		case c == '"':
			if inside {
				out = append(out, b.String())
				b.Reset()
			}
			inside = !inside
		case inside:
			b.WriteRune(c)
		}
	}
	return out
}

// leafOf walks down while a child is true.
func leafOf(n *element, r row) *element {
	for {
		children := n.all("Node")
		at := slices.IndexFunc(children, func(c *element) bool { return eval(&c.Children[0], r) == yes })
		if at < 0 {
			return n
		}
		n = children[at]
	}
}

func rowOf(t *table.Table, i int, valid map[string][]string) row {
	r := row{}
	for j := range t.Columns {
		c := &t.Columns[j]
		if c.Role != "features" || c.Missing(i) {
			continue
		}
		if c.Kind != table.Category {
			r[c.Name] = strconv.FormatFloat(c.Float(i), 'g', -1, 64)
		} else if slices.Contains(valid[c.Name], c.Text(i)) { // invalidValueTreatment="asMissing"
			r[c.Name] = c.Text(i)
		}
	}
	return r
}

func export(t *testing.T, m sdk.Model) *element {
	t.Helper()
	e, _ := dtree.New().(sdk.Exporter)
	b, err := e.ExportModel(t.Context(), m, "application/pmml+xml")
	if err != nil {
		t.Fatal(err)
	}
	var doc element
	if err := xml.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	return &doc
}

// An independent evaluator of the exported PMML gives every customer the same
// probability, including missing values, levels never seen, and names that need quoting.
func TestPMML(t *testing.T) {
	t.Parallel()
	in := churn(2000, 3)
	in.Columns[3].Dict = []string{"web", `the "shop"`, `a\b c`, "邮件 & <网页>"}
	res := fit(t, in, sdk.Params{"prune": sdk.TextValue("none"), "max_depth": sdk.Int(7), "min_leaf": sdk.Int(5)})
	doc := export(t, res.Model)
	if doc.XMLName.Local != "PMML" || doc.XMLName.Space != "http://www.dmg.org/PMML-4_4" || doc.attr("version") != "4.4" {
		t.Fatalf("root %v version %s", doc.XMLName, doc.attr("version"))
	}
	var names []string
	for i := range doc.Children {
		names = append(names, doc.Children[i].XMLName.Local)
	}
	if !slices.Equal(names, []string{"Header", "DataDictionary", "TreeModel"}) {
		t.Errorf("elements %v", names)
	}
	dictionary, model := doc.all("DataDictionary")[0], doc.all("TreeModel")[0]
	fields := dictionary.all("DataField")
	if n, _ := strconv.Atoi(dictionary.attr("numberOfFields")); n != len(fields) || n != 6 {
		t.Errorf("%d fields, %s said", len(fields), dictionary.attr("numberOfFields"))
	}
	valid := map[string][]string{}
	for _, f := range fields {
		for _, v := range f.all("Value") {
			valid[f.attr("name")] = append(valid[f.attr("name")], v.attr("value"))
		}
	}
	if model.attr("functionName") != "classification" {
		t.Errorf("function %s", model.attr("functionName"))
	}
	fresh := churn(1000, 8)
	fresh.Columns[3].Dict = []string{"web", `the "shop"`, "never seen", "邮件 & <网页>"}
	a, _ := dtree.New().(sdk.Applier)
	want, err := a.Apply(t.Context(), sdk.ApplyRequest{Table: fresh, Model: res.Model}, sdktest.Quiet{})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, model, in, valid, res.Columns[1].Floats)
	compare(t, model, fresh, valid, want.Columns[1].Floats)
}

func compare(t *testing.T, model *element, in *table.Table, valid map[string][]string, want []float64) {
	t.Helper()
	for i := range in.Rows {
		leaf := leafOf(model.all("Node")[0], rowOf(in, i, valid))
		n, _ := strconv.ParseFloat(leaf.attr("recordCount"), 64)
		left := 0.0
		for _, s := range leaf.all("ScoreDistribution") {
			if s.attr("value") == "left" {
				left, _ = strconv.ParseFloat(s.attr("recordCount"), 64)
			}
		}
		if got := left / n; math.Abs(got-want[i]) > 1e-12 {
			t.Fatalf("customer %d: PMML gives %g, the method %g (node %s)", i, got, want[i], leaf.attr("id"))
		}
	}
}

// A numeric outcome becomes a regression tree whose scores are the means.
func TestPMML_Numbers(t *testing.T) {
	t.Parallel()
	in := churn(1500, 4)
	in.Columns[0].Role, in.Columns[4].Role = "features", "target"
	for i := range in.Columns[4].Floats {
		in.Columns[4].Floats[i] += float64(in.Columns[1].Ints[i]) / 50
	}
	res := fit(t, in, sdk.Params{"criterion": sdk.TextValue("variance")})
	model := export(t, res.Model).all("TreeModel")[0]
	valid := map[string][]string{"left": in.Columns[0].Dict, "channel": in.Columns[3].Dict}
	if model.attr("functionName") != "regression" {
		t.Errorf("function %s", model.attr("functionName"))
	}
	// The schema of PMML 4.4 has no Output without a field.
	if out := model.all("Output")[0].all("OutputField"); len(out) != 1 || out[0].attr("name") != "predicted" || out[0].attr("feature") != "predictedValue" {
		t.Errorf("output %+v", out)
	}
	for i := range in.Rows {
		leaf := leafOf(model.all("Node")[0], rowOf(in, i, valid))
		if got, _ := strconv.ParseFloat(leaf.attr("score"), 64); got != res.Columns[1].Floats[i] {
			t.Fatalf("customer %d: %g, want %g", i, got, res.Columns[1].Floats[i])
		}
	}
}

// Where surrogates know only some of a column's levels, PMML's predicates send every
// customer as the method does (stagec, equal weights: missing g2, no aneuploid seen).
func TestPMML_Surrogates(t *testing.T) {
	t.Parallel()
	in := stagec(t)
	res := fit(t, in, sdk.Params{"weights": sdk.TextValue("balanced"), "alpha": sdk.Real(0), "min_leaf": sdk.Int(5), "min_split": sdk.Int(10), "max_depth": sdk.Int(30)})
	doc := export(t, res.Model)
	model, valid := doc.all("TreeModel")[0], map[string][]string{}
	for i := range in.Columns {
		valid[in.Columns[i].Name] = in.Columns[i].Dict
	}
	for i := range in.Rows {
		leaf := leafOf(model.all("Node")[0], rowOf(in, i, valid))
		n, _ := strconv.ParseFloat(leaf.attr("recordCount"), 64)
		for _, s := range leaf.all("ScoreDistribution") {
			if got, _ := strconv.ParseFloat(s.attr("recordCount"), 64); s.attr("value") == "1" && math.Abs(got/n-res.Columns[1].Floats[i]) > 1e-12 {
				t.Fatalf("customer %d: PMML gives %g, the method %g (node %s)", i, got/n, res.Columns[1].Floats[i], leaf.attr("id"))
			}
		}
	}
}
