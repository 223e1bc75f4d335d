package ingest

import (
	"strconv"
	"strings"
)

// series reports headers that count up or down: 2019, 2020, 2021.
func series(r []string) bool {
	var values []int
	text, years := 0, 0
	for _, c := range r {
		c = strings.TrimSpace(c)
		switch {
		case c == "":
		case len(c) > 4 || !digitsOnly([]byte(c)):
			text++
		default:
			v, _ := strconv.Atoi(c) // at most four digits
			values = append(values, v)
			if v >= 1900 && v <= 2100 {
				years++
			}
		}
	}
	n := len(values)
	if n < 2 || n == 2 && years < 2 || text == 0 || text > n {
		return false
	}
	step := values[1] - values[0]
	for i := 2; i < n; i++ {
		if values[i]-values[i-1] != step {
			return false
		}
	}
	return step == 1 || step == -1
}

func knownHeaders(r []string) int {
	_, _, known := headerEvidence(r)
	return known
}

// wordsHeader judges a row of words over words: names of columns are short, differ, and
// do not come again below.
func (s *shape) wordsHeader(rows [][]string, i int) bool {
	r := rows[i]
	if len(rows) == 1 || i+1 == len(rows) {
		return !hasTyped(columnKinds(rows[i:i+1], s.width))
	}
	seen := map[string]bool{}
	again, texts := 0, 0
	for c, cell := range r {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		if len(cell) > 120 || glance(cell) != kindText {
			return false
		}
		texts++
		if seen[cell] && s.width > 2 {
			again++
		}
		seen[cell] = true
		if uniform(rows[i+1:min(len(rows), i+200)], c, cell) {
			again += 2
		}
		for _, b := range rows[i+1 : min(len(rows), i+200)] {
			if c < len(b) && strings.TrimSpace(b[c]) == cell {
				again++
				break
			}
		}
	}
	return texts > 0 && (again*2 < texts || knownHeaders(r)*2 >= texts)
}

// uniform reports that nearly all cells of a column are written like cell, where that
// says something: codes of few letters, text with digits, or what begins alike ("SPRING-…").
func uniform(rows [][]string, c int, cell string) bool {
	want, prefix := pattern(cell), cell[:strings.IndexAny(cell, "-_/#:")+1]
	if want == "" && len(prefix) < 3 {
		return false
	}
	n, like := 0, 0
	for _, r := range rows {
		if c >= len(r) || strings.TrimSpace(r[c]) == "" {
			continue
		}
		n++
		switch cell := strings.TrimSpace(r[c]); {
		case len(prefix) >= 3 && strings.HasPrefix(cell, prefix), want != "" && pattern(cell) == want:
			like++
		}
	}
	return n >= 3 && like*10 >= n*8
}

// pattern writes what a short code is made of: 208.111 is 9.9, ARS is AAA. It is empty
// for text that says nothing so.
func pattern(cell string) string {
	switch {
	case len(cell) > 40:
		return ""
	case codePoints(cell):
		return "hex"
	}
	var out []byte
	digits := false
	for i := range len(cell) {
		c := cell[i]
		switch {
		case digit(c):
			digits = true
			if n := len(out); n > 0 && out[n-1] == '9' {
				continue
			}
			out = append(out, '9')
		case c >= 'a' && c <= 'z':
			out = append(out, 'a')
		case c >= 'A' && c <= 'Z':
			out = append(out, 'A')
		case c == ' ' || c >= 0x80:
			return ""
		default:
			out = append(out, c)
		}
	}
	if !digits && len(cell) > 3 {
		return ""
	}
	return string(out)
}

// codePoints reports hexadecimal numbers of four digits and more, one or several of them:
// 00C1, U+3400, 0000..001F, 1F1E6 1F1E8.
func codePoints(cell string) bool {
	some := false
	for part := range strings.FieldsFuncSeq(strings.ReplaceAll(cell, "U+", ""), func(r rune) bool { return r == '.' || r == ' ' }) {
		if len(part) < 4 || len(part) > 8 || strings.Trim(part, "0123456789ABCDEF") != "" || !strings.ContainsAny(part, "0123456789") {
			return false
		}
		some = true
	}
	return some
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
