package cluster

import (
	"strings"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Words says in both languages what is done to a column.
func (f *Feature) Words() sdk.Text {
	var zh, en []string
	add := func(t sdk.Text) { zh, en = append(zh, t.ZH), append(en, t.EN) }
	if f.Low != nil {
		add(sdk.Text{ZH: "限制在 {low} 到 {high} 之间", EN: "held between {low} and {high}"}.Fill("low", sheet.Number(*f.Low), "high", sheet.Number(*f.High)))
	}
	if f.Log {
		add(sdk.Text{ZH: "取对数 ln(1+x)", EN: "logarithm ln(1+x)"})
	}
	switch {
	case f.Centre != 0:
		add(sdk.Text{ZH: "减 {centre}，再除以 {scale}", EN: "minus {centre}, then divided by {scale}"}.Fill("centre", sheet.Number(f.Centre), "scale", sheet.Number(f.Scale)))
	case f.Scale != 1:
		add(sdk.Text{ZH: "除以 {scale}", EN: "divided by {scale}"}.Fill("scale", sheet.Number(f.Scale)))
	}
	if len(zh) == 0 {
		return sdk.Text{ZH: "原样", EN: "as it is"}
	}
	return sdk.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
}

// recipeTable tells the recipe of every column, in numbers and in words.
func (r *Outcome) recipeTable() sdk.DataTable {
	n := len(r.Data.Features)
	low, high := make([]float64, n), make([]float64, n)
	skew, centre, scale := make([]float64, n), make([]float64, n), make([]float64, n)
	feature, zh, en := make([]string, n), make([]string, n), make([]string, n)
	codes, log := make([]uint32, n), make([]int64, n)
	capped := table.NewBits(n)
	for j := range r.Data.Features {
		f := &r.Data.Features[j]
		t := f.Words()
		codes[j], feature[j], zh[j], en[j] = uint32(j), f.Name, t.ZH, t.EN
		skew[j], centre[j], scale[j] = f.Skew, f.Centre, f.Scale
		if f.Low != nil {
			low[j], high[j] = *f.Low, *f.High
			capped.Set(j)
		}
		if f.Log {
			log[j] = 1
		}
	}
	zhCodes, zhDict := dictionary(zh)
	enCodes, enDict := dictionary(en)
	return sdk.DataTable{
		ID: "recipe", Title: sdk.Text{ZH: "特征配方", EN: "Recipe of the features"},
		Titles: map[string]sdk.Text{
			"feature": {ZH: "特征", EN: "Feature"}, "skewness": {ZH: "偏度", EN: "Skewness"}, "low": {ZH: "下限", EN: "Lower limit"}, "high": {ZH: "上限", EN: "Upper limit"},
			"log": {ZH: "取对数", EN: "Logarithm"}, "centre": {ZH: "减去", EN: "Minus"}, "scale": {ZH: "除以", EN: "Divided by"},
			"zh": {ZH: "说明", EN: "In words (Chinese)"}, "en": {ZH: "说明（英文）", EN: "In words"},
		},
		Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "feature", Kind: table.Category, Codes: codes, Dict: feature},
			{Name: "skewness", Kind: table.Float64, Floats: skew},
			{Name: "low", Kind: table.Float64, Floats: low, Valid: capped},
			{Name: "high", Kind: table.Float64, Floats: high, Valid: capped},
			{Name: "log", Kind: table.Bool, Ints: log},
			{Name: "centre", Kind: table.Float64, Floats: centre},
			{Name: "scale", Kind: table.Float64, Floats: scale},
			{Name: "zh", Kind: table.Category, Codes: zhCodes, Dict: zhDict},
			{Name: "en", Kind: table.Category, Codes: enCodes, Dict: enDict},
		}},
	}
}

// dictionary makes a category column of texts.
func dictionary(texts []string) (codes []uint32, dict []string) {
	at := map[string]uint32{}
	for _, s := range texts {
		if _, ok := at[s]; !ok {
			at[s] = uint32(len(dict))
			dict = append(dict, s)
		}
		codes = append(codes, at[s])
	}
	return codes, dict
}
