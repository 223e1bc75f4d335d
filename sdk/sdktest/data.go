package sdktest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Table makes a table that fills the method's roles: for every role its fewest
// columns, and two where it takes more, named by the role's hints. Numbers are
// positive with a long tail and form a few lumps, as customers' do.
func Table(in sdk.Info, rows int, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 0x5eed))
	t := &table.Table{Rows: rows}
	for _, r := range in.Roles {
		n := max(r.Min, 1)
		if r.Max == 0 || r.Max > 1 {
			n = max(n, 2)
		}
		for i := range n {
			c := filled(kindFor(r), rows, rng)
			c.Role, c.Name = r.ID, fmt.Sprintf("%s_%d", r.ID, i+1)
			if i < len(r.Hints) && t.Column(r.Hints[i]) == nil {
				c.Name = r.Hints[i]
			}
			t.Columns = append(t.Columns, c)
		}
	}
	return t
}

// ColumnParams names the columns of [Table] in the parameters that roles follow, or
// tests them there with expressions.
func ColumnParams(in sdk.Info) sdk.Params {
	t, out := Table(in, 0, 1), sdk.Params{}
	for _, r := range in.Roles {
		p, _ := in.Param(r.Param)
		columns := t.ByRole(r.ID)
		if len(columns) == 0 {
			continue
		}
		test := "`" + columns[0].Name + "` is not missing"
		switch {
		case p.Kind == sdk.ParamColumn:
			out[r.Param] = sdk.TextValue(columns[0].Name)
		case p.Host == sdk.HostExpr && p.Kind == sdk.ParamTexts:
			out[r.Param] = sdk.Texts("some:"+test, "other:*")
		case p.Host == sdk.HostExpr:
			out[r.Param] = sdk.TextValue(test)
		}
	}
	return out
}

// kindFor picks numbers where the role takes them; a target of both kinds is a
// category, the harder of the two.
func kindFor(r sdk.Role) table.Kind {
	if r.Param != "" && slices.Contains(r.Kinds, table.Category) {
		return table.Category
	}
	return r.Kinds[0]
}

func filled(k table.Kind, rows int, rng *rand.Rand) table.Column {
	c := table.Column{Kind: k}
	if k == table.Category {
		c.Dict = []string{"no", "yes"}
	}
	for i := range rows {
		lump := float64(i%3 + 1)
		switch k {
		case table.Float64:
			c.Floats = append(c.Floats, math.Round(100*lump*lump*math.Exp(rng.NormFloat64()/3))/100)
		case table.Int64:
			c.Ints = append(c.Ints, int64(1+10*lump*math.Exp(rng.NormFloat64()/3)))
		case table.Bool:
			c.Ints = append(c.Ints, int64(rng.IntN(2)))
		case table.Time:
			c.Ints = append(c.Ints, 1_700_000_000_000_000+rng.Int64N(30_000_000)*1_000_000)
		case table.Category:
			yes := uint32(0)
			if i%3 == 2 && rng.IntN(5) > 0 {
				yes = 1
			}
			c.Codes = append(c.Codes, yes)
		case table.String:
			c.Strings = append(c.Strings, []string{"好评 service", "slow delivery", "价格 fine"}[rng.IntN(3)])
		}
	}
	return c
}

// mapped is a copy of a table with the numbers changed.
func mapped(t *table.Table, f func(row int, v float64) float64) *table.Table {
	out := &table.Table{Rows: t.Rows, Columns: slices.Clone(t.Columns)}
	for i := range out.Columns {
		c := &out.Columns[i]
		c.Floats = slices.Clone(c.Floats)
		for r, v := range c.Floats {
			c.Floats[r] = f(r, v)
		}
		if c.Kind == table.Int64 {
			c.Ints = slices.Clone(c.Ints)
			for r, v := range c.Ints {
				c.Ints[r] = int64(max(min(f(r, float64(v)), 1<<62), -1<<62))
			}
		}
	}
	return out
}

// gappy is a copy of a table in which every tenth value is missing in the columns
// whose role takes that.
func gappy(in sdk.Info, t *table.Table) *table.Table {
	out := &table.Table{Rows: t.Rows, Columns: slices.Clone(t.Columns)}
	for i := range out.Columns {
		c := &out.Columns[i]
		takes := slices.ContainsFunc(in.Roles, func(r sdk.Role) bool { return r.ID == c.Role && r.Missing == sdk.MissingAllow })
		if !takes {
			continue
		}
		c.Valid = table.NewBits(t.Rows)
		c.Valid.Fill(t.Rows)
		for r := i; r < t.Rows; r += 10 {
			c.Valid.Clear(r)
		}
	}
	return out
}

// repeated is a case of many rows made from a small one.
func repeated(c Case, rows int) Case {
	if c.Table.Rows == 0 {
		return c
	}
	pick := make([]int32, rows)
	for i := range pick {
		pick[i] = int32(i % c.Table.Rows)
	}
	return c.pick(pick)
}

// first returns the first n rows of a case.
func first(c Case, n int) Case { return repeated(c, n) }
