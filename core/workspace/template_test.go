package workspace_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

const monthly = "buyer,day,list price,paid,note\nann,03/04/2024,10,9,x\nbob,04/05/2024,20,18,y\nann,05/04/2024,30,27,z\n"

// kept is a project with a file that was read otherwise than it would be by itself.
func kept(t *testing.T) *workspace.Project {
	t.Helper()
	p := project(t)
	o := core.ImportOptions{Map: map[core.Role]string{core.RoleAmount: "paid"}, DateOrder: core.DateDMY, Refunds: core.RefundDrop}
	if _, err := p.Import(t.Context(), write(t, "april.csv", monthly), o, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestReadLike: what fits an earlier file is read like it, what does not is read by itself,
// and what the user says holds.
func TestReadLike(t *testing.T) {
	t.Parallel()
	next := "ann,03/06/2024,10,9,x\nbob,04/06/2024,20,18,y\n"
	for name, c := range map[string]struct {
		header, rows string
		o            core.ImportOptions
		like         bool
		amount       string
		order        core.DateOrder
		renamed      []string
		added, gone  []string
	}{
		"the same":            {header: "buyer,day,list price,paid,note", rows: next, like: true, amount: "paid", order: core.DateDMY},
		"spelt otherwise":     {header: "Buyer,DAY,list_price,Ｐａｉｄ,note", rows: next, like: true, amount: "Ｐａｉｄ", order: core.DateDMY, renamed: []string{"Buyer", "DAY", "list_price", "Ｐａｉｄ"}},
		"a column is new":     {header: "buyer,day,list price,paid,note,shop", rows: strings.ReplaceAll(next, "\n", ",a\n"), like: true, amount: "paid", order: core.DateDMY, added: []string{"shop"}},
		"in another order":    {header: "note,paid,buyer,list price,day", rows: "x,9,ann,10,03/06/2024\ny,18,bob,20,04/06/2024\n", like: true, amount: "paid", order: core.DateDMY},
		"the user says more":  {header: "buyer,day,list price,paid,note", rows: next, o: core.ImportOptions{Map: map[core.Role]string{core.RoleAmount: "list price"}}, like: true, amount: "list price", order: core.DateDMY},
		"another order":       {header: "buyer,day,list price,paid,note", rows: "ann,03/26/2024,10,9,x\nbob,04/26/2024,20,18,y\n", like: true, amount: "paid", order: ""},
		"the column is gone":  {header: "buyer,day,list price,net,note", rows: next, like: false},
		"another kind":        {header: "buyer,day,list price,paid,note", rows: next, o: core.ImportOptions{Kind: core.SourceCustomers}, like: false},
		"a few headers alike": {header: "buyer,day,paid,a,b,c,d,e", rows: "ann,03/06/2024,9,1,2,3,4,5\n", like: false},
		"two columns alike":   {header: "buyer,day,list price,PAID,P AID,note", rows: "ann,03/06/2024,10,9,8,x\n", like: false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := kept(t)
			file := write(t, "may.csv", c.header+"\n"+c.rows)
			o, err := p.ReadLike(t.Context(), file, c.o, nil)
			if err != nil {
				t.Fatal(err)
			}
			if (o.Like != nil) != c.like {
				t.Fatalf("like %+v", o.Like)
			}
			if !c.like {
				if d := cmp.Diff(c.o, o); d != "" {
					t.Errorf("options of a file that fits nothing (-want +got)\n%s", d)
				}
				return
			}
			if o.Map[core.RoleAmount] != c.amount || o.DateOrder != c.order || o.Refunds != core.RefundDrop || o.Like.Name != "april.csv" || o.Like.Kind != core.UsedSource {
				t.Errorf("%+v, like %+v", o, o.Like)
			}
			for _, d := range []string{
				cmp.Diff(append([]string{}, c.renamed...), o.Like.Renamed), cmp.Diff(append([]string{}, c.added...), o.Like.Added), cmp.Diff(append([]string{}, c.gone...), o.Like.Gone),
			} {
				if d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
			}
			r, err := p.Import(t.Context(), file, o, core.NoProgress)
			if err != nil || r.Rows.Used != 2 || r.Like == nil || r.Detected.Mapping[core.RoleAmount] != c.amount {
				t.Errorf("%+v, %v", r, err)
			}
			if told := strings.Contains(hints(r), "template_dates"); told != (c.order == "") {
				t.Errorf("hints %s", hints(r))
			}
		})
	}
}

// TestTemplate_goesBeforeSources: a template is kept, wins over a source, and takes classes
// of fields along where the other project has none.
func TestTemplate_goesBeforeSources(t *testing.T) {
	t.Parallel()
	p := kept(t)
	if err := p.SetClasses(t.Context(), map[string]core.FieldClass{"note": core.ClassSensitive}); err != nil {
		t.Fatal(err)
	}
	saved, err := p.SaveTemplate(t.Context(), " monthly ", "april.csv")
	if err != nil || saved.Name != "monthly" || saved.Classes["note"] != core.ClassSensitive {
		t.Fatalf("%+v, %v", saved, err)
	}
	file := filepath.Join(t.TempDir(), "t.json")
	if err := p.WriteTemplate(t.Context(), "monthly", file, false); err != nil {
		t.Fatal(err)
	}
	read, err := workspace.ReadTemplate(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(saved, read); d != "" {
		t.Errorf("through a file (-want +got)\n%s", d)
	}
	q := project(t)
	if err := q.AddTemplate(t.Context(), read); err != nil {
		t.Fatal(err)
	}
	importText(t, q, "other.csv", monthly) // read by itself: the source fits as well
	o, err := q.ReadLike(t.Context(), write(t, "may.csv", monthly), core.ImportOptions{}, nil)
	if err != nil || o.Like == nil || o.Like.Kind != core.UsedTemplate || o.Map[core.RoleAmount] != "paid" {
		t.Fatalf("%+v, %v", o.Like, err)
	}
	if _, err := q.Import(t.Context(), write(t, "may.csv", monthly), o, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	fields, err := q.Fields(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if f.Column == "note" && (f.Class != core.ClassSensitive || f.By != "user") {
			t.Errorf("%+v", f)
		}
	}
	if err := q.RemoveTemplate(t.Context(), "monthly"); err != nil {
		t.Fatal(err)
	}
	if err := q.RemoveTemplate(t.Context(), "monthly"); core.CodeOf(err) != "unknown_template" {
		t.Errorf("removed twice: %v", err)
	}
}

// TestTemplate_namesWhatIsMissing: a chosen template is not set aside in silence.
func TestTemplate_namesWhatIsMissing(t *testing.T) {
	t.Parallel()
	p := kept(t)
	saved, err := p.SaveTemplate(t.Context(), "monthly", "")
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, "may.csv", "buyer,day,list price,net,note\nann,03/06/2024,10,9,x\n")
	_, err = p.ReadLike(t.Context(), file, core.ImportOptions{}, &saved)
	if e := core.AsError(err); e == nil || e.Code != "template_columns" || e.Where.Column != "paid" || e.Where.File != "may.csv" {
		t.Errorf("%v", err)
	}
	o, err := p.ReadLike(t.Context(), file, core.ImportOptions{Map: map[core.Role]string{core.RoleAmount: "net"}}, &saved)
	if err != nil || o.Map[core.RoleAmount] != "net" || o.Map[core.RoleCustomer] != "buyer" {
		t.Errorf("%+v, %v", o, err)
	}
}

// A layout that is not found by itself is read as the template says.
func TestReadLike_knowsTheLayout(t *testing.T) {
	t.Parallel()
	p := project(t)
	text := "1,2,3\n4,5,6\n7,8,9\nbuyer;day;paid\nann;2024-04-03;9\nbob;2024-05-04;18\n"
	o := core.ImportOptions{HeaderRow: 4, Delimiter: ";", Map: map[core.Role]string{core.RoleAmount: "paid"}}
	if _, err := p.Import(t.Context(), write(t, "april.csv", text), o, core.NoProgress); err != nil {
		t.Fatal(err)
	}
	file := write(t, "may.csv", strings.ReplaceAll(text, "2024-0", "2025-0"))
	got, err := p.ReadLike(t.Context(), file, core.ImportOptions{}, nil)
	if err != nil || got.Like == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	if r, err := p.Import(t.Context(), file, got, core.NoProgress); err != nil || r.Rows.Used != 2 || r.Detected.HeaderRow != 4 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Whatever a template's file holds, it is refused or can be used: nothing panics, and what
// was read is written the same.
func TestReadTemplate_hostile(t *testing.T) {
	t.Parallel()
	good, err := json.Marshal(map[string]any{
		"format": "qunxiang-template", "version": 1, "name": "m", "kind": "transactions", "columns": map[string]string{"customer": "a", "date": "b"},
		"headers": []string{"a", "b", "c"}, "headerRow": 1, "encoding": "utf-8", "delimiter": ",", "sheet": "", "dateOrder": "ymd", "oneRowIs": "line", "refunds": "net", "from": "x.csv",
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "t.json")
	for text, code := range map[string]string{
		string(good): "", "": "template_bad", "{}": "template_bad", "null": "template_bad", "[1]": "template_bad", string(good) + "{}": "template_bad",
		strings.Replace(string(good), `"version":1`, `"version":2`, 1):           "template_bad",
		strings.Replace(string(good), `"name":"m"`, `"name":"m","more":1`, 1):    "template_bad",
		strings.Replace(string(good), `"name":"m"`, `"name":"\u0000"`, 1):        "template_bad",
		strings.Replace(string(good), `"customer":"a"`, `"customer":"z"`, 1):     "template_bad",
		strings.Replace(string(good), `"customer":"a"`, `"anything":"a"`, 1):     "template_bad",
		strings.Replace(string(good), `["a","b","c"]`, `["a","b","a"]`, 1):       "template_bad",
		strings.Replace(string(good), `"headerRow":1`, `"headerRow":-5`, 1):      "template_bad",
		strings.Replace(string(good), `"headerRow":1`, `"headerRow":1e300`, 1):   "template_bad",
		strings.Replace(string(good), `"encoding":"utf-8"`, `"encoding":"x"`, 1): "template_bad",
		strings.Repeat("[", 2<<20): "template_bad",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := workspace.ReadTemplate(path); core.CodeOf(err) != code {
			t.Errorf("%.60s: %v, want %q", text, err, code)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		b := []byte(string(good))
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			b[at] = rapid.SampledFrom([]byte(`"{}[]:,0-ae\`+"\x00\xff")).Draw(t, "byte")
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := workspace.ReadTemplate(path); err != nil && core.CodeOf(err) != "template_bad" {
			t.Fatal(err)
		}
	})
}
