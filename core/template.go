package core

// Template is how the files of one export are read: kept under a name in a project, and
// as a file between projects. What it says of encoding, delimiter, header row and sheet
// holds where the file itself does not say otherwise.
type Template struct {
	Name      string                `json:"name"`
	Kind      SourceKind            `json:"kind"`
	Columns   map[Role]string       `json:"columns"` // role (or new name) → header
	Headers   []string              `json:"headers"` // of the whole file, in its order
	HeaderRow int                   `json:"headerRow"`
	Encoding  string                `json:"encoding"`
	Delimiter string                `json:"delimiter"` // "" for a workbook
	Sheet     string                `json:"sheet"`
	DateOrder DateOrder             `json:"dateOrder"`
	Grain     Grain                 `json:"oneRowIs"`
	Refunds   RefundPolicy          `json:"refunds"`
	Classes   map[string]FieldClass `json:"classes,omitempty"` // that the user chose, by header
	From      string                `json:"from"`              // base name of the file that it was made of
}

// TemplateUse tells what a file was read like.
type TemplateUse struct {
	Kind    string                `json:"kind"`          // UsedTemplate or UsedSource
	Name    string                `json:"name"`          // of the template, or the file name of the source
	Day     Date                  `json:"day,omitempty"` // when the source was imported
	Exact   bool                  `json:"exact"`         // the same headers in the same spelling
	Renamed []string              `json:"renamed"`       // headers of the file that are spelt otherwise there
	Added   []string              `json:"added"`         // headers that are not there
	Gone    []string              `json:"gone"`          // headers of there that the file lacks
	Notes   []Message             `json:"-"`             // where the file and what it was read like disagree
	Classes map[string]FieldClass `json:"-"`             // of columns of the file
}

// What a file can be read like.
const (
	UsedTemplate = "template"
	UsedSource   = "source" // an earlier file of the project
)
