package kmeans_test

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"testing"

	"qunxiang/plugins/kmeans"
	"qunxiang/sdk"
)

// element is any XML element.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) all(name string) (out []element) {
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
		out = append(out, c.all(name)...)
	}
	return out
}

// value evaluates an expression of PMML for one customer.
func (e element) value(row map[string]float64) float64 {
	switch e.XMLName.Local {
	case "FieldRef":
		return row[e.attr("field")]
	case "Constant":
		x, _ := strconv.ParseFloat(e.Text, 64)
		return x
	}
	v := make([]float64, len(e.Children))
	for i, c := range e.Children {
		v[i] = c.value(row)
	}
	switch e.attr("function") {
	case "min":
		return min(v[0], v[1])
	case "max":
		return max(v[0], v[1])
	case "+":
		return v[0] + v[1]
	case "-":
		return v[0] - v[1]
	case "/":
		return v[0] / v[1]
	case "ln":
		return math.Log(v[0])
	case "greaterOrEqual":
		if v[0] >= v[1] {
			return 1
		}
		return 0
	case "if":
		if v[0] == 1 {
			return v[1]
		}
		return v[2]
	}
	return math.NaN()
}

// What PMML says, read by rules of its own, puts customers where Fit put them.
func TestMethod_PMML(t *testing.T) {
	t.Parallel()
	columns, names := shop(800, 6)
	res := fit(t, request(columns, names, sdk.Params{"k": sdk.Int(4)}))
	m, ok := kmeans.New().(sdk.Exporter)
	if !ok {
		t.Fatal("no Exporter")
	}
	b, err := m.ExportModel(t.Context(), res.Model, "application/pmml+xml")
	if err != nil {
		t.Fatal(err)
	}
	var doc element
	if err := xml.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	derived, clusters := doc.all("DerivedField"), doc.all("Cluster")
	if len(derived) != 3 || len(clusters) != 4 || doc.attr("version") != "4.4" {
		t.Fatalf("%d fields, %d clusters", len(derived), len(clusters))
	}
	// Max and min pass over missing values and a clustering model goes by the fields that it
	// has, so a customer with a gap would get a group: the fields say that there is none.
	for _, f := range doc.all("MiningField") {
		if f.attr("missingValueTreatment") != "returnInvalid" {
			t.Errorf("field %s: a missing value is %q", f.attr("name"), f.attr("missingValueTreatment"))
		}
	}
	for i := range columns[names[0]] {
		row := map[string]float64{}
		for _, n := range names {
			row[n] = columns[n][i]
		}
		best, least := "", math.Inf(1)
		for _, c := range clusters {
			s := 0.0
			for j, word := range strings.Fields(c.all("Array")[0].Text) {
				x, _ := strconv.ParseFloat(word, 64)
				s += math.Pow(derived[j].Children[0].value(row)-x, 2)
			}
			if s < least {
				best, least = c.attr("id"), s
			}
		}
		if got := res.Columns[0].Dict[res.Columns[0].Codes[i]]; got != best {
			t.Fatalf("customer %d: %s, by PMML %s", i, got, best)
		}
	}
	if _, err := m.ExportModel(t.Context(), res.Model, "text/plain"); err == nil {
		t.Error("another format is written")
	}
}
