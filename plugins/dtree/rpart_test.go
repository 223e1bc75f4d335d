package dtree_test

import (
	"slices"
	"testing"

	"qunxiang/internal/reference"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// With rpart's settings the method gives rpart's tree. R 4.2.2, rpart 4.1.19, cp as alpha,
// minbucket as min_leaf, minsplit as min_split, maxdepth 30: customers of the leaves of
//
//	rpart(Churn ~ . − customerID, telco, cp=0.01)
//	rpart(Churn ~ . − customerID, telco, parms=list(split="information"), cp=0.001, minsplit=100, minbucket=50)
//	rpart(MonthlyCharges ~ . − customerID, telco, cp=0.0005)
//	rpart(Attrition_Flag ~ ., bank_churners columns 2 to 21, cp=0.002)
//	rpart(Attrition_Flag ~ ., the same, parms=list(prior=c(.5,.5)), cp=0.005)
//	rpart(factor(pgstat) ~ . − pgtime, stagec, parms=list(prior=c(.5,.5)), cp=0.01): surrogates know some levels only
//	rpart(Grocery ~ ., wholesale, cp=0.002, minbucket=5, minsplit=10): variance of money as it is
func TestAgreesWithRPart(t *testing.T) {
	t.Parallel()
	telco, bank := reference.Rows(t, "customers/telco_churn.csv"), reference.Rows(t, "customers/bank_churners.csv")
	const leak = "Naive_Bayes_Classifier_Attrition_Flag_Card_Category_Contacts_Count_12_mon_Dependent_count_Education_Level_Months_Inactive_12_mon_"
	settings := func(alpha float64, leaf, split int64, more sdk.Params) sdk.Params {
		p := sdk.Params{"alpha": sdk.Real(alpha), "min_leaf": sdk.Int(leaf), "min_split": sdk.Int(split), "max_depth": sdk.Int(30), "prune_risk": sdk.TextValue("error"), "folds": sdk.Int(2)}
		for k, v := range more {
			p[k] = v
		}
		return p
	}
	for name, c := range map[string]struct {
		rows   [][]string
		target string
		leave  []string
		p      sdk.Params
		want   []int
	}{
		"churn": {telco, "Churn", []string{"customerID"}, settings(0.01, 7, 20, nil), []int{1036, 1092, 1747, 3168}},
		"churn by information": {
			telco, "Churn",
			[]string{"customerID"},
			settings(0.001, 50, 100, sdk.Params{"criterion": sdk.TextValue("entropy")}),
			[]int{50, 50, 50, 51, 53, 56, 65, 80, 84, 86, 93, 99, 105, 121, 151, 152, 238, 249, 289, 370, 379, 1004, 3168},
		},
		"charges": {
			telco, "MonthlyCharges",
			[]string{"customerID"},
			settings(0.0005, 7, 20, nil),
			[]int{79, 85, 93, 98, 103, 104, 107, 116, 121, 121, 138, 144, 160, 174, 174, 178, 183, 185, 186, 254, 281, 282, 309, 330, 342, 346, 373, 392, 401, 1184},
		},
		"attrition": {
			bank, "Attrition_Flag",
			[]string{"CLIENTNUM", leak + "1", leak + "2"},
			settings(0.002, 7, 20, nil),
			[]int{
				7, 7, 8, 9, 9, 12, 12, 12, 13, 13, 14, 14, 15, 16, 18, 20, 21, 23, 23, 23, 24, 26, 27, 28, 28, 32, 40, 41, 42, 50,
				56, 59, 59, 62, 69, 78, 115, 139, 140, 143, 156, 191, 209, 498, 1176, 1482, 4868,
			},
		},
		"attrition, equal weights": {
			bank, "Attrition_Flag",
			[]string{"CLIENTNUM", leak + "1", leak + "2"},
			settings(0.005, 7, 20, sdk.Params{"weights": sdk.TextValue("balanced")}),
			[]int{50, 51, 72, 107, 152, 221, 243, 325, 377, 1229, 1234, 1235, 4831},
		},
		"prostate, equal weights": {p: settings(0.01, 7, 20, sdk.Params{"weights": sdk.TextValue("balanced")}), want: []int{7, 7, 8, 8, 8, 15, 17, 20, 23, 33}},
		"groceries": {
			reference.Rows(t, "customers/wholesale_customers.csv"), "Grocery", nil,
			settings(0.002, 5, 10, sdk.Params{"criterion": sdk.TextValue("variance")}),
			[]int{5, 6, 6, 7, 8, 8, 8, 18, 18, 20, 41, 44, 62, 189},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := stagec(t)
			if c.rows != nil {
				in = columnsOf(c.rows, c.target, c.leave...)
			}
			res := fit(t, in, c.p)
			got := make([]int, len(res.Segments))
			for _, s := range res.Columns[0].Codes {
				got[s]++
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("leaves of %v customers, rpart's have %v", got, c.want)
			}
		})
	}
}

// stagec are rpart's patients with stage C prostate cancer; pgstat is the outcome.
func stagec(t *testing.T) *table.Table {
	t.Helper()
	rows := reference.Rows(t, "classics/stagec.csv")
	for _, r := range rows {
		for j := range r {
			if r[j] == "NA" {
				r[j] = ""
			}
		}
	}
	return columnsOf(rows, "pgstat", "pgtime")
}
