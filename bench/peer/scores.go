package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// scored is one line of an export.
type scored struct {
	recency, frequency int
	monetary           float64
	r, f, m            int
}

// each calls do for every customer of an RFM export.
func each(path string, do func(scored)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(bufio.NewReaderSize(file, 1<<20))
	lines.Scan()
	at := map[string]int{}
	for i, name := range strings.Split(strings.TrimPrefix(lines.Text(), "\ufeff"), ",") {
		at[name] = i
	}
	want := []string{"recency_days", "frequency", "monetary", "r", "f", "m"}
	for _, name := range want {
		if _, ok := at[name]; !ok {
			return fmt.Errorf("%s has no column %s", path, name)
		}
	}
	var cells []string
	for lines.Scan() {
		cells = cells[:0]
		for cell := range strings.SplitSeq(lines.Text(), ",") {
			cells = append(cells, cell)
		}
		var v [6]float64
		for i, name := range want {
			if v[i], err = strconv.ParseFloat(cells[at[name]], 64); err != nil {
				return fmt.Errorf("%s, column %s: %w", path, name, err)
			}
		}
		do(scored{int(v[0]), int(v[1]), v[2], int(v[3]), int(v[4]), int(v[5])})
	}
	return lines.Err()
}

// addUp puts the sums that the harness compares into answer.
func addUp(path string, answer map[string]any) error {
	var n, r, f int
	var m float64
	err := each(path, func(s scored) {
		n++
		r += s.recency
		f += s.frequency
		m += s.monetary
	})
	answer["n"], answer["R"], answer["F"], answer["M"] = n, r, f, m
	return err
}

// check compares every score of an export with the midrank quintiles of the exported
// values, computed here; for recency, fewer days are better.
func check(path string) error {
	var all []scored
	if err := each(path, func(s scored) { all = append(all, s) }); err != nil {
		return err
	}
	for _, c := range []struct {
		name  string
		value func(scored) float64
		score func(scored) int
	}{
		{"r", func(s scored) float64 { return -float64(s.recency) }, func(s scored) int { return s.r }},
		{"f", func(s scored) float64 { return float64(s.frequency) }, func(s scored) int { return s.f }},
		{"m", func(s scored) float64 { return s.monetary }, func(s scored) int { return s.m }},
	} {
		slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(c.value(a), c.value(b)) })
		wrong := 0
		for from := 0; from < len(all); {
			to := from
			for to < len(all) && c.value(all[to]) == c.value(all[from]) {
				to++
			}
			want := quintile(from, to-from, len(all))
			for _, s := range all[from:to] {
				if c.score(s) != want {
					wrong++
				}
			}
			from = to
		}
		if wrong > 0 {
			return fmt.Errorf("%d of %d customers have another %s than midrank quintiles give", wrong, len(all), c.name)
		}
	}
	fmt.Printf("scores checked: %d customers, r, f and m are midrank quintiles\n", len(all))
	return nil
}

// quintile scores a value with so many customers below it and so many that share
// it, out of n: min(5, 1 + ⌊5·(below + ties/2)/n⌋) in whole numbers.
func quintile(below, ties, n int) int {
	return min(5, 1+5*(2*below+ties)/(2*n))
}
