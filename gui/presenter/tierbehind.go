package presenter

import (
	"strings"

	"qunxiang/sdk/expr"
)

// tierCustomers says whose values the ladder counts.
type tierCustomers struct {
	months        int
	where, within string
}

// Behind is the condition of the customers whom a rung holds by today's values, "" where
// the list of customers has no such column: of some months only, or inside a segment.
func (t *Tiers) Behind(i int) string {
	s := t.state
	if s.Faulty || i < 0 || i >= len(s.Rungs) {
		return ""
	}
	high := ""
	if i+1 < len(s.Rungs) {
		high = plainNumber(s.Rungs[i+1].From)
	}
	if i == 0 {
		return t.between("", high)
	}
	return t.between(plainNumber(s.Rungs[i].From), high)
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
	if t.of.months > 0 || t.of.within != "" || t.state.Column == "" {
		return ""
	}
	column := expr.Quote(t.state.Column)
	var parts []string
	if where := strings.TrimSpace(t.of.where); where != "" {
		if _, err := expr.Parse(where); err == nil { // half typed: counted on everybody
			parts = append(parts, "("+where+")")
		}
	}
	if low != "" {
		parts = append(parts, column+" >= "+low)
	}
	if high != "" {
		parts = append(parts, column+" < "+high)
	}
	if len(parts) == 0 {
		parts = append(parts, column+" is not missing")
	}
	return strings.Join(parts, " and ")
}
