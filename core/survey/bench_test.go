package survey_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"qunxiang/core"
	"qunxiang/core/survey"
)

// BenchmarkAnalyse is a survey of 100,000 answers to 60 questions: 40 ratings of four
// scales, 15 choices of one, five of several.
func BenchmarkAnalyse(b *testing.B) {
	const n = 100_000
	random := rand.New(rand.NewPCG(1, 2))
	r := &core.Records{Kind: core.SourceSurvey, Name: "s", Customers: &core.Dict{}}
	for i := range n {
		r.Customers.AppendString("r" + strconv.Itoa(i))
		r.Customer = append(r.Customer, uint32(i))
	}
	for j := range 60 {
		c := core.AttributeColumn{Name: "q" + strconv.Itoa(j)}
		switch {
		case j < 40:
			c.Name = string(rune('A'+j/10)) + strconv.Itoa(j%10+1)
			c.Floats = make([]float64, n)
			for i := range c.Floats {
				c.Floats[i] = float64(1 + random.IntN(5))
			}
		default:
			c.Dict = []string{"red", "green", "blue", "red;green", "red;blue"}
			if j < 55 {
				c.Dict = c.Dict[:3]
			}
			c.Codes = make([]uint32, n)
			for i := range c.Codes {
				c.Codes[i] = uint32(random.IntN(len(c.Dict)))
			}
		}
		r.Columns = append(r.Columns, c)
	}
	for b.Loop() {
		if _, err := survey.Features(b.Context(), []*core.Records{r}, map[string]survey.Settings{}, core.NoDate); err != nil {
			b.Fatal(err)
		}
	}
}
