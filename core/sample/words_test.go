package sample

import (
	"testing"

	"qunxiang/sdk"
)

// A business is kept as positions in the lists of words, so both languages need
// lists of one shape.
func TestBothLanguagesHaveTheSameShape(t *testing.T) {
	t.Parallel()
	zh, err := loadWords(sdk.ZH)
	if err != nil {
		t.Fatal(err)
	}
	en, err := loadWords(sdk.EN)
	if err != nil {
		t.Fatal(err)
	}
	shape := func(w *words) []int {
		out := []int{
			len(w.Surnames), len(w.Given), len(w.Genders), len(w.Consent), len(w.Cities), len(w.Channels),
			len(w.Orders), len(w.Customers), len(w.Truth), len(w.BadDates), len(w.BadAmounts),
		}
		for _, c := range w.Categories {
			out = append(out, len(c.Products))
		}
		return out
	}
	a, b := shape(zh), shape(en)
	if len(a) != len(b) {
		t.Fatalf("shapes %v and %v", a, b)
	}
	for i := range a {
		if a[i] != b[i] || a[i] == 0 {
			t.Errorf("list %d has %d entries in Chinese, %d in English", i, a[i], b[i])
		}
	}
	if len(zh.Channels) != 4 || len(zh.Orders) != 10 {
		t.Error("the generator counts on four channels and ten columns of orders")
	}
}
