package ingest_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"qunxiang/core"
	"qunxiang/internal/reference"
)

// The example files of frictionless-py, csvkit and CleverCSV: commas, as their own
// libraries read them. What stands in expectations below was read off the files and those
// projects' tests; all others are, blank rows and comments aside, what a reader of RFC
// 4180 gets.

// readAs are the files that are no plain RFC 4180: columns, rows below the header, and the
// cells of the header, or of the first row where there is none.
var readAs = map[string]struct {
	columns, rows int
	first         string
}{
	// frictionless
	"accent.csv":                   {17, 2, "n_amenageur"},
	"capitals.csv":                 {3, 5, "id cid name"},
	"countries.csv":                {4, 5, "id neighbor_id name population"},
	"country-2.csv":                {4, 5, "id neighbor_id name population"},
	"defective-rows.csv":           {4, 2, "id name age"},
	"delimiter.csv":                {2, 2, "id name"},
	"dialect.csv":                  {2, 2, "id name"},
	"escaping.csv":                 {2, 3, "ID Test"},
	"issue-1009-semicolon.csv":     {2, 1, "fieldNameA fieldNameB"},
	"issue-1066-largecellsize.csv": {2, 19, "Description status"},
	"issue-1066-largecellsizewithdeviation.csv": {2, 19, "Description status"},
	"issue-1066-smallcellsize.csv":              {2, 12, "Description status"},
	"issue-1066-smallcellsizewithdeviation.csv": {2, 12, "Description status"},
	"issue-1100.csv":                            {2, 2, "id timestamp"},
	"issue-1105-timezone.csv":                   {2, 2, "id timestamp"},
	"issue-1109.csv":                            {3, 3, "int number string"},
	"issue-1138.csv":                            {4, 7, "Zeit [MEZ] Wasserstand Status"},
	"issue-1232.csv":                            {7, 5, "comune codice_regione"},
	"issue-312.xlsx":                            {5, 4, "id name"},
	"issue-870.xlsx":                            {8, 9, "0 First Name"},
	"matrix-with-comment.csv":                   {4, 4, "f1 f2 f3 f4"},
	"skip-blank-at-the-end.csv":                 {2, 1, "test1 test2"},
	"skip-rows-before-headers.csv":              {2, 2, "id name"},
	"skip-rows.csv":                             {2, 2, "id name"},
	"table-delimiter.csv":                       {2, 2, "id name"},
	"table-limits.csv":                          {4, 3, "field1 field2 field3 field4"},
	"table-with-accents.csv":                    {8, 638, "Classement Quartier Date Année"},
	"table-with-booleans.ods":                   {2, 2, "id boolean"},
	"table-with-ints-floats-dates.ods":          {4, 3, "Int Float Date Datetime"},
	"table-with-ints-floats-dates.xls":          {3, 3, "Int Float Date"},
	"table-with-two-sheets.ods":                 {2, 2, "id name"},
	"issue-1478/table.csv":                      {4, 10, "DESH_PR_0058 01.06.2015"},
	"table.ods":                                 {2, 2, "id name"},
	"table.xls":                                 {2, 2, "id name"},
	"table.xlsx":                                {2, 2, "id name"},
	"vix.csv":                                   {5, 2, "Date VIXClose"},
	"implicit-gz.csv":                           {2, 2, "id name"},
	"implicit-zip.csv":                          {2, 2, "id name"},
	// csvkit
	"dummy.csv.bz2":                        {3, 1, "a b c"},
	"dummy.csv.gz":                         {3, 1, "a b c"},
	"dummy.xls":                            {3, 1, "a b c"},
	"dummy.xlsx":                           {3, 1, "a b c"},
	"mac_newlines.csv":                     {3, 2, "a b c"},
	"Datagov_FY10_EDU_recp_by_State.csv":   {9, 53, "State Name State Abbreviate"},
	"event-notification-rpt-lastmonth.txt": {72, 72, "Event Desc En No"},
	"ne_1033_data.xlsx":                    {14, 1036, "state county fips"},
	"sniff_limit.csv":                      {3, 1, "a b c"},
	"csvkit_examples/sheets.xls":           {8, 5, "text date integer boolean"},
	"csvkit_examples/sheets.xlsx":          {8, 5, "text date integer boolean"},
	"test_utf16_big.csv":                   {3, 2, "a b c"},
	"test_utf16_little.csv":                {3, 2, "a b c"},
	"test_header_newline.csv":              {3, 1, ""},
	"testfixed":                            {4, 4, "Chicago Reader 1971-01-01 40"},
	"testjson.json":                        {7, 5, "text float datetime"},
	"testjson_nested.json":                 {7, 2, "text float datetime"},
	// CleverCSV
	"airedale.csv": {8, 53, "Department Family Entity"},
	"milk.csv":     {23, 370, "UK Availability"},
}

// refusals are the files that are refused, with their codes.
var refusals = map[string]string{
	"wide.csv": "too_many_columns", "null_byte.csv": "not_a_table", "testdbf.dbf": "not_a_table",
}

// untried are files of which nothing is known that could be checked.
func untried(name string) bool {
	return !strings.HasSuffix(name, ".csv") && readAs[name].columns == 0 && refusals[name] == "" || path.Base(name) == "README.md"
}

func TestExamplesOfOthers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	encodings := map[string]encoding.Encoding{"latin1.csv": charmap.Windows1252, "test_latin1.csv": charmap.Windows1252, "table-infer-iso-8859-7.csv": charmap.Windows1253}
	for _, archive := range []string{"frictionless_tables", "csvkit_examples", "clevercsv_examples"} {
		z, err := zip.OpenReader(reference.File(t, "import/"+archive+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		exact, facts := 0, 0
		for _, f := range z.File {
			name := path.Base(f.Name)
			if long := path.Join(path.Base(path.Dir(f.Name)), name); readAs[long].columns > 0 {
				name = long
			}
			if f.FileInfo().IsDir() || untried(name) {
				continue
			}
			b := member(t, f)
			seen[name] = true
			switch want, known := readAs[name]; {
			case refusals[name] != "":
				if _, _, err := grid(t, saved(t, path.Base(name), b), core.ImportOptions{}); core.CodeOf(err) != refusals[name] {
					t.Errorf("%s: %v, want %s", f.Name, err, refusals[name])
				}
			case known:
				facts++
				rows, p, err := grid(t, saved(t, path.Base(name), b), core.ImportOptions{})
				if err != nil || p.Width != want.columns || p.Rows != want.rows || !strings.HasPrefix(strings.Join(rows[0], " "), want.first) {
					t.Errorf("%s: %v, %+v; %.200q", f.Name, err, p, rows[:min(1, len(rows))])
				}
			default:
				exact++
				sameAsRFC(t, f.Name, b, encodings[name])
			}
		}
		t.Logf("score: examples of %s, %d files as RFC 4180 reads them, %d by their facts", archive, exact, facts)
	}
	for name := range readAs {
		if !seen[name] {
			t.Errorf("%s is in no archive", name)
		}
	}
}

func member(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sameAsRFC holds a file against encoding/csv: every cell, short rows filled up.
func sameAsRFC(t *testing.T, name string, b []byte, e encoding.Encoding) {
	t.Helper()
	got, _, err := grid(t, saved(t, path.Base(name), b), core.ImportOptions{})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if e != nil {
		if b, err = e.NewDecoder().Bytes(b); err != nil {
			t.Fatal(err)
		}
	}
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))))
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	want, err := c.ReadAll()
	if err != nil {
		t.Fatal(name, err)
	}
	want = slices.DeleteFunc(want, func(r []string) bool { return strings.TrimSpace(strings.Join(r, "")) == "" })
	width := 0
	for _, r := range got {
		width = max(width, len(r))
	}
	for i := range want {
		for len(want[i]) < width && i < len(got) && len(got[i]) > len(want[i]) {
			want[i] = append(want[i], "")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
		t.Errorf("%s: %s", name, diff)
	}
}
