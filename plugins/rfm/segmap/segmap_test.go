package segmap_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/plugins/rfm/segmap"
)

func TestEleven_EveryCellOnce(t *testing.T) {
	t.Parallel()
	m, problems := segmap.Parse(segmap.Eleven())
	if m == nil {
		t.Fatal(problems)
	}
	cells, problems := m.Compile([3]int{5, 5, 5})
	if cells == nil || len(problems) > 0 || len(m.Segments) != 11 || len(cells.Label) != 25 {
		t.Fatalf("%d segments, %+v, %+v", len(m.Segments), cells, problems)
	}
}

func TestCompile_Problems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		bins int
		want []segmap.Kind
	}{
		"total and exclusive":           {"a,甲,A,[12]1\nb,乙,B,[12]2", 2, nil},
		"a gap":                         {"a,甲,A,[12]1\nb,乙,B,12", 2, []segmap.Kind{segmap.Gap}},
		"an overlap":                    {"a,甲,A,..\nb,乙,B,12", 2, []segmap.Kind{segmap.Overlap, segmap.Unreachable}},
		"first match keeps an overlap":  {"first-match\na,甲,A,.1\nb,乙,B,..", 2, []segmap.Kind{segmap.Overlap}},
		"the rest goes to other":        {"a,甲,A,11\nother,其他,Other,*", 2, nil},
		"a score that does not exist":   {"a,甲,A,[1-3].", 2, []segmap.Kind{segmap.BadScore}},
		"three places":                  {"a,甲,A,1..\nb,乙,B,2.[12]", 2, nil},
		"two and three places together": {"a,甲,A,1.\nb,乙,B,2.[12]", 2, nil},
		"the same segment on two lines": {"a,甲,A,1.\na,,,2.", 2, nil},
		"full-width commas":             {"a，甲，A，..", 2, nil},
		"a header and a comment":        {"key,name_zh,name_en,pattern\n# x\na,甲,A,..", 2, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, problems := segmap.Parse(tt.text)
			if m == nil {
				t.Fatal(problems)
			}
			cells, problems := m.Compile([3]int{tt.bins, tt.bins, tt.bins})
			var got []segmap.Kind
			fatal := false
			for _, p := range problems {
				got = append(got, p.Kind)
				fatal = fatal || p.Fatal(m.FirstMatch)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if fatal != (cells == nil) {
				t.Errorf("fatal %v, cells %v", fatal, cells)
			}
		})
	}
}

func TestParse_Refuses(t *testing.T) {
	t.Parallel()
	tests := map[string]segmap.Kind{
		"":                           segmap.Empty,
		"a,b":                        segmap.Syntax,
		"nonsense":                   segmap.Syntax,
		"scores=1":                   segmap.Syntax,
		"A b,甲,A,11":                 segmap.BadKey,
		"a,甲\x07,A,11":               segmap.BadKey,
		"a,\xb6\xa5,A,11":            segmap.BadKey,
		"a,甲,A,1":                    segmap.BadPattern,
		"a,甲,A,1111":                 segmap.BadPattern,
		"a,甲,A,1[":                   segmap.BadPattern,
		"a,甲,A,1[]":                  segmap.BadPattern,
		"a,甲,A,1[3-2]":               segmap.BadPattern,
		"a,甲,A,10":                   segmap.BadPattern,
		"a,甲,A,":                     segmap.BadPattern,
		"a,甲,A,*\nb,乙,B,*":           segmap.BadPattern,
		strings.Repeat("# x\n", 2e4): segmap.TooLarge,
	}
	for text, want := range tests {
		m, problems := segmap.Parse(text)
		if m != nil || len(problems) == 0 || problems[0].Kind != want {
			t.Errorf("%.20q: %v %+v, want %s", text, m, problems, want)
		}
	}
}

func TestCompile_GapNamesCells(t *testing.T) {
	t.Parallel()
	m, _ := segmap.Parse("a,甲,A,[1-5][1-5][1-4]\nb,乙,B,[1-4]55 5[1-4]5")
	_, problems := m.Compile([3]int{5, 5, 5})
	if len(problems) != 1 || problems[0].Kind != segmap.Gap {
		t.Fatalf("%+v", problems)
	}
	want := "115 125 135 145 215 225 235 245 315 325 335 345 415 425 435 445 555"
	if got := strings.Join(problems[0].Cells, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A map drawn for five scores serves other scales: the best and the worst stay so.
func TestCells_OtherScales(t *testing.T) {
	t.Parallel()
	m, _ := segmap.Parse(segmap.Eleven())
	for n := 2; n <= segmap.MaxScores; n++ {
		of := [3]int{n, n, n}
		c, _ := m.Compile(of)
		last := -1
		for s := 1; s <= n; s++ { // along the diagonal segments never get better again
			at := c.At([3]int{n + 1 - s, n + 1 - s, 1}, of)
			if at < last {
				t.Errorf("%d scores: segment %d after %d", n, at, last)
			}
			last = at
		}
	}
	five := [3]int{5, 5, 5}
	c, _ := m.Compile([3]int{3, 3, 3})
	if c.At([3]int{3, 3, 3}, [3]int{3, 3, 3}) != c.At(five, five) {
		t.Error("best of three is not best of five")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(segmap.Eleven())
	f.Add("first-match\na,甲,A,[1-5]. *\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, problems := segmap.Parse(text)
		if (m == nil) == (len(problems) == 0) {
			t.Fatal("a map and problems, or neither")
		}
		if m == nil {
			return
		}
		c, problems := m.Compile([3]int{5, 4, 3})
		if c == nil && len(problems) == 0 {
			t.Fatal("no cells and no reason")
		}
		if c != nil {
			for _, l := range c.Label {
				if l < 0 || int(l) >= len(m.Segments) {
					t.Fatalf("label %d", l)
				}
			}
		}
	})
}
