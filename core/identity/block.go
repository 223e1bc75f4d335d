package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// The most customers of a block that are put side by side, two and two: those of an
// identifier, of a name, and of a name with something else. Larger blocks say too little
// to be worth their pairs; what they share is met again in narrower ones.
const (
	blockIdentifier = many - 1
	blockName       = 10
	blockBoth       = 20
)

// member is a customer in a block.
type member struct {
	block    uint64
	customer uint32
}

// candidates are the pairs that are worth a look, each once, the smaller code first.
func (f *facts) candidates(ctx context.Context) ([]uint64, error) {
	var pairs []uint64
	for _, e := range order {
		if t := f.of[e]; t != nil && identifier(e) {
			pairs = append(pairs, f.byIdentifier(t)...)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	for _, b := range f.narrow() {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pairs = append(pairs, pairsOf(f.blocks(b), b.most)...)
	}
	slices.Sort(pairs)
	return slices.Compact(pairs), ctx.Err()
}

// byIdentifier puts those side by side who share an identifier in its looser form.
func (f *facts) byIdentifier(t *tokens) []uint64 {
	var in []member
	for _, slot := range t.slots {
		for c, id := range slot {
			if id != none && t.wide[t.loose[id]] >= 2 && !t.common(id) {
				in = append(in, member{uint64(t.loose[id]), uint32(c)})
			}
		}
	}
	return pairsOf(in, blockIdentifier)
}

// block names customers by something that they share.
type block struct {
	name  bool                                         // and by their name
	parts func(f *facts, c int, out []uint64) []uint64 // what they share, several where there are several
	most  int
}

// token is an evidence as it is compared.
func token(e Evidence) func(*facts, int, []uint64) []uint64 {
	return func(f *facts, c int, out []uint64) []uint64 {
		if t := f.of[e]; t != nil {
			for _, slot := range t.slots {
				if id := slot[c]; id != none && (!t.dummy[id] || identifier(e)) {
					out = append(out, uint64(t.loose[id])+1)
				}
			}
		}
		return out
	}
}

// part is a piece of an evidence's text.
func part(e Evidence, cut func(string) string) func(*facts, int, []uint64) []uint64 {
	return func(f *facts, c int, out []uint64) []uint64 {
		if t := f.of[e]; t != nil {
			for _, slot := range t.slots {
				if id := slot[c]; id != none {
					out = append(out, hash(seed, cut(t.text[id])))
				}
			}
		}
		return out
	}
}

// narrow are the blocks of names and of what stands beside them.
func (f *facts) narrow() []block {
	both := func(f *facts, c int, out []uint64) []uint64 {
		for _, b := range token(Birth)(f, c, nil) {
			for _, a := range token(Address)(f, c, nil) {
				out = append(out, b<<32^a)
			}
		}
		return out
	}
	slips := func(f *facts, c int, out []uint64) []uint64 {
		if t := f.of[Phone]; t != nil && f.n <= slipCrowd {
			for _, slot := range t.slots {
				if id := slot[c]; id != none && !t.common(id) {
					out = gapped(t.text[id], out)
				}
			}
		}
		return out
	}
	alone := func(_ *facts, _ int, out []uint64) []uint64 { return append(out, 1) }
	tail := func(s string) string { return s[max(0, len(s)-4):] }
	head := func(s string) string { return s[:min(len(s), 10)] }
	local := func(s string) string { l, _, _ := strings.Cut(s, "@"); return l }
	return []block{
		{true, alone, blockName},
		{true, token(Birth), blockBoth},
		{true, token(Address), blockBoth},
		{true, token(Phone), blockBoth}, // also those that are common
		{true, part(Phone, tail), blockBoth},
		{true, part(Phone, head), blockBoth},
		{true, part(Email, local), blockBoth},
		{false, both, blockName},
		{false, slips, blockName},
	}
}

// slipCrowd is the number of customers up to which telephones that are a slip apart are
// looked for without a name in common: among more, chance makes too many of them.
const slipCrowd = 100_000

// gapped are the hashes of a mobile number without two neighbouring digits: of two numbers
// that are a slip apart behind their network's code, one at least is the same.
func gapped(phone string, out []uint64) []uint64 {
	const code, length = 6, 14 // +86138 and eight digits
	if len(phone) != length {
		return out
	}
	for i := code; i+1 < length; i += 2 {
		out = append(out, hash(hash(seed+uint64(i), phone[:i]), phone[i+2:]))
	}
	return out
}

// blocks finds the members of a kind of block.
func (f *facts) blocks(b block) []member {
	names := f.of[Name]
	if b.name && names == nil {
		return nil
	}
	var out []member
	var parts []uint64
	for c := range f.n {
		if parts = b.parts(f, c, parts[:0]); len(parts) == 0 {
			continue
		}
		if !b.name {
			for _, p := range parts {
				out = append(out, member{mix(p), uint32(c)})
			}
			continue
		}
		for _, slot := range names.slots {
			id := slot[c]
			if id == none || names.dummy[id] || names.count[id] < 2 {
				continue
			}
			for _, p := range parts {
				out = append(out, member{mix(uint64(id)<<1 ^ mix(p)), uint32(c)})
			}
		}
	}
	return out
}

// pairsOf makes pairs of the members of blocks of two to most customers.
func pairsOf(in []member, most int) []uint64 {
	slices.SortFunc(in, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.customer, b.customer))
	})
	in = slices.Compact(in)
	var out []uint64
	for from := 0; from < len(in); {
		to := from + 1
		for to < len(in) && in[to].block == in[from].block {
			to++
		}
		if n := to - from; n >= 2 && n <= most {
			for i := from; i < to; i++ {
				for j := i + 1; j < to; j++ {
					out = append(out, uint64(in[i].customer)<<32|uint64(in[j].customer))
				}
			}
		}
		from = to
	}
	return out
}

// The numbers of FNV-1a.
const (
	seed  uint64 = 14695981039346656037
	prime uint64 = 1099511628211
)

func hash(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}

// mix spreads the bits of a number.
func mix(h uint64) uint64 {
	h = (h ^ h>>31) * 0x94d049bb133111eb
	h = (h ^ h>>29) * 0xbf58476d1ce4e5b9
	return h ^ h>>32
}
