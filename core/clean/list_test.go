package clean_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/clean"
	"qunxiang/i18n"
	"qunxiang/sdk"
)

func TestEditsCanBeTakenBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		l, err := clean.Parse(nil)
		if err != nil {
			r.Fatal(err)
		}
		states := []string{stepsOf(l)}
		for range rapid.IntRange(1, 25).Draw(r, "edits") {
			next, err := edit(r, l)
			if err != nil {
				r.Fatal(err)
			}
			if next.Undoes() == l.Undoes() { // nothing to change
				continue
			}
			l = stored(r, next)
			states = append(states, stepsOf(l))
		}
		for i := len(states) - 2; i >= 0; i-- {
			if l, err = l.Undo(); err != nil {
				r.Fatal(err)
			}
			if l = stored(r, l); stepsOf(l) != states[i] {
				r.Fatalf("undone to %s, was %s", stepsOf(l), states[i])
			}
		}
		if _, err := l.Undo(); core.CodeOf(err) != "nothing_to_undo" {
			r.Fatal(err)
		}
		for _, want := range states[1:] {
			if l, err = l.Redo(); err != nil {
				r.Fatal(err)
			}
			if l = stored(r, l); stepsOf(l) != want {
				r.Fatalf("made again to %s, was %s", stepsOf(l), want)
			}
		}
		if _, err := l.Redo(); core.CodeOf(err) != "nothing_to_redo" {
			r.Fatal(err)
		}
	})
}

func stepsOf(l clean.List) string {
	b, err := json.Marshal(l.Steps)
	if err != nil {
		panic(err)
	}
	return strings.Replace(string(b), "null", "[]", 1)
}

// stored is the list written and read again.
func stored(r *rapid.T, l clean.List) clean.List {
	b, err := l.Encode()
	if err != nil {
		r.Fatal(err)
	}
	out, err := clean.Parse(b)
	if err != nil {
		r.Fatal(err)
	}
	if out.Undoes() != l.Undoes() || out.Redoes() != l.Redoes() {
		r.Fatalf("%d, %d edits after reading, %d, %d before", out.Undoes(), out.Redoes(), l.Undoes(), l.Redoes())
	}
	return out
}

func edit(r *rapid.T, l clean.List) (clean.List, error) {
	kind := rapid.IntRange(0, 4).Draw(r, "edit")
	if kind == 0 || len(l.Steps) == 0 {
		next, _, err := l.Add(clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: []string{rapid.StringN(1, 5, 20).Draw(r, "key")}}})
		return next, err
	}
	s := rapid.SampledFrom(l.Steps).Draw(r, "step")
	switch kind {
	case 1:
		return l.Remove(s.ID)
	case 2:
		return l.Move(s.ID, rapid.IntRange(-1, len(l.Steps)+1).Draw(r, "to"))
	case 3:
		return l.Switch(s.ID, rapid.Bool().Draw(r, "on"))
	}
	s.Note = rapid.StringN(0, 5, 20).Draw(r, "note")
	return l.Set(s)
}

func TestNumbersOfStepsAreNeverUsedTwice(t *testing.T) {
	t.Parallel()
	l, _ := clean.Parse(nil)
	l, a, _ := l.Add(clean.Step{Kind: clean.DropTests})
	l, _ = l.Remove(a.ID)
	l, b, _ := l.Add(clean.Step{Kind: clean.DropTests})
	if a.ID != 1 || b.ID != 2 {
		t.Errorf("steps %d and %d", a.ID, b.ID)
	}
	if _, err := l.Step(1); core.CodeOf(err) != "step_unknown" {
		t.Error(err)
	}
	if _, err := l.Set(clean.Step{ID: 2, Kind: "x"}); core.CodeOf(err) != clean.CodeInvalid {
		t.Error(err)
	}
}

func TestDamagedLists(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		`nonsense`:                   "steps_damaged",
		`{"version":0}`:              "steps_damaged",
		`{"version":9,"steps":[]}`:   "steps_newer",
		`{"version":1,"steps":[{}]}`: "steps_damaged",
		`{"version":1,"steps":[{"id":0,"kind":"drop_tests"}]}`:                                                   "steps_damaged",
		`{"version":1,"steps":[{"id":1,"kind":"drop_tests"},{"id":1,"kind":"drop_tests"}]}`:                      "steps_damaged",
		`{"version":1,"steps":[{"id":1,"kind":"rescale","args":{"factor":-5}}]}`:                                 "steps_damaged",
		`{"version":1,"steps":[` + strings.Repeat(`{"id":1,"kind":"drop_tests"},`, 600) + `{"id":1,"kind":""}]}`: "steps_damaged",
	} {
		if _, err := clean.Parse([]byte(text)); core.CodeOf(err) != code {
			t.Errorf("%.80s: %v", text, err)
		}
	}
	// Edits that do not fit the steps are forgotten; the steps count.
	l, err := clean.Parse([]byte(`{"version":1,"next":2,"steps":[{"id":1,"kind":"drop_tests","args":{}}],"undo":[{"at":7}],"redo":[{"at":-1,"to":5},{"at":0,"old":{"id":4,"kind":"drop_tests","args":{}}}]}`))
	if err != nil || l.Undoes() != 0 || l.Redoes() != 0 || len(l.Steps) != 1 {
		t.Errorf("%v %+v", err, l)
	}
}

func TestOnlyWhatFitsIsStored(t *testing.T) {
	t.Parallel()
	l, _ := clean.Parse(nil)
	var many []string
	for i := range 100_000 {
		many = append(many, strings.Repeat("k", 15)+string(rune('a'+i%26)))
	}
	for range 4 { // fit without the edits
		l, _, _ = l.Add(clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: many[:50_000]}})
	}
	b, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := clean.Parse(b)
	if err != nil || !cmp.Equal(got.Steps, l.Steps) || got.Undoes() >= 4 {
		t.Errorf("%v, %d steps, %d edits", err, len(got.Steps), got.Undoes())
	}
	l, _, _ = l.Add(clean.Step{Kind: clean.DropCustomers, Args: clean.Args{Customers: many}})
	if _, err := l.Encode(); core.CodeOf(err) != "steps_too_large" {
		t.Error(err)
	}
}

// Every kind, remark and reason has whole sentences in both languages.
func TestSentences(t *testing.T) {
	t.Parallel()
	steps := []clean.Step{}
	for _, text := range []string{
		`{"kind":"drop_duplicates"}`, `{"kind":"drop_duplicates","args":{"how":"orders"}}`, `{"kind":"drop_duplicates","args":{"how":"number"}}`, `{"kind":"drop_tests"}`, `{"kind":"drop_duplicates","args":{"how":"changed"}}`,
		`{"kind":"drop_customers","args":{"customers":["a"]}}`, `{"kind":"drop_orders","args":{"orders":["1"]}}`, `{"kind":"keep_dates","args":{"from":"2024-01-01"}}`,
		`{"kind":"keep_dates","args":{"to":"2024-01-01"}}`, `{"kind":"keep_dates","args":{"from":"2023-01-01","to":"2024-01-01"}}`, `{"kind":"outliers","args":{"how":"cap","high":5}}`,
		`{"kind":"outliers","args":{"how":"drop","low":5}}`, `{"kind":"outliers","args":{"how":"group","percentile":99}}`, `{"kind":"rescale","args":{"factor":2}}`, `{"kind":"rescale","args":{"factor":2,"column":"a"}}`,
		`{"kind":"rescale","args":{"factor":2,"file":1}}`, `{"kind":"rescale","args":{"factor":2,"from":"2024-01-01"}}`, `{"kind":"cap_column","args":{"column":"a","low":1,"high":2}}`, `{"kind":"limit_column","args":{"column":"a","low":1}}`,
		`{"kind":"as_missing","args":{"column":"a","words":["x"]}}`, `{"kind":"fill_column","args":{"column":"a","how":"median"}}`, `{"kind":"fill_column","args":{"column":"a","how":"value","value":"x"}}`,
		`{"kind":"unify","args":{"column":"a"}}`, `{"kind":"unify","args":{"column":"a","groups":[{"to":"x","from":["y"]}]}}`, `{"kind":"drop_column","args":{"column":"a"}}`, `{"kind":"merge_customers","args":{"groups":[{"to":"x","from":["y"]}]}}`,
	} {
		s, err := clean.ParseStep([]byte(text))
		if err != nil {
			t.Fatal(text, err)
		}
		steps = append(steps, s)
	}
	kinds := map[clean.Kind]bool{}
	for _, s := range steps {
		kinds[s.Kind] = true
		for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
			m := s.Message()
			if text := (i18n.Locale{Lang: lang}).Message(m); text == m.Key || strings.ContainsAny(text, "{}") || strings.Contains(text, "clean.") {
				t.Errorf("%s: %q", m.Key, text)
			}
		}
	}
	for _, k := range clean.Kinds() {
		if !kinds[k] {
			t.Errorf("no sentence of %s is looked at", k)
		}
	}
}

// Whatever is stored, reading it neither panics nor gives a step that cannot be.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"next":3,"steps":[{"id":1,"kind":"drop_tests","args":{}},{"id":2,"kind":"rescale","args":{"factor":0.01,"from":"2024-01-01"},"off":true}],"undo":[{"at":0,"new":{"id":1,"kind":"drop_tests","args":{}}},{"at":1,"new":{"id":2,"kind":"drop_tests","args":{}}}]}`))
	f.Add([]byte(`{"version":1,"steps":[{"id":1,"kind":"unify","args":{"column":"city","groups":[{"to":"a","from":["b"]}]}}],"redo":[{"at":0,"to":0}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := clean.Parse(b)
		if err != nil {
			return
		}
		if _, _, err := clean.Apply(t.Context(), sample(), l.Steps); err != nil && core.CodeOf(err) != "step_overflow" {
			t.Error(err)
		}
		for l.Undoes() > 0 {
			if l, err = l.Undo(); err != nil {
				t.Fatal(err)
			}
		}
		for l.Redoes() > 0 {
			if l, err = l.Redo(); err != nil {
				t.Fatal(err)
			}
		}
		out, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := clean.Parse(out); err != nil {
			t.Error(err)
		}
	})
}
