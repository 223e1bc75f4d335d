package cli

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/export"
	"qunxiang/core/feature"
	"qunxiang/core/run"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

func newFeatures() *command {
	c := newCommand("features", "P.qx")
	c.needs = []string{"to"}
	to := c.flags.String("to", "", "F.csv")
	asOf := c.flags.String("as-of", "", "DATE")
	with := c.flags.String("with", "", "a,b,c")
	force := c.flags.Bool("force", false, "")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		if err := ending(*to, "csv"); err != nil {
			return err
		}
		date, err := dateFlag(*asOf)
		if err != nil {
			return err
		}
		p, err := s.look(ctx, operands[0])
		if err != nil {
			return err
		}
		set, err := p.FeaturesWith(ctx, date, 0, names(*with))
		if err != nil {
			return err
		}
		if err := known(set.Table, names(*with)); err != nil {
			return err
		}
		keys, err := p.Keys(ctx)
		if err != nil {
			return err
		}
		err = export.WriteFile(*to, *force, func(w io.Writer) error { return writeFeatures(ctx, w, set, keys) })
		if err != nil {
			return err
		}
		return s.answer(view.Features(set, *to), func(w *printer) {
			w.say("cli.features.done", "rows", set.Table.Rows, "columns", len(set.Table.Columns), "file", *to)
		})
	}
	return c
}

// known checks that columns asked for by name are there.
func known(t *table.Table, wanted []string) error {
	for _, name := range wanted {
		if t.Column(name) == nil {
			return &core.Error{
				Code: run.CodeUnknownColumn, Origin: core.OriginUser, Op: "features", Where: core.Where{Column: name},
				Args: core.Args{"known": expr.Near(name, columnNames(t))},
			}
		}
	}
	return nil
}

func columnNames(t *table.Table) []string {
	out := make([]string, len(t.Columns))
	for i := range t.Columns {
		out[i] = t.Columns[i].Name
	}
	return out
}

// writeFeatures writes the table as CSV in UTF-8: the customer's key, then a column
// per feature; an empty cell is a missing value.
func writeFeatures(ctx context.Context, w io.Writer, set *feature.Set, keys *core.Dict) error {
	out := bufio.NewWriterSize(w, 1<<18)
	line := []byte("customer")
	for i := range set.Table.Columns {
		line = appendCell(append(line, ','), set.Table.Columns[i].Name)
	}
	for i := range set.Table.Rows {
		if i%8192 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
		line = appendCell(line[:0], keys.At(int(set.Customers[i])))
		for j := range set.Table.Columns {
			line = appendValue(append(line, ','), &set.Table.Columns[j], i)
		}
	}
	if _, err := out.Write(append(line, '\n')); err != nil {
		return err
	}
	return out.Flush()
}

// appendValue writes numbers with the fewest digits that give the same number back.
func appendValue(b []byte, c *table.Column, i int) []byte {
	switch {
	case c.Missing(i):
		return b
	case c.Kind == table.Float64:
		return strconv.AppendFloat(b, c.Floats[i], 'g', -1, 64)
	case c.Kind == table.Bool:
		return strconv.AppendBool(b, c.Ints[i] != 0)
	case c.Kind == table.Int64:
		return strconv.AppendInt(b, c.Ints[i], 10)
	case c.Kind == table.Time:
		return append(b, view.Moment(c.Ints[i])...)
	}
	return appendCell(b, c.Text(i))
}

// appendCell quotes a text where CSV needs it, after disarming formulas.
func appendCell(b []byte, s string) []byte {
	s = export.Safe(s)
	if !strings.ContainsAny(s, ",\"\r\n") {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}
