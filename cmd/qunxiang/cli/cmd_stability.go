package cli

import (
	"context"
	"strconv"

	"qunxiang/cmd/qunxiang/view"
)

func newStability() *command {
	c := newCommand("stability", "P.qx", "NAME")
	number := c.flags.Int("run", 0, "N")
	n := c.flags.Int("replicates", 0, "N")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if *number < 0 {
			return badFlag("run", strconv.Itoa(*number), "run")
		}
		if *n < 0 || *n > maxReplicates {
			return badFlag("replicates", strconv.Itoa(*n), "stability")
		}
		p, err := s.project(ctx, operands[0])
		if err != nil {
			return err
		}
		seg, err := p.Stability(ctx, operands[1], *number, *n, s.progress())
		if err != nil {
			return err
		}
		if err := p.Save(ctx); err != nil {
			return err
		}
		currency := p.Head().Currency
		return s.answer(view.Show(seg), func(w *printer) {
			w.grid(segmentGrid(w.loc, seg, currency), "  ")
			for _, t := range seg.Tables {
				if t.ID == "stability" {
					printTable(w, t, seg)
				}
			}
			for _, d := range seg.Diagnostics {
				if d.Code == "stability_failed" {
					w.line(diagnosticLine(w.loc, d))
				}
			}
		})
	}
	return c
}
