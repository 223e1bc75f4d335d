package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "qunxiang"

// goFile is one parsed Go file of the module.
type goFile struct {
	path      string // from the root, with slashes
	dir       string // package path within the module; "" is the root
	test      bool
	generated bool
	lines     int
	ast       *ast.File
}

// tree is the module as it lies on disk.
type tree struct {
	root  string
	fset  *token.FileSet
	files []goFile
	texts []string // paths of all other text files
}

// load reads the module once for all tests.
var load = sync.OnceValues(func() (*tree, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	t := &tree{root: root, fset: token.NewFileSet()}
	skip := ignored(root)
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			return t.enter(rel, d.Name(), skip)
		}
		return t.add(rel)
	})
	return t, err
})

func findRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, "go.mod")); statErr == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", os.ErrNotExist
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// ignored returns the folders that .gitignore anchors at the root.
func ignored(root string) []string {
	b, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		return nil
	}
	var out []string
	for line := range strings.SplitSeq(string(b), "\n") {
		if strings.HasPrefix(line, "/") && strings.HasSuffix(line, "/") {
			out = append(out, strings.Trim(line, "/"))
		}
	}
	return out
}

// enter says which folders are looked into: no hidden ones, no other modules.
func (t *tree) enter(rel, name string, skip []string) error {
	if rel == "." {
		return nil
	}
	_, err := os.Stat(filepath.Join(t.root, rel, "go.mod"))
	if err == nil || strings.HasPrefix(name, ".") && name != ".ci" || slices.Contains(skip, rel) {
		return filepath.SkipDir
	}
	return nil
}

func (t *tree) add(rel string) error {
	switch path.Ext(rel) {
	case ".go":
	case ".md", ".sh", ".yml", ".toml", ".json", ".py", ".proto", ".mod", ".txtar", ".txt", ".html":
		t.texts = append(t.texts, rel)
		return nil
	default:
		if base := path.Base(rel); base == "Makefile" || base == "run" {
			t.texts = append(t.texts, rel)
		}
		return nil
	}
	if strings.Contains("/"+rel, "/testdata/") {
		return nil
	}
	src, err := os.ReadFile(filepath.Join(t.root, rel))
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(t.fset, rel, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir := path.Dir(rel)
	if dir == "." {
		dir = ""
	}
	t.files = append(t.files, goFile{
		path: rel, dir: dir, test: strings.HasSuffix(rel, "_test.go"), generated: ast.IsGenerated(f),
		lines: strings.Count(string(src), "\n"), ast: f,
	})
	return nil
}

// parse returns the tree, or ends the test.
func parse(t *testing.T) *tree {
	t.Helper()
	tree, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// line returns the line of pos.
func (t *tree) line(pos token.Pos) int { return t.fset.Position(pos).Line }

// imports returns the packages that a package's own code imports, with the first
// file that does.
func (t *tree) imports() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, f := range t.files {
		if f.test {
			continue
		}
		if out[f.dir] == nil {
			out[f.dir] = map[string]string{}
		}
		for _, spec := range f.ast.Imports {
			p := strings.Trim(spec.Path.Value, `"`)
			if _, seen := out[f.dir][p]; !seen {
				out[f.dir][p] = f.path
			}
		}
	}
	return out
}
