package presenter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/gui/presenter"
	"qunxiang/sdk/table"
)

func TestTableQuery_FindsSortsAndKeepsWhatDiffers(t *testing.T) {
	t.Parallel()
	valid := table.NewBits(4)
	for _, i := range []int{0, 1, 3} {
		valid.Set(i)
	}
	tab := &table.Table{Rows: 4, Columns: []table.Column{
		{Name: "feature", Kind: table.String, Strings: []string{"b", "a", "c", "aa"}},
		{Name: "q", Kind: table.Float64, Floats: []float64{0.2, 0.01, 0, 0.05}, Valid: valid},
	}}
	text := func(row, col int) string { return tab.Columns[col].Text(row) }
	for name, want := range map[string]struct {
		q    presenter.TableQuery
		rows []int
	}{
		"as written":     {presenter.TableQuery{}, []int{0, 1, 2, 3}},
		"by text":        {presenter.TableQuery{Sort: "feature"}, []int{1, 3, 0, 2}},
		"by number":      {presenter.TableQuery{Sort: "q", Desc: true}, []int{0, 3, 1, 2}},
		"what differs":   {presenter.TableQuery{Differs: true}, []int{1, 3}},
		"what is called": {presenter.TableQuery{Find: "A", Sort: "q"}, []int{1, 3}},
	} {
		if diff := cmp.Diff(want.rows, want.q.Rows(tab, text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if !presenter.CanDiffer(tab) || presenter.CanDiffer(&table.Table{}) {
		t.Error("a table with corrected probabilities can differ, an empty one cannot")
	}
	cross := &table.Table{Rows: 2, Columns: []table.Column{{Name: "residual", Kind: table.Float64, Floats: []float64{-2.5, 1.9}}}}
	if diff := cmp.Diff([]int{0}, presenter.TableQuery{Differs: true}.Rows(cross, nil)); diff != "" {
		t.Errorf("cells that are far from equal (-want +got):\n%s", diff)
	}
}
