package view

import "qunxiang/core"

// Templates is the answer of "template P.qx list".
func Templates(all []core.Template) Object {
	out := make([]Object, 0, len(all))
	for _, t := range all {
		out = append(out, Template(t))
	}
	return Object{{"templates", out}}
}

// Template is how the files of one export are read.
func Template(t core.Template) Object {
	if t.Columns == nil {
		t.Columns = map[core.Role]string{}
	}
	if t.Classes == nil {
		t.Classes = map[string]core.FieldClass{}
	}
	return Object{
		{"name", t.Name},
		{"kind", t.Kind},
		{"columns", t.Columns},
		{"headers", list(t.Headers)},
		{"headerRow", t.HeaderRow},
		{"encoding", t.Encoding},
		{"delimiter", t.Delimiter},
		{"sheet", t.Sheet},
		{"dateOrder", t.DateOrder},
		{"oneRowIs", t.Grain},
		{"refunds", t.Refunds},
		{"classes", t.Classes},
		{"from", t.From},
	}
}
