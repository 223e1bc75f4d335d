package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
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
// counts its time as the product's: numbers are read in place, money as hundredths,
// and the file passes through one small buffer, whose memory is touched once.
func each(path string, do func(scored)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, 0, 256<<10)
	var place []int // of a column in scored, −1 = not wanted; nil before the header
	for {
		n, err := f.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			if len(buf) > 0 {
				return fmt.Errorf("%s: its last line has no end", path)
			}
			return nil
		} else if err != nil {
			return err
		}
		end := bytes.LastIndexByte(buf, '\n') + 1
		lines := buf[:end]
		if place == nil && end > 0 {
			if place, err = header(lines); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			lines = lines[bytes.IndexByte(lines, '\n')+1:]
		}
		if err := rows(lines, place, do); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if end == 0 && len(buf) == cap(buf) {
			return fmt.Errorf("%s: a line without end", path)
		}
		buf = buf[:copy(buf, buf[end:])]
	}
}

// header finds the place in scored of every column.
func header(lines []byte) ([]int, error) {
	head, _, _ := bytes.Cut(bytes.TrimPrefix(lines, []byte("\ufeff")), []byte("\n"))
	names := strings.Split(strings.TrimSpace(string(head)), ",")
	place, found := make([]int, len(names)), 0
	for i, name := range names {
		if place[i] = slices.Index(columns[:], name); place[i] >= 0 {
			found++
		}
	}
	if found != len(columns) {
		return nil, fmt.Errorf("it lacks one of the columns %v", columns)
	}
	return place, nil
}

// rows reads whole lines; what stands behind the last wanted cell is not looked at.
func rows(b []byte, place []int, do func(scored)) error {
	var v [len(columns)]int64
	all := len(place)
	for len(place) > 0 && place[len(place)-1] < 0 {
		place = place[:len(place)-1]
	}
	for at := 0; at < len(b); {
		for _, p := range place {
			if p < 0 {
				at += bytes.IndexByte(b[at:], ',') + 1
				continue
			}
			n, end := plain(b, at)
			if end < 0 {
				end = at + max(0, bytes.IndexAny(b[at:], ",\n"))
				var err error
				if n, err = hundredths(b[at:end]); err != nil {
					return fmt.Errorf("column %s: %w", columns[p], err)
				}
			}
			v[p], at = n, end+1
		}
		if len(place) < all {
			at += bytes.IndexByte(b[at:], '\n') + 1
		}
		do(scored{int(v[0] / 100), int(v[1] / 100), v[2], int(v[3] / 100), int(v[4] / 100), int(v[5] / 100)})
	}
	return nil
}

// plain reads the commonest cells, whole numbers and those with two decimals, while
// it looks for their end, −1 where the cell is another.
func plain(b []byte, at int) (v int64, end int) {
	from := at
	for at < len(b) && b[at]-'0' <= 9 {
		v = 10*v + int64(b[at]-'0')
		at++
	}
	v *= 100
	if at+3 < len(b) && b[at] == '.' && b[at+1]-'0' <= 9 && b[at+2]-'0' <= 9 {
		v += 10*int64(b[at+1]-'0') + int64(b[at+2]-'0')
		at += 3
	}
	if at == from || at == len(b) || b[at] != ',' && b[at] != '\n' {
		return 0, -1
	}
	return v, at
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
