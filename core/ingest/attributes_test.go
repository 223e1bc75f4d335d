package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

func TestRead_attributesTakeTheNamesTheyAreMappedTo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte("Kunde,Stadt,Alter\na,Rom,20\nb,Oslo,30\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	read := func(m map[core.Role]string) (*ingest.Result, error) {
		return ingest.Read(t.Context(), path, core.ImportOptions{Kind: core.SourceCustomers, Map: m}, core.NoProgress)
	}
	r, err := read(map[core.Role]string{core.RoleCustomer: "Kunde", "city": "Stadt"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range r.Attributes.Columns {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"city", "Alter"}, names); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[core.Role]string{core.RoleCustomer: "Kunde", "city": "Stadt"}, r.Report.Detected.Mapping); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}
	if _, err := read(map[core.Role]string{core.RoleCustomer: "Kunde", "Alter": "Stadt"}); core.CodeOf(err) != "attribute_twice" {
		t.Errorf("two columns of one name: %v", err)
	}
}
