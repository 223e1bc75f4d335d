package presenter

import (
	"strings"

	"qunxiang/sdk/expr"
)

// counted says on whom rules or tiers are counted beside a form.
type counted struct {
	months        int // of the window, 0 = all history
	where, within string
}

// listable reports whether the list of customers can show them: it knows whole histories,
// and of every customer.
func (c counted) listable() bool { return c.months == 0 && c.within == "" }

// and joins conditions with the one that narrows whom is counted.
func (c counted) and(parts ...string) string {
	if where := strings.TrimSpace(c.where); where != "" {
		if _, err := expr.Parse(where); err == nil { // half typed: counted on everybody
			parts = append([]string{"(" + where + ")"}, parts...)
		}
	}
	return strings.Join(parts, " and ")
}

// Behind is the condition of the customers whom a rung holds by today's values, "" where
// the list of customers cannot show them: of some months only, or inside a segment.
func (t *Tiers) Behind(i int) string {
	s := t.state
	if s.Faulty || i < 0 || i >= len(s.Rungs) {
		return ""
	}
	low, high := "", ""
	if i > 0 {
		low = plainNumber(s.Rungs[i].From)
	}
	if i+1 < len(s.Rungs) {
		high = plainNumber(s.Rungs[i+1].From)
	}
	return t.between(low, high)
}

// BehindNear is the condition of the customers who are less than a tenth short of a rung;
// see Behind.
func (t *Tiers) BehindNear(i int) string {
	s := t.state
	if s.Faulty || i < 1 || i >= len(s.Rungs) {
		return ""
	}
	low := 0.9 * s.Rungs[i].From
	if i > 1 {
		low = max(low, s.Rungs[i-1].From)
	}
	return t.between(plainNumber(low), plainNumber(s.Rungs[i].From))
}

// between are the customers from low on and below high, "" = no limit.
func (t *Tiers) between(low, high string) string {
	if !t.of.listable() || t.state.Column == "" {
		return ""
	}
	column := expr.Quote(t.state.Column)
	var parts []string
	if low != "" {
		parts = append(parts, column+" >= "+low)
	}
	if high != "" {
		parts = append(parts, column+" < "+high)
	}
	if len(parts) == 0 {
		parts = append(parts, column+" is not missing")
	}
	return t.of.and(parts...)
}

// Behind is the condition of the customers whom the i-th rule takes, −1 = those whom no
// rule takes; "" where the list of customers cannot show them.
func (r *Rules) Behind(i int) string {
	s := r.state
	if !s.Valid || !r.of.listable() || i >= len(s.Rows) {
		return ""
	}
	kinds := s.kinds()
	var parts []string
	for k, row := range s.Rows {
		c := row.condition(kinds)
		switch {
		case strings.Contains(c, "segment:"): // the list knows features only
			return ""
		case k == i && !row.Else:
			parts = append(parts, "("+c+")")
		case k != i && row.Else:
			return "" // those below a rule for everybody else are nobody
		case k != i:
			parts = append(parts, "not ("+c+")")
		}
		if k == i {
			break
		}
	}
	return r.of.and(parts...)
}
