package delimited

import (
	"bytes"
	"maps"
	"slices"
)

// Finding is what a sample shows of its dialect.
type Finding struct {
	Dialect
	Width      int      // columns of most records
	Confidence float64  // 0…1
	Names      []string // of the columns, where the format gives them: logs; nil = none
}

// sampleBytes and sampleRows bound what is weighed.
const (
	sampleBytes = 256 << 10
	sampleRows  = 150
)

// candidates are the delimiters that are tried with how readily each is believed: a
// comma needs no excuse, a colon or a blank must be far more regular.
var candidates = [...]struct {
	delim string
	prior float64
}{
	{",", 1},
	{"\t", 1},
	{";", 1},
	{"|", 0.98},
	{"^", 0.9},
	{"~", 0.85},
	{"\x01", 0.9},
	{"\x1f", 0.9},
	{"||", 0.97},
	{"::", 0.85},
	{WideBlanks, 0.8},
	{Blanks, 0.72},
	{" ", 0.6},
	{":", 0.5},
	{"#", 0.6},
	{"*", 0.6},
	{"&", 0.5},
	{"+", 0.5},
	{"$", 0.5},
	{"@", 0.5},
	{"!", 0.5},
}

// Detect finds the dialect of a text from its first bytes, which are UTF-8 without a
// byte order mark. complete says that the sample is the whole text.
func Detect(b []byte, complete bool) Finding {
	b, complete = clip(b, complete)
	base := Dialect{Newline: newline(b), Quote: '"'}
	in := sample{b, complete, remarks(b, &base)}
	best := Finding{Dialect: base, Width: 1}
	one := weigh(in, base)
	bestScore := 0.4 * one.typed
	second := 0.0
	for _, c := range candidates {
		if !worth(b, c.delim) {
			continue
		}
		d := base
		d.Delim = c.delim
		d, w := withQuote(in, d)
		score := w.score() * c.prior
		if score > bestScore*1.001 {
			best, bestScore, second = Finding{Dialect: d, Width: w.width}, score, bestScore
		} else if score > second {
			second = score
		}
	}
	if found, ok := byLine(in, base, best, bestScore); ok {
		return found
	}
	if best.Delim == WideBlanks {
		blanks := best.Dialect
		blanks.Delim = Blanks
		if w := weigh(in, blanks); w.width == best.Width && w.kinds == 1 {
			best.Dialect = blanks // one blank divides nothing that two do not
		}
	}
	if best.Delim == "" {
		if found, ok := numbersApart(in, base); ok {
			return found
		}
		comma := base
		comma.Delim = ","
		if w := weigh(in, comma); w.kinds <= 1 && w.width <= 1 {
			best.Delim = "," // of one column: what such a file is by the usual reading
		}
	}
	best.Skip = skips(b, best.Dialect)
	best.Confidence = confidence(bestScore, second)
	return best
}

// byLine finds a text whose lines are its records, where that explains it better than the
// best of the delimiters.
func byLine(in sample, base Dialect, best Finding, score float64) (Finding, bool) {
	if found, ok := logLines(in, base); ok {
		return found, true
	}
	if found, ok := drawn(in, base); ok {
		return found, true
	}
	if score >= 0.9 && !best.blanks() {
		return Finding{}, false // nothing reads better
	}
	found, ok := laidOut(in, base)
	return found, ok && byPlace(in, found, best, score)
}

// DetectWith is Detect where the delimiter is known. Bars may be those of a drawn table,
// blanks those of a log, two blanks those between columns of fixed width.
func DetectWith(b []byte, delim string, complete bool) Finding {
	b, complete = clip(b, complete)
	base := Dialect{Newline: newline(b), Quote: '"'}
	in := sample{b, complete, remarks(b, &base)}
	switch delim {
	case "|":
		if found, ok := drawn(in, base); ok {
			return found
		}
	case Blanks:
		if found, ok := logLines(in, base); ok {
			return found
		}
	case WideBlanks:
		wide := base
		wide.Delim = delim
		if found, ok := laidOut(in, base); ok && byPlace(in, found, Finding{Dialect: wide}, 0) {
			return found
		}
	}
	base.Delim = delim
	d, w := withQuote(in, base)
	d.Skip = skips(b, d)
	return Finding{Dialect: d, Width: max(1, w.width), Confidence: 1}
}

// sample is the text that is weighed.
type sample struct {
	b        []byte
	complete bool // it is the whole text
	top      int  // bytes of remarks before the table
}

// clip bounds the sample and ends it with a line.
func clip(b []byte, complete bool) ([]byte, bool) {
	if len(b) > sampleBytes {
		b, complete = b[:sampleBytes], false
	}
	if !complete {
		if n := bytes.LastIndexAny(b, "\r\n"); n > 0 {
			b = b[:n+1]
		}
	}
	return b, complete
}

// newline finds what ends the lines: line feeds where there are any, unless carriage
// returns alone end as many.
func newline(b []byte) byte {
	feeds := bytes.Count(b, []byte{'\n'})
	lone := bytes.Count(b, []byte{'\r'}) - bytes.Count(b, []byte("\r\n"))
	switch {
	case feeds == 0 && lone > 0:
		return '\r'
	case lone > 0 && lone*10 > feeds:
		return 0
	}
	return '\n'
}

// worth reports whether a delimiter occurs at all.
func worth(b []byte, delim string) bool {
	switch delim {
	case Blanks:
		return bytes.Contains(b, []byte("  ")) || bytes.Contains(b, []byte("\t "))
	case WideBlanks:
		return bytes.Contains(b, []byte("  "))
	}
	return bytes.Contains(b, []byte(delim))
}

// withQuote finds the quotation mark and how it is written inside a cell.
func withQuote(in sample, d Dialect) (Dialect, weight) {
	b := in.b
	d.Backslash = backslashed(b, '"')
	w := weigh(in, d)
	if bytes.IndexByte(b, '\'') < 0 || d.Delim == "" {
		return d, w
	}
	single := d
	single.Quote, single.Backslash = '\'', backslashed(b, '\'')
	if ws := weigh(in, single); ws.quoted > 0 && ws.score() >= w.score() && ws.quoted > w.quoted && ws.odd*4 <= ws.quoted {
		return single, ws
	}
	return d, w
}

// backslashed reports whether quotes inside cells are written with a backslash rather
// than doubled.
func backslashed(b []byte, quote byte) bool {
	n := bytes.Count(b, []byte{'\\', quote})
	if n == 0 {
		return false
	}
	rest := bytes.ReplaceAll(b, []byte{'\\', quote}, nil)
	double := 0
	for i := bytes.Index(rest, []byte{quote, quote}); i >= 0; {
		inner := i > 0 && rest[i-1] > ' ' && i+2 < len(rest) && (letterOrDigit(rest[i-1]) || letterOrDigit(rest[i+2]))
		if inner {
			double++
		}
		k := bytes.Index(rest[i+2:], []byte{quote, quote})
		if k < 0 {
			break
		}
		i += 2 + k
	}
	return n > double
}

func letterOrDigit(c byte) bool {
	return c >= 0x80 || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// weight is what the records of one reading show.
type weight struct {
	width  int
	rows   int     // that hold anything
	first  int     // cells of the first of them
	ones   int     // of them, with one cell
	same   int     // of them, with the commonest width beyond one cell
	kinds  int     // different widths
	typed  float64 // mean over the cells of the rows with the commonest width
	quoted int     // cells in quotes, in rows of several cells
	cells  int     // in rows of several cells
	odd    int
	headed bool // the first row is plain words and every row is as wide as it
}

// Rows of one cell are titles, comments and notes more often than a sign of a wrong
// delimiter.
const oneWeight = 0.35

// score is in 0…1: how regular the rows are, how much a wider table says, and how well
// the cells are known. Cells in quotes with the delimiter between them are nearly a proof.
func (w weight) score() float64 {
	if w.width < 2 || w.rows == 0 {
		return 0
	}
	same := float64(w.same) / (float64(w.rows-w.ones) + oneWeight*float64(w.ones))
	score := same * (1 - 0.9/float64(w.width)) * w.typed * w.typed
	if w.headed {
		score = min(1, score*1.5)
	}
	if q := float64(w.quoted) / float64(w.cells); q > 0.6 {
		score = max(score, 0.7*q)
	}
	return score
}

// sums adds up the rows of one width.
type sums struct {
	rows, cells int
	known       float64
	lists       int
}

// listKnown is what a list inside a cell is worth under a header that all rows fit.
const listKnown = 0.85

// weigh reads the sample with a dialect.
func weigh(in sample, d Dialect) weight {
	b := in.b
	var r record
	var w weight
	by := map[int]*sums{}
	plainFirst := false
	for pos := in.top; pos < len(b) && w.rows < sampleRows; {
		d.parse(b[pos:], never, &r)
		if r.cut && !in.complete && w.rows > 0 {
			break // the sample ends inside a cell
		}
		if r.broken || r.odd {
			w.odd++
			r.narrow(w.odd)
		}
		pos += r.next
		if empty(r.cells) || in.remark(&r) {
			continue
		}
		w.rows++
		if w.rows == 1 {
			w.first = len(r.cells)
		}
		plain := w.add(&d, &r, by)
		plainFirst = plainFirst || plain && w.rows == 1
	}
	w.settle(by, plainFirst)
	return w
}

// remark reports a record that is a remark: where there are some above the table, they may
// hold the delimiter, too. A long line of hyphens is one.
func (in *sample) remark(r *record) bool {
	if len(r.cells) == 1 && len(r.cells[0]) >= 8 && len(bytes.Trim(r.cells[0], "-")) == 0 {
		return true
	}
	if in.top > 0 && !r.quoted[0] {
		first := bytes.TrimSpace(r.cells[0])
		return len(first) > 0 && remark(first)
	}
	return len(r.cells) == 1 && bytes.HasPrefix(r.cells[0], []byte{'#'})
}

// settle finds the commonest width and what its cells are worth.
func (w *weight) settle(by map[int]*sums, plainFirst bool) {
	w.kinds = len(by)
	for _, n := range slices.Sorted(maps.Keys(by)) {
		if n > 1 && by[n].rows >= w.same {
			w.same, w.width = by[n].rows, n
		}
	}
	w.same += b2i(w.namesRows())
	if one := by[1]; one != nil {
		w.ones = one.rows
		if w.width == 0 {
			w.same, w.width = one.rows, 1
		}
	}
	if s := by[w.width]; s != nil {
		if w.headed = plainFirst && w.kinds == 1 && w.width > 1 && w.rows >= 3 && s.lists > 0; w.headed {
			s.known += float64(s.lists) * (listKnown - list)
		}
		w.typed = s.known / float64(s.cells)
	}
}

// namesRows reports that the first row alone is a cell shorter than all others: row names
// have no header, as R writes them.
func (w *weight) namesRows() bool {
	return w.first == w.width-1 && w.first > 1 && w.same == w.rows-1 && w.rows > 2
}

// add weighs a record; it reports one that is nothing but words.
func (w *weight) add(d *Dialect, r *record, by map[int]*sums) (plain bool) {
	n := len(r.cells)
	s := by[n]
	if s == nil {
		s = &sums{}
		by[n] = s
	}
	s.rows++
	s.cells += n
	plain = true
	for i, c := range r.cells {
		k := d.known(c, r.quoted[i])
		s.known += k
		if k == list {
			s.lists++
		}
		plain = plain && k == word
		if r.quoted[i] && n > 1 {
			w.quoted++
		}
	}
	if n > 1 {
		w.cells += n
	}
	return plain
}

func empty(cells [][]byte) bool {
	for _, c := range cells {
		if len(bytes.TrimSpace(c)) > 0 {
			return false
		}
	}
	return true
}

// skips reports whether a blank follows nearly every delimiter.
func skips(b []byte, d Dialect) bool {
	if len(d.Delim) != 1 || d.Delim == " " || d.Delim == "\t" {
		return false
	}
	delim := d.Delim[0]
	all, blank := 0, 0
	inside := false
	for i := 0; i+1 < len(b); i++ {
		switch {
		case d.Quote != 0 && b[i] == d.Quote:
			inside = !inside
		case inside || b[i] != delim:
		default:
			if _, ok := d.atEnd(b, i+1); ok || b[i+1] == delim {
				continue
			}
			all++
			if b[i+1] == ' ' {
				blank++
			}
		}
	}
	return all > 0 && blank*10 >= all*9
}

// confidence compares the best reading with the next.
func confidence(best, second float64) float64 {
	if best <= 0 {
		return 0.3
	}
	return min(0.99, 0.5+0.5*best+0.3*(best-second)/best)
}
