package database

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// grouped is the answer of the lean statement, sorted by what becomes of the rows.
type grouped struct {
	of      []tally         // customers without odd rows, by key
	odd     int             // rows of the others …
	oddKeys map[string]bool // … whose keys these are
	named   []string        // keys that are odd themselves, as they are in the table
	test    []tally         // customers named as tests
	missing []tally         // cells that mean that there is none
	null    int             // rows whose cell is empty
}

func (p *pushdown) groups(ctx context.Context, l *lean, pr core.Progress) (*grouped, error) {
	c, err := p.s.query(ctx, l.sql)
	if err != nil {
		return nil, notLean(ctx, err)
	}
	defer c.end()
	g := &grouped{oddKeys: map[string]bool{}}
	if len(c.columns()) != 9 {
		return nil, errNotLean
	}
	cells := make([][]byte, 9)
	for {
		err := c.Next(ctx, cells)
		if isEOF(err) {
			return g, g.apart(ctx)
		}
		if err != nil {
			return nil, notLean(ctx, err)
		}
		if len(g.of) >= maxRows {
			return nil, userError("database_too_many_rows", "table", core.Args{"limit": maxRows})
		}
		if n := len(g.of); n%heard == heard-1 {
			pr(0.6, core.Message{Key: "stage.database_sum_rows", Args: core.Args{"count": n + 1}})
		}
		if err := g.add(cells, l.scale, p.plan.Float[core.RoleCustomer]); err != nil {
			return nil, err
		}
	}
}

// notLean lets the general way find out what is wrong, unless the task has ended.
func notLean(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return errNotLean
}

// add sorts one customer.
func (g *grouped) add(cells [][]byte, scale int, float bool) error {
	rows, err1 := count(cells[6])
	odd, err2 := count(cells[7])
	oddOrders, err3 := count(cells[8])
	if errors.Join(err1, err2, err3) != nil || oddOrders > 0 {
		return errNotLean
	}
	raw := string(cells[0])
	key := plainKey(raw, float)
	switch {
	case cells[0] == nil:
		g.null += int(rows)
		return nil
	case ingest.IsMissing(key):
		g.missing = append(g.missing, tally{raw: raw, rows: int(rows)})
		return nil
	case odd > 0:
		g.odd += int(rows)
		g.oddKeys[key] = true
		if key != raw {
			g.named = append(g.named, raw)
		}
		return nil
	case ingest.IsTest(key):
		g.test = append(g.test, tally{raw: raw, rows: int(rows)})
		return nil
	case key != raw && !float:
		g.named = append(g.named, raw)
		return nil
	}
	t, err := tallied(cells, scale)
	t.key, t.raw, t.rows = key, raw, int(rows)
	switch {
	case err != nil || math.IsInf(t.money, 0):
		return errNotLean
	case !ingest.IsDay(string(cells[1])) || !ingest.IsDay(string(cells[2])):
		g.named = append(g.named, raw)
	default:
		g.of = append(g.of, t)
	}
	return nil
}

// plainKey is a customer's key as an import makes it of a cell.
func plainKey(raw string, float bool) string {
	key := ingest.Trim(raw)
	if s, ok := strings.CutSuffix(key, ".0"); ok && float && s != "" && strings.Trim(s, "0123456789") == "" {
		return s
	}
	return key
}

// apart takes out customers whose keys are the same but for blanks or ".0".
func (g *grouped) apart(ctx context.Context) error {
	slices.SortFunc(g.of, func(a, b tally) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.raw, b.raw)) })
	named := g.oddKeys
	for _, raw := range g.named {
		named[ingest.Trim(raw)] = true
	}
	kept := g.of[:0]
	for i, t := range g.of {
		twice := i > 0 && g.of[i-1].key == t.key || i+1 < len(g.of) && g.of[i+1].key == t.key
		if !twice && !named[t.key] {
			kept = append(kept, t)
			continue
		}
		g.named = append(g.named, t.raw)
		g.odd += t.rows
	}
	g.of = kept
	slices.Sort(g.named)
	return ctx.Err()
}
