package cli

import (
	"context"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/workspace"
)

// runAll imports all tables of the file that have the same columns. It is saved when all of
// them are in.
func (i *fileImport) runAll(ctx context.Context, s *session, p *workspace.Project, file string, o core.ImportOptions) error {
	if i.left.to != "" {
		return misuse("usage_either", core.Args{"a": "--sheet '*'", "b": "--rejected-to"})
	}
	t, err := template(ctx, p, i.template)
	if err != nil {
		return err
	}
	total, sheets, err := p.ImportSheets(ctx, file, o, t, !i.dry, s.progress())
	if err != nil {
		return err
	}
	if !i.dry {
		if err := p.Save(ctx); err != nil {
			return err
		}
	}
	currency := p.Head().Currency
	return s.answer(view.ImportSheets(total, sheets, s.loc), func(w *printer) {
		printImport(w, total, currency, i.dry)
		for _, sheet := range sheets {
			w.line("")
			w.say("cli.import.sheet", "sheet", sheet.Sheet)
			printImport(w, sheet.Report, currency, i.dry)
		}
	})
}
