package cli

import (
	"context"
	"strconv"

	"github.com/spf13/pflag"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/workspace"
)

// intoFlags are the flags that write a result into the customers' own file.
type intoFlags struct {
	file, key, sheet, delimiter string
	header                      int
}

func (f *intoFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.file, "into", "", "FILE")
	flags.StringVar(&f.key, "key", "", "COLUMN")
	flags.StringVar(&f.sheet, "sheet", "", "S")
	flags.IntVar(&f.header, "header-row", 0, "N")
	flags.StringVar(&f.delimiter, "delimiter", "", "C")
}

// alone returns a flag that means nothing without --into, "" for none.
func (f *intoFlags) alone(flags *pflag.FlagSet) string {
	for _, name := range []string{"key", "sheet", "header-row", "delimiter"} {
		if flags.Changed(name) {
			return name
		}
	}
	return ""
}

func (f *intoFlags) run(ctx context.Context, s *session, flags *pflag.FlagSet, path string, r workspace.ExportRequest) error {
	switch {
	case flags.Changed("encoding"): // the file has its own
		return misuse("usage_either", core.Args{"a": "--into", "b": "--encoding"})
	case r.Identity == "pseudonym": // the file has its own codes
		return misuse("usage_either", core.Args{"a": "--into", "b": "--identity pseudonym"})
	case flags.Changed("header-row") && f.header < 1:
		return badFlag("header-row", strconv.Itoa(f.header), "header")
	}
	in := workspace.IntoRequest{ExportRequest: r, File: f.file, Key: f.key, Import: core.ImportOptions{Sheet: f.sheet, HeaderRow: f.header}}
	var err error
	if in.Import.Delimiter, err = delimiter(f.delimiter); err != nil {
		return err
	}
	open := s.look
	if r.Holdout > 0 { // the control group is kept in the project
		open = s.project
	}
	p, err := open(ctx, path)
	if err != nil {
		return err
	}
	report, err := p.Into(ctx, in, s.progress())
	if err != nil {
		return err
	}
	if p.Dirty() {
		if err := p.Save(ctx); err != nil {
			return err
		}
	}
	return s.answer(view.Into(report, s.loc), func(w *printer) { printInto(w, report) })
}

func printInto(w *printer, r workspace.IntoReport) {
	w.say("cli.into.done", "matched", r.Matched, "rows", r.Rows, "file", r.Path, "key", r.Key)
	if len(r.Appended) > 0 {
		w.say("cli.into.appended", "columns", r.Appended)
	}
	for _, f := range r.Filled {
		w.say("cli.into.filled", "column", f.Column, "changed", f.Changed, "emptied", f.Emptied)
	}
	for _, n := range []struct {
		key   string
		count int
	}{{"not_on_list", r.NotOnList}, {"no_key", r.NoKey}, {"repeated", r.Repeated}, {"not_in_file", r.NotInFile}, {"long", r.Long}} {
		if n.count > 0 {
			w.say("cli.into."+n.key, "count", n.count)
		}
	}
	if r.Unknown > 0 {
		w.say("cli.into.unknown", "count", r.Unknown, "examples", r.Examples)
	}
	if r.FloatKeys {
		w.say("cli.into.float_keys", "column", r.Key)
	}
	printWithheld(w, r.Masked, r.Suppressed, r.Holdout)
	for _, h := range r.Hints {
		w.line(w.loc.T("cli.hint", "text", w.loc.Message(h)))
	}
	for _, what := range r.Lost {
		w.say("cli.into.lost." + what)
	}
	w.say("cli.into.identifiers")
}
