package archtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// rule is a row of the import table. Patterns are package paths within the module;
// a trailing "/..." takes in what lies below. A package may always import its own
// folder's subpackages and the standard library.
type rule struct {
	packages string
	ours     string // allowed packages of the module, blank-separated
	third    string // allowed prefixes of other modules
	never    string // prefixes that must not be reached, even through others
	why      string
}

const (
	window  = "fyne.io"
	storage = "go.etcd.io/bbolt"
	plugins = "github.com/hashicorp/go-plugin google.golang.org/grpc"
	heavy   = window + " " + storage + " " + plugins
)

// table is the import table of ARCHITECTURE.md; the first row that fits a package holds.
var table = []rule{
	{"core", "sdk sdk/table", "", heavy, "core is the vocabulary of everything else, so whatever it imports, everything imports (docs/adr/0001)"},
	{"core/ingest/...", "core core/privacy sdk sdk/table internal/ahead internal/job", "golang.org/x/text golang.org/x/sys github.com/klauspost/compress github.com/minio/highwayhash github.com/parquet-go/parquet-go github.com/richardlehane/mscfb golang.org/x/net/html", heavy, "reading a file needs neither a window, nor a project, nor a plugin; formats that are not ours are read by libraries, in a process of their own (docs/adr/0015)"},
	{"core/database/...", "core core/ingest core/feature sdk sdk/table", "modernc.org/sqlite github.com/jackc/pgx github.com/go-sql-driver/mysql", heavy, "a database is opened for an address that the user gave, read only; it sees neither a project nor a window"},
	{"core/expr/...", "core sdk sdk/expr sdk/table", "", heavy, "expressions are about columns only"},
	{"core/feature/...", "core core/expr sdk sdk/table internal/ahead", "gonum.org/v1/gonum/stat", heavy, "features follow from data and a date alone"},
	{"core/sample/...", "core sdk", "github.com/xuri/excelize", heavy, "samples follow from a seed alone"},
	{"core/survey/...", "core", "gonum.org/v1/gonum/stat golang.org/x/text/width", heavy, "a survey is read from its own answers and settings alone"},
	{"core/event/...", "core", "", heavy, "what events say follows from them and a date alone"},
	{"core/host/...", "core sdk sdk/table sdk/rpc sdk/internal/... internal/job", plugins + " github.com/hashicorp/go-hclog google.golang.org/protobuf golang.org/x/sys", window + " " + storage, "the host knows plugins and tables, not projects or windows"},
	{"core/run/...", "core core/feature core/expr core/evidence core/guard sdk sdk/expr sdk/table", "", heavy, "a run sees methods behind a small interface"},
	{"core/evidence/...", "core core/feature sdk sdk/table", "gonum.org/v1/gonum/stat", heavy, "evidence follows from labels, values and a seed; whoever runs the method hands itself in"},
	{"core/guard/...", "core core/feature sdk sdk/table", "", heavy, "guards look at what a run would be given"},
	{"core/clean/...", "core core/guard sdk sdk/table", "golang.org/x/text", heavy, "steps follow from data and their arguments alone"},
	{"core/quality/...", "core core/clean core/guard core/feature core/identity sdk sdk/table", "golang.org/x/text", heavy, "the quality of data follows from the data and the reports of their imports"},
	{"core/agree/...", "core", "", heavy, "agreement follows from two sets of labels"},
	{"core/advise/...", "core core/feature core/guard sdk sdk/table", "", heavy, "advice follows from the facts of the data and a list of rules"},
	{"core/profile/...", "core core/feature sdk sdk/table", "gonum.org/v1/gonum/stat", heavy, "profiles follow from a segmentation and features alone"},
	{"core/change/...", "core core/feature core/run sdk sdk/table", "gonum.org/v1/gonum/stat", heavy, "changes follow from runs alone"},
	{"core/act/...", "core core/feature core/profile sdk sdk/table", "gonum.org/v1/gonum/stat", heavy, "targets follow from segments alone"},
	{"core/identity/...", "core core/privacy", "", heavy, "who is the same person follows from what is known of them"},
	{"core/privacy/...", "core sdk sdk/table", "", heavy, "privacy is decided before anything is written, by whoever writes"},
	{"core/comment/...", "core core/privacy sdk sdk/table", "github.com/kljensen/snowball", heavy, "what comments say follows from the texts alone; stems of English words come from a library (docs/adr/0014)"},
	{"core/chart/...", "core sdk sdk/table i18n assets", "gonum.org/v1/plot golang.org/x/image", heavy, "a chart is drawn the same in the window, in a report and headless"},
	{"core/export/...", "core core/chart core/privacy core/profile sdk sdk/table i18n assets", "github.com/xuri/excelize golang.org/x/text", heavy, "an export gets what it writes handed in; it opens no project"},
	{"core/workspace/...", "core core/identity core/ingest core/expr core/feature core/run core/evidence core/agree core/advise core/guard core/clean core/quality core/profile core/change core/act core/privacy core/survey core/event core/comment core/chart core/export core/sample sdk sdk/expr sdk/table", "", heavy, "the application sees the project file and the plugins behind interfaces, so that it can be tested without either"},
	{"sdk/table", "", "", heavy, "method authors get the standard library only"},
	{"sdk/expr", "sdk sdk/table", "", heavy, "method authors get the standard library only (docs/adr/0009)"},
	{"sdk/internal/...", "sdk sdk/table sdk/internal/...", "google.golang.org/grpc google.golang.org/protobuf", window + " " + storage, "the wire is between sdk and the protocol"},
	{"sdk/rpc", "sdk sdk/table sdk/internal/...", plugins + " github.com/hashicorp/go-hclog google.golang.org/protobuf golang.org/x/sys", window + " " + storage, "sdk/rpc is all that a plugin's main needs"},
	{"sdk/sdktest/...", "sdk sdk/expr sdk/table sdk/rpc sdk/internal/...", "github.com/google/go-cmp google.golang.org/protobuf", window + " " + storage, "authors test a method without the application"},
	{"sdk", "sdk/table", "", heavy, "method authors get the standard library only"},
	{"plugins", "plugins/... sdk sdk/rpc", "gonum.org/v1/gonum", window + " " + storage, "the registry of bundled methods"},
	{"plugins/*/cmd", "plugins/... sdk sdk/rpc", "gonum.org/v1/gonum", window + " " + storage, "a method served alone"},
	{"plugins/internal/vec", "", "", heavy, "inner loops over numbers need nothing"},
	{"plugins/internal/cluster", "sdk sdk/table plugins/internal/vec plugins/internal/sheet", "", heavy, "what the clustering methods share searches for nothing itself"},
	{"plugins/internal/tree", "sdk sdk/table plugins/internal/sheet plugins/internal/twofold plugins/internal/keep", "", heavy, "what the methods with trees share knows columns, not parameters of a method"},
	{"plugins/internal/twofold", "", "", heavy, "adding needs nothing"},
	{"plugins/internal/keep", "sdk", "", heavy, "a model is kept the same way whatever it holds"},
	{"plugins/internal/sheet", "sdk sdk/table", "", heavy, "the tables of the evidence are columns"},
	{"plugins/*/...", "sdk sdk/table sdk/expr plugins/internal/cluster plugins/internal/vec plugins/internal/tree plugins/internal/sheet plugins/internal/twofold plugins/internal/keep", "gonum.org/v1/gonum", heavy, "a method sees columns, never the application or another method; clustering methods share their recipe and evidence"},
	{"store/storetest/...", "store/... core sdk sdk/table", "github.com/google/go-cmp pgregory.net/rapid", window + " " + plugins, "a test helper"},
	{"store/...", "core sdk sdk/table", storage + " github.com/klauspost/compress golang.org/x/crypto golang.org/x/sys", window + " " + plugins, "the store keeps what it is given"},
	{"gui/presenter/...", "core core/workspace core/workspace/workspacetest core/clean core/quality core/survey core/comment core/event core/chart core/feature core/ingest sdk sdk/expr sdk/table i18n", "", heavy, "a presenter is tested without a window"},
	{"gui/theme/...", "assets i18n sdk", window, storage + " " + plugins, "the look knows no data"},
	{"gui/widget/...", "core core/chart gui/theme gui/presenter/... i18n sdk sdk/table", window + " golang.org/x/image", storage + " " + plugins, "a widget shows what it is handed"},
	{"gui/page/...", "core core/chart gui/presenter/... gui/theme gui/widget/... i18n sdk sdk/table assets", window, storage + " " + plugins, "a page renders a presenter's state"},
	{"gui/...", "core core/workspace core/chart gui/... sdk sdk/table i18n assets", window, storage + " " + plugins, "the window is one face of the workspace"},
	{"i18n", "core sdk", "golang.org/x/text", heavy, "texts are needed by window and command alike (docs/adr/0002)"},
	{"assets", "", "", heavy, "files only"},
	{"cmd/...", "...", "*", "", "commands put everything together"},
	{"e2e/...", "...", "*", "", "tests from outside use everything"},
	{"bench/...", "...", "*", "", "benchmarks use everything"},
	{"internal/wire/...", "...", "*", "", "the wiring that both commands share"},
	{"internal/ahead", "", "", heavy, "loops over customers at random need nothing"},
	{"internal/job", "", "golang.org/x/sys", heavy, "starting a process needs nothing of ours"},
	{"internal/large", "", "", heavy, "columns everywhere are made with it"},
	{"internal/latergc", "", "", heavy, "programs start with it"},
	{"internal/archtest", "", "", heavy, "tests only"},
	{"internal/golden", "", "github.com/google/go-cmp", heavy, "a test helper"},
	{"internal/reference", "", "", heavy, "a test helper"},
	{"internal/patience", "", "", heavy, "a test helper"},
	{"tools/...", "", "*", window, "tools of the build, not part of the program"},
}

// everywhere is the package that any other may import: it makes arrays and knows nothing.
const everywhere = "internal/large"

// only lists packages that few may import, whatever their own row allows.
var only = map[string]struct{ by, why string }{
	"plugins":       {"cmd/... e2e/... internal/wire/... plugins/...", "only a program decides which methods it bundles"},
	"store":         {"cmd/... e2e/... bench/... internal/wire/... store/...", "everybody else sees the project file behind an interface"},
	"core/database": {"internal/wire/... core/database/...", "the one package that opens connections: everybody else asks for data behind an interface"},
	"core/host":     {"cmd/... e2e/... bench/... internal/wire/... core/host/...", "everybody else sees methods behind an interface"},
	"internal/wire": {"cmd/... e2e/... bench/... internal/wire/...", "only a program puts the parts together"},
}

func TestImportsFollowTheTable(t *testing.T) {
	t.Parallel()
	imports := parse(t).imports()
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		r, ok := ruleFor(pkg)
		if !ok {
			t.Errorf("%s is not in the import table of internal/archtest: say there what it may import, and why", pkg)
			continue
		}
		for _, imp := range slices.Sorted(maps.Keys(imports[pkg])) {
			if !r.allows(imp) {
				t.Errorf("%s: %s must not import %s: %s", imports[pkg][imp], pkg, imp, r.why)
			}
			own, isOurs := strings.CutPrefix(imp, module+"/")
			if o, few := only[own]; isOurs && few && !matchAny(o.by, pkg) {
				t.Errorf("%s: %s must not import %s: %s", imports[pkg][imp], pkg, own, o.why)
			}
		}
	}
}

func TestForbiddenModulesAreOutOfReach(t *testing.T) {
	t.Parallel()
	imports := parse(t).imports()
	for _, pkg := range slices.Sorted(maps.Keys(imports)) {
		r, _ := ruleFor(pkg)
		for _, never := range strings.Fields(r.never) {
			if way := reach(imports, pkg, never, map[string]bool{}); way != nil {
				t.Errorf("%s reaches %s through %s: %s", pkg, never, strings.Join(way, " → "), r.why)
			}
		}
	}
}

// reach returns a chain of imports from pkg to a module, nil where there is none.
func reach(imports map[string]map[string]string, pkg, module string, seen map[string]bool) []string {
	seen[pkg] = true
	for _, imp := range slices.Sorted(maps.Keys(imports[pkg])) {
		if under(imp, module) {
			return []string{pkg, imp}
		}
		own, isOurs := strings.CutPrefix(imp, "qunxiang/")
		if !isOurs || seen[own] {
			continue
		}
		if way := reach(imports, own, module, seen); way != nil {
			return append([]string{pkg}, way...)
		}
	}
	return nil
}

func ruleFor(pkg string) (rule, bool) {
	for _, r := range table {
		if match(r.packages, pkg) {
			return r, true
		}
	}
	return rule{}, false
}

// allows reports whether the row lets its packages import imp.
func (r rule) allows(imp string) bool {
	if own, isOurs := strings.CutPrefix(imp, module+"/"); isOurs {
		return match(r.packages, own) || matchAny(r.ours, own) || own == everywhere
	}
	host, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(host, ".") {
		return true // standard library
	}
	for _, p := range strings.Fields(r.third) {
		if p == "*" || under(imp, p) {
			return true
		}
	}
	return false
}

func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

func matchAny(patterns, pkg string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(p string) bool { return match(p, pkg) })
}

// match compares segment by segment: "*" is any one segment, a last "..." any rest.
func match(pattern, pkg string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(pkg, "/")
	for i, w := range want {
		switch {
		case w == "...":
			return true
		case i >= len(have), w != "*" && w != have[i]:
			return false
		}
	}
	return len(want) == len(have)
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, pkg string
		want         bool
	}{
		{"core", "core", true},
		{"core", "core/run", false},
		{"core/run/...", "core/run", true},
		{"core/run/...", "core/run/internal/x", true},
		{"core/run/...", "core/runner", false},
		{"plugins/*/cmd", "plugins/rfm/cmd", true},
		{"plugins/*/cmd", "plugins/rfm", false},
		{"plugins/*/...", "plugins", false},
		{"...", "anything/at/all", true},
	} {
		if got := match(c.pattern, c.pkg); got != c.want {
			t.Errorf("match(%q, %q) = %v", c.pattern, c.pkg, got)
		}
	}
}
