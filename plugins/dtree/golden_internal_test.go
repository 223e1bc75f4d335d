package dtree

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"qunxiang/sdk/table"
)

// sharedFile returns the path of a file of the client's reference data, which lies
// beside the project, and skips the test where it is absent.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		p := filepath.Join(dir, "..", "shared", "data", name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("reference data %s is not on this machine", name)
	return ""
}

// load reads columns of a CSV file: numbers where all values are numbers.
func load(t *testing.T, file string, names ...string) []table.Column {
	t.Helper()
	f, err := os.Open(sharedFile(t, file))
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
func plant(t *testing.T, columns []table.Column, o options) (*tree, []feature, *target) {
	t.Helper()
	var y *target
	if c := &columns[0]; c.Kind == table.Category {
		f, _ := newFeature(c)
		y = &target{classes: f.levels}
		for _, k := range f.codes {
			y.class = append(y.class, uint8(k))
		}
	} else {
		y = &target{value: slices.Clone(c.Floats)}
	}
	var in []*table.Column
	for i := range columns[1:] {
		in = append(in, &columns[i+1])
	}
	features, _ := readFeatures(in, 1)
	arrange(features, y)
	rows := make([]int32, y.n())
	for i := range rows {
		rows[i] = int32(i)
	}
	tr, err := grow(t.Context(), features, y, rows, o, 2)
	if err != nil {
		t.Fatal(err)
	}
	return tr, features, y
}

// misclassified is rpart's risk of a classification node.
func misclassified(nd *node) float64 { return float64(nd.n) - slices.Max(nd.stats) }

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
	b, err := os.ReadFile(sharedFile(t, "golden/tree/rpart_golden.json"))
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
	rpart := options{minSplit: 20, minLeaf: 7}
	iris := []string{"Species", "Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"}
	for name, c := range map[string]struct {
		file    string
		columns []string
		o       options
		cp      float64
	}{
		"kyphosis_gini":    {"classics/kyphosis.csv", []string{"Kyphosis", "Age", "Number", "Start"}, rpart, 0.01},
		"kyphosis_cp05":    {"classics/kyphosis.csv", []string{"Kyphosis", "Age", "Number", "Start"}, rpart, 0.05},
		"iris_default":     {"classics/iris.csv", iris, rpart, 0.01},
		"iris_information": {"classics/iris.csv", iris, options{entropy: true, minSplit: 20, minLeaf: 7}, 0.01},
		"cars_mileage":     {"classics/car_test_frame.csv", []string{"Mileage", "Weight"}, rpart, 0.01},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr, features, y := plant(t, load(t, c.file, c.columns...), c.o)
			cost := misclassified
			if y.classes == nil {
				cost = func(nd *node) float64 { return nd.risk }
			}
			tr.weakest(cost)
			tr = tr.pruned(c.cp * cost(&tr.nodes[0]))
			key := func(v string, n int, dev float64) string {
				return v + " " + strconv.Itoa(n) + " " + strconv.FormatFloat(dev, 'f', 6, 64)
			}
			var got, want []string
			for i := range tr.nodes {
				v := "<leaf>"
				if nd := &tr.nodes[i]; !nd.leaf() {
					v = features[nd.feature].name
				}
				got = append(got, key(v, tr.nodes[i].n, cost(&tr.nodes[i])))
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
		tr, _, _ := plant(t, columns, options{maxDepth: depth, minLeaf: 1, minSplit: 2})
		got := 0.0
		for i := range tr.nodes {
			if tr.nodes[i].leaf() {
				got += tr.nodes[i].risk / 150
			}
		}
		if math.Abs(got-want) > 1e-7 {
			t.Errorf("depth %d: impurity %.8f, want %.8f", depth, got, want)
		}
	}
	tr, _, _ := plant(t, columns, options{minLeaf: 1, minSplit: 2})
	got := tr.weakest(perRow(tr))
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
	tr, features, _ := plant(t, columns, options{entropy: true, minLeaf: 1, minSplit: 2})
	if got := tr.nodes[0].risk / 14; math.Abs(got-0.940286) > 1e-6 {
		t.Errorf("entropy %.6f", got)
	}
	root := &tr.nodes[0]
	gain := (root.risk - tr.nodes[root.left].risk - tr.nodes[root.right].risk) / 14
	// 0.940286 − (10/14)·H(5/10): outlook, overcast (4 P) against the other ten (5 P, 5 N).
	if features[root.feature].name != "1" || math.Abs(gain-(0.940286-10.0/14)) > 1e-6 {
		t.Errorf("root splits on %s with gain %.6f", features[root.feature].name, gain)
	}
	for i := range tr.nodes {
		if nd := &tr.nodes[i]; nd.leaf() && nd.risk > 1e-9 {
			t.Errorf("leaf %d is not pure", nd.number)
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
	tr, features, y := plant(t, grid, options{minLeaf: 1, minSplit: 2})
	for i := range y.class {
		if largest(tr.nodes[tr.follow(features, int32(i))].stats) != int(y.class[i]) {
			t.Fatal("the XOR grid is not learnt")
		}
	}
	for least := 1; least < 40; least += 7 {
		tr, _, _ := plant(t, grid, options{minLeaf: least, minSplit: 2})
		for i := range tr.nodes {
			if tr.nodes[i].n < least {
				t.Errorf("a leaf of %d rows, at least %d asked", tr.nodes[i].n, least)
			}
		}
	}
}

func TestAUC(t *testing.T) {
	t.Parallel()
	// scikit-learn, roc_auc_score example: 0.75.
	y := []bool{false, false, true, true}
	if got := auc([]float64{0.1, 0.4, 0.35, 0.8}, func(i int32) bool { return y[i] }); got != 0.75 {
		t.Errorf("got %g", got)
	}
	if got := auc([]float64{1, 1, 1, 1}, func(i int32) bool { return y[i] }); got != 0.5 {
		t.Errorf("ties: got %g", got)
	}
}
