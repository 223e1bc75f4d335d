package workspace

import (
	"cmp"
	"maps"
	"slices"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// layout completes o by how the cells were found. Bytes that are UTF-8 or UTF-16 without
// doubt are that, whatever the template says; among older encodings it knows better.
func (l *like) layout(o core.ImportOptions, seen *seenFile) core.ImportOptions {
	book := l.Delimiter == "" && l.Sheet != ""
	if o.Sheet == "" && slices.Contains(seen.sheets, l.Sheet) {
		o.Sheet = l.Sheet
	}
	if o.HeaderRow == 0 {
		o.HeaderRow = cmp.Or(l.HeaderRow, -1)
	}
	if book || len(seen.sheets) > 0 {
		return o
	}
	o.Delimiter = cmp.Or(o.Delimiter, l.Delimiter)
	if o.Encoding == "" && !ingest.Unmistakable(seen.det.Encoding) && !ingest.Unmistakable(l.Encoding) {
		o.Encoding = l.Encoding
	}
	return o
}

// apply completes options by the template, as far as the file agrees.
func (l *like) apply(o core.ImportOptions, seen *seenFile) core.ImportOptions {
	given := o
	o = seen.read // with a layout of the template where the file needed it
	l.lettersAndSheet(&o, seen)
	o.Kind = cmp.Or(o.Kind, l.Kind)
	o.Map = l.mapping(given.Map, seen)
	o.Refunds = cmp.Or(o.Refunds, l.Refunds)
	l.grain(&o, seen)
	o.DateOrder = l.dates(o.DateOrder, seen)
	l.use.Classes = map[string]core.FieldClass{}
	for h, c := range l.Classes {
		if to := l.at[h]; to != "" {
			l.use.Classes[to] = c
		}
	}
	use := l.use
	o.Like = &use
	return o
}

// lettersAndSheet settles the encoding, and tells where another sheet was read.
func (l *like) lettersAndSheet(o *core.ImportOptions, seen *seenFile) {
	if o.Encoding == "" && len(seen.sheets) == 0 && seen.det.Encoding != l.Encoding && l.Encoding != "" &&
		!ingest.Unmistakable(seen.det.Encoding) && !ingest.Unmistakable(l.Encoding) {
		o.Encoding = l.Encoding
	}
	if o.Sheet == "" && seen.det.Sheet != l.Sheet && slices.Contains(seen.sheets, l.Sheet) {
		l.note("import.hint.template_sheet", core.Args{"sheet": seen.det.Sheet, "other": l.Sheet, "name": l.use.Name})
	}
}

// grain takes over what a row is. Where whole orders have numbers it is left to what is
// found: a row that is said to be an order has none.
func (l *like) grain(o *core.ImportOptions, seen *seenFile) {
	if o.Grain != "" || l.Grain == core.GrainOrder && l.Columns[core.RoleOrder] != "" {
		return
	}
	o.Grain = l.Grain
	if is := seen.det.Grain; is != "" && l.Grain != "" && is != l.Grain {
		l.note("import.hint.template_grain", core.Args{"from": core.Message{Key: "cli.grain." + string(l.Grain)}, "to": core.Message{Key: "cli.grain." + string(is)}, "flag": string(is), "name": l.use.Name})
	}
}

// dates takes the order of the template where that of the file can be doubted.
func (l *like) dates(given core.DateOrder, seen *seenFile) core.DateOrder {
	const sure = 0.7
	switch {
	case given != "" || l.DateOrder == "":
		return given
	case seen.det.DateOrder == "" || seen.det.DateOrder == l.DateOrder, seen.det.Confidence["dateOrder"] < sure:
		return l.DateOrder
	}
	l.note("import.hint.template_dates", core.Args{
		"column": l.at[l.Columns[core.RoleDate]], "from": string(l.DateOrder), "to": string(seen.det.DateOrder), "name": l.use.Name,
	})
	return ""
}

// mapping says which column fills which role. A role that the template leaves empty stays
// empty, unless a column that is new in the file fills it.
func (l *like) mapping(given map[core.Role]string, seen *seenFile) map[core.Role]string {
	out, used := map[core.Role]string{}, map[string]bool{}
	for _, column := range given {
		used[column] = true
	}
	if l.Kind == core.SourceTransactions {
		for _, role := range purchaseRoles() {
			out[role] = ""
			if c := seen.det.Mapping[role]; c != "" && slices.Contains(l.use.Added, c) {
				out[role] = c
			}
		}
	}
	for role, column := range l.Columns {
		if to := l.at[column]; to != "" && !used[to] {
			out[role] = to
		}
	}
	maps.Copy(out, given)
	return out
}
