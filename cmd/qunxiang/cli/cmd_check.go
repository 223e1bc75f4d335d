package cli

import (
	"context"
	"path/filepath"

	"qunxiang/core"
	"qunxiang/store"
)

func newCheck() *command {
	c := newCommand("check", "P.qx")
	repair := c.flags.Bool("repair", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if *repair {
			return s.repair(ctx, operands[0])
		}
		r, err := store.Check(ctx, operands[0])
		if err != nil {
			return err
		}
		if !r.OK {
			return s.damaged(operands[0], r)
		}
		return s.answer(r, func(w *printer) {
			w.say("cli.check.done", "file", operands[0], "sources", r.Sources, "rows", r.Rows, "runs", r.Runs)
		})
	}
	return c
}

// damaged is the answer for a file with damage: an error of the data, with the report
// as its details, and what can be done.
func (s *session) damaged(path string, r store.CheckReport) error {
	s.details = r
	for _, p := range r.Problems {
		s.note(core.Message{Key: "cli.check.problem", Args: core.Args{"problem": p}})
	}
	if r.CanUndo {
		s.note(core.Message{Key: "cli.check.can_undo", Args: core.Args{"file": path}})
	}
	return &core.Error{Code: store.CodeDamaged, Origin: core.OriginData, Op: "check", Where: core.Where{File: filepath.Base(path)}}
}

func (s *session) repair(ctx context.Context, path string) error {
	r, err := store.Repair(ctx, path)
	if err != nil {
		return err
	}
	return s.answer(r, func(w *printer) { printRepair(w, path, r) })
}

func printRepair(w *printer, path string, r store.RepairReport) {
	if !r.Changed {
		w.say("cli.check.sound", "file", path)
		return
	}
	w.say("cli.check.repaired", "file", path, "kept", r.Kept, "sources", r.Sources, "runs", r.Runs)
}
