package cli

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/core/run"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

func newRun() *command {
	c := newCommand("run", "P.qx", "METHOD")
	c.needs = []string{"name"}
	var r workspace.RunRequest
	c.flags.StringVar(&r.Name, "name", "", "S")
	set := c.flags.StringArray("set", nil, "key=value")
	features := c.flags.String("features", "", "a,b,c")
	asOf := c.flags.String("as-of", "", "DATE")
	c.flags.StringVar(&r.Where, "where", "", "EXPR")
	c.flags.StringVar(&r.Within, "within", "", "NAME/SEGMENT")
	c.flags.Uint64Var(&r.Seed, "seed", 0, "N")
	stability := c.flags.Int("stability", 0, "N")
	c.flags.BoolVar(&r.Force, "force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		r.Method = operands[1]
		r.Features = names(*features)
		var err error
		if r.Stability, err = replicates(*stability, c.flags.Changed("stability")); err != nil {
			return err
		}
		if r.AsOf, err = dateFlag(*asOf); err != nil {
			return err
		}
		m, err := s.workspace().Method(ctx, r.Method)
		if err != nil {
			return err
		}
		if r.Set, err = settings(m.Info, *set); err != nil {
			return err
		}
		s.workspace().Expect(ctx, r.Method)
		p, err := s.project(ctx, operands[0])
		if err != nil {
			return err
		}
		seg, err := p.Run(ctx, r, s.progress())
		if err != nil {
			return err
		}
		if err := p.Save(ctx); err != nil {
			return err
		}
		currency := p.Head().Currency
		return s.answer(view.Show(seg), func(w *printer) {
			printSegmentation(w, seg, currency)
			if len(seg.Segments) == 0 { // the tables are the result
				printTables(w, seg)
			}
		})
	}
	return c
}

// maxReplicates bounds --stability: more would add nothing but time.
const maxReplicates = 1000

// replicates reads --stability: 0 is none, and not given leaves it to the method's kind.
func replicates(n int, given bool) (int, error) {
	switch {
	case !given:
		return 0, nil
	case n < 0 || n > maxReplicates:
		return 0, badFlag("stability", strconv.Itoa(n), "stability")
	case n == 0:
		return run.NoStability, nil
	}
	return n, nil
}

// settings reads the --set words. The name must be a parameter of the method;
// whether the value fits is the workspace's business. A parameter that may be given
// several times collects its values as lines; one that takes a file's content is
// given the file's name, with or without a leading @.
func settings(info sdk.Info, words []string) (map[string]string, error) {
	out := make(map[string]string, len(words))
	for _, w := range words {
		key, value, ok := strings.Cut(w, "=")
		if !ok || key == "" {
			return nil, badFlag("set", w, "set")
		}
		p, known := info.Param(key)
		if !known {
			return nil, unknownParam(info, key)
		}
		if p.Kind == sdk.ParamFile && value != "" {
			var err error
			if value, err = content(key, strings.TrimPrefix(value, "@")); err != nil {
				return nil, err
			}
		}
		old, twice := out[key]
		switch {
		case twice && p.Kind == sdk.ParamTexts:
			value = old + "\n" + value
		case twice && old != value:
			return nil, misuse("usage_set_twice", core.Args{"param": key})
		}
		out[key] = value
	}
	return out, nil
}

// unknownParam is the error that core/run gives, before any data is read.
func unknownParam(info sdk.Info, key string) error {
	ids := make([]string, len(info.Params))
	for i, p := range info.Params {
		ids[i] = p.ID
	}
	return &core.Error{
		Code: run.CodeUnknownParam, Origin: core.OriginUser, Op: "command line", Where: core.Where{Param: key},
		Args: core.Args{"method": info.ID, "known": ids},
	}
}

// maxContent bounds a file that is given as a parameter.
const maxContent = 1 << 20

func content(param, path string) (string, error) {
	where := core.Where{Param: param, File: filepath.Base(path)}
	info, err := os.Stat(path)
	if err != nil {
		return "", &core.Error{Code: "usage_param_file_missing", Origin: core.OriginUser, Op: "read parameter file", Where: where, Err: err}
	}
	if !info.Mode().IsRegular() || info.Size() > maxContent {
		return "", &core.Error{Code: "usage_param_file", Origin: core.OriginUser, Op: "read parameter file", Where: where}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", &core.Error{Code: "usage_param_file_missing", Origin: core.OriginUser, Op: "read parameter file", Where: where, Err: err}
	}
	s, ok := ingest.Text(b)
	if !ok || strings.TrimSpace(s) == "" {
		return "", &core.Error{Code: "usage_param_file", Origin: core.OriginUser, Op: "read parameter file", Where: where}
	}
	return s, nil
}

// names splits a list at commas; blanks around a name do not count.
func names(s string) []string {
	var out []string
	for n := range strings.SplitSeq(s, ",") {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

func dateFlag(value string) (core.Date, error) {
	if value == "" {
		return core.NoDate, nil
	}
	d, err := core.ParseDate(value)
	if err != nil {
		return d, badFlag("as-of", value, "date")
	}
	return d, nil
}

func newShow() *command {
	c := newCommand("show", "P.qx", "NAME")
	number := c.flags.Int("run", 0, "N")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if *number < 0 {
			return badFlag("run", strconv.Itoa(*number), "run")
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		seg, err := p.Segmentation(ctx, operands[1], *number)
		if err != nil {
			return err
		}
		currency := p.Head().Currency
		return s.answer(view.Show(seg), func(w *printer) {
			printSegmentation(w, seg, currency)
			printTables(w, seg)
		})
	}
	return c
}

// printTables writes the tables of the evidence.
func printTables(w *printer, s *core.Segmentation) {
	for _, t := range s.Tables {
		if t.ID == cardTable {
			printCard(w, t, s.Segments)
			continue
		}
		printTable(w, t, s)
	}
}
