package dtree_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"qunxiang/internal/reference"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func codes(res sdk.Response) map[string][]string {
	out := map[string][]string{}
	for _, d := range res.Diagnostics {
		out[d.Code] = append(out[d.Code], d.Column)
	}
	return out
}

// What is known only after the outcome is warned of: by its name, by what its values
// tell, by being filled in only where it happened.
func TestLeakageGuard(t *testing.T) {
	t.Parallel()
	in := churn(1000, 1)
	date := table.Column{Name: "流失日期", Kind: table.Int64, Role: "features", Ints: make([]int64, 1000), Valid: table.NewBits(1000)}
	code := table.Column{Name: "state", Kind: table.Category, Role: "features", Codes: make([]uint32, 1000), Dict: []string{"X1", "X2", "Y1"}}
	for i, c := range in.Columns[0].Codes {
		if c == 1 {
			date.Ints[i] = int64(19000 + i%300)
			date.Valid.Set(i)
			code.Codes[i] = 2
		} else {
			code.Codes[i] = uint32(i % 2)
		}
	}
	named := table.Column{Name: "Cancel Reason", Kind: table.Int64, Role: "features", Ints: in.Columns[1].Ints}
	in.Columns = append(in.Columns, date, code, named)
	got := codes(fit(t, in, nil))
	if want := []string{"流失日期", "state"}; !slices.Equal(got["leakage"], want) {
		t.Errorf("leakage %v, want %v", got["leakage"], want)
	}
	if want := []string{"Cancel Reason"}; !slices.Equal(got["leakage_name"], want) {
		t.Errorf("by name %v, want %v", got["leakage_name"], want)
	}
}

// A category of 10,000 levels neither takes long nor wins by chance.
func TestManyLevels(t *testing.T) {
	t.Parallel()
	const n = 30_000
	rnd := rand.New(rand.NewPCG(1, 1))
	in := churn(n, 1)
	town := table.Column{Name: "小区 名称", Kind: table.Category, Role: "features", Codes: make([]uint32, n)}
	for k := range 10_000 {
		town.Dict = append(town.Dict, fmt.Sprintf("town %d", k))
	}
	for i := range town.Codes {
		town.Codes[i] = uint32(rnd.IntN(10_000))
	}
	in.Columns = append(in.Columns, town)
	res := fit(t, in, nil)
	if got := codes(res)["rare_levels"]; !slices.Equal(got, []string{town.Name}) {
		t.Errorf("rare levels: %v", got)
	}
	for _, s := range res.Segments {
		if strings.Contains(s.Name.EN, "town") {
			t.Errorf("a segment by chance: %s", s.Name.EN)
		}
	}
}

// columnsOf makes a table of text columns and numbers.
func columnsOf(rows [][]string, target string, leave ...string) *table.Table {
	out := &table.Table{Rows: len(rows) - 1}
	for j, name := range rows[0] {
		if slices.Contains(leave, name) {
			continue
		}
		c := table.Column{Name: name, Kind: table.Float64, Role: "features", Valid: table.NewBits(out.Rows)}
		if name == target {
			c.Role = "target"
		}
		for i, row := range rows[1:] {
			var x float64
			if n, err := fmt.Sscanf(strings.TrimSpace(row[j]), "%g", &x); n == 1 && err == nil {
				c.Valid.Set(i)
			} else if strings.TrimSpace(row[j]) != "" {
				c.Kind = table.Category
				break
			}
			c.Floats = append(c.Floats, x)
		}
		if c.Kind == table.Category {
			c.Floats, c.Valid = nil, nil
			at := map[string]uint32{}
			for _, row := range rows[1:] {
				if _, ok := at[row[j]]; !ok {
					at[row[j]] = uint32(len(c.Dict))
					c.Dict = append(c.Dict, row[j])
				}
				c.Codes = append(c.Codes, at[row[j]])
			}
		}
		if c.Kind != table.Category && (c.Role == "target" || c.Valid.Count(out.Rows) == out.Rows) {
			c.Valid = nil
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

// The credit card customers of Kaggle (bank_churners): two columns are another model's
// answers, and both are warned of; without them the tree is still good. The customer
// number is left out.
func TestBankChurners(t *testing.T) {
	t.Parallel()
	rows := reference.Rows(t, "customers/bank_churners.csv")
	const leak = "Naive_Bayes_Classifier_Attrition_Flag_Card_Category_Contacts_Count_12_mon_Dependent_count_Education_Level_Months_Inactive_12_mon_"
	got := codes(fit(t, columnsOf(rows, "Attrition_Flag"), nil))
	if want := []string{leak + "1", leak + "2"}; !slices.Equal(got["leakage"], want) {
		t.Errorf("leakage %v", got["leakage"])
	}
	res := fit(t, columnsOf(rows, "Attrition_Flag", leak+"1", leak+"2"), nil)
	if got := codes(res); len(got["leakage"])+len(got["leakage_name"]) > 0 {
		t.Errorf("false alarms: %v", got)
	}
	if auc := metric(res, "auc"); auc < 0.9 {
		t.Errorf("AUC %.3f", auc)
	}
}

// The weights let the tree of unequal outcomes find the rare one.
func TestWeights(t *testing.T) {
	t.Parallel()
	in := churn(4000, 2)
	plain := fit(t, in, nil)
	even := fit(t, in, sdk.Params{"weights": sdk.TextValue("balanced")})
	if metric(even, "balancedAccuracy") <= metric(plain, "balancedAccuracy") {
		t.Errorf("balanced accuracy %.3f with equal weights, %.3f without", metric(even, "balancedAccuracy"), metric(plain, "balancedAccuracy"))
	}
	for _, res := range []sdk.Response{plain, even} { // probabilities stay shares
		sum := 0.0
		for _, p := range res.Columns[1].Floats {
			sum += p
		}
		if base := metric(res, "baseRate"); sum/float64(in.Rows) < base-1e-9 || sum/float64(in.Rows) > base+1e-9 {
			t.Errorf("mean probability %.4f, share %.4f", sum/float64(in.Rows), base)
		}
	}
}
