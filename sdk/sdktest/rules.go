package sdktest

import (
	"testing"

	"qunxiang/sdk"
	"qunxiang/sdk/expr"
	"qunxiang/sdk/table"
)

// testRules: the rule of a segment holds for its customers and for no others, since the
// owner filters by it.
func (s *suite) testRules(t *testing.T, c Case, got sdk.Response) {
	t.Helper()
	all := &table.Table{Rows: c.Table.Rows, Columns: append([]table.Column(nil), c.Table.Columns...)}
	for i := range got.Columns {
		if all.Column(got.Columns[i].Name) == nil {
			all.Columns = append(all.Columns, got.Columns[i])
		}
	}
	labels := s.labels(got.Columns)
	for _, segment := range got.Segments {
		if segment.Rule == nil {
			continue
		}
		holds, err := holding(*segment.Rule, all)
		if err != nil {
			t.Errorf("the rule of segment %s: %v", segment.Key, err)
			continue
		}
		wrong := 0
		for row, label := range labels {
			if holds.Get(row) != (label == segment.Key) {
				wrong++
			}
		}
		if wrong > 0 {
			t.Errorf("the rule of segment %s says otherwise than the labels of %d of %d rows", segment.Key, wrong, len(labels))
		}
	}
}

func holding(r sdk.Rule, t *table.Table) (table.Bits, error) {
	e, err := expr.FromRule(r)
	if err != nil {
		return nil, err
	}
	return e.Rows(t)
}
