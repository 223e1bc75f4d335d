package e2e_test

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// reference is a run and what another program finds: sizes in rising order, numbers by the
// name of the evidence.
type reference struct {
	args  string // after "run p.qx"; blanks divide
	sizes []int
	want  map[string]float64
}

// referenceColumns are the columns of the German credit data.
const referenceColumns = "checking_balance,months_loan_duration,credit_history,purpose,amount,savings_balance,employment_length,installment_rate," +
	"personal_status,other_debtors,residence_history,property,age,installment_plan,housing,existing_credits,default,dependents,telephone,foreign_worker,job"

// What R 4.2.2 finds in the German credit data, numbers and categories together: pam and
// silhouette of package cluster 2.1.4 and hclust on daisy(metric = "gower"), with the
// cophenetic correlation.
func TestReference_GowerOfCredits(t *testing.T) {
	t.Parallel()
	const gower = " --set cap=0 --set log=none --stability 0 --features " + referenceColumns
	b := newBench(t)
	b.run("new", "p.qx")
	b.run("import", "p.qx", b.shared("customers/german_credit_lantz.csv"), "--as", "customers")
	for _, c := range []reference{
		{"mixed --set algorithm=pam --set k=2" + gower, []int{434, 566}, map[string]float64{"cost": 307.2376000, "silhouette": 0.08432052}},
		{"mixed --set algorithm=pam --set k=3" + gower, []int{230, 307, 463}, map[string]float64{"cost": 289.1914162, "silhouette": 0.07878573}},
		{"mixed --set algorithm=pam --set k=4" + gower, []int{177, 239, 281, 303}, map[string]float64{"cost": 278.6424520, "silhouette": 0.05859348}},
		{"hclust --set distance=gower --set linkage=average --set k=6" + gower, []int{2, 4, 5, 5, 14, 970}, map[string]float64{"cophenetic": 0.5084627939}},
		{"hclust --set distance=gower --set linkage=complete --set k=4" + gower, []int{100, 106, 354, 440}, map[string]float64{"cophenetic": 0.2691526749}},
		{"hclust --set distance=gower --set linkage=single --set k=4" + gower, []int{1, 1, 1, 997}, map[string]float64{"cophenetic": 0.4551780624}},
		{"hclust --set distance=gower --set linkage=weighted --set k=6" + gower, []int{3, 4, 24, 61, 75, 833}, map[string]float64{"cophenetic": 0.4352762438}},
	} {
		c.check(t, b)
	}
}

// The customers of a wholesaler by R 4.2.2's kmeans with 200 starts, as they are and with
// z-scores; indices by R code of their definitions.
func TestReference_Wholesale(t *testing.T) {
	t.Parallel()
	const recipe = " --set cap=0 --set log=none --stability 0 --features Fresh,Milk,Grocery,Frozen,Detergents_Paper,Delicassen"
	b := newBench(t)
	b.run("new", "p.qx")
	b.run("import", "p.qx", b.shared("customers/wholesale_customers.csv"), "--as", "customers")
	for _, c := range []reference{
		{"kmeans --set k=3 --set scale=none" + recipe, []int{50, 60, 330}, map[string]float64{"inertia": 80332413843.016, "silhouette": 0.478351143, "calinskiHarabasz": 210.152559, "daviesBouldin": 0.8895092807}},
		{"kmeans --set k=2" + recipe, []int{41, 399}, map[string]float64{"inertia": 1953.78829443, "silhouette": 0.591465588342, "calinskiHarabasz": 153.834848891, "daviesBouldin": 1.13998892996}},
		{"kmeans --set k=5 --set scale=none" + recipe, []int{7, 13, 81, 106, 233}, nil},
		{"kmeans --set k=4" + recipe, []int{4, 10, 109, 317}, nil},
	} {
		c.check(t, b)
	}
}

func (c *reference) check(t *testing.T, b *bench) {
	t.Helper()
	var s showAnswer
	b.json(&s, append([]string{"run", "p.qx", "--name", "r"}, strings.Fields(c.args)...)...)
	name := c.args[:strings.Index(c.args, " --set cap")]
	var sizes []int
	for _, g := range s.Segments {
		sizes = append(sizes, g.Size)
	}
	if slices.Sort(sizes); !slices.Equal(sizes, c.sizes) {
		t.Errorf("%s: sizes %v, want %v", name, sizes, c.sizes)
	}
	for id, want := range c.want {
		if got, ok := s.Evidence[id].(float64); !ok || math.Abs(got-want) > 1e-7*math.Abs(want) {
			t.Errorf("%s: %s %v, want %v", name, id, s.Evidence[id], want)
		}
	}
}
