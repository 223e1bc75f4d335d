package dtree_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/dtree"
	"qunxiang/sdk"
	"qunxiang/sdk/sdktest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	in := churn(300, 2)
	sdktest.Run(t, dtree.New(), sdktest.Case{Name: "churn", Table: in, Seed: 1},
		sdktest.Case{Name: "by hand", Table: in, Params: sdk.Params{"edit": sdk.Texts("prune 1", "split 1 at channel in mail|app"), "inspect": sdk.Int(2)}, Seed: 1})
}

// Changes by hand: the alternatives are ranked, one of them taken as it stands gives the
// node its test, and the rules still agree with the labels.
func TestEdit(t *testing.T) {
	t.Parallel()
	in := churn(3000, 1)
	alternatives := evidence(t, fit(t, in, sdk.Params{"inspect": sdk.Int(1)}), "alternatives")
	gain := alternatives.Column("gain").Floats
	for i := 1; i < len(gain); i++ {
		if gain[i] > gain[i-1] {
			t.Errorf("alternatives are not ranked: %v", gain)
		}
	}
	second := alternatives.Column("edit").Strings[1]
	column := alternatives.Column("feature").Strings[1]
	res := fit(t, in, sdk.Params{"edit": sdk.Texts(second, "split 3 at channel in mail", "prune 2"), "prune": sdk.TextValue("none"), "max_depth": sdk.Int(3)})
	nodes := evidence(t, res, "nodes")
	if nodes.Rows != 5 || nodes.Column("feature").Strings[0] != column {
		t.Errorf("%d nodes, root on %s", nodes.Rows, nodes.Column("feature").Strings[0])
	}
	for i := range in.Rows {
		for s := range res.Segments {
			if holds(in, res.Segments[s].Rule, i) != (int(res.Columns[0].Codes[i]) == s) {
				t.Fatalf("row %d, segment %s: rule and label disagree", i, res.Segments[s].Key)
			}
		}
	}
	word := ""
	for _, m := range res.Metrics {
		if m.ID == "evaluation" {
			word = m.Word
		}
	}
	if word != "crossValidatedLeaves" || metric(res, "auc") <= 0.5 {
		t.Errorf("evaluation %q, AUC %g", word, metric(res, "auc"))
	}
	list := sdk.Texts(`["` + strings.ReplaceAll(second, `"`, `\"`) + `", "split 3 at channel in mail", "prune 2"]`)
	again := fit(t, in, sdk.Params{"edit": list, "prune": sdk.TextValue("none"), "max_depth": sdk.Int(3)})
	if d := cmp.Diff(res.Tables, again.Tables); d != "" {
		t.Errorf("as a JSON list: %s", d)
	}
}

// Each way to write a cut sends the customers where it says.
func TestEdit_Cuts(t *testing.T) {
	t.Parallel()
	in := churn(500, 1)
	in.Columns[1].Valid = nil
	for test, left := range map[string]func(i int) bool{
		"`recency_days` < 100": func(i int) bool { return in.Columns[1].Ints[i] < 100 },
		"recency_days <= 100":  func(i int) bool { return in.Columns[1].Ints[i] <= 100 },
		"recency_days > 100":   func(i int) bool { return in.Columns[1].Ints[i] <= 100 },
		"recency_days >= 100":  func(i int) bool { return in.Columns[1].Ints[i] < 100 },
		"channel in web| shop": func(i int) bool { return in.Columns[3].Codes[i] < 2 },
	} {
		res := fit(t, in, sdk.Params{"edit": sdk.Texts("prune 1", "split 1 at "+test)})
		for i := range in.Rows {
			if got := res.Segments[res.Columns[0].Codes[i]].Key == "n2"; got != left(i) {
				t.Errorf("%s: customer %d is in %s", test, i, res.Segments[res.Columns[0].Codes[i]].Key)
				break
			}
		}
	}
}

func TestEdit_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for change, want := range map[string]string{
		"cut 3":                     "edit_unreadable",
		"prune many":                "edit_unreadable",
		"split 1 at":                "edit_unreadable",
		"[1, 2]":                    "edit_unreadable",
		"prune 99999":               "edit_impossible",
		"split 1 at town":           "edit_impossible",
		"split 1 at monetary < x":   "edit_impossible",
		"split 1 at monetary < -1":  "edit_impossible",
		"split 1 at channel < 3":    "edit_impossible",
		"split 1 at channel in gas": "edit_impossible",
		"split 77 at channel":       "edit_impossible",
	} {
		found := false
		for _, d := range run(t, churn(300, 1), sdk.Params{"edit": sdk.Texts(change)}).Diagnostics {
			found = found || d.Code == want && d.Severity == sdk.SeverityError
		}
		if !found {
			t.Errorf("%q: %s is not said", change, want)
		}
	}
}
