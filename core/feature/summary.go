package feature

import (
	"context"

	"qunxiang/core"
)

// Summarise adds all rows up. It returns nil without rows, and where a customer's money
// could leave an int64.
func Summarise(ctx context.Context, tx *core.Transactions) (*core.Summary, error) {
	if tx.Rows() == 0 {
		return nil, nil //nolint:nilnil // no summary is a state of its own
	}
	t := walk(ctx, tx, always(), tx.Customers.Len())
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t.big != nil {
		return nil, nil //nolint:nilnil // no summary is a state of its own
	}
	return &core.Summary{Rows: tx.Rows(), Scale: tx.Scale, From: t.from, To: t.to, Of: t.of}, nil
}

// AsOfSummary is [AsOf] of the transactions that were summed up, NoDate for none.
func AsOfSummary(s *core.Summary) core.Date {
	if s == nil {
		return core.NoDate
	}
	return s.To + 1
}

// Covers reports whether the summary decides the features under the options: when all
// rows count.
func Covers(s *core.Summary, o Options) bool {
	return s != nil && o.WindowMonths <= 0 && (o.AsOf == core.NoDate || o.AsOf >= s.To)
}

// FromSummary is [FromTransactions] where the summary of the transactions [Covers] the
// options.
func FromSummary(s *core.Summary, o Options) *Set {
	if o.AsOf == core.NoDate {
		o.AsOf = AsOfSummary(s)
	}
	return assemble(s.Scale, o, &totals{of: s.Of})
}
