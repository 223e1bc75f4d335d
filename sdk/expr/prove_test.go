package expr_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

func parsed(tb testing.TB, list ...string) []*expr.Expr {
	tb.Helper()
	out := make([]*expr.Expr, len(list))
	for i, s := range list {
		e, err := expr.Parse(s)
		if err != nil {
			tb.Fatal(err)
		}
		out[i] = e
	}
	return out
}

// shop is the columns of a shop; only the city can be missing.
func shop() []expr.Field {
	return []expr.Field{
		{Name: "m", Kind: table.Float64},
		{Name: "d", Kind: table.Int64, Least: new(float64)},
		{Name: "vip", Kind: table.Bool},
		{Name: "city", Kind: table.Category, Missing: true},
		{Name: "day", Kind: table.Time},
	}
}

func TestProve(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rules    []string
		gaps     string // in words
		example  string
		overlaps string // first+second: words
		useless  string
	}{
		"total":                {rules: []string{"m >= 2000", "m < 2000"}},
		"a gap between":        {rules: []string{"m >= 2000", "m < 1000"}, gaps: "1000 ≤ m < 2000", example: "m = 1000"},
		"a point":              {rules: []string{"m > 10", "m < 10"}, gaps: "m = 10", example: "m = 10"},
		"everything":           {rules: []string{"m > 10 and m < 5"}, gaps: "every customer", useless: "never [0]"},
		"whole numbers":        {rules: []string{"d <= 2", "d >= 3"}},
		"fractions":            {rules: []string{"m <= 2", "m >= 3"}, gaps: "2 < m < 3", example: "m = 2.5"},
		"beyond all numbers":   {rules: []string{"d < 9e300"}},
		"below the least":      {rules: []string{"d >= 0"}},
		"an overlap":           {rules: []string{"m >= 1000", "m < 2000"}, overlaps: "0+1: 1000 ≤ m < 2000"},
		"shadowed":             {rules: []string{"m >= 1000", "m >= 2000", "m < 1000"}, overlaps: "0+1: m ≥ 2000", useless: "shadowed [1]"},
		"shadowed by two":      {rules: []string{"m > 0", "m <= 0", "m > -5 and m < 5"}, overlaps: "0+2: 0 < m < 5; 1+2: -5 < m ≤ 0", useless: "shadowed [2]"},
		"missing":              {rules: []string{"city = '上海'", "city in ('北京','广州')", "city not in ('上海','北京','广州') and city is not missing"}, gaps: "city is missing", example: "city missing"},
		"not takes missing":    {rules: []string{"city = '上海'", "city != '上海'"}},
		"other cities":         {rules: []string{"city = '上海'", "city = '北京'", "city is missing"}, gaps: "city is not “上海” or “北京”", example: "city anything else"},
		"letters":              {rules: []string{"city < 'm'", "city >= 'm'", "city is missing"}},
		"switch":               {rules: []string{"vip = true"}, gaps: "vip = false"},
		"switch both":          {rules: []string{"vip = true", "vip = 0"}},
		"dates":                {rules: []string{"day < '2024-01-01'", "day > '2024-01-01'"}, gaps: "2024-01-01 ≤ day < 2024-01-02", example: "day = 2024-01-01"},
		"dates total":          {rules: []string{"day < '2024-01-01'", "day >= '2024-01-01'"}},
		"two columns":          {rules: []string{"m >= 10 and d < 90", "m >= 10 and d >= 90", "m < 10 and d < 90"}, gaps: "m < 10 and d ≥ 90", example: "m = 9, d = 90"},
		"other":                {rules: []string{"m > 3", "true"}, overlaps: "0+1: m > 3"},
		"numbers as texts":     {rules: []string{"city = 9", "city != '9'"}},
		"not a number at all":  {rules: []string{"m = 'nan'", "not m = 'nan'"}, useless: "never [0]"},
		"minus nought":         {rules: []string{"m < -0.0", "m >= 0"}},
		"either of two pieces": {rules: []string{"m >= 10 and m < 20"}, gaps: "(m < 10 or m ≥ 20)", example: "m = 9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := expr.Prove(t.Context(), parsed(t, tt.rules...), shop())
			if err != nil || !p.Complete {
				t.Fatal(err, p.Complete)
			}
			var gaps, overlaps, useless []string
			for _, g := range p.Gaps {
				gaps = append(gaps, g.Text().EN)
			}
			for _, o := range p.Overlaps {
				overlaps = append(overlaps, fmt.Sprintf("%d+%d: %s", o.First, o.Second, o.Region.Text().EN))
			}
			if p.Never != nil {
				useless = append(useless, fmt.Sprint("never ", p.Never))
			}
			if p.Shadowed != nil {
				useless = append(useless, fmt.Sprint("shadowed ", p.Shadowed))
			}
			if got := strings.Join(gaps, "; "); got != tt.gaps {
				t.Errorf("gaps %q, want %q", got, tt.gaps)
			}
			if tt.example != "" && p.Gaps[0].Example().EN != tt.example {
				t.Errorf("example %q, want %q", p.Gaps[0].Example().EN, tt.example)
			}
			if got := strings.Join(overlaps, "; "); got != tt.overlaps {
				t.Errorf("overlaps %q, want %q", got, tt.overlaps)
			}
			if got := strings.Join(useless, "; "); got != tt.useless {
				t.Errorf("%q, want %q", got, tt.useless)
			}
		})
	}
}

func TestProve_Refuses(t *testing.T) {
	t.Parallel()
	_, err := expr.Prove(t.Context(), parsed(t, "m > 1", "m > 'x'"), shop())
	if e, ok := errors.AsType[*expr.RuleError](err); !ok || e.At != 1 {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := expr.Prove(ctx, parsed(t, "m > 1"), shop()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// Rules about thirty columns at once: given up, and said.
	var fields []expr.Field
	var rules []string
	for i := range 30 {
		fields = append(fields, expr.Field{Name: fmt.Sprint("x", i), Kind: table.Float64})
	}
	for i := range 40 {
		var parts []string
		for j := range 30 {
			parts = append(parts, fmt.Sprintf("x%d > %d", (j*7+i)%30, (i*j)%17))
		}
		rules = append(rules, strings.Join(parts[:15], " or ")+" and "+strings.Join(parts[15:], " and not "))
	}
	p, err := expr.Prove(t.Context(), parsed(t, rules...), fields)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("complete:", p.Complete)
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprintf("'c%d'", i)
	}
	p, err = expr.Prove(t.Context(), parsed(t, "city in ("+strings.Join(many[:5000], ",")+")", "city not in ("+strings.Join(many[1:6000], ",")+")"), shop())
	if err != nil || !p.Complete || len(p.Gaps) != 1 {
		t.Fatal(err, p.Complete, len(p.Gaps))
	}
}

// random makes an expression over the table of people, and its columns.
func random(r *rand.Rand, depth int) string {
	if depth > 0 && r.IntN(3) > 0 {
		switch r.IntN(3) {
		case 0:
			return "not (" + random(r, depth-1) + ")"
		case 1:
			return "(" + random(r, depth-1) + " and " + random(r, depth-1) + ")"
		}
		return "(" + random(r, depth-1) + " or " + random(r, depth-1) + ")"
	}
	sign := []string{"=", "!=", "<", "<=", ">", ">="}[r.IntN(6)]
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf("m %s %g", sign, float64(r.IntN(5))/2)
	case 1:
		return fmt.Sprintf("d %s %g", sign, float64(r.IntN(6))/2)
	case 2:
		return fmt.Sprintf("vip %s %d", sign, r.IntN(3)-1)
	case 3:
		return fmt.Sprintf("city %s '%c'", sign, 'a'+rune(r.IntN(3)))
	case 4:
		return fmt.Sprintf("day %s '1970-01-0%d'", sign, 1+r.IntN(3))
	}
	return []string{"m", "d", "city", "day"}[r.IntN(4)] + " is missing"
}

// grid is a table with a row for every combination of a few values.
func grid(t *testing.T) *table.Table {
	t.Helper()
	m := []float64{-1, 0, .25, .5, .75, 1, 1.5, 2, 3, math.NaN()}
	d := []int64{0, 1, 2, 3, 4}
	city := []uint32{0, 1, 2, 3, 4, 5}
	day := []int64{-1, 0, 5, 86400e6, 2*86400e6 - 1, 2 * 86400e6, 3 * 86400e6}
	out := &table.Table{}
	c := make([]table.Column, 5)
	c[0] = table.Column{Name: "m", Kind: table.Float64}
	c[1] = table.Column{Name: "d", Kind: table.Int64}
	c[2] = table.Column{Name: "vip", Kind: table.Bool}
	c[3] = table.Column{Name: "city", Kind: table.Category, Dict: []string{"", "a", "ab", "b", "c", "z"}}
	c[4] = table.Column{Name: "day", Kind: table.Time}
	for _, a := range m {
		for _, b := range d {
			for vip := range int64(2) {
				for _, x := range city {
					for _, y := range day {
						c[0].Floats = append(c[0].Floats, a)
						c[1].Ints = append(c[1].Ints, b)
						c[2].Ints = append(c[2].Ints, vip)
						c[3].Codes = append(c[3].Codes, x)
						c[4].Ints = append(c[4].Ints, y)
						out.Rows++
					}
				}
			}
		}
	}
	for _, i := range []int{1, 3, 4} {
		c[i].Valid = table.NewBits(out.Rows)
		c[i].Valid.Fill(out.Rows)
		for r := i; r < out.Rows; r += 7 + i {
			c[i].Valid.Clear(r)
		}
	}
	out.Columns = c
	return out
}

// What is proved agrees with what happens to a row for every combination of values:
// gaps are exactly the rows without rule, overlaps and useless rules likewise.
func TestProve_AgreesWithRows(t *testing.T) {
	t.Parallel()
	in := grid(t)
	fields := shop()
	for i := range fields {
		fields[i].Missing = fields[i].Name != "vip"
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var src []string
		for range 1 + r.IntN(4) {
			src = append(src, random(r, 2))
		}
		rules := parsed(t, src...)
		p, err := expr.Prove(t.Context(), rules, fields)
		if err != nil || !p.Complete {
			t.Fatal(err)
		}
		match, err := expr.FirstMatch(t.Context(), rules, in)
		if err != nil {
			t.Fatal(err)
		}
		if match.None > 0 && len(p.Gaps) == 0 {
			t.Fatalf("%q: %d rows without rule, no gap found", src, match.None)
		}
		if len(p.Gaps) < expr.MaxRegions {
			covered := 0
			for _, g := range p.Gaps {
				rows, err := g.Expr().Rows(in)
				if err != nil {
					t.Fatal(err)
				}
				covered += rows.Count(in.Rows)
				for i, l := range match.Label {
					if rows.Get(i) && l >= 0 {
						t.Fatalf("%q: row %d is in the gap %s and has rule %d", src, i, g.Expr(), l)
					}
				}
			}
			if covered != match.None {
				t.Fatalf("%q: gaps hold %d rows, %d have no rule", src, covered, match.None)
			}
		}
		for i := range rules {
			if match.Takes[i] > 0 && (slices.Contains(p.Never, i) || slices.Contains(p.Shadowed, i)) {
				t.Fatalf("%q: rule %d takes rows and is called useless", src, i)
			}
		}
		for _, o := range p.Overlaps {
			rows, _ := o.Region.Expr().Rows(in)
			a, _ := rules[o.First].Rows(in)
			b, _ := rules[o.Second].Rows(in)
			for w := range rows {
				if rows[w]&^(a[w]&b[w]) != 0 {
					t.Fatalf("%q: %s is not in both %d and %d", src, o.Region.Expr(), o.First, o.Second)
				}
			}
		}
		if len(p.Overlaps) == 0 {
			sum := 0
			for _, n := range match.Holds {
				sum += n
			}
			if sum != in.Rows-match.None {
				t.Fatalf("%q: rows have two rules, no overlap found", src)
			}
		}
	}
}

func TestFirstMatch(t *testing.T) {
	t.Parallel()
	m, err := expr.FirstMatch(t.Context(), parsed(t, "money >= 20", "orders > 1", "money is missing"), people(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(m.Label, m.Holds, m.Takes, m.None); got != "[-1 0 1 1 1] [1 4 2] [1 3 0] 1" {
		t.Error(got)
	}
}

// A long list holds for what a short one holds for.
func TestFilter_LongLists(t *testing.T) {
	t.Parallel()
	in := people(t)
	for _, column := range []string{"money", "orders", "city", "vip", "`家庭 电话`"} {
		short := column + " in (10, 2, '9', 1, 'x', 3.0)"
		long := column + " in (10, 2, '9', 1, 'x', 3.0" + strings.Repeat(", 77", 20) + ")"
		a, errA := expr.Filter(short, in)
		b, errB := expr.Filter(long, in)
		if (errA == nil) != (errB == nil) || !slices.Equal(a, b) {
			t.Errorf("%s: %v %v, %v %v", column, a, errA, b, errB)
		}
	}
	a, err := expr.Filter("money in (10, 20, 40, 40, -5"+strings.Repeat(", 77", 20)+")", in)
	if err != nil || !slices.Equal(a, []bool{true, true, false, false, true}) {
		t.Error(a, err)
	}
}

// The window counts ten rules over 100,000 customers while somebody types.
func BenchmarkFirstMatch100k(b *testing.B) {
	const n = 100_000
	rnd := rand.New(rand.NewPCG(1, 1))
	t := &table.Table{Rows: n, Columns: []table.Column{
		{Name: "monetary", Kind: table.Float64, Floats: make([]float64, n)},
		{Name: "recency_days", Kind: table.Int64, Ints: make([]int64, n)},
		{Name: "city", Kind: table.Category, Codes: make([]uint32, n), Dict: []string{"上海", "北京", "广州", "深圳"}},
	}}
	for i := range n {
		t.Columns[0].Floats[i] = rnd.Float64() * 4000
		t.Columns[1].Ints[i] = int64(rnd.IntN(400))
		t.Columns[2].Codes[i] = uint32(rnd.IntN(4))
	}
	var src []string
	for i := range 10 {
		src = append(src, fmt.Sprintf("monetary >= %d and recency_days < %d or city in ('上海','北京') and monetary < %d", 4000-400*i, 40*i+40, 100*i))
	}
	rules := parsed(b, src...)
	fields := []expr.Field{{Name: "monetary", Kind: table.Float64}, {Name: "recency_days", Kind: table.Int64}, {Name: "city", Kind: table.Category, Missing: true}}
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			if _, err := expr.FirstMatch(b.Context(), rules, t); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("prove", func(b *testing.B) {
		for b.Loop() {
			if _, err := expr.Prove(b.Context(), rules, fields); err != nil {
				b.Fatal(err)
			}
		}
	})
}
