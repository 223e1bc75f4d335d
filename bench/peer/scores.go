package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
)

// scored is one line of an export.
type scored struct {
	recency, frequency int
	monetary           int64 // hundredths
	r, f, m            int
}

// columns are what each reads of an RFM export, in the order of the fields of scored.
var columns = [...]string{"recency_days", "frequency", "monetary", "r", "f", "m"}

// each calls do for every customer of an RFM export. It is quick, because the harness
// counts its time as the product's: numbers are read in place, money as hundredths.
func each(path string, do func(scored)) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, b, _ := bytes.Cut(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\n"))
	names := strings.Split(strings.TrimSpace(string(head)), ",")
	place := make([]int, len(names)) // of a column in scored, −1 = not wanted
	found := 0
	for i, name := range names {
		if place[i] = slices.Index(columns[:], name); place[i] >= 0 {
			found++
		}
	}
	if found != len(columns) {
		return fmt.Errorf("%s lacks one of the columns %v", path, columns)
	}
	for at := 0; at < len(b); {
		var v [len(columns)]int64
		for _, p := range place {
			end := at
			for end < len(b) && b[end] != ',' && b[end] != '\n' {
				end++
			}
			if p >= 0 {
				if v[p], err = hundredths(b[at:end]); err != nil {
					return fmt.Errorf("%s, column %s: %w", path, columns[p], err)
				}
			}
			at = end + 1
		}
		do(scored{int(v[0] / 100), int(v[1] / 100), v[2], int(v[3] / 100), int(v[4] / 100), int(v[5] / 100)})
	}
	return nil
}

// hundredths reads a decimal number with at most two decimals, as the amounts of
// the harness have.
func hundredths(cell []byte) (int64, error) {
	v, decimals, negative := int64(0), -1, false
	for i, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			v = 10*v + int64(c-'0')
			if decimals >= 0 {
				decimals++
			}
		case c == '.' && decimals < 0:
			decimals = 0
		case c == '-' && i == 0:
			negative = true
		case c == '\r' && i == len(cell)-1:
		default:
			return 0, fmt.Errorf("%q is no number", cell)
		}
	}
	if decimals > 2 || len(cell) == 0 {
		return 0, fmt.Errorf("%q is no number of hundredths", cell)
	}
	for range 2 - max(0, decimals) {
		v *= 10
	}
	if negative {
		v = -v
	}
	return v, nil
}

// addUp puts the sums that the harness compares into answer.
func addUp(path string, answer map[string]any) error {
	var n, r, f int
	var m int64
	err := each(path, func(s scored) {
		n++
		r += s.recency
		f += s.frequency
		m += s.monetary
	})
	answer["n"], answer["R"], answer["F"], answer["M"] = n, r, f, float64(m)/100
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
		value func(scored) int64
		score func(scored) int
	}{
		{"r", func(s scored) int64 { return -int64(s.recency) }, func(s scored) int { return s.r }},
		{"f", func(s scored) int64 { return int64(s.frequency) }, func(s scored) int { return s.f }},
		{"m", func(s scored) int64 { return s.monetary }, func(s scored) int { return s.m }},
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
