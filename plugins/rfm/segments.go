package rfm

import (
	"cmp"
	"slices"
	"strconv"

	"qunxiang/plugins/rfm/segmap"
	"qunxiang/sdk"
)

// elevenTexts says what the segments of the built-in map are, by key.
func elevenTexts() map[string]sdk.Text {
	return map[string]sdk.Text{
		"champions":          {ZH: "刚刚买过，而且买得最勤。给他们新品优先和专人服务，请他们推荐朋友。", EN: "Bought just now and buy most often. Give them first access and personal service; ask them for referrals."},
		"loyal":              {ZH: "经常购买，近期也来过。适合会员权益和更高价值的商品。", EN: "Buy often and came recently. Offer membership benefits and higher-value products."},
		"potential_loyalist": {ZH: "近期来过，已买过几次。用会员计划和关联推荐让购买更频繁。", EN: "Came recently and bought a few times. Membership and related products raise frequency."},
		"new":                {ZH: "刚完成第一次或很少几次购买。做好欢迎和第二单引导。", EN: "Just made a first purchase or few. Welcome them and lead them to the next order."},
		"promising":          {ZH: "不久前来过，但买得少。用小额优惠和内容保持联系。", EN: "Came not long ago but bought little. Keep in touch with small offers."},
		"need_attention":     {ZH: "时间和频次都居中，正在变淡。用限时活动唤起兴趣。", EN: "Middling in time and frequency and cooling. Use limited-time offers."},
		"about_to_sleep":     {ZH: "有一阵没来，买得也少。再不联系就会流失。", EN: "Have not come for a while and bought little. Without contact they will go."},
		"at_risk":            {ZH: "以前买得不少，很久没来。主动联系，问明原因，给回归优惠。", EN: "Used to buy well and have long been away. Contact them, ask why, offer a way back."},
		"cant_lose":          {ZH: "曾经买得最勤，却很久没来。逐个联系，尽力挽回。", EN: "Used to buy most often, yet have long been away. Contact each one and win them back."},
		"hibernating":        {ZH: "很久没来，买得也少。低成本触达即可。", EN: "Long away and bought little. Low-cost contact only."},
		"lost":               {ZH: "最久没来，买得最少。除非成本极低，否则不再投入。", EN: "Longest away and bought least. Stop spending unless it costs next to nothing."},
	}
}

// mapSegments lists the segments of a map with a description of their cells.
func mapSegments(m *segmap.Map, texts map[string]sdk.Text) []sdk.Segment {
	out := make([]sdk.Segment, len(m.Segments))
	for i, s := range m.Segments {
		out[i] = sdk.Segment{Key: s.Key, Name: sdk.Text{ZH: s.NameZH, EN: s.NameEN}, Description: texts[s.Key]}
	}
	return out
}

// eightType is one of the eight types; high is R, F, M, a and b are its names in the two sets.
type eightType struct {
	key         string
	high        [3]bool
	a, b        sdk.Text
	description sdk.Text
}

// eightTypes are in the order in which they are shown.
func eightTypes() []eightType {
	return []eightType{
		{
			"important_value",
			[3]bool{true, true, true},
			sdk.Text{ZH: "重要价值客户", EN: "Important: value"},
			sdk.Text{ZH: "重要价值客户", EN: "Important: value"},
			sdk.Text{ZH: "近期买过、买得勤、花得多：重点服务。", EN: "Recent, frequent, high spending: serve them first."},
		},
		{
			"important_develop",
			[3]bool{true, false, true},
			sdk.Text{ZH: "重要发展客户", EN: "Important: develop"},
			sdk.Text{ZH: "重要深耕客户", EN: "Important: deepen"},
			sdk.Text{ZH: "近期买过、花得多，但次数少：提高频次。", EN: "Recent and high spending but infrequent: raise frequency."},
		},
		{
			"important_keep",
			[3]bool{false, true, true},
			sdk.Text{ZH: "重要保持客户", EN: "Important: keep"},
			sdk.Text{ZH: "重要唤回客户", EN: "Important: call back"},
			sdk.Text{ZH: "买得勤、花得多，但最近没来：尽快联系。", EN: "Frequent and high spending but not recent: contact now."},
		},
		{
			"important_retain",
			[3]bool{false, false, true},
			sdk.Text{ZH: "重要挽留客户", EN: "Important: win back"},
			sdk.Text{ZH: "重要挽留客户", EN: "Important: win back"},
			sdk.Text{ZH: "花得多，但次数少、最近没来：设法挽回。", EN: "High spending but infrequent and not recent: win back."},
		},
		{
			"general_value",
			[3]bool{true, true, false},
			sdk.Text{ZH: "一般价值客户", EN: "General: value"},
			sdk.Text{ZH: "潜力客户", EN: "Potential"},
			sdk.Text{ZH: "近期买过、买得勤，但花得少：提高客单价。", EN: "Recent and frequent but low spending: raise the basket."},
		},
		{
			"general_develop",
			[3]bool{true, false, false},
			sdk.Text{ZH: "一般发展客户", EN: "General: develop"},
			sdk.Text{ZH: "新客户", EN: "New"},
			sdk.Text{ZH: "近期买过，次数和金额都低：引导第二单。", EN: "Recent, few orders, little money: lead to the next order."},
		},
		{
			"general_keep",
			[3]bool{false, true, false},
			sdk.Text{ZH: "一般保持客户", EN: "General: keep"},
			sdk.Text{ZH: "一般维持客户", EN: "Maintain"},
			sdk.Text{ZH: "买得勤，但金额低、最近没来：低成本联系。", EN: "Frequent but low spending and not recent: low-cost contact."},
		},
		{
			"general_retain",
			[3]bool{false, false, false},
			sdk.Text{ZH: "一般挽留客户", EN: "General: win back"},
			sdk.Text{ZH: "流失客户", EN: "Lost"},
			sdk.Text{ZH: "三项都低：不再投入。", EN: "Low in all three: stop spending."},
		},
	}
}

func eightSegments(second bool) []sdk.Segment {
	var out []sdk.Segment
	for _, t := range eightTypes() {
		s := sdk.Segment{Key: t.key, Name: t.a, Description: t.description}
		if second {
			s.Name = t.b
		}
		out = append(out, s)
	}
	return out
}

// Comparison is what high and low are measured against in the eight types.
type Comparison struct {
	Kind   string     `json:"kind"`
	Values [3]float64 `json:"values"`
}

// compareWith finds the comparison values of a run.
func compareWith(kind string, v [3]values, s Scores, fixed [3]float64) Comparison {
	c := Comparison{Kind: kind, Values: fixed}
	for m := range c.Values {
		switch kind {
		case compareMedian:
			c.Values[m] = v[m].median()
		case compareMeanScore:
			sum := 0
			for _, x := range s[m] {
				sum += int(x)
			}
			c.Values[m] = float64(sum) / float64(len(s[m]))
		}
	}
	return c
}

// label returns the type of every customer: high is strictly above the comparison
// value, and strictly more recent for the days since the last order.
func (c Comparison) label(v [3]values, s Scores) []uint32 {
	var high [3][]bool
	for m := range high {
		high[m] = make([]bool, len(s[m]))
		border := v[m].border(c.Values[m], m != recency)
		for i := range high[m] {
			switch {
			case c.Kind == compareMeanScore:
				high[m][i] = float64(s[m][i]) > c.Values[m]
			case m == recency:
				high[m][i] = v[m].keys[i] < border
			default:
				high[m][i] = v[m].keys[i] >= border
			}
		}
	}
	var at [8]uint32
	for i, t := range eightTypes() {
		at[bits3(t.high[0], t.high[1], t.high[2])] = uint32(i)
	}
	out := make([]uint32, len(s[0]))
	for i := range out {
		out[i] = at[bits3(high[0][i], high[1][i], high[2][i])]
	}
	return out
}

func bits3(r, f, m bool) int {
	n := 0
	for _, b := range [3]bool{r, f, m} {
		n *= 2
		if b {
			n++
		}
	}
	return n
}

// scoreSegments makes one segment of each score that occurs, the best weighted score
// first.
func scoreSegments(s Scores, weights [3]float64) ([]sdk.Segment, []uint32) {
	var seen [1000]bool
	codes := make([]int, len(s[0]))
	for i := range codes {
		codes[i] = int(s[0][i])*100 + int(s[1][i])*10 + int(s[2][i])
		seen[codes[i]] = true
	}
	var present []int
	for c, ok := range seen {
		if ok {
			present = append(present, c)
		}
	}
	slices.SortFunc(present, func(a, b int) int {
		return cmp.Or(cmp.Compare(weighted(b, weights), weighted(a, weights)), cmp.Compare(b, a))
	})
	var at [1000]uint32
	segments := make([]sdk.Segment, len(present))
	for i, c := range present {
		name := strconv.Itoa(c)
		at[c] = uint32(i)
		segments[i] = sdk.Segment{Key: "s" + name, Name: sdk.Text{ZH: "RFM " + name, EN: "RFM " + name}, Rule: codeRule(c)}
	}
	label := make([]uint32, len(codes))
	for i, c := range codes {
		label[i] = at[c]
	}
	return segments, label
}

// weighted returns the weighted mean of the digits of a score.
func weighted(code int, w [3]float64) float64 {
	return (w[0]*float64(code/100) + w[1]*float64(code/10%10) + w[2]*float64(code%10)) / (w[0] + w[1] + w[2])
}
