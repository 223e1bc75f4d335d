package tree

import (
	"strings"
	"unicode"
)

// Leak is a feature that gives the outcome away.
type Leak struct {
	Feature int
	Share   float64 // of the root's impurity that one split takes away
	Absence bool    // it is whether the value is missing that gives it away
	Named   bool    // its name alone is suspicious
}

// leakShare is the share of the root's impurity from which on one split is too good.
const leakShare = 0.9

// Leaks finds features that explain the outcome almost alone, or whose names say that
// they are known only after it. Rows are at most ExactRows.
func Leaks(features []Feature, t *Target, o Options, outcome string) []Leak {
	o.Try = 0
	g := newGrower(features, t, o)
	l, lists := newLocal(g, count(t.Len()), nil)
	d := len(features)
	stats := make([]float64, t.width())
	l.tally(lists[d], stats)
	root := g.root(stats, t.Len())
	var out []Leak
	for j := range features {
		leak := Leak{Feature: j, Named: suspicious(features[j].Name, outcome)}
		best := split{}
		l.searchFeature(j, root, lists, &best)
		observed := root.Risk
		if n := len(lists[j]); n < t.Len() && n > 0 {
			part := make([]float64, len(stats))
			l.tally(lists[j], part)
			observed = g.impurity(part)
			rest := make([]float64, len(stats))
			for k := range rest {
				rest[k] = stats[k] - part[k]
			}
			if root.Risk > 0 && g.t.rows(rest) >= float64(g.o.MinLeaf) {
				leak.Absence = root.Risk-observed-g.impurity(rest) > leakShare*root.Risk
			}
		}
		if root.Risk > 0 {
			leak.Share = (root.Risk - observed + best.gain) / root.Risk
		}
		if observed < root.Risk {
			leak.Share = best.gain / root.Risk // only what its values tell
		}
		if leak.Share > leakShare || leak.Absence || leak.Named {
			out = append(out, leak)
		}
	}
	return out
}

// What names of columns say that something is known only after the outcome: an event
// and what is recorded of it.
func events() []string {
	return []string{"churn", "cancel", "attrit", "close", "terminat", "leave", "left", "unsubscri", "default", "claim", "exit", "流失", "注销", "退订", "销户", "离网", "离开", "违约", "理赔", "逾期", "退保", "出险"}
}

func details() []string {
	return []string{"date", "time", "reason", "day", "month", "score", "prob", "predict", "classifier", "日期", "时间", "原因", "日", "概率", "预测", "得分"}
}

// suspicious reports whether a column's name speaks of the outcome itself, or of an
// event that ends something together with its date, reason or prediction.
func suspicious(name, outcome string) bool {
	a, b := plain(name), plain(outcome)
	const fewest = 4
	if len([]rune(b)) >= fewest && strings.Contains(a, b) {
		return true
	}
	for _, e := range events() {
		if !strings.Contains(a, e) {
			continue
		}
		for _, d := range details() {
			if strings.Contains(strings.Replace(a, e, "", 1), d) {
				return true
			}
		}
	}
	return false
}

// plain is a name in lower case without blanks and signs.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
