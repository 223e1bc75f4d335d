package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

// task is what one name does: so many arguments after the name.
type task struct {
	args int
	run  func(a []string) error
}

func tasks() map[string]task {
	return map[string]task{
		"check":     {1, func(a []string) error { return check(a[0]) }},
		"tree":      {3, func(a []string) error { return tree(a[0], a[1], a[2]) }},
		"treecheck": {2, func(a []string) error { return treeCheck(a[0], a[1]) }},
		"kmeans": {5, func(a []string) error {
			return groups(a[0], a[1], "kmeans", "k="+a[2], "restarts="+a[3], "seed="+a[4])
		}},
		"sweep": {2, func(a []string) error { return groups(a[0], a[1], "kmeans", "k=auto", "k_max=10") }},
		"ward":  {3, func(a []string) error { return groups(a[0], a[1], "hclust", "k="+a[2]) }},
		"value": {2, func(a []string) error { return value(a[0], a[1]) }},
		"rfm": {3, func(a []string) error {
			return fresh(a, func(p product, answer map[string]any) error { return p.rfm(a[1], a[2], answer) })
		}},
		"read": {3, func(a []string) error {
			return fresh(a, func(p product, answer map[string]any) error { return p.workbook(a[1], answer, "--dry-run") })
		}},
		"import": {3, func(a []string) error {
			return fresh(a, func(p product, answer map[string]any) error { return p.workbook(a[1], answer) })
		}},
	}
}

func run(args []string) error {
	if len(args) > 0 {
		if t, ok := tasks()[args[0]]; ok && len(args) == t.args+1 {
			return t.run(args[1:])
		}
	}
	return errors.New("see the comment at the top of bench/peer")
}

// fresh does a task with a project of its own, beside the output, and prints the answer
// with its time.
func fresh(args []string, do func(p product, answer map[string]any) error) error {
	dir, err := os.MkdirTemp(filepath.Dir(args[2]), "project-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	answer := map[string]any{}
	start := time.Now()
	if err := do(product{program: args[0], project: filepath.Join(dir, "p.qx")}, answer); err != nil {
		return err
	}
	if _, timed := answer["fit_wall"]; !timed {
		answer["fit_wall"] = time.Since(start).Seconds()
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}

// product is the headless command with a project.
type product struct{ program, project string }

// call runs one command and returns its standard output.
func (p product) call(args ...string) ([]byte, error) {
	cmd := exec.Command(p.program, append([]string{"--lang", "en", "--quiet"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("qunxiang %s: %w", strings.Join(args, " "), err)
	}
	return out, nil
}

// scores are the columns that the peers' scores files have; ours has the segment besides.
const scores = "recency_days,frequency,monetary,r,f,m,rfm_score"

// rfm goes from an orders file to a scores file. One row is one order there.
func (p product) rfm(in, out string, answer map[string]any) error {
	start := time.Now()
	out += ".csv" // the product goes by the ending
	for _, args := range [][]string{
		{"new", p.project},
		{"import", p.project, in, "--one-row-is", "order"},
		{"run", p.project, "rfm", "--name", "scores"},
		{"export", p.project, "scores", "--to", out, "--columns", scores, "--identity", "raw", "--k", "1", "--encoding", "utf-8", "--force"},
	} {
		step := time.Now()
		if _, err := p.call(args...); err != nil {
			return err
		}
		answer[args[0]] = time.Since(step).Seconds()
	}
	answer["fit_wall"] = time.Since(start).Seconds() // without adding up, which is not the product's
	if info, err := os.Stat(p.project); err == nil {
		answer["project_mb"] = float64(info.Size()) / 1e6
	}
	return addUp(out, answer)
}

// workbook reads a workbook and reports what was in it.
func (p product) workbook(in string, answer map[string]any, flags ...string) error {
	if _, err := p.call("new", p.project); err != nil {
		return err
	}
	out, err := p.call(append([]string{"--json", "import", p.project, in}, flags...)...)
	if err != nil {
		return err
	}
	var report struct {
		Rows      struct{ In int }
		Customers int
		Amount    float64
		LastDate  string
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return fmt.Errorf("answer of import: %w", err)
	}
	answer["rows"], answer["cust"], answer["amount"], answer["last"] = report.Rows.In, report.Customers, report.Amount, report.LastDate
	return nil
}
