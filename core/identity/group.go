package identity

import (
	"slices"
	"strings"

	"qunxiang/core"
)

// largest is the number of customers in a group from which a chain of likenesses is no
// longer believed.
const largest = 20

// union keeps the groups while they grow.
type union struct {
	parent  []uint32
	members map[uint32][]uint32 // of groups of two and more, by their root
	card    []uint32            // identity card of a root, none = not known
	apart   map[uint32][]uint32 // who must not be together with whom
}

// group puts sure pairs and those of Together into groups. A pair that would bring two
// identity cards together, or two customers who were told apart, is left to be reviewed.
func (f *facts) group(r *Result, in Input) {
	u := &union{parent: make([]uint32, f.n), members: map[uint32][]uint32{}, apart: map[uint32][]uint32{}}
	for i := range u.parent {
		u.parent[i] = uint32(i)
	}
	if t := f.of[IDCard]; t != nil {
		u.card = slices.Clone(t.slots[0])
		for c := range u.card {
			for _, slot := range t.slots {
				if u.card[c] == none {
					u.card[c] = slot[c]
				}
			}
		}
	}
	for _, p := range in.Apart {
		u.apart[p[0]] = append(u.apart[p[0]], p[1])
		u.apart[p[1]] = append(u.apart[p[1]], p[0])
	}
	for _, p := range in.Together {
		if !u.join(p[0], p[1]) {
			r.Refused = append(r.Refused, p)
		}
	}
	for i := range r.Pairs {
		p := &r.Pairs[i]
		if p.Band == BandSure && !u.join(p.A, p.B) {
			p.Band = BandReview
			p.Reasons = append(p.Reasons, Reason{ID: "conflict"})
		}
	}
	r.Groups = f.groups(u)
}

func (u *union) root(c uint32) uint32 {
	for u.parent[c] != c {
		u.parent[c] = u.parent[u.parent[c]]
		c = u.parent[c]
	}
	return c
}

func (u *union) of(root uint32) []uint32 {
	if m := u.members[root]; m != nil {
		return m
	}
	return []uint32{root}
}

// join makes one group of two; false where it must not be.
func (u *union) join(a, b uint32) bool {
	if a, b = u.root(a), u.root(b); a == b {
		return true
	}
	x, y := u.of(a), u.of(b)
	if len(x) < len(y) {
		a, b, x, y = b, a, y, x
	}
	if len(x)+len(y) > largest {
		return false
	}
	if u.card != nil && u.card[a] != none && u.card[b] != none && u.card[a] != u.card[b] {
		return false
	}
	for _, c := range y {
		for _, o := range u.apart[c] {
			if u.root(o) == a {
				return false
			}
		}
	}
	u.parent[b] = a
	u.members[a] = append(slices.Clip(x), y...)
	delete(u.members, b)
	if u.card != nil && u.card[a] == none {
		u.card[a] = u.card[b]
	}
	return true
}

// groups lists the groups, ordered by the keys that stay.
func (f *facts) groups(u *union) []Group {
	out := make([]Group, 0, len(u.members))
	for _, m := range u.members {
		m = slices.Clone(m)
		slices.SortFunc(m, func(a, b uint32) int { return compareKeys(f.keys, a, b) })
		out = append(out, Group{Keep: m[0], Members: m[1:]})
	}
	slices.SortFunc(out, func(a, b Group) int { return compareKeys(f.keys, a.Keep, b.Keep) })
	return out
}

// compareKeys puts the shorter key first, then goes by its letters.
func compareKeys(d *core.Dict, a, b uint32) int {
	x, y := d.At(int(a)), d.At(int(b))
	if len(x) != len(y) {
		return len(x) - len(y)
	}
	return strings.Compare(x, y)
}
