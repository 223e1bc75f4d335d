package view

import (
	"qunxiang/core/ingest"
	"qunxiang/i18n"
)

// Preview is the answer of "preview": what is in a file and how an import would read it.
func Preview(v *ingest.Inspection, loc i18n.Locale) Object {
	o := append(asItStands(v.Plain), []Field{
		{"rowsComplete", v.Complete},
		{"detected", detected(v.Detected)},
		{"columns", list(v.Columns)},
		{"sample", list(v.Samples)},
	}...)
	if v.Look != nil {
		o = append(o, Field{"lines", v.Lines}, Field{"orders", v.Orders})
	}
	if v.Refused != nil {
		message, hint := loc.Error(v.Refused)
		o = append(o, Field{"refused", Object{{"code", v.Refused.Code}, {"message", message}, {"hint", hint}}})
	}
	return append(o, Field{"problems", messages(v.Problems, loc)})
}

// Convert is the answer of "convert".
func Convert(p *ingest.Plain, to string) Object {
	return append(Object{{"file", to}}, asItStands(p)...)
}

// asItStands tells of a table as it stands.
func asItStands(p *ingest.Plain) Object {
	return Object{
		{"format", p.Format},
		{"encoding", p.Encoding},
		{"delimiter", p.Delimiter},
		{"quote", p.Quote},
		{"sheet", p.Sheet},
		{"sheets", list(p.Sheets)},
		{"header", list(p.Header)},
		{"headerRows", list(p.HeaderRows)},
		{"rows", p.Rows},
		{"width", p.Width},
		{"skipped", list(p.Skipped)},
		{"odd", list(p.Odd)},
	}
}
