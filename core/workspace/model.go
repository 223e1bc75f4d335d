package workspace

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/sdk"
)

// Models is what can be done with a stored model; *host.Host satisfies it.
type Models interface {
	Apply(ctx context.Context, method string, r sdk.ApplyRequest) (sdk.ApplyResponse, error)
	ExportModel(ctx context.Context, method string, m sdk.Model, format string) ([]byte, error)
}

// ModelRequest asks for the model of a stored run in an exchange format.
type ModelRequest struct {
	Name   string
	Run    int    // 0 = newest
	To     string // the file
	Format string // a media type or its short name ("pmml"); "" = by the file's ending
	Force  bool   // replace an existing file
}

// WriteModel writes the model of a stored run and returns the media type that it is
// written in. The file is whole or not there.
func (p *Project) WriteModel(ctx context.Context, r ModelRequest) (format string, err error) {
	s, err := p.Segmentation(ctx, r.Name, r.Run)
	if err != nil {
		return "", err
	}
	m, err := p.w.Method(ctx, s.Method)
	if err != nil {
		return "", err
	}
	bad := func(code string, args core.Args) error {
		args["name"], args["method"] = s.Name, m.Info.Name
		return &core.Error{Code: code, Origin: core.OriginUser, Op: "export model", Args: args}
	}
	formats := m.Info.Capabilities.ExportFormats
	if len(formats) == 0 || len(s.Model.Data) == 0 || p.w.cfg.Models == nil {
		return "", bad("model_no_export", core.Args{})
	}
	wish := r.Format
	if wish == "" {
		wish = strings.TrimPrefix(filepath.Ext(r.To), ".")
	}
	at := slices.IndexFunc(formats, func(f string) bool { return strings.EqualFold(f, wish) || strings.EqualFold(shortName(f), wish) })
	if at < 0 && strings.EqualFold(wish, "xml") {
		at = slices.IndexFunc(formats, func(f string) bool { return strings.HasSuffix(f, "+xml") || strings.HasSuffix(f, "/xml") })
	}
	if at < 0 {
		known := make([]string, len(formats))
		for i, f := range formats {
			known[i] = shortName(f)
		}
		return "", bad("model_format", core.Args{"format": wish, "known": known})
	}
	b, err := p.w.cfg.Models.ExportModel(ctx, s.Method, s.Model, formats[at])
	if err != nil {
		return "", err
	}
	return formats[at], export.WriteFile(r.To, r.Force, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// shortName is what people call a media type: "pmml" for application/pmml+xml.
func shortName(mediaType string) string {
	_, name, _ := strings.Cut(mediaType, "/")
	name, _, _ = strings.Cut(name, ";")
	name, _, _ = strings.Cut(name, "+")
	return strings.TrimPrefix(name, "x-")
}
