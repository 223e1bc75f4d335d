package sdk

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrValue is returned when a text cannot be read as a value of its parameter.
var ErrValue = errors.New("value does not fit the parameter")

// ValueKind says which field of a [Value] holds.
type ValueKind uint8

// The kinds of values. KindNone is "not given"; KindAuto leaves the choice to the
// method and is allowed only where [Param].Auto is set.
const (
	KindNone ValueKind = iota
	KindAuto
	KindInt
	KindReal
	KindBool
	KindText
	KindTexts
	KindNumbers
)

// Value is one parameter's value. Exactly the field named by Kind holds.
type Value struct {
	Kind    ValueKind `json:"kind"`
	Int     int64     `json:"int,omitempty"`
	Real    float64   `json:"real,omitempty"`
	Bool    bool      `json:"bool,omitempty"`
	Text    string    `json:"text,omitempty"` // also the id of a choice, the name of a column
	Texts   []string  `json:"texts,omitempty"`
	Numbers []float64 `json:"numbers,omitempty"`
}

// Auto leaves the choice to the method.
func Auto() Value { return Value{Kind: KindAuto} }

// Int makes a whole number.
func Int(v int64) Value { return Value{Kind: KindInt, Int: v} }

// Real makes a number.
func Real(v float64) Value { return Value{Kind: KindReal, Real: v} }

// Bool makes a switch's position.
func Bool(v bool) Value { return Value{Kind: KindBool, Bool: v} }

// TextValue makes a text, the id of a choice, or the name of a column.
func TextValue(v string) Value { return Value{Kind: KindText, Text: v} }

// Texts makes a list of texts.
func Texts(v ...string) Value { return Value{Kind: KindTexts, Texts: v} }

// Numbers makes a list of numbers.
func Numbers(v ...float64) Value { return Value{Kind: KindNumbers, Numbers: v} }

// IsZero reports whether no value was given.
func (v Value) IsZero() bool { return v.Kind == KindNone }

// IsAuto reports whether the choice is left to the method.
func (v Value) IsAuto() bool { return v.Kind == KindAuto }

// String writes v as the command line does: "auto", "5", "0.5", "true", "30,60".
// Texts are joined by newlines, since a text may hold a comma.
func (v Value) String() string {
	switch v.Kind {
	case KindAuto:
		return "auto"
	case KindInt:
		return strconv.FormatInt(v.Int, 10)
	case KindReal:
		return strconv.FormatFloat(v.Real, 'g', -1, 64)
	case KindBool:
		return strconv.FormatBool(v.Bool)
	case KindText:
		return v.Text
	case KindTexts:
		return strings.Join(v.Texts, "\n")
	case KindNumbers:
		s := make([]string, len(v.Numbers))
		for i, n := range v.Numbers {
			s[i] = strconv.FormatFloat(n, 'g', -1, 64)
		}
		return strings.Join(s, ",")
	}
	return ""
}

// Params holds the values of a run by parameter id. A method reads it through the
// typed getters, which fall back to the zero value of their type.
type Params map[string]Value

// Int returns the whole number under id, 0 where it is absent or automatic.
func (p Params) Int(id string) int { return int(p[id].Int) }

// Real returns the number under id; whole numbers are widened.
func (p Params) Real(id string) float64 {
	if v := p[id]; v.Kind == KindInt {
		return float64(v.Int)
	}
	return p[id].Real
}

// Bool returns the switch under id.
func (p Params) Bool(id string) bool { return p[id].Bool }

// Text returns the text, choice id or column name under id.
func (p Params) Text(id string) string { return p[id].Text }

// Texts returns the list of texts under id. The slice is not a copy.
func (p Params) Texts(id string) []string { return p[id].Texts }

// Numbers returns the list of numbers under id. The slice is not a copy.
func (p Params) Numbers(id string) []float64 { return p[id].Numbers }

// IsAuto reports whether the value under id is left to the method.
func (p Params) IsAuto(id string) bool { return p[id].Kind == KindAuto }

// Parse reads the command line's form of a value of p. An empty text gives the
// parameter's default. The error wraps [ErrValue] and says what is expected.
func (p Param) Parse(s string) (Value, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return p.Default, nil
	}
	if s == "auto" && p.Auto {
		return Auto(), nil
	}
	switch p.Kind {
	case ParamInt:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return Value{}, fmt.Errorf("%w: %q is not a whole number", ErrValue, s)
		}
		return Int(n), p.inRange(float64(n))
	case ParamReal:
		f, err := parseFinite(s)
		if err != nil {
			return Value{}, err
		}
		return Real(f), p.inRange(f)
	case ParamBool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return Value{}, fmt.Errorf("%w: %q is neither true nor false", ErrValue, s)
		}
		return Bool(b), nil
	case ParamChoice:
		for _, c := range p.Choices {
			if c.ID == s {
				return TextValue(s), nil
			}
		}
		return Value{}, fmt.Errorf("%w: %q is not one of %s", ErrValue, s, p.choiceIDs())
	case ParamNumbers:
		return p.parseNumbers(s)
	case ParamTexts:
		return Texts(strings.Split(s, "\n")...), nil
	}
	return TextValue(s), nil
}

func (p Param) parseNumbers(s string) (Value, error) {
	var out []float64
	for part := range strings.SplitSeq(s, ",") {
		f, err := parseFinite(strings.TrimSpace(part))
		if err != nil {
			return Value{}, err
		}
		if err := p.inRange(f); err != nil {
			return Value{}, err
		}
		if p.Rising && len(out) > 0 && f <= out[len(out)-1] {
			return Value{}, fmt.Errorf("%w: %q does not rise", ErrValue, s)
		}
		out = append(out, f)
	}
	if p.Items > 0 && len(out) != p.Items {
		return Value{}, fmt.Errorf("%w: %d numbers expected, %d given", ErrValue, p.Items, len(out))
	}
	return Numbers(out...), nil
}

func (p Param) inRange(f float64) error {
	if p.Min == nil && p.Max == nil {
		return nil
	}
	lo, hi := math.Inf(-1), math.Inf(1)
	if p.Min != nil {
		lo = *p.Min
	}
	if p.Max != nil {
		hi = *p.Max
	}
	if f < lo || f > hi {
		return fmt.Errorf("%w: %g is outside %g…%g", ErrValue, f, lo, hi)
	}
	return nil
}

func (p Param) choiceIDs() string {
	ids := make([]string, len(p.Choices))
	for i, c := range p.Choices {
		ids[i] = c.ID
	}
	return strings.Join(ids, ", ")
}

func parseFinite(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, fmt.Errorf("%w: %q is not a number", ErrValue, s)
	}
	return f, nil
}
