package survey

import (
	"encoding/json"
	"maps"
	"slices"

	"qunxiang/core"
)

// Settings override what was recognised of one survey. They are kept as a JSON document;
// the zero value leaves everything as recognised.
type Settings struct {
	Kinds    map[string]Kind     `json:"kinds,omitempty"`    // by item
	Reversed map[string]bool     `json:"reversed,omitempty"` // by item; an item that is not named follows the suggestion
	Scales   map[string][]string `json:"scales,omitempty"`   // by name: its items; none = there is no such scale
	Weight   *string             `json:"weight,omitempty"`   // column; "" = none, nil = the one recognised
	Labels   map[string]string   `json:"labels,omitempty"`   // by item or scale: what people read
	Exclude  []string            `json:"exclude,omitempty"`  // flags whose respondents count nowhere
}

// The codes of this package's errors.
const (
	CodeUnknownItem = "survey_unknown_item" // Where.Column
	CodeWrongKind   = "survey_wrong_kind"   // the answers of Where.Column cannot be of Args["kind"]
	CodeUnknownKind = "survey_unknown_kind"
	CodeUnknownFlag = "survey_unknown_flag"
	CodeScaleItem   = "survey_scale_item" // Where.Column is no rating, so that no scale can have it
	CodeBadSettings = "survey_bad_settings"
	CodeWeightKind  = "survey_weight_kind" // Where.Column has no numbers
)

// maxDocument is how large a settings document may be, in bytes.
const maxDocument = 4 << 20

// ParseSettings reads a document; nothing gives the zero value.
func ParseSettings(b []byte) (Settings, error) {
	var s Settings
	if len(b) == 0 {
		return s, nil
	}
	if len(b) > maxDocument {
		return s, failure(CodeBadSettings, core.OriginData, "", nil)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		e := failure(CodeBadSettings, core.OriginData, "", nil)
		e.Err = err
		return Settings{}, e
	}
	return s, nil
}

// Document writes settings as ParseSettings reads them.
func (s Settings) Document() ([]byte, error) { return json.Marshal(s) }

func failure(code string, origin core.Origin, column string, args core.Args) *core.Error {
	return &core.Error{Code: code, Origin: origin, Op: "survey", Where: core.Where{Column: column}, Args: args}
}

// Check reports the first thing in settings that the survey cannot have: an item that is
// not there, an unknown kind or flag, a kind that the answers contradict.
func (s Settings) Check(r *core.Records) error {
	for _, name := range s.names() {
		if r.Column(name) == nil {
			return failure(CodeUnknownItem, core.OriginUser, name, core.Args{"item": name, "survey": r.Name})
		}
	}
	for _, item := range slices.Sorted(maps.Keys(s.Kinds)) {
		if !slices.Contains(Kinds(), s.Kinds[item]) {
			return failure(CodeUnknownKind, core.OriginUser, item, core.Args{"kind": string(s.Kinds[item]), "known": texts(Kinds())})
		}
	}
	for _, flag := range s.Exclude {
		if !slices.Contains(Flags(), flag) {
			return failure(CodeUnknownFlag, core.OriginUser, "", core.Args{"flag": flag, "known": Flags()})
		}
	}
	return nil
}

// names are the items that settings mention, sorted.
func (s Settings) names() []string {
	all := map[string]bool{}
	for name := range s.Kinds {
		all[name] = true
	}
	for name := range s.Reversed {
		all[name] = true
	}
	for _, items := range s.Scales {
		for _, name := range items {
			all[name] = true
		}
	}
	if s.Weight != nil && *s.Weight != "" {
		all[*s.Weight] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func texts(kinds []Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return out
}

// apply lets the settings decide over what was recognised.
func (f *finder) apply(s Settings) error {
	for i := range f.items {
		it := &f.items[i]
		if label := s.Labels[it.Name]; label != "" {
			it.Label = label
		}
		kind, ok := s.Kinds[it.Name]
		if !ok || it.Kind == Empty {
			continue
		}
		if err := f.become(it, &f.profiles[i], kind); err != nil {
			return err
		}
		it.Given, it.Confidence = true, 1
	}
	if s.Weight == nil {
		return nil
	}
	for i := range f.items {
		it := &f.items[i]
		switch {
		case it.Name == *s.Weight && it.cells.floats == nil && it.Kind != Empty:
			return failure(CodeWeightKind, core.OriginUser, it.Name, core.Args{"item": it.Name})
		case it.Name == *s.Weight:
			it.Kind, it.Given, it.Confidence, it.Group = Weight, true, 1, ""
		case it.Kind == Weight:
			it.Kind = Number
		}
	}
	return nil
}

// become makes an item one of the given kind, where its answers allow it.
func (f *finder) become(it *Item, p *profile, kind Kind) error {
	if kind == it.Kind && it.rating() {
		return nil
	}
	if !it.can(p, kind) {
		if kind == Weight {
			return failure(CodeWeightKind, core.OriginUser, it.Name, core.Args{"item": it.Name})
		}
		return failure(CodeWrongKind, core.OriginUser, it.Name, core.Args{
			"item": it.Name, "kind": core.Message{Key: "survey.kind." + string(kind)}, "examples": p.examples(),
		})
	}
	group := it.Group
	it.Kind, it.Group, it.Use = kind, "", ""
	if kind != Multi {
		return nil
	}
	if it.cells.floats == nil {
		it.Separator = p.anySeparator()
		return nil
	}
	if s := stems(it.Name); group == "" && len(s) > 0 {
		group = s[0]
	}
	it.Group = group
	return nil
}

// can reports whether the answers allow a kind; ratings get the ends of their scale.
func (it *Item) can(p *profile, kind Kind) bool {
	switch kind {
	case Likert:
		return it.asRating(p)
	case NPS:
		return it.asNPS(p)
	case Binary:
		return p.distinct() <= 2
	case Number, Weight:
		return it.cells.floats != nil
	case Multi:
		return it.cells.floats == nil || p.min >= 0 && p.max <= 1 && p.whole
	}
	return true
}

// asRating gives the item the ends of a scale of whole numbers or of words.
func (it *Item) asRating(p *profile) bool {
	if it.cells.level == nil && it.cells.floats == nil {
		level, size := p.levels(len(it.cells.dict))
		if level == nil {
			return false
		}
		it.rate(level, size)
		return true
	}
	if it.cells.level != nil {
		return true
	}
	if !p.whole || p.max-p.min > 100 {
		return false
	}
	var ok bool
	if it.Low, it.High, ok = family(p.min, p.max); !ok {
		it.Low, it.High = p.min, p.max
	}
	return true
}

// asNPS makes 0 … 10 of the item's answers; −5 … 5 is moved up by five.
func (it *Item) asNPS(p *profile) bool {
	if !it.asRating(p) || it.InWords {
		return false
	}
	switch {
	case it.Low == -5 && it.High == 5:
		it.cells.shift = 5
	case it.Low < 0, it.High > 10, p.answered >= manyRows && it.Low == 1 && it.High < 8 && p.distinct() == int(it.High):
		return false // the last: all points of 1–5 or 1–7 are there, and no other
	}
	it.Low, it.High = 0, 10
	return true
}

// examples are some of the answers, for a sentence.
func (p *profile) examples() []string {
	var out []string
	for _, l := range p.labels {
		out = append(out, l.text)
	}
	for _, n := range p.numbers {
		out = append(out, numberText(n.value))
	}
	return out[:min(3, len(out))]
}

// anySeparator is the separator of a column that is said to have several choices.
func (p *profile) anySeparator() string {
	if s, _ := separator(p); s != "" {
		return s
	}
	for _, s := range separators() {
		if divides(p, s, true) > 0 {
			return s
		}
	}
	return separators()[0]
}
