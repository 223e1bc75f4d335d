package lifecycle

import (
	"qunxiang/sdk"
)

// stage is a stage of life, in the order in which they follow each other.
type stage uint8

const (
	stageNew stage = iota
	stageGrowing
	stageMature
	stageDeclining
	stageDormant
	stageLost
	stages // how many there are
)

// keys are the segments' keys by stage.
func keys() []string {
	return []string{"new", "growing", "mature", "declining", "dormant", "lost"}
}

func stageNames() [stages]sdk.Text {
	return [stages]sdk.Text{
		{ZH: "新客", EN: "New"},
		{ZH: "成长", EN: "Growing"},
		{ZH: "成熟", EN: "Mature"},
		{ZH: "衰退", EN: "Declining"},
		{ZH: "沉睡", EN: "Dormant"},
		{ZH: "流失", EN: "Lost"},
	}
}

func stageTexts() [stages]sdk.Text {
	return [stages]sdk.Text{
		{ZH: "只在一天买过，还没到该回来的时候。", EN: "Bought on one day so far, and not yet overdue."},
		{ZH: "刚买第二次，或购买越来越密、金额明显变大。", EN: "Has just bought a second time, or buys more and more often, or clearly pays more."},
		{ZH: "按自己的节奏稳定购买。", EN: "Buys steadily at their own rhythm."},
		{ZH: "还会来，但购买越来越疏，或金额明显变小。", EN: "Still comes, but less and less often, or clearly pays less."},
		{ZH: "超过自己的节奏很久没来。", EN: "Has not come for much longer than their own rhythm."},
		{ZH: "很可能不会再来。", EN: "Will most likely not come again."},
	}
}

// The thresholds of the trend: one in ten steady customers is beyond either side by
// chance; half as much again in what is paid.
const (
	trendLimit  = 1.2816 // the 90 % point of the standard normal distribution
	amountLimit = 1.5
)

// limits are the overdue ratios from which somebody is dormant and lost.
type limits struct{ dormant, lost float64 }

// of puts a customer into exactly one stage. overdue is days since the last purchase
// over the expected gap. With all else equal, a later last purchase never gives a
// worse stage.
func (l limits) of(b buyer, overdue float64) stage {
	switch {
	case overdue >= l.lost:
		return stageLost
	case overdue >= l.dormant:
		return stageDormant
	case b.purchases <= 1:
		return stageNew
	case b.purchases == 2:
		return stageGrowing
	case b.trend <= -trendLimit:
		return stageDeclining
	case b.trend >= trendLimit:
		return stageGrowing
	case b.amounts == 0:
		return stageMature
	case b.amounts >= amountLimit:
		return stageGrowing
	case b.amounts <= 1/amountLimit:
		return stageDeclining
	}
	return stageMature
}
