package cli

import (
	"context"
	"os"

	"github.com/spf13/pflag"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
)

// leftOut writes the rows that an import leaves out to a file of their own.
type leftOut struct {
	to    string
	force bool
	rows  int
}

func (l *leftOut) register(flags *pflag.FlagSet) {
	flags.StringVar(&l.to, "rejected-to", "", "R.csv")
	flags.BoolVar(&l.force, "force", false, "")
}

// check refuses before anything is imported what would fail after it.
func (l *leftOut) check(from string) error {
	switch {
	case l.to == "" && l.force:
		return misuse("usage_only_with", core.Args{"flag": "--force", "other": "--rejected-to"})
	case l.to == "":
		return nil
	case from != "":
		return misuse("usage_either", core.Args{"a": "--from", "b": "--rejected-to"})
	}
	if err := ending(l.to, "csv"); err != nil {
		return err
	}
	if _, err := os.Lstat(l.to); err == nil && !l.force {
		return &core.Error{Code: "output_exists", Origin: core.OriginUser, Where: core.Where{File: l.to}, Args: core.Args{"file": l.to}}
	}
	return nil
}

// write reads the file once more and writes the rows.
func (l *leftOut) write(ctx context.Context, s *session, file string, o core.ImportOptions) error {
	if l.to == "" {
		return nil
	}
	r, err := s.workspace().Rejected(ctx, file, o, s.progress())
	if err != nil {
		return err
	}
	l.rows, err = s.workspace().WriteRejected(ctx, r, l.to, l.force, func(reason string) string { return s.loc.T("reason." + reason) })
	return err
}

// view adds what was written to the answer.
func (l *leftOut) view(o view.Object) view.Object {
	if l.to == "" {
		return o
	}
	return append(o, view.Field{Key: "rejected", Value: view.Object{{Key: "file", Value: l.to}, {Key: "rows", Value: l.rows}}})
}

func (l *leftOut) print(w *printer) {
	if l.to != "" {
		w.say("cli.import.rejected", "rows", l.rows, "file", l.to)
	}
}
