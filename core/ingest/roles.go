package ingest

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
)

// candidate is a column that may fill a role.
type candidate struct {
	role  core.Role
	col   int
	score float64 // 0…100
}

var roleOrder = [...]core.Role{
	core.RoleDate, core.RoleCustomer, core.RoleOrder, core.RoleAmount, core.RoleQuantity, core.RolePrice,
	core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus,
}

// assign gives every role the best column and every column at most one role: the
// highest score first, the leftmost column among equals. fixed is what the user chose.
func assign(ps []*profile, fixed map[core.Role]int, named bool) (cols map[core.Role]int, conf map[core.Role]float64) {
	return distribute(candidates(ps, named), fixed)
}

// distribute is [assign] once the columns have their scores. It sorts them.
func distribute(all []candidate, fixed map[core.Role]int) (cols map[core.Role]int, conf map[core.Role]float64) {
	cols, conf = map[core.Role]int{}, map[core.Role]float64{}
	taken := map[int]bool{}
	for r, c := range fixed {
		cols[r], conf[r] = c, 1
		taken[c] = true
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, k := range all {
		if _, done := cols[k.role]; done || taken[k.col] {
			continue
		}
		cols[k.role], conf[k.role] = k.col, min(k.score, 99)/100
		taken[k.col] = true
	}
	return cols, conf
}

// free lists the columns that hold something and that no role has taken.
func free(ps []*profile, cols map[core.Role]int) []int {
	taken := slices.Collect(maps.Values(cols))
	var out []int
	for c, p := range ps {
		if p.n > 0 && !slices.Contains(taken, c) {
			out = append(out, c)
		}
	}
	return out
}

// candidates are the columns that may fill a role.
func candidates(ps []*profile, named bool) []candidate {
	known := presetRoles(ps, named)
	change := named && slices.ContainsFunc(ps, func(p *profile) bool { return isWord("changeheader", fold(p.name)) })
	var all []candidate
	for c, p := range ps {
		h := headerScore(p.name)
		if !named {
			h = nil
		}
		for _, r := range roleOrder {
			s := roleScore(r, h, p, named)
			switch at, ok := known[r]; {
			case ok && at < 0:
				s = 0
			case ok && at == c && presetFits(r, p):
				s = presetScore
			}
			if change && r == core.RoleAmount && isWord("tendered", fold(p.name)) {
				s -= 45 // what was handed over, before the change
			}
			if s > 0 {
				all = append(all, candidate{r, c, s})
			}
		}
	}
	return all
}

// presetScore is above what any header gets: the export is known.
const presetScore = 99

// presetRoles are the columns of a known export by their roles.
func presetRoles(ps []*profile, named bool) map[core.Role]int {
	if !named {
		return nil
	}
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = p.name
	}
	p := findPreset(names)
	if p == nil {
		return nil
	}
	return p.columns(names)
}

// presetFits reports whether the values of a column can be what the preset says.
func presetFits(r core.Role, p *profile) bool {
	switch r {
	case core.RoleDate:
		return p.dateShare() >= 0.5 || p.share(p.serial) > 0.8 || p.share(p.unix) > 0.8
	case core.RoleAmount, core.RolePrice, core.RoleQuantity:
		return p.share(p.number) >= 0.5
	}
	return p.n > 0
}

// roleScore weighs the header against the values.
func roleScore(r core.Role, h map[core.Role]float64, p *profile, named bool) float64 {
	s := h[r]
	switch r {
	case core.RoleDate:
		return dateScore(s, h, p)
	case core.RoleAmount, core.RolePrice, core.RoleQuantity:
		return numberScore(r, s, h, p, named)
	case core.RoleCustomer:
		return customerScore(s, h, p)
	case core.RoleOrder:
		if p.n == 0 || p.dateShare() > 0.9 && p.width > 8 {
			return 0
		}
	case core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus:
		if p.n == 0 || h[core.RoleAmount] > s || h[core.RoleDate] > s {
			return 0
		}
	}
	return s
}

func dateScore(s float64, h map[core.Role]float64, p *profile) float64 {
	ok := p.dateShare()
	if h[notDate] > 0 {
		return 0
	}
	if s >= 80 && p.n > 0 && ok < 0.5 {
		if p.mixedDates() || p.share(p.serial) > 0.9 || p.share(p.unix) > 0.9 {
			return s - 5
		}
		if p.share(p.number) > 0.9 {
			return 0 // "day 17"
		}
		return s - 40 // the name says date: wrong values deserve a message, not silence
	}
	if ok < 0.5 {
		return 0
	}
	if s == 0 && p.share(p.number) > 0.9 && p.share(p.named) < 0.9 {
		return 0 // 1.5.12 or 2012 may be numbers
	}
	return max(s, 50) * (0.5 + ok/2)
}

func numberScore(r core.Role, s float64, h map[core.Role]float64, p *profile, named bool) float64 {
	ok := p.share(p.number)
	if h[notAmount] > 0 && r != core.RoleQuantity && s < 90 {
		return 0
	}
	if s >= 80 && p.n > 0 && ok < 0.5 {
		if p.dateShare() > 0.5 {
			return 0
		}
		return s - 40
	}
	if ok < 0.5 || p.padded > 0 {
		return 0
	}
	if s == 0 && !named {
		return namelessScore(r, p)
	}
	return s * (0.5 + ok/2)
}

// namelessScore is for tables without a header: money has decimals, counts are small.
func namelessScore(r core.Role, p *profile) float64 {
	switch {
	case p.floatID == p.n || p.dateShare() >= 0.9:
	case r == core.RoleAmount && p.share(p.integer) < 0.9:
		return 45
	case r == core.RoleQuantity && p.share(p.integer) == 1 && p.width <= 3 && len(p.distinct) <= 100:
		return 30
	}
	return 0
}

// customerScore prefers named columns; a date or an amount is none.
func customerScore(s float64, h map[core.Role]float64, p *profile) float64 {
	switch {
	case p.n == 0, h[core.RoleDate] > s, h[core.RoleAmount] > s, h[core.RoleProduct] > s, h[core.RoleOrder] > s, h[core.RoleStatus] > s, h[core.RoleChannel] > s:
		return 0
	case p.dateShare() > 0.9 && s < 90 && p.width >= 8, p.negative > 0 && s < 90, s < 90 && p.share(p.number) > 0.5 && p.integer+p.floatID < p.number:
		return 0
	}
	return s
}

// identifies reports whether the values of a column can be identifiers: no dates, times,
// amounts or negative numbers.
func identifies(p *profile) bool {
	return p.n > 0 && p.dateShare() <= 0.5 && p.negative == 0 && p.integer+p.floatID >= p.number && p.clocks*2 <= p.n
}

// guessCustomer finds a customer column by its values where no header names one: an
// identifier that comes back. It prefers leading zeros, then the leftmost column.
func guessCustomer(ps []*profile, cols map[core.Role]int) (col int, ok bool) {
	best := 0.0
	for _, c := range free(ps, cols) {
		p := ps[c]
		if !identifies(p) {
			continue
		}
		u := p.unique()
		if u > 0.95 || len(p.distinct) < 10 && p.n > 50 || p.width > 64 {
			continue
		}
		s := 1.0
		if p.padded > 0 {
			s += 2
		}
		if strings.HasSuffix(fold(p.name), "id") {
			s++
		}
		if u > 0.02 {
			s += 0.5
		}
		if s > best {
			best, col, ok = s, c, true
		}
	}
	return col, ok
}
