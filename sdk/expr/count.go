package expr

import (
	"context"
	"math/bits"

	"qunxiang/sdk/table"
)

// Match says which of several rules takes each row of a table when the first that
// holds wins.
type Match struct {
	Label []int32      // by row: the position of the first rule that holds, −1 where none does
	Rows  []table.Bits // by rule: the rows for which it holds
	Holds []int        // by rule: how many those are
	Takes []int        // by rule: rows whose first rule it is
	None  int          // rows for which no rule holds
}

// FirstMatch divides the rows of t among the rules. It is fast enough to be called
// while somebody types: a few milliseconds for ten rules and 100,000 rows. The error
// is that of [Expr.Rows] in a *[RuleError], or
// ctx's.
func FirstMatch(ctx context.Context, rules []*Expr, t *table.Table) (Match, error) {
	m := Match{Label: make([]int32, t.Rows), Holds: make([]int, len(rules)), Takes: make([]int, len(rules)), None: t.Rows}
	for i := range m.Label {
		m.Label[i] = -1
	}
	free := table.NewBits(t.Rows)
	free.Fill(t.Rows)
	for i, e := range rules {
		holds, err := e.root.rows(ctx, t)
		if ctx.Err() != nil {
			return Match{}, ctx.Err()
		}
		if err != nil {
			return Match{}, &RuleError{At: i, Err: err}
		}
		m.Rows, m.Holds[i] = append(m.Rows, holds), holds.Count(t.Rows)
		for w := range free {
			takes := free[w] & holds[w]
			free[w] &^= takes
			m.Takes[i] += bits.OnesCount64(takes)
			for ; takes != 0; takes &= takes - 1 {
				m.Label[w<<6|bits.TrailingZeros64(takes)] = int32(i)
			}
		}
		m.None -= m.Takes[i]
	}
	return m, nil
}

// RuleError is a fault of one of several rules.
type RuleError struct {
	At  int   // position among the rules
	Err error // an *[Error]
}

// Error implements error.
func (e *RuleError) Error() string { return e.Err.Error() }

// Unwrap returns the fault.
func (e *RuleError) Unwrap() error { return e.Err }
