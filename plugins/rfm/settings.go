package rfm

import (
	"strconv"
	"strings"

	"qunxiang/plugins/rfm/segmap"
	"qunxiang/sdk"
)

// settings are the checked parameters of a run.
type settings struct {
	options                 Options
	mapID, mapText          string
	compare                 string
	fixed                   [3]float64
	weights                 [3]float64
	frequencyOf, monetaryOf string
}

func newSettings(p sdk.Params) (settings, []sdk.Diagnostic) {
	s := settings{
		options:     Options{Bins: p.Int("bins"), Binning: p.Text("binning")},
		mapID:       p.Text("map"),
		compare:     p.Text("compare"),
		frequencyOf: p.Text("frequency_of"), monetaryOf: p.Text("monetary_of"),
	}
	diags := s.readCuts(p)
	copy(s.weights[:], p.Numbers("weights"))
	if s.weights[0]+s.weights[1]+s.weights[2] <= 0 {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "weights_zero", Param: "weights",
			Summary: sdk.Text{ZH: "三个权重不能都为 0。", EN: "The three weights must not all be 0."},
		})
	}
	if s.isEight() {
		diags = append(diags, s.readCompare(p)...)
	}
	switch s.mapID {
	case mapEleven:
		s.mapText = segmap.Eleven()
	case mapCustom:
		s.mapText = p.Text("map_file")
	}
	if !s.isEight() && s.mapID != mapScores && !sdk.Failed(diags) {
		diags = append(diags, s.checkMap()...)
	}
	return s, diags
}

func (s *settings) isEight() bool { return s.mapID == mapEight || s.mapID == mapEightB }

var cutIDs = [...]string{"cuts_r", "cuts_f", "cuts_m"}

func (s *settings) readCuts(p sdk.Params) []sdk.Diagnostic {
	if s.options.Binning != binCustom {
		return nil
	}
	var diags []sdk.Diagnostic
	given := false
	for m, id := range cutIDs {
		c := p.Numbers(id)
		s.options.Cuts[m] = c
		given = given || len(c) > 0
		if len(c) >= segmap.MaxScores {
			diags = append(diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "cuts_many", Param: id,
				Summary: sdk.Text{ZH: "{param} 最多 8 个切点（9 档），现在有 {n} 个。", EN: "{param} takes at most 8 cut points (9 scores); {n} given."}.
					Fill("param", id, "n", strconv.Itoa(len(c))),
			})
		}
	}
	if !given {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityError, Code: "cuts_missing", Param: "cuts_r",
			Summary: sdk.Text{ZH: "选择了自定切点，请至少给出 cuts_r、cuts_f、cuts_m 之一，例如 cuts_f=2,3,5,10。", EN: "Own cut points were chosen: give at least one of cuts_r, cuts_f and cuts_m, such as cuts_f=2,3,5,10."},
		})
	}
	return diags
}

func (s *settings) readCompare(p sdk.Params) []sdk.Diagnostic {
	if s.compare != compareFixed {
		return nil
	}
	var diags []sdk.Diagnostic
	for m, id := range [3]string{"compare_r", "compare_f", "compare_m"} {
		s.fixed[m] = p.Real(id)
		if p[id].IsZero() {
			diags = append(diags, sdk.Diagnostic{
				Severity: sdk.SeverityError, Code: "compare_missing", Param: id,
				Summary: sdk.Text{ZH: "比较值选了“固定值”，请给出 {param}。", EN: "Fixed comparison values were chosen: give {param}."}.Fill("param", id),
			})
		}
	}
	return diags
}

// scores returns the number of scores of each measure before anything is learnt.
func (s *settings) scores() [3]int {
	n := [3]int{s.options.Bins, s.options.Bins, s.options.Bins}
	for m, c := range s.options.Cuts {
		if len(c) > 0 {
			n[m] = len(c) + 1
		}
	}
	if s.options.Binning == binMedian || s.options.Binning == binMean {
		n = [3]int{2, 2, 2}
	}
	return n
}

// checkMap proves that the map gives every cell exactly one segment.
func (s *settings) checkMap() []sdk.Diagnostic {
	if strings.TrimSpace(s.mapText) == "" {
		return []sdk.Diagnostic{{
			Severity: sdk.SeverityError, Code: "map_missing", Param: "map_file",
			Summary: sdk.Text{ZH: "选择了自定划分，请给出划分文件。", EN: "An own map was chosen: give the map file."},
		}}
	}
	m, problems := segmap.Parse(s.mapText)
	if m != nil {
		_, problems = m.Compile(s.scores())
	}
	first := m != nil && m.FirstMatch
	diags := make([]sdk.Diagnostic, len(problems))
	for i, p := range problems {
		diags[i] = mapDiagnostic(p, first)
	}
	if m != nil && m.Scores > 0 && [3]int{m.Scores, m.Scores, m.Scores} != s.scores() && !sdk.Failed(diags) {
		diags = append(diags, sdk.Diagnostic{
			Severity: sdk.SeverityInfo, Code: "map_rescaled", Param: "map",
			Summary: sdk.Text{
				ZH: "这个划分按 {n} 档得分绘制；其他档数的得分按位置折算到 {n} 档上。",
				EN: "This map is drawn for {n} scores; scores of another scale are placed on it by their position.",
			}.Fill("n", strconv.Itoa(m.Scores)),
		})
	}
	return diags
}

func (s *settings) model(scales [3]Scale) *model {
	return &model{
		Nested: s.options.Binning == binNested, Scales: scales, Map: s.mapID, MapText: s.mapText,
		Weights: s.weights, FrequencyOf: s.frequencyOf, MonetaryOf: s.monetaryOf,
	}
}
