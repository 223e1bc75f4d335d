package e2e_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parameters are the names, choices and defaults that scripts rely on, as
// name=default or name=default:choice|choice. They may grow, never change.
func parameters() map[string]string {
	recipe := " cap=0.5 log=auto scale=zscore:zscore|robust|minmax|none"
	return map[string]string{
		"rfm": "bins=5 binning=independent:independent|nested|median|mean|custom cuts_r= cuts_f= cuts_m= weights=1,1,1" +
			" map=eleven:eleven|eight|eight_b|scores|custom compare=median:median|mean_score|fixed compare_r= compare_f= compare_m=" +
			" window_months=0 frequency_of=orders:orders|days monetary_of=sum:sum|mean",
		"kmeans":    "k=auto k_min=2 k_max=8 init=kmeans++:kmeans++|random restarts=10 max_iterations=300 tolerance=0.0001" + recipe,
		"hclust":    "linkage=ward:ward|complete|average|single|weighted|centroid|median distance=euclidean:euclidean|manhattan|gower k=auto height=" + recipe,
		"dtree":     "target= positive= criterion=gini:gini|entropy|variance max_depth=5 min_leaf=auto prune=cv:cv|none alpha= folds=10",
		"lifecycle": "rhythm=personal:personal|fixed dormant_days=auto lost_days=auto",
		"rules":     "rule=",
		"tiers":     "by=monetary ladder=auto grace_days=0 keep_ratio=1",
	}
}

// methodAnswer is what the test reads of the answer of "methods".
type methodAnswer struct {
	ID, Version, Plugin, Origin, Trust string
	Name                               map[string]string
	Parameters                         []struct {
		ID      string
		Default any
		Choices []struct{ ID string }
	}
}

func TestContract_methodsAndTheirParameters(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var methods []methodAnswer
	b.json(&methods, "methods")
	if !slices.IsSortedFunc(methods, func(x, y methodAnswer) int { return strings.Compare(x.ID, y.ID) }) {
		t.Error("methods are not sorted by id")
	}
	for id, want := range parameters() {
		at := slices.IndexFunc(methods, func(m methodAnswer) bool { return m.ID == id })
		if at < 0 {
			t.Errorf("there is no method %s", id)
			continue
		}
		m := methods[at]
		if m.Version == "" || m.Plugin == "" || m.Origin != "bundled" || m.Trust != "bundled" || m.Name["zh-CN"] == "" || m.Name["en"] == "" {
			t.Errorf("%s: %+v", id, m)
		}
		var got []string
		for _, p := range m.Parameters {
			text := p.ID + "=" + plain(p.Default)
			var ids []string
			for _, c := range p.Choices {
				ids = append(ids, c.ID)
			}
			if ids != nil {
				text += ":" + strings.Join(ids, "|")
			}
			got = append(got, text)
		}
		for w := range strings.FieldsSeq(want) {
			if !slices.Contains(got, w) {
				t.Errorf("%s: no parameter %s, there are %q", id, w, got)
			}
		}
		checkDetail(t, b, m)
	}
}

// checkDetail checks that "method" answers with what "methods" lists, and more.
func checkDetail(t *testing.T, b *bench, m methodAnswer) {
	t.Helper()
	raw := b.run("method", m.ID, "--json")
	var again methodAnswer
	var keys map[string]any
	if err := json.Unmarshal(raw, &again); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &keys); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, again); diff != "" {
		t.Errorf("%s: method and methods differ (-methods +method):\n%s", m.ID, diff)
	}
	for _, k := range []string{"inputs", "outputs", "parameters", "help", "question", "capabilities"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("%s: no key %q", m.ID, k)
		}
	}
}

// plain is a default as the command line writes it.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = plain(x)
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(v)
}
