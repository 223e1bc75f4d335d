package ingest

import (
	"slices"
	"strings"

	"qunxiang/core/ingest/internal/day"
	"qunxiang/core/ingest/internal/num"
)

// shape is where the table lies among the rows of a file.
type shape struct {
	first      int // index of the first row of the header, or of the data
	headers    int // rows of the header
	group      int // index of a sparse row of headers above, −1 = none
	names      []string
	last       []string // the header's last row, as it may come again
	width      int
	typed      []kindOfCell // by column: what its cells are, kindText where they are mixed
	realign    bool         // an empty cell was taken out of the header
	sparse     bool         // rows with one cell are usual
	remarks    bool         // rows may be remarks
	confidence float64
}

// kindOfCell is what a cell holds at a glance.
type kindOfCell uint8

const (
	kindNone kindOfCell = iota
	kindText
	kindNumber
	kindDate
	kindWords // of a column: text, and never a number or a date
)

// glance says what a cell holds.
func glance(c string) kindOfCell {
	c = strings.TrimSpace(c)
	if isMissing(c) {
		return kindNone
	}
	if len(c) > 40 {
		return kindText
	}
	b := []byte(c)
	if _, ok := num.Float(b, num.Style{}); ok {
		return kindNumber
	}
	for _, o := range orders {
		if _, ok := day.Parse(b, day.Style{Order: o}); ok {
			return kindDate
		}
	}
	if clockLike(c) {
		return kindDate
	}
	return kindText
}

// clockLike reports h:mm and h:mm:ss.
func clockLike(c string) bool {
	h, rest, ok := strings.Cut(c, ":")
	return ok && len(h) <= 2 && digitsOnly([]byte(h)) && len(rest) >= 2 && len(rest) <= 9 && digitsOnly([]byte(rest[:2]))
}

// findShape finds the table among the first rows of a file. width is what the dialect
// says, −1 where rows have no length of their own. header is the row of the header that the user gave, from 1; −1
// where there is none; 0 to find it.
func findShape(rows [][]string, width, header int) shape {
	if width < 0 {
		width = 0
		for _, r := range rows {
			width = max(width, lastFilled(r))
		}
	}
	s := shape{width: width, group: -1, confidence: 1}
	switch {
	case header > 0:
		s.first, s.headers = min(header-1, len(rows)), min(1, max(0, len(rows)-header+1))
	case header < 0:
		s.first = firstFull(rows, width)
	default:
		s.findHeader(rows)
	}
	s.name(rows)
	body := rows[min(len(rows), s.first+s.headers):]
	s.typed = columnKinds(body, s.width)
	s.sparse = sparseRows(body, s.width)
	return s
}

// firstFull is the first row that fills half of the columns.
func firstFull(rows [][]string, width int) int {
	least := max(1, (width+1)/2)
	for i, r := range rows {
		if n := filledCells(r); n >= least && (width < 2 || n > 1) {
			return i
		}
	}
	for i, r := range rows { // a table of holes
		if lastFilled(r) > 0 {
			return i
		}
	}
	return len(rows)
}

func filledCells(r []string) int {
	n := 0
	for _, c := range r {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// columnKinds says what the columns hold: a kind that four of five filled cells have.
func columnKinds(rows [][]string, width int) []kindOfCell {
	out := make([]kindOfCell, width)
	for c := range out {
		var count [4]int
		n := 0
		for _, r := range rows[:min(len(rows), 200)] {
			if c >= len(r) {
				continue
			}
			if k := glance(r[c]); k != kindNone {
				count[k]++
				n++
			}
		}
		switch {
		case n == 0:
		case n > 1 && count[kindText] == n:
			out[c] = kindWords
		case count[kindNumber]*5 >= n*4:
			out[c] = kindNumber
		case (count[kindDate]+count[kindNumber])*5 >= n*4 && count[kindDate] > 0:
			out[c] = kindDate
		default:
			out[c] = kindText
		}
	}
	return out
}

// sparseRows reports whether rows of the table with a single cell are usual.
func sparseRows(rows [][]string, width int) bool {
	ones, n := 0, 0
	for i, r := range rows {
		if i > len(rows)*3/4 && n > 10 {
			break // the end may hold notes
		}
		switch filledCells(r) {
		case 0:
		case 1:
			ones++
			n++
		default:
			n++
		}
	}
	return width < 3 || ones*20 > n
}

// findHeader finds the rows of the header.
func (s *shape) findHeader(rows [][]string) {
	top := remarkRows(rows)
	if s.remarks = top > 0; s.remarks {
		if names, ok := s.remarkHeader(rows, top-1); ok {
			s.first, s.headers, s.confidence = top-1, 1, 0.9
			rows[top-1] = names
			return
		}
	}
	s.first = top + firstFull(rows[top:], s.width)
	for s.first < len(rows) && s.titleAbove(rows) {
		s.first++
	}
	body := s.first
	limit := min(len(rows), s.first+maxHeaders)
	for i := s.first; i < limit; i++ {
		typed := columnKinds(s.below(rows, i), s.width)
		if !s.headerRow(rows, i, typed) {
			break
		}
		body = i + 1
		if !hasTyped(typed) {
			break // nothing tells a second row of headers from data
		}
	}
	s.headers = body - s.first
	s.confidence = 0.9
	if !hasTyped(columnKinds(rows[min(len(rows), body):], s.width)) {
		s.confidence = 0.6
	}
	if s.headers > 0 && s.first > 0 && groupRow(rows[s.first-1], s.width) {
		s.group = s.first - 1
	}
}

// titleAbove reports that the row is a title although it fills enough columns: it is not
// as wide as the table, and the row below it is.
func (s *shape) titleAbove(rows [][]string) bool {
	i := s.first
	if i+2 >= len(rows) || len(rows[i]) == s.width || lastFilled(rows[i+1]) != s.width {
		return false
	}
	if len(rows[i]) < s.width {
		return s.width <= 2
	}
	wide := 0
	for _, r := range rows[i+1:] {
		if lastFilled(r) > s.width {
			wide++
		}
	}
	return lastFilled(rows[i]) > s.width && wide == 0 && filledCells(rows[i+1]) == s.width && s.words(rows[i+1])
}

// words reports a row without numbers and dates.
func (s *shape) words(r []string) bool {
	return !slices.ContainsFunc(r, func(c string) bool { k := glance(c); return k == kindNumber || k == kindDate })
}

// below are the rows under a row, from the first that holds a number or a date: what is
// between may be headers, too.
func (s *shape) below(rows [][]string, i int) [][]string {
	for k := i + 1; k < min(len(rows), i+maxHeaders); k++ {
		if !s.words(rows[k]) {
			return rows[k:]
		}
	}
	return rows[min(len(rows), i+1):]
}

// maxHeaders is how many rows a header may have.
const maxHeaders = 6

func hasTyped(kinds []kindOfCell) bool {
	return slices.Contains(kinds, kindNumber) || slices.Contains(kinds, kindDate)
}

// headerRow reports whether a row names the columns below it: its cells are of other
// kinds than theirs.
func (s *shape) headerRow(rows [][]string, i int, typed []kindOfCell) bool {
	r, more := rows[i], i > s.first
	filled := filledCells(r)
	switch {
	case more && len(rows)-i < 3: // a single row of data says nothing of the one above it
		return false
	case filled == 1 && s.width > 1 && isComment(r):
		return false
	case filled == 0, s.width > 2 && filled < (s.width+1)/2 && more:
		return i == s.first+1 && s.second(rows, i, filled, typed)
	case series(r):
		return true
	}
	votes, values, against := s.votes(r, typed)
	switch {
	case s.wordsOnly(typed, votes, values, more) && values*2 <= filled:
		return s.wordsHeader(rows, i)
	case values > 0 && more:
		return false // what was found above is header enough
	}
	return elected(r, votes, against)
}

// wordsOnly reports that only words can decide: nothing stands over numbers or dates.
func (s *shape) wordsOnly(typed []kindOfCell, votes float64, values int, more bool) bool {
	return !hasTyped(typed) || votes == 0 && values == 0 && !more
}

// elected reports whether the votes make a row a header: where they are equal, its words
// decide.
func elected(r []string, votes float64, against bool) bool {
	return votes > 0 || votes == 0 && !against && knownHeaders(r) > 0
}

// votes weighs the cells of a row against the columns below it: how far they speak for a
// header, how many are values, and whether one is of the same kind as its column.
func (s *shape) votes(r []string, typed []kindOfCell) (votes float64, values int, against bool) {
	for c, cell := range r[:min(len(r), s.width)] {
		k := glance(cell)
		if k == kindNumber || k == kindDate {
			values++
		}
		switch {
		case k == kindNone || typed[c] == kindNone:
		case typed[c] == kindText:
			if k != kindText {
				votes -= 0.5
			}
		case typed[c] == kindWords:
			if k != kindText {
				votes += 0.5 // a number over nothing but words
			}
		case k == kindText:
			votes++
		case k != typed[c]:
			votes += 0.5
		default:
			votes--
			against = true
		}
	}
	return votes, values, against
}

// fillsGaps reports a second row of headers that names what the first leaves open, as
// under a merged cell: most of its cells stand under nothing, over numbers or dates.
func (s *shape) fillsGaps(rows [][]string, i int, typed []kindOfCell) bool {
	above := rows[i-1]
	open, over, n := 0, 0, 0
	for c, cell := range rows[i][:min(len(rows[i]), s.width)] {
		switch k := glance(cell); k {
		case kindNone:
			continue
		case kindText:
		default:
			return false
		}
		n++
		if c >= len(above) || strings.TrimSpace(above[c]) == "" {
			open++
		}
		if typed[c] == kindNumber || typed[c] == kindDate {
			over++
		}
	}
	return open*2 >= n && over > 0 && len(above) > 0
}

// isComment reports a row that begins with a number sign.
func isComment(r []string) bool { return strings.HasPrefix(strings.TrimSpace(r[0]), "#") }

// second reports a second row of headers that names few columns.
func (s *shape) second(rows [][]string, i, filled int, typed []kindOfCell) bool {
	return filled >= 2 && s.fillsGaps(rows, i, typed) || s.goesOn(rows[i], typed)
}

// goesOn reports a second row of headers that adds to the names of a few columns: words
// over numbers or dates, and nothing in the first column.
func (s *shape) goesOn(r []string, typed []kindOfCell) bool {
	n := 0
	for c, cell := range r[:min(len(r), s.width)] {
		switch k := glance(cell); {
		case k == kindNone && strings.TrimSpace(cell) == "":
		case c == 0 || k != kindText || typed[c] != kindNumber && typed[c] != kindDate:
			return false
		default:
			n++
		}
	}
	return n > 0
}

// groupRow reports a sparse row of names above the header: "Order,,Customer,,Money".
func groupRow(r []string, width int) bool {
	n := filledCells(r)
	return width >= 4 && n >= 2 && len(r) >= width-1
}

// name joins the rows of the header into names; rows that say the same in other words
// are kept, as nobody can tell which is meant.
func (s *shape) name(rows [][]string) {
	if s.headers == 0 {
		return
	}
	head := rows[s.first : s.first+s.headers]
	s.last = head[s.headers-1]
	body := rows[s.first+s.headers:]
	head = s.realigned(head, body)
	for _, r := range head {
		s.width = max(s.width, lastFilled(r))
	}
	if namesRows(s.last, body, s.width) && glance(body[0][0]) != kindText {
		head = slices.Clone(head) // row names without a header, as R writes them
		for i, r := range head {
			head[i] = append([]string{""}, r...)
		}
	}
	head = spanned(head)
	s.names = make([]string, s.width)
	for c := range s.names {
		var parts []string
		for _, r := range head {
			if c < len(r) && strings.TrimSpace(r[c]) != "" {
				parts = append(parts, strings.TrimSpace(r[c]))
			}
		}
		s.names[c] = strings.Join(parts, " ")
	}
	if s.headers == 1 { // as it stands
		copy(s.names, head[0])
	}
}

// spanned fills the open cells of the upper rows of a header with what stands to their
// left, as far as the row below names columns: a merged cell stands over all of them.
func spanned(head [][]string) [][]string {
	if len(head) < 2 {
		return head
	}
	out := slices.Clone(head)
	for i := range out[:len(out)-1] {
		up, low := out[i], out[i+1]
		row := slices.Clone(up)
		for len(row) < len(low) {
			row = append(row, "")
		}
		for c := 1; c < len(low) && c < len(row); c++ {
			if strings.TrimSpace(row[c]) == "" && strings.TrimSpace(low[c]) != "" && strings.TrimSpace(low[c-1]) != "" {
				row[c] = row[c-1]
			}
		}
		out[i] = row
	}
	return out
}

// namesRows reports whether the rows below a header have one cell more than it: row names
// have no header, as R writes them. Where many rows are no longer than the header, the
// others hold delimiters in their text.
func namesRows(header []string, body [][]string, width int) bool {
	if len(header) != width-1 || lastFilled(header) != len(header) || len(body) == 0 || len(body[0]) != width {
		return false
	}
	short, n := 0, 0
	for _, r := range body[:min(len(body), 200)] {
		if lastFilled(r) > 1 {
			n++
			short += b2i(len(r) == width-1)
		}
	}
	return short*10 <= n
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// realigned takes empty cells out of a header that is wider than all rows below it, when
// that makes it as wide: a delimiter too many would shift every name.
func (s *shape) realigned(head, body [][]string) [][]string {
	if len(head) != 1 || len(body) == 0 || lastFilled(head[0]) <= s.width {
		return head
	}
	fit := 0
	for _, r := range body {
		if len(r) == s.width {
			fit++
		}
	}
	r := head[0][:lastFilled(head[0])]
	full := slices.DeleteFunc(slices.Clone(r), func(c string) bool { return strings.TrimSpace(c) == "" })
	if fit*10 < len(body)*9 || len(full) != s.width {
		return head
	}
	s.realign = true
	return [][]string{full}
}
