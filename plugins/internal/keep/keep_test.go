package keep_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/internal/keep"
	"qunxiang/sdk"
)

type found struct {
	Centres [][]float64 `json:"centres"`
}

func TestAModelComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	want := found{Centres: [][]float64{{1, 0.1}, {math.MaxFloat64, math.SmallestNonzeroFloat64}}}
	m, err := keep.Write(want, 3)
	if err != nil {
		t.Fatal(err)
	}
	got, err := keep.Read[found](m, 3, errors.ErrUnsupported)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, *got); d != "" {
		t.Error(d)
	}
	if m, err := keep.Write(found{[][]float64{{math.NaN()}}}, 3); err == nil {
		t.Errorf("NaN was written: %s", m.Data)
	}
}

func TestAForeignModelIsUnusable(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]sdk.Model{
		"version": {Format: keep.Format, Version: 2, Data: []byte(`{}`)},
		"format":  {Format: "text/plain", Version: 3, Data: []byte(`{}`)},
		"text":    {Format: keep.Format, Version: 3, Data: []byte(`{"centres":`)},
		"type":    {Format: keep.Format, Version: 3, Data: []byte(`{"centres":"none"}`)},
		"empty":   {},
	} {
		if got, err := keep.Read[found](m, 3, errors.ErrUnsupported); got != nil || !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestNamesAreTakenOnce(t *testing.T) {
	t.Parallel()
	n := keep.Names{"segment": true, "segment_": true}
	if a, b, c := n.Free("segment"), n.Free("age"), n.Free("age"); a != "segment__" || b != "age" || c != "age_" {
		t.Errorf("%q %q %q", a, b, c)
	}
}
