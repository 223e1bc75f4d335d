package delimited

import (
	"bytes"
	"slices"
)

// Cut is where a column lies: its first place, and the place behind its last.
type Cut struct{ From, To int }

const (
	maxPlaces = 4000 // of a line
	maxTop    = 12   // lines above a table that may be titles
	maxFoot   = 4    // lines below it that may be notes
)

// laidOut finds columns that begin at the same place of every line: places that are blank
// in all lines divide them, or the blanks of a rule under the header. ok is false where
// there are none.
func laidOut(in sample, base Dialect) (Finding, bool) {
	if !bytes.Contains(in.b, []byte("  ")) && !bytes.Contains(in.b, []byte("- -")) {
		return Finding{}, false
	}
	lines := in.lines(&base)
	if len(lines) < 3 {
		return Finding{}, false
	}
	best := Finding{}
	for _, narrow := range [...]bool{false, true} {
		d := base
		d.Delim, d.Quote, d.Narrow = Fixed, 0, narrow
		if d.Cuts = d.columns(lines); len(d.Cuts) > max(1, best.Width) {
			best = Finding{Dialect: d, Width: len(d.Cuts), Confidence: 0.8}
		}
		if !slices.ContainsFunc(in.b, func(c byte) bool { return c >= 0x80 }) {
			break
		}
	}
	return best, best.Width > 1
}

// columns finds where the columns lie, nil where there are none.
func (d *Dialect) columns(lines [][]byte) []Cut {
	if cuts := d.underlined(lines); cuts != nil {
		return cuts
	}
	all, n := d.runs(lines)
	if k := len(all); k >= 16 { // most texts end here
		if middle := all[k/4 : k*3/4]; len(gutters(middle, len(middle)/50)) < 2 {
			return nil
		}
	}
	var best []Cut
	value := 0
	for top := 0; top <= maxTop && top+3 <= len(all); top++ {
		for foot := 0; foot <= maxFoot && top+foot+3 <= len(all); foot++ {
			cuts, ok := without(all, top, foot)
			if !ok {
				continue
			}
			// Columns with a name each are worth more than any number without.
			v := len(cuts)*(maxTop+maxFoot+1) - top - foot
			if d.titled(lines[n[top]], all[top], cuts) {
				v += 1 << 20
			}
			if v > value {
				best, value = cuts, v
			}
		}
	}
	return best
}

// runs lists the runs of the lines that are written, and which lines these are; nil where
// one is too long.
func (d *Dialect) runs(lines [][]byte) (all [][]token, n []int) {
	for i, l := range lines {
		if isRule(l) || l[0] == '#' {
			continue
		}
		t := d.tokens(l, nil)
		if len(t) == 0 || t[len(t)-1].past > maxPlaces {
			return nil, nil
		}
		all, n = append(all, t), append(n, i)
	}
	return all, n
}

// without finds the columns of lines of which some at the top and the foot are left out;
// ok is false where these would fit, or the others are no table.
func without(all [][]token, top, foot int) (cuts []Cut, ok bool) {
	end := len(all) - foot
	cuts = divided(all[top:end])
	if len(cuts) < 2 || prose(cuts, all[top:end]) {
		return nil, false
	}
	return cuts, (top == 0 || astray(all[top-1], cuts) > 0) && (foot == 0 || astray(all[end], cuts) > 0)
}

// prose reports lines of words that leave a place free by chance: a table has a column of
// single values, and most of its cells are filled.
func prose(cuts []Cut, rows [][]token) bool {
	filled, single := make([]int, len(cuts)), make([]int, len(cuts))
	for _, r := range rows {
		for i, c := range cuts {
			n := 0
			for _, t := range r {
				if t.left < c.To && t.past > c.From {
					n++
				}
			}
			filled[i] += min(n, 1)
			if n == 1 {
				single[i]++
			}
		}
	}
	all, values := 0, false
	for i, n := range filled {
		all += n
		values = values || n*2 >= len(rows) && single[i]*10 >= n*8
	}
	return !values || all*2 < len(rows)*len(cuts)
}

// titled reports whether a line names every column but the first, and holds no digit.
func (d *Dialect) titled(line []byte, runs []token, cuts []Cut) bool {
	if bytes.ContainsAny(line, "0123456789") || astray(runs, cuts) > 0 {
		return false
	}
	for _, c := range cuts[1:] {
		if !slices.ContainsFunc(runs, func(t token) bool { return t.left < c.To && t.past > c.From }) {
			return false
		}
	}
	return true
}

// astray counts the runs of a line that reach between columns.
func astray(line []token, cuts []Cut) int {
	n := 0
	for _, t := range line {
		inside := slices.ContainsFunc(cuts, func(c Cut) bool { return t.left >= c.From && t.past <= c.To })
		if !inside && t.left < cuts[len(cuts)-1].From {
			n++
		}
	}
	return n
}

// divided finds the columns of rows of which the first may be the header. One line of
// fifty may break the rule.
func divided(rows [][]token) []Cut {
	most := len(rows) / 50
	cuts := gutters(rows, most)
	if len(cuts) < 2 {
		return nil
	}
	if most > 0 { // but rather not the header
		bound := rows
		for range most {
			bound = append(bound[:len(bound):len(bound)], rows[0])
		}
		if head := gutters(bound, most); len(head) == len(cuts) {
			cuts = head
		}
	}
	return joined(widened(cuts, rows), rows)
}

// widened makes room for the runs of all lines that keep to the columns.
func widened(cuts []Cut, rows [][]token) []Cut {
	out := slices.Clone(cuts)
	for _, r := range rows {
		if astray(r, cuts) > 2 {
			continue
		}
		for _, t := range r {
			for i := range out {
				if t.left < cuts[i].To && t.past > cuts[i].From {
					out[i].From, out[i].To = min(out[i].From, t.left), max(out[i].To, t.past)
				}
			}
		}
	}
	for i := range out[1:] {
		if out[i].To >= out[i+1].From {
			return cuts
		}
	}
	return out
}

// underlined reads the columns off a rule of several dashes under the header, as
// databases print it.
func (d *Dialect) underlined(lines [][]byte) []Cut {
	for i, l := range lines[:min(len(lines), 30)] {
		if i == 0 || !isRule(l) || bytes.ContainsAny(l, "+|:") {
			continue
		}
		runs := d.tokens(l, nil)
		if len(runs) < 2 {
			continue
		}
		cuts := make([]Cut, len(runs))
		for k, t := range runs {
			cuts[k] = Cut{t.left, t.past}
		}
		return cuts
	}
	return nil
}

// gutters divides the places that any line fills at those that none does, most lines
// excepted.
func gutters(rows [][]token, most int) []Cut {
	count := []int{}
	for _, r := range rows {
		for _, t := range r {
			for len(count) < t.past {
				count = append(count, 0)
			}
			for p := t.left; p < t.past; p++ {
				count[p]++
			}
		}
	}
	var cuts []Cut
	for p, n := range count {
		switch {
		case n <= most:
		case len(cuts) > 0 && cuts[len(cuts)-1].To == p:
			cuts[len(cuts)-1].To = p + 1
		default:
			cuts = append(cuts, Cut{p, p + 1})
		}
	}
	return cuts
}

// joined joins columns that a single place divides where nothing but chance made it
// blank: the header names one of them only, or reaches over it, or both hold words that
// the header does not tell apart.
func joined(cuts []Cut, rows [][]token) []Cut {
	head, body := rows[0], rows[1:]
	out := cuts[:1:1]
	for i := 1; i < len(cuts); i++ {
		left, right := &out[len(out)-1], cuts[i]
		if !tail(right, head, body) && (right.From-left.To > 1 || !byChance(*left, right, head, body, len(out) == 1)) {
			out = append(out, right)
			continue
		}
		left.To = right.To
	}
	return out
}

// tail reports what is no column but the end of a few long lines: no header, and hardly
// a row that reaches so far.
func tail(c Cut, head []token, body [][]token) bool {
	if len(head) > 0 && head[len(head)-1].past > c.From {
		return false
	}
	n := 0
	for _, r := range body {
		if r[len(r)-1].past > c.From {
			n++
		}
	}
	return n < max(2, len(body)/10)
}

// byChance judges a border of one place. first says that the left column is the first of
// the line: row names have no header.
func byChance(left, right Cut, head []token, body [][]token, first bool) bool {
	inLeft, inRight, over := named(head, left, right)
	switch {
	case over:
		return true
	case inLeft && inRight && !ends(left, body) && !begins(right, body) && !ends(right, body):
		return true
	case inLeft && inRight: // words beside words, and nothing above that names them
		return values(head) && wordy(left, body) && wordy(right, body)
	}
	return !first || !inRight
}

// named reports which of two columns a line fills, and whether a run of it reaches from one
// into the other.
func named(line []token, left, right Cut) (inLeft, inRight, over bool) {
	for _, t := range line {
		inLeft = inLeft || t.left < left.To && t.past > left.From
		inRight = inRight || t.left < right.To && t.past > right.From
		over = over || t.left < left.To && t.past > right.From
	}
	return inLeft, inRight, over
}

// values reports a line that holds digits: it is no header.
func values(line []token) bool {
	return slices.ContainsFunc(line, func(t token) bool { return t.digits })
}

// wordy reports a column whose cells hold no digits, a few excepted.
func wordy(c Cut, rows [][]token) bool {
	n, of := 0, 0
	for _, r := range rows {
		for _, t := range r {
			if t.left < c.To && t.past > c.From {
				of++
				n += b2i(t.digits)
			}
		}
	}
	return n*5 <= of
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ends reports whether nearly all rows fill the last place of a column, as numbers do.
func ends(c Cut, rows [][]token) bool {
	return aligned(c, rows, func(t token) bool { return t.past == c.To })
}

// begins reports whether nearly all rows fill the first place of a column, as words do.
func begins(c Cut, rows [][]token) bool {
	return aligned(c, rows, func(t token) bool { return t.left == c.From })
}

func aligned(c Cut, rows [][]token, fits func(token) bool) bool {
	n, filled := 0, 0
	for _, r := range rows {
		any, fit := false, false
		for _, t := range r {
			if t.left < c.To && t.past > c.From {
				any = true
				fit = fit || fits(t)
			}
		}
		if any {
			filled++
		}
		if fit {
			n++
		}
	}
	return n*10 >= filled*9
}

// byPlace reports whether the reading by places is to be taken rather than the best of
// the others: what blanks divide is read so unless runs of blanks say the same, and what
// other delimiters divide only where they divide it badly.
func byPlace(in sample, f, best Finding, score float64) bool {
	w := weigh(in, f.Dialect)
	if w.width < 2 {
		return false
	}
	switch best.Delim {
	case Blanks, WideBlanks, " ":
		o := weigh(in, best.Dialect)
		if o.kinds <= 1 {
			return o.width < f.Width && f.headed(in)
		}
		if o.width == f.Width && w.same <= o.same {
			return false
		}
		return w.score() > o.score() && !shifted(in, best.Dialect, o)
	case "":
		return w.same*5 >= w.rows*4
	}
	return w.score()*0.8 > score
}

// shifted reports rows of one width under a header that lacks the name of the first column
// and does not stand over the others.
func shifted(in sample, d Dialect, w weight) bool {
	var r record
	d.parse(in.b, never, &r)
	return w.kinds == 2 && len(r.cells) == w.width-1 && w.rows-w.same <= 1
}

// headed reports whether the first line names every column but the first.
func (f *Finding) headed(in sample) bool {
	var r record
	f.parse(in.b, never, &r)
	if len(r.cells) != f.Width {
		return false
	}
	for i, c := range r.cells {
		if i > 0 && (len(bytes.TrimSpace(c)) == 0 || isNumber(c)) {
			return false
		}
	}
	return true
}
