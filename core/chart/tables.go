package chart

import (
	"slices"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Methods name the columns of their tables; where a column may have one of several
// names, the first that is there is taken.

func anyNumber(t *table.Table, names ...string) *table.Column {
	for _, n := range names {
		if c := number(t, n); c != nil {
			return c
		}
	}
	return nil
}

func anyText(t *table.Table, names ...string) *table.Column {
	for _, n := range names {
		if c := textColumn(t, n); c != nil {
			return c
		}
	}
	return nil
}

// localText returns the column of a text in the chart's language: name_zh or name_en
// where the method gives both, otherwise name.
func (in *Input) localText(t *table.Table, names ...string) *table.Column {
	ending := "_en"
	if in.Lang == sdk.ZH {
		ending = "_zh"
	}
	for _, n := range names {
		if c := anyText(t, n+ending, n); c != nil {
			return c
		}
	}
	return nil
}

// anyTable returns the first of the method's tables that is there, or nil.
func (in *Input) anyTable(ids ...string) *table.Table {
	for _, id := range ids {
		if t := in.dataTable(id); t != nil {
			return t
		}
	}
	return nil
}

// at returns a drawable value of a column; ok is false where there is none.
func at(c *table.Column, i int) (v float64, ok bool) {
	if c == nil || c.Missing(i) || !drawable(c.Float(i)) {
		return 0, false
	}
	return c.Float(i), true
}

// segmentAt returns the position of the segment with a key, −1 for none.
func (in *Input) segmentAt(key string) int {
	return slices.IndexFunc(in.Seg.Segments, func(s core.Segment) bool { return key != "" && s.Key == key })
}

// keyName names what a table calls by a key: a segment, a column, or the key itself.
func (in *Input) keyName(key string) string {
	if at := in.segmentAt(key); at >= 0 {
		return in.segmentName(at)
	}
	if in.Other != nil { // the groups of an analysis are another result's segments
		for _, s := range in.Other.Segments {
			if s.Key == key {
				return s.Name.In(in.Lang)
			}
		}
	}
	return in.columnTitle(key)
}

// noData is the error of a kind that found nothing to draw after all.
func (in *Input) noData(kind string) error {
	return &core.Error{
		Code: "chart_no_data", Origin: core.OriginUser, Op: "chart",
		Args: core.Args{"kind": kind, "kinds": slices.DeleteFunc(Kinds(*in), func(k string) bool { return k == kind })},
	}
}
