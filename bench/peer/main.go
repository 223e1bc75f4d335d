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

func run(args []string) error {
	if len(args) == 2 && args[0] == "check" {
		return check(args[1])
	}
	switch {
	case len(args) == 4 && args[0] == "tree":
		return tree(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "treecheck":
		return treeCheck(args[1], args[2])
	case len(args) == 6 && args[0] == "kmeans":
		return groups(args[1], args[2], "kmeans", "k="+args[3], "restarts="+args[4], "seed="+args[5])
	case len(args) == 3 && args[0] == "sweep":
		return groups(args[1], args[2], "kmeans", "k=auto", "k_max=10")
	case len(args) == 4 && args[0] == "ward":
		return groups(args[1], args[2], "hclust", "k="+args[3])
	case len(args) == 3 && args[0] == "value":
		return value(args[1], args[2])
	}
	if len(args) != 4 {
		return errors.New("see the comment at the top of bench/peer")
	}
	dir, err := os.MkdirTemp(filepath.Dir(args[3]), "project-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p := product{program: args[1], project: filepath.Join(dir, "p.qx")}
	answer := map[string]any{}
	start := time.Now()
	switch args[0] {
	case "rfm":
		err = p.rfm(args[2], args[3], answer)
	case "read":
		err = p.workbook(args[2], answer, "--dry-run")
	case "import":
		err = p.workbook(args[2], answer)
	default:
		err = fmt.Errorf("no task %s", args[0])
	}
	if err != nil {
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

// rfm goes from an orders file to a scores file. One row is one order there.
func (p product) rfm(in, out string, answer map[string]any) error {
	start := time.Now()
	out += ".csv" // the product goes by the ending
	for _, args := range [][]string{
		{"new", p.project},
		{"import", p.project, in, "--one-row-is", "order"},
		{"run", p.project, "rfm", "--name", "scores"},
		{"export", p.project, "scores", "--to", out, "--identity", "raw", "--k", "1", "--encoding", "utf-8", "--force"},
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
