package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// plantPoints makes a project that holds the points of an input as attributes of
// customers, where there is none yet, and returns its path and the attributes' names.
func plantPoints(program, in string) (project string, features []string, err error) {
	n, d, err := pointsOf(in)
	if err != nil {
		return "", nil, err
	}
	for j := range d {
		features = append(features, "v"+strconv.Itoa(j+1))
	}
	dir := in + ".qunxiang"
	project = filepath.Join(dir, "points.qx")
	if _, err := os.Stat(project); err == nil {
		return project, features, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", nil, err
	}
	b, err := os.ReadFile(in)
	if err != nil {
		return "", nil, err
	}
	table := filepath.Join(dir, "points.csv")
	defer os.Remove(table)
	if err := pointRows(table, b, features, n); err != nil {
		return "", nil, err
	}
	p := product{program, project + ".new.qx"}
	if err := os.RemoveAll(p.project); err != nil {
		return "", nil, err
	}
	for _, args := range [][]string{{"new", p.project}, {"import", p.project, table, "--as", "customers", "--map", "customer=id"}} {
		if _, err := p.call(args...); err != nil {
			return "", nil, err
		}
	}
	return project, features, os.Rename(p.project, project)
}

// pointsOf reads how many points an input has, and of how many numbers.
func pointsOf(in string) (n, d int, err error) {
	f, err := os.Open(in)
	if err != nil {
		return 0, 0, err
	}
	var head [2]uint64
	err = binary.Read(f, binary.LittleEndian, &head)
	return int(head[0]), int(head[1]), errors.Join(err, f.Close())
}

// pointRows writes an input as a table.
func pointRows(path string, b []byte, features []string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w, d := bufio.NewWriterSize(f, 1<<20), len(features)
	line := []byte("id," + strings.Join(features, ",") + "\n")
	for i := 0; ; i++ {
		if _, err := w.Write(line); err != nil {
			return errors.Join(err, f.Close())
		}
		if i == n {
			return errors.Join(w.Flush(), f.Close())
		}
		line = strconv.AppendInt(append(line[:0], 'c'), int64(i), 10)
		for j := range d {
			x := math.Float64frombits(binary.LittleEndian.Uint64(b[16+8*(i*d+j):]))
			line = strconv.AppendFloat(append(line, ','), x, 'g', -1, 64)
		}
		line = append(line, '\n')
	}
}

// groups runs a clustering on the project of an input as the peers do: values as they
// are, and no repetition to see whether segments come back. Everything else that the
// product tells of its groups is part of the run.
func groups(program, in, method string, set ...string) error {
	base, features, err := plantPoints(program, in)
	if err != nil {
		return err
	}
	project := filepath.Join(filepath.Dir(base), "run-"+strconv.Itoa(os.Getpid())+".qx")
	defer os.Remove(project)
	if err := sameFile(base, project); err != nil { // every run finds the project as it was
		return err
	}
	args := []string{"--json", "run", project, method, "--name", "groups", "--stability", "0", "--features", strings.Join(features, ",")}
	for _, s := range append(set, "cap=0", "log=none", "scale=none") {
		if v, ok := strings.CutPrefix(s, "seed="); ok {
			args = append(args, "--seed", v)
			continue
		}
		args = append(args, "--set", s)
	}
	start := time.Now()
	out, err := product{program, project}.call(args...)
	if err != nil {
		return err
	}
	wall := time.Since(start).Seconds()
	answer, err := groupsFound(out)
	if err != nil {
		return err
	}
	answer["fit_wall"] = wall
	return json.NewEncoder(os.Stdout).Encode(answer)
}

// sameFile makes a second name for a file, or a copy where that cannot be. The product
// replaces a project as a whole and writes into none.
func sameFile(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// groupsFound is what the harness compares of an answer: inertia, silhouettes of the
// numbers compared, the height of the last join and the sizes of the groups.
func groupsFound(out []byte) (map[string]any, error) {
	var a struct {
		Customers int
		Segments  []struct{ Size int }
		Evidence  struct {
			Inertia        float64
			SilhouetteKind string
			Sweep          []struct{ Silhouette float64 }
			Merges         []struct{ Height float64 }
		}
	}
	if err := json.Unmarshal(out, &a); err != nil {
		return nil, fmt.Errorf("answer of run: %w", err)
	}
	answer := map[string]any{"n": a.Customers, "inertia": a.Evidence.Inertia, "silhouette_kind": a.Evidence.SilhouetteKind}
	var sizes []int
	for _, s := range a.Segments {
		sizes = append(sizes, s.Size)
	}
	slices.Sort(sizes)
	answer["sizes"] = sizes
	var sil []float64
	for _, s := range a.Evidence.Sweep {
		sil = append(sil, math.Round(s.Silhouette*1e5)/1e5)
	}
	answer["sil"] = sil
	if m := a.Evidence.Merges; len(m) > 0 {
		answer["hmax"] = m[len(m)-1].Height
	}
	return answer, nil
}
