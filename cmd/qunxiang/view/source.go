package view

import (
	"cmp"
	"time"

	"qunxiang/core"
	"qunxiang/core/workspace"
	"qunxiang/i18n"
)

// Import is the answer of "import": what was read, how, and where every row went.
// Hints come as keys and as sentences of the locale.
func Import(r core.ImportReport, loc i18n.Locale) Object {
	return Object{
		{"rows", reconciliation(r.Rows)},
		{"detected", detected(r.Detected)},
		{"customers", r.Customers},
		{"orders", r.Orders},
		{"lines", r.Lines},
		{"records", r.Records},
		{"amount", number(r.Amount)},
		{"firstDate", date(r.FirstDate)},
		{"lastDate", date(r.LastDate)},
		{"duplicatesSkipped", r.Duplicates},
		{"hints", messages(r.Hints, loc)},
		{"unmatched", unmatched(r.Unmatched)},
		{"diff", diff(r.Diff)},
		{"readLike", readLike(r.Like)},
	}
}

// ImportSheets is the answer of "import" for all sheets of a file: that of them together, and
// that of each under "sheets".
func ImportSheets(total core.ImportReport, sheets []workspace.SheetReport, loc i18n.Locale) Object {
	each := make([]Object, 0, len(sheets))
	for _, s := range sheets {
		each = append(each, append(Object{{"sheet", s.Sheet}, {"source", s.Source}}, Import(s.Report, loc)...))
	}
	return append(Import(total, loc), Field{Key: "sheets", Value: each})
}

// readLike is null where only the file itself said how it is read.
func readLike(u *core.TemplateUse) any {
	if u == nil {
		return nil
	}
	return Object{{"kind", u.Kind}, {"name", u.Name}, {"exact", u.Exact}, {"renamed", list(u.Renamed)}, {"added", list(u.Added)}, {"gone", list(u.Gone)}}
}

// unmatched is null where the project had nothing to match.
func unmatched(u *core.Unmatched) any {
	if u == nil {
		return nil
	}
	return Object{{"sourceOnly", u.SourceOnly}, {"projectOnly", u.ProjectOnly}, {"examples", list(u.Examples)}}
}

// diff is null for files that hold no purchases.
func diff(d *core.OrderDiff) any {
	if d == nil {
		return nil
	}
	return Object{
		{"newOrders", d.New},
		{"unchangedOrders", d.Unchanged},
		{"changedOrders", d.Changed},
		{"vanishedOrders", d.Vanished},
		{"examples", Object{{"new", list(d.Examples.New)}, {"changed", list(d.Examples.Changed)}, {"vanished", list(d.Examples.Vanished)}}},
	}
}

func reconciliation(r core.Reconciliation) Object {
	excluded := make([]Object, 0, len(r.Excluded))
	for _, e := range r.Excluded {
		excluded = append(excluded, Object{{"reason", e.Reason}, {"count", e.Count}, {"examples", list(e.Examples)}})
	}
	return Object{{"in", r.In}, {"used", r.Used}, {"excluded", excluded}}
}

func detected(d core.Detected) core.Detected {
	if d.Mapping == nil {
		d.Mapping = map[core.Role]string{}
	}
	if d.Confidence == nil {
		d.Confidence = map[string]float64{}
	}
	d.Columns = list(d.Columns)
	return d
}

func messages(in []core.Message, loc i18n.Locale) []Object {
	out := make([]Object, 0, len(in))
	for _, m := range in {
		out = append(out, Object{{"code", m.Key}, {"message", loc.Message(m)}})
	}
	return out
}

// Source is one source of a project in the answer of "info".
func Source(s core.Source) Object {
	return Object{
		{"id", s.ID},
		{"name", s.Name},
		{"kind", s.Kind},
		{"fingerprint", cmp.Or(s.Fingerprint, s.SHA256)},
		{"imported", s.Imported.UTC().Format(time.RFC3339)},
		{"rows", reconciliation(s.Report.Rows)},
		{"mapping", detected(s.Report.Detected).Mapping},
		{"encoding", s.Report.Detected.Encoding},
		{"refunds", s.Report.Detected.Refunds},
		{"duplicatesSkipped", s.Report.Duplicates},
		{"customers", s.Report.Customers},
		{"orders", s.Report.Orders},
		{"lines", s.Report.Lines},
		{"records", s.Report.Records},
		{"firstDate", date(s.Report.FirstDate)},
		{"lastDate", date(s.Report.LastDate)},
	}
}

// Run is one stored run in the answer of "info".
func Run(r core.RunHead) Object {
	return Object{
		{"name", r.Name},
		{"run", r.Run},
		{"method", r.Method},
		{"asOf", date(r.AsOf)},
		{"segments", r.Segments},
		{"customers", r.Customers},
		{"within", r.Within},
		{"created", r.Created.UTC().Format(time.RFC3339)},
	}
}
