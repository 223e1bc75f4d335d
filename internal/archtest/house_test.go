package archtest_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// The limits of the house; .golangci.yml checks functions too, this is the net for
// what a linter's exclusions let through.
const (
	maxFile = 600 // lines
	maxFunc = 60  // lines of the body
)

// large lists files and functions (file:name) over the limits, with the reason.
var large = map[string]string{
	"core/ingest/lane.go:rows": "one loop over every cell of a large import; in functions its state goes through memory, which was measured to be slower",
}

func TestSizes(t *testing.T) {
	t.Parallel()
	tree := parse(t)
	for _, f := range tree.files {
		if f.generated {
			continue
		}
		if _, ok := large[f.path]; f.lines > maxFile && !ok {
			t.Errorf("%s has %d lines, more than %d: split it where a reader would look for the parts", f.path, f.lines, maxFile)
		}
		if f.test {
			continue // tables of cases are long and plain
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			n := tree.line(fn.Body.Rbrace) - tree.line(fn.Body.Lbrace) - 1
			if _, ok := large[f.path+":"+fn.Name.Name]; n > maxFunc && !ok {
				t.Errorf("%s: %s has %d lines, more than %d", f.path, fn.Name.Name, n, maxFunc)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	said, where := map[string]bool{}, map[string]string{}
	for _, f := range parse(t).files {
		if strings.HasSuffix(f.ast.Name.Name, "_test") || f.generated {
			continue
		}
		where[f.dir] = f.path
		if f.ast.Doc != nil && strings.TrimSpace(f.ast.Doc.Text()) != "" {
			said[f.dir] = true
		}
	}
	for dir, file := range where {
		if !said[dir] {
			t.Errorf("package %s has no doc comment (say in doc.go what it is for and what it must not import); a file of it is %s", dir, file)
		}
	}
}

func TestPagesAndWidgetsStartNoGoroutines(t *testing.T) {
	t.Parallel()
	tree := parse(t)
	for _, f := range tree.files {
		if f.test || !matchAny("gui/page/... gui/widget/...", f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s:%d: no go statements here: the workspace owns every goroutine, and the window's thread never waits", f.path, tree.line(g.Go))
			}
			return true
		})
	}
}

func TestTextsStandInTheLocales(t *testing.T) {
	t.Parallel()
	tree := parse(t)
	for _, f := range tree.files {
		if f.test || f.generated || helper(f.dir) || matchAny("plugins/... sdk", f.dir) {
			continue // methods, and what checks them for any host, bring their texts in both languages
		}
		for _, lit := range hanLiterals(f.ast) {
			t.Errorf("%s:%d: Chinese text in %s belongs in i18n/locales, in an embedded data file, or in an sdk.Text with its English", f.path, tree.line(lit.Pos()), lit.Value)
		}
	}
}

// helper reports whether a package only helps tests: storetest, guitest.
func helper(dir string) bool { return strings.HasSuffix(dir, "test") }

// hanLiterals returns the string and character literals with Han characters that
// are not inside a literal of sdk.Text.
func hanLiterals(f *ast.File) []*ast.BasicLit {
	var out []*ast.BasicLit
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			return !mentionsText(n.Type)
		case *ast.BasicLit:
			if n.Kind != token.INT && strings.ContainsFunc(n.Value, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				out = append(out, n)
			}
		}
		return true
	})
	return out
}

// mentionsText reports whether a literal's type is sdk.Text or a list or map of it.
func mentionsText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		pkg, ok := e.X.(*ast.Ident)
		return ok && pkg.Name == "sdk" && e.Sel.Name == "Text"
	case *ast.ArrayType:
		return mentionsText(e.Elt)
	case *ast.MapType:
		return mentionsText(e.Value)
	}
	return false
}

// TestNothingNamesThisMachine keeps paths and package hosts of whoever writes here
// out of the project: they mean nothing elsewhere.
func TestNothingNamesThisMachine(t *testing.T) {
	t.Parallel()
	tree := parse(t)
	names := []*regexp.Regexp{
		regexp.MustCompile(`/(root|home/[a-z]\w*|Users/[A-Za-z]\w*)/`),
		regexp.MustCompile(`\b(registry|proxy|goproxy|mirrors?|sum|pypi)\.[a-z0-9-]+\.(org|com|cn|io|dev)\b`),
	}
	if parent := filepath.ToSlash(filepath.Dir(tree.root)); parent != "/" && parent != "/tmp" {
		names = append(names, regexp.MustCompile(regexp.QuoteMeta(parent+"/")))
	}
	paths := tree.texts
	for _, f := range tree.files {
		if f.dir != "internal/archtest" {
			paths = append(paths, f.path)
		}
	}
	for _, p := range paths {
		b, err := os.ReadFile(filepath.Join(tree.root, p))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			for _, re := range names {
				if found := re.FindString(line); found != "" {
					t.Errorf("%s:%d names %q", p, i+1, found)
				}
			}
		}
	}
}
