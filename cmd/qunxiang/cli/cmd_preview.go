package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core/ingest"
)

// previewRows is how many rows are shown unless --rows says otherwise.
const previewRows = 10

func newPreview() *command {
	c := newCommand("preview", "FILE")
	f := importFlags{}
	f.register(c.flags, fileKinds()...)
	rows := c.flags.Int("rows", previewRows, "N")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		o, err := f.options(c.flags.Changed("header-row"))
		if err != nil {
			return err
		}
		if *rows < 0 {
			return badFlag("rows", strconv.Itoa(*rows), "least")
		}
		v, err := s.workspace().Inspect(ctx, operands[0], o, *rows)
		if err != nil {
			return err
		}
		return s.answer(view.Preview(v, s.loc), func(w *printer) { printPreview(w, v) })
	}
	return c
}

func newConvert() *command {
	c := newCommand("convert", "FILE")
	c.needs = []string{"to"}
	f := importFlags{}
	f.registerReading(c.flags)
	to := c.flags.String("to", "", "F.csv")
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if err := ending(*to, "csv"); err != nil {
			return err
		}
		o, err := f.options(c.flags.Changed("header-row"))
		if err != nil {
			return err
		}
		p, err := s.workspace().Convert(ctx, operands[0], o, *to, *force)
		if err != nil {
			return err
		}
		return s.answer(view.Convert(p, *to), func(w *printer) {
			w.say("cli.convert.done", "rows", p.Rows, "columns", p.Width, "file", *to)
			printAround(w, p)
		})
	}
	return c
}

// registerReading adds the flags that say how the cells of a file are found.
func (f *importFlags) registerReading(flags *pflag.FlagSet) {
	flags.StringVar(&f.sheet, "sheet", "", "S")
	flags.IntVar(&f.header, "header-row", 0, "N")
	flags.StringVar(&f.encoding, "encoding", "", "E")
	flags.StringVar(&f.delimiter, "delimiter", "", "C")
}

// printPreview shows what is in a file: how it is read, the columns, the first rows.
func printPreview(w *printer, v *ingest.Inspection) {
	l := w.loc
	key := "cli.preview.rows"
	if !v.Complete {
		key = "cli.preview.rows_more"
	}
	w.say(key, "rows", v.Rows, "columns", v.Width)
	if v.Refused == nil {
		printDetected(w, v.Detected)
		if v.Orders > 0 {
			w.say("cli.preview.orders", "lines", v.Lines, "orders", v.Orders)
		}
	} else {
		printReading(w, v)
		message, _ := l.Error(v.Refused)
		w.say("cli.preview.refused", "reason", message)
	}
	g := &grid{head: []string{l.T("cli.preview.column"), l.T("cli.preview.type"), l.T("cli.preview.role"), l.T("cli.preview.confidence")}, right: []bool{false, false, false, true}}
	for _, c := range v.Columns {
		role := ""
		if c.Role != "" {
			role = l.T("cli.role." + string(c.Role))
		}
		g.add(oneLine(c.Name), l.T("cli.preview.type."+c.Type), role, l.Percent(c.Confidence))
	}
	w.blank()
	w.grid(g, "  ")
	printSamples(w, v)
	printAround(w, v.Plain)
	for _, m := range v.Problems {
		w.line(l.T("cli.hint", "text", l.Message(m)))
	}
}

// printReading says how the cells of a file were found.
func printReading(w *printer, v *ingest.Inspection) {
	l, g := w.loc, &grid{}
	for _, pair := range [][2]string{
		{"encoding", v.Encoding},
		{"delimiter", delimiterName(l, v.Delimiter)},
		{"sheet", v.Sheet},
	} {
		if pair[1] != "" {
			g.add(l.T("cli.detected."+pair[0]), oneLine(pair[1]))
		}
	}
	w.say("cli.detected")
	w.grid(g, "  ")
}

// widest is how many characters of a cell are shown.
const widest = 24

// printSamples shows the first rows.
func printSamples(w *printer, v *ingest.Inspection) {
	if len(v.Samples) == 0 {
		return
	}
	g := &grid{}
	if v.Header != nil {
		g.add(append([]string{""}, shortened(v.Header)...)...)
	}
	for _, r := range v.Samples {
		g.add(append([]string{w.loc.Int(r.Row)}, shortened(r.Cells)...)...)
	}
	w.blank()
	w.grid(g, "  ")
}

func shortened(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		r := []rune(oneLine(strings.TrimSpace(c)))
		if len(r) > widest {
			r = append(r[:widest-1], '…')
		}
		out[i] = string(r)
	}
	return out
}

// printAround lists the rows that are not the table's.
func printAround(w *printer, p *ingest.Plain) {
	const most = 12
	for i, k := range p.Skipped {
		if i == most {
			w.say("cli.preview.skipped_more", "count", len(p.Skipped)-most)
			return
		}
		w.say("cli.preview.skipped", "what", w.loc.T("preview.skipped."+k.Kind), "row", k.Row, "count", k.Rows, "text", oneLine(k.Text))
	}
}
