package rules

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/sdk"
	"qunxiang/sdk/expr"
)

// The most that a person can oversee, and a name that fits a legend.
const (
	maxRules = 200
	maxName  = 60
)

// rule is one rule as read.
type rule struct {
	name    sdk.Text
	expr    *expr.Expr
	rest    bool // for everybody else
	segment int  // rules of one name make one segment
}

// ruleset is a list of rules and the segments that they make.
type ruleset struct {
	rules []rule
	keys  []string // of the segments, in the order of their first rules
	names []sdk.Text
}

// read reads the rules; what is wrong with them comes back as error diagnostics.
func read(texts []string) (*ruleset, []sdk.Diagnostic) {
	s := &ruleset{}
	var problems []sdk.Diagnostic
	for i, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		if p := s.add(i+1, text); !p.IsZero() {
			problems = append(problems, problem("rule_syntax", p))
		}
	}
	switch {
	case len(problems) > 0:
	case len(s.rules) == 0:
		problems = append(problems, problem("rules_none", sdk.Text{
			ZH: "还没有规则。请至少写一条，例如“高价值:monetary >= 2000”，再加一条“其他:*”。",
			EN: "There are no rules yet. Write at least one, such as “high:monetary >= 2000”, and “other:*”.",
		}))
	case len(s.rules) > maxRules:
		problems = append(problems, problem("rules_many", sdk.Text{
			ZH: "规则有 {n} 条，最多 {max} 条。", EN: "There are {n} rules; {max} are the most.",
		}.Fill("n", strconv.Itoa(len(s.rules)), "max", strconv.Itoa(maxRules))))
	}
	return s, problems
}

func problem(code string, t sdk.Text) sdk.Diagnostic {
	return sdk.Diagnostic{Severity: sdk.SeverityError, Code: code, Param: paramRule, Summary: t}
}

// add reads the n-th rule; the sentence says what is wrong with it.
func (s *ruleset) add(n int, text string) sdk.Text {
	at := strconv.Itoa(n)
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) }) {
		return sdk.Text{ZH: "第 {n} 条规则含有看不见的字符，请重新输入。", EN: "Rule {n} has characters that cannot be seen; type it again."}.Fill("n", at)
	}
	named, err := expr.ParseNamed(strings.Join(strings.FieldsFunc(text, isOddSpace), " "))
	if err != nil {
		return inRule(n, err)
	}
	if utf8.RuneCountInString(named.Name) > 2*maxName+1 {
		return sdk.Text{
			ZH: "第 {n} 条规则的名称太长，最多 {max} 个字符。", EN: "The name of rule {n} is too long; {max} characters are the most.",
		}.Fill("n", at, "max", strconv.Itoa(maxName))
	}
	r := rule{name: bilingual(named.Name), expr: named.Expr, rest: named.Else}
	if r.segment = slices.Index(s.names, r.name); r.segment < 0 {
		r.segment = len(s.names)
		s.names = append(s.names, r.name)
		key := r.name.ZH
		if slices.Contains(s.keys, key) {
			key = named.Name + " #" + strconv.Itoa(n)
		}
		s.keys = append(s.keys, key)
	}
	s.rules = append(s.rules, r)
	return sdk.Text{}
}

// isOddSpace are blanks other than the plain one: a line end inside a rule is none.
func isOddSpace(r rune) bool { return unicode.IsSpace(r) && r != ' ' }

// inRule tells a fault of the n-th rule.
func inRule(n int, err error) sdk.Text {
	fault, ok := errors.AsType[*expr.Error](err)
	if !ok {
		return sdk.Text{ZH: "第 {n} 条规则读不出来。", EN: "Rule {n} cannot be read."}.Fill("n", strconv.Itoa(n))
	}
	return sdk.Text{ZH: "第 {n} 条规则：{fault}", EN: "Rule {n}: {fault}"}.Fill("n", strconv.Itoa(n)).FillText("fault", fault.Text())
}

// bilingual splits a name at the bar: Chinese before it, English after it.
func bilingual(name string) sdk.Text {
	i := strings.IndexAny(name, "|｜")
	if i < 0 {
		return sdk.Text{ZH: name, EN: name}
	}
	_, size := utf8.DecodeRuneInString(name[i:])
	zh, en := strings.TrimSpace(name[:i]), strings.TrimSpace(name[i+size:])
	switch {
	case zh == "" && en == "":
		return sdk.Text{ZH: name, EN: name}
	case zh == "":
		zh = en
	case en == "":
		en = zh
	}
	return sdk.Text{ZH: zh, EN: en}
}

// exprs returns the conditions of the rules.
func (s *ruleset) exprs() []*expr.Expr {
	out := make([]*expr.Expr, len(s.rules))
	for i, r := range s.rules {
		out[i] = r.expr
	}
	return out
}

// hasRest reports an explicit rule for everybody else.
func (s *ruleset) hasRest() bool {
	return slices.ContainsFunc(s.rules, func(r rule) bool { return r.rest })
}

// maxNodes is what predicates of all segments together may take; beyond it they are
// left out of the answer.
const maxNodes = 90_000

// segments returns the segments, each with the exact predicate of its members: its
// own conditions, less those of the earlier rules that overlap them.
func (s *ruleset) segments(proof expr.Proof) []sdk.Segment {
	out := make([]sdk.Segment, len(s.keys))
	for i := range out {
		out[i] = sdk.Segment{Key: s.keys[i], Name: s.names[i]}
	}
	overlap := map[[2]int]bool{}
	for _, o := range proof.Overlaps {
		overlap[[2]int{o.First, o.Second}] = true
	}
	members, nodes := make([][]sdk.Rule, len(out)), 0
	for i, r := range s.rules {
		own, parts := r.expr.Rule(), []sdk.Rule{}
		if own.Op != sdk.OpAlways || i == 0 {
			parts = append(parts, own)
		}
		for j, before := range s.rules[:i] {
			if !proof.Complete || overlap[[2]int{j, i}] {
				parts = append(parts, sdk.Rule{Op: sdk.OpNot, Rules: []sdk.Rule{before.expr.Rule()}})
			}
		}
		m := group(sdk.OpAnd, parts)
		members[r.segment] = append(members[r.segment], m)
		nodes += size(&m)
		if d := &out[r.segment].Description; d.IsZero() {
			*d = describe(r)
		}
	}
	for i := range out {
		if m := group(sdk.OpOr, members[i]); nodes <= maxNodes {
			out[i].Rule = &m
		}
	}
	return out
}

// group joins rules by and or or; one alone stands for itself, and of none is always.
func group(op sdk.Op, parts []sdk.Rule) sdk.Rule {
	switch len(parts) {
	case 0:
		return sdk.Rule{Op: sdk.OpAlways}
	case 1:
		return parts[0]
	}
	return sdk.Rule{Op: op, Rules: parts}
}

// size counts a predicate's nodes; one with a text too long to be passed on is too large.
func size(r *sdk.Rule) int {
	n := 1 + len(r.Set)/10
	if len(r.Text) > longest || slices.ContainsFunc(r.Set, func(s string) bool { return len(s) > longest }) {
		n += maxNodes
	}
	for i := range r.Rules {
		n += size(&r.Rules[i])
	}
	return n
}

// describe is the condition as a description.
func describe(r rule) sdk.Text {
	if r.rest {
		return sdk.Text{ZH: "前面的规则都不成立的客户。", EN: "Customers whom no rule before takes."}
	}
	s := short(r.expr.String())
	return sdk.Text{ZH: s, EN: s}
}

// The most characters in a cell of a table or a piece of a sentence, and bytes in a text
// of a predicate.
const (
	mostText = 250
	longest  = 4000
)

// short cuts a text to what a cell of a table may hold.
func short(s string) string {
	if r := []rune(s); len(r) > mostText {
		return string(r[:mostText]) + "…"
	}
	return s
}
