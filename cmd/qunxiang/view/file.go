package view

import (
	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/workspace"
)

// File is the answer of a command that wrote one file.
func File(path string) Object { return Object{{"file", path}} }

// Files is the answer of a command that wrote several.
func Files(paths []string) Object { return Object{{"files", list(paths)}} }

// Charts is the answer of "chart" without a kind.
func Charts(kinds []workspace.ChartKind) []Object {
	out := make([]Object, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, Object{{"kind", k.ID}, {"title", k.Title}})
	}
	return out
}

// Project is the answer of "new".
func Project(p core.Project, path string) Object {
	return Object{{"project", path}, {"id", p.ID}, {"name", p.Name}, {"currency", p.Currency}}
}

// Info is the answer of "info".
func Info(in workspace.Info, path string) Object {
	sources := make([]Object, 0, len(in.Sources))
	for _, s := range in.Sources {
		sources = append(sources, Source(s))
	}
	runs := make([]Object, 0, len(in.Runs))
	for _, r := range in.Runs {
		runs = append(runs, Run(r))
	}
	return append(Project(in.Project, path), Object{
		{"customers", in.Customers},
		{"orders", in.Orders},
		{"lines", in.Lines},
		{"amount", number(in.Amount)},
		{"firstDate", date(in.FirstDate)},
		{"lastDate", date(in.LastDate)},
		{"asOf", date(in.AsOf)},
		{"sources", sources},
		{"runs", runs},
	}...)
}

// Features is the answer of "features".
func Features(s *feature.Set, path string) Object {
	columns := make([]string, 0, len(s.Table.Columns))
	for i := range s.Table.Columns {
		columns = append(columns, s.Table.Columns[i].Name)
	}
	return Object{{"file", path}, {"asOf", date(s.AsOf)}, {"rows", s.Table.Rows}, {"columns", columns}, {"excluded", excluded(s.Excluded)}}
}

// Export is the answer of "export".
func Export(r workspace.ExportReport) Object {
	return Object{{"file", r.Path}, {"rows", r.Customers}, {"columns", list(r.Columns)}, {"suppressed", r.Suppressed}, {"holdout", r.Holdout}, {"identity", r.Identity}, {"masked", list(r.Masked)}}
}
