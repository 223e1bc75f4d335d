package tree

import (
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qunxiang/internal/reference"
	"qunxiang/sdk/table"
)

// rpartMissing are trees of R's rpart 4.1.19 on data with missing values: variable, rows
// and risk of every node, with usesurrogate=2 and maxsurrogate=5. The calls are
// rpart(pgstat ~ age+eet+g2+grade+gleason+ploidy) on stagec (defaults, and cp=0
// minsplit=10 minbucket=5), rpart(Price ~ Mileage+Type+Country) and rpart(Reliability ~
// Price+Country+Mileage+Type, cp=0) on cu.summary, and rpart(Mileage ~ Price+Country+
// Reliability+Type+Weight+Disp.+HP, cp=0, minsplit=10, minbucket=5) on car.test.frame.
var rpartMissing = map[string][]string{
	"stagec": {
		"grade 146 54",
		"<leaf> 61 9",
		"g2 85 40",
		"ploidy 40 17",
		"g2 31 11",
		"<leaf> 7 1",
		"g2 24 10",
		"<leaf> 17 5",
		"<leaf> 7 2",
		"<leaf> 9 3",
		"g2 45 17",
		"age 22 8",
		"<leaf> 15 4",
		"<leaf> 7 3",
		"<leaf> 23 3",
	},
	"stagec_cp0": {
		"grade 146 54",
		"g2 61 9",
		"<leaf> 40 2",
		"g2 21 7",
		"<leaf> 15 3",
		"<leaf> 6 2",
		"grade 85 40",
		"g2 79 39",
		"g2 37 14",
		"<leaf> 6 0",
		"g2 31 14",
		"ploidy 23 9",
		"g2 16 4",
		"<leaf> 5 0",
		"age 11 4",
		"<leaf> 6 1",
		"<leaf> 5 2",
		"<leaf> 7 2",
		"<leaf> 8 3",
		"g2 42 17",
		"age 20 6",
		"<leaf> 13 2",
		"<leaf> 7 3",
		"<leaf> 22 3",
		"<leaf> 6 0",
	},
	"cu_price": {
		"Type 117 7407472615",
		"Country 80 3322389157",
		"Type 69 1426420615",
		"<leaf> 21 50309830.95",
		"Country 48 910789976.7",
		"<leaf> 29 482343499.2",
		"<leaf> 19 350528049.8",
		"<leaf> 11 797004218.2",
		"Country 37 2229350583",
		"Type 25 1021101575",
		"<leaf> 18 741101642.4",
		"<leaf> 7 203645119.4",
		"<leaf> 12 558955038",
	},
	"cu_rel": {
		"Country 85 59",
		"<leaf> 27 6",
		"Type 58 35",
		"Type 49 28",
		"<leaf> 27 11",
		"Country 22 14",
		"<leaf> 8 4",
		"<leaf> 14 8",
		"<leaf> 9 2",
	},
	"car": {
		"Disp. 60 1354.583333",
		"Type 35 154.4",
		"Price 10 22.1",
		"<leaf> 5 3.2",
		"<leaf> 5 14",
		"Price 25 70.56",
		"Price 18 26.444444",
		"<leaf> 6 5.333333",
		"HP 12 14",
		"<leaf> 7 5.714286",
		"<leaf> 5 5.2",
		"<leaf> 7 14",
		"Price 25 348.96",
		"Country 13 32.307692",
		"<leaf> 8 15.5",
		"<leaf> 5 12",
		"Weight 12 102.916667",
		"<leaf> 6 42.833333",
		"<leaf> 6 16",
	},
}

// loadGaps reads columns of a CSV file in which NA means missing: numbers, or categories
// where asked. Rows without the first column are left out.
func loadGaps(t *testing.T, file string, names, categories []string) []table.Column {
	t.Helper()
	f, err := os.Open(reference.File(t, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := rows[0]
	rows = slices.DeleteFunc(rows[1:], func(row []string) bool { return row[slices.Index(head, names[0])] == "NA" })
	var out []table.Column
	for k, name := range names {
		j := slices.Index(head, name)
		c := table.Column{Name: name, Kind: table.Float64, Valid: table.NewBits(len(rows))}
		if slices.Contains(categories, name) {
			c.Kind = table.Category
		}
		for i, row := range rows {
			x := 0.0
			if row[j] != "NA" {
				c.Valid.Set(i)
			}
			if c.Kind == table.Float64 {
				if row[j] != "NA" {
					if x, err = strconv.ParseFloat(row[j], 64); err != nil {
						t.Fatal(err)
					}
				}
				c.Floats = append(c.Floats, x)
				continue
			}
			at := slices.Index(c.Dict, row[j])
			if at < 0 {
				at = len(c.Dict)
				c.Dict = append(c.Dict, row[j])
			}
			c.Codes = append(c.Codes, uint32(at))
		}
		if k == 0 {
			c.Valid = nil
		}
		out = append(out, c)
	}
	return out
}

// Trees of rpart where values are missing: surrogates send the rows the same way.
func TestGrow_RPartSurrogates(t *testing.T) {
	t.Parallel()
	stage := []string{"pgstat", "age", "eet", "g2", "grade", "gleason", "ploidy"}
	car := []string{"Mileage", "Price", "Country", "Reliability", "Type", "Weight", "Disp.", "HP"}
	usual := Options{MinSplit: 20, MinLeaf: 7}
	small := Options{MinSplit: 10, MinLeaf: 5}
	for name, c := range map[string]struct {
		file              string
		names, categories []string
		o                 Options
		cp                float64
	}{
		"stagec":     {"classics/stagec.csv", stage, []string{"pgstat", "ploidy"}, usual, 0.01},
		"stagec_cp0": {"classics/stagec.csv", stage, []string{"pgstat", "ploidy"}, small, 0},
		"cu_price":   {"classics/cu_summary.csv", []string{"Price", "Mileage", "Type", "Country"}, []string{"Type", "Country"}, usual, 0.01},
		"cu_rel":     {"classics/cu_summary.csv", []string{"Reliability", "Price", "Country", "Mileage", "Type"}, []string{"Reliability", "Type", "Country"}, usual, 0},
		"car":        {"classics/car_test_frame.csv", car, []string{"Type", "Country"}, small, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr, features, y := plant(t, loadGaps(t, c.file, c.names, c.categories), c.o)
			cost := misclassified
			if y.Classes == nil {
				cost = func(nd *Node) float64 { return nd.Risk }
			}
			tr.Weakest(cost)
			tr = tr.Pruned(c.cp * cost(&tr.Nodes[0]))
			var got []string
			for i := range tr.Nodes {
				nd, v := &tr.Nodes[i], "<leaf>"
				if !nd.Leaf() {
					v = features[nd.Feature].Name
				}
				got = append(got, v+" "+strconv.Itoa(nd.N)+" "+strconv.FormatFloat(cost(nd), 'g', 7, 64))
			}
			want := slices.Clone(rpartMissing[name])
			digits := func(s string) string { // seven are enough, and all that are given
				at := strings.LastIndex(s, " ")
				x, err := strconv.ParseFloat(s[at+1:], 64)
				if err != nil {
					t.Fatal(err)
				}
				return s[:at+1] + strconv.FormatFloat(x, 'g', 7, 64)
			}
			for i := range want {
				want[i] = digits(want[i])
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got\n%q, want\n%q", got, want)
			}
		})
	}
}
