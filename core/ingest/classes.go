package ingest

import (
	"qunxiang/core"
	"qunxiang/core/privacy"
)

// shown is how many cells of a column package privacy gets to see: the first hundred and
// some from all over the sample.
const (
	shownFirst = 100
	shownAll   = 300
	shownEvery = 16
)

// show keeps a cell for package privacy.
func (p *profile) show(cell string) {
	if len(p.shown) < shownFirst || len(p.shown) < shownAll && p.n%shownEvery == 0 {
		p.shown = append(p.shown, cell)
	}
}

// classify says how far a column tells who somebody is, and whether it must be kept as
// text: identifiers are no numbers, and of more than fifteen digits a number would lose
// the last ones.
func (l *layout) classify(c int, d *core.DetectedColumn, p *profile) {
	name, role := d.Name, d.Role
	if l.kind == core.SourceCustomers && role != core.RoleCustomer { // there a role is the name of an attribute
		name, role = name+" "+string(role), ""
	}
	f := privacy.Classify(name, p.shown, role)
	d.Class, d.Holds, d.ClassBy, d.ClassSure = f.Class, string(f.Kind), string(f.By), f.Sure
	if len(p.shown) > 0 {
		d.Example = privacy.Example(f.Class, f.Kind, p.shown[0])
	}
	if f.Rounded > 0 {
		l.hints = append(l.hints, core.Message{Key: "import.hint.rounded_phones", Args: core.Args{"column": d.Name}})
	}
	if l.text == nil {
		l.text = make([]bool, len(l.names))
	}
	l.text[c] = f.Class == core.ClassDirect || p.n > 0 && p.integer == p.n && p.width > longestExact
}

// longestExact is the number of digits that a float64 keeps whatever they are.
const longestExact = 15

// attribute makes the attribute of a column: a category where it must stay a text,
// otherwise what its cells are.
func (l *layout) attribute(s int, dict *core.Dict, codes []uint32) (col core.AttributeColumn, odd int) {
	if !l.text[s] {
		return attribute(l.attributes[s], dict, codes, l.numbers[s])
	}
	kind := make([]uint8, dict.Len())
	var b []byte
	for i := range kind {
		if b = dict.View(b, i); isMissing(string(b)) {
			kind[i] = 2
		}
	}
	return categoryColumn(l.attributes[s], dict, codes, kind), 0
}
