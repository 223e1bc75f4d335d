package cli

import (
	"context"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/store"
)

func newCheck() *command {
	c := newCommand("check", "P.qx")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		_, err := store.Check(ctx, operands[0])
		if err != nil {
			return err
		}
		return s.answer(view.Check(operands[0]), func(w *printer) { w.say("cli.check.done", "file", operands[0]) })
	}
	return c
}
