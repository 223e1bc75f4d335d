package archtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// connects is the one package that opens connections.
const connects = "core/database"

// No network, ever, unless the user names a database: nothing else of ours so much as
// imports what a connection is made with. (Plugins are spoken to through go-plugin, over
// pipes and local sockets.)
func TestOnlyDatabasesConnect(t *testing.T) {
	t.Parallel()
	drivers := []string{"modernc.org/sqlite", "github.com/jackc/pgx", "github.com/go-sql-driver/mysql", "database/sql"}
	imports := parse(t).imports()
	found := 0
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		for _, imp := range slices.Sorted(maps.Keys(imports[pkg])) {
			network := imp == "net" || strings.HasPrefix(imp, "net/") && imp != "net/url" && imp != "net/netip"
			if !network && !slices.ContainsFunc(drivers, func(d string) bool { return under(imp, d) }) {
				continue
			}
			if found++; pkg != connects {
				t.Errorf("%s: %s imports %s: only %s opens connections, and only where the user names a database", imports[pkg][imp], pkg, imp, connects)
			}
		}
	}
	if found == 0 {
		t.Errorf("%s imports no network: this test looks at the wrong thing", connects)
	}
}
