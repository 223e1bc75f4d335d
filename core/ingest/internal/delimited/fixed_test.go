package delimited_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core/ingest/internal/delimited"
)

// layoutTable is a table of words, numbers, dates and empty cells, and how it is laid out.
type layoutTable struct {
	head  []string
	right []bool // by column: flush right
	rows  [][]string
}

func makeTable(rng *rand.Rand, rows int) layoutTable {
	t := layoutTable{
		head:  []string{"Customer", "City", "Day", "Pieces", "Amount", "Note"},
		right: []bool{false, false, false, true, true, false},
	}
	names := []string{"Li Wei", "Ann", "Maria del Mar", "王 小明", "O'Neill", "van der Berg"}
	cities := []string{"New York", "Bath", "", "São Paulo", "广州"}
	notes := []string{"", "paid by card", "late, called twice", "", "ok"}
	for i := range rows {
		t.rows = append(t.rows, []string{
			names[(i+rng.IntN(2))%len(names)], cities[rng.IntN(len(cities))], fmt.Sprintf("2024-%02d-%02d", 1+rng.IntN(12), 1+rng.IntN(28)),
			fmt.Sprint(rng.IntN(120)), fmt.Sprintf("%d.%02d", rng.IntN(20_000), rng.IntN(100)), notes[rng.IntN(len(notes))],
		})
	}
	return t
}

// places is how wide a text is: a Chinese character takes two places.
func places(s string) int {
	n := 0
	for _, r := range s {
		if n++; r >= 0x2E80 {
			n++
		}
	}
	return n
}

// lines lays the table out in columns with gap blanks between them.
func (t *layoutTable) lines(gap int) (lines []string, widths []int) {
	all := slices.Insert(slices.Clone(t.rows), 0, t.head)
	widths = make([]int, len(t.head))
	for _, r := range all {
		for c, cell := range r {
			widths[c] = max(widths[c], places(cell))
		}
	}
	for _, r := range all {
		var b strings.Builder
		for c, cell := range r {
			pad := strings.Repeat(" ", widths[c]-places(cell))
			if t.right[c] {
				cell = pad + cell
			} else {
				cell += pad
			}
			b.WriteString(cell + strings.Repeat(" ", gap))
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines, widths
}

// read finds the dialect of a text and reads its rows, lines without text left out.
func readTable(tb testing.TB, text string) (delimited.Finding, [][]string) {
	tb.Helper()
	f := delimited.Detect([]byte(text), true)
	rows, _, err := readAll(bytes.NewReader([]byte(text)), f)
	if err != nil {
		tb.Fatal(err)
	}
	return f, slices.DeleteFunc(rows, func(r []string) bool { return strings.TrimSpace(strings.Join(r, "")) == "" })
}

// Tables laid out in places come back cell by cell: with single blanks in cells, empty
// cells, numbers flush right, one blank or more between columns, titles above, rules, and
// notes below.
func TestFixedWidth(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 3))
		table := makeTable(rng, 8+rng.IntN(120))
		gap := 1 + rng.IntN(3)
		lines, widths := table.lines(gap)
		style := int(seed) % 4
		switch style {
		case 1: // a rule under the header, as databases print it
			var rule []string
			for _, w := range widths {
				rule = append(rule, strings.Repeat("-", w))
			}
			lines = slices.Insert(lines, 1, strings.Join(rule, strings.Repeat(" ", gap)))
		case 2: // a title above, with a rule under it
			lines = slices.Insert(lines, 0, "Report of the orders of all branches, in the year 2024", strings.Repeat("=", 60), "")
		case 3:
			lines = append(lines, "", "Printed by the till on the last day of the year")
		}
		f, got := readTable(t, strings.Join(lines, "\n")+"\n")
		want := slices.Insert(slices.Clone(table.rows), 0, table.head)
		got = slices.DeleteFunc(got, func(r []string) bool { return len(r) == 1 })
		if f.Delim != delimited.Fixed || f.Width != len(table.head) {
			t.Errorf("seed %d style %d gap %d: %q of %d columns %v\n%s", seed, style, gap, f.Delim, f.Width, f.Cuts, strings.Join(lines[:6], "\n"))
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d style %d gap %d: %s", seed, style, gap, diff)
		}
	}
}

// Tables drawn with bars: of databases, of Markdown, with lines of a terminal.
func TestBoxed(t *testing.T) {
	t.Parallel()
	want := [][]string{{"id", "name", "amount"}, {"1", "Li Wei", "2.50"}, {"2", "王小明", ""}, {"3", "a|b", "1"}}
	for name, text := range map[string]string{
		"psql":     " id |  name  | amount \n----+--------+--------\n  1 | Li Wei |   2.50\n  2 | 王小明 |       \n  3 | a\\|b   |      1\n",
		"mysql":    "+----+--------+--------+\n| id | name   | amount |\n+----+--------+--------+\n|  1 | Li Wei |   2.50 |\n|  2 | 王小明 |        |\n|  3 | a\\|b   |      1 |\n+----+--------+--------+\n",
		"markdown": "| id | name | amount |\n|---:|:-----|-------:|\n| 1 | Li Wei | 2.50 |\n| 2 | 王小明 | |\n| 3 | a\\|b | 1 |\n",
		"bare":     "id | name | amount\n---|------|-------\n1 | Li Wei | 2.50\n2 | 王小明 |\n3 | a\\|b | 1\n",
		"lines":    "┌────┬────────┬────────┐\r\n│ id │ name   │ amount │\r\n├────┼────────┼────────┤\r\n│ 1  │ Li Wei │ 2.50   │\r\n│ 2  │ 王小明 │        │\r\n│ 3  │ a\\|b   │ 1      │\r\n└────┴────────┴────────┘\r\n",
		"grid":     "+----+--------+--------+\n| id | name   | amount |\n+====+========+========+\n|  1 | Li Wei |   2.50 |\n+----+--------+--------+\n|  2 | 王小明 |        |\n+----+--------+--------+\n|  3 | a\\|b   |      1 |\n+----+--------+--------+\n",
	} {
		f, got := readTable(t, text)
		if f.Delim != delimited.Boxed {
			t.Errorf("%s: %q", name, f.Delim)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Logs of web servers: columns as they are meant, names that the format gives them.
func TestWebLog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		names      string
		first      []string
	}{
		{
			"combined", "10.0.0.7 - ann [10/Oct/2024:13:55:36 +0800] \"GET /a?q=\\\"x\\\" y HTTP/1.1\" 200 2326 \"-\" \"Mozilla/5.0 (X11)\"\n" +
				"10.0.0.8 - - [10/Oct/2024:13:55:37 +0800] \"-\" 408 - \"-\" \"-\"\n",
			"host ident user time request status bytes referer user_agent",
			[]string{"10.0.0.7", "-", "ann", "10/Oct/2024:13:55:36 +0800", `GET /a?q=\"x\" y HTTP/1.1`, "200", "2326", "-", "Mozilla/5.0 (X11)"},
		},
		{
			"common, with the server", "shop.example 10.0.0.7 - - [10/Oct/2024:13:55:36 +0800] \"GET / HTTP/1.1\" 200 23\n",
			"server host ident user time request status bytes",
			[]string{"shop.example", "10.0.0.7", "-", "-", "10/Oct/2024:13:55:36 +0800", "GET / HTTP/1.1", "200", "23"},
		},
		{
			"extended", "#Software: a server\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2024-03-01 00:00:10 81.2.3.4 GET /index 200\n2024-03-01 00:00:12 81.2.3.4 GET /cart 200\n",
			"date time c-ip cs-method cs-uri-stem sc-status",
			[]string{"2024-03-01", "00:00:10", "81.2.3.4", "GET", "/index", "200"},
		},
	} {
		f, got := readTable(t, c.text)
		if f.Delim != delimited.WebLog || strings.Join(f.Names, " ") != c.names {
			t.Errorf("%s: %q %v", c.name, f.Delim, f.Names)
			continue
		}
		got = slices.DeleteFunc(got, func(r []string) bool { return strings.HasPrefix(r[0], "#") })
		if diff := cmp.Diff(c.first, got[0]); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// Bars in a list are no frame.
func TestNotBoxed(t *testing.T) {
	t.Parallel()
	const packages = "Desired=Unknown\n| Status=Not\n||/ Name\n+++-=====\nii  adduser\nii  apt\nii  bash\n"
	if f := delimited.Detect([]byte(packages), true); f.Delim == delimited.Boxed {
		t.Errorf("%+v", f)
	}
}

// Texts that other readings explain are not cut by place.
func TestNotFixed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, delim string }{
		"commas, padded":       {"id,   name,   amount\n 1,   Ann,     2.50\n 2,   Bob,    13.00\n 3,   Cyd,     4.25\n", ","},
		"runs of blanks":       {"id name amount\n1  Ann  2.5\n2  Bob  3\n13  Cyd  4\n", delimited.Blanks},
		"names without a head": {"speed dist\n1 4 2\n2 4 10\n3 7 4\n", " "},
		"dates and times":      {"2024-01-02 10:00:01;5;a  b\n2024-01-03 11:00:01;6;c  d\n2024-01-04 12:00:01;7;e  f\n", ";"},
		"tabs":                 {"a\tb  c\td\n1\t2  3\t4\n5\t6  7\t8\n", "\t"},
	} {
		if f := delimited.Detect([]byte(c.text), true); f.Delim != c.delim {
			t.Errorf("%s: %q, want %q", name, f.Delim, c.delim)
		}
	}
}
