package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Remarks above and within a table are no part of it, whatever delimiters they hold, and the
// last of them may name the columns.
func TestRemarkRows(t *testing.T) {
	t.Parallel()
	type want struct {
		Delimiter string
		Header    []string
		First     []string
		Rows      int
	}
	for name, c := range map[string]struct {
		text string
		want want
	}{
		"delimiters in remarks":   {"# Stock list; made by hand\n# @default: 0..9; none\n\nA01; red\nA02; blue\n# A03; gone\nA04; green\nA05; red\n", want{";", nil, []string{"A01", "red"}, 4}},
		"names of columns":        {"# one\n# two\n#code\tname of the place\nAD\tAndorra\nAE\tEmirates\nAF\tAfghanistan\n", want{"\t", []string{"#code", "name of the place"}, []string{"AD", "Andorra"}, 3}},
		"names apart":             {"# made by hand, 2024\n# day size cost\n1 2.5 3\n4 5.5 6\n7 8.5 9\n", want{" ", []string{"day", "size", "cost"}, []string{"1", "2.5", "3"}, 3}},
		"header below":            {"# height in m, mass in kg\nheight mass\n1.75 70.5\n1.8 81\n1.6 55.25\n", want{" ", []string{"height", "mass"}, []string{"1.75", "70.5"}, 3}},
		"one remark, one column":  {"# shells of this house\n/bin/a\n/bin/b\n/bin/c\n", want{"", []string{"/bin/a"}, []string{"/bin/b"}, 2}},
		"orders with a sign":      {"#1001,2024-01-02,5\n#1002,2024-01-03,6\n#1003,2024-01-04,7\n", want{",", nil, []string{"#1001", "2024-01-02", "5"}, 3}},
		"remarks behind a header": {"id,size,made by\n#\n# from the files of June, checked\n1,5,x\n2,6,y\n3,7,z\n", want{",", []string{"id", "size", "made by"}, []string{"1", "5", "x"}, 3}},
		"a description":           {"---\nname: my table\nfields:\n  - id, number\n---\nid|size\n1|2,5\n2|3,5\n3|4,5\n", want{"|", []string{"id", "size"}, []string{"1", "2,5"}, 3}},
		"lines":                   {"# drawn\n-----------------\nalpha beta gamma\n-----------------\n1.5 2.5 3.5\n4.5 5.5 6.5\n7.5 8.5 9.5\n", want{" ", []string{"alpha", "beta", "gamma"}, []string{"1.5", "2.5", "3.5"}, 3}},
		"two numbers":             {"-0.25 0.5\n0.125 0.75\n0.5 1\n-1 2\n", want{" ", nil, []string{"-0.25", "0.5"}, 4}},
		"groups of digits":        {"1 250.5\n12 300.75\n3 999.1\n1 000.2\n", want{"", nil, []string{"1 250.5"}, 4}},
		"truth values":            {",a1,b2,c3\n1,TRUE,FALSE,FALSE\n2,FALSE,FALSE,FALSE\n3,TRUE,FALSE,TRUE\n", want{",", []string{"", "a1", "b2", "c3"}, []string{"1", "TRUE", "FALSE", "FALSE"}, 3}},
		"code points":             {"0041..005A;Letters\n0061..007A;More\n00AA;One\n00B5;Mu\n1F600 1F601;Faces\n", want{";", nil, []string{"0041..005A", "Letters"}, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, p, err := grid(t, saved(t, "a.txt", []byte(c.text)), core.ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := want{p.Delimiter, p.Header, rows[len(p.HeaderRows)], p.Rows} // at most one row of names
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s%+v", diff, p.Skipped)
			}
		})
	}
}

// An import leaves remarks within the rows out and says so: they are no customers.
func TestRemarksAreNoCustomers(t *testing.T) {
	t.Parallel()
	const text = "# customers, of the shop\n# made 2024\nid,name,age\n1,Ann,30\n2,Bob,40\n# later, too\n3,Cid,50\n4,Dan,52\n"
	res, err := ingest.Read(t.Context(), saved(t, "a.csv", []byte(text)), core.ImportOptions{Kind: core.SourceCustomers}, core.NoProgress)
	if err != nil {
		t.Fatal(err)
	}
	if r := res.Report.Rows; r.In != 5 || r.Used != 4 || len(r.Excluded) != 1 || r.Excluded[0].Reason != "note_row" {
		t.Errorf("%+v", r)
	}
}
