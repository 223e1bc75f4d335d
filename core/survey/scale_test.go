package survey_test

import (
	"strings"
	"testing"

	"qunxiang/core/survey"
)

// reversedOf lists the reversed items of bfi's scale C under settings.
func reversedOf(t *testing.T, reversed map[string]bool) (string, *survey.Scale) {
	t.Helper()
	sc := scale(t, analyse(t, reports(t, "bfi.csv"), survey.Settings{Reversed: reversed}), "C")
	var out []string
	for _, it := range sc.Items {
		if it.Reversed {
			out = append(out, it.Name)
		}
	}
	return strings.Join(out, " "), sc
}

func TestReversedItemsAreSwitched(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reversed  map[string]bool
		want      string
		suggested int
	}{
		"as suggested":                  {nil, "C4 C5", 2},
		"said as well":                  {map[string]bool{"C4": true, "C5": true}, "C4 C5", 0},
		"one is not":                    {map[string]bool{"C4": false}, "C5", 1},
		"one more":                      {map[string]bool{"C1": true}, "C1 C4 C5", 2},
		"most: the other side is usual": {map[string]bool{"C1": true, "C2": true, "C3": true}, "C1 C2 C3", 0},
		"none":                          {map[string]bool{"C1": false, "C2": false, "C3": false, "C4": false, "C5": false}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, sc := reversedOf(t, c.reversed)
			if got != c.want || sc.Suggestion != c.suggested {
				t.Errorf("reversed %q, %d by suggestion; want %q, %d", got, sc.Suggestion, c.want, c.suggested)
			}
		})
	}
	_, none := reversedOf(t, map[string]bool{"C1": false, "C2": false, "C3": false, "C4": false, "C5": false})
	near(t, "as they stand", none.Alpha, none.AsGiven, 1e-12)
	near(t, "as they stand", none.AsGiven, -.277015870, 1e-8) // R, as in TestBFI
}

func TestScoresNeedHalfOfTheItems(t *testing.T) {
	t.Parallel()
	r := records("s", [][]string{{"a1", "a2", "a3", "a4"}, {"1", "2", "", ""}, {"5", "", "", ""}, {"5", "4", "5", "4"}, {"2", "1", "1", "2"}, {"3", "3", "3", "4"}})
	sc := scale(t, analyse(t, r, survey.Settings{}), "a")
	near(t, "two of four", sc.Score(0), 1.5, 1e-12)
	if s := sc.Score(1); s == s || sc.N != 4 || sc.Complete != 3 {
		t.Errorf("one of four: %v; n %d, complete %d", s, sc.N, sc.Complete)
	}
}
