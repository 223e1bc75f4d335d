package cli

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/sample"
)

// sampleFlags are the flags that "sample" and "demo" share.
type sampleFlags struct {
	customers int
	seed      uint64
}

func (f *sampleFlags) add(c *command) {
	c.flags.IntVar(&f.customers, "customers", sample.DefaultCustomers, "N")
	c.flags.Uint64Var(&f.seed, "seed", 1, "N")
}

// generate makes the business; its texts are in the session's language. A hundred
// thousand customers take seconds, and nothing is written meanwhile: who cancels does
// not wait for them.
func (f *sampleFlags) generate(ctx context.Context, s *session, business string) (*sample.Business, error) {
	if f.customers < 1 { // 0 would be the generator's own default
		return nil, badFlag("customers", strconv.Itoa(f.customers), "count")
	}
	type made struct {
		b   *sample.Business
		err error
	}
	done := make(chan made, 1)
	go func() {
		b, err := sample.Generate(business, sample.Options{Customers: f.customers, Seed: f.seed, Lang: s.loc.Lang})
		done <- made{b, err}
	}()
	select {
	case m := <-done:
		return m.b, m.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func newSample() *command {
	c := newCommand("sample", "shop")
	c.needs = []string{"out"}
	out := c.flags.String("out", "", "DIR")
	var f sampleFlags
	f.add(c)
	truth := c.flags.Bool("truth", false, "")
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		b, err := f.generate(ctx, s, operands[0])
		if err != nil {
			return err
		}
		if err := absent(*out, *force, sample.Files(*truth)...); err != nil {
			return err
		}
		files, err := b.Write(ctx, *out, s.loc.Lang, *truth)
		if err != nil {
			return err
		}
		return s.answer(view.Files(files), func(w *printer) {
			for _, name := range files {
				w.say("cli.file.done", "file", filepath.ToSlash(name))
			}
		})
	}
	return c
}

// absent returns the error output_exists when one of the files is in the folder and
// force does not allow to replace it.
func absent(dir string, force bool, files ...string) error {
	for _, name := range files {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil && !force {
			return &core.Error{Code: "output_exists", Origin: core.OriginUser, Op: "write", Where: core.Where{File: filepath.Base(path)}}
		}
	}
	return nil
}
