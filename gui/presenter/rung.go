package presenter

import (
	"math"
	"strconv"
	"strings"

	"qunxiang/i18n"
)

// readRungs reads NAME:FROM with commas between.
func readRungs(text string) []Rung {
	var out []Rung
	for part := range strings.SplitSeq(text, ",") {
		at := strings.LastIndexByte(part, ':')
		if at < 0 {
			continue
		}
		if name := strings.TrimSpace(part[:at]); name != "" {
			out = append(out, Rung{Name: name, Typed: strings.TrimSpace(part[at+1:])})
		}
	}
	return out
}

func plainNumber(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// number reads a threshold as people write it: 2000, 2,000, 1.5万, 10k.
func number(s string) (float64, bool) {
	s = strings.ToLower(strings.NewReplacer(",", "", "，", "", " ", "", "¥", "", "￥", "", i18n.Locale{Lang: "zh-CN"}.T("gui.tiers.yuan"), "").Replace(s))
	unit := 1.0
	for _, u := range []struct {
		sign string
		size float64
	}{{i18n.Locale{Lang: "zh-CN"}.T("gui.tiers.thousand"), 1e3}, {i18n.Locale{Lang: "zh-CN"}.T("gui.tiers.tenThousand"), 1e4}, {"k", 1e3}, {"m", 1e6}} {
		if rest, ok := strings.CutSuffix(s, u.sign); ok {
			s, unit = rest, u.size
			break
		}
	}
	x, err := strconv.ParseFloat(s, 64)
	x *= unit
	return x, err == nil && !math.IsNaN(x) && !math.IsInf(x, 0)
}
