package document_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"qunxiang/store/internal/document"
)

type inner struct {
	Value *float64 `json:"value"`
	List  []float64
	skip  float64
}

type outer struct {
	Name   string
	Map    map[string]inner `json:"map"`
	Hidden []float64        `json:"-"`
	Any    [2]string
	In     inner
}

func TestEveryFloatComesBack(t *testing.T) {
	t.Parallel()
	nan, inf, zero := math.NaN(), math.Inf(-1), 0.0
	for name, v := range map[string]outer{
		"finite": {Name: "a", In: inner{Value: &zero, List: []float64{1, 2.5}}},
		"not finite": {
			Map:    map[string]inner{"a/b~1": {Value: &nan, List: []float64{1, inf}}, "": {Value: &inf}},
			Hidden: []float64{nan}, In: inner{Value: &zero, List: []float64{nan}, skip: nan},
		},
		"nothing": {},
	} {
		before := len(v.Map)
		b, err := document.Marshal(&v)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got outer
		if err := document.Unmarshal(b, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := v
		want.Hidden, want.In.skip = nil, 0
		if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmp.AllowUnexported(inner{})); d != "" || before != len(v.Map) {
			t.Errorf("%s (-want +got)\n%s", name, d)
		}
	}
	if !math.IsNaN(nan) || !math.IsInf(inf, -1) {
		t.Error("Marshal changed its argument")
	}
}

func TestWhatIsNoDocumentIsRefused(t *testing.T) {
	t.Parallel()
	for _, b := range []string{
		"", "x", "{}", `{"body":[]}`, `{"body":{},"floats":{"In/Nowhere":1}}`, `{"body":{},"floats":{"":1}}`,
		`{"body":{},"floats":{"In/List/5":1}}`, `{"body":{},"floats":{"map/a/value":1}}`, `{"body":{},"floats":{"In/skip":1}}`,
		`{"body":{},"floats":{"In/List/0/1":1}}`, `{"body":{"In":{"List":[0]}},"floats":{"In/List/0/1":1}}`,
	} {
		if err := document.Unmarshal([]byte(b), &outer{}); !errors.Is(err, document.ErrDocument) {
			t.Errorf("%s: %v", b, err)
		}
	}
}
