package value

import (
	"strings"
	"time"

	"qunxiang/sdk"
)

// The choices of parameters.
const (
	unitWeek = "week"
	unitDay  = "day"

	segmentQuintiles  = "quintiles"
	segmentAliveValue = "alive_value"
)

// settings are the checked parameters of a run.
type settings struct {
	model, unit, segments string
	calibration           int // day; 0 = none given
	hz                    horizon
}

func newSettings(p sdk.Params) (settings, []sdk.Diagnostic) {
	s := settings{
		model: p.Text("model"), unit: p.Text("unit"), segments: p.Text("segments"),
		hz: horizon{Months: p.Int("horizon_months"), Margin: p.Real("margin"), Discount: p.Real("discount")},
	}
	s.hz.Month = monthWeeks * 7 / s.days()
	text := strings.TrimSpace(p.Text("calibration_end"))
	if text == "" {
		return s, nil
	}
	for _, layout := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日"} {
		if d, err := time.Parse(layout, text); err == nil && d.Unix() > 0 {
			s.calibration = int(d.Unix() / 86400)
			return s, nil
		}
	}
	return s, []sdk.Diagnostic{{
		Severity: sdk.SeverityError, Code: "calibration_date", Param: "calibration_end",
		Summary: sdk.Text{
			ZH: "看不懂日期“{v}”，请写成 2024-06-30 的样子。",
			EN: "“{v}” is no date; write it as 2024-06-30.",
		}.Fill("v", text),
	}}
}

// days is the length of the unit in days.
func (s settings) days() float64 {
	if s.unit == unitDay {
		return 1
	}
	return 7
}

func problem1(code, param, column string, t sdk.Text, fill ...string) []sdk.Diagnostic {
	return []sdk.Diagnostic{{Severity: sdk.SeverityError, Code: code, Param: param, Column: column, Summary: t.Fill(fill...)}}
}
