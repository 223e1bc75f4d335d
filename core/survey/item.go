package survey

import (
	"math"

	"qunxiang/core"
)

// Kind is what a column of a survey asks or holds.
type Kind string

// The kinds of items.
const (
	Likert      Kind = "likert"      // a rating on a scale of whole numbers or of words
	NPS         Kind = "nps"         // "would you recommend us", 0–10
	Binary      Kind = "binary"      // yes or no
	Single      Kind = "single"      // one of several choices
	Multi       Kind = "multi"       // several choices in one cell, or one 0/1 column of a block of choices
	Number      Kind = "number"      // a number that is no rating
	Text        Kind = "text"        // open text
	Demographic Kind = "demographic" // gender, age, income …
	Weight      Kind = "weight"      // of the respondent
	Meta        Kind = "meta"        // what the export adds: numbers, times, sources
	Empty       Kind = "empty"       // nobody answered
)

// Kinds lists the kinds that settings may give an item.
func Kinds() []Kind {
	return []Kind{Likert, NPS, Binary, Single, Multi, Number, Text, Demographic, Weight, Meta}
}

// The uses of metadata.
const (
	MetaID       = "id"
	MetaTime     = "time"
	MetaDuration = "duration" // of answering; speeders are found by it
	MetaSource   = "source"
	MetaPerson   = "person"
	MetaScore    = "score"
)

// Item is one column of a survey, recognised.
type Item struct {
	Name       string
	Label      string // that people read: the settings' name of it, else Name
	Kind       Kind
	Confidence float64 // 0…1 of the kind; 1 where the settings say it
	Given      bool    // by the settings
	Use        string  // of metadata
	Low, High  float64 // ends of the scale of Likert and NPS
	InWords    bool    // a rating scale in words, counted 1 … as many as it has
	Group      string  // stem of the header that it shares with others of its kind, "" = alone
	Separator  string  // of several choices in one cell
	Options    []string

	cells cells
}

// cells reads the cells of a column as numbers or as labels.
type cells struct {
	floats []float64
	valid  []bool
	codes  []uint32
	dict   []string
	gone   []bool    // by code: a word for "no answer"
	level  []float64 // by code: the number that a label stands for; nil = labels are no numbers
	shift  float64   // added to every number
	coded  bool      // −2 and −3 are the export's signs for "no answer"
}

func newCells(c *core.AttributeColumn, coded bool) cells {
	v := cells{floats: c.Floats, valid: c.Valid, codes: c.Codes, dict: c.Dict, coded: coded}
	if c.Floats == nil {
		v.gone = make([]bool, len(c.Dict))
		for i, s := range c.Dict {
			v.gone[i] = blank(s)
		}
	}
	return v
}

// blank reports whether a cell says that there is no answer.
func blank(s string) bool {
	p := plain(s)
	return p == "" || words().of["missing"].whole[p]
}

// answered reports whether row i has an answer.
func (v *cells) answered(i int) bool {
	if v.floats == nil {
		return v.code(i) != core.NoCode
	}
	if v.valid != nil && !v.valid[i] {
		return false
	}
	x := v.floats[i]
	return !math.IsNaN(x) && !math.IsInf(x, 0) && (!v.coded || x != -2 && x != -3)
}

// code is the code of the label in row i, NoCode where there is no answer.
func (v *cells) code(i int) uint32 {
	if v.codes == nil || int(v.codes[i]) >= len(v.dict) || v.gone[v.codes[i]] {
		return core.NoCode
	}
	return v.codes[i]
}

// number is row i as a number, NaN where there is none.
func (v *cells) number(i int) float64 {
	if v.floats != nil {
		if !v.answered(i) {
			return math.NaN()
		}
		return v.floats[i] + v.shift
	}
	if c := v.code(i); c != core.NoCode && v.level != nil {
		return v.level[c] + v.shift
	}
	return math.NaN()
}

// rating reports whether an item's answers are points of a scale.
func (it *Item) rating() bool { return it.Kind == Likert || it.Kind == NPS }

// value is row i as a point of the item's scale, NaN where there is none or where it lies
// outside.
func (it *Item) value(i int) float64 {
	x := it.cells.number(i)
	if it.rating() && (x < it.Low || x > it.High) {
		return math.NaN()
	}
	return x
}

// answered reports whether row i answers the item.
func (it *Item) answered(i int) bool {
	if it.rating() {
		return !math.IsNaN(it.value(i))
	}
	return it.cells.answered(i)
}

// question reports whether respondents were asked the item.
func (it *Item) question() bool {
	switch it.Kind {
	case Weight, Meta, Empty:
		return false
	}
	return true
}
