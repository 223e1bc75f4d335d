package ingest

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/gather"
	"qunxiang/core/ingest/internal/intern"
	"qunxiang/core/ingest/internal/num"
	"qunxiang/core/ingest/internal/record"
)

// lanePlan is a table with the roles in some order of columns; "" is a column that
// nobody reads.
func lanePlan(roles []core.Role, delim byte, comma, zeros bool) *txPlan {
	l := &layout{roles: map[core.Role]int{}, names: make([]string, len(roles)), numbers: make([]num.Style, len(roles)), strip: make([]bool, len(roles)), dates: day.Style{Order: core.DateDMY}}
	for i, r := range roles {
		l.names[i] = fmt.Sprint("column ", i)
		if r != "" {
			l.roles[r] = i
		}
		l.numbers[i].Comma = comma
	}
	if !zeros {
		l.det.Refunds = core.RefundNet
	}
	return newTxPlan(l, record.Dialect{Delim: delim, Quote: '"', Newline: '\n'}, "utf-8", maphash.MakeSeed())
}

// outcome is what a parser makes of blocks, as the builder sees it.
type outcome struct {
	Parts []string
	Keys  [2]string
}

func outcomeOf(t *txParser, blocks []string) outcome {
	var out outcome
	var b block
	keys := [2]*intern.Keys{intern.NewKeys(t.seed), intern.NewKeys(t.seed)}
	for _, text := range blocks {
		b.data = append(make([]byte, 0, len(text)+64), text...)
		copy(b.data[:cap(b.data)][len(text):], "1234567890123456789012345678901234567890") // what a longer block before has left
		t.parse(&b)
		o := &b.out
		out.Parts = append(out.Parts, fmt.Sprint(o.in, o.rows, o.lines, o.skipped, o.day, o.clock, o.timed, o.amount.v, o.amount.scale, o.alt, o.invalid != nil, o.err))
		for k := range keys {
			if t.key[k] < 0 || o.err != nil {
				continue
			}
			codes, err := keys[k].Codes(&o.keys[k], nil)
			out.Parts = append(out.Parts, fmt.Sprint(codes, err))
		}
	}
	for k := range keys {
		d := keys[k].Dict()
		for i := range d.Len() {
			out.Keys[k] += d.At(i) + "|"
		}
	}
	return out
}

// Whatever the cells hold, a block is read as it is without the lane.
func TestLaneReadsWhatTheOtherWayReads(t *testing.T) {
	t.Parallel()
	won := 0
	rapid.Check(t, func(rt *rapid.T) {
		roles := rapid.Permutation([]core.Role{core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleOrder, "", ""}).Draw(rt, "roles")
		roles = roles[:rapid.IntRange(3, 6).Draw(rt, "columns")]
		for _, r := range []core.Role{core.RoleCustomer, core.RoleDate, core.RoleAmount} {
			if !slices.Contains(roles, r) {
				return
			}
		}
		delim := rapid.SampledFrom([]byte(",;\t|")).Draw(rt, "delimiter")
		p := lanePlan(roles, delim, rapid.Bool().Draw(rt, "comma"), rapid.Bool().Draw(rt, "zeros"))
		odd := rapid.SampledFrom([]int{0, 0, 1, 10}).Draw(rt, "odd")
		var blocks []string
		for range rapid.IntRange(1, 3).Draw(rt, "blocks") {
			blocks = append(blocks, drawBlock(rt, roles, delim, odd))
		}
		lane := p.newParser().(*txParser)
		usual := p.newParser().(*txParser)
		usual.lane = nil
		want, got := outcomeOf(usual, blocks), outcomeOf(lane, blocks)
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("%q (-usual +lane):\n%s", blocks, diff)
		}
		won += lane.lane.won
	})
	if won == 0 {
		t.Error("the lane read no block at all")
	}
}

func drawBlock(rt *rapid.T, roles []core.Role, delim byte, odd int) string {
	prefix := rapid.SampledFrom([]string{"", "C", "客户", "KH-000", "n", "'", "NO. ", "a very long beginning of a key "}).Draw(rt, "prefix")
	line := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "line end")
	any := rapid.SampledFrom([]string{
		"", " ", "NA", "x", "C12", "0", "00", "123456789", "12345678", "1234567890", "-5", "5.", ".5", ".", "-", "1,5", "1.234", "1e3", "¥12.50", "12.345678", "(3)", "'=1", " 7 ", "7\r",
		"2024-02-30", "2024-1-5", "2024-01-05 10:00", "2024/01/05", "05.01.2024", "\"q\"", "a\"b", "\xff", "é1", "total", "99999999.99", "1.50\r", "+4", "0.00", "-0",
	})
	var b strings.Builder
	for range rapid.IntRange(1, 6).Draw(rt, "rows") {
		for c, r := range roles {
			if c > 0 {
				b.WriteByte(delim)
			}
			switch {
			case rapid.IntRange(0, 99).Draw(rt, "odd cell") < odd:
				b.WriteString(any.Draw(rt, "cell"))
			case r == core.RoleDate:
				fmt.Fprintf(&b, "20%02d-%02d-%02d", rapid.IntRange(10, 30).Draw(rt, "y"), rapid.IntRange(1, 12).Draw(rt, "m"), rapid.IntRange(1, 28).Draw(rt, "d"))
			case r == core.RoleAmount:
				b.WriteString(rapid.StringMatching(`[0-9]{1,6}(\.[0-9]{0,3})?|-?[0-9]{1,9}\.[0-9]{2}`).Draw(rt, "amount"))
			case r == "":
				b.WriteString(rapid.StringMatching(`[a-z ]{0,20}`).Draw(rt, "text"))
			default:
				b.WriteString(prefix + rapid.StringMatching(`[0-9]{1,8}`).Draw(rt, "number"))
			}
		}
		if rapid.IntRange(0, 99).Draw(rt, "longer") < odd {
			b.WriteString(string(delim) + any.Draw(rt, "beyond"))
		}
		b.WriteString(line)
	}
	s := b.String()
	if rapid.IntRange(0, 9).Draw(rt, "cut") < odd {
		s = strings.TrimSuffix(s, line)
	}
	return s
}

// Rows that are nearly all alike, which most are, are read as without the lane, wherever
// one is otherwise.
func TestLaneReadsRowsThatAreAlike(t *testing.T) {
	t.Parallel()
	quick := 0
	rapid.Check(t, func(rt *rapid.T) {
		roles := rapid.Permutation([]core.Role{core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleOrder, ""}).Draw(rt, "roles")
		if rapid.Bool().Draw(rt, "no orders") {
			roles = slices.DeleteFunc(roles, func(r core.Role) bool { return r == core.RoleOrder })
		}
		delim := rapid.SampledFrom([]byte(",;\t|")).Draw(rt, "delimiter")
		p := lanePlan(roles, delim, false, rapid.Bool().Draw(rt, "zeros"))
		var blocks []string
		for range rapid.IntRange(1, 2).Draw(rt, "blocks") {
			blocks = append(blocks, alike(rt, roles, delim))
		}
		lane, usual := p.newParser().(*txParser), p.newParser().(*txParser)
		usual.lane = nil
		want, got := outcomeOf(usual, blocks), outcomeOf(lane, blocks)
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("%q (-usual +lane):\n%s", blocks, diff)
		}
		quick += lane.lane.quick.rows
	})
	if quick == 0 && gather.Usable() {
		t.Error("no row was read the quick way")
	}
}

// alike writes rows of one form, with a few cells that are not of it.
func alike(rt *rapid.T, roles []core.Role, delim byte) string {
	prefix := rapid.SampledFrom([]string{"", "C", "客户", "NO. ", "a long beginning "}).Draw(rt, "prefix")
	form := rapid.SampledFrom([]string{"%07d", "%d", "%08d", "%01d", "1%05d", "%04d"}).Draw(rt, "key")
	amount := rapid.SampledFrom([]string{"%.2f", "%.0f", "%.1f", "%.3f"}).Draw(rt, "amount")
	most := rapid.SampledFrom([]float64{9, 99, 999, 9999, 1e6}).Draw(rt, "amounts up to")
	line := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "line end")
	note := rapid.SampledFrom([]string{"", "x", "cash at the till", "现金", "\r"}).Draw(rt, "note")
	odd := rapid.SampledFrom([]string{"", "0", "0.00", "7", "12345678", "123456789", "1234567.25", "2024-02-30", "2024-13-01", "x", "-5.00", "00012.50", " 1.00", "1.00 ", string(delim), "\r", "\xff"})
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
	odds := rapid.SampledFrom([]int{0, 0, 50, 500}).Draw(rt, "odd cells of 10000")
	var b strings.Builder
	for range rapid.IntRange(1, 60).Draw(rt, "rows") {
		for c, role := range roles {
			if c > 0 {
				b.WriteByte(delim)
			}
			switch {
			case r.IntN(10_000) < odds:
				b.WriteString(odd.Draw(rt, "odd cell"))
			case role == core.RoleDate:
				fmt.Fprintf(&b, "20%02d-%02d-%02d", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28))
			case role == core.RoleAmount:
				fmt.Fprintf(&b, amount, r.Float64()*most)
			case role == "":
				b.WriteString(note)
			default:
				fmt.Fprintf(&b, prefix+form, r.IntN(10_000))
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// A file that is not plain costs a few attempts, not one for every block.
func TestLaneGivesUp(t *testing.T) {
	t.Parallel()
	p := lanePlan([]core.Role{core.RoleCustomer, core.RoleDate, core.RoleAmount}, ',', false, true).newParser().(*txParser)
	blocks := slices.Repeat([]string{"7,2024-01-01,1\nx y,2024-01-01,1\n"}, 50)
	outcomeOf(p, blocks)
	if p.lane.lost > 5 || p.lane.won > 0 {
		t.Errorf("%d blocks lost and %d won of 50 that are not plain", p.lane.lost, p.lane.won)
	}
}

// BenchmarkLane measures a block of the commonest table.
func BenchmarkLane(b *testing.B) {
	p := lanePlan([]core.Role{core.RoleCustomer, core.RoleDate, core.RoleAmount, ""}, ',', false, false).newParser().(*txParser)
	var text []byte
	for i := range 6900 {
		text = fmt.Appendf(text, "C%07d,2024-%02d-%02d,%d.%02d,INV%08d\n", i*7919%1_000_000, i/600+1, i%600/22+1, 1+i*31%300, i*17%100, i)
	}
	blk := block{data: append(make([]byte, 0, len(text)+64), text...)}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		p.parse(&blk)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/6900, "ns/row")
}
