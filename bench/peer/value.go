package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// value fits BG/NBD to the project of an input of frequency, recency and T in days. Peers
// count weeks, so the parameters and the likelihood are told in weeks.
func value(program, in string) error {
	base, purchases, err := plantHistories(program, in)
	if err != nil {
		return err
	}
	project := filepath.Join(filepath.Dir(base), "run-"+strconv.Itoa(os.Getpid())+".qx")
	defer os.Remove(project)
	if err := sameFile(base, project); err != nil {
		return err
	}
	start := time.Now()
	out, err := product{program, project}.call("--json", "run", project, "value", "--name", "value",
		"--set", "model=bgnbd", "--set", "unit=day", "--features", "frequency,recency,T")
	if err != nil {
		return err
	}
	wall := time.Since(start).Seconds()
	var a struct {
		Customers int
		Evidence  struct {
			LogLikelihood float64
			Params        struct{ R, Alpha, A, B float64 }
		}
	}
	if err := json.Unmarshal(out, &a); err != nil {
		return fmt.Errorf("answer of run: %w", err)
	}
	p := a.Evidence.Params
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"n": a.Customers, "ll": a.Evidence.LogLikelihood + purchases*math.Log(7),
		"r": p.R, "alpha": p.Alpha / 7, "a": p.A, "b": p.B, "fit_wall": wall,
	})
}

// plantHistories makes a project that holds the histories of an input, where there is
// none yet, and returns its path and the number of repeat purchases.
func plantHistories(program, in string) (project string, purchases float64, err error) {
	dir := in + ".qunxiang"
	project = filepath.Join(dir, "histories.qx")
	if b, err := os.ReadFile(project + ".purchases"); err == nil {
		purchases, err = strconv.ParseFloat(string(b), 64)
		return project, purchases, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", 0, err
	}
	table := filepath.Join(dir, "histories.csv")
	defer os.Remove(table)
	if purchases, err = numbered(in, table); err != nil {
		return "", 0, err
	}
	p := product{program, project + ".new.qx"}
	if err := os.RemoveAll(p.project); err != nil {
		return "", 0, err
	}
	for _, args := range [][]string{{"new", p.project}, {"import", p.project, table, "--as", "customers", "--map", "customer=id"}} {
		if _, err := p.call(args...); err != nil {
			return "", 0, err
		}
	}
	if err := os.Rename(p.project, project); err != nil {
		return "", 0, err
	}
	return project, purchases, os.WriteFile(project+".purchases", strconv.AppendFloat(nil, purchases, 'g', -1, 64), 0o644)
}

// numbered copies a table and gives its rows a number; it returns the sum of the first
// column.
func numbered(from, to string) (total float64, err error) {
	in, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	w := bufio.NewWriterSize(out, 1<<20)
	lines := bufio.NewScanner(in)
	for i := 0; lines.Scan(); i++ {
		id := "id"
		if i > 0 {
			id = "c" + strconv.Itoa(i)
			first, _, _ := strings.Cut(lines.Text(), ",")
			x, err := strconv.ParseFloat(first, 64)
			if err != nil {
				return 0, errors.Join(err, out.Close())
			}
			total += x
		}
		if _, err := w.WriteString(id + "," + lines.Text() + "\n"); err != nil {
			return 0, errors.Join(err, out.Close())
		}
	}
	return total, errors.Join(lines.Err(), w.Flush(), out.Close())
}
