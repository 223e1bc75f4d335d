package sdktest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// asOf is the as-of date of generated cases: 2024-03-18.
const asOf = 19_800

// Generated makes a case from what the method asks for: the table of [Table], the
// long tables of [Details], and the columns that it wants named by parameters. What
// the table says about orders agrees with the long tables.
func Generated(in sdk.Info, rows int, seed uint64) Case {
	c := Case{Name: "generated", Table: Table(in, rows, seed), Params: ColumnParams(in), Seed: 1}
	if len(in.Details) > 0 {
		c.Details, c.AsOf = Details(in, rows, seed), asOf
		agree(c.Table, orders(rows, seed))
	}
	return c
}

// Details makes the long tables that the method asks for, about so many customers.
// The lines are those of the orders.
func Details(in sdk.Info, customers int, seed uint64) []sdk.DetailTable {
	var out []sdk.DetailTable
	for _, d := range in.Details {
		all := orders(customers, seed)
		switch d.ID {
		case sdk.DetailOrders:
			out = append(out, sdk.DetailTable{ID: d.ID, Table: all})
		case sdk.DetailLines:
			out = append(out, sdk.DetailTable{ID: d.ID, Table: lines(all, seed)})
		case sdk.DetailComments:
			out = append(out, sdk.DetailTable{ID: d.ID, Table: comments(all, seed)})
		case sdk.DetailEvents:
			out = append(out, sdk.DetailTable{ID: d.ID, Table: events(all, seed)})
		}
	}
	return out
}

// orders are one to some dozen a customer, at a pace and of a size of their own.
func orders(customers int, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 0x0ede))
	var customer, day []int64
	var amount []float64
	for i := range customers {
		pace, size := 20*math.Exp(rng.NormFloat64()), 50*float64(i%3+1)*math.Exp(rng.NormFloat64()/3)
		for at := rng.ExpFloat64() * 200; at < 700 && (at > 0 || len(customer) == 0); at += pace * rng.ExpFloat64() {
			customer, day = append(customer, int64(i)), append(day, asOf-700+int64(at))
			amount = append(amount, math.Round(100*size*math.Exp(rng.NormFloat64()/2))/100)
			if rng.IntN(12) == 0 { // gone for good
				break
			}
		}
		if len(customer) == 0 || customer[len(customer)-1] != int64(i) {
			customer, day, amount = append(customer, int64(i)), append(day, asOf-1), append(amount, 9.5)
		}
	}
	return &table.Table{Rows: len(customer), Columns: []table.Column{
		{Name: "customer", Kind: table.Int64, Ints: customer},
		{Name: "day", Kind: table.Int64, Unit: "day", Ints: day},
		{Name: "amount", Kind: table.Float64, Unit: "money", Floats: amount},
	}}
}

// lines cuts every order into one to four lines of products that go together in two
// groups.
func lines(all *table.Table, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 0x11e5))
	customers, days, amounts := all.Columns[0].Ints, all.Columns[1].Ints, all.Columns[2].Floats
	out := &table.Table{Columns: []table.Column{
		{Name: "customer", Kind: table.Int64},
		{Name: "day", Kind: table.Int64, Unit: "day"},
		{Name: "amount", Kind: table.Float64, Unit: "money"},
		{Name: "order", Kind: table.Int64},
		{Name: "quantity", Kind: table.Float64},
		{Name: "product", Kind: table.Category},
		{Name: "category", Kind: table.Category, Dict: []string{"茶 tea", "book"}},
		{Name: "channel", Kind: table.Category, Dict: []string{"shop", "web"}},
	}}
	for p := range 10 {
		out.Columns[5].Dict = append(out.Columns[5].Dict, fmt.Sprintf("product %d", p))
	}
	for i := range all.Rows {
		n, group := 1+rng.IntN(4), uint32(customers[i]%2)
		for range n {
			c := out.Columns
			c[0].Ints, c[1].Ints, c[2].Floats = append(c[0].Ints, customers[i]), append(c[1].Ints, days[i]), append(c[2].Floats, amounts[i]/float64(n))
			c[3].Ints, c[4].Floats = append(c[3].Ints, int64(i)), append(c[4].Floats, float64(1+rng.IntN(3)))
			c[5].Codes = append(c[5].Codes, 5*group+uint32(rng.IntN(5)))
			c[6].Codes, c[7].Codes = append(c[6].Codes, group), append(c[7].Codes, uint32(rng.IntN(2)))
			out.Rows++
		}
	}
	return out
}

// comments are about every second order.
func comments(all *table.Table, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 0xc033))
	said := []string{"送货很快，包装完好 fast delivery", "味道不错，会再买", "too slow, 客服不回复", "价格实惠"}
	out := &table.Table{Columns: []table.Column{
		{Name: "customer", Kind: table.Int64}, {Name: "text", Kind: table.String}, {Name: "day", Kind: table.Int64, Unit: "day"},
	}}
	for i := range all.Rows {
		if rng.IntN(2) == 0 {
			c := out.Columns
			c[0].Ints, c[2].Ints = append(c[0].Ints, all.Columns[0].Ints[i]), append(c[2].Ints, all.Columns[1].Ints[i])
			c[1].Strings = append(c[1].Strings, said[rng.IntN(len(said))])
			out.Rows++
		}
	}
	return out
}

// events are one before every order.
func events(all *table.Table, seed uint64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 0xe7e5))
	out := &table.Table{Rows: all.Rows, Columns: []table.Column{
		all.Columns[0],
		{Name: "event", Kind: table.Category, Dict: []string{"click", "open", "view"}},
		all.Columns[1],
		{Name: "channel", Kind: table.Category, Dict: []string{"mail", "web"}},
	}}
	for range all.Rows {
		out.Columns[1].Codes = append(out.Columns[1].Codes, uint32(rng.IntN(3)))
		out.Columns[3].Codes = append(out.Columns[3].Codes, uint32(rng.IntN(2)))
	}
	return out
}

// agree writes into the columns that are about orders what the orders say.
func agree(t *table.Table, all *table.Table) {
	first, last := make([]float64, t.Rows), make([]float64, t.Rows)
	count, sum := make([]float64, t.Rows), make([]float64, t.Rows)
	for i, c := range all.Columns[0].Ints {
		ago := float64(asOf - all.Columns[1].Ints[i])
		if count[c] == 0 {
			first[c] = ago
		}
		last[c] = ago
		count[c]++
		sum[c] += all.Columns[2].Floats[i]
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		of := map[string][]float64{"recency_days": last, "tenure_days": first, "frequency": count, "monetary": sum}[c.Name]
		for r, v := range of {
			switch c.Kind {
			case table.Float64:
				c.Floats[r] = v
			case table.Int64:
				c.Ints[r] = int64(v)
			}
		}
	}
}

// pickDetails is the part of the long tables that is about the given rows, in the
// order of the rows.
func pickDetails(list []sdk.DetailTable, rows []int32) []sdk.DetailTable {
	out := slices.Clone(list)
	for i := range out {
		out[i].Table = pickDetail(out[i].Table, rows)
	}
	return out
}

func pickDetail(t *table.Table, rows []int32) *table.Table {
	of := map[int64][]int32{}
	for i, c := range t.Column("customer").Ints {
		of[c] = append(of[c], int32(i))
	}
	var pick []int32
	var customer []int64
	for i, r := range rows {
		pick = append(pick, of[int64(r)]...)
		for range of[int64(r)] {
			customer = append(customer, int64(i))
		}
	}
	out := t.Pick(pick)
	out.Column("customer").Ints = customer
	return out
}

// mappedDetail changes the numbers of a long table that are no positions and no days.
func mappedDetail(t *table.Table, f func(row int, v float64) float64) *table.Table {
	out := &table.Table{Rows: t.Rows, Columns: slices.Clone(t.Columns)}
	customer := t.Column("customer").Ints
	for i := range out.Columns {
		c := &out.Columns[i]
		c.Floats = slices.Clone(c.Floats)
		for r, v := range c.Floats {
			c.Floats[r] = f(int(customer[r]), v)
		}
	}
	return out
}
