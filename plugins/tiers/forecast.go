package tiers

import (
	"math"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// period is how far a forecast looks ahead, and the length of the periods it learns from.
const period = 90

// forecast says how large the tiers will be a period from now if customers move between
// them as they did in the last period, and how well the same guess would have done a
// period ago.
type forecast struct {
	last   [][]float64 // moves in the last period: from, to; the last row is customers who were not there yet
	before [][]float64 // in the period before it
	ready  bool        // the history has three periods
}

func newForecast(tiers int, first, asOf int) *forecast {
	f := &forecast{ready: first <= asOf-3*period}
	for range tiers + 1 {
		f.last, f.before = append(f.last, make([]float64, tiers)), append(f.before, make([]float64, tiers))
	}
	return f
}

// add counts the moves of a customer whose value follows a path since their first order.
func (f *forecast) add(p policy, path []change, first, asOf, now int) {
	at := func(day int) int {
		if first > day {
			return len(p.ladder)
		}
		return p.at(path[:upTo(path, day)], day).tier
	}
	middle := at(asOf - period)
	f.last[middle][now]++
	if middle < len(p.ladder) {
		f.before[at(asOf-2*period)][middle]++
	}
}

// sizes adds up a matrix of moves: who is where at its end.
func sizes(moves [][]float64) []float64 {
	out := make([]float64, len(moves[0]))
	for _, row := range moves {
		for b, n := range row {
			out[b] += n
		}
	}
	return out
}

// ahead carries sizes one period on by the shares of a matrix of moves, with as many
// newcomers. Tiers that nobody left or stayed in are kept as they are.
func ahead(now []float64, moves [][]float64) []float64 {
	out := make([]float64, len(now))
	copy(out, moves[len(now)])
	for a, n := range now {
		total := 0.0
		for _, x := range moves[a] {
			total += x
		}
		if total == 0 {
			out[a] += n
			continue
		}
		for b, x := range moves[a] {
			out[b] += n * x / total
		}
	}
	return out
}

// off is the share of customers that a guess of the sizes puts into a wrong tier; both
// sizes have the same sum.
func off(guess, real []float64) float64 {
	sum, total := 0.0, 0.0
	for i := range real {
		sum += math.Abs(guess[i] - real[i])
		total += real[i]
	}
	return sum / 2 / max(1, total)
}

// tables are the forecast and how well the last one would have been.
func (r *run) forecastTables() []sdk.DataTable {
	if r.forecast == nil || !r.forecast.ready {
		return nil
	}
	n := len(r.ladder)
	now := sizes(r.forecast.last)
	next := ahead(now, r.forecast.last)
	past := sizes(r.forecast.before)
	guessed := ahead(past, r.forecast.before)
	c := []table.Column{
		{Name: "tier", Kind: table.String, Strings: make([]string, n)},
		{Name: "customers", Kind: table.Float64, Floats: make([]float64, n)},
		{Name: "expected", Kind: table.Float64, Floats: make([]float64, n)},
		{Name: "expectedLastTime", Kind: table.Float64, Floats: make([]float64, n)},
	}
	for i, t := range r.ladder {
		at := r.position(i)
		c[0].Strings[at], c[1].Floats[at], c[2].Floats[at], c[3].Floats[at] = t.key, now[i], next[i], guessed[i]
	}
	one := func(name string, v float64) table.Column {
		return table.Column{Name: name, Kind: table.Float64, Floats: []float64{v}}
	}
	return []sdk.DataTable{
		{
			ID: "forecast", Title: sdk.Text{ZH: "90 天后的等级人数", EN: "Tiers in 90 days"},
			Titles: map[string]sdk.Text{
				"tier": {ZH: "等级", EN: "Tier"}, "customers": {ZH: "现在", EN: "Now"}, "expected": {ZH: "90 天后预计", EN: "Expected in 90 days"},
				"expectedLastTime": {ZH: "90 天前这样预计现在", EN: "Expected for now, 90 days ago"},
			},
			Table: &table.Table{Rows: n, Columns: c},
		},
		{
			ID: "forecastTest", Title: sdk.Text{ZH: "预计准不准", EN: "How good the forecast is"}, Record: true,
			Titles: map[string]sdk.Text{
				"wrong": {ZH: "上次预计错的客户占比", EN: "Share of customers it was off by"}, "wrongUnchanged": {ZH: "假设人数按比例不变，错的占比", EN: "The same for unchanged shares"},
			},
			Table: &table.Table{Rows: 1, Columns: []table.Column{one("wrong", off(scaled(guessed, now), now)), one("wrongUnchanged", off(scaled(past, now), now))}},
		},
	}
}

// scaled is the sizes of one time in the number of another.
func scaled(v, like []float64) []float64 {
	have, want := 0.0, 0.0
	for i := range v {
		have, want = have+v[i], want+like[i]
	}
	out := make([]float64, len(v))
	for i := range v {
		out[i] = v[i] * want / max(1, have)
	}
	return out
}
