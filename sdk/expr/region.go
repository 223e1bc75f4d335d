package expr

import (
	"slices"
	"strings"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Region is a set of rows told by their columns: all terms hold. Without terms it is
// every row.
type Region []Term

// Term says in which cells of a column a row lies.
type Term struct {
	axis  *axis
	cells []int // rising, missingCell first
}

// Column returns the name of the term's column.
func (t Term) Column() string { return t.axis.field.Name }

// Missing reports whether rows without a value belong to the term.
func (t Term) Missing() bool { return t.cells[0] == missingCell }

// Expr returns the region as an expression.
func (r Region) Expr() *Expr {
	n := node{op: opAnd}
	for _, t := range r {
		n.of = append(n.of, t.node())
	}
	switch len(n.of) {
	case 0:
		return Always()
	case 1:
		n = n.of[0]
	}
	return &Expr{root: n}
}

// Text says in words where the region is, such as “1000 ≤ monetary < 2000 and city is
// missing”.
func (r Region) Text() sdk.Text {
	if len(r) == 0 {
		return sdk.Text{ZH: "所有客户", EN: "every customer"}
	}
	list := make([]sdk.Text, len(r))
	for i, t := range r {
		list[i] = t.text()
	}
	return joined(list, sdk.Text{ZH: "，且 ", EN: " and "})
}

// Example is one row of the region, such as “monetary = 1500, city missing”.
func (r Region) Example() sdk.Text {
	list := make([]sdk.Text, len(r))
	for i, t := range r {
		v, some := "", false
		for _, c := range t.cells { // a value that was written down is the best example
			if c != missingCell && !some {
				v, some = t.axis.sample(c)
			}
		}
		switch name := shown(t.Column()); {
		case some:
			list[i] = plainText(name + " = " + shown(v))
		case t.cells[len(t.cells)-1] == missingCell:
			list[i] = sdk.Text{ZH: name + " 缺失", EN: name + " missing"}
		default:
			list[i] = sdk.Text{ZH: name + " 为其他值", EN: name + " anything else"}
		}
	}
	return joined(list, sdk.Text{ZH: "，", EN: ", "})
}

func joined(list []sdk.Text, by sdk.Text) sdk.Text {
	zh, en := make([]string, len(list)), make([]string, len(list))
	for i, t := range list {
		zh[i], en[i] = t.ZH, t.EN
	}
	return sdk.Text{ZH: strings.Join(zh, by.ZH), EN: strings.Join(en, by.EN)}
}

// plainText is a text that is the same in both languages.
func plainText(s string) sdk.Text { return sdk.Text{ZH: s, EN: s} }

// run is a stretch of neighbouring cells.
type run struct{ first, last int }

func (t Term) has(cell int) bool {
	_, ok := slices.BinarySearch(t.cells, cell)
	return ok
}

// runs joins cells between which only impossible ones lie.
func (t Term) runs() []run {
	var out []run
	last := missingCell
	for _, c := range t.axis.cells {
		if c == missingCell {
			continue
		}
		if t.has(c) {
			if len(out) > 0 && out[len(out)-1].last == last {
				out[len(out)-1].last = c
			} else {
				out = append(out, run{c, c})
			}
		}
		last = c
	}
	return out
}

// side is one end of a run.
type side struct {
	text   string // as in an expression, without quotes
	number *float64
	in     bool // the end belongs to the run
}

// ends returns the two ends of a run, nil where it has none.
func (t Term) ends(r run) (lo, hi *side) {
	a := t.axis
	if a.field.Kind == table.Time {
		if r.first > 0 {
			lo = &side{text: moment(a.borders[r.first-1]), in: true}
		}
		if r.last < len(a.borders) {
			hi = &side{text: moment(a.borders[r.last])}
		}
		return lo, hi
	}
	at := func(i int, in bool) *side {
		if a.field.Kind == table.Category || a.field.Kind == table.String {
			return &side{text: a.texts[i], in: in}
		}
		return &side{text: number(a.nums[i]), number: &a.nums[i], in: in}
	}
	if i := r.first / 2; r.first%2 == 1 {
		lo = at(i, true)
	} else if i > 0 {
		lo = at(i-1, false)
	}
	if i := r.last / 2; r.last%2 == 1 {
		hi = at(i, true)
	} else if r.last < a.count()-1 {
		hi = at(i, false)
	}
	return lo, hi
}

// listed splits a term of a text column into the texts named and whether all others
// belong too; ok is false where the order of texts matters.
func (t Term) listed() (named []string, others, ok bool) {
	if k := t.axis.field.Kind; k != table.Category && k != table.String {
		return nil, false, false
	}
	var in, out []string
	between := [2]int{}
	for _, c := range t.axis.cells {
		has := t.has(c)
		switch {
		case c == missingCell:
		case c%2 == 0 && has:
			between[1]++
		case c%2 == 0:
			between[0]++
		case has:
			in = append(in, t.axis.texts[c/2])
		default:
			out = append(out, t.axis.texts[c/2])
		}
	}
	if between[1] == 0 {
		return in, false, true
	}
	return out, true, between[0] == 0
}

func (t Term) node() node {
	var any []node
	missing := node{op: opMissing, column: t.Column()}
	named, others, ok := t.listed()
	if ok && others && t.Missing() && len(named) > 0 {
		return negate(t.oneOf(named)) // which takes the missing ones along
	}
	if t.Missing() {
		any = append(any, missing)
	}
	switch {
	case !ok:
		for _, r := range t.runs() {
			any = append(any, t.between(r))
		}
	case others && len(named) > 0:
		any = append(any, node{op: opAnd, of: []node{negate(missing), negate(t.oneOf(named))}})
	case others:
		any = append(any, negate(missing))
	case len(named) > 0:
		any = append(any, t.oneOf(named))
	}
	if len(any) == 1 {
		return any[0]
	}
	return node{op: opOr, of: any}
}

// oneOf tests for the texts of a list.
func (t Term) oneOf(list []string) node {
	n := node{op: opIn, column: t.Column()}
	for _, s := range list {
		n.with = append(n.with, value{text: s, kind: tokText})
	}
	if len(list) == 1 {
		n.op = opEq
	}
	return n
}

// between is the test for a run.
func (t Term) between(r run) node {
	lo, hi := t.ends(r)
	test := func(o op, s *side) node {
		v := value{text: s.text, kind: tokText}
		if s.number != nil {
			v = value{text: s.text, number: *s.number, kind: tokNumber}
		}
		return node{op: o, column: t.Column(), with: []value{v}}
	}
	var both []node
	switch {
	case lo != nil && hi != nil && lo.in && hi.in && lo.text == hi.text:
		return test(opEq, lo)
	case lo != nil && lo.in:
		both = append(both, test(opGe, lo))
	case lo != nil:
		both = append(both, test(opGt, lo))
	}
	switch {
	case hi != nil && hi.in:
		both = append(both, test(opLe, hi))
	case hi != nil:
		both = append(both, test(opLt, hi))
	}
	switch len(both) {
	case 0:
		return negate(node{op: opMissing, column: t.Column()})
	case 1:
		return both[0]
	}
	return node{op: opAnd, of: both}
}

func (t Term) text() sdk.Text {
	name := shown(t.Column())
	var any []sdk.Text
	if t.Missing() {
		any = append(any, sdk.Text{ZH: name + " 缺失", EN: name + " is missing"})
	}
	named, others, ok := t.listed()
	zh, en := shown(strings.Join(named, "”、“")), shown(strings.Join(named, "” or “"))
	switch {
	case !ok:
		for _, r := range t.runs() {
			any = append(any, t.stretch(name, r))
		}
	case !others && len(named) > 0:
		any = append(any, sdk.Text{ZH: name + " 为“" + zh + "”", EN: name + " is “" + en + "”"})
	case others && len(named) > 0:
		any = append(any, sdk.Text{ZH: name + " 不是“" + zh + "”", EN: name + " is not “" + en + "”"})
	case others:
		any = append(any, sdk.Text{ZH: name + " 有值", EN: name + " has a value"})
	}
	out := joined(any, sdk.Text{ZH: " 或 ", EN: " or "})
	if len(any) > 1 {
		return sdk.Text{ZH: "（" + out.ZH + "）", EN: "(" + out.EN + ")"}
	}
	return out
}

// stretch says in words what lies in a run.
func (t Term) stretch(name string, r run) sdk.Text {
	lo, hi := t.ends(r)
	sign := func(s *side, in, out string) string {
		if s.in {
			return in
		}
		return out
	}
	switch {
	case lo == nil && hi == nil:
		return sdk.Text{ZH: name + " 有值", EN: name + " has a value"}
	case t.axis.field.Kind == table.Bool && r.first == r.last:
		return plainText(name + " = " + map[string]string{"0": "false", "1": "true"}[t.axis.sampleNumber(r.first)])
	case lo != nil && hi != nil && lo.in && hi.in && lo.text == hi.text:
		return plainText(name + " = " + shown(lo.text))
	case hi == nil:
		return plainText(name + sign(lo, " ≥ ", " > ") + shown(lo.text))
	}
	s := name + sign(hi, " ≤ ", " < ") + shown(hi.text)
	if lo != nil {
		s = shown(lo.text) + sign(lo, " ≤ ", " < ") + s
	}
	return plainText(s)
}
