package chart

import (
	"image/color"
	"slices"

	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// The kinds of charts, as on the command line.
const (
	KindGrid       = "rfm_grid"   // R×F heat grid
	KindTreemap    = "treemap"    // segments by customers or money
	KindSizes      = "sizes"      // customers by segment
	KindMoney      = "money"      // money by segment
	KindScatter    = "scatter"    // two columns, a point per customer
	KindBox        = "box"        // one column by segment
	KindHistogram  = "histogram"  // one column
	KindSnake      = "snake"      // standardised means by segment
	KindTree       = "tree"       // the decision tree
	KindImportance = "importance" // what decides
	KindSweep      = "sweep"      // indices by number of clusters
	KindSilhouette = "silhouette" // how well each customer fits
	KindMap        = "map"        // customers in the plane of their main differences
	KindDendrogram = "dendrogram" // how groups join, and the cut

	KindStability   = "stability"   // whether segments come back
	KindCalibration = "calibration" // orders forecast and made, by orders before
	KindTracking    = "tracking"    // orders forecast and made, over time
	KindReliability = "reliability" // probabilities predicted and observed
	KindLadder      = "ladder"      // membership tiers
	KindStages      = "stages"      // stages of the life cycle
	KindInterests   = "interests"   // what segments care for
	KindRules       = "rules"       // what is bought together
	KindEffects     = "effects"     // where groups differ
	KindCorrelation = "correlation" // of columns with each other
	KindCrosstab    = "crosstab"    // two columns of classes
	KindAgreement   = "agreement"   // this result beside another
)

// Input is what a chart is made of. The segmentation is only read.
type Input struct {
	Seg      *core.Segmentation
	Keys     *core.Dict // names of the customers in hover texts; nil = row numbers
	Lang     sdk.Lang
	Currency string // ISO 4217
	Dark     bool
	Titles   map[string]sdk.Text // of columns that the method named; nil = known names only
	Other    *core.Segmentation  // to be compared with; nil = none
}

// Options choose between forms of a kind. The zero value is the default form.
type Options struct {
	X, Y       string       // columns of a scatter; X also of box, histogram and crosstab
	By         string       // tracking: "" (each period) or "cumulative"; treemap: "customers" (default) or "money"; rfm_grid: "money" (mean, default) or "customers"
	Title      string       // instead of the usual title
	Background *color.RGBA  // instead of the theme's
	Only       map[int]bool // positions of segments that stay in full colour; nil = all
	Cut        *float64     // dendrogram: height of the cut; nil = the result's own
	Node       int          // tree: id of the node that is marked; 0 = none
	K          int          // sweep: a number of clusters that is marked beside the chosen one; 0 = none
	Leaves     int          // dendrogram: branches shown at the bottom; 0 = as fits, 30 at most
}

// kind is one row of the table of kinds.
type kind struct {
	id  string
	fit func(in *Input) bool                         // whether it makes sense
	new func(in *Input, o Options) (drawFunc, error) // computes what drawing needs
}

// drawFunc draws below the title, in the box given.
type drawFunc func(p *pen, b box)

// kinds are in the order in which a result shows them.
func kinds() []kind {
	return []kind{
		{KindGrid, hasGrid, newGrid},
		{KindLadder, hasLadder, newLadder},
		{KindStages, hasStages, newStages},
		{KindInterests, hasInterests, newInterests},
		{KindTreemap, hasSegments, newTreemap},
		{KindSizes, hasSegments, newBars(false)},
		{KindMoney, hasMoney, newBars(true)},
		{KindSnake, hasSnake, newSnake},
		{KindMap, hasMap, newMap},
		{KindDendrogram, hasDendrogram, newDendrogram},
		{KindScatter, hasScatter, newScatter},
		{KindBox, hasFeature, newBox},
		{KindHistogram, hasFeature, newHistogram},
		{KindTree, hasTree, newTree},
		{KindImportance, hasImportance, newImportance},
		{KindSweep, hasSweep, newSweep},
		{KindSilhouette, hasSilhouette, newSilhouette},
		{KindStability, hasStability, newStability},
		{KindCalibration, hasCalibration, newCalibration},
		{KindTracking, hasTracking, newTracking},
		{KindReliability, hasReliability, newReliability},
		{KindRules, hasAssociations, newAssociations},
		{KindEffects, hasEffects, newEffects},
		{KindCorrelation, hasCorrelation, newCorrelation},
		{KindCrosstab, hasCrosstab, newCrosstab},
		{KindAgreement, hasAgreement, newAgreement},
	}
}

// AllKinds lists every kind, most telling first.
func AllKinds() []string {
	var out []string
	for _, k := range kinds() {
		out = append(out, k.id)
	}
	return out
}

// Kinds lists the kinds that make sense for this result, most telling first.
func Kinds(in Input) []string {
	var out []string
	for _, k := range kinds() {
		if k.fit(&in) {
			out = append(out, k.id)
		}
	}
	return out
}

// New prepares a chart. It returns core.Error with code chart_kind for an unknown
// kind, chart_no_data where the result has nothing to draw it from, and
// chart_column for a column that is not there or has no numbers.
func New(name string, in Input, o Options) (*Figure, error) {
	i := slices.IndexFunc(kinds(), func(k kind) bool { return k.id == name })
	if i < 0 {
		return nil, &core.Error{
			Code: "chart_kind", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": name, "kinds": Kinds(in)},
		}
	}
	k := kinds()[i]
	if in.Seg == nil || !k.fit(&in) {
		return nil, &core.Error{
			Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"kind": name, "kinds": Kinds(in)},
		}
	}
	in.Seg = named(in.Seg, in.Lang)
	draw, err := k.new(&in, o)
	if err != nil {
		return nil, err
	}
	return &Figure{kind: name, in: in, o: o, draw: draw}, nil
}

// named is the segmentation with the segments of others, where it used them, by name.
func named(s *core.Segmentation, lang sdk.Lang) *core.Segmentation {
	if len(s.Uses) == 0 {
		return s
	}
	out := *s
	out.Tables = make([]sdk.DataTable, len(s.Tables))
	for i, t := range s.Tables {
		out.Tables[i] = s.Named(t, lang)
	}
	return &out
}

func hasSegments(in *Input) bool {
	return in.Seg != nil && slices.ContainsFunc(in.Seg.Segments, func(s core.Segment) bool { return s.Size > 0 })
}

func hasMoney(in *Input) bool {
	return hasSegments(in) && slices.ContainsFunc(in.Seg.Segments, func(s core.Segment) bool { return s.Amount > 0 })
}

// column returns the column of the segmentation with the name, or nil.
func (in *Input) column(name string) *table.Column {
	for i := range in.Seg.Columns {
		if in.Seg.Columns[i].Name == name {
			return &in.Seg.Columns[i]
		}
	}
	return nil
}

// numeric returns the column or core.Error chart_column. The column has a value
// for every row.
func (in *Input) numeric(name string) (*table.Column, error) {
	c := in.column(name)
	if c == nil || !c.Numeric() || c.Len() != len(in.Seg.Label) {
		return nil, &core.Error{
			Code: "chart_column", Origin: core.OriginUser, Op: "chart",
			Args: core.Args{"name": name, "columns": in.numericNames()},
		}
	}
	return c, nil
}

func (in *Input) numericNames() []string {
	var out []string
	for i := range in.Seg.Columns {
		if c := &in.Seg.Columns[i]; c.Numeric() && c.Len() == len(in.Seg.Label) {
			out = append(out, c.Name)
		}
	}
	return out
}

func (in *Input) locale() i18n.Locale { return i18n.Locale{Lang: in.Lang} }

// color returns the colour of the segment at a position; faded where o.Only leaves
// it out.
func (in *Input) color(p *pen, o Options, at int) color.RGBA {
	c := SegmentColor(in.Seg.Segments[at].ID, in.Dark)
	if o.Only != nil && !o.Only[at] {
		return mix(c, p.th.background, 0.75)
	}
	return c
}

func (in *Input) segmentName(at int) string { return in.Seg.Segments[at].Name.In(in.Lang) }
