package tree

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"qunxiang/internal/reference"
	"qunxiang/sdk/table"
)

// load reads columns of a CSV file: numbers where all values are numbers.
func load(t *testing.T, file string, names ...string) []table.Column {
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
	var out []table.Column
	for _, name := range names {
		j := slices.Index(rows[0], name)
		c := table.Column{Name: name, Kind: table.Float64}
		for _, row := range rows[1:] {
			x, err := strconv.ParseFloat(row[j], 64)
			if err != nil {
				c.Kind = table.Category
				break
			}
			c.Floats = append(c.Floats, x)
		}
		if c.Kind == table.Category {
			c.Floats = nil
			for _, row := range rows[1:] {
				at := slices.Index(c.Dict, row[j])
				if at < 0 {
					at = len(c.Dict)
					c.Dict = append(c.Dict, row[j])
				}
				c.Codes = append(c.Codes, uint32(at))
			}
		}
		out = append(out, c)
	}
	return out
}

// plant grows a tree on the columns; the first is the outcome.
func plant(t *testing.T, columns []table.Column, o Options) (*Tree, []Feature, *Target) {
	t.Helper()
	var y *Target
	if c := &columns[0]; c.Kind == table.Category {
		f := read(c, 0)
		y = &Target{Classes: f.Levels}
		y.Class = append(y.Class, f.code...)
	} else {
		y = NewNumbers(c.Floats)
	}
	var in []*table.Column
	for i := range columns[1:] {
		in = append(in, &columns[i+1])
	}
	features := Read(t.Context(), in, 1, 1)
	features, y, _, _ = Arrange(t.Context(), features, y, 0, 1)
	tr, leaf, err := Grow(t.Context(), features, y, o)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range leaf {
		if tr.Follow(features, int32(i)) != int(at) {
			t.Fatalf("row %d is in another leaf than where its values lead", i)
		}
	}
	return tr, features, y
}

// misclassified is rpart's risk of a classification node.
func misclassified(nd *Node) float64 { return float64(nd.N) - slices.Max(nd.Stats) }

type rpartNode struct {
	Node int     `json:"node"`
	Var  string  `json:"var"`
	N    int     `json:"n"`
	Dev  float64 `json:"dev"`
}

// Trees of R's rpart 4.1.19 (golden/tree/rpart_golden.json): nodes, splits and risks.
// rpart may put the sides the other way round, so nodes are compared by size and risk.
func TestGrow_RPart(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(reference.File(t, "golden/tree/rpart_golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Trees map[string]struct {
			Nodes []rpartNode `json:"nodes"`
		} `json:"trees"`
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	rpart := Options{MinSplit: 20, MinLeaf: 7}
	iris := []string{"Species", "Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"}
	for name, c := range map[string]struct {
		file    string
		columns []string
		o       Options
		cp      float64
	}{
		"kyphosis_gini":    {"classics/kyphosis.csv", []string{"Kyphosis", "Age", "Number", "Start"}, rpart, 0.01},
		"kyphosis_cp05":    {"classics/kyphosis.csv", []string{"Kyphosis", "Age", "Number", "Start"}, rpart, 0.05},
		"iris_default":     {"classics/iris.csv", iris, rpart, 0.01},
		"iris_information": {"classics/iris.csv", iris, Options{Entropy: true, MinSplit: 20, MinLeaf: 7}, 0.01},
		"cars_mileage":     {"classics/car_test_frame.csv", []string{"Mileage", "Weight"}, rpart, 0.01},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr, features, y := plant(t, load(t, c.file, c.columns...), c.o)
			cost := misclassified
			if y.Classes == nil {
				cost = func(nd *Node) float64 { return nd.Risk }
			}
			tr.Weakest(cost)
			tr = tr.Pruned(c.cp * cost(&tr.Nodes[0]))
			key := func(v string, n int, dev float64) string {
				return v + " " + strconv.Itoa(n) + " " + strconv.FormatFloat(dev, 'f', 6, 64)
			}
			var got, want []string
			for i := range tr.Nodes {
				v := "<leaf>"
				if nd := &tr.Nodes[i]; !nd.Leaf() {
					v = features[nd.Feature].Name
				}
				got = append(got, key(v, tr.Nodes[i].N, cost(&tr.Nodes[i])))
			}
			for _, nd := range golden.Trees[name].Nodes {
				want = append(want, key(nd.Var, nd.N, nd.Dev))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got\n%q, want\n%q", got, want)
			}
		})
	}
}

// scikit-learn 1.2.1 on iris (golden/tree/sklearn_tree_golden.json): impurity of the
// leaves by depth, and the path of weakest-link pruning.
func TestGrow_ScikitLearn(t *testing.T) {
	t.Parallel()
	columns := load(t, "classics/iris.csv", "Species", "Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width")
	for depth, want := range map[int]float64{1: 0.33333333, 2: 0.07353731, 3: 0.03972222, 4: 0.00888889, 0: 0} {
		tr, _, _ := plant(t, columns, Options{MaxDepth: depth, MinLeaf: 1, MinSplit: 2})
		got := 0.0
		for i := range tr.Nodes {
			if tr.Nodes[i].Leaf() {
				got += tr.Nodes[i].Risk / 150
			}
		}
		if math.Abs(got-want) > 1e-7 {
			t.Errorf("depth %d: impurity %.8f, want %.8f", depth, got, want)
		}
	}
	tr, _, y := plant(t, columns, Options{MinLeaf: 1, MinSplit: 2})
	got := tr.Weakest(Cost(tr, y, false))
	if n := len(got); n < 3 || math.Abs(got[n-1]-0.33333333) > 1e-7 || math.Abs(got[n-2]-0.25979603) > 1e-7 || math.Abs(got[n-3]-0.02966049) > 1e-7 {
		t.Errorf("complexities %v", got)
	}
}

// Quinlan's play tennis: the published gains .246, .029, .151 and .048 bits are of
// many-way splits; of binary ones the best on outlook is overcast against the rest.
func TestGrow_PlayTennis(t *testing.T) {
	t.Parallel()
	const rows = "shhFN shhTN ohhFP rmhFP rcnFP rcnTN ocnTP smhFN scnFP rmnFP smnTP omhTP ohnFP rmhTN "
	columns := make([]table.Column, 5)
	for j, at := range []int{4, 0, 1, 2, 3} {
		columns[j] = table.Column{Name: strconv.Itoa(j), Kind: table.Category, Dict: []string{"F", "N", "P", "T", "c", "h", "m", "n", "o", "r", "s"}}
		for i := 0; i < len(rows); i += 6 {
			columns[j].Codes = append(columns[j].Codes, uint32(slices.Index(columns[j].Dict, string(rows[i+at]))))
		}
	}
	tr, features, _ := plant(t, columns, Options{Entropy: true, MinLeaf: 1, MinSplit: 2})
	if got := tr.Nodes[0].Risk / 14; math.Abs(got-0.940286) > 1e-6 {
		t.Errorf("entropy %.6f", got)
	}
	root := &tr.Nodes[0]
	gain := (root.Risk - tr.Nodes[root.Left].Risk - tr.Nodes[root.Right].Risk) / 14
	// 0.940286 − (10/14)·H(5/10): outlook, overcast (4 P) against the other ten (5 P, 5 N).
	if features[root.Feature].Name != "1" || math.Abs(gain-(0.940286-10.0/14)) > 1e-6 {
		t.Errorf("root splits on %s with gain %.6f", features[root.Feature].Name, gain)
	}
	for i := range tr.Nodes {
		if nd := &tr.Nodes[i]; nd.Leaf() && nd.Risk > 1e-9 {
			t.Errorf("leaf %d is not pure", nd.Number)
		}
	}
}

// scikit-learn's hand cases: XOR grid, one class, smallest leaf.
func TestGrow_HandCases(t *testing.T) {
	t.Parallel()
	grid := []table.Column{{Name: "y", Kind: table.Category, Dict: []string{"a", "b"}}, {Name: "u", Kind: table.Float64}, {Name: "v", Kind: table.Float64}}
	for u := range 10 {
		for v := range 10 {
			class := uint32(0)
			if (u < 5) == (v < 5) {
				class = 1
			}
			grid[0].Codes = append(grid[0].Codes, class)
			grid[1].Floats = append(grid[1].Floats, float64(u))
			grid[2].Floats = append(grid[2].Floats, float64(v)+0.001*float64(u)) // breaks the perfect symmetry
		}
	}
	tr, features, y := plant(t, grid, Options{MinLeaf: 1, MinSplit: 2})
	for i := range y.Class {
		if y.Predicted(tr.Nodes[tr.Follow(features, int32(i))].Stats) != int(y.Class[i]) {
			t.Fatal("the XOR grid is not learnt")
		}
	}
	for least := 1; least < 40; least += 7 {
		tr, _, _ := plant(t, grid, Options{MinLeaf: least, MinSplit: 2})
		for i := range tr.Nodes {
			if tr.Nodes[i].N < least {
				t.Errorf("a leaf of %d rows, at least %d asked", tr.Nodes[i].N, least)
			}
		}
	}
}

func TestAUC(t *testing.T) {
	t.Parallel()
	// scikit-learn, roc_auc_score example: 0.75.
	if got, _, _ := AUC([]float64{0.1, 0.4, 0.35, 0.8}, []bool{false, false, true, true}); got != 0.75 {
		t.Errorf("got %g", got)
	}
	if got, _, _ := AUC([]float64{1, 1, 1, 1}, []bool{false, false, true, true}); got != 0.5 {
		t.Errorf("ties: got %g", got)
	}
}

func TestStudent(t *testing.T) {
	t.Parallel()
	// R: qt(0.975, df).
	for df, want := range map[int]float64{1: 12.7062, 2: 4.302653, 4: 2.776445, 9: 2.262157, 49: 2.009575, 99: 1.984217} {
		if got := student(df); math.Abs(got-want) > 0.01 {
			t.Errorf("%d degrees: %.5f, want %.5f", df, got, want)
		}
	}
}
