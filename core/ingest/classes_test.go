package ingest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/internal/reference"
)

// Every column of an import has its class; what is not named here is a measure.
func TestClassesOfRealFiles(t *testing.T) {
	t.Parallel()
	type m map[string]core.FieldClass
	for name, want := range map[string]m{
		"transactions/cn_taobao_rfm_orders.xlsx":          {"买家昵称": core.ClassKey, "省份": core.ClassQuasi, "城市": core.ClassQuasi},
		"transactions/rfm_data_orders.csv":                {"customer_id": core.ClassKey, "first_name": core.ClassDirect, "last_name": core.ClassDirect, "email": core.ClassDirect},
		"transactions/online_retail_40k_sample.xlsx":      {"CustomerID": core.ClassKey, "Country": core.ClassQuasi},
		"import/cn_gbk/meal_order_detail_utf8bom.csv":     {"emp_id": core.ClassKey},
		"customers/rfm_data_customer.csv":                 {"customer_id": core.ClassKey, "first_name": core.ClassDirect, "last_name": core.ClassDirect, "email": core.ClassDirect},
		"transactions/CDNOW_master.txt":                   {"customer_id": core.ClassKey},
		"transactions/lifetimes_example_transactions.csv": {"id": core.ClassKey},
	} {
		v, err := Look(t.Context(), reference.File(t, name), core.ImportOptions{}, 5)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := m{}
		for _, c := range v.Detected.Columns {
			if c.Class == "" {
				t.Errorf("%s: %s has no class", name, c.Name)
			}
			if c.Class != core.ClassMeasure {
				got[c.Name] = c.Class
			}
			if c.Class == core.ClassDirect && !strings.Contains(c.Example, "*") {
				t.Errorf("%s: the example of %s shows a cell: %q", name, c.Name, c.Example)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Identifiers are kept as the texts that they are, so that no digit is lost: identity
// cards, telephones, card numbers of more digits than a number keeps.
func TestIdentifiersStayTexts(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("客户编号,手机号,会员卡,年龄\n")
	phones := []string{"13812345678", "15900001234", "18612348888", "17712340000", "13912340001"}
	for i, p := range phones {
		b.WriteString("K" + string(rune('1'+i)) + "," + p + ",900000000000000000" + string(rune('1'+i)) + ",3" + string(rune('1'+i)) + "\n")
	}
	path := file(t, "c.csv", b.String())
	r, err := Read(t.Context(), path, core.ImportOptions{Kind: core.SourceCustomers}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Attributes.Columns {
		switch c.Name {
		case "手机号":
			if !slices.Equal(c.Dict, phones) {
				t.Errorf("telephones are kept as %v, numbers %v", c.Dict, c.Floats)
			}
		case "会员卡":
			if c.Floats != nil || c.Dict[0] != "9000000000000000001" {
				t.Errorf("long numbers are kept as %v, %v", c.Dict, c.Floats)
			}
		case "年龄":
			if c.Floats == nil {
				t.Error("an age is no number")
			}
		}
	}
}

func TestRoundedPhonesAreTold(t *testing.T) {
	t.Parallel()
	path := file(t, "r.csv", "客户编号,手机号\nK1,1.38E+10\nK2,1.59E+10\nK3,13912340001\n")
	v, err := Look(t.Context(), path, core.ImportOptions{Kind: core.SourceCustomers}, 5)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read(t.Context(), path, core.ImportOptions{Kind: core.SourceCustomers}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if v.Detected.Columns[1].Holds != "phone" || !slices.ContainsFunc(r.Report.Hints, func(m core.Message) bool { return m.Key == "import.hint.rounded_phones" }) {
		t.Errorf("%+v, hints %v", v.Detected.Columns, r.Report.Hints)
	}
}
