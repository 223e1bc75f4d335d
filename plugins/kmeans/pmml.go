package kmeans

import (
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
)

// The elements of PMML 4.4 that the model needs (dmg.org, ClusteringModel and
// TransformationDictionary).
type (
	pmml struct {
		XMLName         xml.Name        `xml:"PMML"`
		Version         string          `xml:"version,attr"`
		Space           string          `xml:"xmlns,attr"`
		Header          pmmlHeader      `xml:"Header"`
		DataFields      []pmmlField     `xml:"DataDictionary>DataField"`
		Transformations []pmmlDerived   `xml:"TransformationDictionary>DerivedField"`
		Model           clusteringModel `xml:"ClusteringModel"`
	}
	pmmlHeader struct {
		Description string `xml:"description,attr"`
		Application struct {
			Name string `xml:"name,attr"`
		} `xml:"Application"`
	}
	pmmlField struct {
		Name string `xml:"name,attr"`
		Type string `xml:"optype,attr"`
		Data string `xml:"dataType,attr"`
	}
	pmmlDerived struct {
		pmmlField

		Expression any `xml:"Expression"`
	}
	pmmlApply struct {
		XMLName  xml.Name `xml:"Apply"`
		Function string   `xml:"function,attr"`
		Args     []any
	}
	pmmlRef struct {
		XMLName xml.Name `xml:"FieldRef"`
		Field   string   `xml:"field,attr"`
	}
	pmmlConstant struct {
		XMLName xml.Name `xml:"Constant"`
		Type    string   `xml:"dataType,attr"`
		Value   string   `xml:",chardata"`
	}
	miningField struct {
		Name    string `xml:"name,attr"`
		Usage   string `xml:"usageType,attr"`
		Missing string `xml:"missingValueTreatment,attr"`
	}
	outputField struct {
		Name    string `xml:"name,attr"`
		Type    string `xml:"optype,attr"`
		Data    string `xml:"dataType,attr"`
		Feature string `xml:"feature,attr"`
	}
	clusteringModel struct {
		Name      string        `xml:"modelName,attr"`
		Function  string        `xml:"functionName,attr"`
		Algorithm string        `xml:"algorithmName,attr"`
		Class     string        `xml:"modelClass,attr"`
		Count     int           `xml:"numberOfClusters,attr"`
		Mining    []miningField `xml:"MiningSchema>MiningField"`
		Output    []outputField `xml:"Output>OutputField"`
		Measure   struct {
			Kind    string   `xml:"kind,attr"`
			Squared struct{} `xml:"squaredEuclidean"`
		} `xml:"ComparisonMeasure"`
		Fields   []clusteringField `xml:"ClusteringField"`
		Clusters []pmmlCluster     `xml:"Cluster"`
	}
	clusteringField struct {
		Field   string `xml:"field,attr"`
		Compare string `xml:"compareFunction,attr"`
	}
	pmmlCluster struct {
		ID    string `xml:"id,attr"`
		Name  string `xml:"name,attr"`
		Array struct {
			N      int    `xml:"n,attr"`
			Type   string `xml:"type,attr"`
			Values string `xml:",chardata"`
		} `xml:"Array"`
	}
)

// MarshalXML writes the derived field with its expression directly inside.
func (d pmmlDerived) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	start.Attr = []xml.Attr{
		{Name: xml.Name{Local: "name"}, Value: d.Name}, {Name: xml.Name{Local: "optype"}, Value: d.Type}, {Name: xml.Name{Local: "dataType"}, Value: d.Data},
	}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	if err := e.Encode(d.Expression); err != nil {
		return err
	}
	return e.EncodeToken(start.End())
}

// ExportModel writes the model as PMML 4.4: the recipe as derived fields, the groups as
// centres of prepared values. A customer with a missing value has no group here and none
// there: left alone, max and min pass over what is missing and a clustering model goes by
// the other fields.
func (Method) ExportModel(ctx context.Context, m sdk.Model, format string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if format != keep.PMML {
		return nil, fmt.Errorf("%w: format %q", errModel, format)
	}
	md, err := readModel(m)
	if err != nil {
		return nil, err
	}
	out := pmml{Version: "4.4", Space: "http://www.dmg.org/PMML-4_4", Header: pmmlHeader{Description: "k-means"}}
	out.Header.Application.Name = "Qunxiang"
	c := &out.Model
	c.Name, c.Function, c.Algorithm, c.Class, c.Count = "kmeans", "clustering", "k-means", "centerBased", len(md.Centres)
	c.Measure.Kind = "distance"
	names := keep.Names{}
	for _, f := range md.Features {
		names[f.Name] = true
	}
	c.Output = []outputField{{Name: names.Free("segment"), Type: "categorical", Data: "string", Feature: "predictedValue"}}
	for i := range md.Features {
		f := &md.Features[i]
		prepared := names.Free(f.Name + "_prepared")
		out.DataFields = append(out.DataFields, pmmlField{f.Name, "continuous", "double"})
		out.Transformations = append(out.Transformations, pmmlDerived{pmmlField{prepared, "continuous", "double"}, expression(f)})
		c.Mining = append(c.Mining, miningField{f.Name, "active", "returnInvalid"})
		c.Fields = append(c.Fields, clusteringField{prepared, "absDiff"})
	}
	for i, centre := range md.Centres {
		one := pmmlCluster{ID: md.Segments[i].Key, Name: md.Segments[i].Name.ZH + " / " + md.Segments[i].Name.EN}
		one.Array.N, one.Array.Type = len(centre), "real"
		words := make([]string, len(centre))
		for j, x := range centre {
			words[j] = number(x)
		}
		one.Array.Values = strings.Join(words, " ")
		c.Clusters = append(c.Clusters, one)
	}
	return keep.WritePMML(out)
}

// expression is the recipe of a column.
func expression(f *cluster.Feature) any {
	constant := func(x float64) any { return pmmlConstant{Type: "double", Value: number(x)} }
	call := func(name string, args ...any) any { return pmmlApply{Function: name, Args: args} }
	x := any(pmmlRef{Field: f.Name})
	if f.Low != nil {
		x = call("min", call("max", x, constant(*f.Low)), constant(*f.High))
	}
	if f.Log {
		x = call("if", call("greaterOrEqual", x, constant(0)),
			call("ln", call("+", constant(1), x)),
			call("-", constant(0), call("ln", call("-", constant(1), x))))
	}
	return call("/", call("-", x, constant(f.Centre)), constant(f.Scale))
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
