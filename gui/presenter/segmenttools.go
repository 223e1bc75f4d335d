package presenter

import (
	"strconv"
	"strings"

	"qunxiang/sdk"
)

// Rules is the rule builder, for methods whose rules are written by hand.
func (g *Segment) Rules() *Rules { return g.rules }

// Tiers is the ladder, for the method that has tiers.
func (g *Segment) Tiers() *Tiers { return g.tiers }

// The parameters of a method of tiers: the ladder, the column that decides, the window.
const (
	paramLadder = "ladder"
	paramBy     = "by"
)

// HasLadder reports whether the method puts customers on a ladder of tiers.
func (s SegmentState) HasLadder() bool {
	return s.param(paramLadder) != nil && s.param(paramBy) != nil
}

func (s SegmentState) param(id string) *sdk.Param {
	if s.Method != nil {
		if p, ok := s.Method.Info.Param(id); ok {
			return &p
		}
	}
	return nil
}

// value is what a parameter is now, in words of the command line.
func (s SegmentState) value(id string) string {
	if v := s.Values[id]; v != "" {
		return v
	}
	if p := s.param(id); p != nil {
		return p.Default.String()
	}
	return ""
}

// months is the window of the method.
func (s SegmentState) months() int {
	if s.Method == nil {
		return 0
	}
	for _, p := range s.Method.Info.Params {
		if p.Host == sdk.HostWindow || p.ID == "window_months" {
			n, _ := strconv.Atoi(strings.TrimSpace(s.value(p.ID))) // what is no number is told by the form
			return max(0, n)
		}
	}
	return 0
}

// RulesParam is the parameter that holds rules written by hand, "" where the method has none.
func (s SegmentState) RulesParam() string {
	if s.Method != nil {
		for _, p := range s.Method.Info.Params {
			if p.Kind == sdk.ParamTexts && p.Host == sdk.HostExpr {
				return p.ID
			}
		}
	}
	return ""
}

// setIfNew changes a parameter unless it has the value already.
func (g *Segment) setIfNew(id, value string) {
	if id != "" && g.state.Values[id] != value {
		g.Set(id, value)
	}
}

// openTools prepares what is edited beside the form.
func (g *Segment) openTools() {
	s := g.state
	if !s.HasData {
		return
	}
	if id := s.RulesParam(); id != "" {
		g.rules.open(s.Values[id], s.Where, s.Within)
	}
	if s.HasLadder() {
		g.tiers.open(s.value(paramBy), s.Values[paramLadder], s.months(), s.Where, s.Within)
	}
}
