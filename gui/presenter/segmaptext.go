package presenter

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"qunxiang/sdk"
)

// maxMapText bounds a map file that is read; a map is written by people.
const maxMapText = 64 << 10

// parseMap reads a map file: lines of key, Chinese name, English name and patterns
// such as 5[45] or [3-5]2.; "*" takes the cells left. ok is false where no segment
// could be read.
func parseMap(text string) (MapState, bool) {
	if len(text) > maxMapText {
		return MapState{}, false
	}
	st := MapState{Scores: 5}
	var rows [][]string
	first := false
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.TrimSpace(line)
		if n, ok := strings.CutPrefix(line, "scores="); ok {
			st.Scores, _ = strconv.Atoi(n) // checked below
			continue
		}
		if line == "first-match" {
			first = true
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(f) < 4 {
			return MapState{}, false
		}
		rows = append(rows, f)
		st.Three = st.Three || places(strings.Fields(f[3])) == 3
	}
	if st.Scores < 2 || st.Scores > 9 || len(rows) == 0 || len(rows) > 200 {
		return MapState{}, false
	}
	if st.Three {
		st.Layer = st.Scores
	}
	st.Cells = unpainted(st.Scores, st.Three)
	st.Claims = map[int][]int{}
	return st, st.paintRows(rows, first)
}

// paintRows paints the cells that only one segment claims, and those of several where
// the first is to win.
func (s *MapState) paintRows(rows [][]string, first bool) bool {
	rest := -1
	for _, f := range rows {
		at := slices.IndexFunc(s.Segments, func(g MapSegment) bool { return g.Key == f[0] })
		if at < 0 {
			at = len(s.Segments)
			s.Segments = append(s.Segments, MapSegment{Key: f[0], Name: sdk.Text{ZH: f[1], EN: f[2]}})
		}
		for _, p := range strings.Fields(strings.Join(f[3:], " ")) {
			if p == "*" {
				rest = at
				continue
			}
			sets, ok := pattern(p)
			if !ok {
				return false
			}
			s.claim(sets, at)
		}
	}
	for i := range s.Cells {
		switch who := s.Claims[i]; {
		case len(who) == 0:
			s.Cells[i] = rest
		case len(who) == 1 || first:
			s.Cells[i] = who[0]
		}
	}
	if first {
		s.Claims = nil
	}
	return true
}

// claim notes that a segment wants the cells of a pattern.
func (s *MapState) claim(sets []string, at int) {
	for i := range s.Cells {
		name := s.CellName(i)
		fits := !slices.Contains(s.Claims[i], at)
		for k := range name {
			fits = fits && (k >= len(sets) || sets[k] == "." || strings.IndexByte(sets[k], name[k]) >= 0)
		}
		if fits {
			s.Claims[i] = append(s.Claims[i], at)
		}
	}
}

func places(patterns []string) int {
	n := 0
	for _, p := range patterns {
		if sets, ok := pattern(p); ok {
			n = max(n, len(sets))
		}
	}
	return n
}

// pattern splits a pattern into the scores that each place allows, "." = any.
func pattern(p string) ([]string, bool) {
	var out []string
	for len(p) > 0 {
		switch c := p[0]; {
		case c == '.' || c >= '1' && c <= '9':
			out, p = append(out, p[:1]), p[1:]
		case c == '[':
			end := strings.IndexByte(p, ']')
			if end < 0 {
				return nil, false
			}
			out, p = append(out, spread(p[1:end])), p[end+1:]
		default:
			return nil, false
		}
	}
	return out, len(out) == 2 || len(out) == 3
}

// spread writes a set such as 3-5 out as 345.
func spread(set string) string {
	if len(set) == 3 && set[1] == '-' {
		var b strings.Builder
		for c := set[0]; c <= set[2]; c++ {
			b.WriteByte(c)
		}
		return b.String()
	}
	return set
}
