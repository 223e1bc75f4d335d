package event_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/event"
)

// row is one event: customer, day, event and channel; "" = none.
type row struct {
	who, day, what, by string
}

func events(rows ...row) *core.Records {
	r := &core.Records{Kind: core.SourceEvents, Customers: &core.Dict{}, Columns: []core.AttributeColumn{{Name: core.ColumnEvent}, {Name: core.ColumnChannel}}}
	index := map[string]uint32{}
	for _, x := range rows {
		code, ok := index[x.who]
		if !ok {
			code = uint32(len(index))
			index[x.who] = code
			r.Customers.AppendString(x.who)
		}
		day := core.NoDate
		if x.day != "" {
			day, _ = core.ParseDate(x.day)
		}
		r.Customer, r.Day = append(r.Customer, code), append(r.Day, day)
		for i, text := range []string{x.what, x.by} {
			c := &r.Columns[i]
			at := slices.Index(c.Dict, text)
			if at < 0 {
				at = len(c.Dict)
				c.Dict = append(c.Dict, text)
			}
			code := uint32(at)
			if text == "" {
				code = core.NoCode
			}
			c.Codes = append(c.Codes, code)
		}
	}
	return r
}

// texts are the values of every customer: "ann events" → "3".
func texts(a *core.Attributes) map[string]string {
	out := map[string]string{}
	if a == nil {
		return out
	}
	for _, c := range a.Columns {
		for i := range a.Customers.Len() {
			text := ""
			switch {
			case c.Floats != nil && c.Valid[i]:
				text = strconv.FormatFloat(c.Floats[i], 'g', 6, 64)
			case c.Floats == nil && c.Codes[i] != core.NoCode:
				text = c.Dict[c.Codes[i]]
			}
			out[a.Customers.At(i)+" "+c.Name] = text
		}
	}
	return out
}

func features(t *testing.T, asOf string, rows ...row) map[string]string {
	t.Helper()
	day := core.NoDate
	if asOf != "" {
		day, _ = core.ParseDate(asOf)
	}
	a, err := event.Features(t.Context(), []*core.Records{events(rows...)}, day)
	if err != nil {
		t.Fatal(err)
	}
	return texts(a)
}

// The example of docs/method/events.md.
func example() []row {
	return []row{
		{"ann", "2024-01-01", "visit", "app"},
		{"ann", "2024-03-15", "visit", "app"},
		{"ann", "2024-05-20", "visit", "app"},
		{"ann", "2024-06-29", "call", "phone"},
		{"ann", "2024-06-29", "visit", "app"},
		{"bea", "2024-06-01", "visit", ""},
		{"bea", "", "call", "phone"},
		{"cat", "2024-07-02", "visit", "web"},
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"ann events": "5", "ann events_30d": "2", "ann events_90d": "3", "ann event_types": "2", "ann event_days": "4", "ann days_since_event": "1",
		"ann event_trend": "0.5", "ann event_visit": "4", "ann event_call": "1", "ann channel_share_app": "0.8", "ann channel_share_phone": "0.2", "ann channel_main": "app",
		"bea events": "2", "bea events_30d": "1", "bea events_90d": "1", "bea event_types": "2", "bea event_days": "1", "bea days_since_event": "29",
		"bea event_trend": "", "bea event_visit": "1", "bea event_call": "1", "bea channel_share_app": "0", "bea channel_share_phone": "1", "bea channel_main": "phone",
	}
	if diff := cmp.Diff(want, features(t, "2024-06-30", example()...)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWindowsEndsAreInside(t *testing.T) {
	t.Parallel()
	got := features(t, "2024-06-30", row{"a", "2024-05-31", "x", ""}, row{"a", "2024-06-30", "x", ""}, row{"b", "2024-05-30", "x", ""}, row{"b", "2024-04-01", "x", ""}, row{"b", "2024-03-31", "x", ""})
	for name, want := range map[string]string{"a events_30d": "2", "a days_since_event": "0", "b events_30d": "0", "b events_90d": "2", "b events": "3", "b days_since_event": "31"} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	got = features(t, "", row{"a", "2024-05-31", "x", ""}, row{"b", "2024-06-30", "x", ""})
	if got["a days_since_event"] != "31" || got["b days_since_event"] != "1" {
		t.Errorf("as of the day after the last: %v", got)
	}
}

func TestNamesDoNotClash(t *testing.T) {
	t.Parallel()
	got := features(t, "", row{"a", "2024-05-31", "days", "x,y"}, row{"a", "2024-05-31", "types", "x,y"}, row{"a", "2024-05-30", "days", "x,y"})
	if got["a event_days"] != "2" || got["a event_days (event)"] != "2" || got["a event_types (event)"] != "1" || got["a channel_share_x y"] != "1" {
		t.Errorf("%v", got)
	}
}

func TestManyEvents(t *testing.T) {
	t.Parallel()
	var rows []row
	for k := range 30 { // event k has 30 − k customers
		for c := range 30 - k {
			rows = append(rows, row{"c" + strconv.Itoa(c), "2024-01-01", "e" + strconv.Itoa(k), ""})
		}
	}
	got := features(t, "", rows...)
	n := 0
	for name := range got {
		if strings.HasPrefix(name, "c0 event_e") {
			n++
		}
	}
	if _, last := got["c0 event_e19"]; n != 20 || !last || got["c0 event_types"] != "30" {
		t.Errorf("%d columns of events", n)
	}
}

func drawn(t *rapid.T) []row {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row {
		r := row{who: "c" + strconv.Itoa(rapid.IntRange(0, 6).Draw(t, "who")), what: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "what"), by: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "by")}
		if d := rapid.IntRange(-20, 400).Draw(t, "day"); d >= 0 {
			r.day = (core.YMD(2024, 1, 1) + core.Date(d)).String()
		}
		return r
	}), 1, 60).Draw(t, "rows")
}

func TestFeaturesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawn(t)
		asOf := core.YMD(2024, 1, 1) + core.Date(rapid.IntRange(0, 420).Draw(t, "as of"))
		a, err := event.Features(t.Context(), []*core.Records{events(rows...)}, asOf)
		if err != nil {
			t.Fatal(err)
		}
		shuffled := make([]row, len(rows))
		for i, at := range rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range rows {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order") {
			shuffled[i] = rows[at]
		}
		b, err := event.Features(t.Context(), []*core.Records{events(shuffled...)}, asOf)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(texts(a), texts(b)); diff != "" {
			t.Fatalf("another order of rows: %s", diff)
		}
		if a == nil {
			return
		}
		checkSums(t, a, rows, asOf)
	})
}

// checkSums compares the features with counts made row by row.
func checkSums(t *rapid.T, a *core.Attributes, rows []row, asOf core.Date) {
	number := func(name string, i int) float64 {
		for _, c := range a.Columns {
			if c.Name == name && c.Valid[i] {
				return c.Floats[i]
			}
		}
		return 0
	}
	for i := range a.Customers.Len() {
		var all, named, told, near30, near90 float64
		for _, r := range rows {
			day, dated := core.NoDate, r.day != ""
			if dated {
				day, _ = core.ParseDate(r.day)
			}
			if r.who != a.Customers.At(i) || dated && day > asOf {
				continue
			}
			all++
			if r.what != "" {
				named++
			}
			if r.by != "" {
				told = 1
			}
			if dated && day >= asOf-30 {
				near30++
			}
			if dated && day >= asOf-90 {
				near90++
			}
		}
		got := []float64{
			number("events", i), number("event_a", i) + number("event_b", i) + number("event_c", i),
			number("channel_share_x", i) + number("channel_share_y", i), number("events_30d", i), number("events_90d", i),
		}
		for k, want := range []float64{all, named, told, near30, near90} {
			if math.Abs(got[k]-want) > 1e-12 {
				t.Errorf("%s: sum %d is %v, want %v", a.Customers.At(i), k, got[k], want)
			}
		}
		if trend := number("event_trend", i); trend < -1 || trend > 1 {
			t.Errorf("trend %v", trend)
		}
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	asOf, _ := core.ParseDate("2024-06-30")
	o, err := event.Look(t.Context(), []*core.Records{{Kind: core.SourceComments}, events(example()...)}, asOf)
	if err != nil {
		t.Fatal(err)
	}
	if o.Events != 7 || o.Customers != 2 || o.Later != 1 || o.Undated != 1 || o.Kinds != 2 || o.Channels != 2 || o.TooShort {
		t.Errorf("%+v", o)
	}
	want := []event.Pair{{A: "visit", B: "call", From: 2, Both: 2, Then: 1}, {A: "call", B: "visit", From: 2, Both: 2, Then: 0}}
	if diff := cmp.Diff(want, o.Pairs); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	months := 0
	for _, m := range o.ByMonth {
		months += m.Events
	}
	if months+o.Undated != o.Events || len(o.ByMonth) != 4 {
		t.Errorf("months %+v", o.ByMonth)
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	bare := events(row{"a", "", "", ""})
	bare.Day, bare.Columns = nil, nil
	for name, records := range map[string][]*core.Records{"none": nil, "no rows": {events()}, "no columns": {bare}, "a survey": {{Kind: core.SourceSurvey}}} {
		a, err := event.Features(t.Context(), records, core.NoDate)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if want := name == "no columns"; (a != nil) != want {
			t.Errorf("%s: %v", name, a)
		}
		if _, err := event.Look(t.Context(), records, core.NoDate); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := event.Features(ctx, []*core.Records{events(example()...)}, core.NoDate); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
