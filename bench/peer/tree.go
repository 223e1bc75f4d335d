package main

import (
	"bufio"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// grove is what stands beside an input of T3: a project that holds the first four fifths
// of the rows, and the rest as a file.
type grove struct{ project, fresh string }

// plantTree makes the grove of an input where there is none yet.
func plantTree(program, in string) (grove, error) {
	dir := in + ".qunxiang"
	g := grove{filepath.Join(dir, "train.qx"), filepath.Join(dir, "test.csv")}
	if _, err := os.Stat(g.fresh); err == nil {
		return g, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return g, err
	}
	b, err := os.ReadFile(in)
	if err != nil {
		return g, err
	}
	n, d := int(binary.LittleEndian.Uint64(b)), int(binary.LittleEndian.Uint64(b[8:]))
	train := filepath.Join(dir, "train.csv")
	if err := treeRows(train, b, 0, n*4/5, n, d); err != nil {
		return g, err
	}
	p := product{program, g.project}
	if err := os.RemoveAll(p.project); err != nil {
		return g, err
	}
	if _, err := p.call("new", p.project); err != nil {
		return g, err
	}
	if _, err := p.call("import", p.project, train, "--as", "customers", "--map", "customer=id"); err != nil {
		return g, err
	}
	if err := os.Remove(train); err != nil {
		return g, err
	}
	return g, treeRows(g.fresh, b, n*4/5, n, n, d)
}

// treeRows writes some rows of an input as customers id, x1 … and the outcome y.
func treeRows(path string, b []byte, from, to, n, d int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	line := []byte("id")
	for j := range d {
		line = strconv.AppendInt(append(line, ",x"...), int64(j+1), 10)
	}
	line = append(line, ",y\n"...)
	for i := from; ; i++ {
		if _, err := w.Write(line); err != nil {
			return errors.Join(err, f.Close())
		}
		if i == to {
			return errors.Join(w.Flush(), f.Close())
		}
		line = strconv.AppendInt(append(line[:0], 'c'), int64(i), 10)
		for j := range d {
			x := math.Float32frombits(binary.LittleEndian.Uint32(b[16+4*(i*d+j):]))
			line = strconv.AppendFloat(append(line, ','), float64(x), 'g', -1, 32)
		}
		line = append(line, ',', '0'+b[16+4*n*d+i], '\n')
	}
}

// tree grows a tree the way the peers do: every split that helps, nothing pruned.
func tree(program, in, depth string) error {
	g, err := plantTree(program, in)
	if err != nil {
		return err
	}
	start := time.Now()
	out, err := product{program, g.project}.call("--json", "run", g.project, "dtree", "--name", "tree", "--set", "target=y",
		"--set", "max_depth="+depth, "--set", "min_leaf=1", "--set", "prune=none")
	if err != nil {
		return err
	}
	var answer struct {
		Customers int
		Evidence  struct{ Leaves float64 }
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"n": answer.Customers, "leaves": answer.Evidence.Leaves, "fit_wall": time.Since(start).Seconds()})
}

// treeCheck says how many of the customers that the last tree has not seen it gets right.
func treeCheck(program, in string) error {
	g, err := plantTree(program, in)
	if err != nil {
		return err
	}
	scored := g.fresh + ".scored.csv"
	defer os.Remove(scored)
	if _, err := (product{program, g.project}).call("score", g.project, "tree", g.fresh, "--to", scored); err != nil {
		return err
	}
	said, err := treeColumn(scored, "customer", "probability")
	if err != nil {
		return err
	}
	truth, err := treeColumn(g.fresh, "id", "y")
	if err != nil {
		return err
	}
	right := 0
	for id, p := range said {
		if (p > 0.5) == (truth[id] > 0.5) {
			right++
		}
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"n": len(said), "acc": float64(right) / float64(max(1, len(truth)))})
}

// treeColumn reads one column of a CSV file by the key in another.
func treeColumn(path, key, name string) (map[string]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := bufio.NewReader(f)
	if mark, _ := b.Peek(3); string(mark) == "\ufeff" {
		_, _ = b.Discard(3)
	}
	r := csv.NewReader(b)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	k, v := -1, -1
	for i, s := range head {
		switch s {
		case key:
			k = i
		case name:
			v = i
		}
	}
	if k < 0 || v < 0 {
		return nil, fmt.Errorf("%s lacks %s or %s", path, key, name)
	}
	out := map[string]float64{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if out[row[k]], err = strconv.ParseFloat(row[v], 64); err != nil {
			return nil, err
		}
	}
}
