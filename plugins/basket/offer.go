package basket

import "context"

// offers are the next thing for each customer, −1 = none.
type offers struct {
	then []int32
	rule []*rule // that speaks for it
}

// offerNext finds for every customer the rule of greatest confidence whose first things
// they own and whose last they do not. Rules whose lift may be chance do not speak. A
// customer of a group hears the group's own rules, and those of all customers only
// where the group, too small perhaps, has none.
func offerNext(ctx context.Context, owned *baskets, rows int, group func(customer int32) int, rules map[int][]rule) (offers, error) {
	out := offers{then: make([]int32, rows), rule: make([]*rule, rows)}
	for i := range out.then {
		out.then[i] = -1
	}
	heard := map[int]map[int32][]*rule{}
	for g, list := range rules {
		heard[g] = map[int32][]*rule{}
		for i := range list {
			if r := &list[i]; r.low() > 1 {
				heard[g][r.first[0]] = append(heard[g][r.first[0]], r)
			}
		}
	}
	has := make([]int32, len(owned.names)) // the last customer who was found to own it, and one
	for i, c := range owned.owner {
		if i%(stride>>6) == 0 && ctx.Err() != nil {
			return offers{}, ctx.Err()
		}
		items := owned.of(i)
		for _, k := range items {
			has[k] = int32(i) + 1
		}
		owns := func(k int32) bool { return has[k] == int32(i)+1 }
		own := heard[group(c)]
		if len(own) == 0 {
			own = heard[everybody]
		}
		if best := bestFor(own, items, owns); best != nil {
			out.then[c], out.rule[c] = best.then, best
		}
	}
	return out, nil
}

// bestFor returns the rule of greatest confidence that applies, nil where none does.
func bestFor(by map[int32][]*rule, items []int32, owns func(int32) bool) (best *rule) {
	for _, k := range items {
		for _, r := range by[k] {
			if owns(r.then) || len(r.first) > 1 && !owns(r.first[1]) {
				continue
			}
			if best == nil || r.better(best) {
				best = r
			}
		}
	}
	return best
}

// better orders rules for an offer, without ties between different rules.
func (r *rule) better(than *rule) bool {
	a, b := r.confidence(), than.confidence()
	switch {
	case a != b:
		return a > b
	case r.lift() != than.lift():
		return r.lift() > than.lift()
	case r.then != than.then:
		return r.then < than.then
	case len(r.first) != len(than.first):
		return len(r.first) < len(than.first)
	}
	for i := range r.first {
		if r.first[i] != than.first[i] {
			return r.first[i] < than.first[i]
		}
	}
	return false
}
