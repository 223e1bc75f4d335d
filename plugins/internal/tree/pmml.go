package tree

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"slices"
	"strconv"

	"qunxiang/plugins/internal/keep"
)

// Document is what PMML needs beside the tree.
type Document struct {
	Features []ModelFeature
	Shape    *Shape
	Target   string
	Classes  []string // nil for a number
	Version  string   // of the method
	Name     string   // of the model; "" = dtree
	Note     string   // for people
	Output   string   // name of the field for the predicted number; "" = predicted
}

// The elements of PMML 4.4 that a tree needs (Data Mining Group, 2019: general
// structure, TreeModel).
type (
	pmml struct {
		XMLName xml.Name   `xml:"http://www.dmg.org/PMML-4_4 PMML"`
		Version string     `xml:"version,attr"`
		Header  pmmlHeader `xml:"Header"`
		Fields  pmmlFields `xml:"DataDictionary"`
		Model   pmmlTree   `xml:"TreeModel"`
	}
	pmmlHeader struct {
		Application struct {
			Name    string `xml:"name,attr"`
			Version string `xml:"version,attr"`
		} `xml:"Application"`
		Note string `xml:"Annotation,omitempty"`
	}
	pmmlFields struct {
		Count  int         `xml:"numberOfFields,attr"`
		Fields []pmmlField `xml:"DataField"`
	}
	pmmlField struct {
		Name   string      `xml:"name,attr"`
		OpType string      `xml:"optype,attr"`
		Type   string      `xml:"dataType,attr"`
		Values []pmmlValue `xml:"Value"`
	}
	pmmlValue struct {
		Value string `xml:"value,attr"`
	}
	pmmlTree struct {
		Name     string       `xml:"modelName,attr"`
		Function string       `xml:"functionName,attr"`
		Missing  string       `xml:"missingValueStrategy,attr"`
		NoChild  string       `xml:"noTrueChildStrategy,attr"`
		Splits   string       `xml:"splitCharacteristic,attr"`
		Schema   []pmmlMining `xml:"MiningSchema>MiningField"`
		Output   []pmmlOutput `xml:"Output>OutputField"`
		Node     *pmmlNode    `xml:"Node"`
	}
	pmmlMining struct {
		Name    string `xml:"name,attr"`
		Usage   string `xml:"usageType,attr"`
		Invalid string `xml:"invalidValueTreatment,attr,omitempty"`
	}
	pmmlOutput struct {
		Name    string `xml:"name,attr"`
		OpType  string `xml:"optype,attr"`
		Type    string `xml:"dataType,attr"`
		Feature string `xml:"feature,attr"`
		Value   string `xml:"value,attr,omitempty"`
	}
	pmmlNode struct {
		ID       string `xml:"id,attr"`
		Score    string `xml:"score,attr"`
		Count    int    `xml:"recordCount,attr"`
		Test     any
		Classes  []pmmlScore `xml:"ScoreDistribution"`
		Children []*pmmlNode `xml:"Node"`
	}
	pmmlScore struct {
		Value string `xml:"value,attr"`
		Count int    `xml:"recordCount,attr"`
	}
	pmmlTrue struct {
		XMLName xml.Name `xml:"True"`
	}
	pmmlFalse struct {
		XMLName xml.Name `xml:"False"`
	}
	pmmlSimple struct {
		XMLName  xml.Name `xml:"SimplePredicate"`
		Field    string   `xml:"field,attr"`
		Operator string   `xml:"operator,attr"`
		Value    string   `xml:"value,attr"`
	}
	pmmlSet struct {
		XMLName  xml.Name `xml:"SimpleSetPredicate"`
		Field    string   `xml:"field,attr"`
		Operator string   `xml:"booleanOperator,attr"`
		Array    struct {
			N    int    `xml:"n,attr"`
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"Array"`
	}
	pmmlCompound struct {
		XMLName  xml.Name `xml:"CompoundPredicate"`
		Operator string   `xml:"booleanOperator,attr"`
		Tests    []any
	}
)

// PMML writes a tree. Missing values are answered by compound predicates "surrogate",
// which end in where the larger side goes; levels never seen count as missing.
func (d *Document) PMML() ([]byte, error) {
	t, err := d.Shape.Tree(d.Features)
	if err != nil {
		return nil, err
	}
	p := pmml{Version: "4.4"}
	p.Header.Application.Name, p.Header.Application.Version = "Qunxiang", d.Version
	p.Fields.Fields = d.fields()
	p.Fields.Count = len(p.Fields.Fields)
	p.Header.Note = d.Note
	p.Model = pmmlTree{Name: cmp.Or(d.Name, "dtree"), Function: "regression", Missing: "none", NoChild: "returnLastPrediction", Splits: "binarySplit"}
	if d.Classes != nil {
		p.Model.Function = "classification"
	}
	p.Model.Output = d.outputs()
	for _, f := range d.Features {
		p.Model.Schema = append(p.Model.Schema, pmmlMining{f.Name, "active", "asMissing"})
	}
	p.Model.Schema = append(p.Model.Schema, pmmlMining{Name: d.Target, Usage: "target"})
	p.Model.Node = d.node(t, 0, pmmlTrue{})
	return keep.WritePMML(p)
}

// outputs are never none: the schema asks for at least one.
func (d *Document) outputs() []pmmlOutput {
	names := keep.Names{d.Target: true}
	for _, f := range d.Features {
		names[f.Name] = true
	}
	if d.Classes == nil {
		return []pmmlOutput{{names.Free(cmp.Or(d.Output, "predicted")), "continuous", "double", "predictedValue", ""}}
	}
	var out []pmmlOutput
	for _, c := range d.Classes {
		out = append(out, pmmlOutput{names.Free("probability(" + c + ")"), "continuous", "double", "probability", c})
	}
	return out
}

func (d *Document) fields() []pmmlField {
	var out []pmmlField
	for _, f := range d.Features {
		field := pmmlField{Name: f.Name, OpType: "continuous", Type: "double"}
		if f.Category {
			field.OpType, field.Type = "categorical", "string"
			for _, s := range f.Levels {
				field.Values = append(field.Values, pmmlValue{s})
			}
		}
		out = append(out, field)
	}
	target := pmmlField{Name: d.Target, OpType: "continuous", Type: "double"}
	if d.Classes != nil {
		target.OpType, target.Type = "categorical", "string"
		for _, c := range d.Classes {
			target.Values = append(target.Values, pmmlValue{c})
		}
	}
	return append(out, target)
}

func (d *Document) node(t *Tree, i int, test any) *pmmlNode {
	nd := &t.Nodes[i]
	out := &pmmlNode{ID: strconv.FormatUint(nd.Number, 10), Score: number(d.Shape.Value[i]), Count: nd.N, Test: test}
	if k := len(d.Classes); k > 0 && len(d.Shape.Counts) == k*len(t.Nodes) {
		counts := d.Shape.Counts[i*k : (i+1)*k]
		best := 0
		for c, n := range counts {
			out.Classes = append(out.Classes, pmmlScore{d.Classes[c], n})
			if n > counts[best] {
				best = c
			}
		}
		out.Score = d.Classes[best]
	}
	if !nd.Leaf() {
		out.Children = []*pmmlNode{d.node(t, nd.Left, d.predicate(nd, true)), d.node(t, nd.Right, d.predicate(nd, false))}
	}
	return out
}

// predicate is the way to one child.
func (d *Document) predicate(nd *Node, left bool) any {
	return pmmlCompound{Operator: "surrogate", Tests: append([]any{d.test(&nd.Test, left)}, d.chain(nd, nd.Surrogates, left)...)}
}

// chain are the tests where those before do not know: surrogates, at last the larger side.
// A level that a surrogate knows nothing of is not missing to PMML, so the rest of the
// chain stands in that surrogate's predicate, too.
func (d *Document) chain(nd *Node, stands []Test, left bool) []any {
	if len(stands) == 0 {
		if nd.MissingLeft == left {
			return []any{pmmlTrue{}}
		}
		return []any{pmmlFalse{}}
	}
	t, rest := &stands[0], d.chain(nd, stands[1:], left)
	f := &d.Features[t.Feature]
	if !f.Category || len(t.In)+len(t.Out) >= len(f.Levels) {
		return append([]any{d.test(t, left)}, rest...)
	}
	known := slices.Concat(t.In, t.Out)
	slices.Sort(known)
	own := t.Out
	if left {
		own = t.In
	}
	later := rest[0]
	if len(rest) > 1 {
		later = pmmlCompound{Operator: "surrogate", Tests: rest}
	}
	other := pmmlCompound{Operator: "and", Tests: []any{d.set(f, "isNotIn", known), later}}
	return append([]any{pmmlCompound{Operator: "or", Tests: []any{d.set(f, "isIn", own), other}}}, rest...)
}

func (d *Document) test(t *Test, left bool) any {
	f := &d.Features[t.Feature]
	if !f.Category {
		op := "greaterOrEqual"
		if left != t.Reverse {
			op = "lessThan"
		}
		return pmmlSimple{Field: f.Name, Operator: op, Value: number(t.Threshold)}
	}
	levels, op := t.In, "isIn"
	if t.Rest {
		levels, op = t.Out, "isNotIn"
	}
	if !left {
		op = map[string]string{"isIn": "isNotIn", "isNotIn": "isIn"}[op]
	}
	return d.set(f, op, levels)
}

// set tests whether a category is one of the levels.
func (d *Document) set(f *ModelFeature, op string, levels []uint32) any {
	s := pmmlSet{Field: f.Name, Operator: op}
	s.Array.N, s.Array.Type = len(levels), "string"
	var b bytes.Buffer
	for k, c := range levels {
		if k > 0 {
			b.WriteByte(' ')
		}
		if int(c) < len(f.Levels) {
			b.WriteString(quoted(f.Levels[c]))
		}
	}
	s.Array.Text = b.String()
	return s
}

// quoted is a string of a PMML array: in quotes, quotes and backslashes with a backslash.
func quoted(s string) string {
	var b bytes.Buffer
	b.WriteByte('"')
	for _, r := range s {
		if r == '"' || r == '\\' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
