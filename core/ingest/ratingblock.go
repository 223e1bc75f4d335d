package ingest

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"qunxiang/core"
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
	return len(p.distinct) >= 3 && len(p.distinct) <= 11 && wholeWithin(p, -5, 10)
}

// wholeWithin reports a column of whole numbers between two, each of which may be among them.
func wholeWithin(p *profile, from, to float64) bool {
	if p.n == 0 || p.integer+p.floatID != p.n {
		return false
	}
	for s := range p.distinct {
		if x, err := strconv.ParseFloat(s, 64); err != nil || x < from || x > to {
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

// scaleWritten finds a scale that a header says in brackets, (1-5), or before the Chinese
// word for points.
var scaleWritten = sync.OnceValue(func() *regexp.Regexp {
	const span = `([01])\s*(?:-|\x{2013}|\x{2014}|~|\x{FF5E}|\x{301C}|\x{81F3}|\x{5230}|to)\s*(\d{1,2})`
	return regexp.MustCompile(`[(\[\x{FF08}\x{3010}]\s*` + span + `\s*(?:\x{5206}|points?)?\s*[)\]\x{FF09}\x{3011}]|(?:^|[^\d.])` + span + `\s*\x{5206}`)
})

// scaleOf is the scale that a header carries: from 0 or 1 to 3 … 10.
func scaleOf(header string) (from, to float64, ok bool) {
	m := scaleWritten().FindStringSubmatch(strings.ToLower(header))
	if m == nil {
		return 0, 0, false
	}
	from, err := strconv.ParseFloat(m[1]+m[3], 64)
	to, err2 := strconv.ParseFloat(m[2]+m[4], 64)
	return from, to, err == nil && err2 == nil && to >= 3 && to <= 10
}

// inScale reports whole numbers within the scale that the header carries.
func inScale(p *profile) bool {
	from, to, ok := scaleOf(p.name)
	return ok && wholeWithin(p, from, to)
}

// scaledSurvey reports that at least two columns carry their scale, and that hardly any
// other is there.
func scaledSurvey(ps []*profile) bool {
	n := 0
	for _, p := range ps {
		n += b2i(inScale(p))
	}
	return n >= 2 && n*3 >= len(ps)*2
}

// rated reports a column of ratings: its header says so and it holds small whole numbers.
func rated(p *profile) bool {
	return inScale(p) || recordScore(p.name)[core.RoleRating] >= 84-5 && wholeWithin(p, -5, 10)
}

// remarks reports what people wrote although it comes again and again, as in a small file
// or where ready sentences are picked: words with blanks between them or several Chinese
// characters, and long.
func remarks(p *profile) bool {
	if p.n == 0 || len(p.distinct) < 2 || meanBytes(p) < 18 || p.share(p.number) >= 0.1 || p.dateShare() >= 0.1 {
		return false
	}
	said := 0
	for cell, k := range p.distinct {
		han := 0
		for _, r := range cell {
			han += b2i(r >= 0x4E00 && r <= 0x9FFF)
		}
		if han >= 4 || strings.Count(cell, " ") >= 2 {
			said += k
		}
	}
	return p.share(said) >= 0.6
}

// ratedRemarks reports remarks under a header that leaves no doubt, beside a rating and not
// too much else.
func ratedRemarks(ps []*profile) bool {
	text, stars := false, false
	for _, p := range ps {
		text = text || recordScore(p.name)[core.RoleText] >= 90 && remarks(p)
		stars = stars || rated(p)
	}
	return text && stars && len(ps) <= 20
}
