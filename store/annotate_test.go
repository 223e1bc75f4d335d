package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
	"qunxiang/store"
)

func TestWhatIsFoundOutLaterIsKeptWithTheRun(t *testing.T) {
	t.Parallel()
	f := create(t, store.Options{})
	s := &core.Segmentation{Name: "groups", Method: "kmeans", Segments: []core.Segment{{ID: 1, Key: "c1"}}, Customers: []uint32{}, Label: []int32{}}
	if err := f.PutSegmentation(s); err != nil {
		t.Fatal(err)
	}
	more := *s
	more.Segments = []core.Segment{{ID: 1, Key: "c1", Stability: sdk.Bound(0.8)}}
	more.Diagnostics = []sdk.Diagnostic{{Severity: sdk.SeverityInfo, Code: "later"}}
	more.Tables = []sdk.DataTable{{ID: "stability", Table: &table.Table{Rows: 1, Columns: []table.Column{{Name: "mean", Kind: table.Float64, Floats: []float64{0.8}}}}}}
	if err := f.Annotate("groups", 1, &more); err != nil {
		t.Fatal(err)
	}
	got, err := f.Segmentation("groups", 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(more.Segments, got.Segments) + cmp.Diff(more.Tables, got.Tables) + cmp.Diff(more.Diagnostics, got.Diagnostics); diff != "" {
		t.Error(diff)
	}
	more.Segments = nil
	if err := f.Annotate("groups", 1, &more); core.CodeOf(err) != core.CodeInternal {
		t.Errorf("another number of segments: %v", err)
	}
}
