package cluster

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"qunxiang/sdk"
)

// words are how a group that is high or low in a feature is called. The English first
// form starts a name, the second continues one.
type words struct {
	rank      int // order within a name
	high, low phrase
}

type phrase struct{ zh, first, then string }

// wordsFor knows the host's feature columns; other columns are called by their name.
func wordsFor(name string) words {
	switch name {
	case "monetary":
		return words{0, phrase{"高消费", "Big spenders", "big spenders"}, phrase{"低消费", "Small spenders", "small spenders"}}
	case "monetary_mean":
		return words{1, phrase{"高客单", "Large baskets", "large baskets"}, phrase{"低客单", "Small baskets", "small baskets"}}
	case "frequency", "frequency_days":
		return words{2, phrase{"常购", "Frequent", "frequent"}, phrase{"少购", "Infrequent", "infrequent"}}
	case "recency_days":
		return words{3, phrase{"久未消费", "Long away", "long away"}, phrase{"近期活跃", "Recent", "recent"}}
	case "tenure_days":
		return words{4, phrase{"老客", "Long-standing", "long-standing"}, phrase{"新客", "Newcomers", "newcomers"}}
	}
	name = Short(name)
	return words{5, phrase{name + " 高", "High " + name, "high " + name}, phrase{name + " 低", "Low " + name, "low " + name}}
}

// Departure says that a group is high or low in a feature, in words that continue a
// name.
func Departure(feature string, high bool) sdk.Text {
	p := wordsFor(feature).low
	if high {
		p = wordsFor(feature).high
	}
	return sdk.Text{ZH: p.zh, EN: p.then}
}

// Short is the name of a column cut to what fits into the name of a segment.
func Short(name string) string {
	const most = 40
	if r := []rune(name); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return name
}

// Thresholds for a feature to enter a name, in standard deviations from the mean of all
// customers: at first, and when more is needed to tell two groups apart.
const (
	telling     = 0.4
	someTelling = 0.15
)

// suggestNames names the groups by what sets them apart from all customers. z[c][j] is
// the centre of group c in standard deviations from the mean. Names are distinct.
func suggestNames(features []Feature, z [][]float64) []sdk.Text {
	out := make([]sdk.Text, len(z))
	for c := range z {
		out[c] = name(features, z[c], 2, telling)
	}
	for most := 3; most <= min(4, len(features)); most++ {
		for c, again := range repeated(out) {
			if again {
				out[c] = name(features, z[c], most, someTelling)
			}
		}
	}
	seen := map[string]int{}
	for c := range out {
		seen[out[c].ZH]++
		if n := seen[out[c].ZH]; n > 1 {
			out[c].ZH += " " + Itoa(n)
			out[c].EN += " " + Itoa(n)
		}
	}
	return out
}

func repeated(names []sdk.Text) []bool {
	count := map[string]int{}
	for _, n := range names {
		count[n.ZH]++
	}
	out := make([]bool, len(names))
	for i, n := range names {
		out[i] = count[n.ZH] > 1
	}
	return out
}

// name joins the most telling features, at most so many.
func name(features []Feature, z []float64, most int, least float64) sdk.Text {
	var use []int
	for j, v := range z {
		if math.Abs(v) >= least {
			use = append(use, j)
		}
	}
	slices.SortStableFunc(use, func(a, b int) int { return cmp.Compare(math.Abs(z[b]), math.Abs(z[a])) })
	use = use[:min(most, len(use))]
	if len(use) == 0 {
		return sdk.Text{ZH: "居中", EN: "Average"}
	}
	slices.SortStableFunc(use, func(a, b int) int {
		return cmp.Compare(wordsFor(features[a].Name).rank, wordsFor(features[b].Name).rank)
	})
	var zh, en []string
	for i, j := range use {
		w := wordsFor(features[j].Name)
		p := w.high
		if z[j] < 0 {
			p = w.low
		}
		zh = append(zh, p.zh)
		if i == 0 {
			en = append(en, p.first)
		} else {
			en = append(en, p.then)
		}
	}
	return sdk.Text{ZH: strings.Join(zh, "·"), EN: strings.Join(en, ", ")}
}
