package hclust

import (
	"strconv"

	"qunxiang/plugins/internal/cluster"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

const (
	mostGroups  = 100 // largest k
	leastK      = 2   // numbers of groups that are compared
	mostK       = 10
	largeMemory = 1 << 30 // bytes of stored distances that are told before a run
)

// settings are the checked parameters of a run.
type settings struct {
	linkage, distance string
	k                 int // 0 = auto
	height            float64
	byHeight          bool
	seed              uint64
	recipe            cluster.Recipe
}

func newSettings(p sdk.Params, names []string, seed uint64) (settings, []sdk.Diagnostic) {
	s := settings{linkage: p.Text("linkage"), distance: p.Text("distance"), k: p.Int("k"), height: p.Real("height"), seed: seed}
	s.byHeight = p["height"].Kind != sdk.KindNone
	var diags []sdk.Diagnostic
	add := func(code, param string, t sdk.Text) {
		diags = append(diags, sdk.Diagnostic{Severity: sdk.SeverityError, Code: code, Param: param, Summary: t})
	}
	if s.positions() && s.distance != euclidean {
		add("linkage_distance", "distance", sdk.Text{
			ZH: "联结方式 {linkage} 只能用欧氏距离；请改 distance=euclidean，或改用 average、complete、single、weighted。",
			EN: "Linkage {linkage} takes the Euclidean distance only; set distance=euclidean, or choose average, complete, single or weighted.",
		}.Fill("linkage", s.linkage))
	}
	if s.byHeight && s.k > 0 {
		add("k_and_height", "height", sdk.Text{ZH: "群数和切开的高度只能给一个；请清空其中之一。", EN: "Give the number of groups or the height of the cut, not both; clear one of them."})
	}
	var more []sdk.Diagnostic
	s.recipe, more = cluster.ReadRecipe(p, names)
	if s.distance == gower {
		s.recipe.Scale = cluster.ScaleMinMax // differences are parts of the range
	}
	return s, append(diags, more...)
}

// positions reports whether the linkage works on centres, not on pairs.
func (s settings) positions() bool {
	return s.linkage == wardLinkage || s.linkage == centroid || s.linkage == median
}

// stored reports whether all distances must be held at once.
func (s settings) stored() bool {
	return s.linkage == complete || s.linkage == average || s.linkage == weighted
}

// memory estimates the bytes of a run.
func (s settings) memory(rows int, columns []sdk.ColumnSchema) int64 {
	const perRow, perSite, perAxis = 96, 120, 48
	axes := 0
	for _, c := range columns {
		switch {
		case c.Role != roleFeatures:
		case c.Kind == table.Category:
			axes += max(1, c.Distinct) // one for each value
		default:
			axes++
		}
	}
	m := int64(s.sites(rows, columns))
	out := int64(rows)*int64(perRow+perAxis*axes) + m*int64(perSite+perAxis*axes)
	if s.stored() {
		out += m * (m - 1) / 2 * 8
	}
	return out
}

// sites is the most that may be joined of so many rows: where the different values have
// been counted, they tell more than the rows do.
func (s settings) sites(rows int, columns []sdk.ColumnSchema) int {
	capped := int(float64(rows)*s.recipe.Cap/50) + 2 // rows that may have become alike, at both ends
	most := 1
	for _, c := range columns {
		if c.Role != roleFeatures {
			continue
		}
		if c.Kind != table.Category && c.Distinct-capped > mostSites {
			return cells
		}
		if c.Distinct <= 0 {
			c.Distinct = rows
		}
		most = min(rows, most*min(c.Distinct, rows))
	}
	return min(most, mostSites)
}

// memoryRemark tells of a large run, and what would be smaller.
func (s settings) memoryRemark(rows int, columns []sdk.ColumnSchema) []sdk.Diagnostic {
	m := int64(s.sites(rows, columns))
	bytes := m * (m - 1) / 2 * 8
	if !s.stored() || bytes < largeMemory {
		return nil
	}
	return []sdk.Diagnostic{{
		Severity: sdk.SeverityWarning, Code: "memory_large", Param: "linkage",
		Summary: sdk.Text{
			ZH: "联结方式 {linkage} 要存下全部距离，最多约需 {gb} GB 内存；ward、single 只需很少内存，或先用条件缩小客户范围。",
			EN: "Linkage {linkage} stores every distance and may need about {gb} GB of memory; ward and single need very little, or choose fewer customers.",
		}.Fill("linkage", s.linkage, "gb", strconv.FormatFloat(float64(bytes)/1e9, 'f', 1, 64)),
	}}
}

// featureNames returns the names of the columns that fill the role, as Validate sees
// them; categories count with Gower's distance only.
func featureNames(columns []sdk.ColumnSchema) []string {
	var names []string
	for _, c := range columns {
		if c.Role == roleFeatures && c.Kind != table.Category {
			names = append(names, c.Name)
		}
	}
	return names
}
