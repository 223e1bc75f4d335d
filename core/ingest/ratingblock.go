package ingest

import (
	"strconv"
	"strings"
)

// ratingBlocks marks the columns of a block: three or more whose headers differ in their
// last number alone (Service_1, Service_2 …) and that hold ratings of one scale. Beside a
// question that is known as one, or where there are ten of them, they are questions too.
func ratingBlocks(ps []*profile) []bool {
	in := make([]bool, len(ps))
	blocks := map[string][]int{}
	for i, p := range ps {
		if stem := numbered(p.name); stem != "" && rating(p) {
			blocks[stem] = append(blocks[stem], i)
		}
	}
	for _, cols := range blocks {
		for _, i := range cols {
			in[i] = len(cols) >= 3
		}
	}
	return in
}

// numbered is a header without the number at its end, "" where there is none.
func numbered(header string) string {
	h := strings.TrimSpace(header)
	stem := strings.TrimRight(h, "0123456789")
	if stem == h {
		return ""
	}
	return strings.TrimRight(stem, " _-.")
}

// rating reports whole numbers of a scale: −5 … 10, at least three of them.
func rating(p *profile) bool {
	if p.n == 0 || p.integer+p.floatID != p.n || len(p.distinct) < 3 || len(p.distinct) > 11 {
		return false
	}
	for s := range p.distinct {
		if x, err := strconv.ParseFloat(s, 64); err != nil || x < -5 || x > 10 {
			return false
		}
	}
	return true
}

// bracketed is what a header says in brackets: (choose several).
func bracketed(header string) string {
	i := strings.IndexAny(header, "(\uFF08[\u3010")
	if i < 0 {
		return ""
	}
	return strings.Trim(header[i:], "()\uFF08\uFF09[]\u3010\u3011 ")
}
