package advise

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
)

// Advice is one method that suits, with what to give it.
type Advice struct {
	Method   string
	Params   map[string]string // as --set writes them
	Features []string          // as --features takes them; nil = the method's own
	Reasons  []Reason
	Score    float64 // 0…1: how well it suits, for the order alone
}

// Reason is a rule that held, with the numbers in its arguments.
type Reason struct {
	Rule string
	Args core.Args
}

// Message is the reason's sentence.
func (r Reason) Message() core.Message { return core.Message{Key: "advise." + r.Rule, Args: r.Args} }

// Sweep is what a quick search for groups on a sample found; the zero value means that
// nobody looked.
type Sweep struct {
	K          int
	Silhouette float64
	Structure  string // "none", "weak" or "clear"
	Customers  int    // looked at
}

// noStructure is the word of a sweep that found no groups.
const noStructure = "none"

// numbers are the arguments of reasons that rest on a sweep.
func (s Sweep) numbers() core.Args {
	return core.Args{"k": s.K, "silhouette": round2(s.Silhouette), "count": s.Customers}
}

// Trials are the quick searches that were made.
type Trials struct {
	Numbers Sweep // k-means on [Facts.Features]
	Kinds   Sweep // the mixed method on [Facts.Kinds]
}

// The thresholds of the rules; the numbers are in every reason that rests on them.
const (
	fewest       = 30  // customers below which shares are chance
	fewForScores = 125 // customers below which 5×5×5 cells would be mostly empty
	manyOnce     = 0.6 // one-time buyers above which frequency gets own cuts
	yearDays     = 365
	halfYear     = 180
	someRepeat   = 0.2 // share of buyers with three orders or more that a rhythm needs
	readable     = 2000
)

// handMethod is the method that needs no statistics.
const handMethod = "rules"

// Features returns what a clustering of these customers should look at: the three
// numbers of their orders, else the attributes.
func (f Facts) Features() []string {
	if f.Buyers > 0 {
		return []string{feature.Recency, feature.Frequency, feature.Monetary}
	}
	return f.Numbers
}

// Kinds returns what a clustering of numbers and categories together should look at; nil
// where there are not both, nor several categories.
func (f Facts) Kinds() []string {
	if len(f.Categories) == 0 || len(f.Categories)+len(f.Numbers) < 2 {
		return nil
	}
	return slices.Concat(f.Numbers, f.Categories)
}

// Give returns what suits, best first.
func Give(f Facts, s Trials) []Advice {
	var out []Advice
	for _, rule := range []func(Facts, Trials) *Advice{rfm, kmeans, mixed, tree, lifecycle, value, hierarchy, tiers, basket, byHand} {
		a := rule(f, s)
		if a == nil || !slices.Contains(f.Methods, a.Method) {
			continue
		}
		if f.Customers < fewest && a.Method != handMethod {
			a.Score = min(a.Score, 0.2)
			a.because("few_customers", core.Args{"count": f.Customers, "least": fewest})
		}
		if a.Params == nil {
			a.Params = map[string]string{}
		}
		a.Score = math.Round(100*a.Score) / 100
		out = append(out, *a)
	}
	slices.SortStableFunc(out, func(a, b Advice) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

func (a *Advice) because(rule string, args core.Args) {
	a.Reasons = append(a.Reasons, Reason{rule, args})
}

func (a *Advice) set(name, value string) {
	if a.Params == nil {
		a.Params = map[string]string{}
	}
	a.Params[name] = value
}

// percent rounds a share to tenths of a percent.
func percent(share float64) float64 { return math.Round(1000*share) / 10 }

func rfm(f Facts, _ Trials) *Advice {
	if f.Buyers == 0 {
		return nil
	}
	a := &Advice{Method: "rfm", Score: 0.9}
	a.because("rfm_orders", core.Args{"orders": f.Orders, "count": f.Buyers, "top": percent(f.MoneyTop)})
	if f.Buyers < fewForScores {
		a.set("map", "eight")
		a.because("rfm_eight", core.Args{"count": f.Buyers, "cells": fewForScores})
	} else if f.OnceShare > manyOnce {
		a.set("binning", "custom")
		a.set("cuts_f", "2,3,5,10")
		a.because("rfm_once", core.Args{"share": percent(f.OnceShare), "limit": percent(manyOnce)})
	}
	return a
}

func kmeans(f Facts, s Trials) *Advice {
	features := f.Features()
	if len(features) < 2 {
		return nil
	}
	a := &Advice{Method: "kmeans", Score: 0.6, Features: features}
	a.because("kmeans_numbers", core.Args{"count": len(features), "features": features})
	if f.Buyers > 0 {
		a.because("kmeans_recipe", core.Args{})
	}
	if f.Buyers == 0 {
		a.leftOut(f)
	}
	a.tried(s.Numbers, 0.65, 0.85)
	return a
}

// leftOut names the columns that are of no use for clustering, where there are any.
func (a *Advice) leftOut(f Facts) {
	if len(f.LeftOut) > 0 {
		a.because("left_out", core.Args{"columns": f.LeftOut, "share": percent(mostMissing), "levels": mostLevels})
	}
}

// tried takes over what a trial has found, if there was one: the number of groups and the
// score of groups that are there, or clear.
func (a *Advice) tried(t Sweep, there, clear float64) {
	switch {
	case t.K < 1:
		return
	case t.Structure == noStructure:
		a.Score = 0.3
		a.because(a.Method+"_no_structure", t.numbers())
		return
	case t.Structure == "clear":
		a.Score = clear
	default:
		a.Score = there
	}
	a.set("k", strconv.Itoa(t.K))
	a.because(a.Method+"_k", t.numbers())
}

func round2(x float64) float64 { return math.Round(100*x) / 100 }

// mixed takes what the trial on a sample says, as k-means does; untried it is no more than
// possible.
func mixed(f Facts, s Trials) *Advice {
	features := f.Kinds()
	if features == nil {
		return nil
	}
	a := &Advice{Method: "mixed", Score: 0.5, Features: features}
	a.because("mixed_kinds", core.Args{"numbers": len(f.Numbers), "categories": len(f.Categories)})
	a.leftOut(f)
	if s.Kinds.K < 1 {
		a.because("mixed_untried", core.Args{})
	}
	a.tried(s.Kinds, 0.7, 0.8)
	if f.Buyers > 0 { // attributes come after purchases
		a.Score = max(0.3, a.Score-0.2)
	}
	return a
}

func tree(f Facts, _ Trials) *Advice {
	if len(f.Outcomes) == 0 {
		return nil
	}
	a := &Advice{Method: "dtree", Score: 0.75}
	a.set("target", f.Outcomes[0])
	a.because("tree_outcome", core.Args{"target": f.Outcomes[0]})
	return a
}

func lifecycle(f Facts, _ Trials) *Advice {
	share := ratio(f.Repeaters, f.Buyers)
	if f.SpanDays < halfYear || share < someRepeat {
		return nil
	}
	a := &Advice{Method: "lifecycle", Score: 0.55}
	a.set("rhythm", "personal")
	a.because("lifecycle_rhythm", core.Args{"share": percent(share), "limit": percent(someRepeat), "days": f.SpanDays, "least": halfYear})
	return a
}

func value(f Facts, _ Trials) *Advice {
	share := ratio(f.Repeaters, f.Buyers)
	if f.AddedUp || f.Buyers < 100 || f.SpanDays < yearDays || share < someRepeat {
		return nil
	}
	a := &Advice{Method: "value", Score: 0.6}
	a.because("value_history", core.Args{"days": f.SpanDays, "least": yearDays, "share": percent(share), "limit": percent(someRepeat)})
	return a
}

func ratio(a, b int) float64 { return float64(a) / float64(max(1, b)) }

func hierarchy(f Facts, s Trials) *Advice {
	features := f.Features()
	if len(features) < 2 || f.Customers > readable {
		return nil
	}
	a := &Advice{Method: "hclust", Score: 0.4, Features: features}
	a.because("hierarchy_readable", core.Args{"count": f.Customers, "most": readable})
	if t := s.Numbers; t.K > 0 && t.Structure == noStructure { // a tree can always be drawn, and cut
		a.Score = 0.25
		a.because("kmeans_no_structure", t.numbers())
	}
	return a
}

func tiers(f Facts, _ Trials) *Advice {
	if f.Buyers == 0 {
		return nil
	}
	a := &Advice{Method: "tiers", Score: 0.35}
	a.set("by", feature.Monetary)
	a.because("tiers_money", core.Args{"top": percent(f.MoneyTop)})
	return a
}

func basket(f Facts, _ Trials) *Advice {
	if !f.Products || f.Orders == 0 {
		return nil
	}
	a := &Advice{Method: "basket", Score: 0.3}
	a.because("basket_products", core.Args{"orders": f.Orders})
	return a
}

// byHand is what is left where there are few customers, or little about them.
func byHand(f Facts, _ Trials) *Advice {
	if f.Customers >= fewest && (f.Buyers > 0 || len(f.Numbers)+len(f.Categories) > 1) {
		return nil
	}
	a := &Advice{Method: handMethod, Score: 0.5}
	a.because("rules_by_hand", core.Args{"count": f.Customers})
	if l := f.Start; l.Reached > 0 {
		high, other := sdk.Text{ZH: "高", EN: "High"}, sdk.Text{ZH: "其他", EN: "Other"}
		from := strconv.FormatFloat(l.From, 'f', -1, 64)
		a.set("rule", high.ZH+"|"+high.EN+":`"+strings.ReplaceAll(l.Column, "`", "``")+"` >= "+from+"\n"+other.ZH+"|"+other.EN+":*")
		a.because("rules_start", core.Args{"column": l.Column, "from": l.From, "reached": l.Reached, "count": l.Known})
	}
	return a
}
