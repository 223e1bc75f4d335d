package cluster

import (
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Outputs makes the row outputs that clustering methods have in common.
func Outputs(segments []sdk.Segment, label []int32, distance, silhouette []float64) []table.Column {
	dict := make([]string, len(segments))
	for i, s := range segments {
		dict[i] = s.Key
	}
	codes := make([]uint32, len(label))
	for i, c := range label {
		codes[i] = uint32(c)
	}
	return []table.Column{
		{Name: "segment", Kind: table.Category, Codes: codes, Dict: dict},
		{Name: "distance", Kind: table.Float64, Floats: distance},
		{Name: "silhouette", Kind: table.Float64, Floats: silhouette},
	}
}

// TooManyGroups is the answer to a k above the number of different customers.
func TooManyGroups(k, different int) sdk.Diagnostic {
	return sdk.Diagnostic{
		Severity: sdk.SeverityError, Code: "k_too_large", Param: "k",
		Summary: sdk.Text{ZH: "要分 {k} 个群，但互不相同的客户只有 {n} 位；请减小 k。", EN: "{k} groups were asked for, but the number of customers different from each other is only {n}; choose a smaller k."}.
			Fill("k", Itoa(k), "n", Itoa(different)),
	}
}
