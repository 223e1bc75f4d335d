package workspace

import (
	"errors"
	"testing"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/sdk"
)

// A file of new customers has no comments: a method that cannot do without them is not
// asked, one that can is.
func TestScoring_AsksNoMethodThatLacksALongTable(t *testing.T) {
	t.Parallel()
	for required, want := range map[bool]string{true: "score_detail", false: ""} {
		x := scoring{
			file: "new.csv", run: &core.Segmentation{Name: "voices"}, set: &feature.Set{},
			method: core.Method{Info: sdk.Info{Details: []sdk.Detail{{ID: sdk.DetailOrders}, {ID: sdk.DetailComments, Required: required}}}},
		}
		err := x.addDetails(t.Context(), nil, feature.Options{})
		e, _ := errors.AsType[*core.Error](err)
		if want == "" && err != nil || want != "" && (e == nil || e.Code != want || e.Origin != core.OriginData || e.Where.File != "new.csv") {
			t.Errorf("required %v: %v", required, err)
		}
	}
}
