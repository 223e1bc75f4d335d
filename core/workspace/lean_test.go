package workspace_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/comment"
	"qunxiang/core/workspace"
)

// TestRunsReadCommentsWhenTheyNeedThem: a run that finds its columns without what comments
// say does not read them, and sees the same customers. A list of themes that cannot be read
// tells which run has tried.
func TestRunsReadCommentsWhenTheyNeedThem(t *testing.T) {
	t.Parallel()
	p := project(t)
	importText(t, p, "orders.csv", orders)
	importText(t, p, "comments.csv", comments)
	all := project(t)
	importText(t, all, "orders.csv", orders)
	importText(t, all, "comments.csv", comments)
	full, err := all.Plan(t.Context(), workspace.RunRequest{Method: "spenders", Where: "sentiment > -2 or monetary > 0"})
	if err != nil {
		t.Fatal(err)
	}
	plan := func(r workspace.RunRequest) ([]int32, string) {
		t.Helper()
		r.Method = "spenders"
		got, err := p.Plan(t.Context(), r)
		if err != nil {
			return nil, core.CodeOf(err)
		}
		return got.Rows, ""
	}
	rows, code := plan(workspace.RunRequest{})
	if code != "" || !slices.Equal(rows, full.Rows) {
		t.Fatalf("%q, rows %v, not %v", code, rows, full.Rows)
	}
	if err := p.SetSetting("themes", []byte("{")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		r    workspace.RunRequest
		code string
	}{
		{workspace.RunRequest{}, ""},
		{workspace.RunRequest{Where: "comments >= 1 or days_since_comment > 3 or rating < 9 or monetary > 0"}, ""},
		{workspace.RunRequest{Features: []string{comment.FeatureMean}}, "themes_json"},
		{workspace.RunRequest{Where: "sentiment > 0"}, "themes_json"},
		{workspace.RunRequest{Where: "theme_delivery > 0"}, "themes_json"},
		{workspace.RunRequest{Where: "no_such_column > 0"}, "themes_json"}, // all columns are needed to say what may be meant
	} {
		got, code := plan(c.r)
		if code != c.code {
			t.Errorf("%+v: %q, not %q", c.r, code, c.code)
		}
		if c.code == "" && c.r.Where == "" {
			if d := cmp.Diff(rows, got); d != "" {
				t.Errorf("%+v: other customers (-before +now)\n%s", c.r, d)
			}
		}
	}
}
