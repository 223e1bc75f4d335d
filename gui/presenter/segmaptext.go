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
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		line = strings.TrimSpace(line)
		if n, ok := strings.CutPrefix(line, "scores="); ok {
			st.Scores, _ = strconv.Atoi(n) // checked below
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") || line == "first-match" {
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
	return st, st.paintRows(rows)
}

func (s *MapState) paintRows(rows [][]string) bool {
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
	for i, c := range s.Cells {
		if c < 0 {
			s.Cells[i] = rest
		}
	}
	return true
}

func (s *MapState) claim(sets []string, at int) {
	for i, c := range s.Cells {
		name := s.CellName(i)
		fits := c < 0
		for k := range name {
			fits = fits && (k >= len(sets) || sets[k] == "." || strings.IndexByte(sets[k], name[k]) >= 0)
		}
		if fits {
			s.Cells[i] = at
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
