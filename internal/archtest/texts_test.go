package archtest_test

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// strs are the string literals of the program outside its tests.
type strs struct {
	all      map[string]bool   // every literal, those of templates included
	families []*regexp.Regexp  // keys put together from literals and other parts
	keys     map[string]string // asked for as they stand → where
	codes    map[string]string // of errors → where
}

// aFamily is the beginning of keys; aKey a key in a template.
var (
	aFamily = regexp.MustCompile(`^[a-z][A-Za-z]*\.([A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*$`)
	aKey    = regexp.MustCompile(`"([a-z][A-Za-z]*(?:\.[A-Za-z0-9_-]+)+)"`)
)

// family makes an expression for the keys that a chain of additions can give, nil
// where it does not begin like a key.
func family(e ast.Expr) *regexp.Regexp {
	var parts []ast.Expr
	for {
		b, ok := e.(*ast.BinaryExpr)
		if !ok || b.Op != token.ADD {
			break
		}
		parts = append([]ast.Expr{b.Y}, parts...)
		e = b.X
	}
	first, ok := text(e)
	if !ok || len(parts) == 0 || !aFamily.MatchString(first) {
		return nil
	}
	pattern := regexp.QuoteMeta(first)
	for _, p := range parts {
		if v, ok := text(p); ok {
			pattern += regexp.QuoteMeta(v)
			continue
		}
		pattern += ".+"
	}
	return regexp.MustCompile("^" + pattern + "$")
}

// literals reads the program's own literals: those that are used as keys of texts
// and as codes of errors with the place of one use.
func literals(t *testing.T) strs {
	t.Helper()
	tree := parse(t)
	s := strs{all: map[string]bool{}, keys: map[string]string{}, codes: map[string]string{}}
	for _, name := range tree.texts {
		if filepath.Ext(name) != ".html" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(tree.root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range aKey.FindAllStringSubmatch(string(b), -1) {
			s.all[m[1]] = true
		}
	}
	for _, f := range tree.files {
		if f.test || f.generated || helper(f.dir) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			place := func(e ast.Expr) string { return f.path + ":" + strconv.Itoa(tree.line(e.Pos())) }
			switch n := n.(type) {
			case *ast.BasicLit:
				v, ok := text(n)
				s.all[v] = true
				start, format, _ := strings.Cut(v, "%")
				if ok && aFamily.MatchString(start) && (format != "" || strings.HasSuffix(v, ".")) { // for what adds the rest
					s.families = append(s.families, regexp.MustCompile("^"+regexp.QuoteMeta(start)+".+$"))
				}
			case *ast.BinaryExpr:
				if re := family(n); re != nil {
					s.families = append(s.families, re)
				}
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "T" && len(n.Args) > 0 {
					if v, ok := text(n.Args[0]); ok {
						s.keys[v] = place(n)
					}
				}
			case *ast.CompositeLit:
				if v, ok := field(n, "core", "Message", "Key"); ok {
					s.keys[v] = place(n)
				}
				if v, ok := field(n, "core", "Error", "Code"); ok {
					s.codes[v] = place(n)
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if i < len(n.Values) && strings.HasPrefix(name.Name, "Code") && matchAny("core core/... store/...", f.dir) {
						if v, ok := text(n.Values[i]); ok {
							s.codes[v] = place(n.Values[i])
						}
					}
				}
			}
			return true
		})
	}
	return s
}

// text returns the value of a string literal.
func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	v, err := strconv.Unquote(lit.Value)
	return v, err == nil
}

// field returns the literal in a named field of a literal of pkg.name.
func field(c *ast.CompositeLit, pkg, name, key string) (string, bool) {
	sel, ok := c.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != name {
		return "", false
	}
	if x, ok := sel.X.(*ast.Ident); !ok || x.Name != pkg {
		return "", false
	}
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if id, ok := kv.Key.(*ast.Ident); ok && id.Name == key {
			return text(kv.Value)
		}
	}
	return "", false
}

// texts returns the keys of the English texts; package i18n's own tests see to it
// that the Chinese ones are the same.
func texts(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(parse(t).root, "i18n", "locales", "*.en.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no locales found", err)
	}
	keys := map[string]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for k := range m {
			keys[k] = true
		}
	}
	return keys
}

func TestEveryTextThatIsAskedForExists(t *testing.T) {
	t.Parallel()
	s, keys := literals(t), texts(t)
	for _, key := range slices.Sorted(maps.Keys(s.keys)) {
		if !keys[key] {
			t.Errorf("%s asks for the text %q, which i18n/locales does not have", s.keys[key], key)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(s.codes)) {
		if !keys["error."+code] {
			t.Errorf("%s returns the error %q; i18n/locales has no error.%s for it", s.codes[code], code, code)
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	t.Parallel()
	s, keys := literals(t), texts(t)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !used(s, keys, key) {
			t.Errorf("nothing uses the text %q: remove it, or list in archtest how its key is composed", key)
		}
	}
}

// used reports whether the program can ask for key: by a literal, as one of a family
// whose keys it puts together, as the sentence of an error's code, or as the hint
// beside such a sentence.
func used(s strs, keys map[string]bool, key string) bool {
	if s.all[key] {
		return true
	}
	for _, prefix := range []string{"error.", "reason.", "stage."} {
		if id, ok := strings.CutPrefix(key, prefix); ok {
			return s.all[id]
		}
	}
	if code, ok := strings.CutPrefix(key, "hint."); ok {
		return keys["error."+code]
	}
	return slices.ContainsFunc(s.families, func(re *regexp.Regexp) bool { return re.MatchString(key) })
}
