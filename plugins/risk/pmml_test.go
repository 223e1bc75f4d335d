package risk_test

import (
	"encoding/xml"
	"errors"
	"strconv"
	"testing"

	"qunxiang/plugins/risk"
	"qunxiang/sdk"
)

type node struct {
	Score    float64 `xml:"score,attr"`
	Count    int     `xml:"recordCount,attr"`
	Children []node  `xml:"Node"`
}

func (n *node) leaves(visit func(*node)) {
	if len(n.Children) == 0 {
		visit(n)
	}
	for i := range n.Children {
		n.Children[i].leaves(visit)
	}
}

// One tree is written with the probabilities that customers were given: as many customers
// have each as its leaves count. A forest is refused with the reason.
func TestExportModel(t *testing.T) {
	t.Parallel()
	e, _ := risk.New().(sdk.Exporter)
	for _, calibration := range []string{"platt", "isotonic", "none"} {
		in, _ := leavers(1500, 3)
		res := fit(t, in, sdk.Params{"model": sdk.TextValue("tree"), "calibration": sdk.TextValue(calibration)})
		b, err := e.ExportModel(t.Context(), res.Model, "application/pmml+xml")
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Model struct {
				Function string `xml:"functionName,attr"`
				Root     node   `xml:"Node"`
			} `xml:"TreeModel"`
		}
		if err := xml.Unmarshal(b, &doc); err != nil || doc.Model.Function != "regression" {
			t.Fatal(err, doc.Model.Function)
		}
		count := map[float64]int{}
		for _, p := range res.Columns[1].Floats {
			count[p]++
		}
		doc.Model.Root.leaves(func(n *node) { count[n.Score] -= n.Count })
		for p, n := range count {
			if n != 0 {
				t.Errorf("%s: probability %s: %d customers too many in one of the two", calibration, strconv.FormatFloat(p, 'g', -1, 64), n)
			}
		}
		if len(count) < 2 {
			t.Errorf("%s: one probability for all", calibration)
		}
	}
	in, _ := leavers(600, 3)
	res := fit(t, in, sdk.Params{"model": sdk.TextValue("forest"), "trees": sdk.Int(10)})
	if _, err := e.ExportModel(t.Context(), res.Model, "application/pmml+xml"); !errors.Is(err, sdk.ErrNotExportable) {
		t.Errorf("a forest: %v", err)
	}
}
