package ingest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
	"qunxiang/internal/reference"
)

// The cases of CleverCSV's recognition of types. We differ by design in three: "0000.213654"
// and "+00003" are numbers to us (whether leading zeros make identifiers is judged by the
// column, not the cell), and "123.465.798" is one where the point divides thousands. The
// cases of web addresses are not taken: an import has no use for that type.
func TestScoreTypes(t *testing.T) {
	t.Parallel()
	var cases struct {
		Types struct {
			Number struct {
				Yes []string `json:"yes_number"`
				No  []string `json:"no_number"`
			} `json:"test_number"`
			Date struct {
				Yes []string `json:"yes_date"`
				No  []string `json:"no_date"`
			} `json:"test_date"`
			Time struct {
				Yes []string `json:"yes_dt"`
			} `json:"test_datetime"`
		} `json:"type_recognition"`
	}
	if err := json.Unmarshal(reference.Read(t, "golden/dialect/clevercsv_type_and_sniffer_cases.json"), &cases); err != nil {
		t.Fatal(err)
	}
	isNumber := func(s string) bool {
		for _, comma := range []bool{false, true} {
			if _, ok := num.Float([]byte(s), num.Style{Comma: comma}); ok {
				return true
			}
		}
		return false
	}
	isDate := func(s string) bool {
		for _, o := range []core.DateOrder{core.DateYMD, core.DateDMY, core.DateMDY} {
			if _, ok := day.Parse([]byte(s), day.Style{Order: o}); ok {
				return true
			}
		}
		return false
	}
	right, all := 0, 0
	check := func(what string, list []string, is func(string) bool, want bool) {
		for _, s := range list {
			all++
			if is(s) == want || !want && slices.Contains([]string{"0000.213654", "+00003", "123.465.798"}, s) {
				right++
			} else {
				t.Errorf("%s %q: %v", what, s, !want)
			}
		}
	}
	check("number", cases.Types.Number.Yes, isNumber, true)
	check("number", cases.Types.Number.No, isNumber, false)
	check("date", cases.Types.Date.Yes, isDate, true)
	check("date", cases.Types.Date.No, isDate, false)
	check("time", cases.Types.Time.Yes, isDate, true)
	t.Logf("score: types of cells, %d of %d", right, all)
}
