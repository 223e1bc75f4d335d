package quality

import (
	"slices"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// span is a run of rows, without to.
type span struct{ from, to int }

func length(spans []span) (n int) {
	for _, s := range spans {
		n += s.to - s.from
	}
	return n
}

// present are the rows below n that are in none of the spans, which ascend.
func present(spans []span, n int) []span {
	var out []span
	from := 0
	for _, s := range append(slices.Clip(spans), span{n, n}) {
		if s.from > from {
			out = append(out, span{from, s.from})
		}
		from = s.to
	}
	return out
}

// absent returns the rows of files that do not have a column of the purchases which
// other files have, and tells of them: that a file has no products is no gap in the
// products of another.
func (l *look) absent(column string, codes []uint32) []span {
	var out []span
	var in []int // ids of those files
	row := 0
	for _, f := range l.Data.Files {
		to := row + f.Rows
		if to > len(codes) {
			return nil
		}
		if to > row && !slices.ContainsFunc(codes[row:to], func(c uint32) bool { return c != core.NoCode }) {
			out, in = append(out, span{row, to}), append(in, f.Source)
		}
		row = to
	}
	n := length(out)
	if n == 0 || n == len(codes) { // all of it: the column is empty
		return nil
	}
	at := slices.IndexFunc(l.Sources, func(s core.Source) bool { return s.ID == in[0] })
	if at < 0 {
		return nil
	}
	l.add(0, Issue{
		Code: "not_in_files", Dimension: Completeness, Severity: Low, Unit: Rows, Count: n, Share: share(n, len(codes)), Table: clean.TableTransactions, Column: column,
		Args: core.Args{"file": l.Sources[at].Name, "files": len(in)},
	})
	return out
}
