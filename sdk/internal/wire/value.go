package wire

import (
	"qunxiang/sdk"
	"qunxiang/sdk/internal/methodv1"
)

// each converts a list; an empty one becomes nil.
func each[A, B any](in []A, f func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i := range in {
		out[i] = f(in[i])
	}
	return out
}

// eachErr converts a list and stops at the first error.
func eachErr[A, B any](in []A, f func(A) (B, error)) ([]B, error) {
	if len(in) == 0 {
		return nil, nil
	}
	out := make([]B, len(in))
	for i := range in {
		var err error
		if out[i], err = f(in[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// list returns v, or nil where it is empty: the wire does not tell the two apart.
func list[T any](v []T) []T {
	if len(v) == 0 {
		return nil
	}
	return v
}

// small narrows an enumeration's number. Numbers that fit no byte become 255, which
// is no value of any enumeration of ours.
func small[T ~uint8, E ~int32](v E) T {
	if v < 0 || v > 255 {
		return 255
	}
	return T(v)
}

func fromText(t sdk.Text) *methodv1.Text {
	if t.IsZero() {
		return nil
	}
	return &methodv1.Text{ZhCn: t.ZH, En: t.EN}
}

// ToText reads a text; nil is the zero text.
func ToText(t *methodv1.Text) sdk.Text { return sdk.Text{ZH: t.GetZhCn(), EN: t.GetEn()} }

// FromText writes a text.
func FromText(t sdk.Text) *methodv1.Text { return fromText(t) }

func fromValue(v sdk.Value) *methodv1.Value {
	switch v.Kind {
	case sdk.KindAuto:
		return &methodv1.Value{Kind: &methodv1.Value_Auto{Auto: true}}
	case sdk.KindInt:
		return &methodv1.Value{Kind: &methodv1.Value_Int{Int: v.Int}}
	case sdk.KindReal:
		return &methodv1.Value{Kind: &methodv1.Value_Real{Real: v.Real}}
	case sdk.KindBool:
		return &methodv1.Value{Kind: &methodv1.Value_Bool{Bool: v.Bool}}
	case sdk.KindText:
		return &methodv1.Value{Kind: &methodv1.Value_Text{Text: v.Text}}
	case sdk.KindTexts:
		return &methodv1.Value{Kind: &methodv1.Value_Texts{Texts: &methodv1.TextList{Items: v.Texts}}}
	case sdk.KindNumbers:
		return &methodv1.Value{Kind: &methodv1.Value_Numbers{Numbers: &methodv1.NumberList{Items: v.Numbers}}}
	}
	return nil
}

func toValue(v *methodv1.Value) sdk.Value {
	switch k := v.GetKind().(type) {
	case *methodv1.Value_Auto:
		return sdk.Auto()
	case *methodv1.Value_Int:
		return sdk.Int(k.Int)
	case *methodv1.Value_Real:
		return sdk.Real(k.Real)
	case *methodv1.Value_Bool:
		return sdk.Bool(k.Bool)
	case *methodv1.Value_Text:
		return sdk.TextValue(k.Text)
	case *methodv1.Value_Texts:
		return sdk.Texts(list(k.Texts.GetItems())...)
	case *methodv1.Value_Numbers:
		return sdk.Numbers(list(k.Numbers.GetItems())...)
	}
	return sdk.Value{}
}

// FromParams writes parameters; values of KindNone are left out.
func FromParams(p sdk.Params) map[string]*methodv1.Value {
	out := make(map[string]*methodv1.Value, len(p))
	for id, v := range p {
		if m := fromValue(v); m != nil {
			out[id] = m
		}
	}
	return out
}

// ToParams reads parameters. It never returns nil, so that a method may add to them.
func ToParams(p map[string]*methodv1.Value) sdk.Params {
	out := make(sdk.Params, len(p))
	for id, m := range p {
		if v := toValue(m); !v.IsZero() {
			out[id] = v
		}
	}
	return out
}
