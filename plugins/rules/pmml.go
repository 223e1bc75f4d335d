package rules

import (
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// element is an element of a PMML document.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element
}

// elem makes an element; attrs are names and values in turn.
func elem(name string, attrs []string, children ...element) element {
	e := element{XMLName: xml.Name{Local: name}, Children: children}
	for i := 0; i+1 < len(attrs); i += 2 {
		e.Attrs = append(e.Attrs, xml.Attr{Name: xml.Name{Local: attrs[i]}, Value: attrs[i+1]})
	}
	return e
}

// ExportModel writes the rules as PMML 4.4: a RuleSetModel whose first rule that holds
// decides. What PMML cannot say is [sdk.ErrNotExportable]: texts compared by order, moments
// with a time of day.
func (m Method) ExportModel(ctx context.Context, stored sdk.Model, format string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if format != keep.PMML {
		return nil, fmt.Errorf("%w: format %q", errModel, format)
	}
	md, err := keep.Read[model](stored, modelVersion, errModel)
	if err != nil {
		return nil, err
	}
	set, problems := read(md.Rules)
	if problems != nil || len(set.rules) == 0 {
		return nil, errModel
	}
	d := document{set: set, kinds: md.Kinds, asked: map[string]bool{}}
	trees := make([]sdk.Rule, len(set.rules))
	for i, r := range set.rules {
		trees[i] = r.expr.Rule()
	}
	d.days(trees)
	ruleSet := elem("RuleSet", nil, elem("RuleSelectionMethod", []string{"criterion", "firstHit"}))
	for i, r := range set.rules {
		p, err := d.predicate(&trees[i], false)
		if err != nil {
			return nil, err
		}
		ruleSet.Children = append(ruleSet.Children, elem("SimpleRule", []string{"id", strconv.Itoa(i + 1), "score", set.keys[r.segment]}, p))
	}
	return keep.WritePMML(d.whole(m.Info().Version, ruleSet))
}

// document is what the predicates need to know.
type document struct {
	set   *ruleset
	kinds map[string]table.Kind
	asked map[string]bool // the columns of the conditions
}

// days finds the columns of texts that are compared by order, and with days alone: these
// are days as an import writes them, whose order is that of their texts.
func (d *document) days(trees []sdk.Rule) {
	ordered, other := map[string]bool{}, map[string]bool{}
	for i := range trees {
		look(&trees[i], func(r *sdk.Rule) {
			if isOrder(r.Op) {
				ordered[r.Column] = true
			}
			for _, t := range constants(r) {
				if _, err := time.Parse(time.DateOnly, t); err != nil {
					other[r.Column] = true
				}
			}
		})
	}
	d.kinds = maps.Clone(d.kinds)
	for name, kind := range d.kinds {
		if (kind == table.Category || kind == table.String) && ordered[name] && !other[name] {
			d.kinds[name] = table.Time
		}
	}
}

// look visits the tests of a condition.
func look(r *sdk.Rule, visit func(*sdk.Rule)) {
	if r.Column != "" && r.Op != sdk.OpMissing {
		visit(r)
	}
	for i := range r.Rules {
		look(&r.Rules[i], visit)
	}
}

// constants are what a test compares with, as the language spells it: 1000000, not 1e+06.
func constants(r *sdk.Rule) []string {
	switch {
	case r.Op == sdk.OpIn:
		return slices.Clone(r.Set)
	case r.Number != nil:
		return []string{spelt(*r.Number)}
	}
	return []string{r.Text}
}

// whole puts the document together.
func (d *document) whole(version string, ruleSet element) element {
	segment := "segment"
	for d.asked[segment] {
		segment += "_"
	}
	dictionary, schema := elem("DataDictionary", nil), elem("MiningSchema", nil)
	for _, name := range slices.Sorted(maps.Keys(d.asked)) {
		kind, op := "string", "categorical"
		switch d.kinds[name] {
		case table.Float64, table.Int64:
			kind, op = "double", "continuous"
		case table.Bool:
			kind = "boolean"
		case table.Time:
			kind, op = "date", "ordinal"
		default:
		}
		dictionary.Children = append(dictionary.Children, elem("DataField", []string{"name", name, "optype", op, "dataType", kind}))
		schema.Children = append(schema.Children, elem("MiningField", []string{"name", name, "usageType", "active"}))
	}
	target := elem("DataField", []string{"name", segment, "optype", "categorical", "dataType", "string"})
	for _, key := range d.set.keys {
		target.Children = append(target.Children, elem("Value", []string{"value", key}))
	}
	dictionary.Children = append(dictionary.Children, target)
	dictionary.Attrs = []xml.Attr{{Name: xml.Name{Local: "numberOfFields"}, Value: strconv.Itoa(len(dictionary.Children))}}
	schema.Children = append(schema.Children, elem("MiningField", []string{"name", segment, "usageType", "target"}))
	return elem("PMML", []string{"xmlns", "http://www.dmg.org/PMML-4_4", "version", "4.4"},
		elem("Header", nil, elem("Application", []string{"name", "Qunxiang", "version", version})),
		dictionary,
		elem("RuleSetModel", []string{"modelName", "rules", "functionName", "classification", "algorithmName", "rules"}, schema, ruleSet))
}

// predicate is a condition, or its negation, in PMML. A missing value makes a test of PMML
// unknown where here it is false. A rule fires there only when it is true, and and and or
// never make true of unknown what false would not, so only a negation has to name it: the
// opposite test, or the value is missing.
func (d *document) predicate(r *sdk.Rule, negated bool) (element, error) {
	switch r.Op {
	case sdk.OpAlways:
		return truth(!negated), nil
	case sdk.OpNot:
		return d.predicate(&r.Rules[0], !negated)
	case sdk.OpAnd, sdk.OpOr:
		op := "and"
		if (r.Op == sdk.OpOr) != negated {
			op = "or"
		}
		var parts []element
		for i := range r.Rules {
			p, err := d.predicate(&r.Rules[i], negated)
			if err != nil {
				return p, err
			}
			parts = append(parts, p)
		}
		return compound(op, parts...), nil
	default:
		d.asked[r.Column] = true
		if r.Op == sdk.OpMissing {
			return isMissing(r.Column, !negated), nil
		}
		t, err := d.test(r, negated != (r.Op == sdk.OpNe))
		if err == nil && negated != (r.Op == sdk.OpNe) {
			t = compound("or", isMissing(r.Column, true), t)
		}
		return t, err
	}
}

func truth(holds bool) element {
	if holds {
		return elem("True", nil)
	}
	return elem("False", nil)
}

func compound(op string, parts ...element) element {
	if len(parts) == 1 {
		return parts[0]
	}
	return elem("CompoundPredicate", []string{"booleanOperator", op}, parts...)
}

func isMissing(column string, missing bool) element {
	op := "isMissing"
	if !missing {
		op = "isNotMissing"
	}
	return elem("SimplePredicate", []string{"field", column, "operator", op})
}

// test compares a column that has a value; opposite asks for the contrary.
func (d *document) test(r *sdk.Rule, opposite bool) (element, error) {
	kind, known := d.kinds[r.Column]
	if !known {
		return element{}, fmt.Errorf("%w: the kind of column %q was not kept", sdk.ErrNotExportable, r.Column)
	}
	texts := constants(r)
	switch kind {
	case table.Bool:
		return yesNo(r, texts, opposite)
	case table.Time:
		return dates(r, texts, opposite)
	case table.Float64, table.Int64:
		return numbers(r, texts, opposite)
	default:
		if isOrder(r.Op) {
			return element{}, fmt.Errorf("%w: texts of %q compared by order", sdk.ErrNotExportable, r.Column)
		}
		return members(r.Column, "string", texts, opposite), nil
	}
}

func isOrder(op sdk.Op) bool {
	return op == sdk.OpLt || op == sdk.OpLe || op == sdk.OpGt || op == sdk.OpGe
}

func numbers(r *sdk.Rule, texts []string, opposite bool) (element, error) {
	for i, t := range texts {
		x, err := strconv.ParseFloat(strings.TrimSpace(t), 64)
		if err != nil || math.IsInf(x, 0) || x != x {
			return element{}, fmt.Errorf("%w: %q is no number", sdk.ErrNotExportable, t)
		}
		texts[i] = strconv.FormatFloat(x, 'g', -1, 64)
	}
	if isOrder(r.Op) {
		return simple(r.Column, r.Op, texts[0], opposite), nil
	}
	return members(r.Column, "real", texts, opposite), nil
}

// spelt is a number as an expression writes it; texts are compared with that.
func spelt(x float64) string {
	e, err := expr.FromRule(sdk.Rule{Op: sdk.OpEq, Column: "x", Number: &x})
	if err != nil { // a number that is none
		return ""
	}
	return strings.TrimPrefix(e.String(), "x = ")
}

// operator is the name of a test, or of its contrary.
func operator(op sdk.Op, opposite bool) string {
	names := [2]string{"equal", "notEqual"}
	switch op {
	case sdk.OpLt:
		names = [2]string{"lessThan", "greaterOrEqual"}
	case sdk.OpLe:
		names = [2]string{"lessOrEqual", "greaterThan"}
	case sdk.OpGt:
		names = [2]string{"greaterThan", "lessOrEqual"}
	case sdk.OpGe:
		names = [2]string{"greaterOrEqual", "lessThan"}
	default:
	}
	if opposite {
		return names[1]
	}
	return names[0]
}

func simple(column string, op sdk.Op, value string, opposite bool) element {
	return elem("SimplePredicate", []string{"field", column, "operator", operator(op, opposite), "value", value})
}

// members tests equality with one value, or with one of several.
func members(column, kind string, values []string, opposite bool) element {
	if len(values) == 1 {
		return simple(column, sdk.OpEq, values[0], opposite)
	}
	op := "isIn"
	if opposite {
		op = "isNotIn"
	}
	words := slices.Clone(values)
	for i, v := range values {
		if kind == "string" {
			words[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
		}
	}
	array := elem("Array", []string{"n", strconv.Itoa(len(values)), "type", kind})
	array.Text = strings.Join(words, " ")
	return elem("SimpleSetPredicate", []string{"field", column, "booleanOperator", op}, array)
}

// yesNo asks which of the two values of a switch the test holds for.
func yesNo(r *sdk.Rule, texts []string, opposite bool) (element, error) {
	var holds [2]bool
	for x := range 2 {
		for _, t := range texts {
			c, err := strconv.ParseFloat(strings.TrimSpace(t), 64)
			switch {
			case t == "true":
				c = 1
			case t == "false":
				c = 0
			case err != nil:
				return element{}, errModel
			}
			holds[x] = holds[x] || compared(float64(x), r.Op, c)
		}
		holds[x] = holds[x] != opposite
	}
	if holds[0] == holds[1] {
		return compound("and", isMissing(r.Column, false), truth(holds[0])), nil
	}
	return simple(r.Column, sdk.OpEq, strconv.FormatBool(holds[1]), false), nil
}

func compared(x float64, op sdk.Op, with float64) bool {
	switch op {
	case sdk.OpLt:
		return x < with
	case sdk.OpLe:
		return x <= with
	case sdk.OpGt:
		return x > with
	case sdk.OpGe:
		return x >= with
	default:
		return x == with
	}
}

// dates compares days: a date without a time of day is the whole day on either side.
func dates(r *sdk.Rule, texts []string, opposite bool) (element, error) {
	op, join := r.Op, "or"
	if op == sdk.OpIn {
		op = sdk.OpEq
	}
	if opposite {
		join = "and"
	}
	var parts []element
	for _, t := range texts {
		day, err := time.Parse(time.DateOnly, strings.TrimSpace(t))
		if err != nil {
			day, err = time.Parse("2006/1/2", strings.TrimSpace(t))
		}
		if err != nil {
			return element{}, fmt.Errorf("%w: %q is no day", sdk.ErrNotExportable, t)
		}
		parts = append(parts, simple(r.Column, op, day.Format(time.DateOnly), opposite))
	}
	return compound(join, parts...), nil
}
