package tiers

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"qunxiang/sdk"
)

// tier is one step of the ladder. The lowest one takes everybody.
type tier struct {
	key  string
	name sdk.Text
	from float64 // entry: value ≥ from
}

const (
	maxTiers = 20
	maxName  = 60
)

// The ladders that have a name: entry thresholds in money.
func bankLadder() []tier {
	return []tier{
		{key: "mass", name: sdk.Text{ZH: "大众", EN: "Mass"}},
		{key: "preferred", name: sdk.Text{ZH: "贵宾", EN: "Preferred"}, from: 5e4},
		{key: "wealth", name: sdk.Text{ZH: "财富", EN: "Wealth"}, from: 5e5},
		{key: "private", name: sdk.Text{ZH: "私行", EN: "Private banking"}, from: 6e6},
	}
}

// readLadder reads "name:from,name:from", lowest first afterwards. A ladder that
// begins above nought gets a lowest step for everybody below it.
func readLadder(text string) ([]tier, sdk.Text) {
	if strings.EqualFold(strings.TrimSpace(text), "bank") {
		return bankLadder(), sdk.Text{}
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) }) {
		return nil, sdk.Text{ZH: "等级阶梯里有看不见的字符，请重新输入。", EN: "The ladder has characters that cannot be seen; type it again."}
	}
	var out []tier
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，;；\n", r) }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		t, ok := readTier(part)
		if !ok {
			return nil, sdk.Text{
				ZH: "等级阶梯里的“{part}”看不懂，请写成“名称:门槛”，例如 VIP:2000。", EN: "“{part}” in the ladder is not understood; write NAME:FROM, such as VIP:2000.",
			}.Fill("part", cut(strings.TrimSpace(part)))
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b tier) int {
		if a.from < b.from {
			return -1
		}
		return map[bool]int{true: 1}[a.from > b.from]
	})
	return checkLadder(out)
}

func checkLadder(out []tier) ([]tier, sdk.Text) {
	if len(out) == 0 {
		return nil, sdk.Text{ZH: "等级阶梯是空的，请写成“名称:门槛”，例如 普通:0,VIP:2000。", EN: "The ladder is empty; write NAME:FROM, such as Regular:0,VIP:2000."}
	}
	if len(out) > maxTiers {
		return nil, sdk.Text{ZH: "等级有 {n} 级，最多 {max} 级。", EN: "There are {n} tiers; {max} are the most."}.Fill("n", strconv.Itoa(len(out)), "max", strconv.Itoa(maxTiers))
	}
	for i := range out[1:] {
		a, b := out[i], out[i+1]
		if a.from == b.from {
			return nil, sdk.Text{ZH: "“{a}”和“{b}”的门槛相同，请分开。", EN: "“{a}” and “{b}” have the same threshold; set them apart."}.FillText("a", a.name).FillText("b", b.name)
		}
	}
	if out[0].from > 0 {
		out = append([]tier{{key: "no_tier", name: sdk.Text{ZH: "未入级", EN: "No tier"}}}, out...)
	}
	seen := map[string]bool{}
	for i := range out {
		if seen[out[i].key] {
			return nil, sdk.Text{ZH: "等级名称“{a}”出现了两次。", EN: "The tier “{a}” is there twice."}.FillText("a", out[i].name)
		}
		seen[out[i].key] = true
	}
	return out, sdk.Text{}
}

// readTier reads one step; either colon, and a number as people write it.
func readTier(s string) (tier, bool) {
	i := strings.LastIndexAny(s, ":：")
	if i < 0 {
		return tier{}, false
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	name := strings.Join(strings.Fields(s[:i]), " ")
	from, ok := amount(s[i+size:])
	if name == "" || utf8.RuneCountInString(name) > 2*maxName+1 || !ok {
		return tier{}, false
	}
	t := tier{key: name, name: sdk.Text{ZH: name, EN: name}, from: from}
	if zh, en, both := strings.Cut(strings.ReplaceAll(name, "｜", "|"), "|"); both {
		t.name = sdk.Text{ZH: strings.TrimSpace(zh), EN: strings.TrimSpace(en)}
		t.key = t.name.ZH
	}
	if t.name.ZH == "" || t.name.EN == "" {
		return tier{}, false
	}
	return t, true
}

// amount reads 2000, 2_000, 2千, 1.5万, 1亿, 10k or ¥2000.
func amount(s string) (float64, bool) {
	s = strings.Trim(strings.ToLower(strings.NewReplacer(" ", "", "_", "", "¥", "", "￥", "").Replace(s)), " \t元")
	unit := 1.0
	for _, u := range []struct {
		sign sdk.Text
		size float64
	}{{sdk.Text{ZH: "千", EN: "k"}, 1e3}, {sdk.Text{ZH: "万", EN: "w"}, 1e4}, {sdk.Text{ZH: "百万", EN: "m"}, 1e6}, {sdk.Text{ZH: "亿", EN: "y"}, 1e8}} {
		for _, sign := range []string{u.sign.ZH, u.sign.EN} {
			if rest, ok := strings.CutSuffix(s, sign); ok && unit == 1 {
				s, unit = rest, u.size
			}
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e300 {
		return 0, false
	}
	return f * unit, true
}

func cut(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// The shares of customers that the ladder of quantiles puts into VIP and SVIP.
const (
	topVIP  = 0.20
	topSVIP = 0.05
)

// quantileLadder makes a ladder of the values: 普通, VIP from the value that the top
// 20 % reach, SVIP from that of the top 5 %, rounded to two digits. Steps that the
// values cannot tell apart are left out.
func quantileLadder(v []float64) []tier {
	out := []tier{{key: "regular", name: sdk.Text{ZH: "普通", EN: "Regular"}}}
	if len(v) == 0 {
		return out
	}
	sorted := slices.Clone(v)
	slices.Sort(sorted)
	for _, step := range []struct {
		key string
		top float64
	}{{"VIP", topVIP}, {"SVIP", topSVIP}} {
		n := max(1, int(math.Ceil(step.top*float64(len(sorted)))))
		from := twoDigits(sorted[len(sorted)-n])
		if from > sorted[0] && from > 0 && from > out[len(out)-1].from && from <= sorted[len(sorted)-1] {
			out = append(out, tier{key: strings.ToLower(step.key), name: sdk.Text{ZH: step.key, EN: step.key}, from: from})
		}
	}
	return out
}

// twoDigits rounds down to two significant digits: 1987 becomes 1900.
func twoDigits(x float64) float64 {
	s := strconv.FormatFloat(x, 'e', 15, 64)
	at := strings.IndexByte(s, 'e')
	f, err := strconv.ParseFloat(s[:min(3, at)]+s[at:], 64)
	if err != nil || x <= 0 || math.IsInf(f, 0) {
		return x
	}
	return f
}
