package tree

import (
	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
)

// ImportanceTable is the table of the evidence that says what each feature is worth, in the
// order of the list.
func ImportanceTable(list []Importance, features []Feature) sdk.DataTable {
	out := sheet.New("importance", sdk.Text{ZH: "因素的重要性", EN: "Importance of factors"},
		sheet.Word("feature", "因素", "Factor"), sheet.Real("mean", "打乱后变差的程度", "Loss when shuffled"),
		sheet.Real("low", "95% 下限", "Lower 95%"), sheet.Real("high", "95% 上限", "Upper 95%"))
	for _, x := range list {
		out.Row(features[x.Feature].Name, x.Mean, x.Low, x.High)
	}
	return out.Table()
}
